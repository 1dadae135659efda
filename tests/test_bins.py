"""Equal bins: edges, both ends, and what does not belong into a bin."""

import math
import time

import gymnasium
import numpy as np
import pytest
from counted import calls
from gymnasium.spaces import Box, Discrete
from hypothesis import given
from hypothesis import strategies as st

from peterwolf.tabular.bins import Bins, Edges

QUARTERS = Bins([0.0], [1.0], [4])
ANY_NUMBER = st.floats(allow_nan=False, allow_infinity=True)


@pytest.mark.parametrize(
    ("value", "index"), [(0, 0), (0.2, 0), (0.25, 1), (0.5, 2), (0.75, 3), (0.99, 3), (1, 3)]
)
def test_a_value_falls_into_the_bin_that_begins_at_or_below_it(value, index):
    assert QUARTERS([value]) == (index,)


@pytest.mark.parametrize("edge", [1, 2, 3])
def test_the_value_just_below_an_edge_falls_into_the_bin_below(edge):
    assert QUARTERS([np.nextafter(edge / 4, -1)]) == (edge - 1,)


@pytest.mark.parametrize(
    ("value", "index"),
    [(-1e-9, 0), (-5, 0), (-1e300, 0), (-math.inf, 0), (1, 3), (7, 3), (1e300, 3), (math.inf, 3)],
)
def test_a_value_outside_falls_into_the_bin_at_that_end(value, index):
    assert QUARTERS([value]) == (index,)


def test_bins_around_zero_are_equally_wide():
    # int() would cut towards zero and make the middle bin twice as wide.
    bins = Bins([-1.5], [1.5], [3])
    at = [bins([value])[0] for value in (-0.9, -0.6, -0.4, 0.0, 0.4, 0.6, 0.9)]
    assert at == [0, 0, 1, 1, 1, 2, 2]


def test_each_number_of_an_observation_has_its_own_bins():
    bins = Bins([0, -1], [10, 1], [5, 2])
    assert bins([9.9, -0.1]) == (4, 0)
    assert bins(np.array([2.0, 0.1], dtype=np.float32)) == (1, 1)
    assert bins.shape == (5, 2)


def test_an_index_is_a_tuple_of_python_ints():
    index = Bins([0, 0], [1, 1], [2, 2])(np.array([0.9, 0.1]))
    assert type(index) is tuple and [type(i) for i in index] == [int, int]


@given(ANY_NUMBER)
def test_every_number_has_a_bin_inside_the_table(value):
    assert 0 <= QUARTERS([value])[0] <= 3


@given(ANY_NUMBER, ANY_NUMBER)
def test_a_larger_value_never_has_a_smaller_bin(one, other):
    low, high = sorted([one, other])
    assert QUARTERS([low]) <= QUARTERS([high])


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 50), st.floats(0, 1))
def test_a_bin_holds_the_values_between_its_edges(low, width, count, part):
    high = low + width
    value = low + part * width
    index = Bins([low], [high], [count])([value])[0]
    slack = 1e-6 * (abs(low) + width)
    assert low + index * width / count - slack <= value
    assert value <= low + (index + 1) * width / count + slack


@pytest.mark.parametrize("observation", [[math.nan, 0], [0, math.nan], [math.nan, math.nan]])
def test_nan_has_no_bin(observation):
    with pytest.raises(ValueError, match=r"observation must hold numbers, got \[.*nan"):
        Bins([0, 0], [1, 1], [2, 2])(observation)


@pytest.mark.parametrize("observation", [[0.5], [0.5, 0.5, 0.5], 0.5, [], [[0.5, 0.5]]])
def test_an_observation_of_another_length_is_an_error(observation):
    with pytest.raises(ValueError, match="observation must .*2.*, got"):
        Bins([0, 0], [1, 1], [2, 2])(observation)


@pytest.mark.parametrize(
    ("low", "high", "counts"), [([0, 0], [1], [2]), ([0], [1, 1], [2]), ([0], [1], [2, 2])]
)
def test_low_high_and_counts_have_one_length(low, high, counts):
    lengths = {"low": len(low), "high": len(high), "counts": len(counts)}
    with pytest.raises(ValueError, match=f"low, high and counts must have one length, .*{lengths}"):
        Bins(low, high, counts)


@pytest.mark.parametrize(
    ("low", "high"), [(1, 1), (2, 1), (math.nan, 1), (0, math.nan), (-math.inf, 1), (0, math.inf)]
)
def test_low_lies_below_high_and_both_are_finite(low, high):
    with pytest.raises(ValueError, match=r"low must be below high, both finite, got \[.* and \["):
        Bins([0, low], [1, high], [2, 2])


@pytest.mark.parametrize(
    ("count", "error"), [(0, ValueError), (-3, ValueError), (1.5, TypeError), ("4", TypeError)]
)
def test_a_count_is_a_whole_number_of_one_or_more(count, error):
    with pytest.raises(error, match=f"counts must be an integer of 1 or more, got {count!r}"):
        Bins([0, 0], [1, 1], [2, count])


@pytest.mark.parametrize(("low", "high"), [(-1.7e308, 1.7e308), (0, 5e-324)])
def test_a_width_that_no_float_can_hold_is_an_error(low, high):
    with pytest.raises(ValueError, match="^high - low must fit a float, got"):
        Bins([low], [high], [4])


def test_bins_keep_their_ends_when_the_callers_arrays_change():
    low = np.array([0.0])
    bins = Bins(low, [1.0], [4])
    low[0] = 0.9
    assert bins.low.tolist() == [0.0] and bins([0.5]) == (2,)


def test_bins_show_how_they_were_made():
    assert repr(Bins([0], [1.5], [4])) == "Bins([0.0], [1.5], (4,))"


# Many observations at once

