"""What a learner is told: schedules, the first table, and the way from observation to row."""

import re

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiDiscrete

from peterwolf.tabular.bins import Bins
from peterwolf.tabular.settings import Setting, as_state, first_table

NUMBERS = [(-0.01, ValueError), (1.01, ValueError), (np.nan, ValueError), (np.inf, ValueError)]
OTHERS = [("0.5", TypeError), (None, TypeError), (True, TypeError), ([0.5], TypeError)]


class Spaces(gymnasium.Env):
    """An env of which nothing but the spaces may be used."""

    def __init__(self, observations, actions=None):
        self.observation_space = observations
        self.action_space = actions or Discrete(2)


TABLE = np.zeros((3, 2))
LINE = Spaces(Box(-1, 1, (1,)))


def setting(**changed) -> Setting:
    told = {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.1, "encode": None, "table": TABLE}
    return Setting.checked(**(told | changed))


@pytest.mark.parametrize(
    ("observation", "state"),
    [(3, (3,)), (np.int64(3), (3,)), (np.array([4, 1]), (4, 1)), ((2, 0), (2, 0))],
)
def test_a_discrete_observation_is_a_row_by_itself(observation, state):
    assert as_state(observation) == state
    assert all(type(i) is int for i in as_state(observation))


# Schedules


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
@pytest.mark.parametrize("value", [0, 0.25, 1, np.float32(0.5)])
def test_a_number_is_the_same_in_every_episode(name, value):
    schedule = getattr(setting(**{name: value}), name)
    assert schedule(0) == schedule(10_000) == value


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
def test_a_schedule_is_asked_for_every_episode(name):
    schedule = getattr(setting(**{name: lambda episode: 1 / (1 + episode)}), name)
    assert [schedule(episode) for episode in (0, 1, 3)] == [1, 0.5, 0.25]


@pytest.mark.parametrize("name", ["alpha", "gamma", "epsilon"])
@pytest.mark.parametrize(("value", "error"), NUMBERS + OTHERS)
def test_alpha_gamma_and_epsilon_lie_from_0_to_1(name, value, error):
    allowed = re.escape(f"{name} must be a number from 0 to 1, got {value!r}")
    with pytest.raises(error, match=f"^{allowed}$"):
        setting(**{name: value})


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
@pytest.mark.parametrize(("value", "error"), NUMBERS + OTHERS)
def test_a_schedule_that_begins_outside_is_an_error_at_once(name, value, error):
    allowed = re.escape(f"{name} of episode 0 must be a number from 0 to 1, got {value!r}")
    with pytest.raises(error, match=f"^{allowed}$"):
        setting(**{name: lambda episode: value})


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
def test_a_schedule_that_leaves_the_range_later_names_the_episode(name):
    schedule = getattr(setting(**{name: lambda episode: episode / 4}), name)
    assert schedule(4) == 1
    later = f"{name} of episode 5 must be a number from 0 to 1, got 1.25"
    with pytest.raises(ValueError, match=later):
        schedule(5)


# The first table


@pytest.mark.parametrize(
    ("observations", "shape"),
    [(Discrete(5), (5, 2)), (MultiDiscrete([4, 3]), (4, 3, 2)), (MultiDiscrete([7]), (7, 2))],
)
def test_the_first_table_is_zeros_of_the_shape_of_the_env(observations, shape):
    table = first_table(Spaces(observations), None, None, None)
    assert table.shape == shape and table.dtype == float and not table.any()


def test_bins_tell_the_shape_of_the_table():
    assert first_table(LINE, None, None, Bins([-1], [1], [6])).shape == (6, 2)


def test_a_shape_serves_an_encode_that_has_none():
    assert first_table(LINE, None, (6,), lambda observation: (0,)).shape == (6, 2)


def test_a_table_serves_an_encode_that_has_no_shape():
    given = np.full((6, 2), 1.5)
    assert np.array_equal(first_table(LINE, given, None, lambda observation: (0,)), given)


def test_the_first_table_is_a_copy():
    given = np.ones((5, 2))
    table = first_table(Spaces(Discrete(5)), given, None, None)
    table[:] = 7
    assert (given == 1).all()


