"""Random boards hold exactly what was asked of them."""

import contextlib

import numpy as np
import pytest
from counted import calls
from hypothesis import example, given, settings
from hypothesis import strategies as st

from peterwolf import CLASSIC, Board, Cell, random_board
from peterwolf.worlds import random_boards

NOTHING = {"ponds": 0, "wolves": 0, "trees": 0, "apples": 0}


def counts(board):
    """How many cells of each kind a board has, by name."""
    return {cell.name: len(board.where(cell)) for cell in Cell}


def lakes(board):
    """The sizes of the connected pieces of water."""
    water, sizes = set(board.where(Cell.WATER)), []
    while water:
        edge, size = [water.pop()], 0
        while edge:
            x, y = edge.pop()
            size += 1
            near = {(x, y - 1), (x, y + 1), (x - 1, y), (x + 1, y)} & water
            water -= near
            edge += near
        sizes.append(size)
    return sizes


@st.composite
def wishes(draw):
    """What may be asked of `random_board`, up to boards that are full."""
    width, height = draw(st.integers(2, 9)), draw(st.integers(2, 9))
    size = draw(st.integers(1, width * height))
    ponds = draw(st.integers(0, width * height // size))
    free, things = width * height - ponds * size, {}
    for name in draw(st.permutations(["wolves", "trees", "apples"])):
        things[name] = draw(st.integers(0, free))
        free -= things[name]
    return {"width": width, "height": height, "ponds": ponds, "pond_size": size, **things}


@settings(derandomize=True, deadline=None, max_examples=300)
@given(wishes(), st.integers(0, 2**32))
@example(NOTHING | {"width": 5, "height": 5, "ponds": 5, "pond_size": 5}, 0)
def test_a_board_holds_exactly_what_was_asked(wish, seed):
    board = random_board(np.random.default_rng(seed), **wish)
    wet = wish["ponds"] * wish["pond_size"]
    dry = wish["wolves"] + wish["trees"] + wish["apples"]
    assert (board.width, board.height) == (wish["width"], wish["height"])
    assert counts(board) == {
        "GROUND": board.width * board.height - wet - dry,
        "WATER": wet,
        "WOLF": wish["wolves"],
        "TREE": wish["trees"],
        "APPLE": wish["apples"],
    }
    # A pond is connected, so that a lake is one pond or several that touch.
    assert all(size % wish["pond_size"] == 0 for size in lakes(board))


def test_without_wishes_a_board_is_like_the_classic_one():
    board = random_board(np.random.default_rng(0))
    assert (board.width, board.height) == (8, 8)
    assert counts(board) == {"GROUND": 40, "WATER": 15, "WOLF": 1, "TREE": 5, "APPLE": 3}
    assert board != CLASSIC


def test_equal_seeds_give_equal_boards_and_other_seeds_other_boards():
    boards = [random_board(np.random.default_rng(seed)) for seed in range(20)]
    assert boards == [random_board(np.random.default_rng(seed)) for seed in range(20)]
    assert len(set(boards)) == 20


def test_seed_zero_is_a_seed():
    first, second = (random_board(np.random.default_rng(0)) for _ in range(2))
    assert first == second


def test_one_generator_gives_a_new_board_each_time():
    rng = np.random.default_rng(3)
    assert len({random_board(rng) for _ in range(20)}) == 20


def test_the_global_random_state_is_neither_changed_nor_used():
    before = np.random.get_state()[1:3]
    board = random_board(np.random.default_rng(1))
    after = np.random.get_state()[1:3]
    assert np.array_equal(before[0], after[0])
    assert before[1] == after[1]
    np.random.random()
    assert random_board(np.random.default_rng(1)) == board


@pytest.mark.parametrize(
    ("width", "height", "wish"),
    [
        (2, 2, {"apples": 4}),
        (2, 2, {"ponds": 1, "pond_size": 4}),
        (2, 2, {"ponds": 2, "pond_size": 2}),
        (3, 3, {"ponds": 2, "pond_size": 3, "wolves": 1, "trees": 1, "apples": 1}),
        (5, 5, {"ponds": 5, "pond_size": 5}),
        (4, 7, {"ponds": 4, "pond_size": 7}),
        (5, 9, {"ponds": 9, "pond_size": 4, "trees": 9}),
        (8, 8, {"ponds": 32, "pond_size": 2}),
        (256, 2, {"trees": 511, "apples": 1}),
    ],
)
def test_a_board_can_be_filled_to_the_last_cell(width, height, wish):
    for seed in range(10):
        board = random_board(np.random.default_rng(seed), width, height, **NOTHING | wish)
        assert not board.where(Cell.GROUND)
        assert len(board.where(Cell.WATER)) == wish.get("ponds", 0) * wish.get("pond_size", 0)
        assert all(size % wish.get("pond_size", 1) == 0 for size in lakes(board))


@settings(derandomize=True, deadline=None)
@given(wishes(), st.integers(0, 2**32))
def test_ponds_that_cannot_grow_freely_still_are_whole(wish, seed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_boards, "_grow", lambda *args: False)
        board = random_board(np.random.default_rng(seed), **wish)
    assert len(board.where(Cell.WATER)) == wish["ponds"] * wish["pond_size"]
    assert all(size % wish["pond_size"] == 0 for size in lakes(board))


def test_nothing_asked_is_a_board_of_ground():
    assert random_board(np.random.default_rng(0), 2, 3, **NOTHING) == Board.from_text("..\n..\n..")


def test_an_apple_may_lie_on_any_cell_and_each_as_often():
    rng = np.random.default_rng(0)
    wish = NOTHING | {"apples": 1}
    places = [random_board(rng, 3, 3, **wish).where(Cell.APPLE)[0] for _ in range(900)]
    often = [places.count((x, y)) for x in range(3) for y in range(3)]
    assert min(often) > 60 and max(often) < 140  # 100 each, four standard deviations


def test_a_pond_may_lie_on_any_cell_beside_trees_on_any_cell():
    rng = np.random.default_rng(0)
    wish = NOTHING | {"ponds": 1, "pond_size": 3, "trees": 1}
    boards = [random_board(rng, 4, 4, **wish) for _ in range(300)]
    for cell in (Cell.WATER, Cell.TREE):
        assert len({xy for board in boards for xy in board.where(cell)}) == 16


def test_ponds_come_in_more_shapes_than_one():
    rng = np.random.default_rng(0)
    shapes = set()
    for _ in range(100):
        board = random_board(rng, 8, 8, **NOTHING | {"ponds": 1, "pond_size": 4})
        wet = np.array(board.where(Cell.WATER))
        shapes.add(tuple(map(tuple, wet - wet.min(axis=0))))
    assert len(shapes) > 10  # 19 are possible


@pytest.mark.parametrize(
    ("width", "height", "wish", "needed", "there"),
    [
        (2, 2, {"apples": 5}, 5, 4),
        (3, 3, {"ponds": 2, "pond_size": 5}, 10, 9),
        (8, 8, {"ponds": 12, "pond_size": 5, "wolves": 5}, 65, 64),
        (256, 256, {"trees": 65_537}, 65_537, 65_536),
        (256, 256, {"trees": 10**30}, 10**30, 65_536),
        (256, 256, {"ponds": 10**9, "pond_size": 10**9}, 10**18, 65_536),
    ],
)
def test_too_much_for_the_board_is_told_at_once_with_both_numbers(
    width, height, wish, needed, there
):
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    message = f"^ponds, wolves, trees and apples must fit .* need {needed} cells, .* has {there}$"

    def asked():
        with contextlib.suppress(ValueError):
            random_board(rng, width, height, **NOTHING | wish)

    with pytest.raises(ValueError, match=message):
        random_board(rng, width, height, **NOTHING | wish)
    assert calls(asked) < 80  # none for each cell, and nothing was drawn
    assert rng.bit_generator.state == before


def test_a_large_board_full_of_ponds_does_not_keep_anybody_waiting(monkeypatch):
    dug, grow = [], random_boards._grow
    monkeypatch.setattr(random_boards, "_grow", lambda *told: dug.append(None) or grow(*told))
    wish = NOTHING | {"ponds": 5000, "pond_size": 2}
    board = random_board(np.random.default_rng(0), 100, 100, **wish)
    assert len(dug) <= 10_000  # two attempts at 5000 ponds
    assert counts(board)["WATER"] == 10_000


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("size", [0, -1, 1, 257, 10**30])
def test_a_side_out_of_range_is_an_error(side, size):
    with pytest.raises(ValueError, match=f"^{side} must be an integer from 2 to 256, got {size}$"):
        random_board(np.random.default_rng(0), **{side: size})


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("size", [8.0, 2.5, "8", None, True, float("nan")])
def test_a_side_that_is_no_whole_number_is_a_type_error(side, size):
    message = f"^{side} must be an integer from 2 to 256, got {size!r}$"
    with pytest.raises(TypeError, match=message):
        random_board(np.random.default_rng(0), **{side: size})


@pytest.mark.parametrize("name", ["ponds", "wolves", "trees", "apples"])
@pytest.mark.parametrize(("value", "error"), [(-1, ValueError), (2.5, TypeError), ("3", TypeError)])
def test_a_count_that_is_negative_fractional_or_text_is_an_error(name, value, error):
    with pytest.raises(error, match=f"^{name} must be an integer of 0 or more, got {value!r}$"):
        random_board(np.random.default_rng(0), **{name: value})


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError)])
def test_a_pond_has_at_least_one_cell(value, error):
    with pytest.raises(error, match=f"^pond_size must be an integer of 1 or more, got {value!r}$"):
        random_board(np.random.default_rng(0), pond_size=value)


@pytest.mark.parametrize("rng", [0, None, "seed"])
def test_a_seed_is_not_taken_for_a_generator(rng):
    with pytest.raises(TypeError, match=f"^rng must be a numpy.random.Generator, .* got {rng!r}$"):
        random_board(rng)
