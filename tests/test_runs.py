"""What a run leaves behind: the snapshots of its table, few, small, and the last one the end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peterwolf.tabular.run import MOST_BYTES, Album, Run

SHAPE = (3, 2)


def album(episodes: int, most: int, shape: tuple[int, ...] = SHAPE) -> Album:
    return Album(episodes, most, np.zeros(shape))


def filled(episodes: int, most: int, learnt: int | None = None) -> Run:
    """Fill an album as an engine does; every episode adds one to the table and to the visits."""
    kept, learnt = album(episodes, most), episodes if learnt is None else learnt
    for episode in range(learnt):
        if kept.due == episode:
            kept.take(episode)
        kept.q += 1
        kept.visits += 1
    return kept.close([0.5] * learnt, [1] * learnt, learnt < episodes, "python")


@given(episodes=st.integers(1, 300), most=st.integers(2, 80))
def test_the_first_snapshot_is_the_beginning_and_the_last_the_end(episodes, most):
    taken = filled(episodes, most).snapshots
    numbers = [each.episode for each in taken]
    assert 2 <= len(numbers) <= min(most, episodes + 1)
    assert (numbers[0], numbers[-1]) == (0, episodes)
    assert all(before < after for before, after in zip(numbers, numbers[1:], strict=False))
    for episode, q, visits in taken:
        assert (q == episode).all() and (visits == episode).all()
        assert q.shape == visits.shape == SHAPE and visits.dtype == np.int64


def test_as_many_as_asked_for_where_there_are_episodes_enough():
    for most in (2, 3, 10, 60):
        assert len(filled(60 * 60, most).snapshots) == most


def test_snapshots_lie_closer_together_at_the_beginning():
    numbers = np.array([each.episode for each in filled(10_000, 11).snapshots])
    assert numbers.tolist() == [100 * k * k for k in range(11)]


def test_without_snapshots_there_are_none():
    run = filled(20, 0)
    assert run.snapshots == () and run.q[0, 0] == 20
    assert filled(20, 0, learnt=5).snapshots == ()


@given(episodes=st.integers(2, 200), most=st.integers(2, 40), data=st.data())
def test_an_interrupted_run_ends_with_the_table_as_it_is(episodes, most, data):
    learnt = data.draw(st.integers(0, episodes - 1))
    run = filled(episodes, most, learnt)
    last = run.snapshots[-1]
    numbers = [each.episode for each in run.snapshots]
    assert last.episode == learnt and (last.q == run.q).all()
    assert (last.visits == run.visits).all()
    assert len(numbers) <= most and sorted(set(numbers)) == numbers and numbers[0] == 0


def test_snapshots_are_copies_of_the_table_and_of_each_other():
    run = filled(100, 10)
    tables = [run.q, *(each.q for each in run.snapshots)]
    counts = [run.visits, *(each.visits for each in run.snapshots)]
    for arrays in (tables, counts):
        shared = [
            (i, k)
            for i, one in enumerate(arrays)
            for k, other in enumerate(arrays)
            if i < k and np.shares_memory(one, other)
        ]
        assert not shared


@pytest.mark.parametrize(
    ("states", "most"), [(10, 60), (5_000, 60), (50_000, 10), (120_000, 4), (600_000, 2)]
)
def test_all_snapshots_together_stay_within_16_megabytes_or_are_two(states, most):
    kept = album(10**6, 60, (states, 2))
    while kept.due is not None:
        kept.take(kept.due)
    numbers = [each.episode for each in kept.snapshots]
    held = sum(each.q.nbytes + each.visits.nbytes for each in kept.snapshots)
    assert len(kept.snapshots) == most
    assert held <= MOST_BYTES == 16_000_000 or most == 2
    assert (numbers[0], numbers[-1]) == (0, 10**6)


def test_a_snapshot_taken_late_takes_the_place_of_those_it_passed():
    kept = album(100, 11)
    kept.take(0)
    assert kept.due == 1
    kept.take(36)
    assert kept.due == 49


def test_a_run_keeps_what_it_was_given():
    run = filled(10, 3, learnt=4)
    assert run.interrupted and run.engine == "python"
    assert run.returns.tolist() == [0.5] * 4 and run.returns.dtype == float
    assert run.lengths.tolist() == [1] * 4 and run.lengths.dtype == int
    assert not filled(10, 3).interrupted


def test_a_run_without_an_episode_has_empty_arrays_of_numbers():
    run = filled(10, 3, learnt=0)
    assert run.returns.shape == run.lengths.shape == (0,)
    assert run.returns.dtype == float and run.lengths.dtype == int
    assert repr(run) == "Run(0 episodes, 0 steps, table (3, 2), interrupted)"


def test_a_run_tells_the_mean_of_its_last_hundred_returns():
    returns = [100.0] * 50 + [1.0] * 50 + [2.0] * 50
    run = Run(np.zeros(SHAPE), np.array(returns), np.ones(150, int), np.zeros(SHAPE, int))
    assert repr(run) == (
        "Run(150 episodes, 150 steps, table (3, 2), mean return of the last 100: 1.50)"
    )
