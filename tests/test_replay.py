"""The replay: filled slots only, little memory; and steps joined to longer transitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peterwolf.dqn.replay import Replay, Window


def filled(capacity: int, count: int) -> Replay:
    """A replay whose k-th transition holds k everywhere."""
    replay = Replay(capacity, (2,), np.float32, 100)
    for k in range(count):
        replay.add([k, k], k, k, [k + 0.5, k + 0.5], k % 2 == 1, 1 + k % 3)
    return replay


def test_a_transition_comes_back_whole():
    batch = filled(20, 20).sample(20, np.random.default_rng(0))
    k = batch.actions
    assert (batch.observations == k[:, None]).all() and (batch.rewards == k).all()
    assert (batch.next_observations == k[:, None] + 0.5).all()
    assert (batch.terminated == (k % 2 == 1)).all() and (batch.steps == 1 + k % 3).all()


@given(capacity=st.integers(1, 12), count=st.integers(1, 40), seed=st.integers(0, 9))
def test_only_filled_slots_are_drawn_and_they_hold_the_newest(capacity, count, seed):
    replay, rng = filled(capacity, count), np.random.default_rng(seed)
    held = min(capacity, count)
    batches = [replay.sample(held, rng) for _ in range(30)]
    drawn = {int(action) for batch in batches for action in batch.actions}
    assert all(batch.steps.all() for batch in batches)  # an empty slot has none
    assert len(replay) == held and drawn <= set(range(count - held, count))
    if held > 1:
        assert len(drawn) > 1


def test_every_held_transition_is_as_likely():
    replay, rng = filled(10, 13), np.random.default_rng(0)
    drawn = np.concatenate([replay.sample(10, rng).actions for _ in range(2000)])
    np.testing.assert_allclose(np.bincount(drawn)[3:] / len(drawn), 0.1, atol=0.01)


def test_more_than_it_holds_is_an_error():
    replay = filled(10, 4)
    replay.sample(4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="^batch must be an integer from 1 to 4, got 5"):
        replay.sample(5, np.random.default_rng(0))
    with pytest.raises(ValueError, match="^batch must be an integer from 1 to 4, got 0"):
        replay.sample(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="^the replay holds no transition yet"):
        filled(10, 0).sample(1, np.random.default_rng(0))


def test_a_sample_is_a_copy():
    replay = filled(3, 3)
    replay.sample(3, np.random.default_rng(0)).rewards[:] = 99
    assert replay.sample(3, np.random.default_rng(0)).rewards.max() == 2


def test_a_million_cartpole_transitions_take_less_than_40_megabytes():
    replay = Replay(1_000_000, (4,), np.float32, 2)
    assert replay.nbytes < 40_000_000


@pytest.mark.parametrize(("actions", "kind"), [(2, np.uint8), (256, np.uint8), (257, np.uint16)])
def test_actions_take_as_few_bytes_as_they_need(actions, kind):
    replay = Replay(3, (1,), np.float32, actions)
    replay.add([0], actions - 1, 0, [0], False)
    (action,) = replay.sample(1, np.random.default_rng(0)).actions
    assert action == actions - 1 and action.dtype == kind


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_replay_holds_something(capacity):
    with pytest.raises(
        ValueError, match=f"^capacity must be an integer of 1 or more, got {capacity}"
    ):
        Replay(capacity, (2,), np.float32, 2)


# Several steps


class Notebook:
    """Stands in for a replay and remembers what it was given."""

    def __init__(self):
        self.rows = []

    def add(self, *row):
        self.rows.append(row)


def joined(n: int, episodes, gamma: float = 0.5) -> list[tuple]:
    """What episodes become; each is (its rewards, whether it was terminated)."""
    notebook, at = Notebook(), 0
    window = Window(notebook, 1, n, gamma)
    for rewards, terminated in episodes:
        for k, reward in enumerate(rewards):
            last = k == len(rewards) - 1
            window.add(0, at, 10 + at, reward, at + 1, last and terminated, last and not terminated)
            at += 1
        at += 1
    return notebook.rows


def test_one_step_goes_on_as_it_is():
    assert joined(1, [([1, 2], True)]) == [(0, 10, 1, 1, False, 1), (1, 11, 2, 2, True, 1)]


def test_rewards_of_three_steps_are_discounted_and_the_end_cuts_the_last_ones_short():
    assert joined(3, [([1, 2, 4, 8], True)]) == [
        (0, 10, 1 + 2 / 2 + 4 / 4, 3, False, 3),
        (1, 11, 2 + 4 / 2 + 8 / 4, 4, True, 3),
        (2, 12, 4 + 8 / 2, 4, True, 2),
        (3, 13, 8, 4, True, 1),
    ]


def test_a_truncated_episode_is_cut_short_too_but_its_last_value_still_counts():
    rows = joined(3, [([1, 2, 4, 8], False)])
    assert [row[4] for row in rows] == [False] * 4 and [row[5] for row in rows] == [3, 3, 2, 1]
    assert all(row[3] == 4 for row in rows[1:])


def test_no_transition_reaches_into_the_next_episode():
    for n in (1, 2, 3, 10):
        rows = joined(n, [([1, 1], True), ([5, 5, 5], False), ([7], True)])
        assert [row[0] for row in rows] == [0, 1, 3, 4, 5, 7]
        assert all(row[3] <= 2 for row in rows[:2]) and all(row[3] <= 6 for row in rows[2:5])
        assert rows[-1] == (7, 17, 7, 8, True, 1)


@settings(max_examples=50, deadline=None)
@given(
    n=st.integers(1, 6),
    episodes=st.lists(
        st.tuples(st.lists(st.integers(-5, 5), min_size=1, max_size=9), st.booleans()),
        min_size=1,
        max_size=4,
    ),
)
def test_every_step_begins_one_transition_with_the_rewards_that_followed(n, episodes):
    rows, at = joined(n, episodes), 0
    for rewards, terminated in episodes:
        for k in range(len(rewards)):
            part = rewards[k : k + n]
            gained = sum(0.5**i * reward for i, reward in enumerate(part))
            cut = terminated and k + n >= len(rewards)
            assert rows.pop(0) == (
                at,
                10 + at,
                pytest.approx(gained),
                at - k + min(k + n, len(rewards)),
                cut,
                len(part),
            )
            at += 1
        at += 1
    assert rows == []


def test_games_do_not_mix():
    notebook = Notebook()
    window = Window(notebook, 2, 2, 0.5)
    for k in range(3):
        for game in (0, 1):
            window.add(game, 100 * game + k, 0, 10**game, 100 * game + k + 1, False, False)
    firsts = [(row[0], row[2], row[3]) for row in notebook.rows]
    assert firsts == [(0, 1.5, 2), (100, 15, 102), (1, 1.5, 3), (101, 15, 103)]
