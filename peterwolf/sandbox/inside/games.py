"""Envs, policies and iterators that live in the parent, and envs that live here."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

RESET, LONGEST_LOG = -1, 5000


class LentGame(gymnasium.Env):
    """An env of the parent's: every reset and every step is made there.

    Where the same move always leads to the same place, and the env gives up
    after `patience` steps, a move that was made before is remembered and only
    told later, in the log, as are resets whose result the parent foresaw.
    """

    def __init__(
        self, ask: Callable, observation_space: Any, action_space: Any, patience: int | None
    ) -> None:
        self._ask, self._patience = ask, patience
        self.observation_space, self.action_space = observation_space, action_space
        self._moves: dict[tuple, tuple] = {}
        self._foreseen: list[tuple] = []
        self._state: tuple | None = None  # None where nothing may be remembered
        self._steps = 0
        self.log: list[int] = []

    def reset(self, *, seed: int | None = None, options: dict | None = None) -> tuple[Any, dict]:
        """Begin an episode."""
        if self._patience is None:
            return self._ask("reset", (seed, options))
        if self._foreseen and seed is None and options is None and len(self.log) < LONGEST_LOG:
            self.log.append(RESET)
        else:
            self._foreseen = self._ask("reset", (seed, options))
        seen, info = self._foreseen.pop(0)
        self._state, self._steps = tuple(seen.tolist()), 0
        return seen, info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict]:
        """Make one move."""
        if self._patience is None or self._state is None or type(action) not in (int, np.int64):
            self._state = None
            return self._ask("step", (action,))
        move = (*self._state, int(action))
        if move in self._moves and len(self.log) < LONGEST_LOG:
            self.log.append(int(action))
        else:
            self._moves[move] = self._ask("step", (action,))
            self._moves[move][4].pop("episode", None)  # a wrapper's; it is of that one episode
        seen, reward, terminated, _, info = self._moves[move]
        self._steps += 1
        truncated = not terminated and self._steps >= self._patience
        self._state = None if terminated or truncated else tuple(seen.tolist())
        return seen.copy(), reward, terminated, truncated, dict(info)


def borrowed(ask: Callable, kind: str, number: int, *parts: Any) -> Any:
    """Return what stands here for an object of the parent's.

    `ask(number, method, arguments, named)` calls it there.
    """

    def asked(method: str, arguments: tuple) -> Any:
        return ask(number, method, arguments, {})

    if kind == "env":
        return LentGame(asked, *parts)
    if kind == "iterator":
        return _pulled(asked)
    if kind == "network":
        from peterwolf.dqn.net import Network  # lent by one lesson alone

        return Network(*parts[:2], dueling=parts[2])
    return lambda *arguments, **named: ask(number, "call", arguments, named)


def _pulled(asked: Callable) -> Iterator[Any]:
    while True:
        more, value = asked("next", ())
        if not more:
            return
        yield value


def described(env: gymnasium.Env) -> list:
    """Return what the parent's proxy of an env must know at once.

    Spaces, each [name, numbers] or None where the env has none of that name;
    how reset is called; whether there is the method `seed` of old.
    """
    parameters = inspect.signature(env.reset).parameters.values()
    called = [
        [each.name, each.kind.name, None if each.default is None else _shown(each.default)]
        for each in parameters
    ]
    spaces_told = [_space(env, name) for name in ("observation_space", "action_space")]
    return [*spaces_told, called, callable(getattr(env, "seed", None))]


def state_of(env: gymnasium.Env) -> list | None:
    """Return the seed of an env's generator and the state of it, None where it has none."""
    inner = env.unwrapped
    seed, rng = getattr(inner, "_np_random_seed", None), getattr(inner, "_np_random", None)
    if rng is None:
        return None
    state = rng.bit_generator.state
    return [seed, [*state["state"].values(), state["has_uint32"], state["uinteger"]]]


def _space(env: gymnasium.Env, name: str) -> list | None:
    space = getattr(env, name, None)
    if isinstance(space, spaces.Discrete):
        return ["Discrete", int(space.n), int(space.start)]
    if isinstance(space, spaces.MultiDiscrete):
        return ["MultiDiscrete", space.nvec.tolist()]
    if isinstance(space, spaces.Box):
        ends = (space.low.ravel().tolist(), space.high.ravel().tolist())
        return [
            "Box",
            *([str(end) for end in each] for each in ends),
            space.shape,
            str(space.dtype),
        ]
    return None if space is None else ["other", _shown(space)]


def _shown(value: Any) -> str:
    return "" if value is inspect.Parameter.empty else repr(value)[:100]