SKEWED = Bins([-1.2, -0.07], [0.6, 0.07], [7, 13])


def exactly(bins: Bins) -> np.ndarray:
    """The edges of equal bins and the numbers beside them, (n, dimensions)."""
    rows = [np.linspace(*ends, 300) for ends in zip(bins.low, bins.high, strict=True)]
    edges = np.concatenate(
        [np.array(rows).T, *(np.linspace(bins.low, bins.high, n + 1) for n in bins.shape)]
    )
    return np.concatenate([edges, np.nextafter(edges, -9), np.nextafter(edges, 9)])


@pytest.mark.parametrize("kind", [float, np.float32])
def test_many_observations_have_the_bins_that_each_of_them_has(kind):
    observations = exactly(SKEWED).astype(kind)
    found = SKEWED.many(observations)
    assert found.dtype.kind == "i" and found.shape == observations.shape
    assert [tuple(each) for each in found] == [SKEWED(each) for each in observations]
    assert set(map(tuple, found.tolist())) >= {(0, 0), (6, 12)}


@given(st.lists(st.tuples(ANY_NUMBER, ANY_NUMBER), min_size=1))
def test_one_and_many_agree_on_every_number(observations):
    assert list(map(tuple, SKEWED.many(observations))) == [SKEWED(each) for each in observations]


BOTH = {"Bins": SKEWED, "Edges": Edges([[-1, 0, 0.5], [0.0]])}
both = pytest.mark.parametrize("bins", BOTH.values(), ids=BOTH)


@both
def test_no_observations_have_no_bins(bins):
    assert bins.many(np.zeros((0, 2))).shape == (0, 2)


@both
def test_nan_among_many_is_an_error_that_says_which(bins):
    observations = np.zeros((5, 2))
    observations[3, 1] = math.nan
    with pytest.raises(
        ValueError, match=r"^observations must hold .*, got \[ 0. nan\] as number 3"
    ):
        bins.many(observations)


@both
@pytest.mark.parametrize("shape", [(2,), (4, 3), (4, 1), (2, 2, 2)])
def test_many_observations_are_a_table_with_a_row_each(bins, shape):
    with pytest.raises(ValueError, match=r"^observations must have the shape \(n, 2\), got"):
        bins.many(np.zeros(shape))


# Speed


@both
def test_one_observation_takes_few_calls(bins):
    seen = np.array([0.1, 0.01], dtype=np.float32)
    assert calls(lambda: bins(seen)) < 15


@both
def test_a_hundred_thousand_observations_take_no_more_calls_than_ten(bins):
    few, many = np.zeros((10, 2)), np.zeros((100_000, 2))
    assert calls(lambda: bins.many(many)) == calls(lambda: bins.many(few))


def cpu_seconds(work) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


@pytest.mark.speed
@both
def test_one_observation_takes_less_than_5_microseconds(bins):
    seen = np.array([0.1, 0.01], dtype=np.float32)
    batches = [cpu_seconds(lambda: [bins(seen) for _ in range(2000)]) for _ in range(10)]
    assert min(batches) / 2000 < 5e-6


@pytest.mark.speed
@both
def test_a_hundred_thousand_observations_take_less_than_a_tenth_of_a_second(bins):
    seen = np.random.default_rng(0).normal(size=(100_000, 2))
    assert min(cpu_seconds(lambda: bins.many(seen)) for _ in range(5)) < 0.1


# Bins of an observation space

CAR, POLE = (gymnasium.make(name).observation_space for name in ("MountainCar-v0", "CartPole-v1"))


def test_the_limits_of_a_bounded_space_are_its_own():
    bins = Bins.of(CAR, (20, 40))
    assert (bins.low.tolist(), bins.high.tolist()) == ([-1.2, -0.07], [0.6, 0.07])
    assert bins.shape == (20, 40)


def test_the_limits_given_go_before_the_spaces_own():
    bins = Bins.of(POLE, (6, 4, 6, 16), low=(None, -3, -0.21, -2), high=(2.4, 3, None, 2))
    assert bins.low.tolist() == [-4.8, -3, -0.21, -2]
    assert bins.high[:2].tolist() == [2.4, 3] and bins.high[2] == pytest.approx(0.41887903)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (None, None, "low must be given for dimension 1, which has no limit"),
        ((None, -3, None, None), None, "low must be given for dimension 3, which has no limit"),
        ((None, -3, None, -3), None, "high must be given for dimension 1, which has no limit"),
        ((0, -3, 0), None, "low must have 4 entries, one a dimension, got"),
        ((0, -3, 0, math.nan), None, "low of dimension 3 must be a number from .*, got nan"),
        ((0, -math.inf, 0, 0), None, "low of dimension 1 must be a number from .*, got -inf"),
        ((0, 3, 0, -3), (1, 3, 1, 3), "low must be below high"),
    ],
)
def test_a_limit_that_is_missing_or_none_is_an_error(low, high, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        Bins.of(POLE, (6, 4, 6, 16), low, high)


def test_a_limit_that_is_no_number_is_an_error():
    with pytest.raises(TypeError, match="^high of dimension 0 must be a number from .*, got 'a'"):
        Bins.of(CAR, (2, 2), high=("a", None))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_largest_number_of_single_precision_stands_for_no_limit(kind):
    most = kind(np.finfo(np.float32).max)
    with pytest.raises(ValueError, match="^low must be given for dimension 0"):
        Bins.of(Box(-most, most, (1,), kind), [3])


@pytest.mark.parametrize("space", [Discrete(4), Box(0, 1, (2, 2)), Box(0, 1, ()), None])
def test_a_space_is_a_row_of_numbers(space):
    with pytest.raises(TypeError, match="^space must be a Box of one axis, got"):
        Bins.of(space, (2, 2))
