"""Observations as inputs of a network: scaled, or one-hot."""

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Text
from hypothesis import given
from hypothesis import strategies as st

from peterwolf.dqn.features import Features

INF = np.inf


def test_numbers_with_limits_are_scaled_and_the_others_stay():
    space = Box(np.array([-4.8, -INF, 0, 5, -INF]), np.array([4.8, INF, 10, INF, 5]), dtype=float)
    features = Features(space)
    seen = np.array([[-4.8, 7.0, 10.0, 8.0, -9.0], [2.4, -3.0, 5.0, 5.0, 5.0]])
    expected = [[-1, 7, 1, 8, -9], [0.5, -3, 0, 5, 5]]
    np.testing.assert_allclose(features(seen), expected, rtol=1e-6)
    assert features.size == 5 and features(seen).dtype == np.float32


def test_without_scaling_numbers_stay_as_they_are():
    features = Features(Box(-2, 4, (3,)), scaled=False)
    assert features(np.array([[-2.0, 4.0, 1.0]])).tolist() == [[-2.0, 4.0, 1.0]]


def test_a_limit_that_stands_for_none_is_none():
    most = np.finfo(np.float32).max
    for low, high in ((-most, most), (-most, 5), (-5, most)):
        assert Features(Box(low, high, (2,)))(np.array([[3.0, -4.0]])).tolist() == [[3.0, -4.0]]


def test_a_number_that_can_only_have_one_value_is_no_division_by_zero():
    assert Features(Box(2, 2, (1,)))(np.array([[2.0]])).tolist() == [[2.0]]


def test_a_picture_is_laid_out_in_a_row_and_keeps_its_bytes_outside():
    features = Features(Box(0, 255, (2, 3), np.uint8))
    assert (features.size, features.shape, features.dtype) == (6, (2, 3), np.uint8)
    seen = np.array([[[0, 255, 0], [255, 0, 255]]], np.uint8)
    assert features(seen).tolist() == [[-1, 1, -1, 1, -1, 1]]


def test_a_discrete_observation_is_one_hot_from_its_start():
    features = Features(Discrete(3, start=5))
    assert features(np.array([5, 7])).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert features.shape == () and features(np.array([5])).dtype == np.float32


def test_each_number_of_a_multidiscrete_observation_is_one_hot():
    features = Features(MultiDiscrete([2, 3], start=[0, 10]))
    assert features(np.array([[1, 10], [0, 12]])).tolist() == [[0, 1, 1, 0, 0], [1, 0, 0, 0, 1]]


@given(counts=st.lists(st.integers(1, 6), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_different_discrete_observations_have_different_inputs(counts, seed):
    space = MultiDiscrete(counts, seed=seed)
    features = Features(space)
    seen = np.array([space.sample() for _ in range(20)])
    hot = features(seen)
    assert hot.shape == (20, sum(counts)) and (hot.sum(axis=1) == len(counts)).all()
    assert len(np.unique(hot, axis=0)) == len(np.unique(seen, axis=0))


def test_observations_stay_as_they_were():
    seen = np.ones((2, 2), np.float32)
    Features(Box(0, 10, (2,)))(seen)
    assert (seen == 1).all()


@pytest.mark.parametrize(
    "space", [Dict({"a": Discrete(2)}), Text(3), MultiBinary(4), Box(0, 1, (2,), bool)], ids=str
)
def test_other_observations_are_refused(space):
    with pytest.raises(TypeError, match="^env must have Box, Discrete or MultiDiscrete observ"):
        Features(space)
