"""Envs whose game can be had as arrays, so that learning need not call `env.step`."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, TimeLimit

from peterwolf.kernels.dynamics import Table
from peterwolf.tabular.settings import Setting, as_state

TRANSPARENT = (OrderEnforcing, PassiveEnvChecker, TimeLimit)  # what gymnasium.make puts around
LONGEST = 1_000_000  # steps of an episode that a compiled loop plays without a look at the kernel


class UnfitError(ValueError):
    """An env that is not to be had as arrays or as a kernel, and why."""


def bare(env: gymnasium.Env) -> tuple[gymnasium.Env, int]:
    """Return the env inside gymnasium's own wrappers, and its time limit in steps.

    Raises UnfitError for any other wrapper and for a replaced method.
    """
    limit = LONGEST + 1
    while True:
        for name in ("step", "reset"):
            if name in vars(env):
                raise UnfitError(f"its {name} is replaced")
        if not isinstance(env, gymnasium.Wrapper):
            return env, limit
        if type(env) not in TRANSPARENT:
            raise UnfitError(f"it is wrapped in {type(env).__name__}")
        if type(env) is TimeLimit:
            limit = min(limit, env._max_episode_steps)
        env = env.env


def table_world(env: gymnasium.Env, setting: Setting) -> Table:
    """Return the game of an env that offers `kernel_spec()`, as arrays.

    The learner's `encode` is asked once for every state that can be reached.
    Raises UnfitError, saying why, for every other env.
    """
    inner, limit = bare(env)
    if not hasattr(inner, "kernel_spec"):
        raise UnfitError("it is none of Peter's boards, MountainCar-v0 and CartPole-v1")
    try:
        spec = inner.kernel_spec()
    except ValueError as error:
        raise UnfitError(str(error)) from None
    limit = min(limit, spec.max_steps)
    if limit > LONGEST:
        raise UnfitError(f"its episodes may last more than {LONGEST} steps")
    return Table(
        spec.next_state,
        spec.reward,
        spec.terminated,
        _rows(spec, setting),
        spec.starts,
        np.zeros(2, dtype=np.int64),
        limit,
    )


def _rows(spec: Any, setting: Setting) -> np.ndarray:
    """Return the row of the learner's table for each state, int64 (states,)."""
    every = np.arange(len(spec.next_state))
    if setting.encode is as_state:
        return every
    rows = np.zeros_like(every)
    for state in np.flatnonzero(_reachable(spec)).tolist():
        seen = setting.encode(np.array(np.unravel_index(state, spec.shape), dtype=np.int64))
        rows[state] = np.ravel_multi_index(seen, setting.shape)
    return rows


def _reachable(spec: Any) -> np.ndarray:
    """Return which states an episode can pass through, bool (states,)."""
    seen = np.zeros(len(spec.next_state), dtype=bool)
    found = np.unique(spec.starts)
    while len(found):
        seen[found] = True
        after = spec.next_state[found][~spec.terminated[found]]
        found = np.unique(after[~seen[after]])
    return seen
