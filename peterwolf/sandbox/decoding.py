"""What is accepted from a sandbox: one line of JSON at a time, with nothing in it but plain values.

None, bools, ints, finite floats, texts, lists, and dicts with one key that
names a kind (`inside.values` says which). Nothing is unpickled or evaluated.
"""

import base64
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

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


def decoded(told: Any, lent: Callable, others: dict[str, Callable]) -> Any:
    """Return what JSON told; `others` make the kinds that are not plain, by their tag."""
    if told is None or isinstance(told, (bool, int, float)):
        return told
    if isinstance(told, str):
        return told[:LONGEST_TEXT]
    if isinstance(told, list):
        return [decoded(each, lent, others) for each in told]
    ((tag, parts),) = told.items()
    if tag == "t":
        return tuple(decoded(each, lent, others) for each in parts)
    if tag == "d":
        return {decoded(k, lent, others): decoded(v, lent, others) for k, v in parts}
    if tag == "n":
        return _array(parts[0], (), np.array([parts[1]], _kind(parts[0])).tobytes())[()]
    if tag == "a":
        return _array(parts[0], parts[1], base64.b64decode(parts[2], validate=True))
    if tag == "v":
        number, offset, kind, shape, strides = parts
        if math.prod(shape) > MOST_NUMBERS:
            raise BrokenReplyError("it holds too large an array")
        view = np.ndarray(shape, _kind(kind), lent(number), offset, strides)
        return view if np.isfinite(view).all() else Odd(repr(view))
    if tag == "o":
        return Odd(str(parts)[:LONGEST_TEXT])
    return others[tag](parts)
