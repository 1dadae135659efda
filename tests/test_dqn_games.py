"""The games that a DQN learns from: what reaches the replay, and how actions are explored."""

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete

from peterwolf.dqn.collector import Explorer, Games, StoppedError
from peterwolf.dqn.config import DQNConfig
from peterwolf.dqn.replay import Replay


class Counting(gymnasium.Env):
    """Observation: 100 times the episode's number, and the step. Ends after `lengths` steps.

    Odd episodes are truncated, even ones terminated. The reward is the step's number.
    """

    observation_space = Box(-np.inf, np.inf, (1,))
    action_space = Discrete(2)

    def __init__(self, lengths=(3, 2), rewards=None):
        self.lengths, self.rewards, self.episode = lengths, rewards or {}, -1

    def reset(self, *, seed=None, options=None):
        self.episode += 1
        self.at = 0
        return self._seen(), {}

    def _seen(self):
        return np.array([100 * self.episode + self.at], np.float32)

    def step(self, action):
        self.at += 1
        over = self.at == self.lengths[self.episode % len(self.lengths)]
        reward = self.rewards.get((self.episode, self.at), float(self.at))
        even = self.episode % 2 == 0
        return self._seen(), reward, over and even, over and not even, {}


def played(env, steps: int, **told) -> tuple[Games, list]:
    """Games after so many steps of all copies, and what the replay holds, in order of time."""
    config = DQNConfig(**({"envs": 1} | told))
    replay = Replay(1000, (1,), np.float32, 2)
    games = Games(env, config, replay, 2, np.random.default_rng(0))
    games.begin()
    for _ in range(steps):
        games.step(lambda seen: np.ones(len(seen), int), 0.0)
    kept = [array[: len(replay)].reshape(len(replay)).tolist() for array in replay._kept]
    return games, list(zip(*kept, strict=True))


def test_every_step_of_a_game_is_kept_and_the_reset_between_two_is_not():
    games, kept = played(Counting(), 8)
    assert kept == [
        (0, 1, 1, 1, False, 1),
        (1, 1, 2, 2, False, 1),
        (2, 1, 3, 3, True, 1),
        (100, 1, 1, 101, False, 1),
        (101, 1, 2, 102, False, 1),  # truncated: its value still counts
        (200, 1, 1, 201, False, 1),
    ]
    assert games.steps == 6


def test_episodes_are_told_with_their_return_length_and_time():
    games, _ = played(Counting(), 8)
    assert (games.returns, games.lengths, games.ends) == ([6.0, 3.0], [3, 2], [3, 5])


def test_several_copies_are_played_each_for_itself():
    games, kept = played(Counting(), 8, envs=3)
    assert games.steps == len(kept) == 18 and games.returns == [6.0] * 3 + [3.0] * 3
    alone = played(Counting(), 8)[1]
    assert all(kept.count(row) == 3 for row in alone)


def test_targets_over_several_steps_end_with_the_episode():
    _, kept = played(Counting(), 8, n_step=2, gamma=0.5)
    assert kept == [
        (0, 1, 1 + 2 / 2, 2, False, 2),
        (1, 1, 2 + 3 / 2, 3, True, 2),
        (2, 1, 3, 3, True, 1),
        (100, 1, 1 + 2 / 2, 102, False, 2),
        (101, 1, 2, 102, False, 1),
    ]


def test_the_many_poles_keep_no_step_from_an_end_to_a_new_start():
    config = DQNConfig(envs=8)
    replay = Replay(5000, (4,), np.float32, 2)
    games = Games(gymnasium.make("CartPole-v1"), config, replay, 2, np.random.default_rng(0))
    games.begin()
    while games.steps < 2000:
        games.step(lambda seen: np.zeros(len(seen), int), 0.5)
    batch = replay._kept
    n = len(replay)
    assert n == games.steps and sum(games.lengths) + games._lasted.sum() == n
    assert batch.terminated.sum() == len(games.returns) > 50
    moved = abs(batch.next_observations - batch.observations)[:n, 0]
    assert moved.max() < 0.1  # a reset would move the cart further, from where it fell
    assert (batch.rewards[:n] == 1).all() and games.returns == games.lengths


