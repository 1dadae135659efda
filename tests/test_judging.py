"""A table beside the oracle: starts won and lost, and paths against the shortest."""

import numpy as np
import pytest

from peterwolf import CLASSIC, Board, planning
from peterwolf.widgets.policy_report import judge
from peterwolf.worlds.rules import Forage, Hunt

CORRIDOR = Board.from_text("""
    ...A
    TTTT
""")
ISLAND = Board.from_text("""
    .~.A
    ~~TT
""")  # the start in the corner can only drown


def table(board: Board, **best: int) -> np.ndarray:
    """A table that prefers right everywhere, or what `best` says of a cell, as x0y0=2."""
    q = np.zeros((board.width, board.height, 4))
    q[..., 3] = 1
    for where, action in best.items():
        q[int(where[1]), int(where[3])] = np.eye(4)[action]
    return q


@pytest.mark.parametrize(
    ("rule", "mean"), [(Forage(), 3.02), (Hunt(), 10.09), (Hunt("seed"), None)]
)
def test_the_oracle_is_on_a_shortest_path_from_every_start(rule, mean):
    exact = planning.value_iteration(CLASSIC, type(rule)())
    judged = judge(CLASSIC, rule, exact)
    assert judged[:4] == (45, 45, 45, 45) and judged.mean == judged.oracle
    assert mean is None or judged.mean == pytest.approx(mean, abs=0.005)


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        ({}, (3, 3, 3, 3, 2.0, 2.0)),
        ({"x0y0": 2}, (3, 3, 2, 2, 1.5, 1.5)),
        ({"x0y0": 1}, (3, 3, 2, 2, 1.5, 1.5)),
        ({"x0y0": 1, "x3y1": 0}, (3, 3, 3, 2, 8 / 3, 2.0)),
        ({"x2y0": 2}, (3, 3, 0, 0, None, None)),
    ],
)
def test_starts_won_and_lost_are_counted_and_paths_held_against_the_shortest(best, expected):
    judged = judge(CORRIDOR, Forage(), table(CORRIDOR, **best))
    assert judged[:4] == expected[:4]
    if expected[4] is None:
        assert np.isnan(judged.mean) and np.isnan(judged.oracle)
    else:
        assert judged[4:6] == pytest.approx(expected[4:])


def test_a_detour_is_told_with_its_length():
    judged = judge(CORRIDOR, Forage(), table(CORRIDOR, x0y0=1, x3y1=0))
    assert judged.lines() == [
        "Starts on a shortest path: 2 of 3",
        "Mean path: 2.67 moves, oracle 2.00",
        "Starts lost: 0",
    ]


def test_a_policy_that_never_wins_has_no_path():
    lines = judge(CORRIDOR, Forage(), table(CORRIDOR, x2y0=2)).lines()
    assert lines[1:] == ["Mean path: none wins", "Starts lost: 3"]


def test_a_start_that_no_policy_wins_is_not_lost():
    judged = judge(ISLAND, Forage(), table(ISLAND))
    assert judged[:4] == (2, 1, 1, 1)
    assert judged.lines()[2] == "Starts lost: 0, unwinnable: 1"


@pytest.mark.parametrize(
    ("text", "rule", "deed"),
    [(".~A\n.~~", Forage(), "reach an apple"), (".~W\n.~~", Hunt(), "beat the wolf")],
)
def test_a_board_from_which_nothing_can_be_won_is_told(text, rule, deed):
    board = Board.from_text(text)
    judged = judge(board, rule, np.zeros((*rule.shape(board), 4)))
    assert judged.lines() == [f"On this board no policy can {deed}"]
