"""Bins: continuous observations as indices of a table."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Box, Space

from peterwolf import arguments

UNBOUNDED = float(np.finfo(np.float32).max)  # some envs write this for "no limit"
Limits = Sequence[float | None] | None


class Bins:
    """Equal bins: `Bins(low, high, counts)(observation)` is a tuple of int.

    `low`, `high` and `counts` have one entry for each number of an
    observation. A value below `low` falls into the first bin, one at or above
    `high` into the last, infinities too; NaN raises ValueError. `shape` is
    the shape of a table's state axes, `scale` the bins a unit.
    """

    def __init__(self, low: Any, high: Any, counts: Any) -> None:
        self.low, self.high, self.shape, self.scale = ends(low, high, "counts", counts)
        parts = (self.low.tolist(), self.high.tolist(), self.scale.tolist(), self.shape)
        self._parts = list(zip(*parts, strict=True))

    @classmethod
    def of(cls, space: Space, counts: Any, low: Limits = None, high: Limits = None) -> "Bins":
        """Return equal bins between the limits of an observation space.

        `low` and `high` have one entry a dimension: the limit to use, which an
        unbounded dimension needs, or None for the space's own. Raises
        TypeError for a space that is no row of numbers and ValueError, naming
        the dimension, where a limit is missing.
        """
        if not isinstance(space, Box) or len(space.shape) != 1:
            raise TypeError(f"space must be a Box of one axis, got {space!r}")
        ends = _limits("low", space.low, low), _limits("high", space.high, high)
        return cls(*ends, counts)

    def __call__(self, observation: Any) -> tuple[int, ...]:
        index = []
        numbers = row(observation, len(self.shape))
        for value, (low, high, scale, count) in zip(numbers, self._parts, strict=True):
            if low < value < high:
                place = int((value - low) * scale)
                index.append(place if place < count else count - 1)
            elif value <= low:
                index.append(0)
            elif value >= high:
                index.append(count - 1)
            else:
                raise ValueError(f"observation must hold numbers, got {observation!r}")
        return tuple(index)

    def many(self, observations: Any) -> np.ndarray:
        """Return the bins of many observations, (n, dimensions) to int of that shape."""
        values = rows(observations, len(self.shape))
        place = (np.clip(values, self.low, self.high) - self.low) * self.scale
        return np.minimum(place.astype(int), np.array(self.shape) - 1)

    def __repr__(self) -> str:
        return f"Bins({self.low.tolist()}, {self.high.tolist()}, {self.shape})"


class Edges(Bins):
    """Bins between edges of your own: `Edges([[-1, 0, 2], [0.5]])` has 4 x 2 bins.

    `edges` holds, for each number of an observation, the values at which one
    bin ends and the next begins, in rising order; k edges make k + 1 bins, of
    which the outer two have no end. A value on an edge falls into the bin
    above it; NaN raises ValueError.
    """

    def __init__(self, edges: Sequence[Sequence[float]]) -> None:
        self.edges = [np.array(each, dtype=float) for each in edges]
        if not self.edges:
            raise ValueError("edges must have one entry a dimension, got none")
        for i, each in enumerate(self.edges):
            if each.ndim != 1 or not np.isfinite(each).all() or (np.diff(each) <= 0).any():
                raise ValueError(
                    f"edges of dimension {i} must be finite numbers in rising order, "
                    f"got {each.tolist()}"
                )
        self.shape = tuple(len(each) + 1 for each in self.edges)
        self._parts = [each.tolist() for each in self.edges]

    def __call__(self, observation: Any) -> tuple[int, ...]:
        numbers = row(observation, len(self.shape))
        if any(value != value for value in numbers):
            raise ValueError(f"observation must hold numbers, got {observation!r}")
        return tuple(map(bisect_right, self._parts, numbers))

    def many(self, observations: Any) -> np.ndarray:
        """Return the bins of many observations, (n, dimensions) to int of that shape."""
        columns = rows(observations, len(self.shape)).T
        found = [np.searchsorted(*pair, "right") for pair in zip(self.edges, columns, strict=True)]
        return np.stack(found, axis=1)

    def __repr__(self) -> str:
        return f"Edges({[each.tolist() for each in self.edges]})"


def ends(
    low: Any, high: Any, name: str, counts: Any
) -> tuple[np.ndarray, np.ndarray, tuple[int, ...], np.ndarray]:
    """Return `low`, `high`, `counts` (which are called `name`) and the pieces a unit, checked.

    All have the shape (dimensions,). Raises TypeError or ValueError, naming the argument.
    """
    first, last = (np.atleast_1d(np.array(values, dtype=float)) for values in (low, high))
    counts = tuple(arguments.integer(name, count, 1) for count in counts)
    sizes = {"low": len(first), "high": len(last), name: len(counts)}
    if len(set(sizes.values())) != 1:
        raise ValueError(f"low, high and {name} must have one length, got {sizes}")
    if not (np.isfinite(first) & np.isfinite(last) & (first < last)).all():
        raise ValueError(f"low must be below high, both finite, got {low!r} and {high!r}")
    with np.errstate(over="ignore"):
        scale = np.array(counts) / (last - first)
    if not (np.isfinite(scale) & (scale > 0)).all():
        raise ValueError(f"high - low must fit a float, got {low!r} and {high!r}")
    return first, last, counts, scale


def _limits(name: str, own: np.ndarray, given: Limits) -> list[float]:
    """Return the limits given, else the space's own, as the decimals they were written as."""
    given = [None] * len(own) if given is None else list(given)
    if len(given) != len(own):
        raise ValueError(f"{name} must have {len(own)} entries, one a dimension, got {given}")
    limits = []
    for i, (limit, use) in enumerate(zip(own, given, strict=True)):
        if use is None and not abs(limit) < UNBOUNDED:
            raise ValueError(
                f"{name} must be given for dimension {i}, which has no limit, got None"
            )
        use = float(str(limit)) if use is None else use
        limits.append(arguments.real(f"{name} of dimension {i}", use, -UNBOUNDED, UNBOUNDED))
    return limits


def row(observation: Any, length: int) -> list[float]:
    """Return the numbers of an observation; raises ValueError for another count than `length`."""
    values = np.asarray(observation, dtype=float)
    if values.shape != (length,):
        raise ValueError(f"observation must hold {length} numbers, got {observation!r}")
    return values.tolist()


def rows(observations: Any, length: int) -> np.ndarray:
    """Return many observations as floats (n, length); ValueError for NaN and other shapes."""
    values = np.asarray(observations, dtype=float)
    if values.ndim != 2 or values.shape[1] != length:
        raise ValueError(f"observations must have the shape (n, {length}), got {values.shape}")
    bad = np.isnan(values).any(axis=1)
    if bad.any():
        first = int(np.argmax(bad))
        raise ValueError(f"observations must hold numbers, got {values[first]} as number {first}")
    return values
