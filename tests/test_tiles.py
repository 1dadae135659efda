"""Linear action values: learnt as the textbook says, by every engine to the last bit."""

import math
import re

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_compiled import METHODS, SCHEDULES, SEEDS, Walked, different

from peterwolf import rollout, tabular, tiles
from peterwolf.kernels import loops as kernels
from peterwolf.kernels import tile_loops as tile_kernels
from peterwolf.tabular import numba_engine as compiled
from peterwolf.tabular.bins import Bins
from peterwolf.tabular.linear import Tiles

CAR = Tiles([-1.2, -0.07], [0.6, 0.07], 8, (6, 5))
POLE = Tiles([-2.4, -3, -0.21, -3], [2.4, 3, 0.21, 3], 4, (2, 2, 4, 3))


def rocking() -> np.ndarray:
    """Weights that drive with the velocity, and so out of the valley."""
    weights = np.zeros((CAR.features, 3))
    velocity = np.arange(CAR.features) % 6
    weights[velocity < 3, 0] = weights[velocity >= 3, 2] = 20.0
    return weights


WORLDS = {
    "car": ("MountainCar-v0", {}, CAR, {"episodes": 8}),
    "car that arrives": (
        "MountainCar-v0",
        {},
        CAR,
        {"episodes": 12, "weights": rocking(), "epsilon": 0.05, "gamma": 1},
    ),
    "car, cut off": ("MountainCar-v0", {"max_episode_steps": 7}, CAR, {"episodes": 60}),
    "pole": ("CartPole-v1", {}, POLE, {"episodes": 40}),
    "pole, cut off": ("CartPole-v1", {"max_episode_steps": 7}, POLE, {"episodes": 40}),
}


def made(name: str, **changed) -> gymnasium.Env:
    """Make the env of one of the worlds."""
    known, given, _, _ = WORLDS[name]
    return gymnasium.make(known, **(given | changed))


def learnt(env: gymnasium.Env, seen: Tiles, engine: str, seed: int = 0, **changed):
    """Learn with an engine; return the run and all that it leaves behind, as bytes and numbers."""
    told = {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.3, "progress": False} | changed
    rng = np.random.default_rng(seed)
    run = tiles.learn(env, seen, rng=rng, engine=engine, **told)
    assert run.engine == ("compiled" if engine == "auto" else engine)
    arrays = {"q": run.q, "returns": run.returns, "lengths": run.lengths, "visits": run.visits}
    for episode, q, visits in run.snapshots:
        arrays |= {f"q after {episode}": q, f"visits after {episode}": visits}
    left = {name: (a.dtype, a.shape, a.tobytes()) for name, a in arrays.items()}
    left["rng"] = rng.bit_generator.state
    left["the env's rng"] = env.unwrapped.np_random.bit_generator.state
    return run, left


def all_the_same(make, seen: Tiles, **told):
    """Learn in Python and compiled; return the run."""
    walked = Walked(make())
    run, left = learnt(walked, seen, "python", **told)
    assert walked.steps == run.lengths.sum() > 0
    assert not different(left, learnt(make(), seen, "compiled", **told)[1])
    return run


# The same to the last bit


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", WORLDS)
def test_every_engine_leaves_the_same_behind(name, method, seed):
    _, _, seen, told = WORLDS[name]
    told = {"snapshots": 5, "method": method, "seed": seed} | told
    run = all_the_same(lambda: made(name), seen, **told)
    assert run.visits.sum() == seen.tilings * run.lengths.sum()
    assert 4 <= len(run.snapshots) <= 5 and np.array_equal(run.snapshots[-1].q, run.q)


def test_the_worlds_compared_end_in_every_way():
    lengths = {}
    for name, (_, _, seen, told) in WORLDS.items():
        lengths[name] = learnt(made(name), seen, "auto", **told)[0].lengths
    assert min(lengths["car that arrives"]) < 200 == max(lengths["car"])
    assert min(lengths["pole"]) < 30
    assert max(lengths["car, cut off"]) == max(lengths["pole, cut off"]) == 7


