"""DQN: it learns what is right, keeps the best, and stops for a reason that it tells."""

import re
from dataclasses import replace

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from test_progress import Bar

from peterwolf import dqn, rollout
from peterwolf.dqn import MOUNTAIN_CAR, DQNConfig, Greedy, Run, evaluate, greedy, train
from peterwolf.dqn.net import random_network
from peterwolf.saving import load, save

SMALL = DQNConfig(
    steps=3000, envs=2, hidden=(16,), gamma=0.9, begin=64, batch=32, every=8, updates=8,
    epsilon_steps=1000, epsilon_stop=0.3, learning_rate=0.01, judge_every=500, judge_starts=4,
    goal=None,
)  # fmt: skip


class Corridor(gymnasium.Env):
    """Cells 0 to 4, a start anywhere between; right end +1 and over, left end over.

    Action 1 goes right, 0 left. `hook(env)` is called at each step.
    """

    observation_space = Discrete(5)
    action_space = Discrete(2)
    taken = 0  # by all copies together

    def __init__(self, hook=None):
        self.hook = hook

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at = int(self.np_random.integers(1, 4))
        return self.at, {}

    def step(self, action):
        Corridor.taken += 1
        extra = self.hook(Corridor.taken) if self.hook else 0.0
        self.at += 1 if action == 1 else -1
        return self.at, float(self.at == 4) + (extra or 0.0), self.at in (0, 4), False, {}


class Twins(Corridor):
    """The same, seen as two numbers."""

    observation_space = MultiDiscrete([5, 2])

    def reset(self, *, seed=None, options=None):
        at, info = super().reset(seed=seed)
        return np.array([at, 0]), info

    def step(self, action):
        at, *rest = super().step(action)
        return np.array([at, 0]), *rest


class Endless(gymnasium.Env):
    """One state, one reward of 1 a step; every episode is cut after three steps, or ends there."""

    observation_space = Box(-1, 1, (1,))
    action_space = Discrete(2)

    def __init__(self, terminates):
        self.terminates = terminates

    def reset(self, *, seed=None, options=None):
        self.at = 0
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.at += 1
        over = self.at == 3
        return (
            np.zeros(1, np.float32),
            1.0,
            over and self.terminates,
            over and not self.terminates,
            {},
        )


@pytest.fixture(autouse=True)
def _a_new_count():
    Corridor.taken = 0


def learnt(env=None, seed: int = 0, progress=False, **told) -> Run:
    rng = np.random.default_rng(seed)
    return train(env or Corridor(), replace(SMALL, **told), rng=rng, progress=progress)


# It learns what is right

EXACT = np.array([[0, 0.81], [0.729, 0.9], [0.81, 1.0]])  # of the cells 1 to 3, gamma 0.9
VARIANTS = {
    "plain": {"envs": 1},
    "two envs": {},
    "two steps": {"n_step": 2},
    "huber": {"loss": "huber"},
    "double": {"double": True},
    "dueling": {"dueling": True},
    "scaled rewards": {"reward_scale": 10.0},
    "an optimistic start": {"initial_value": 2.0},
    "held actions": {"hold": 3},
}


@pytest.mark.parametrize("told", VARIANTS.values(), ids=VARIANTS)
def test_values_come_near_the_exact_ones(told):
    if "n_step" in told:  # targets of several steps hold what exploring does, so let it end
        told = told | {"epsilon_stop": 0.1, "steps": 6000}
    run = learnt(**told)
    values = run.last.values(np.array([1, 2, 3])) / told.get("reward_scale", 1.0)
    np.testing.assert_allclose(values[:, 1], EXACT[:, 1], atol=0.1)
    assert (values.argmax(axis=1) == 1).all()
    if "n_step" not in told:
        np.testing.assert_allclose(values, EXACT, atol=0.15)
    assert [run.policy(at) for at in (1, 2, 3)] == [1, 1, 1] and run.scores.max() == 1.0


def test_a_multidiscrete_observation_is_learnt_from_too():
    run = learnt(Twins())
    assert run.policy(np.array([2, 0])) == 1 and run.scores.max() == 1.0
    assert run.network.widths[0] == 7


