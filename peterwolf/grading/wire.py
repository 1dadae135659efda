"""What the parent sends into a sandbox, and what it accepts from there.

Out go pickles, in comes JSON: None, bools, ints, finite floats, texts, and
tagged tuples, dicts, numbers, arrays and views (`inside.values` says how).
Nothing that comes in is unpickled or evaluated, and everything is held
against what was lent before it is used.
"""

import base64
import io
import json
import math
import pickle
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium
import numpy as np

from peterwolf.grading.lent_env import patience
from peterwolf.net import Network

MOST_NUMBERS = 1_000_000  # in one view
TYPES = {f"<{kind}{size}" for kind in "iuf" for size in (2, 4, 8)} | {"|b1", "|i1", "|u1"}
MOST_DIMENSIONS, LONGEST_TEXT = 8, 2000


class BrokenReplyError(Exception):
    """What came in is not what was agreed."""


class UnfitError(Exception):
    """An answer put something into what it was lent that nobody can go on with."""


class Odd:
    """Something that is not plain; it can only be printed, as whoever sent it says."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


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

    def decoded(self, told: Any, others: dict[str, Callable]) -> Any:
        """Return what JSON told; `others` make the kinds that are not plain, by their tag."""
        if told is None or isinstance(told, (bool, int, float)):
            return told
        if isinstance(told, str):
            return told[:LONGEST_TEXT]
        if isinstance(told, list):
            return [self.decoded(each, others) for each in told]
        ((tag, parts),) = told.items()
        if tag == "t":
            return tuple(self.decoded(each, others) for each in parts)
        if tag == "d":
            return {self.decoded(k, others): self.decoded(v, others) for k, v in parts}
        if tag == "n":
            return _array(parts[0], (), np.array([parts[1]], _kind(parts[0])).tobytes())[()]
        if tag == "a":
            return _array(parts[0], parts[1], base64.b64decode(parts[2], validate=True))
        if tag == "v":
            number, offset, kind, shape, strides = parts
            if math.prod(shape) > MOST_NUMBERS:
                raise BrokenReplyError("it holds too large an array")
            return np.ndarray(shape, _kind(kind), self.lent(number), offset, strides)
        if tag == "o":
            return Odd(str(parts)[:LONGEST_TEXT])
        return others[tag](parts)


def read(line: bytes) -> dict[str, Any]:
    """Return one line as a dict; raises BrokenReplyError for anything but finite JSON."""
    try:
        told = json.loads(line, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BrokenReplyError("it is not plain JSON") from error
    if not isinstance(told, dict):
        raise BrokenReplyError("it is not a dict")
    return told


def _refused(name: str) -> float:
    raise ValueError(f"{name} is not finite")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refused(text[:20])


def _kind(name: Any) -> np.dtype:
    if name not in TYPES:
        raise BrokenReplyError("it holds numbers of an unknown type")
    return np.dtype(name)


def _array(kind: Any, shape: Any, data: bytes) -> Any:
    if len(shape) > MOST_DIMENSIONS or any(type(side) is not int or side < 0 for side in shape):
        raise BrokenReplyError("it holds an array without a shape")
    array = np.frombuffer(data, _kind(kind)).reshape(shape).copy()
    if array.dtype.kind == "b":
        array = array.view(np.uint8) != 0
    return array if np.isfinite(array).all() else Odd(repr(array))


def generator_state(told: Any) -> dict[str, Any]:
    """Return the state of a PCG64 from its four numbers."""
    state, inc, has, rest = told
    numbers = {"state": int(state), "inc": int(inc)}
    return {
        "bit_generator": "PCG64",
        "state": numbers,
        "has_uint32": int(has),
        "uinteger": int(rest),
    }


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
