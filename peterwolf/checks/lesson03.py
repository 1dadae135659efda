"""The exercises of lesson 03."""

from collections.abc import Callable

import numpy as np

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, expect, expect_draws, expect_number, short
from peterwolf.checks.training import judge_train, train


def _judge_td_target(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([3, seed])
    row = np.array([1.0, -2.0, 4.0, 0.5])
    cases: list[tuple] = [(-0.1, 0.9, row, False), (10.0, 0.9, row, True)]
    cases += [(-10.0, 0.95, row, True)]
    cases += [(-0.1, 0.0, row, False), (-0.1, 1.0, -row - 5, False), (2.0, 0.5, row, np.True_)]
    for _ in range(20):
        values = rng.normal(size=rng.integers(2, 6)).round(3)
        case = (round(rng.normal(), 2), round(rng.random(), 2), values)
        cases.append((*case, bool(rng.integers(2))))
    for reward, gamma, q_next, terminated in cases:
        before = q_next.copy()
        future = 0.0 if terminated else gamma * q_next.max()
        arguments = {"reward": reward, "gamma": gamma, "q_next": q_next, "terminated": terminated}
        expect_number(answer, arguments, reward + future)
        expect(np.array_equal(q_next, before), "q_next must stay as it was")


def _judge_epsilon_greedy(answer: Callable, seed: int) -> None:
    """Hold the choice to its shares.

    2,000 draws spread by at most 1.1 %: 6 % refuses fewer than 1 honest answer in 1,000,000.
    """
    drawn = np.random.default_rng([33, seed]).permutation(np.arange(-3.0, 3))[:5]
    rows = {
        "one best": (np.array([-1.0, 3.0, 2.0, -5.0]), [0, 1, 0, 0]),
        "all negative": (np.array([-0.3, -0.1, -0.2, -9.0]), [0, 1, 0, 0]),
        "two tied": (np.array([2.0, 1.0, 2.0, 0.0]), [0.5, 0, 0.5, 0]),
        "all equal": (np.full(4, 0.25), [0.25] * 4),
        "three actions": (np.array([0.0, 0.0, 1.0]), [0, 0, 1]),
        "five actions": (drawn, drawn == drawn.max()),
    }
    for epsilon in (0.0, 0.3, 1.0):
        for name, (row, best) in rows.items():
            shares = epsilon / len(row) + (1 - epsilon) * np.array(best)
            case = f"with epsilon={epsilon} and q_row={short(row.tolist())} ({name})"
            before = row.copy()
            sure = shares.max() == 1
            expect_draws(
                answer,
                (row, epsilon),
                shares,
                case,
                seed,
                draws=200 if sure else 2000,
                tolerance=0.0 if sure else 0.06,
            )
            expect(np.array_equal(row, before), f"{case} q_row must stay as it was")


def q_update(
    q: np.ndarray, state: tuple[int, ...], action: int, target: float, alpha: float
) -> None:
    """Move one entry of the table, (*states, actions), a part `alpha` of the way to its target."""
    q[state][action] += alpha * (target - q[state][action])


def _judge_q_update(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([5, seed])
    for alpha in (0.0, 0.1, 0.5, 1.0):
        for shape in ((4, 5, 4), (3, 2, 2, 3)):
            q = rng.normal(size=shape)
            state = tuple(int(rng.integers(n)) for n in shape[:-1])
            action, target = int(rng.integers(shape[-1])), float(rng.normal())
            right = q.copy()
            right[state][action] = (1 - alpha) * right[state][action] + alpha * target
            got = answer(q, state, action, target, alpha)
            case = f"with state={state}, action={action} and alpha={alpha}"
            expect(got is None, f"{case} nothing is returned; q is changed in place")
            entry, wanted = q[state][action], right[state][action]
            expect(
                bool(np.isclose(entry, wanted, rtol=1e-9, atol=1e-9)),
                f"{case} and target={target:.6g} the entry becomes {wanted:.6g}, got {entry:.6g}",
            )
            q[state][action] = wanted
            expect(np.array_equal(q, right), f"{case} other entries of q were changed")


EXERCISES = (
    Exercise(
        "03_td_target",
        2,
        tabular.td_target,
        _judge_td_target,
        "is there anything to come after the game has ended?",
        section=2,
    ),
    Exercise(
        "03_q_update",
        1,
        q_update,
        _judge_q_update,
        "old value plus alpha times (target minus old value), written into q.",
        section=3,
    ),
    Exercise(
        "03_epsilon_greedy",
        2,
        tabular.epsilon_greedy,
        _judge_epsilon_greedy,
        "epsilon is the probability of exploring; the best actions may be several.",
        section=4,
    ),
    Exercise(
        "03_train",
        4,
        train,
        judge_train,
        "does the step that ends an episode update the table too, and does the loop end "
        "only at terminated or truncated?",
        seconds=60.0,
        section=5,
    ),
)