@settings(max_examples=12, deadline=None)
@given(
    name=st.sampled_from(["car", "pole"]),
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 2**63),
    alpha=SCHEDULES,
    epsilon=SCHEDULES,
    gamma=st.floats(0, 1),
    tilings=st.integers(1, 9),
    counts=st.lists(st.integers(1, 5), min_size=4, max_size=4),
    steps=st.sampled_from([1, 25, 60]),
)
def test_any_tiles_give_the_same(name, tilings, counts, steps, **told):
    usual = WORLDS[name][2]
    seen = Tiles(usual.low / 2, usual.high / 3, tilings, counts[: len(usual.tiles)])
    all_the_same(lambda: made(name, max_episode_steps=steps), seen, episodes=10, **told)


def test_the_features_are_those_of_the_single_precision_in_which_gymnasium_shows_a_state():
    edges = np.linspace(-1.2, 0.6, 49)  # of all eight tilings
    places = np.concatenate([edges + away for away in (-0.1, -1e-9, 0, 1e-9, 0.1)])
    world = compiled._seen_through(CAR, np.zeros(3), 1)[1]
    found, before = [], None
    for world.now[0] in places:
        active = tile_kernels.row_of_tiles(world)
        found.append(active.tolist())
        assert before is None or (before[0] == before[1]).all()  # the last state's stay
        before = active, active.copy()
    shown = np.c_[places, np.zeros(len(places))].astype(np.float32)
    assert found == CAR.many(shown).tolist()
    assert found != CAR.many(np.c_[places, np.zeros(len(places))]).tolist()


def a_hair_more(weights, active, action):
    return sum(weights[feature][action] for feature in active) * (1 + 2**-52)


def backwards(weights, active, action):
    total = 0.0
    for k in range(len(active)):
        total += weights[active[len(active) - 1 - k]][action]
    return total


@pytest.mark.parametrize("other", [a_hair_more, backwards])
def test_the_comparison_sees_another_sum(other, monkeypatch):
    _, usual = learnt(made("car"), CAR, "compiled", episodes=4)
    monkeypatch.setattr(tile_kernels, "value", other)
    assert "q" in different(usual, learnt(made("car"), CAR, "python", episodes=4)[1])
    monkeypatch.undo()
    assert not different(usual, learnt(made("car"), CAR, "python", episodes=4)[1])


def test_a_kernel_of_tiles_is_named_after_their_source_too(tmp_path, monkeypatch):
    def name(kind):
        return compiled.kernel.__wrapped__(kind, "learn", on_disk=False).py_func.__qualname__

    before = name("car_tiles"), name("car")
    other = tmp_path / "other.py"
    other.write_text("#")
    monkeypatch.setattr(tile_kernels, "__file__", str(other))
    assert before[0].startswith("learn-car_tiles-")
    assert name("car_tiles") != before[0] and name("car") == before[1]


# As the textbook says


class Slope(gymnasium.Env):
    """Two numbers that the actions push about; it ends beyond an edge, and pays what it shows."""

    observation_space = gymnasium.spaces.Box(-2, 2, (2,), np.float64)
    action_space = gymnasium.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at = self.np_random.uniform(-0.5, 0.5, 2)
        return self.at.copy(), {}

    def step(self, action):
        self.at += [0.2 * (action - 1), self.np_random.normal(0, 0.2)]
        return self.at.copy(), np.float32(self.at[0]), bool(abs(self.at[1]) > 1), False, {}


def slope(limit: int = 9) -> gymnasium.Env:
    return gymnasium.wrappers.TimeLimit(Slope(), limit)


SEEN = Tiles([-1, -1], [1, 1], 4, (3, 2))


