"""A click on a cell, or W A S D, tells its four values as they stand."""

import numpy as np
import pytest
from frontend import tell

from peterwolf import Board
from peterwolf.widgets.cell_inspector import HINT, Asking
from peterwolf.widgets.view import View
from peterwolf.worlds.rules import Forage, Hunt

BOARD = Board.from_text("""
    .TA
    ~.W
""")
TABLE = np.arange(24.0).reshape(3, 2, 4) / 8


def asking(rule=Forage(), table=TABLE, board=BOARD) -> Asking:  # noqa: B008
    made = Asking(View(), rule, lambda: table)
    made.on(board)
    return made


def test_it_says_first_how_to_ask():
    made = asking()
    assert made.told == HINT and all(line in made.words.value for line in HINT)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ((0, 0), ("(0, 0), ground:", "↑ 0.00, ↓ 0.12, ← 0.25, → 0.38")),
        ((1, 0), ("(1, 0), a tree:", "↑ 1.00, ↓ 1.12, ← 1.25, → 1.38")),
        ((1, 1), ("(1, 1), ground:", "↑ 1.50, ↓ 1.62, ← 1.75, → 1.88")),
        ((2, 0), ("(2, 0), an apple:", "the game ends here")),
        ((0, 1), ("(0, 1), water:", "the game ends here")),
        ((2, 1), ("(2, 1), the wolf:", "the game ends here")),
    ],
)
def test_a_click_tells_what_a_cell_is_and_its_values(cell, told):
    made = asking()
    tell(made._screen, kind="click", cell=list(cell))
    assert made.told == told
    assert all(line in made.words.value for line in told)
    assert made._screen.news == " ".join(told)


def test_an_apple_of_the_hunt_ends_nothing():
    made = asking(rule=Hunt())
    made.ask(2, 0)
    assert made.told == ("(2, 0), an apple:", "↑ 2.00, ↓ 2.12, ← 2.25, → 2.38")


def test_no_value_is_minus_nothing():
    made = asking(table=np.full((3, 2, 4), -0.001))
    made.ask(0, 0)
    assert made.told[1] == "↑ 0.00, ↓ 0.00, ← 0.00, → 0.00"


def test_keys_ask_for_the_cell_beside_and_stop_at_the_edge():
    made, seen = asking(), []
    for key in "adddsdwwa":
        made.beside(key)
        seen.append(made.at)
    assert seen == [(0, 0), (1, 0), (2, 0), (2, 0), (2, 1), (2, 1), (2, 0), (2, 0), (1, 0)]


def test_a_board_without_the_cell_forgets_it():
    made = asking()
    made.ask(2, 1)
    small = Board.from_text(".A\n..")
    made.on(small)
    assert made.at is None and made.told == HINT and made._screen.cells == (2, 2)


def test_a_table_that_changes_is_told_anew():
    table = np.zeros((3, 2, 4))
    made = asking(table=table)
    made.ask(0, 0)
    table[0, 0] = 5
    made.on(BOARD)
    assert "↑ 5.00, ↓ 5.00" in made.words.value
