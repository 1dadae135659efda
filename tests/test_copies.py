"""Copies of an env: to learn from, stepped at once, and to judge by, from the starts of seeds."""

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from peterwolf import rollout
from peterwolf.dqn import vector_envs as module
from peterwolf.dqn.vector_envs import Judge, copies


def lean(observations: np.ndarray) -> np.ndarray:
    """A policy for CartPole that balances for a while: towards where the pole falls."""
    return (observations[:, 2] > 0).astype(int)


def swing(observations: np.ndarray) -> np.ndarray:
    """A policy for MountainCar that reaches the flag: with the velocity."""
    return np.where(observations[:, 1] < 0, 0, 2)


def one(policy):
    return lambda observation: int(policy(observation[None])[0])


# Judging


@pytest.mark.parametrize("seed", [0, 1000])
def test_the_returns_are_those_of_one_episode_after_the_other(seed):
    env = gymnasium.make("MountainCar-v0")
    together = Judge(env, 20, seed).returns(swing)
    assert together.tolist() == rollout.evaluate(env, one(swing), episodes=20, seed=seed).tolist()
    assert together.min() > -200 and len(set(together.tolist())) > 1


@pytest.mark.parametrize("seed", [0, 1000])
def test_gymnasium_s_many_poles_begin_and_end_as_single_ones(seed):
    env = gymnasium.make("CartPole-v1")
    judge = Judge(env, 30, seed)
    assert isinstance(judge._poles, CartPoleVectorEnv)
    firsts = []

    def watched(observations):
        firsts.append(observations)
        return lean(observations)

    together = judge.returns(watched)
    starts = [env.reset(seed=seed + k)[0] for k in range(30)]
    assert firsts[0].dtype == np.float32 and np.array_equal(firsts[0], starts)
    assert together.tolist() == rollout.evaluate(env, one(lean), episodes=30, seed=seed).tolist()
    assert len(set(together.tolist())) > 5


def test_poles_that_stand_to_the_time_limit_count_500_and_a_shorter_limit_is_kept():
    def balance(seen):
        return (seen @ [0.1, 0.3, 2.0, 1.0] > 0).astype(int)

    assert set(Judge(gymnasium.make("CartPole-v1"), 5, 0).returns(balance)) == {500.0}
    short = gymnasium.make("CartPole-v1", max_episode_steps=40)
    assert set(Judge(short, 5, 0).returns(balance)) == {40.0}


def test_a_judge_asks_the_same_starts_every_time():
    for name, policy in (("CartPole-v1", lean), ("MountainCar-v0", swing)):
        judge = Judge(gymnasium.make(name), 10, 7)
        assert judge.returns(policy).tolist() == judge.returns(policy).tolist()


def test_only_games_that_still_go_on_are_asked_for_an_action():
    sizes = []

    def counted(observations):
        sizes.append(len(observations))
        return swing(observations)

    returns = Judge(gymnasium.make("MountainCar-v0"), 10, 0).returns(counted)
    assert len(sizes) == -returns.min() and sizes[0] == 10 and sizes[-1] < 10
    assert sizes == sorted(sizes, reverse=True)


def test_the_env_itself_is_left_alone():
    for name, policy in (("CartPole-v1", lean), ("MountainCar-v0", swing)):
        env, other = gymnasium.make(name), gymnasium.make(name)
        for each in (env, other):
            each.reset(seed=3)
            each.step(1)
        Judge(env, 5, 0).returns(policy)
        made = copies(env, 4)
        made.reset(seed=0)
        made.step(np.zeros(4, int))
        for _ in range(300):
            (seen, _, terminated, truncated, _), (alike, *_) = env.step(0), other.step(0)
            assert np.array_equal(seen, alike)
            if terminated or truncated:
                seen, alike = env.reset()[0], other.reset()[0]
                assert np.array_equal(seen, alike)


# Copies to learn from


def test_cartpole_is_gymnasium_s_vectorised_one_where_it_is_faster():
    env = gymnasium.make("CartPole-v1")
    assert isinstance(copies(env, 8), CartPoleVectorEnv)
    assert isinstance(copies(env, 1), SyncVectorEnv)
    assert isinstance(copies(gymnasium.make("MountainCar-v0"), 8), SyncVectorEnv)