def test_truncation_bootstraps_and_termination_does_not():
    told = {"learning_rate": 0.03, "steps": 2000, "target_every": 20, "epsilon_stop": 1.0}
    for n_step in (1, 2):
        cut = learnt(Endless(terminates=False), n_step=n_step, **told)
        np.testing.assert_allclose(cut.last.values(np.zeros((1, 1))), 10.0, rtol=0.05)
        ended = learnt(Endless(terminates=True), n_step=n_step, **told)
        between = ended.last.values(np.zeros((1, 1)))
        assert (between > 1.0).all() and (between < 4.0).all()


# What a run tells


def test_a_run_tells_its_history():
    run = learnt()
    assert run.steps == run.ends[-1] == 3000 or run.ends[-1] < run.steps <= 3001
    assert len(run.returns) == len(run.lengths) == len(run.ends) > 100
    assert run.lengths.sum() <= run.steps and (np.diff(run.ends) >= 0).all()
    assert set(run.returns.tolist()) == {0.0, 1.0}
    assert run.judged[0] == 64 and run.judged[-1] == run.steps and len(run.scores) == 7
    assert (run.losses >= 0).all() and len(run.losses) == (run.steps - 64) // 8 + 1
    assert run.ended == "all steps were taken" and run.seconds > 0
    told = f"{run.steps} steps, {len(run.returns)} episodes, best score 1.0; all steps were taken"
    assert repr(run) == f"Run({told})"
    assert repr(run.policy) == f"Greedy({run.network})"


def test_the_same_rng_learns_the_same_and_seed_zero_is_a_seed():
    one, again, other = (learnt(seed=seed).last.network.parameters for seed in (0, 0, 1))
    assert (one == again).all() and (one != other).any()


def test_the_env_itself_is_not_played():
    env = Corridor()
    learnt(env, steps=500)
    assert not hasattr(env, "at")


def test_learning_is_rounds_of_updates_of_batches(monkeypatch):
    updates, update = [], dqn.Learner.update

    def watched(self, batch):
        updates.append(len(batch.actions))
        return update(self, batch)

    monkeypatch.setattr(dqn.Learner, "update", watched)
    run = learnt(steps=264, begin=64, every=20, updates=3, batch=16)
    assert updates == [16] * 3 * len(run.losses) and len(run.losses) == 11  # after 64, 84, ... 264
    updates.clear()
    run = learnt(steps=200, begin=10, every=10, updates=1, batch=100)
    assert len(updates) == len(run.losses) == 11  # the replay must hold a batch first


def test_inputs_are_scaled_or_left_as_they_are():
    env = Endless(terminates=True)
    env.observation_space = Box(-4, 4, (1,))
    for scaled, number in ((True, 0.5), (False, 2.0)):
        run = learnt(env, steps=100, scale_inputs=scaled)
        assert run.policy.features(np.array([[2.0]])) == number


# The best is kept


class Scripted:
    """Stands in for a judge: the k-th judgement gives the k-th score."""

    scores: list[float] = []

    def __init__(self, env, episodes, seed):
        self.left = list(Scripted.scores)
        Scripted.made = (episodes, seed)

    def returns(self, choose):
        Scripted.kept.append(choose.__self__.network.parameters.copy())
        return np.full(4, self.left.pop(0))


@pytest.fixture
def judged(monkeypatch):
    """Let training be judged by given scores; returns the networks that were judged."""
    monkeypatch.setattr("peterwolf.dqn.training.Judge", Scripted)
    Scripted.kept = []

    def script(*scores):
        Scripted.scores = scores
        return Scripted.kept

    return script


def test_the_best_network_is_kept_and_not_the_last(judged):
    kept = judged(1.0, 5.0, 5.0, 4.0, 2.0, 3.0, 0.0)
    run = learnt()
    assert run.scores.tolist() == [1, 5, 5, 4, 2, 3, 0]
    assert (run.network.parameters == kept[1]).all()
    assert (run.last.network.parameters == kept[6]).all()
    assert (kept[1] != kept[6]).any()
    assert not np.shares_memory(run.network.parameters, run.last.network.parameters)


