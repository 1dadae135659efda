"""Envs and agents that a submission made and that stay in its sandbox; what stands for them."""

import inspect
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from peterwolf.sandbox import decoding


class KeptEnv(gymnasium.Env):
    """Resets and steps are made over there; spaces and the generator's state are told.

    `method(handle, name, ...)` returns a result and the generator's state.
    `reset` has the parameters that the env's own has.
    """

    def __init__(
        self,
        method: Callable,
        handle: int,
        bare: Any,
        observation_space: Any,
        action_space: Any,
        parameters: list,
        seeds: bool,
        state: Any,
    ) -> None:
        self._method, self._handle = method, handle
        self._bare = self if bare == handle else KeptEnv(method, *bare)
        for name, told in (
            ("observation_space", observation_space),
            ("action_space", action_space),
        ):
            if told is not None:
                setattr(self, name, _space(*told))
        self._settle(state)

        def reset(*arguments: Any, **named: Any) -> Any:
            return self._call("reset", *arguments, **named)

        told = inspect.Signature([_parameter(*each) for each in parameters])
        vars(reset)["__signature__"] = told
        vars(self)["reset"] = reset
        if seeds:
            self.seed = lambda seed: None  # gymnasium complains of the method

    @property
    def unwrapped(self) -> gymnasium.Env:
        """The env without wrappers."""
        return self._bare

    def step(self, action: Any) -> Any:
        """Make one move."""
        return self._call("step", action)

    def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        result, state = self._method(self._handle, name, *arguments, **named)
        self._bare._settle(state)
        return result

    def _settle(self, state: Any) -> None:
        """Take over what was told of the env's generator."""
        if state is None:
            return
        seed, numbers = state
        self._np_random_seed = seed
        self._np_random = np.random.Generator(np.random.PCG64())
        self._np_random.bit_generator.state = decoding.generator_state(numbers)

    def __repr__(self) -> str:
        return "<an env>"


class KeptAgent:
    """An agent that plays over there: it is told the board, and asked for each move."""

    def __init__(self, method: Callable, handle: int) -> None:
        self._method, self._handle = method, handle

    def begin(self, board_text: str) -> None:
        """Tell it the board."""
        self._method(self._handle, "begin", board_text)

    def act(self, observation: np.ndarray) -> Any:
        """Ask for a move after an observation, int64 (4,)."""
        return self._method(self._handle, "act", observation)[0]

    def __repr__(self) -> str:
        return "<an agent>"


def _parameter(name: str, kind: str, default: str | None) -> inspect.Parameter:
    """Return a parameter; `default` is how it prints, "" for none, None for None."""
    empty = inspect.Parameter.empty
    return inspect.Parameter(
        name, inspect._ParameterKind[kind], default=empty if default == "" else default
    )


def _space(name: str, *parts: Any) -> Any:
    """Return the space that was told."""
    if name == "Discrete":
        return spaces.Discrete(parts[0], start=parts[1])
    if name == "MultiDiscrete":
        return spaces.MultiDiscrete(parts[0])
    if name == "Box":
        low, high, shape, kind = parts
        low, high = (np.array(list(map(float, each))).reshape(shape) for each in (low, high))
        return spaces.Box(low.astype(kind), high.astype(kind), dtype=np.dtype(kind).type)
    return decoding.Odd(str(parts[0]))
