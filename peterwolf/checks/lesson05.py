"""The exercises of lesson 05."""

from collections.abc import Callable

import gymnasium
import numpy as np

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, ask, expect, short
from peterwolf.checks.hunting import judge_encode, judge_hunt_reward
from peterwolf.rollout import Policy, play_episode
from peterwolf.worlds import planning
from peterwolf.worlds.board import CLASSIC, Board
from peterwolf.worlds.rules import Hunt

ENDS = ("won", "killed", "drowned", "lost")
SMALL = Board.from_text("A..\n.~T\n..W")  # the wolf is two steps away, by way of a tree


def outcome_table(env: gymnasium.Env, policy: Policy, games: int, seed: int) -> dict[str, int]:
    """Return how many games ended each way; game k is reset with seed + k."""
    table = dict.fromkeys(ENDS, 0)
    for k in range(games):
        table[play_episode(env, policy, seed=seed + k).outcome or "lost"] += 1
    return table


def _judge_outcome_table(answer: Callable, seed: int) -> None:
    def policies() -> dict[str, Policy]:
        rng = np.random.default_rng([5, seed])
        hunter = tabular.greedy(planning.value_iteration(SMALL, Hunt()))
        return {
            "a random walker": lambda _: int(rng.integers(4)),
            "a wall-walker": lambda _: 0,
            "a good hunter": hunter,
        }

    cases: list[tuple] = [("a random walker", CLASSIC, None, 60, 7)]
    cases += [("a wall-walker", CLASSIC, None, 5, 0)]
    cases += [("a good hunter", SMALL, None, 30, 3), ("a random walker", SMALL, 6, 80, 500)]
    cases += [("a random walker", SMALL, None, 1, 11), ("a random walker", SMALL, None, 0, 1)]
    for name, board, patience, games, first in cases:
        first += 1000 * seed
        case = f"{name} on a board of {board.width} x {board.height}, games={games}, seed={first}"
        env = gymnasium.make("peterwolf/Hunt-v0", board=board, max_steps=patience)
        right = outcome_table(env, policies()[name], games, first)
        got = ask(answer, (env, policies()[name], games, first), case)
        expect(isinstance(got, dict), f"for {case} a dict was expected, got {short(got)}")
        missing = [end for end in ENDS if end not in got]
        expect(not missing, f"for {case} the keys {missing} are missing, got {short(got)}")
        whole = all(isinstance(count, (int, np.integer)) for count in got.values())
        expect(whole, f"for {case} the counts must be ints, got {short(got)}")
        expect(got == right, f"for {case} the table is {right}, got {short(got)}")


def encode(x: int, y: int, energy: int, fatigue: int) -> tuple[int, ...]:
    """Return the row of the table for a state; levels of 0 to 2 and of 8 to 10 share theirs.

    With 2 energy or less, or 8 fatigue or more, no move wins before an apple or a tree.
    """
    return x, y, max(energy - 2, 0), min(fatigue, 8)


def hunt_reward(outcome: str | None, energy: int, fatigue: int) -> float:
    """Return what a move pays: only how the game ends counts, and a little the time."""
    if outcome is None:
        return -0.01
    return 1.0 if outcome == "won" else -1.0


EXERCISES = (
    Exercise(
        "05_outcome_table",
        1,
        outcome_table,
        _judge_outcome_table,
        "game k is reset with seed + k, and a game that was truncated is lost.",
        section=2,
    ),
    Exercise(
        "05_encode",
        2,
        encode,
        judge_encode,
        "which two states can you tell apart by their future, but not by your answer?",
        seconds=60.0,
        section=7,
    ),
    Exercise(
        "05_hunt_reward",
        2,
        hunt_reward,
        judge_hunt_reward,
        "what would a Peter do who wants nothing but your reward?",
        seconds=60.0,
        section=9,
    ),
)
