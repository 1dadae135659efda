"""Cells, actions, moves; boards as data and as text."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peterwolf import CLASSIC, MOVES, Action, Board, Cell

SMALL = Board.from_text("""
    .~W
    TA.
""")


def test_actions_and_moves_are_those_of_the_story_with_y_pointing_down():
    assert list(Action) == [Action.UP, Action.DOWN, Action.LEFT, Action.RIGHT] == [0, 1, 2, 3]
    assert MOVES == ((0, -1), (0, 1), (-1, 0), (1, 0))


def test_cells_have_the_numbers_of_the_design():
    assert [cell.name for cell in Cell] == ["GROUND", "WATER", "WOLF", "TREE", "APPLE"]
    assert list(Cell) == [0, 1, 2, 3, 4]


def test_a_text_is_read_with_x_to_the_right_and_y_down():
    assert (SMALL.width, SMALL.height) == (3, 2)
    assert [SMALL[x, 0] for x in range(3)] == [Cell.GROUND, Cell.WATER, Cell.WOLF]
    assert [SMALL[x, 1] for x in range(3)] == [Cell.TREE, Cell.APPLE, Cell.GROUND]
    assert SMALL.cells.tolist() == [[0, 3], [1, 4], [2, 0]]


def test_a_cell_is_told_by_name():
    assert isinstance(SMALL[2, 0], Cell)
    assert SMALL[2, 0].name == "WOLF"


def test_the_classic_board_has_45_ground_cells_and_what_the_story_tells():
    counts = {cell.name: len(CLASSIC.where(cell)) for cell in Cell}
    assert counts == {"GROUND": 45, "WATER": 10, "WOLF": 1, "TREE": 5, "APPLE": 3}
    assert (CLASSIC.width, CLASSIC.height) == (8, 8)
    assert CLASSIC.where(Cell.WOLF) == [(7, 7)]
    assert CLASSIC.where(Cell.APPLE) == [(2, 4), (3, 2), (5, 7)]


rows = st.integers(2, 12).flatmap(
    lambda width: st.lists(st.text(".~WTA", min_size=width, max_size=width), min_size=2, max_size=9)
)


@settings(derandomize=True, deadline=None)
@given(rows)
def test_text_to_board_and_back_changes_nothing(rows):
    text = "\n".join(rows)
    board = Board.from_text(text)
    assert board.to_text() == text
    assert (board.width, board.height) == (len(rows[0]), len(rows))
    assert Board(board.cells) == board


def test_blank_lines_around_and_spaces_beside_the_rows_do_not_count():
    assert Board.from_text("\n\n   .~W \n\tTA.\n\n") == SMALL


def test_windows_line_ends_do_not_count():
    assert Board.from_text(".~W\r\nTA.\r\n") == SMALL


def test_peter_is_a_p_in_the_text_and_nowhere_else():
    assert SMALL.to_text((2, 1)) == ".~W\nTAP"
    assert SMALL.to_text(peter=(0, 0)) == "P~W\nTA."
    assert SMALL.to_text() == ".~W\nTA."


@pytest.mark.parametrize("peter", [(-1, 0), (3, 0), (0, 2), (0, -1)])
def test_a_peter_off_the_board_is_an_error(peter):
    with pytest.raises(IndexError, match="on the board, x from 0 to 2 and y from 0 to 1") as error:
        SMALL.to_text(peter)
    assert str(peter) in str(error.value)


@pytest.mark.parametrize(
    ("text", "letter", "row", "column"),
    [
        ("..\n.x", "x", 2, 2),
        ("..\n.w", "w", 2, 2),
        ("P.\n..", "P", 1, 1),
        ("...\n. .\n...", " ", 2, 2),
        ("....\n....\n..☺.", "☺", 3, 3),
    ],
)
def test_an_unknown_letter_is_told_with_its_row_and_column(text, letter, row, column):
    message = f"^text must hold only the letters . ~ W T A, got '{letter}' at row {row}, "
    with pytest.raises(ValueError, match=message + f"column {column}$"):
        Board.from_text(text)


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [("...\n..\n...", 2, 3), ("..\n..\n....", 3, 3), ("..\n\n..", 2, 1), ("....\n..\nx", 2, 3)],
)
def test_ragged_rows_are_told_with_the_row_and_column_where_they_part(text, row, column):
    message = rf"^text must have rows of one length: .*row {row}, column {column}"
    with pytest.raises(ValueError, match=message):
        Board.from_text(text)


@pytest.mark.parametrize("text", [None, 5, b"..\n..", ["..", ".."]])
def test_a_text_that_is_no_text_is_a_type_error(text):
    with pytest.raises(TypeError, match=f"^text must be a str, got {type(text).__name__}$"):
        Board.from_text(text)


@pytest.mark.parametrize("side", [2, 256])
def test_sides_of_2_to_256_cells_are_allowed(side):
    text = "\n".join(["." * side] * 2)
    assert Board.from_text(text).width == side
    assert Board(np.zeros((2, side), int)).height == side


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "width must be an integer from 2 to 256, got 0"),
        (" \n ", "width must be an integer from 2 to 256, got 0"),
        ("A", "width must be an integer from 2 to 256, got 1"),
        (".\nA", "width must be an integer from 2 to 256, got 1"),
        (".A", "height must be an integer from 2 to 256, got 1"),
        ("\n".join(["." * 257] * 2), "width must be an integer from 2 to 256, got 257"),
        ("\n".join([".."] * 257), "height must be an integer from 2 to 256, got 257"),
    ],
)
def test_a_text_of_another_size_is_an_error(text, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Board.from_text(text)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 3), (3, 1), (257, 3), (3, 257)])
def test_cells_of_another_size_are_an_error(shape):
    wrong = "width" if shape[0] != 3 else "height"
    size = shape[0] if shape[0] != 3 else shape[1]
    with pytest.raises(ValueError, match=f"^{wrong} must be an integer from 2 to 256, got {size}$"):
        Board(np.zeros(shape, int))


@pytest.mark.parametrize(
    "cells",
    [
        np.zeros((3, 3)),
        np.full((3, 3), 0.5),
        np.zeros((3, 3), bool),
        np.full((3, 3), "."),
        np.zeros(9, int),
        np.zeros((3, 3, 3), int),
        "...",
        8,
    ],
)
def test_cells_that_are_no_integers_on_two_axes_are_a_type_error(cells):
    message = r"^cells must be an array of integers with the two axes \(width, height\), got "
    with pytest.raises(TypeError, match=message):
        Board(cells)


@pytest.mark.parametrize("number", [-1, 5, 256, 1000])
def test_a_number_that_is_no_cell_is_an_error_and_does_not_wrap(number):
    with pytest.raises(ValueError, match=f"^cells must be numbers from 0 to 4, got {number}$"):
        Board([[0, 1], [2, number]])


@pytest.mark.parametrize("position", [(-1, 0), (0, -1), (-1, -1), (3, 0), (0, 2), (2, 3)])
def test_an_index_off_the_board_is_an_error_and_does_not_wrap(position):
    with pytest.raises(IndexError, match="x from 0 to 2 and y from 0 to 1, got ") as error:
        SMALL[position]
    assert str(position) in str(error.value)


@pytest.mark.parametrize("position", [(0.5, 0), (0, 0.5), (float("nan"), 0), ("a", 0)])
def test_a_position_that_is_no_pair_of_whole_numbers_is_an_error_that_names_it(position):
    with pytest.raises((TypeError, IndexError), match="position must"):
        SMALL[position]


def test_a_position_is_on_the_board_or_it_is_not():
    inside = {(x, y) for x in range(-2, 6) for y in range(-2, 6) if (x, y) in SMALL}
    assert inside == {(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)}
    assert list(SMALL.positions()) == sorted(inside)


def test_numpy_positions_index_a_board_like_plain_ones():
    assert SMALL[np.array([2, 0])] is Cell.WOLF
    assert np.array([2, 0]) in SMALL
    assert np.array([2, 2]) not in SMALL


def test_where_finds_every_cell_of_a_kind_as_plain_positions():
    assert SMALL.where(Cell.GROUND) == [(0, 0), (2, 1)]
    assert SMALL.where(Cell.APPLE) == [(1, 1)]
    assert Board.from_text("..\n..").where(Cell.WOLF) == []
    assert all(type(i) is int for position in CLASSIC.where(Cell.TREE) for i in position)


@pytest.mark.parametrize("cell", [7, -1, "A"])
def test_where_of_no_kind_of_cell_is_an_error(cell):
    with pytest.raises(ValueError, match=f"{cell!r} is not a valid Cell"):
        SMALL.where(cell)


def test_equal_boards_are_equal_and_one_key():
    again = Board.from_text(SMALL.to_text())
    assert again is not SMALL
    assert again == SMALL
    assert hash(again) == hash(SMALL)
    assert {SMALL: "here"}[again] == "here"
    assert len({SMALL, again, CLASSIC}) == 2


@pytest.mark.parametrize("other", [".~T\nTA.", ".T\n~A\nW.", ".~W\nTA.\n...", ".~W.\nTA.."])
def test_a_board_that_differs_in_a_cell_or_in_its_size_is_another(other):
    assert Board.from_text(other) != SMALL


def test_a_board_is_not_its_text_or_its_cells():
    assert SMALL.to_text() != SMALL
    assert SMALL != 5


def test_a_board_never_changes():
    cells = np.zeros((3, 3), dtype=np.int8)
    board = Board(cells)
    cells[0, 0] = Cell.WOLF
    assert board[0, 0] is Cell.GROUND
    assert not board.where(Cell.WOLF)
    with pytest.raises(ValueError, match="read-only"):
        board.cells[0, 0] = Cell.WOLF
    with pytest.raises(TypeError):
        board[0, 0] = Cell.WOLF


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda board: pickle.loads(pickle.dumps(board))])
def test_a_copied_or_pickled_board_is_the_same_board(copied):
    assert copied(SMALL) == SMALL
    assert hash(copied(SMALL)) == hash(SMALL)


def test_a_board_shows_as_the_text_that_makes_it_again():
    assert eval(repr(SMALL)) == SMALL
    assert repr(SMALL) == 'Board.from_text("""\n.~W\nTA.\n""")'
