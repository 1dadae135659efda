"""The exercises of lesson 09."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from peterwolf.checks.exercise import Exercise, ask, expect, short
from peterwolf.tabular.linear import Tiles


def tile_indices(
    x: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    tilings: int,
    tiles: Sequence[int],
) -> np.ndarray:
    """Return the numbers of the active features, one a tiling, int (tilings,).

    In dimension d, counted from 0, tiling k is shifted by the fraction of
    k (2 d + 1) / tilings, in tiles, and has tiles[d] + 1 tiles.
    """
    low, high, tiles = np.array(low), np.array(high), np.array(tiles)
    place = (np.clip(x, low, high) - low) / (high - low) * tiles
    active = []
    for k in range(tilings):
        shift = k * (2 * np.arange(len(tiles)) + 1) / tilings % 1
        cell = np.floor(place + shift).astype(int)
        active.append(np.ravel_multi_index((k, *cell), (tilings, *(tiles + 1))))
    return np.array(active)


def _places(seed: int) -> list[tuple]:
    """Return the arguments to ask about: the worked example, edges, outside, and random ones."""
    plane = np.zeros(2), np.array([4.0, 4.0]), 4, np.array([4, 4])
    cases = [(np.array(at), *plane) for at in ([2.6, 1.3], [0.0, 0.0], [4.0, 4.0], [4.5, -1.0])]
    line = np.array([-1.0]), np.array([1.0]), 2, np.array([8])
    cases += [(np.array(at), *line) for at in ([-0.9], [1.0], [-3.0], [np.inf])]
    rng = np.random.default_rng([9, seed])
    for tilings, count in ((1, 2), (8, 2), (5, 1), (16, 3), (4, 2), (32, 2), (8, 4)):
        # numbers that floats hold exactly: rounding decides nothing at the ends
        low = rng.integers(-20, 20, count) / 8
        high = low + 2.0 ** rng.integers(-2, 3, count)
        at = low + (high - low) * rng.uniform(-0.2, 1.2, count)
        cases.append((at, low, high, tilings, rng.integers(1, 7, count)))
    return cases


def _told(names: Sequence[str], case: Sequence[Any]) -> str:
    """Return a case as a learner could type it."""
    plain = (each.tolist() if isinstance(each, np.ndarray) else each for each in case)
    return ", ".join(f"{name}={short(each)}" for name, each in zip(names, plain, strict=True))


def _judge_tile_indices(answer: Callable, seed: int) -> None:
    for case in _places(seed):
        x, low, high, tilings, tiles = case
        told = _told(("x", "low", "high", "tilings", "tiles"), case)
        before = [each.copy() for each in (x, low, high, tiles)]
        got = ask(answer, case, told)
        same = all(map(np.array_equal, before, (x, low, high, tiles)))
        expect(same, "x, low, high and tiles must stay as they were")
        whole = isinstance(got, (np.ndarray, list, tuple)) and np.asarray(got).dtype.kind in "iu"
        fits = whole and np.shape(got) == (tilings,)
        expect(fits, f"for {told}, an array of {tilings} whole numbers is right, got {short(got)}")
        of_a_tiling = int(np.prod(tiles + 1))
        got, right = np.asarray(got).tolist(), Tiles(low, high, tilings, tiles)(x).tolist()
        for k, number in enumerate(got):
            first = k * of_a_tiling
            expect(
                first <= number < first + of_a_tiling,
                f"for {told}, tiling {k} has the features {first} to {first + of_a_tiling - 1}, "
                f"got {number}",
            )
        expect(got == right, f"for {told}, the answer is {short(right)}, got {short(got)}")


def semi_gradient_update(
    w: np.ndarray, active: np.ndarray, action: int, target: float, alpha: float
) -> None:
    """Move each active weight of an action by alpha times the error of its value, in place.

    `w`: (features, actions). The value is the sum of the active weights.
    """
    w[active, action] += alpha * (target - w[active, action].sum())


def _judge_semi_gradient_update(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([90, seed])
    cases = [(np.array([1.0, 2.0, 0.0, 4.0, 8.0]), [0, 1, 3], 10.0, 0.1)]
    cases += [(np.array([1.0, 2.0, 0.0, 4.0, 8.0]), [0, 1, 3], 7.0, 0.5)]
    for alpha in (0.0, 0.125, 0.3, 1.0):
        features, count = int(rng.integers(6, 40)), int(rng.integers(1, 6))
        active = rng.permutation(features)[:count].tolist()
        cases.append((rng.normal(size=features).round(3), active, float(rng.normal()), alpha))
    names = "the active weights", "target", "alpha"
    for column, active, target, alpha in cases:
        w = rng.normal(size=(len(column), 3)).round(3)
        action, active = int(rng.integers(3)), np.array(active)
        w[:, action] = column
        told = _told(names, (column[active], target, alpha))
        right, still = w.copy(), active.copy()
        right[active, action] += alpha * (target - column[active].sum())
        got = ask(answer, (w, active, action, target, alpha), told)
        expect(got is None, f"for {told}, nothing is returned; w is changed in place")
        expect(np.array_equal(active, still), "active must stay as it was")
        moved, wanted = w[active, action], right[active, action]
        expect(
            np.allclose(moved, wanted, rtol=1e-9, atol=1e-9),
            f"for {told}, they become {short(wanted.round(6).tolist())}, "
            f"got {short(moved.round(6).tolist())}",
        )
        w[active, action] = wanted
        expect(np.array_equal(w, right), f"for {told}, other entries of w were changed")


EXERCISES = (
    Exercise(
        "09_tile_indices",
        2,
        tile_indices,
        _judge_tile_indices,
        "how many tiles from low is x, which tile is that after the shift, and how many tiles "
        "lie before it, those of earlier tilings too?",
        section=3,
    ),
    Exercise(
        "09_semi_gradient_update",
        2,
        semi_gradient_update,
        _judge_semi_gradient_update,
        "one error for all: target minus the sum of the active weights; each of them moves by "
        "alpha times that.",
        section=4,
    ),
)
