"""Many copies of one env, stepped together: to learn from and to judge by.

The env itself is left alone. CartPole as gymnasium makes it is served by
gymnasium's own vectorised version, any other env by deep copies.
"""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.classic_control import CartPoleEnv
from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv

from peterwolf.tabular.env_tables import UnfitError, bare

FEWEST_POLES = 3  # fewer are faster one by one
LONGEST = 10_000  # steps of a judged episode: a greedy policy may walk in circles
Choose = Callable[[np.ndarray], np.ndarray]  # observations (n, ...) -> actions (n,)


def copies(env: gymnasium.Env, count: int) -> VectorEnv:
    """Return `count` copies of an env as one; the step after an episode's end only resets it."""
    poles = _poles(env, count) if count >= FEWEST_POLES else None
    if poles is not None:
        return poles
    envs = [_copy(env) for _ in range(count)]
    makers: list[Any] = [partial(_itself, each) for each in envs]
    return SyncVectorEnv(makers, autoreset_mode=AutoresetMode.NEXT_STEP)


def _itself(env: gymnasium.Env) -> gymnasium.Env:
    return env


class Judge:
    """Plays an episode from each of `episodes` starts at once.

    They are those of `env.reset(seed=seed)`, `seed + 1` and so on. An episode
    that lasts more than 10,000 steps is left there.
    """

    def __init__(self, env: gymnasium.Env, episodes: int, seed: int) -> None:
        self.seeds = range(seed, seed + episodes)
        self._poles = _poles(env, episodes)
        self._envs = [_copy(env) for _ in self.seeds[: 1 if self._poles else None]]

    def returns(self, choose: Choose) -> np.ndarray:
        """Return the undiscounted return of each episode, float (episodes,)."""
        return self._many_poles(choose) if self._poles else self._one_by_one(choose)

    def _one_by_one(self, choose: Choose) -> np.ndarray:
        playing = list(range(len(self._envs)))
        pairs = zip(self._envs, self.seeds, strict=True)
        seen = [env.reset(seed=seed)[0] for env, seed in pairs]
        returns = np.zeros(len(seen))
        for _ in range(LONGEST):
            actions = choose(np.array([seen[k] for k in playing]))
            still = []
            for k, action in zip(playing, actions.tolist(), strict=True):
                seen[k], reward, terminated, truncated, _ = self._envs[k].step(action)
                returns[k] += reward
                if not (terminated or truncated):
                    still.append(k)
            playing = still
            if not playing:
                break
        return returns

    def _many_poles(self, choose: Choose) -> np.ndarray:
        (env,), poles = self._envs, self._poles
        inner: Any = env.unwrapped
        poles.reset(seed=0)
        starts = []
        for seed in self.seeds:
            env.reset(seed=seed)
            starts.append(inner.state)
        poles.state = np.array(starts).T  # (4, episodes)
        seen = poles.state.T.astype(np.float32)
        returns, playing = np.zeros(len(starts)), np.ones(len(starts), bool)
        for _ in range(LONGEST):
            seen, rewards, terminated, truncated, _ = poles.step(choose(seen))
            returns += rewards * playing
            playing &= ~(terminated | truncated)
            if not playing.any():
                break
        return returns


def _copy(env: gymnasium.Env, memo: dict | None = None) -> gymnasium.Env:
    """Return a deep copy of an env, but for the window that pygame may have drawn it in."""
    memo = {} if memo is None else memo
    memo[id(env)] = made = copy.copy(env)
    for name, value in vars(env).items():
        if isinstance(value, gymnasium.Env):
            vars(made)[name] = _copy(value, memo)
        elif type(value).__module__.startswith("pygame"):
            vars(made)[name] = None
        else:
            vars(made)[name] = copy.deepcopy(value, memo)
    return made


def _poles(env: gymnasium.Env, count: int) -> Any:
    """Return gymnasium's vectorised CartPole where it plays the same game as `env`, else None."""
    try:
        inner, limit = bare(env)
    except UnfitError:
        return None
    if type(inner) is not CartPoleEnv:
        return None
    poles = CartPoleVectorEnv(count, limit, sutton_barto_reward=inner._sutton_barto_reward)
    numbers = {name: v for name, v in vars(poles).items() if isinstance(v, (int, float, str))}
    same = all(getattr(inner, name, value) == value for name, value in numbers.items())
    return poles if same else None
