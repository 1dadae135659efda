"""Equal bins: edges, both ends, and what does not belong into a bin."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peterwolf.bins import Bins

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


def test_bins_keep_their_ends_when_the_callers_arrays_change():
    low = np.array([0.0])
    bins = Bins(low, [1.0], [4])
    low[0] = 0.9
    assert bins.low.tolist() == [0.0] and bins([0.5]) == (2,)


def test_bins_show_how_they_were_made():
    assert repr(Bins([0], [1.5], [4])) == "Bins([0.0], [1.5], (4,))"
