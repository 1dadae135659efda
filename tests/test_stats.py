"""Statistics of learning: what a window holds."""

import numpy as np
import pytest

from peterwolf.stats import running_mean, windows

RETURNS = [-200, -180, -190, -150, -160, -110, -120]


def test_each_window_has_its_mean_its_least_and_its_largest():
    found = windows(RETURNS, 3)
    assert {name: each.tolist() for name, each in found.items()} == {
        "episode": [2, 5],
        "mean": [-190, -140],
        "min": [-200, -160],
        "max": [-180, -110],
    }


@pytest.mark.parametrize(("window", "ends"), [(1, range(7)), (2, [1, 3, 5]), (7, [6])])
def test_values_that_fill_no_window_are_left_out(window, ends):
    found = windows(RETURNS, window)
    assert found["episode"].tolist() == list(ends)
    assert {each.shape for each in found.values()} == {(len(ends),)}


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_a_window_is_the_running_mean_where_it_ends(kind):
    values = kind(np.random.default_rng(0).normal(size=103))
    found = windows(values, 10)
    at = found["episode"] - 9
    np.testing.assert_allclose(found["mean"], running_mean(values, 10)[at], atol=1e-12)


@pytest.mark.parametrize("statistics", [windows, running_mean])
@pytest.mark.parametrize("window", [0, 8])
def test_a_window_fits_into_the_values(statistics, window):
    with pytest.raises(ValueError, match=f"^window must be an integer from 1 to 7, got {window}"):
        statistics(RETURNS, window)


@pytest.mark.parametrize("statistics", [windows, running_mean])
def test_no_values_have_no_windows(statistics):
    with pytest.raises(ValueError, match="^values must hold at least one number, got none"):
        statistics([], 1)
