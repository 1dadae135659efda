"""Tile coding: continuous observations as features, of which one a tiling is active."""

from typing import Any

import numpy as np

from peterwolf import arguments
from peterwolf.kernels import tile_loops
from peterwolf.tabular.bins import ends, row, rows

MOST_FEATURES = 10_000_000


class Tiles:
    """Tilings, one over the other: `Tiles(low, high, tilings, tiles)(observation)`, an int array.

    Its shape is (tilings,), and it holds the numbers of the active features:
    for each tiling that of the tile in which the observation lies. `tiles`
    has one entry for each number of an observation: how many tiles reach
    from `low` to `high`.
    In dimension d, counted from 0, tiling k is shifted by the fraction of
    (2 d + 1) k / tilings, in tiles; to cover all in spite of that, it has
    one tile more. Where the number of tilings is a power of two, no two of
    them have an edge in common. A value outside is held to `low` or `high`,
    infinities too; NaN raises ValueError. To make them raises TypeError or
    ValueError, naming the argument.

    `features`: how many there are; `shifts`: the shifts, float (dimensions,
    tilings); `scale`: tiles a unit. Miller and Glanz, The University of New
    Hampshire Implementation of CMAC, 1996; Sutton and Barto, Reinforcement
    Learning, 2nd edition, section 9.5.4.
    """

    def __init__(self, low: Any, high: Any, tilings: int, tiles: Any) -> None:
        self.low, self.high, self.tiles, self.scale = ends(low, high, "tiles", tiles)
        self.tilings = arguments.integer("tilings", tilings, 1, MOST_FEATURES)
        self.features = self.tilings
        for count in self.tiles:
            self.features *= count + 1
        if self.features > MOST_FEATURES:
            raise ValueError(
                f"tilings and tiles must make at most {MOST_FEATURES:,} features, "
                f"got {self.tilings} and {self.tiles}, which make {self.features:,}"
            )
        odd = 2 * np.arange(len(self.tiles))[:, None] + 1
        self.shifts = np.arange(self.tilings) * odd % self.tilings / self.tilings
        self.parts = (self.low, self.high, self.scale, np.array(self.tiles), self.shifts)
        self._lists = [part.tolist() for part in self.parts]

    def active(self, observation: Any) -> list[int]:
        """Return the active features as a list, which Python reads faster; ValueError for NaN."""
        numbers = row(observation, len(self.tiles))
        if any(number != number for number in numbers):
            raise ValueError(f"observation must hold numbers, got {observation!r}")
        found = [0] * self.tilings
        low, high, scale, counts, shifts = self._lists
        tile_loops.find(numbers, low, high, scale, counts, shifts, found)
        return found

    def __call__(self, observation: Any) -> np.ndarray:
        return np.array(self.active(observation))

    def many(self, observations: Any) -> np.ndarray:
        """Return the active features of many observations, (n, dimensions) to int (n, tilings)."""
        found = [self.active(each) for each in rows(observations, len(self.tiles))]
        return np.array(found, dtype=int).reshape(-1, self.tilings)

    def __repr__(self) -> str:
        limits = f"{self.low.tolist()}, {self.high.tolist()}"
        return f"Tiles({limits}, tilings={self.tilings}, tiles={self.tiles})"
