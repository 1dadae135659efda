"""Playing episodes and judging policies by many of them."""

import gymnasium
import numpy as np
import pytest

from peterwolf import CLASSIC, Action, Board
from peterwolf.rollout import Episode, evaluate, play_episode
from peterwolf.worlds.planning import value_iteration
from peterwolf.worlds.rules import Forage

UP, DOWN, LEFT, RIGHT = Action
LANE = Board.from_text("""
    ...A
    ~~~~
""")
LEFT_END = {"start": (0, 0)}


def forage(board=CLASSIC, **kwargs):
    """An env of the world that these tests play in."""
    return gymnasium.make("peterwolf/Forage-v0", board=board, **kwargs)


def to_the_right(observation):
    """A policy that finds the apple of LANE."""
    return RIGHT


def best(board):
    """The policy of the oracle."""
    q = value_iteration(board, Forage())
    return lambda observation: int(q[tuple(observation)].argmax())


def test_an_episode_tells_what_happened_from_the_first_observation_to_the_last():
    episode = play_episode(forage(LANE), to_the_right, options=LEFT_END)
    assert [o.tolist() for o in episode.observations] == [[0, 0], [1, 0], [2, 0], [3, 0]]
    assert episode.actions == [RIGHT] * 3
    assert episode.rewards == [-0.1, -0.1, 10]
    assert (episode.terminated, episode.truncated) == (True, False)
    assert episode.info == {"outcome": "apple"}
    assert episode.outcome == "apple"


def test_there_is_one_observation_and_one_frame_more_than_actions_and_rewards():
    env = forage(render_mode="rgb_array")
    for seed in range(5):
        episode = play_episode(env, best(CLASSIC), seed=seed, keep_frames=True)
        assert episode.steps == len(episode.actions) == len(episode.rewards) > 0
        assert len(episode.observations) == len(episode.frames) == episode.steps + 1


def test_the_return_is_the_plain_sum_of_the_rewards():
    episode = play_episode(forage(LANE), to_the_right, options=LEFT_END)
    assert episode.total_reward == pytest.approx(9.8)
    assert type(episode.total_reward) is float


def test_the_policy_is_asked_with_the_observation_before_its_action():
    seen = []

    def policy(observation):
        seen.append(observation.tolist())
        return RIGHT

    play_episode(forage(LANE), policy, options=LEFT_END)
    assert seen == [[0, 0], [1, 0], [2, 0]]


def test_an_episode_ends_when_it_is_truncated():
    episode = play_episode(forage(LANE, max_steps=7), lambda o: LEFT, options=LEFT_END)
    assert episode.steps == 7
    assert (episode.terminated, episode.truncated) == (False, True)
    assert episode.outcome is None


def test_action_zero_is_an_action():
    episode = play_episode(forage(LANE, max_steps=3), lambda o: 0, options=LEFT_END)
    assert episode.actions == [0, 0, 0]


def test_a_time_limit_around_the_env_ends_an_episode_too():
    env = gymnasium.make("CartPole-v1", max_episode_steps=4)
    episode = play_episode(env, lambda o: 0, seed=0)
    assert (episode.steps, episode.terminated, episode.truncated) == (4, False, True)


def test_equal_seeds_play_equal_episodes_and_seed_zero_is_a_seed():
    env = forage()
    for seed in (0, 1):
        first, second = (play_episode(env, best(CLASSIC), seed=seed) for _ in range(2))
        assert np.array_equal(first.observations, second.observations)
        assert first.rewards == second.rewards


def test_without_a_seed_the_next_episode_is_another_one():
    env = forage()
    episodes = [play_episode(env, best(CLASSIC), seed=0)]
    episodes += [play_episode(env, best(CLASSIC)) for _ in range(20)]
    assert len({tuple(episode.observations[0]) for episode in episodes}) > 5


def test_kept_frames_show_every_board_from_first_to_last():
    env = forage(LANE, render_mode="rgb_array")
    episode = play_episode(env, to_the_right, options=LEFT_END, keep_frames=True)
    assert all(frame.shape == (100, 200, 3) for frame in episode.frames)
    assert np.array_equal(episode.frames[-1], env.render())
    env.reset(options=LEFT_END)
    assert np.array_equal(episode.frames[0], env.render())
    for before, after in zip(episode.frames, episode.frames[1:], strict=False):
        assert not np.array_equal(before, after)


def test_no_frames_are_kept_that_nobody_asked_for():
    env = forage(LANE, render_mode="rgb_array")
    assert play_episode(env, to_the_right, options=LEFT_END).frames == []


@pytest.mark.parametrize("mode", [None, "ansi"])
def test_frames_of_an_env_that_draws_none_are_an_error_before_anything_is_played(mode):
    asked = []
    message = f"^keep_frames needs .* render_mode='rgb_array', got render_mode={mode!r}$"
    with pytest.raises(ValueError, match=message):
        play_episode(forage(render_mode=mode), asked.append, keep_frames=True)
    assert asked == []


def test_episodes_share_nothing():
    first, second = Episode(), Episode()
    first.rewards.append(1.0)
    assert second.rewards == []


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (to_the_right, "Episode(3 steps, return 9.8, terminated, outcome='apple')"),
        (lambda o: DOWN, "Episode(1 steps, return -10, terminated, outcome='drowned')"),
        (lambda o: LEFT, "Episode(9 steps, return -0.9, truncated)"),
    ],
)
def test_an_episode_shows_how_it_went(policy, text):
    env = forage(LANE, max_steps=9)
    assert repr(play_episode(env, policy, options=LEFT_END)) == text


@pytest.mark.parametrize("name", ["peterwolf/Forage-v0", "CartPole-v1"])
def test_a_policy_is_judged_by_episodes_with_the_seeds_that_follow(name):
    env = gymnasium.make(name)
    returns = evaluate(env, lambda o: 1, episodes=6, seed=7)
    assert returns.shape == (6,)
    assert returns.dtype == np.float64
    singles = [play_episode(env, lambda o: 1, seed=7 + k).total_reward for k in range(6)]
    assert returns.tolist() == singles
    assert len(set(singles)) > 1


def test_two_policies_meet_the_same_starts():
    env, starts = forage(max_steps=1), {}
    for action in (UP, RIGHT):
        starts[action] = seen = []

        def policy(observation, action=action, seen=seen):
            seen.append(observation.tolist())
            return action

        evaluate(env, policy, episodes=20)
    assert starts[UP] == starts[RIGHT]
    assert len(starts[UP]) == 20


def test_without_a_wish_100_episodes_from_seed_zero_are_played():
    env = forage()
    policy = best(CLASSIC)
    assert np.array_equal(evaluate(env, policy), evaluate(env, policy, episodes=100, seed=0))
    assert evaluate(env, policy).mean() > 9


@pytest.mark.parametrize("name", ["episodes", "seed"])
@pytest.mark.parametrize(
    ("value", "error"),
    [(-1, ValueError), (2.5, TypeError), ("3", TypeError), (True, TypeError), (None, TypeError)],
)
def test_episodes_and_seed_are_whole_numbers(name, value, error):
    low = {"episodes": 1, "seed": 0}[name]
    with pytest.raises(error, match=f"^{name} must be an integer of {low} or more, got {value!r}$"):
        evaluate(forage(), to_the_right, **{name: value})


def test_no_episodes_are_an_error_and_no_mean_of_nothing():
    with pytest.raises(ValueError, match="^episodes must be an integer of 1 or more, got 0$"):
        evaluate(forage(), to_the_right, episodes=0)
