"""Tile coding: one active feature a tiling, where the definition says, and near what is near."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peterwolf.tabular.tile_coding import Tiles

COUNTS = st.lists(st.integers(1, 5), min_size=1, max_size=3)


def by_definition(observation, low, high, tilings, tiles):
    """The active features as the docstring has them, in numpy; exact for ranges of 2 to the n."""
    low, high, tiles = np.array(low, float), np.array(high, float), np.array(tiles)
    place = (np.clip(observation, low, high) - low) / (high - low) * tiles
    found = []
    for k in range(tilings):
        shift = [(2 * d + 1) * k / tilings % 1 for d in range(len(tiles))]
        cell = np.floor(place + shift).astype(int)
        found.append(np.ravel_multi_index((k, *cell), (tilings, *(tiles + 1))))
    return found


# The definition


@settings(max_examples=60, deadline=None)
@given(
    counts=COUNTS,
    tilings=st.sampled_from([1, 2, 3, 4, 5, 8, 16]),
    where=st.lists(st.floats(-0.3, 1.3), min_size=3, max_size=3),
    power=st.integers(-3, 3),
)
def test_the_features_are_those_of_the_definition(counts, tilings, where, power):
    low = [-(2.0**power)] * len(counts)
    high = [2.0**power * (2.0**d - 1) for d in range(1, len(counts) + 1)]
    tiles = Tiles(low, high, tilings, counts)
    at = [a + (b - a) * part for a, b, part in zip(low, high, where, strict=False)]
    found = tiles(at)
    assert found.shape == (tilings,) and found.dtype == np.int64
    assert found.tolist() == by_definition(at, low, high, tilings, counts)


@settings(max_examples=60, deadline=None)
@given(
    counts=COUNTS,
    tilings=st.integers(1, 40),
    at=st.lists(st.floats(allow_nan=False), min_size=3, max_size=3),
    size=st.sampled_from([1e-9, 0.14, 1.8, 4.8, 1e9]),
)
def test_one_feature_of_each_tiling_is_active_and_none_lies_outside(counts, tilings, at, size):
    tiles = Tiles([-0.3 * size] * len(counts), [0.7 * size] * len(counts), tilings, counts)
    of_a_tiling = tiles.features // tilings
    assert of_a_tiling == math.prod(count + 1 for count in counts)
    found = tiles(np.multiply(at[: len(counts)], 1.0))
    assert (found // of_a_tiling).tolist() == list(range(tilings))


def test_the_shifts_are_odd_multiples_without_whole_tiles():
    shifts = Tiles([0, 0, 0], [1, 1, 1], 4, (2, 2, 2)).shifts
    assert shifts.tolist() == [[0, 0.25, 0.5, 0.75], [0, 0.75, 0.5, 0.25], [0, 0.25, 0.5, 0.75]]
    assert Tiles([0], [1], 1, (5,)).shifts.tolist() == [[0]]


def test_a_worked_example():
    tiles = Tiles([0, 0], [4, 4], tilings=2, tiles=(4, 4))  # a tile is 1 wide, 25 to a tiling
    assert tiles.features == 50 and tiles.scale.tolist() == [1, 1]
    assert tiles([2.0, 1.25]).tolist() == [2 * 5 + 1, 25 + 2 * 5 + 1]
    assert tiles([2.5, 1.25]).tolist() == [2 * 5 + 1, 25 + 3 * 5 + 1]
    assert tiles([2.5, 1.5]).tolist() == [2 * 5 + 1, 25 + 3 * 5 + 2]


def test_each_feature_is_active_somewhere():
    tiles = Tiles([0, 0], [1, 1], 4, (3, 2))
    places = np.stack(np.meshgrid(*[np.linspace(0, 1, 49)] * 2), axis=-1).reshape(-1, 2)
    assert set(tiles.many(places).ravel().tolist()) == set(range(tiles.features))


@pytest.mark.parametrize("dimension", [0, 1])
def test_a_small_step_leaves_all_tilings_but_one_as_they_were(dimension):
    tiles = Tiles([0, 0], [4, 4], 8, (4, 4))
    place = np.array([1.03, 1.03])
    for _ in range(16):
        before = tiles(place)
        place[dimension] += 1 / 8  # an eighth of a tile, with eight tilings
        assert (tiles(place) != before).sum() == 1
    assert not set(tiles([1.03, 1.03])) & set(tiles([2.1, 2.1]))  # more than a tile away


def test_no_two_tilings_have_an_edge_in_common():
    for shifts in Tiles([0] * 4, [1] * 4, 16, [2] * 4).shifts:
        assert len(set(shifts.tolist())) == 16


# Observations


@pytest.mark.parametrize(
    ("outside", "edge"),
    [((-9, 2), (-1, 2)), ((9, 2), (1, 2)), ((0, math.inf), (0, 5)), ((0, -math.inf), (0, -5))],
)
def test_a_value_outside_is_held_to_the_edge(outside, edge):
    tiles = Tiles([-1, -5], [1, 5], 8, (3, 4))
    assert tiles(outside).tolist() == tiles(edge).tolist()


def test_an_observation_may_be_an_array_of_either_precision_a_list_or_a_tuple():
    tiles = Tiles([-1, -5], [1, 5], 8, (3, 4))
    kinds = [np.array([0.5, 2.5]), np.array([0.5, 2.5], np.float32), [0.5, 2.5], (0.5, 2.5)]
    assert len({tuple(tiles(each).tolist()) for each in kinds}) == 1
    assert tiles.active(kinds[0]) == tiles(kinds[0]).tolist()


@pytest.mark.parametrize("at", [[math.nan, 0], [0, math.nan], [math.nan, math.nan]])
def test_nan_is_refused(at):
    tiles = Tiles([-1, -5], [1, 5], 8, (3, 4))
    with pytest.raises(ValueError, match=r"^observation must hold numbers, got \[.*nan"):
        tiles(at)
    with pytest.raises(ValueError, match=r"^observations must hold numbers, got .* as number 1$"):
        tiles.many([[0, 0], at])


@pytest.mark.parametrize("at", [[0.0], [0.0, 0, 0], 0.0, [[0.0, 0]]])
def test_an_observation_of_another_length_is_refused(at):
    with pytest.raises(ValueError, match="^observation must hold 2 numbers, got"):
        Tiles([-1, -5], [1, 5], 8, (3, 4))(at)


def test_many_observations_are_coded_as_one_by_one():
    tiles, rng = Tiles([-1, -5], [1, 5], 8, (3, 4)), np.random.default_rng(0)
    places = rng.uniform(-6, 6, size=(50, 2))
    found = tiles.many(places)
    assert found.shape == (50, 8) and found.dtype == np.int64
    assert found.tolist() == [tiles(place).tolist() for place in places]
    assert tiles.many(np.zeros((0, 2))).shape == (0, 8)
    with pytest.raises(ValueError, match=r"^observations must have the shape \(n, 2\)"):
        tiles.many([0.0, 1.0])


# What is told at once


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"tilings": 0}, ValueError, "^tilings must be an integer from 1 to"),
        ({"tilings": 8.0}, TypeError, "^tilings must be an integer"),
        ({"tilings": True}, TypeError, "^tilings must be an integer"),
        ({"tiles": (3, 0)}, ValueError, "^tiles must be an integer of 1 or more, got 0"),
        ({"tiles": (3, 2.5)}, TypeError, "^tiles must be an integer"),
        ({"tiles": (3,)}, ValueError, r"^low, high and tiles must have one length, got \{'low': 2"),
        ({"low": [-1]}, ValueError, "^low, high and tiles must have one length"),
        ({"high": [-1, 5]}, ValueError, r"^low must be below high, both finite, got \[-1, -5\]"),
        ({"high": [math.inf, 5]}, ValueError, "^low must be below high, both finite"),
        ({"low": [math.nan, -5]}, ValueError, "^low must be below high, both finite"),
        ({"high": [1e-320, 5], "low": [0, -5]}, ValueError, "^high - low must fit a float"),
        ({"tiles": (2000, 2000)}, ValueError, r"at most 10,000,000 features.* make 32,032,008$"),
    ],
)
def test_bad_input_is_named_at_once(changed, error, says):
    given = {"low": [-1, -5], "high": [1, 5], "tilings": 8, "tiles": (3, 4)} | changed
    with pytest.raises(error, match=says):
        Tiles(**given)


def test_its_repr_makes_it_again():
    tiles = Tiles([-1.2, -0.07], [0.6, 0.07], tilings=8, tiles=(8, 4))
    assert repr(tiles) == "Tiles([-1.2, -0.07], [0.6, 0.07], tilings=8, tiles=(8, 4))"
    assert eval(repr(tiles)).many([[0, 0.01]]).tolist() == tiles.many([[0, 0.01]]).tolist()
