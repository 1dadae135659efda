"""What crosses the pipe: objects that the parent lends, and answers as plain JSON.

The parent may send anything, as a pickle. What is lent keeps its identity:
arrays, lists, dicts and generators that an answer changes in place are told
back. An answer is told as None, bools, ints, finite floats and texts, and as
dicts with one key that names a kind: "t" tuple, "d" dict, "n" a number of
numpy's, "a" array, "v" view into a lent array, "e" an env that stays here,
"g" an agent that stays here, "T" tensor, "o" anything else, as the text it prints as.
"""

import base64
import io
import math
import pickle
import sys
from collections.abc import Callable, Mapping
from typing import Any

import gymnasium
import numpy as np

MOST_DEEP, LONGEST_TEXT = 20, 200
AGENT = ("begin", "act")  # the methods of one
PLAIN_TYPES = "biuf"  # kinds of numpy's number types


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, borrowed: Callable) -> None:
        super().__init__(file)
        self._borrowed = borrowed

    def persistent_load(self, loan: tuple) -> Any:
        return self._borrowed(loan)


class Loans:
    """What the parent has lent, by number.

    `borrow(kind, number, *parts)` makes what calls back, `keep(env)` and
    `keep_agent(agent)` say how what stays here is told, `tensor(value)` a tensor.
    """

    def __init__(
        self, borrow: Callable, keep: Callable, keep_agent: Callable, tensor: Callable
    ) -> None:
        self._borrow, self.keep, self.tensor = borrow, keep, tensor
        self.keep_agent = keep_agent
        self._lent: dict[int, Any] = {}
        self._touched: dict[int, Any] = {}  # what an object was like when it was lent last

    def begin(self) -> None:
        """Begin a call: what was lent before it is not watched."""
        self._touched = {}

    def load(self, data: bytes) -> Any:
        """Return what the parent packed."""
        return _Unpickler(io.BytesIO(data), self._borrowed).load()

    def _borrowed(self, loan: tuple) -> Any:
        kind, number, *parts = loan
        known = self._lent.get(number)
        if kind in ("list", "dict"):
            known = _filled([] if kind == "list" else {}, known, parts[0])
        elif kind == "array":
            known = _array(known, *parts)
        elif kind == "view" and known is None:
            owner, offset, dtype, shape, strides = parts
            known = np.ndarray(shape, dtype, owner, offset, strides)
        elif kind == "rng" and parts[0] is not None:
            known = known or np.random.Generator(np.random.PCG64())
            known.bit_generator.state = parts[0]
        elif known is None:
            known = self._borrow(kind, number, *parts)
        self._lent[number] = known
        if kind != "view":
            self._touched[number] = _snapshot(known)
        return known

    def changes(self) -> list[list]:
        """Return [number, what it is now] of what was changed since it was lent in this call."""
        changed = []
        for number, before in self._touched.items():
            known = self._lent[number]
            if isinstance(known, np.ndarray) and known.tobytes() != before:
                changed.append([number, _array_told(known)])
            elif isinstance(known, (list, dict)) and not _same(known, before):
                changed.append([number, encoded(known, self)])
            elif isinstance(known, np.random.Generator) and known.bit_generator.state != before:
                changed.append([number, [*_numbers(known.bit_generator.state)]])
            elif hasattr(known, "parameters") and _parts(known) != before:
                parts = [known.parameters, *(each for layer in known.layers for each in layer)]
                changed.append([number, [encoded(part, self) for part in parts]])
        return changed

    def view(self, array: np.ndarray) -> dict[str, list] | None:
        """Return an array, of any shape, as a view, if its memory is what this call was lent."""
        low, high = np.lib.array_utils.byte_bounds(array)
        for number in self._touched:
            known = self._lent[number]
            if isinstance(known, np.ndarray) and known.base is None and array.size:
                first, last = np.lib.array_utils.byte_bounds(known)
                if first <= low and high <= last:
                    offset = array.__array_interface__["data"][0] - first
                    return {"v": [number, offset, array.dtype.str, array.shape, array.strides]}
        return None


def _filled(empty: Any, known: Any, parts: tuple) -> Any:
    """Return a list or dict with what was lent, the one that is known already if there is one."""
    known = empty if known is None else known
    known.clear()
    (known.update if isinstance(known, dict) else known.extend)(parts)
    return known


def _array(known: Any, dtype: str, shape: tuple, data: bytes | None) -> np.ndarray:
    """Return an array with this content; without `data` it is as it was."""
    if data is not None:
        fresh = np.frombuffer(data, dtype).reshape(shape)
        if known is None:
            return fresh.copy()
        known[...] = fresh
    return known


def _snapshot(known: Any) -> Any:
    if isinstance(known, np.ndarray):
        return known.tobytes()
    if isinstance(known, list):
        return list(known)
    if isinstance(known, dict):
        return dict(known)
    if isinstance(known, np.random.Generator):
        return known.bit_generator.state
    return _parts(known) if hasattr(known, "parameters") else None


def _same(now: Any, before: Any) -> bool:
    """Say whether a list or dict holds the very same objects in the same places."""
    if isinstance(now, dict):
        now, before = ([*each, *each.values()] for each in (now, before))
    return len(now) == len(before) and all(map(lambda a, b: a is b, now, before))


def _parts(network: Any) -> list[int]:
    """Return the identities of a network's arrays."""
    return [id(network.parameters), *(id(each) for layer in network.layers for each in layer)]


def _numbers(state: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Return the four numbers of a PCG64's state."""
    return *state["state"].values(), state["has_uint32"], state["uinteger"]


def encoded(value: Any, loans: Loans, deep: int = 0) -> Any:
    """Return an answer as what JSON can say."""
    deep += 1
    if deep > MOST_DEEP:
        return odd(value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.generic):
        return _number(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else odd(value)
    if isinstance(value, np.ndarray):
        return loans.view(value) or _array_told(value)
    if isinstance(value, (list, tuple)):
        parts = [encoded(part, loans, deep) for part in value]
        return parts if isinstance(value, list) else {"t": parts}
    if isinstance(value, dict):
        return {"d": [[encoded(each, loans, deep) for each in pair] for pair in value.items()]}
    if isinstance(value, gymnasium.Env):
        return {"e": loans.keep(value)}
    if all(callable(getattr(value, name, None)) for name in AGENT):
        return {"g": loans.keep_agent(value)}
    torch = sys.modules.get("torch")
    if torch and isinstance(value, torch.Tensor):
        return {"T": loans.tensor(value)} if torch.isfinite(value).all() else odd(value)
    return odd(value)


def _number(value: np.generic) -> Any:
    if value.dtype.kind not in PLAIN_TYPES or not np.isfinite(value):
        return odd(value)
    return {"n": [value.dtype.str, value.item()]}


def _array_told(array: np.ndarray) -> dict[str, Any]:
    """Return an array as type, shape and bytes."""
    if array.dtype.kind not in PLAIN_TYPES or not np.isfinite(array).all():
        return odd(array)
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"a": [array.dtype.str, array.shape, data]}


def odd(value: Any) -> dict[str, str]:
    """Return what is not plain as the text that it prints as."""
    try:
        text = repr(value)[:LONGEST_TEXT]
    except Exception:
        text = f"a {type(value).__name__} that cannot be printed"
    return {"o": text}
