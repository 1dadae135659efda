"""The exercises of lesson 03."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import gymnasium
import numpy as np
from gymnasium.wrappers import RecordEpisodeStatistics

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, expect, expect_draws, expect_number, short
from peterwolf.worlds import planning
from peterwolf.worlds.board import Board, Cell
from peterwolf.worlds.random_boards import random_board
from peterwolf.worlds.rules import Forage


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


# Judge a training loop by its steps and by how well its table walks on boards it has not seen.

# Share of starts from which the learnt path must be a shortest one. 200 honest runs, each from
# another seed, none failed: the worst reached 0.94; they averaged 0.993.
PASS_LINE = 0.9
TRAINING: dict[str, Any] = {"episodes": 1500, "alpha": 0.5, "gamma": 0.95, "epsilon": 0.3}


def train(
    env: gymnasium.Env,
    q: np.ndarray,
    episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    rng: np.random.Generator,
) -> list[float]:
    """Fill `q`, (width, height, 4), by Q-learning and return the return of each episode."""
    run = tabular.q_learning(
        env, episodes=episodes, alpha=alpha, gamma=gamma, epsilon=epsilon, rng=rng, q=q
    )
    q[:] = run.q
    return run.returns.tolist()


@lru_cache(maxsize=2)
def hidden_boards(seed: int = 0) -> tuple[tuple[Board, np.ndarray], ...]:
    """Return ten boards with the shortest path from each cell (steps), float (width, height).

    On the first one an apple can be reached from every cell of ground.
    """
    rng = np.random.default_rng([2024, seed])
    found: list[tuple[Board, np.ndarray]] = []
    while len(found) < 10:
        board = random_board(rng, 6, 6, ponds=2, pond_size=4, wolves=1, trees=3, apples=2)
        exact = planning.value_iteration(board, Forage())
        shortest = planning.path_lengths(board, Forage(), exact)
        if found or all(np.isfinite(shortest[at]) for at in board.where(Cell.GROUND)):
            found.append((board, shortest))
    return tuple(found)


def shortest_share(answer: Callable, seed: int = 0) -> float:
    """Train on the hidden boards; return the share of starts with a shortest path.

    Only starts from which an apple can be reached count.
    """
    hits, starts = 0, 0
    for k, (board, shortest) in enumerate(hidden_boards(seed)):
        env = _witnessed(board)
        q = np.zeros((board.width, board.height, 4))
        returns = answer(env, q, **TRAINING, rng=np.random.default_rng([seed, k]))
        _expect_returns(returns, env, TRAINING["episodes"])
        expect(bool(np.isfinite(q).all()), "q must stay finite")
        expect(bool(np.any(q)), "q must be filled in place; it still holds only zeros")
        learnt = planning.path_lengths(board, Forage(), q)
        reachable = [at for at in board.where(Cell.GROUND) if np.isfinite(shortest[at])]
        hits += sum(learnt[at] == shortest[at] for at in reachable)
        starts += len(reachable)
    return hits / starts


def _witnessed(board: Board, max_steps: int | None = None) -> RecordEpisodeStatistics:
    """Return an env that remembers the return of each episode."""
    env = gymnasium.make("peterwolf/Forage-v0", board=board, max_steps=max_steps)
    return RecordEpisodeStatistics(env, buffer_length=TRAINING["episodes"] + 1)


def _expect_returns(returns: Any, env: RecordEpisodeStatistics, episodes: int) -> None:
    """Hold the list of returns to what the env remembers."""
    right = list(env.return_queue)
    fits = isinstance(returns, (list, tuple, np.ndarray)) and len(returns) == episodes
    expect(fits, f"train must return one return an episode, {episodes} numbers here")
    expect(len(right) == episodes, f"{episodes} episodes were asked for, {len(right)} were played")
    for episode, (got, wanted) in enumerate(zip(returns, right, strict=True)):
        expect(
            isinstance(got, (int, float, np.number)) and math.isclose(got, wanted, abs_tol=1e-6),
            f"the rewards of episode {episode} sum to {wanted:.6g}; its return is {short(got)}",
        )


def _judge_training_steps(answer: Callable, seed: int) -> None:
    """Begin with the exact table, which no right update changes, and with short episodes."""
    board, shortest = hidden_boards(seed)[0]
    exact = planning.value_iteration(board, Forage(), gamma=0.95)
    for cell in (Cell.WATER, Cell.WOLF, Cell.APPLE):
        exact[tuple(zip(*board.where(cell), strict=True))] = 50  # never looked at
    given = {"episodes": 100, "gamma": 0.95}
    tables = []
    for _ in range(2):
        env, q = _witnessed(board, 5), np.zeros_like(exact)
        rng = np.random.default_rng(seed)
        _expect_returns(answer(env, q, alpha=0.5, epsilon=0.5, rng=rng, **given), env, 100)
        tables.append(q)
    same = np.array_equal(tables[0], tables[1])
    expect(same, "all chance must come from rng and from nothing else")
    env, q = _witnessed(board, 5), exact.copy()
    rng = np.random.default_rng(seed)
    answer(env, q, alpha=1.0, epsilon=1.0, rng=rng, **given)
    expect(
        np.allclose(q, exact),
        "trained on from exact values, the table changed: look at the target, above all where "
        "an episode is terminated or truncated",
    )
    env, q = _witnessed(board), exact + 1
    returns = answer(env, q, alpha=0.0, epsilon=0.0, rng=rng, **given)
    _expect_returns(returns, env, 100)
    expect(np.array_equal(q, exact + 1), "with alpha=0 the table must stay as it was")
    longest = max(shortest[at] for at in board.where(Cell.GROUND))
    short_enough = min(returns) > 10.05 - 0.1 * longest  # one move more costs 0.1
    expect(short_enough, "with epsilon=0 and exact values every walk must be a shortest one")


def judge_train(answer: Callable, seed: int) -> None:
    """Hold a training loop to its single steps and to what it has learnt in the end."""
    _judge_training_steps(answer, seed)
    share = shortest_share(answer, seed)
    expect(
        share >= PASS_LINE,
        f"trained on ten boards, the greedy policy walks a shortest path from {share:.0%} of "
        f"the starts; {PASS_LINE:.0%} are needed",
    )


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
