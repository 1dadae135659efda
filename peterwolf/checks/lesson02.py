"""The exercises of lesson 02."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from peterwolf.checks.exercise import Exercise, ask, expect, expect_number, short
from peterwolf.worlds import planning
from peterwolf.worlds.board import Board
from peterwolf.worlds.rules import Forage

CORRIDOR = 40  # cells of ground before the apple


def backup(
    rewards: np.ndarray, next_values: np.ndarray, terminated: np.ndarray, gamma: float
) -> float:
    """Return the value of a state: the best, over the actions, of reward plus what follows.

    The arrays have the shape (actions,); where `terminated`, nothing follows.
    """
    return float((rewards + gamma * ~terminated * next_values).max())


def _judge_backup(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([21, seed])
    alive, dead = np.zeros(4, bool), np.ones(4, bool)
    rewards, values = np.array([-0.1, -0.1, -10.0, -0.1]), np.array([3.0, 5.0, 20.0, 1.0])
    ends = np.array([False, False, True, False])
    cases: list[tuple] = [(rewards, values, ends, gamma) for gamma in (0.9, 0.0, 1.0)]
    cases += [(rewards, values, alive, 0.5), (rewards - 1, values, dead, 0.5)]
    cases += [(rewards, -values, alive, 1.0), (np.array([-1.0]), np.array([-2.0]), dead[:1], 0.5)]
    for _ in range(30):
        n = int(rng.integers(2, 6))
        drawn = rng.normal(scale=5, size=(2, n)).round(2)
        cases.append((*drawn, rng.random(n) < 0.4, round(float(rng.random()), 2)))
    for case in cases:
        names = ("rewards", "next_values", "terminated", "gamma")
        given = dict(zip(names, [np.copy(x) for x in case[:3]] + [case[3]], strict=True))
        rewards, values, ends, gamma = case
        goes_on = np.where(ends, 0.0, 1.0)
        expect_number(answer, given, float(np.max(rewards + gamma * goes_on * values)))
        for name, before in zip(names[:3], case, strict=False):
            expect(np.array_equal(given[name], before), f"{name} must stay as it was")


def greedy_actions(q: np.ndarray) -> np.ndarray:
    """Return the best action of each cell, int (width, height), ties to the lowest."""
    return q.argmax(axis=-1)


def _judge_greedy_actions(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([22, seed])
    tables = [rng.normal(size=(8, 8, 4)), rng.normal(size=(5, 3, 4)) - 20, np.zeros((4, 4, 4))]
    # Few different values, so that many rows tie.
    tables += [rng.integers(-2, 2, size=(*shape, 4)).astype(float) for shape in ((6, 9), (4, 2))]
    for q in tables:
        case = f"for a table of shape {q.shape}"
        before = q.copy()
        got = ask(answer, (q,), case)
        expect(np.array_equal(q, before), "q must stay as it was")
        whole = isinstance(got, np.ndarray) and got.dtype.kind in "iu"
        expect(whole, f"{case} an array of ints was expected, got {short(got)}")
        expect(
            got.shape == q.shape[:2],
            f"{case} an array of shape {q.shape[:2]} was expected, got one of {got.shape}",
        )
        for (x, y), action in np.ndenumerate(got):
            row = q[x, y].tolist()
            right = row.index(max(row))
            told = short([round(value, 3) for value in row])
            expect(action == right, f"for the row {told} the action is {right}, got {action}")


def value_at_distance(steps: int, gamma: float) -> float:
    """Return the value of the best action `steps` moves away from an apple in a corridor."""
    value = 10.0
    for _ in range(steps - 1):
        value = -0.1 + gamma * value
    return value


@lru_cache(maxsize=16)
def _corridor(gamma: float) -> tuple[float, ...]:
    """Return the oracle's values of the cells 1, 2, 3 … moves from the apple."""
    board = Board.from_text("." * CORRIDOR + "A\n" + "~" * (CORRIDOR + 1))
    values = planning.value_iteration(board, Forage(), gamma=gamma).max(axis=-1)[:CORRIDOR, 0]
    return tuple(values[::-1].tolist())


def _judge_value_at_distance(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([23, seed])
    for gamma in (0.5, 0.9, 1.0, 0.0, *rng.uniform(size=2).round(3).tolist()):
        for steps in (2, 1, 3, 4, int(rng.integers(5, CORRIDOR)), CORRIDOR):
            right = _corridor(gamma)[steps - 1]
            expect_number(answer, {"steps": steps, "gamma": gamma}, right)


EXERCISES = (
    Exercise(
        "02_backup",
        1,
        backup,
        _judge_backup,
        "for each action, what it pays plus gamma times what follows; after an end nothing "
        "follows; then the best of them.",
        section=3,
    ),
    Exercise(
        "02_greedy_actions",
        1,
        greedy_actions,
        _judge_greedy_actions,
        "which axis of q are the actions on, and which of several best ones is the lowest?",
        section=5,
    ),
    Exercise(
        "02_value_at_distance",
        2,
        value_at_distance,
        _judge_value_at_distance,
        "how much is it worth one move away, and what does each further move do to that?",
        section=2,
    ),
)