def by_the_textbook(env, method, episodes, alpha, gamma, epsilon, rng):
    """Sutton and Barto's semi-gradient control with a whole vector of features, mostly zeros."""
    weights = np.zeros((SEEN.features, 3))

    def features(observation):
        x = np.zeros(SEEN.features)
        x[SEEN(observation)] = 1
        return x

    observation, _ = env.reset(seed=int(rng.integers(2**31)))
    for episode in range(episodes):
        x, over, action = features(observation), False, None
        while not over:
            if action is None or method != "sarsa":
                action = kernels.choose(x @ weights, epsilon, rng)
            observation, reward, terminated, truncated, _ = env.step(action)
            x_next, over = features(observation), terminated or truncated
            q_next, after = x_next @ weights, None
            if method == "sarsa" and not terminated:
                after = kernels.choose(q_next, epsilon, rng)
                future = q_next[after]
            elif method == "expected_sarsa":
                future = (1 - epsilon) * q_next.max() + epsilon * q_next.mean()
            else:
                future = q_next.max()
            target = reward + gamma * (1 - terminated) * future
            weights[:, action] += alpha / 4 * (target - x @ weights[:, action]) * x
            x, action = x_next, after
        if episode + 1 < episodes:
            observation, _ = env.reset()
    return weights


@pytest.mark.parametrize("method", METHODS)
def test_the_weights_are_those_of_the_textbook(method):
    told = {"episodes": 40, "alpha": 0.3, "gamma": 0.9, "epsilon": 0.2}
    right = by_the_textbook(slope(), method, rng=np.random.default_rng(5), **told)
    env = gymnasium.wrappers.RecordEpisodeStatistics(slope(), buffer_length=100)
    run = tiles.learn(env, SEEN, method=method, rng=np.random.default_rng(5), **told)
    np.testing.assert_allclose(run.q, right, atol=1e-9)
    assert np.abs(right).max() > 0.1 and run.engine == "python"
    assert run.lengths.tolist() == list(env.length_queue) and set(run.lengths.tolist()) > {9}
    np.testing.assert_allclose(run.returns, list(env.return_queue), atol=1e-5)


def test_one_tiling_is_a_table():
    seen, bins = Tiles(CAR.low, CAR.high, 1, (6, 5)), Bins(CAR.low, CAR.high, (6, 5))
    for method in METHODS:
        told = {"episodes": 30, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.1}
        table = getattr(tabular, method)(
            made("car"), encode=bins, rng=np.random.default_rng(0), **told
        )
        run = tiles.learn(made("car"), seen, method=method, rng=np.random.default_rng(0), **told)
        for ours, theirs in ((run.q, table.q), (run.visits, table.visits)):
            assert np.array_equal(ours.reshape(7, 6, 3)[:-1, :-1], theirs)
        assert np.array_equal(run.returns, table.returns)


class OneStep(Slope):
    """Pays 5 for any step, after which it is over or time is up."""

    terminated, seen = True, (0.0, 0.0)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(2), {}

    def step(self, action):
        return np.array(self.seen), 5.0, self.terminated, True, {}


@pytest.mark.parametrize("alpha", [0.25, 1.0])
def test_alpha_is_the_part_of_its_error_by_which_a_value_moves_however_many_tilings(alpha):
    for tilings in (1, 4, 32):
        seen = Tiles([-1, -1], [1, 1], tilings, (3, 2))
        told = {"episodes": 1, "alpha": alpha, "gamma": 1, "epsilon": 1}
        run = tiles.learn(OneStep(), seen, rng=np.random.default_rng(0), **told)
        moved = run.q[seen([0, 0])].sum(axis=0)
        assert sorted(moved.tolist()) == pytest.approx([0, 0, 5 * alpha])
        assert run.visits.sum() == tilings and (run.visits[run.q != 0] == 1).all()


def test_only_terminated_cuts_the_target():
    env, rng = OneStep(), np.random.default_rng(0)
    first = np.full((SEEN.features, 3), 2.0)  # every action is worth 4 * 2
    told = {"episodes": 1, "alpha": 1, "gamma": 0.5, "epsilon": 1, "weights": first}
    for env.terminated, value in ((True, 5), (False, 5 + 0.5 * 8)):
        run = tiles.learn(env, SEEN, rng=rng, **told)
        assert value in run.q[SEEN([0, 0])].sum(axis=0).tolist()


# What is learnt, and how it is judged