def test_learning_stops_at_the_goal(judged):
    judged(1.0, 6.9, 7.0, 9.0)
    run = learnt(goal=7.0)
    assert run.scores.tolist() == [1.0, 6.9, 7.0] and run.ended == "the goal was reached"
    assert run.steps == run.judged[-1] < 1100


def test_starts_that_choose_are_not_those_that_judge(judged):
    judged(1.0)
    learnt(steps=64)
    assert Scripted.made == (SMALL.judge_starts, 1_000_000)
    assert evaluate.__kwdefaults__ == {"episodes": 100, "seed": 0}


# Stopped


def test_stopping_the_kernel_keeps_the_best():
    def stop(taken):
        if taken == 2500:
            raise KeyboardInterrupt

    run = learnt(Corridor(stop))
    assert run.ended == "interrupted" and len(run.scores) and run.scores.max() == 1.0
    assert run.policy(2) == 1 and run.steps < 3000


def test_stopped_during_the_first_judgement_the_network_is_as_it_learnt(monkeypatch):
    def stop(self, choose):
        raise KeyboardInterrupt

    monkeypatch.setattr(dqn.Judge, "returns", stop)
    run = learnt()
    assert len(run.scores) == 0 and run.ended == "interrupted" and "best" not in repr(run)
    assert len(run.losses) == 1
    assert (run.network.parameters == run.last.network.parameters).all()


def test_a_reward_that_is_no_number_stops_tells_the_step_and_keeps_the_best():
    env = Corridor(lambda taken: np.nan if taken > 4000 else 0.0)
    told = "^learning stopped: the reward was nan at step [0-9]+$"
    with pytest.warns(RuntimeWarning, match=told):
        run = learnt(env, steps=20_000)
    assert re.fullmatch("the reward was nan at step [0-9]+", run.ended)
    assert int(run.ended.split()[-1]) == run.steps + 1
    assert run.scores.max() == 1.0 and run.policy(2) == 1
    assert np.isfinite(run.last.network.parameters).all()


@pytest.mark.parametrize("first", [(), (3.0,)])
def test_a_judgement_that_is_no_number_stops_and_counts_for_nothing(first, judged):
    kept = judged(*first, np.nan, 5.0)
    told = "learning stopped: the mean return was nan when judged at step [0-9]+$"
    with pytest.warns(RuntimeWarning, match=told):
        run = learnt()
    assert run.scores.tolist() == [*first]
    assert (run.network.parameters == kept[0]).all()


class Blind(Endless):
    """It sees nothing from the start."""

    def reset(self, *, seed=None, options=None):
        super().reset()
        return np.full(1, np.nan, np.float32), {}


def test_an_observation_that_is_no_number_at_the_start_leaves_the_first_network():
    with pytest.warns(RuntimeWarning, match="the observation was nan at step 0$"):
        run = learnt(Blind(True))
    assert run.steps == 0 and np.isfinite(run.network.parameters).all()
    assert run.policy(np.zeros(1)) in (0, 1)


def test_a_loss_that_is_no_number_stops_and_keeps_the_best():
    env = Corridor(lambda taken: 1e38 if taken > 1000 else 0.0)
    with (
        np.errstate(all="ignore"),
        pytest.warns(RuntimeWarning, match="learning stopped: the loss was (inf|nan) at step"),
    ):
        run = learnt(env, steps=20_000, reward_scale=1e3)
    assert np.isfinite(run.network.parameters).all() and len(run.scores)


# The progress bar


def test_the_bar_counts_env_steps(monkeypatch):
    monkeypatch.setattr(Bar, "made", [])
    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    run = learnt(steps=300, progress=True)
    (bar,) = Bar.made
    assert bar.how["total"] == 300 and bar.how["unit"] == "step" and bar.closed
    assert bar.updates == run.steps


# Policies


def test_evaluate_plays_the_starts_of_its_seeds():
    env = gymnasium.make("MountainCar-v0")
    policy = greedy(random_network((2, 8, 3), rng=np.random.default_rng(0)), env)
    returns = evaluate(env, policy, episodes=5, seed=3)
    assert returns.tolist() == rollout.evaluate(env, policy, episodes=5, seed=3).tolist()


