"""The knobs of a DQN: each held to its range at once, none without a meaning beside it."""

import dataclasses
import inspect
import re

import numpy as np
import pytest

from peterwolf.dqn import MOUNTAIN_CAR, PLAIN, DQNConfig
from peterwolf.dqn import config as dqn_config

FIELDS = {field.name: field.default for field in dataclasses.fields(DQNConfig)}
RANGED = {*dqn_config.COUNTS, *dqn_config.REALS, *dqn_config.CHOICES}


def test_every_knob_has_a_range_and_a_comment_beside_it():
    assert {*RANGED, "goal", "hidden"} == FIELDS.keys()
    source = inspect.getsource(DQNConfig)
    for name in FIELDS:
        assert re.search(rf"^    {name}: .*  # \w.{{6,}}", source, re.M), name


def test_a_configuration_cannot_be_changed_but_replaced():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DQNConfig().gamma = 0.5
    assert dataclasses.replace(DQNConfig(), gamma=0.5).gamma == 0.5


def test_the_plain_one_is_one_env_one_step_and_the_env_s_own_numbers():
    assert (PLAIN.envs, PLAIN.n_step, PLAIN.scale_inputs, PLAIN.reward_scale) == (1, 1, False, 1.0)
    assert not (PLAIN.double or PLAIN.dueling) and PLAIN.loss == "squared"
    assert (PLAIN.initial_value, PLAIN.hold) == (0.0, 1)
    assert MOUNTAIN_CAR.n_step > 1 and MOUNTAIN_CAR.hold > 1


@pytest.mark.parametrize("name", dqn_config.COUNTS)
@pytest.mark.parametrize(
    ("value", "error"),
    [(0, ValueError), (-1, ValueError), (10**10, ValueError), (1.0, TypeError), (True, TypeError)],
)
def test_whole_numbers_are_one_or_more(name, value, error):
    said = f"^{name} must be an integer from 1 to [0-9]+, got {value}$"
    with pytest.raises(error, match=said):
        DQNConfig(**{name: value})


@pytest.mark.parametrize("name", dqn_config.REALS)
@pytest.mark.parametrize(
    ("value", "error"),
    [(np.nan, ValueError), (-1e12, ValueError), (1e12, ValueError), ("1", TypeError)],
)
def test_real_numbers_are_in_their_range(name, value, error):
    with pytest.raises(error, match=f"^{name} must be a number from .*, got {value!r}$"):
        DQNConfig(**{name: value})


@pytest.mark.parametrize("name", ["gamma", "learning_rate", "epsilon_start", "epsilon_stop"])
def test_shares_are_at_most_one(name):
    with pytest.raises(ValueError, match=f"^{name} must be a number from .* to 1, got 1.1$"):
        DQNConfig(**{name: 1.1})


@pytest.mark.parametrize("name", dqn_config.CHOICES)
@pytest.mark.parametrize("value", ["mse", None, 1, 0])
def test_choices_are_among_those_that_there_are(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be one of .*, got {value!r}$"):
        DQNConfig(**{name: value})


@pytest.mark.parametrize(
    ("hidden", "error"),
    [
        ((), ValueError),
        ([64, 64], TypeError),
        (64, TypeError),
        ((64, 0), ValueError),
        ((64, -2), ValueError),
        ((2.5,), TypeError),
        ((64.0, 64), TypeError),
        (("64",), TypeError),
    ],
)
def test_hidden_is_a_tuple_of_widths(hidden, error):
    with pytest.raises(error, match=r"^hidden must be "):
        DQNConfig(hidden=hidden)


def test_a_batch_fits_into_the_memory():
    with pytest.raises(ValueError, match="^batch must be at most capacity, 32, got 64$"):
        DQNConfig(capacity=32)


@pytest.mark.parametrize("goal", [np.nan, 1e12])
def test_a_goal_is_a_number_or_none(goal):
    assert DQNConfig(goal=None).goal is None
    with pytest.raises(ValueError, match="^goal must be a number from"):
        DQNConfig(goal=goal)
