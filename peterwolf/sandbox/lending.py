"""What is sent into a sandbox, and lent to it: changes of what was lent come back by number."""

import io
import pickle
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium
import numpy as np

from peterwolf.dqn.net import Network
from peterwolf.sandbox.decoding import TYPES, BrokenReplyError, Odd, UnfitError, generator_state
from peterwolf.sandbox.lent_env import patience


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, loan: Callable) -> None:
        super().__init__(file, protocol=5)
        self._loan = loan

    def persistent_id(self, value: Any) -> tuple | None:
        return self._loan(value)


class Lender:
    """Packs what is sent; remembers what was lent, so that changes can be told by number."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}  # by identity; `_lent` keeps what has one alive
        self._lent: list[Any] = []
        self._sent: dict[int, Any] = {}  # the content that the other side has

    def pack(self, message: Any) -> bytes:
        """Return a message as bytes."""
        file = io.BytesIO()
        _Pickler(file, self.loan).dump(message)
        return file.getvalue()

    def lent(self, number: Any) -> Any:
        """Return what was lent by that number; raises BrokenReplyError for no such number."""
        if type(number) is not int or not 0 <= number < len(self._lent):
            raise BrokenReplyError("it names something that was never lent")
        return self._lent[number]

    def loan(self, value: Any) -> tuple | None:
        """Return how a value is lent, None if it is simply sent (pickle asks this)."""
        kind = type(value)
        if kind in (int, float, str, bool, tuple, type(None), bytes):
            return None
        if kind is np.ndarray and value.dtype.str in TYPES:
            return self._array(value)
        if kind is np.random.Generator:
            return self._generator(value)
        if kind in (list, dict):
            parts = tuple(value.items() if kind is dict else value)
            return kind.__name__, self._number(value), parts
        if isinstance(value, gymnasium.Env):
            parts = value.observation_space, value.action_space, patience(value)
            return "env", self._number(value), *parts
        if kind is types.GeneratorType:
            return "iterator", self._number(value)
        if kind is Network:
            parts = value.widths, value.parameters, value.dueling
            return "network", self._number(value), *parts
        local = kind is types.FunctionType and "<" in value.__qualname__
        if local or kind in (types.MethodType, partial):
            return "function", self._number(value)
        return None

    def _number(self, value: Any) -> int:
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._lent)
            self._lent.append(value)
        return self._numbers[id(value)]

    def _array(self, value: np.ndarray) -> tuple:
        owner = value.base
        if type(owner) is np.ndarray and owner.flags.c_contiguous and owner.dtype.str in TYPES:
            places = (each.__array_interface__["data"][0] for each in (value, owner))
            offset = next(places) - next(places)
            number = self._number(value)
            return "view", number, owner, offset, value.dtype.str, value.shape, value.strides
        number, content = self._number(value), value.tobytes()
        fresh = self._sent.get(number) != content
        self._sent[number] = content
        return "array", number, value.dtype.str, value.shape, content if fresh else None

    def _generator(self, rng: np.random.Generator) -> tuple:
        number, state = self._number(rng), rng.bit_generator.state
        fresh = self._sent.get(number) != state
        self._sent[number] = state
        return "rng", number, state if fresh else None

    def change(self, number: Any, told: Any, decode: Callable) -> None:
        """Change what was lent as the other side says it is now.

        Raises BrokenReplyError for what is of another kind, UnfitError for
        numbers that are not finite.
        """
        value = self.lent(number)
        if type(value) is np.random.Generator:
            self._sent[number] = value.bit_generator.state = generator_state(told)
            return
        now = [decode(each) for each in told] if type(value) is Network else decode(told)
        if type(value) is np.ndarray:
            _fill(value, now)
            self._sent[number] = value.tobytes()
        elif type(value) is Network:
            _rewire(value, now)
        elif type(value) in (list, dict) and type(now) is type(value):
            value.clear()
            (value.update if type(value) is dict else value.extend)(now)
        else:
            raise BrokenReplyError("it changes something to another kind")


def _fill(array: np.ndarray, now: Any) -> None:
    if isinstance(now, Odd):
        raise UnfitError("an array was filled with numbers that are not finite")
    if not isinstance(now, np.ndarray) or now.shape != array.shape or now.dtype != array.dtype:
        raise BrokenReplyError("it changes an array to another kind")
    array[...] = now


def _rewire(network: Network, arrays: list[Any]) -> None:
    """Give a network other arrays of the same shapes."""
    old = [network.parameters, *(each for layer in network.layers for each in layer)]
    for now, before in zip(arrays, old, strict=True):
        if not isinstance(now, np.ndarray) or now.shape != before.shape or now.dtype.kind != "f":
            raise UnfitError("a network was given parameters of another kind")
    network.parameters = arrays[0]
    network.layers = list(zip(arrays[1::2], arrays[2::2], strict=True))