def test_a_saved_network_plays_on(tmp_path):
    run = learnt()
    policy = greedy(load(save(run.network, tmp_path / "net.npz")), Corridor())
    assert [policy(at) for at in (1, 2, 3)] == [1, 1, 1]
    assert (policy.values([1, 2]) == run.policy.values([1, 2])).all()
    assert evaluate(Corridor(), policy, episodes=6).tolist() == [1.0] * 6


def test_ties_go_to_the_lowest_action():
    network = random_network((5, 2), rng=np.random.default_rng(0))
    network.parameters[:] = 0
    assert greedy(network, Corridor())(3) == 0


# Bad input


class Untouched(Corridor):
    def reset(self, *, seed=None, options=None):
        raise AssertionError("reset")


class Steering(Untouched):
    action_space = Box(-1, 1, (1,))


class FromOne(Untouched):
    action_space = Discrete(2, start=1)


class Several(Untouched):
    observation_space = gymnasium.spaces.Dict({"a": Discrete(2)})


@pytest.mark.parametrize(
    ("env", "said"),
    [
        (Steering(), "env must have a Discrete action space from 0 on, got Box("),
        (FromOne(), "env must have a Discrete action space from 0 on, got Discrete(2, start=1)"),
        (Several(), "env must have Box, Discrete or MultiDiscrete observations of numbers, got Di"),
        ("CartPole-v1", "env must be a gymnasium env, got 'CartPole-v1'"),
        (gymnasium.make_vec("CartPole-v1", 3), "env must be a gymnasium env, got CartPoleVector"),
    ],
    ids=["box actions", "actions from one", "dict", "a name", "many"],
)
def test_an_env_that_does_not_fit_is_refused(env, said):
    with pytest.raises(TypeError, match=f"^{re.escape(said)}"):
        train(env, SMALL, rng=np.random.default_rng(0))


@pytest.mark.parametrize("rng", [0, None, np.random])
def test_rng_is_a_generator(rng):
    with pytest.raises(TypeError, match="^rng must be a numpy.random.Generator"):
        train(Untouched(), SMALL, rng=rng)


@pytest.mark.parametrize("config", [{}, "plain", DQNConfig])
def test_a_config_is_a_config(config):
    with pytest.raises(TypeError, match="^config must be a DQNConfig, got"):
        train(Untouched(), config, rng=np.random.default_rng(0))


def test_a_progress_that_is_neither_true_nor_false_is_refused():
    with pytest.raises(ValueError, match="^progress must be one of None, True, False, got 'yes'$"):
        train(Untouched(), SMALL, rng=np.random.default_rng(0), progress="yes")


def test_a_network_of_another_env_is_refused():
    network = random_network((4, 8, 2), rng=np.random.default_rng(0))
    greedy(network, gymnasium.make("CartPole-v1"))
    said = "network must have 2 inputs and 3 outputs for this env, got Network(4-8-2"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        greedy(network, gymnasium.make("MountainCar-v0"))


def test_evaluate_takes_a_network_s_policy_and_whole_numbers():
    policy = learnt(steps=64).policy
    with pytest.raises(TypeError, match="^policy must be a network's, as run.policy"):
        evaluate(Corridor(), lambda seen: 1)
    with pytest.raises(ValueError, match="^episodes must be an integer of 1 or more, got 0"):
        evaluate(Corridor(), policy, episodes=0)
    with pytest.raises(ValueError, match="^seed must be an integer of 0 or more, got -1"):
        evaluate(Corridor(), policy, seed=-1)
    assert isinstance(policy, Greedy)


# The two games of gymnasium; tests/benchmarks holds more seeds to the figures that are promised


@pytest.mark.parametrize("seed", range(3))
def test_the_defaults_solve_cartpole(seed):
    env = gymnasium.make("CartPole-v1")
    run = train(env, rng=np.random.default_rng(seed))
    assert run.ended == "the goal was reached" and run.steps <= 15_000
    assert evaluate(env, run.policy).mean() >= 475


def test_the_car_reaches_the_flag_without_shaped_rewards():
    env = gymnasium.make("MountainCar-v0")
    run = train(env, MOUNTAIN_CAR, rng=np.random.default_rng(0))
    assert evaluate(env, run.policy).mean() >= -110 and run.steps <= 25_000
