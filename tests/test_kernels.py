"""The learning loop itself: how an action is chosen, and what a stopped loop has written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peterwolf.kernels import loops as kernels
from peterwolf.kernels.dynamics import Table

BELOW_ONE = 1 - 2**-53  # the largest number that random() draws
ROWS = st.lists(st.sampled_from([-1.5, 0.0, 2.0, 7.25]), min_size=1, max_size=6)
SHARES = st.floats(0, 1)
DRAWS = st.floats(0, BELOW_ONE)


class Told:
    """A generator that draws what it was told, and nothing else."""

    def __init__(self, *draws):
        self.draws = list(draws)

    def random(self):
        return self.draws.pop(0)


def probabilities(row, epsilon: float) -> np.ndarray:
    """The chance of each action, as the definition has it."""
    best = np.array(row) == max(row)
    return epsilon / len(row) + (1 - epsilon) * best / best.sum()


# Choosing


@given(row=ROWS, epsilon=SHARES, first=DRAWS, second=DRAWS)
def test_the_first_draw_decides_whether_to_explore_and_the_second_what(row, epsilon, first, second):
    best = [action for action, value in enumerate(row) if value == max(row)]
    among = list(range(len(row))) if first < epsilon else best
    rng = Told(first, second)
    assert kernels.choose(row, epsilon, rng) == among[int(second * len(among))]
    assert (
        kernels.choose(np.array(row), epsilon, Told(first, second))
        == among[int(second * len(among))]
    )


@pytest.mark.parametrize(
    ("row", "epsilon", "left"),
    [([1.0, 3.0], 0.0, 1), ([3.0, 3.0], 0.0, 0), ([1.0, 3.0], 1.0, 0), ([3.0, 3.0], 1.0, 0)],
    ids=["best", "tied", "explored", "explored among equals"],
)
def test_a_best_action_takes_one_draw_and_every_other_choice_two(row, epsilon, left):
    rng = Told(0.5, 0.5)
    kernels.choose(row, epsilon, rng)
    assert len(rng.draws) == left


@pytest.mark.parametrize("epsilon", [0, 0.25, 1])
@pytest.mark.parametrize("row", [[0.0, 0, 0, 0], [1.0, 3, 3, 2], [-2.0, -9, -2, -2], [5.0]])
def test_actions_are_as_frequent_as_the_definition_says(row, epsilon):
    rng = np.random.default_rng(0)
    taken = [kernels.choose(row, epsilon, rng) for _ in range(8000)]
    assert {type(action) for action in taken} == {int}
    often = np.bincount(taken, minlength=len(row)) / 8000
    expected = probabilities(row, epsilon)
    np.testing.assert_allclose(often, expected, atol=0.022)  # four standard deviations
    assert not often[expected == 0].any()


def test_a_draw_below_epsilon_explores_and_one_at_epsilon_does_not():
    row = [0.0, 9.0]
    assert kernels.choose(row, 0.25, Told(np.nextafter(0.25, 0), 0.0)) == 0
    assert kernels.choose(row, 0.25, Told(0.25, 0.0)) == 1


def test_the_largest_draw_still_gives_the_last_action():
    for actions in range(1, 500):
        assert int(BELOW_ONE * actions) == actions - 1
        assert kernels.choose([0.0] * actions, 1.0, Told(0.0, BELOW_ONE)) == actions - 1
        assert kernels.choose([0.0] * actions, 0.0, Told(0.0, BELOW_ONE)) == actions - 1


def test_numpys_global_generator_is_not_asked():
    before = np.random.get_state()
    for epsilon in (0, 0.5, 1):
        kernels.choose([1.0, 1.0], epsilon, np.random.default_rng(0))
    after = np.random.get_state()
    assert np.array_equal(before[1], after[1]) and before[2:] == after[2:]


@given(ROWS)
def test_the_largest_of_a_row_is_its_maximum(row):
    assert kernels.largest(row) == kernels.largest(np.array(row)) == max(row)


# The mean over what may be chosen


@pytest.mark.parametrize(
    ("row", "epsilon", "mean"),
    [
        ([1.0, 2.0, 6.0], 0.5, 0.5 * 6 + 0.5 * 3),
        ([1.0, 2.0, 6.0], 0, 6.0),
        ([1.0, 2.0, 6.0], 1, 3.0),
        ([-4.0, -4.0], 0.25, -4.0),
        ([-8.0, 0.0], 0.25, -1.0),
    ],
)
def test_the_expectation_is_exact(row, epsilon, mean):
    assert kernels.expectation(row, epsilon) == kernels.expectation(np.array(row), epsilon) == mean


@given(row=ROWS, epsilon=SHARES)
def test_the_expectation_is_that_of_the_action_chosen(row, epsilon):
    expected = np.dot(probabilities(row, epsilon), row)
    assert kernels.expectation(row, epsilon) == pytest.approx(expected, abs=1e-12)


# The loop


class StoppedTable(Table):
    """A table in which the kernel is stopped after some steps."""

    left = 10**9

    def step(self, action):
        StoppedTable.left -= 1
        if StoppedTable.left < 0:
            raise KeyboardInterrupt
        return super().step(action)


def corridor(limit: int = 100) -> StoppedTable:
    """Cells 0, 1 and 2; 0 is left, 1 is right, and the game is won in cell 2."""
    return StoppedTable(
        next_state=[[0, 1], [0, 2], [2, 2]],
        reward=[[-1.0, -1.0], [-1.0, 5.0], [0.0, 0.0]],
        terminated=[[False, False], [False, True], [True, True]],
        row=[0, 1, 2],
        starts=[0],
        now=[0, 0],
        limit=limit,
    )


def looped(steps: int = 10**9, episodes: int = 6, limit: int = 100, seed: int = 0) -> dict:
    """Learn in the corridor until the kernel is stopped; return all that was written."""
    StoppedTable.left = steps
    written = {
        "q": np.zeros((3, 2)),
        "visits": np.zeros((3, 2), int),
        "returns": np.full(episodes, np.nan),
        "lengths": np.full(episodes, -1),
        "done": np.zeros(1, int),
    }
    shares = np.full(episodes, 0.5)
    rng, world_rng = np.random.default_rng(seed), np.random.default_rng(1)
    told = (written["q"], written["visits"], kernels.Q_LEARNING, shares, 0.9, shares, rng)
    out = (written["returns"], written["lengths"], written["done"])
    try:
        kernels.learn(corridor(limit), world_rng, *told, *out)
    except KeyboardInterrupt:
        written["stopped"] = True
    return written


def test_the_loop_writes_every_return_and_length():
    told = looped()
    assert told["done"].tolist() == [6]
    assert (told["lengths"] >= 2).all() and told["visits"].sum() == told["lengths"].sum()
    assert np.array_equal(told["returns"], 5.0 - (told["lengths"] - 1))


@pytest.mark.parametrize("steps", [0, 1, 5, 9, 14])
def test_what_a_stopped_loop_has_written_is_true(steps):
    whole, stopped = looped(), looped(steps)
    over = int(np.searchsorted(whole["lengths"].cumsum(), steps, side="right"))
    assert stopped["stopped"] and stopped["done"].tolist() == [over]
    assert np.array_equal(stopped["returns"][:over], whole["returns"][:over])
    assert np.array_equal(stopped["lengths"][:over], whole["lengths"][:over])
    assert stopped["visits"].sum() == steps


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_an_episode_is_cut_off_at_its_limit(limit):
    lengths = [looped(limit=limit, seed=seed)["lengths"].max() for seed in range(5)]
    assert max(lengths) == limit


def test_the_end_in_the_last_step_allowed_is_an_end():
    world, rng = corridor(limit=2), np.random.default_rng(0)
    assert world.begin(rng) == 0
    assert world.step(1) == (1, -1.0, False, False)
    row, reward, terminated, _ = world.step(1)
    assert (row, reward, terminated) == (2, 5.0, True)


def test_a_new_episode_counts_its_steps_from_zero():
    world, rng = corridor(limit=2), np.random.default_rng(0)
    for _ in range(3):
        world.begin(rng)
        assert [world.step(0)[3] for _ in range(2)] == [False, True]


def test_the_methods_are_numbered_as_they_are_named():
    named = {name.upper(): getattr(kernels, name.upper()) for name in kernels.METHODS}
    assert named == {"Q_LEARNING": 0, "SARSA": 1, "EXPECTED_SARSA": 2}