@pytest.mark.parametrize("shape", [(2, 5), (5, 3), (6, 2), (5,), (1, 5, 2)])
def test_a_given_table_has_the_shape_of_the_env(shape):
    with pytest.raises(ValueError) as error:
        first_table(Spaces(Discrete(5)), np.zeros(shape), None, None)
    assert str(error.value) == f"q must have the shape (5, 2), got {shape}"


@pytest.mark.parametrize("dtype", [int, bool, object, complex])
def test_a_given_table_is_an_array_of_floats(dtype):
    floats = f"^q must be a numpy array of floats, got {np.dtype(dtype)}$"
    with pytest.raises(TypeError, match=floats):
        first_table(Spaces(Discrete(5)), np.zeros((5, 2), dtype=dtype), None, None)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_given_table_is_finite(value):
    q = np.zeros((5, 2))
    q[3, 1] = value
    with pytest.raises(ValueError, match=rf"^q must be finite everywhere, got {value} at \(3, 1\)"):
        first_table(Spaces(Discrete(5)), q, None, None)


def test_a_box_env_needs_an_encode():
    needed = r"^encode must turn observations of Box\(.*\) into a tuple, got None$"
    with pytest.raises(ValueError, match=needed):
        first_table(LINE, None, None, None)


def test_an_encode_without_a_shape_needs_a_shape_or_a_table():
    with pytest.raises(ValueError, match="^shape or q must be given .*, got neither$"):
        first_table(LINE, None, None, lambda observation: (0,))


@pytest.mark.parametrize(
    ("observations", "encode"),
    [(Discrete(5), None), (MultiDiscrete([5, 2]), None), (Box(-1, 1), Bins([-1], [1], [5]))],
    ids=["Discrete", "MultiDiscrete", "Bins"],
)
def test_a_shape_that_contradicts_what_is_known_is_an_error(observations, encode):
    with pytest.raises(ValueError, match=r"shape must .*5.*, got \(3, 3\)"):
        first_table(Spaces(observations), None, (3, 3), encode)


@pytest.mark.parametrize("size", [0, -1, 2.5, "3"])
def test_a_shape_holds_whole_numbers_of_one_or_more(size):
    with pytest.raises((TypeError, ValueError), match=f"shape must .*, got {size!r}"):
        first_table(LINE, None, (size,), lambda observation: (0,))


@pytest.mark.parametrize(
    "actions", [Box(-1, 1, (1,)), MultiDiscrete([2, 2]), Discrete(3, start=1)], ids=str
)
def test_actions_are_discrete_and_begin_at_0(actions):
    needed = re.escape(f"env must have a Discrete action space from 0 on, got {actions}")
    with pytest.raises(TypeError, match=needed):
        first_table(Spaces(Discrete(5), actions), None, None, None)


@pytest.mark.parametrize(
    "observations", [Discrete(5, start=1), MultiDiscrete([5, 5], start=[0, -1])], ids=str
)
def test_observations_that_are_no_indices_need_an_encode(observations):
    with pytest.raises(ValueError, match="^encode must turn observations of .* into a tuple"):
        first_table(Spaces(observations), None, None, None)


# Encode


@pytest.mark.parametrize("state", [(3,), (-1,), (np.int64(3),), (0, 0), ()])
def test_an_index_outside_the_table_is_an_error(state):
    outside = re.escape(f"encode must return indices inside the shape (3,), got {state}")
    with pytest.raises(IndexError, match=f"^{outside} for the observation 7$"):
        setting(encode=lambda observation: state).encode(7)


@pytest.mark.parametrize(
    "state",
    [
        1,
        None,
        "1",
        [1],
        np.array([1]),
        (1.0,),
        (np.nan,),
        ("1",),
        (np.True_,),
        (True,),
        (None,),
    ],
    ids=repr,
)
def test_encode_returns_a_tuple_of_whole_numbers(state):
    # numpy would read a list as a choice of rows and True as a mask.
    with pytest.raises((TypeError, IndexError), match="^encode must return .*, got .*"):
        setting(encode=lambda observation: state).encode(7)


def test_an_index_inside_the_table_is_passed_on():
    assert setting(encode=lambda observation: (np.int64(2),)).encode(7) == (2,)


def test_bins_are_used_as_they_are():
    bins = Bins([0], [1], [3])
    assert setting(encode=bins).encode([0.5]) == (1,)