def test_the_car_is_within_two_percent_of_its_optimum_after_a_fraction_of_a_second():
    seen = Tiles([-1.2, -0.07], [0.6, 0.07], 32, (24, 24))
    told = {"episodes": 5000, "gamma": 1, "epsilon": 0, "progress": False}
    alpha = tabular.linear_decay(0.8, 0.02, 5000)
    env, rng = gymnasium.make("MountainCar-v0"), np.random.default_rng(0)
    run = tiles.learn(env, seen, alpha=alpha, rng=rng, **told)
    assert tiles.evaluate(env, run.q, seen).mean() > -99  # the optimum is -97.07


@pytest.mark.parametrize("seed", [0, 1000])
@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_every_engine_gives_the_returns_of_the_greedy_policy(name, seed, precision):
    _, _, seen, told = WORLDS[name]
    env = made(name)
    run, _ = learnt(env, seen, "auto", **told | {"episodes": 30})
    weights = run.q.astype(precision)
    right = rollout.evaluate(env, tiles.greedy(weights, seen), episodes=10, seed=seed)
    after = env.unwrapped.np_random.bit_generator.state
    for engine in ("python", "compiled", "auto"):
        returns = tiles.evaluate(env, weights, seen, episodes=10, seed=seed, engine=engine)
        assert returns.dtype == float and returns.tolist() == right.tolist(), engine
        assert env.unwrapped.np_random.bit_generator.state == after


def test_the_greedy_policy_takes_the_largest_sum_and_the_lowest_among_ties():
    weights = np.zeros((SEEN.features, 3))
    active = SEEN([0.1, 0.2])
    weights[active[0], 0], weights[active[1:], 2] = 5, 2
    policy = tiles.greedy(weights, SEEN)
    assert policy(np.array([0.1, 0.2])) == 2 and type(policy([0.1, 0.2])) is int
    weights[active[1:], 1] = 2
    assert policy([0.1, 0.2]) == 1  # it reads the weights as they are now
    weights[:] = 0
    assert policy([0.1, 0.2]) == 0


def test_the_weights_that_it_begins_with_are_copied():
    for first in (rocking(), rocking().astype(np.float32)):
        run, _ = learnt(made("car"), CAR, "auto", weights=first, episodes=2)
        assert np.array_equal(first, rocking()) and not np.array_equal(run.q, first)
        assert run.q.dtype == float


def test_a_stopped_run_keeps_what_was_learnt():
    def epsilon(episode):
        if episode == 5:
            raise KeyboardInterrupt
        return 0.3

    whole, _ = learnt(made("car"), CAR, "python", episodes=5)
    run, _ = learnt(made("car"), CAR, "python", episodes=9, epsilon=epsilon, snapshots=3)
    assert run.interrupted and np.array_equal(run.q, whole.q) and len(run.returns) == 5
    assert run.snapshots[-1].episode == 5


# Which env, and which engine


def test_an_env_that_no_kernel_plays_is_learnt_in_python():
    wrapped = gymnasium.wrappers.RecordEpisodeStatistics(made("car"))
    run = tiles.learn(wrapped, CAR, rng=np.random.default_rng(0), **TOLD | {"episodes": 3})
    assert run.engine == "python"
    for use in (tiles.learn, tiles.evaluate):
        with pytest.raises(ValueError, match="cannot play this env: it is wrapped in Record"):
            given = (rocking(), CAR) if use is tiles.evaluate else (CAR,)
            told = {} if use is tiles.evaluate else TOLD | {"rng": np.random.default_rng(0)}
            use(wrapped, *given, engine="compiled", **told)


