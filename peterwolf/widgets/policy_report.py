"""A table held against the oracle, in numbers and in words."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from peterwolf.worlds import planning
from peterwolf.worlds.board import Board, Cell
from peterwolf.worlds.rules import Rule

DEEDS = {"apple": "reach an apple", "won": "beat the wolf"}


class Judgement(NamedTuple):
    """How the greedy policy of a table does from all starts of a board.

    `starts`: how many there are; `winnable`: from how many of them any policy
    wins; `found`: from how many this one does; `shortest`: from how many on a
    shortest path; `mean`, `oracle`: mean moves of its path and of the shortest
    from where it wins, nan where it never does. `goal` is that of the rule.
    """

    starts: int
    winnable: int
    found: int
    shortest: int
    mean: float
    oracle: float
    goal: str

    def lines(self) -> list[str]:
        """Return one sentence for each thing to tell."""
        if self.winnable == 0:
            deed = DEEDS.get(self.goal, f"come to the end called {self.goal!r}")
            return [f"On this board no policy can {deed}"]
        mean = f"{self.mean:.2f} moves, oracle {self.oracle:.2f}" if self.found else "none wins"
        never = (
            f", unwinnable: {self.starts - self.winnable}" if self.winnable < self.starts else ""
        )
        return [
            f"Starts on a shortest path: {self.shortest} of {self.winnable}",
            f"Mean path: {mean}",
            f"Starts lost: {self.winnable - self.found}{never}",
        ]


def judge(board: Board, rule: Rule, q: np.ndarray) -> Judgement:
    """Hold the greedy policy of `q`, shape `rule.shape(board) + (4,)`, against the oracle."""
    at = starts(board, rule)
    lengths = planning.path_lengths(board, rule, q)[at]
    shortest = _shortest(board, rule)
    found = np.isfinite(lengths)
    mean, oracle = (
        float(moves[found].mean()) if found.any() else np.nan for moves in (lengths, shortest)
    )
    return Judgement(
        starts=len(shortest),
        winnable=winnable(board, rule),
        found=int(found.sum()),
        shortest=int((lengths[found] == shortest[found]).sum()),
        mean=mean,
        oracle=oracle,
        goal=rule.goal,
    )


def winnable(board: Board, rule: Rule) -> int:
    """Return from how many starts of a board any policy wins."""
    return int(np.isfinite(_shortest(board, rule)).sum())


def starts(board: Board, rule: Rule) -> tuple[np.ndarray, ...]:
    """Return the index into a table's states that picks all starts: an array (starts,) an axis."""
    return tuple(np.array([rule.start(xy) for xy in board.where(Cell.GROUND)]).T)


@lru_cache(maxsize=128)
def _shortest(board: Board, rule: Rule) -> np.ndarray:
    """Return the moves of the shortest path from each start, inf where there is none."""
    usual = type(rule)()  # rewards under which the best way is the shortest
    exact = planning.value_iteration(board, usual)
    return planning.path_lengths(board, usual, exact)[starts(board, usual)]
