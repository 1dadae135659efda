"""Judging a table by its greedy policy: the same returns from every engine."""

import gymnasium
import numpy as np
import pytest
from test_compiled import CAR, POLE, balancing, place, rocking

from peterwolf import rollout, tabular

RNG = np.random.default_rng(3)
WORLDS = {
    "forage": ("peterwolf/Forage-v0", {}, None, RNG.normal(size=(8, 8, 4))),
    "forage, ties": ("peterwolf/Forage-v0", {}, None, RNG.integers(0, 2, (8, 8, 4)) * 1.0),
    "hunt": ("peterwolf/Hunt-v0", {}, None, RNG.normal(size=(8, 8, 11, 11, 4))),
    "hunt by place": ("peterwolf/Hunt-v0", {}, place, RNG.normal(size=(8, 8, 4))),
    "car": ("MountainCar-v0", {}, CAR, RNG.normal(size=(12, 10, 3))),
    "car that arrives": ("MountainCar-v0", {}, CAR, rocking()),
    "car, cut off": ("MountainCar-v0", {"max_episode_steps": 90}, CAR, rocking()),
    "pole": ("CartPole-v1", {}, POLE, RNG.normal(size=(3, 3, 6, 6, 2))),
    "pole that stands": ("CartPole-v1", {}, POLE, balancing()),
    "pole of integers' ties": (
        "CartPole-v1",
        {},
        POLE,
        RNG.integers(0, 2, (3, 3, 6, 6, 2)).astype(np.float32),
    ),
}


def judged(name, **how):
    known, given, encode, q = WORLDS[name]
    env = gymnasium.make(known, **given)
    returns = tabular.evaluate(env, q, encode=encode, **how)
    return returns, env.unwrapped.np_random.bit_generator.state


@pytest.mark.parametrize("seed", [0, 1000])
@pytest.mark.parametrize("name", WORLDS)
def test_every_engine_gives_the_returns_of_the_greedy_policy(name, seed):
    known, given, encode, q = WORLDS[name]
    env = gymnasium.make(known, **given)
    policy = tabular.greedy(q, encode)
    right = rollout.evaluate(env, policy, episodes=20, seed=seed)
    for engine in ("python", "compiled", "auto"):
        returns, state = judged(name, episodes=20, seed=seed, engine=engine)
        assert returns.dtype == float and returns.tolist() == right.tolist(), engine
        assert state == env.unwrapped.np_random.bit_generator.state


def test_the_worlds_end_in_different_ways():
    assert len(set(judged("car that arrives")[0])) > 5
    assert set(judged("car, cut off")[0]) == {-90.0}
    assert judged("pole that stands")[0].max() > 100


def test_the_table_and_its_shape_stay_as_they_were():
    q = rocking()
    tabular.evaluate(gymnasium.make("MountainCar-v0"), q, encode=CAR, episodes=2)
    assert np.array_equal(q, rocking())


def test_an_env_that_no_kernel_plays_is_played_in_python():
    env = gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make("MountainCar-v0"))
    q = rocking()
    returns = tabular.evaluate(env, q, encode=CAR, episodes=3)
    assert returns.tolist() == judged("car that arrives", episodes=3)[0].tolist()
    with pytest.raises(ValueError, match="RecordEpisodeStatistics"):
        tabular.evaluate(env, q, encode=CAR, episodes=3, engine="compiled")


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"q": None}, TypeError, "^q must be a numpy array"),
        ({"q": np.zeros((12, 10))}, ValueError, r"^q must have the shape \(12, 10, 3\)"),
        ({"q": np.full((12, 10, 3), np.nan)}, ValueError, "^q must be finite"),
        ({"episodes": 0}, ValueError, "^episodes must be an integer of 1"),
        ({"seed": -1}, ValueError, "^seed must be an integer of 0"),
        ({"engine": "fast"}, ValueError, "^engine must be one of"),
        ({"encode": 3}, TypeError, "^encode must be a function"),
        ({"env": "MountainCar-v0"}, TypeError, "^env must be a gymnasium env"),
    ],
)
def test_bad_input_is_named_at_once(changed, error, says):
    given = {"env": gymnasium.make("MountainCar-v0"), "q": rocking(), "encode": CAR} | changed
    with pytest.raises(error, match=says):
        tabular.evaluate(given.pop("env"), given.pop("q"), **given)
