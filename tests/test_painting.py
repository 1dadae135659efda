"""A board that is painted: strokes, what is undone, what lies between two cells."""

import pytest

from peterwolf import CLASSIC, Board, Cell
from peterwolf.widgets.painting import MOST_STROKES, Painting

PLAIN = Board.from_text("......\n......\n......\n......")


def wet(board: Board) -> set[tuple[int, int]]:
    return set(board.where(Cell.WATER))


@pytest.mark.parametrize("cell", Cell)
def test_one_cell_is_painted_and_no_other(cell):
    painting = Painting(CLASSIC)
    assert painting.paint(5, 1, cell) == (cell != Cell.TREE)
    expected = CLASSIC.cells.copy()
    expected[5, 1] = cell
    assert painting.board == Board(expected) and CLASSIC[5, 1] == Cell.TREE


@pytest.mark.parametrize(
    ("end", "between"),
    [
        ((3, 0), {(1, 0), (2, 0)}),
        ((0, 3), {(0, 1), (0, 2)}),
        ((3, 3), {(1, 1), (2, 2)}),
        ((1, 0), set()),
        ((0, 0), set()),
    ],
)
def test_a_quick_stroke_leaves_no_gap(end, between):
    painting = Painting(PLAIN)
    painting.paint(0, 0, Cell.WATER)
    painting.paint(*end, Cell.WATER)
    assert wet(painting.board) == {(0, 0), end} | between


def test_a_new_stroke_does_not_go_on_from_the_last_one():
    painting = Painting(PLAIN)
    painting.paint(0, 0, Cell.WATER)
    painting.lift()
    painting.paint(5, 0, Cell.WATER)
    assert wet(painting.board) == {(0, 0), (5, 0)}


def test_a_stroke_is_undone_as_a_whole():
    painting = Painting(PLAIN)
    for x in range(4):
        painting.paint(x, 1, Cell.TREE)
    painting.lift()
    painting.paint(0, 0, Cell.WATER)
    assert painting.undo() and wet(painting.board) == set()
    assert len(painting.board.where(Cell.TREE)) == 4
    assert painting.undo() and painting.board == PLAIN
    assert not painting.undo() and painting.board == PLAIN


def test_a_stroke_that_changes_nothing_is_none():
    painting = Painting(PLAIN)
    painting.paint(1, 1, Cell.WATER)
    painting.lift()
    assert not painting.paint(1, 1, Cell.WATER)
    painting.lift()
    assert painting.undo() and painting.board == PLAIN


def test_to_start_over_is_a_stroke_too():
    painting = Painting(PLAIN)
    assert not painting.start_over()
    painting.paint(1, 1, Cell.WATER)
    assert painting.start_over() and painting.board == PLAIN
    assert painting.undo() and wet(painting.board) == {(1, 1)}


def test_the_last_two_hundred_strokes_can_be_undone():
    painting = Painting(PLAIN)
    for k in range(MOST_STROKES + 50):
        painting.paint(0, 0, Cell.WATER if k % 2 == 0 else Cell.GROUND)
        painting.lift()
    assert sum(painting.undo() for _ in range(300)) == MOST_STROKES == 200


@pytest.mark.parametrize("position", [(6, 0), (0, 4), (-1, 0)])
def test_a_cell_off_the_board_is_an_error_and_changes_nothing(position):
    painting = Painting(PLAIN)
    painting.paint(0, 0, Cell.WATER)
    with pytest.raises(IndexError, match="^position must lie on the board"):
        painting.paint(*position, Cell.WATER)
    assert wet(painting.board) == {(0, 0)}


def test_undone_in_the_middle_of_a_stroke_the_rest_is_a_stroke_of_its_own():
    painting = Painting(PLAIN)
    painting.paint(0, 0, Cell.WATER)
    painting.undo()
    painting.paint(5, 3, Cell.WATER)
    assert wet(painting.board) == {(5, 3)}