@pytest.mark.parametrize("name", ["CartPole-v1", "MountainCar-v0"])
def test_the_step_after_an_end_only_resets(name):
    env = gymnasium.make(name, max_episode_steps=3)
    made = copies(env, 4)
    assert made.metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP and made.num_envs == 4
    made.reset(seed=0)
    actions = np.zeros(4, int)
    for _ in range(3):
        _, _, terminated, truncated, _ = made.step(actions)
    assert truncated.all() and not terminated.any()
    _, rewards, terminated, truncated, _ = made.step(actions)
    assert not (rewards.any() or terminated.any() or truncated.any())


def test_each_copy_has_a_start_of_its_own():
    for name in ("CartPole-v1", "MountainCar-v0"):
        seen, _ = copies(gymnasium.make(name), 6).reset(seed=0)
        assert len(np.unique(seen, axis=0)) == 6


# A pole that is not gymnasium's own game


class Halved(gymnasium.ObservationWrapper):
    def observation(self, observation):
        return observation / 2


def changed(**numbers):
    env = gymnasium.make("CartPole-v1")
    for name, value in numbers.items():
        setattr(env.unwrapped, name, value)
    return env


@pytest.mark.parametrize(
    "env",
    [
        changed(gravity=1.6),
        changed(force_mag=20.0),
        changed(kinematics_integrator="semi-implicit"),
        changed(theta_threshold_radians=0.1),
        Halved(gymnasium.make("CartPole-v1")),
    ],
    ids=["moon", "strong", "integrator", "strict", "wrapped"],
)
def test_a_pole_that_was_changed_is_played_as_it_is(env):
    judge = Judge(env, 10, 0)
    assert isinstance(copies(env, 8), SyncVectorEnv) and judge._poles is None
    assert judge.returns(lean).tolist() == rollout.evaluate(env, one(lean), episodes=10).tolist()


def test_the_reward_of_sutton_and_barto_is_known_to_the_many_poles():
    env = gymnasium.make("CartPole-v1", sutton_barto_reward=True)
    judge = Judge(env, 10, 0)
    assert judge._poles is not None and judge.returns(lean).tolist() == [-1.0] * 10


@pytest.mark.parametrize("name", ["CartPole-v1", "MountainCar-v0"])
def test_an_env_that_was_drawn_is_copied_without_its_window_and_keeps_it(name):
    env = gymnasium.make(name, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    policy = lean if name == "CartPole-v1" else swing
    assert len(Judge(env, 2, 0).returns(policy)) == 2
    made = copies(env, 2)
    made.reset(seed=0)
    assert np.array_equal(env.render(), before)
    made.envs[0].reset(seed=0)
    assert np.array_equal(made.envs[0].render(), before)
    made.close()
    assert np.array_equal(env.render(), before)
    env.close()


def test_copies_share_nothing_and_their_parts_hang_together():
    class Inner(gymnasium.Env):
        observation_space = gymnasium.spaces.Discrete(2)
        action_space = gymnasium.spaces.Discrete(2)

        def __init__(self):
            self.list = [0]
            self.again, self.method = self.list, self.step

        def step(self, action):
            self.list.append(action)
            return 0, 0.0, False, False, {}

    env = gymnasium.wrappers.TimeLimit(Inner(), 10)
    made = module._copy(env)
    inner = made.unwrapped
    assert inner is not env.unwrapped and inner.again is inner.list
    inner.method(1)
    assert inner.list == [0, 1] and env.unwrapped.list == [0]


class Circle(gymnasium.Env):
    """An episode without end."""

    observation_space = gymnasium.spaces.Discrete(1)
    action_space = gymnasium.spaces.Discrete(1)

    def reset(self, *, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return 0, 1.0, False, False, {}


def test_a_walk_in_circles_is_left_after_many_steps(monkeypatch):
    assert module.LONGEST == 10_000
    monkeypatch.setattr(module, "LONGEST", 50)
    assert Judge(Circle(), 3, 0).returns(lambda seen: np.zeros(len(seen), int)).tolist() == [50] * 3
    pole = gymnasium.make("CartPole-v1", sutton_barto_reward=False)
    assert Judge(pole, 3, 0).returns(lambda seen: (seen[:, 2] + seen[:, 3] > 0) * 1).max() == 50


def test_few_poles_are_copies():
    assert module.FEWEST_POLES == 3