def test_the_same_rng_plays_the_same_games_and_another_others():
    def seen(seed):
        replay = Replay(100, (4,), np.float32, 2)
        env = gymnasium.make("CartPole-v1")
        games = Games(env, DQNConfig(envs=4), replay, 2, np.random.default_rng(seed))
        games.begin()
        for _ in range(20):
            games.step(lambda seen: np.zeros(len(seen), int), 0.5)
        return replay._kept.observations.tolist()

    assert seen(0) == seen(0) and seen(0) != seen(1)


# What is no number


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_reward_that_is_no_number_stops_at_its_step_and_is_not_kept(value):
    env = Counting(rewards={(1, 2): value})
    with pytest.raises(StoppedError, match=f"^the reward was {value} at step 5$"):
        played(env, 20)
    assert played(Counting(rewards={(1, 2): 0.0}), 20)[0].steps > 5


class Foggy(Counting):
    """The observation of one step is no number."""

    def __init__(self, at):
        super().__init__((9,))
        self.fog = at

    def _seen(self):
        seen = super()._seen()
        return seen * np.nan if self.at == self.fog else seen


def test_an_observation_that_is_no_number_stops_at_its_step():
    with pytest.raises(StoppedError, match="^the observation was nan at step 4$"):
        played(Foggy(4), 20)
    with pytest.raises(StoppedError, match="^the observation was nan at step 0$"):
        played(Foggy(0), 20)


# Exploring


def explored(epsilon: float, hold: int = 1, steps: int = 4000, actions: int = 3) -> np.ndarray:
    """The actions of 5 games where the greedy one is always 0, (steps, 5)."""
    explorer = Explorer(5, actions, hold, np.random.default_rng(0))
    return np.array([explorer.explore(np.zeros(5, int), epsilon) for _ in range(steps)])


def test_without_exploring_every_action_is_the_greedy_one():
    assert not explored(0.0, hold=8).any()


def test_with_epsilon_one_every_action_is_as_likely():
    np.testing.assert_allclose(np.bincount(explored(1.0).ravel()) / 20_000, 1 / 3, atol=0.02)


def test_with_epsilon_a_half_the_greedy_action_keeps_its_share():
    shares = np.bincount(explored(0.5).ravel()) / 20_000
    np.testing.assert_allclose(shares, [0.5 + 1 / 6, 1 / 6, 1 / 6], atol=0.02)


def test_a_held_action_lasts_each_number_of_steps_as_often():
    column = explored(1.0, hold=4, actions=100_000)[:, 0]
    lengths = np.diff(np.flatnonzero(np.diff(column)))
    assert set(lengths.tolist()) == {1, 2, 3, 4}
    np.testing.assert_allclose(np.bincount(lengths)[1:] / len(lengths), 0.25, atol=0.05)


def test_a_held_action_is_let_go_where_its_game_is_over():
    explorer = Explorer(2, 1000, 10_000, np.random.default_rng(0))
    greedy = np.full(2, -1)
    first = explorer.explore(greedy, 1.0)
    explorer.forget(np.array([True, False]))
    assert explorer.explore(greedy, 0.0).tolist() == [-1, first[1]]


def test_a_new_episode_does_not_begin_with_an_action_held_before():
    taken = []

    class Told(Counting):
        def step(self, action):
            taken.append((self.at, int(action)))
            return super().step(action)

    config, replay = DQNConfig(envs=1, hold=10_000), Replay(99, (1,), np.float32, 2)
    games = Games(Told((5,)), config, replay, 2, np.random.default_rng(0))
    games.begin()
    for k in range(60):
        # Explore at an episode's last step, and at the reset, where nothing comes of it.
        games.step(lambda seen: np.full(len(seen), 7), float(k % 6 in (4, 5)))
    assert len(taken) == 50
    assert all((action == 7) == (at < 4) for at, action in taken)
