"""Equal bins: continuous observations as indices of a table."""

from typing import Any

import numpy as np

from peterwolf import arguments


class Bins:
    """Equal bins: `Bins(low, high, counts)(observation)` is a tuple of int.

    `low`, `high` and `counts` have one entry for each number of an
    observation. A value below `low` falls into the first bin, one at or above
    `high` into the last; NaN raises ValueError. `shape` is the shape of a
    table's state axes.
    """

    def __init__(self, low: Any, high: Any, counts: Any) -> None:
        self.low, self.high = (np.atleast_1d(np.array(v, dtype=float)) for v in (low, high))
        self.shape = tuple(arguments.integer("counts", n, 1) for n in counts)
        sizes = {"low": len(self.low), "high": len(self.high), "counts": len(self.shape)}
        if len(set(sizes.values())) != 1:
            raise ValueError(f"low, high and counts must have one length, got {sizes}")
        if not (np.isfinite(self.low) & np.isfinite(self.high) & (self.low < self.high)).all():
            raise ValueError(f"low must be below high, both finite, got {low!r} and {high!r}")
        self._scale = np.array(self.shape) / (self.high - self.low)
        self._last = np.array(self.shape) - 1

    def __call__(self, observation: Any) -> tuple[int, ...]:
        values = np.asarray(observation, dtype=float)
        if values.shape != self.low.shape:
            raise ValueError(
                f"observation must hold {len(self.shape)} numbers, got {observation!r}"
            )
        place = (np.clip(values, self.low, self.high) - self.low) * self._scale
        if np.isnan(place).any():
            raise ValueError(f"observation must hold numbers, got {observation!r}")
        return tuple(np.clip(np.floor(place), 0, self._last).astype(int).tolist())

    def __repr__(self) -> str:
        return f"Bins({self.low.tolist()}, {self.high.tolist()}, {self.shape})"
