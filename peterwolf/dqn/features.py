"""Observations as the numbers that go into a network."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete, MultiDiscrete

from peterwolf.tabular.bins import UNBOUNDED


class Features:
    """`Features(space)(observations)` turns n observations into float32 (n, size).

    A Box is laid out as one row; those of its numbers that have limits are
    scaled to −1..1 if `scaled`, the others stay as they are. Of a Discrete or
    MultiDiscrete observation each number becomes as many inputs as it has
    values, all 0 but one (one-hot). `shape` and `dtype` are those of one
    observation. Raises TypeError for any other space.
    """

    def __init__(self, space: gymnasium.Space, *, scaled: bool = True) -> None:
        kinds = (Box, Discrete, MultiDiscrete)
        if not isinstance(space, kinds) or (
            isinstance(space, Box) and space.dtype.kind not in "fiu"
        ):
            raise TypeError(
                f"env must have Box, Discrete or MultiDiscrete observations of numbers, got {space}"
            )
        self.shape, self.dtype = space.shape or (), space.dtype
        self._middle: np.ndarray | None = None  # of a Box
        if isinstance(space, Box):
            low, high = (np.ravel(ends).astype(float) for ends in (space.low, space.high))
            limited = scaled & (low > -UNBOUNDED) & (high < UNBOUNDED) & (low < high)
            low, high = np.where(limited, low, -1), np.where(limited, high, 1)
            self._middle = ((low + high) / 2).astype(np.float32)
            self._scale = (2 / (high - low)).astype(np.float32)
            self.size = len(low)
        else:
            counts = np.ravel(space.nvec if isinstance(space, MultiDiscrete) else space.n)
            self._first = np.cumsum(counts) - counts - np.ravel(space.start)
            self.size = int(counts.sum())

    def __call__(self, observations: Any) -> np.ndarray:
        rows = np.asarray(observations).reshape(len(observations), -1)
        if self._middle is not None:
            return (rows.astype(np.float32, copy=False) - self._middle) * self._scale
        hot = np.zeros((len(rows), self.size), dtype=np.float32)
        np.put_along_axis(hot, rows + self._first, 1, axis=1)
        return hot
