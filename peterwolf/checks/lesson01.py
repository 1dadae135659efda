"""The exercises of lesson 01."""

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from peterwolf.checks.exercise import Exercise, ask, expect, expect_draws, expect_number, short
from peterwolf.rollout import Policy
from peterwolf.worlds.board import CLASSIC, MOVES, Board, Cell
from peterwolf.worlds.random_boards import random_board

ENDS = (Cell.WATER, Cell.WOLF, Cell.APPLE)


def random_policy(observation: np.ndarray, rng: np.random.Generator) -> int:
    """Return any of the four actions, each as likely as the others; `observation` is (2,)."""
    return int(rng.integers(4))


def _judge_random_policy(answer: Callable, seed: int) -> None:
    for observation in (np.array([0, 0]), np.array([4, 3])):
        expect_draws(answer, (observation,), [0.25] * 4, f"at {observation}", seed)


def discounted_return(rewards: list[float], gamma: float) -> float:
    """Return rewards[0] + gamma · rewards[1] + gamma² · rewards[2] + …"""
    total = 0.0
    for reward in reversed(rewards):
        total = reward + gamma * total
    return total


def _judge_discounted_return(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([1, seed])
    cases = [([], 0.9), ([5.0], 0.0), ([-0.1, -0.1, 10.0], 0.5), ([1.0, 2.0, 3.0], 1.0)]
    cases += [(rng.normal(size=n).round(2).tolist(), float(rng.random())) for n in (2, 7, 40)]
    for rewards, gamma in cases:
        right = sum(reward * gamma**k for k, reward in enumerate(rewards))
        expect_number(answer, {"rewards": list(rewards), "gamma": gamma}, right)


def walk(env: gymnasium.Env, policy: Policy, max_steps: int, seed: int) -> tuple[int, str]:
    """Return (steps, outcome) of one walk; the outcome is "lost" where time ran out."""
    observation, info = env.reset(seed=seed)
    for step in range(1, max_steps + 1):
        observation, _, terminated, truncated, info = env.step(policy(observation))
        if terminated:
            return step, info["outcome"]
        if truncated:
            return step, "lost"
    return max_steps, "lost"


def _judge_walk(answer: Callable, seed: int) -> None:
    def policies(seed: int) -> dict[str, Policy]:
        rng = np.random.default_rng(seed)
        return {"a random walker": lambda _: int(rng.integers(4)), "a wall-walker": lambda _: 0}

    boards = [CLASSIC, *(random_board(np.random.default_rng([k, seed]), 6, 5) for k in range(4))]
    for start in (0, *range(100 * seed + 1, 100 * seed + 100)):  # seed 0 is a seed
        # Every fourth env has less patience than the walk.
        patience = 15 if start % 4 == 1 else None
        board = boards[start % len(boards)]
        env = gymnasium.make("peterwolf/Forage-v0", board=board, max_steps=patience)
        for name in policies(start):
            max_steps = (100, 1, 20)[start % 3]
            right = walk(env, policies(start)[name], max_steps, start)
            case = f"{name} with max_steps={max_steps} and seed={start}"
            if patience:
                case += f" in an env that truncates after {patience} steps"
            got = ask(answer, (env, policies(start)[name], max_steps, start), case)
            kinds = (int, np.integer), (str, type(None))
            pair = isinstance(got, tuple) and len(got) == 2 and all(map(isinstance, got, kinds))
            expect(pair, f"for {case} a pair (steps, outcome) was expected, got {short(got)}")
            expect(tuple(got) == right, f"for {case} the walk is {right}, got {short(got)}")


def walk_without_returning(
    board: Board, start: tuple[int, int], rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Return the positions of a random walk that enters no cell twice."""
    path = [start]
    while board[path[-1]] not in ENDS:
        x, y = path[-1]
        steps = [(x + dx, y + dy) for dx, dy in MOVES]
        free = [at for at in steps if at in board and at not in path]
        if not free:
            break
        path.append(free[rng.integers(len(free))])
    return path


def _positions(got: Any, case: str) -> list[tuple[int, int]]:
    """Return what an answer gave as a list of pairs of ints."""
    expect(
        isinstance(got, (list, tuple, np.ndarray)),
        f"{case} a list of positions (x, y) was expected, got {short(got)}",
    )
    path = []
    for at in got:
        pair = isinstance(at, (tuple, list, np.ndarray)) and len(at) == 2
        whole = pair and all(isinstance(i, (int, np.integer)) for i in at)
        expect(whole, f"{case} a position is a pair (x, y) of ints, got {short(at)}")
        path.append((int(at[0]), int(at[1])))
    return path


def _judge_walk_without_returning(answer: Callable, seed: int) -> None:
    others = 0
    for number in range(50 * seed, 50 * seed + 50):
        rng = np.random.default_rng(number)
        board = random_board(rng, 6, 6, ponds=1, pond_size=4, trees=2, apples=1)
        ground = board.where(Cell.GROUND)
        start = ground[rng.integers(len(ground))]
        case = f"on the random board of seed {number}, from {start},"
        paths = [
            _positions(answer(board, start, np.random.default_rng([k, seed])), case)
            for k in (0, 0, 1)
        ]
        path = paths[0]
        expect(path == paths[1], f"{case} the draws must come from rng and from nothing else")
        others += path != paths[2]
        expect(bool(path) and path[0] == start, f"{case} the list must begin with the start")
        for at, after in zip(path, path[1:], strict=False):
            step = (after[0] - at[0], after[1] - at[1])
            expect(step in MOVES and after in board, f"{case} {at} to {after} is no move")
            expect(board[at] not in ENDS, f"{case} the walk went on after its end at {at}")
        expect(len(set(path)) == len(path), f"{case} a cell was entered twice")
        x, y = path[-1]
        open_cells = [(x + dx, y + dy) for dx, dy in MOVES if (x + dx, y + dy) in board]
        trapped = all(at in path for at in open_cells)
        done = board[path[-1]] in ENDS or trapped
        expect(done, f"{case} the walk stopped at {path[-1]} though it could go on")
    expect(others > 0, "a step goes to a neighbour at random: another rng must give another walk")


EXERCISES = (
    Exercise(
        "01_random_policy",
        1,
        random_policy,
        _judge_random_policy,
        "an action is one of four numbers, and rng.integers draws numbers.",
        section=4,
    ),
    Exercise(
        "01_discounted_return",
        1,
        discounted_return,
        _judge_discounted_return,
        "each reward counts gamma times as much as the one before it.",
        section=5,
    ),
    Exercise(
        "01_walk",
        2,
        walk,
        _judge_walk,
        "after each step look at terminated, truncated and max_steps.",
        section=6,
    ),
    Exercise(
        "01_walk_without_returning",
        2,
        walk_without_returning,
        _judge_walk_without_returning,
        "which neighbours are on the board and not yet in the path?",
        section=8,
    ),
)