TOLD = {"episodes": 1, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3}
BAD = [
    ({"env": "MountainCar-v0"}, TypeError, "^env must be a gymnasium env"),
    ({"env": gymnasium.make("Pendulum-v1")}, TypeError, "^env must have a Discrete action"),
    ({"env": gymnasium.make("FrozenLake-v1")}, ValueError, "^env must show a Box of 2 numbers"),
    ({"env": gymnasium.make("CartPole-v1")}, ValueError, r"^env must show a Box of 2.*\(4,\)"),
    ({"tiles": CAR.tiles}, TypeError, r"^tiles must be Tiles, got \(6, 5\)"),
    ({"tiles": Bins(CAR.low, CAR.high, (6, 5))}, TypeError, r"^tiles must be Tiles, got Bins\("),
    ({"weights": np.zeros((336, 2))}, ValueError, r"^weights must have the shape \(336, 3\)"),
    ({"weights": np.full((336, 3), np.inf)}, ValueError, "^weights must be finite everywhere"),
    ({"weights": [0.0]}, TypeError, "^weights must be a numpy array of floats"),
    ({"episodes": 0}, ValueError, "^episodes must be an integer of 1"),
    ({"engine": "fast"}, ValueError, "^engine must be one of 'auto', 'python', 'compiled'"),
]
BAD_LEARNING = [
    ({"method": "monte_carlo"}, ValueError, "^method must be one of 'q_learning', 'sarsa'"),
    ({"alpha": 1.5}, ValueError, "^alpha must be a number from 0 to 1"),
    ({"gamma": math.nan}, ValueError, "^gamma must be"),
    ({"epsilon": lambda episode: 2}, ValueError, "^epsilon of episode 0 must be"),
    ({"rng": 0}, TypeError, "^rng must be a numpy.random.Generator"),
    ({"snapshots": -1}, ValueError, "^snapshots must be"),
    ({"progress": 1}, ValueError, "^progress must be"),
]


@pytest.mark.parametrize(("changed", "error", "says"), BAD + BAD_LEARNING)
def test_bad_input_to_learn_is_named_before_the_first_step(changed, error, says):
    rng = np.random.default_rng(0)
    given = TOLD | {"env": made("car"), "tiles": CAR, "rng": rng} | changed
    with pytest.raises(error, match=says):
        tiles.learn(given.pop("env"), given.pop("tiles"), **given)
    assert rng.bit_generator.state == np.random.default_rng(0).bit_generator.state


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        *BAD,
        ({"seed": -1}, ValueError, "^seed must be an integer of 0"),
        ({"weights": None}, TypeError, "^weights must be a numpy array of floats, got NoneType"),
    ],
)
def test_bad_input_to_evaluate_is_named_at_once(changed, error, says):
    given = {"env": made("car"), "weights": rocking(), "tiles": CAR} | changed
    with pytest.raises(error, match=says):
        tiles.evaluate(given.pop("env"), given.pop("weights"), given.pop("tiles"), **given)


@pytest.mark.parametrize(
    ("weights", "error", "says"),
    [
        (None, TypeError, "^weights must be a numpy array of floats"),
        (np.zeros((300, 3)), ValueError, r"^weights must have the shape \(336, 3\)"),
        (np.full((336, 3), np.nan), ValueError, "^weights must be finite"),
    ],
)
def test_bad_weights_make_no_policy(weights, error, says):
    with pytest.raises(error, match=says):
        tiles.greedy(weights, CAR)
    with pytest.raises(TypeError, match="^tiles must be Tiles"):
        tiles.greedy(rocking(), None)


def test_a_table_has_one_row_a_state_and_refuses_tiles():
    told = TOLD | {"encode": CAR, "rng": np.random.default_rng(0)}
    for learn in (tabular.q_learning, tabular.sarsa):
        with pytest.raises(TypeError, match=f"^encode must give.*got {re.escape(repr(CAR))}"):
            learn(made("car"), **told)
    with pytest.raises(TypeError, match="^encode must give"):
        tabular.evaluate(made("car"), rocking(), encode=CAR)
    with pytest.raises(TypeError, match="^encode must give"):
        tabular.greedy(rocking(), CAR)


class Broken(Slope):
    """Breaks in its third step."""

    broken, left = "reward", 3

    def step(self, action):
        observation, reward, *rest = super().step(action)
        self.left -= 1
        if self.left == 0 and self.broken == "reward":
            reward = math.nan
        elif self.left == 0:
            observation = np.full(2, np.nan)
        return observation, reward, *rest


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("reward", "^env must pay numbers, got nan in step 3 of an episode$"),
        ("observation", "^observation must hold numbers, got array"),
    ],
)
def test_nan_stops_learning_and_says_what_is_broken(broken, says):
    env = Broken()
    env.broken = broken
    with pytest.raises(ValueError, match=says):
        tiles.learn(env, SEEN, rng=np.random.default_rng(0), **TOLD)
