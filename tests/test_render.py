"""Pictures of the board: where things lie, and what the overlays say, read from the pixels."""

import time
import tracemalloc

import cv2
import numpy as np
import pytest
from counted import calls
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from peterwolf import CLASSIC, MOVES, Action, Board, planning, random_board
from peterwolf.drawing.overlays import colours, greedy_directions
from peterwolf.drawing.render import draw
from peterwolf.worlds.rules import Forage

ACTIONS = tuple(Action)
MEADOW = Board.from_text("...\n...")  # 3 wide, 2 high
LAWN = Board.from_text("..\n..")


def one_hot(action: int, board: Board = MEADOW) -> np.ndarray:
    q = np.zeros((board.width, board.height, 4))
    q[..., action] = 1
    return q


def patch(picture: np.ndarray, x: int, y: int, cell: int) -> np.ndarray:
    return picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]


def inked(picture: np.ndarray) -> np.ndarray:
    """Which pixels the overlay's ink covers; ground and grid lines are far lighter."""
    return picture.sum(axis=-1, dtype=int) < 300


def changed(picture: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (picture != other).any(axis=-1)


def pointed(dark: np.ndarray) -> Action:
    """Where the one arrow in a mask points: along its length, to its thin end."""
    profiles = [dark.sum(axis=0), dark.sum(axis=1)]  # along x, along y
    along = int(np.argmax([np.count_nonzero(profile) for profile in profiles]))
    profile = np.trim_zeros(profiles[along])
    outermost = max(1, len(profile) // 8)
    sign = 1 if profile[-outermost:].sum() < profile[:outermost].sum() else -1
    return ACTIONS[MOVES.index((sign, 0) if along == 0 else (0, sign))]


def is_dot(dark: np.ndarray) -> bool:
    """A dot: dark at the centre and nowhere farther out than an eighth of the cell."""
    side = len(dark)
    far = np.abs(np.argwhere(dark) - (side - 1) / 2).max(initial=0)
    return bool(dark[side // 2, side // 2]) and far < side / 8


def seen(dark: np.ndarray) -> set[Action]:
    """Which actions the ink in one cell shows; tied arrows leave the centre free."""
    middle = (len(dark) - 1) / 2
    if is_dot(dark):
        return set()
    if dark[round(middle), round(middle)]:
        return {pointed(dark)}
    away = 0.2 * len(dark)
    return {
        a
        for a in ACTIONS
        if dark[round(middle + away * MOVES[a][1]), round(middle + away * MOVES[a][0])]
    }


def best_actions(row: np.ndarray) -> set[Action]:
    """What the overlay must show for four values, told in plain Python."""
    best = max(row)
    tied = {a for a in ACTIONS if best - row[a] <= 1e-9 * abs(best)}
    return set() if len(tied) == 4 else tied


# The picture


@pytest.mark.parametrize("cell", [8, 23, 50, 64, 256])
@pytest.mark.parametrize("text", ["..\n..", "...\n.A.", "..\n~W\nTA\n..", "........\n........"])
def test_a_picture_has_cell_pixels_for_each_cell(text, cell):
    board = Board.from_text(text)
    picture = draw(board, (0, 1), cell=cell)
    assert picture.shape == (board.height * cell, board.width * cell, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
@pytest.mark.parametrize("cell", [8, 11, 50, 90])
@pytest.mark.parametrize("size", [(2, 2), (5, 9), (9, 5), (8, 8)])
def test_every_size_of_board_and_cell_can_be_drawn_with_values(size, cell, overlay):
    rng = np.random.default_rng(1)
    board = random_board(rng, *size, ponds=1, pond_size=1, wolves=1, trees=1, apples=1)
    q, visits = rng.normal(size=(*size, 4)), rng.integers(0, 2, size)
    picture = draw(board, (0, 0), q, visits=visits, cell=cell, overlay=overlay)
    assert picture.shape == (size[1] * cell, size[0] * cell, 3)
    assert changed(picture, draw(board, (0, 0), cell=cell)).any()


@pytest.mark.parametrize("letter", ["~", "W", "T", "A"])
def test_x_is_the_column_and_y_is_the_row_of_a_thing(letter):
    with_thing = Board.from_text(f"...\n..{letter}\n...\n...")
    difference = changed(draw(with_thing), draw(Board.from_text("...\n...\n...\n...")))
    assert patch(difference, 2, 1, 50).mean() > 0.2
    patch(difference, 2, 1, 50)[:] = False
    assert not difference.any()


@pytest.mark.parametrize("peter", [(0, 0), (2, 0), (0, 1), (2, 1)])
def test_peter_appears_where_he_stands(peter):
    difference = changed(draw(MEADOW, peter), draw(MEADOW))
    assert patch(difference, *peter, 50).mean() > 0.2
    patch(difference, *peter, 50)[:] = False
    assert not difference.any()


@pytest.mark.parametrize("letter", ["~", "W", "T", "A"])
@pytest.mark.parametrize("cell", [8, 24, 50])
def test_what_peter_stands_on_is_still_seen(letter, cell):
    board = Board.from_text(f"...\n..{letter}")
    on_it = draw(board, (2, 1), cell=cell)
    difference = changed(on_it, draw(MEADOW, (2, 1), cell=cell))
    assert patch(difference, 2, 1, cell).mean() > 0.08
    patch(difference, 2, 1, cell)[:] = False
    assert not difference.any()
    assert patch(changed(on_it, draw(board, cell=cell)), 2, 1, cell).mean() > 0.2  # and so is he


@pytest.mark.parametrize("peter", [[2, 1], np.array([2, 1]), np.array([2, 1], dtype=np.uint8)])
def test_peters_place_may_be_any_pair_such_as_an_observation(peter):
    q = one_hot(Action.UP)
    assert np.array_equal(draw(MEADOW, peter, q, cell=200), draw(MEADOW, (2, 1), q, cell=200))


def test_the_grid_shows_where_cells_begin():
    picture = draw(MEADOW, cell=40)
    ground = picture[20, 20].tolist()
    assert picture[20, 40].tolist() != ground and picture[40, 20].tolist() != ground
    assert picture[20, 39].tolist() == picture[20, 41].tolist() == ground


def test_no_board_looks_like_another():
    pictures = {draw(Board.from_text(f".{letter}\n..")).tobytes() for letter in ".~WTA"}
    assert len(pictures) == 5


# Arrows


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("cell", [24, 50, 100])
def test_arrow_of_a_one_hot_row_points_along_its_move(action, cell):
    dark = inked(draw(MEADOW, None, one_hot(action), cell=cell))
    for x, y in MEADOW.positions():
        assert pointed(patch(dark, x, y, cell)) == action


@pytest.mark.parametrize("action", ACTIONS)
def test_the_head_of_an_arrow_lies_on_the_side_of_its_move(action):
    # Squared, the widths of its lines weigh the head more than the shaft.
    dark = patch(inked(draw(MEADOW, None, one_hot(action), cell=200)), 1, 1, 200)
    x, y = (
        np.average(np.arange(200), weights=dark.sum(axis=axis).astype(float) ** 2) - 99.5
        for axis in (0, 1)
    )
    dx, dy = MOVES[action]
    assert dx * x + dy * y > 2
    assert abs(dx * y + dy * x) < 1


def reaches(dark: np.ndarray, other: np.ndarray) -> bool:
    """Whether two masks are the same but for one pixel at their edges."""
    wide = [cv2.dilate(mask.astype(np.uint8), np.ones((3, 3))) > 0 for mask in (dark, other)]
    return not (dark & ~wide[1]).any() and not (other & ~wide[0]).any()


MIRRORS = {
    "left to right": (lambda q: q[::-1][..., [0, 1, 3, 2]], lambda p: p[:, ::-1]),
    "top to bottom": (lambda q: q[:, ::-1][..., [1, 0, 2, 3]], lambda p: p[::-1]),
    "half a turn": (lambda q: q[::-1, ::-1][..., [1, 0, 3, 2]], lambda p: p[::-1, ::-1]),
    "x to y": (lambda q: q.transpose(1, 0, 2)[..., [2, 3, 0, 1]], lambda p: p.transpose(1, 0, 2)),
}


@pytest.mark.parametrize(("turn", "turn_back"), MIRRORS.values(), ids=MIRRORS)
@pytest.mark.parametrize("seed", range(5))
def test_mirrored_values_give_a_mirrored_picture(turn, turn_back, seed):
    q = np.random.default_rng(seed).integers(0, 3, (4, 4, 4)).astype(float)
    board = Board(np.zeros((4, 4), dtype=int))
    one = inked(draw(board, None, q, cell=64))
    other = inked(turn_back(draw(board, None, turn(q), cell=64)))
    assert one.any() and reaches(one, other)
    assert not reaches(one, inked(draw(board, None, turn(q), cell=64)))


VALUES = st.one_of(
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from([-1.0, -0.1, 0.0, 1.0, 1 + 1e-12, 1 + 1e-6, 10.0]),
)


@given(arrays(float, (2, 2, 4), elements=VALUES))
def test_directions_are_exactly_the_greedy_ones(q):
    directions = greedy_directions(q)
    assert directions.shape == q.shape and directions.dtype == bool
    for x, y in LAWN.positions():
        shown = set(np.flatnonzero(directions[x, y]))
        assert shown == best_actions(q[x, y])
        assert not shown or int(np.argmax(q[x, y])) in shown


@settings(deadline=None)
@given(arrays(float, (2, 2, 4), elements=VALUES))
def test_drawn_arrows_are_exactly_the_greedy_ones(q):
    dark = inked(draw(LAWN, None, q, cell=64))
    for x, y in LAWN.positions():
        assert seen(patch(dark, x, y, 64)) == best_actions(q[x, y])


@pytest.mark.parametrize("best", [1.0, -1.0, 1e-6, -1e6])
def test_values_within_a_billionth_of_the_best_are_tied(best):
    row = np.array([best, best - 1e-10 * abs(best), best - 1e-8 * abs(best), best - abs(best)])
    assert greedy_directions(row).tolist() == [True, True, False, False]


@pytest.mark.parametrize("value", [0.0, 1.0, -3.7])
def test_a_row_of_equal_values_is_a_dot_at_the_centre(value):
    q = one_hot(Action.UP)
    q[1, 0] = value
    dark = patch(inked(draw(MEADOW, None, q, cell=50)), 1, 0, 50)
    assert is_dot(dark) and 20 < dark.sum() < 80


def test_a_table_of_zeros_is_all_dots():
    dark = inked(draw(MEADOW, None, np.zeros((3, 2, 4)), cell=50))
    assert all(is_dot(patch(dark, x, y, 50)) for x, y in MEADOW.positions())


SOME = [{a, b} for a in ACTIONS for b in ACTIONS if a < b] + [set(ACTIONS) - {a} for a in ACTIONS]


@pytest.mark.parametrize("tied", SOME, ids=lambda tied: "-".join(a.name for a in sorted(tied)))
def test_tied_actions_are_all_drawn(tied):
    q = np.zeros((3, 2, 4))
    q[1, 1, list(tied)] = 5
    dark = patch(inked(draw(MEADOW, None, q, cell=64)), 1, 1, 64)
    assert seen(dark) == tied


@pytest.mark.parametrize(
    ("action", "half"),
    [
        (Action.UP, np.s_[:32, :]),
        (Action.DOWN, np.s_[32:, :]),
        (Action.LEFT, np.s_[:, :32]),
        (Action.RIGHT, np.s_[:, 32:]),
    ],
)
def test_tied_arrows_point_away_from_the_centre(action, half):
    q = one_hot(action)
    q[..., action ^ 1] = 1  # the opposite move
    assert pointed(patch(inked(draw(MEADOW, None, q, cell=64)), 1, 1, 64)[half]) == action


def test_a_stronger_preference_is_drawn_larger():
    q = np.zeros((3, 2, 4))
    q[0, 0, Action.LEFT], q[1, 0, Action.LEFT], q[2, 0, Action.LEFT] = 0.01, 0.2, 1
    dark = inked(draw(MEADOW, None, q))
    weak, middling, strong = (patch(dark, x, 0, 50).sum() for x in range(3))
    assert weak * 1.3 < middling and middling * 1.3 < strong


def test_an_arrow_is_drawn_on_trees_and_not_on_water_or_wolf():
    board = Board.from_text("~WT\n...")
    difference = changed(draw(board, None, one_hot(Action.UP)), draw(board))
    drawn = [bool(patch(difference, x, 0, 50).any()) for x in range(3)]
    assert drawn == [False, False, True]


def test_an_apple_that_ends_every_game_keeps_its_cell_free():
    board = Board.from_text("A.\n..")
    q = one_hot(Action.DOWN, board)
    q[0, 0] = 0
    assert not patch(changed(draw(board, None, q), draw(board)), 0, 0, 50).any()


def test_an_apple_where_the_game_goes_on_has_an_arrow():
    board = Board.from_text("A.\n..")
    difference = changed(draw(board, None, one_hot(Action.DOWN, board)), draw(board))
    assert patch(difference, 0, 0, 50).any()


@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
def test_values_under_peter_are_hidden(overlay):
    with_values = draw(MEADOW, (1, 0), one_hot(Action.UP), overlay=overlay)
    difference = patch(changed(with_values, draw(MEADOW, (1, 0))), 1, 0, 50)
    assert not difference[2:-2, 2:-2].any()  # the edges of quarters beside him may reach over


@pytest.mark.parametrize("board", [CLASSIC, MEADOW], ids=["classic", "meadow"])
def test_values_are_drawn_of_any_finite_size(board):
    # The largest floats: gaps between them overflow if nobody takes care.
    q = one_hot(Action.LEFT, board) * 2 - 1
    huge = np.sign(q) * np.finfo(float).max
    assert np.array_equal(draw(board, None, huge), draw(board, None, q))


# Cells that were never visited


@pytest.mark.parametrize("shape", [(3, 2), (3, 2, 4)])
@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
def test_a_cell_never_visited_is_marked(overlay, shape):
    visits = np.ones(shape, dtype=int)
    visits[2, 0] = 0
    q = one_hot(Action.UP)
    all_seen = draw(MEADOW, None, q, overlay=overlay)
    marked = draw(MEADOW, None, q, visits=visits, overlay=overlay)
    difference = changed(all_seen, marked)
    assert patch(difference, 2, 0, 50)[15:35, 15:35].any()
    difference[:52, 98:] = False  # the cell, and the edge that it shares with its neighbours
    assert not difference.any()


@pytest.mark.parametrize("cell", [24, 50])
def test_the_mark_of_a_cell_never_visited_is_neither_dot_nor_arrow(cell):
    q = np.zeros((3, 2, 4))
    q[1, 0, Action.DOWN] = 1
    visits = np.array([[1, 1], [1, 1], [0, 0]])
    picture = draw(MEADOW, None, q, visits=visits, cell=cell)
    darker = draw(MEADOW, cell=cell).sum(axis=-1, dtype=int) - picture.sum(axis=-1, dtype=int) > 150
    dot, arrow, mark = (patch(darker, x, 0, cell) for x in range(3))
    assert is_dot(dot) and not is_dot(arrow) and not is_dot(mark)
    assert (mark != dot).mean() > 0.015 and (mark != arrow).mean() > 0.05
    assert np.ptp(np.argwhere(mark)[:, 0]) > cell / 4  # high enough to be read


def test_the_mark_does_not_depend_on_the_values():
    nowhere = np.zeros((3, 2), dtype=int)
    marks = [draw(MEADOW, None, q, visits=nowhere) for q in (one_hot(0), np.zeros((3, 2, 4)))]
    assert np.array_equal(*marks)


def test_one_visit_of_one_action_is_a_visit():
    visits = np.zeros((3, 2, 4), dtype=int)
    visits[..., Action.LEFT] = 1
    q = one_hot(Action.UP)
    assert np.array_equal(draw(MEADOW, None, q, visits=visits), draw(MEADOW, None, q))


# Triangles


def paper(picture: np.ndarray, x: int, y: int, action: int, cell: int) -> np.ndarray:
    """The colour of one quarter of a cell, beside its number and its head."""
    dx, dy = MOVES[action]
    middle = (cell - 1) / 2
    along, aside = 0.44 * cell, 0.12 * cell
    row = round(middle + along * dy + aside * dx)
    column = round(middle + along * dx + aside * dy)
    return patch(picture, x, y, cell)[row, column].astype(int)


def warmth(colour: np.ndarray) -> int:
    """How far a colour is from blue towards orange."""
    return int(colour[0] - colour[2])


@pytest.mark.parametrize("best", ACTIONS)
@pytest.mark.parametrize("cell", [24, 50, 80])
def test_the_quarter_towards_the_best_action_is_the_most_orange(best, cell):
    q = np.full((3, 2, 4), -1.0)
    q[..., best] = 2
    picture = draw(MEADOW, None, q, cell=cell, overlay="triangles")
    warm = [warmth(paper(picture, 1, 1, action, cell)) for action in ACTIONS]
    assert np.argmax(warm) == best and sorted(warm)[-2] < warm[best] - 50


def test_a_quarter_is_the_warmer_the_larger_its_value():
    values = np.linspace(-10, 10, 24)
    q = np.random.default_rng(0).permutation(values).reshape(3, 2, 4)
    picture = draw(MEADOW, None, q, cell=50, overlay="triangles")
    at = {
        q[x, y, a]: warmth(paper(picture, x, y, a, 50))
        for x, y in MEADOW.positions()
        for a in ACTIONS
    }
    warm = [at[value] for value in sorted(values)]
    assert warm == sorted(warm) and len(set(warm)) == 24


def test_high_and_low_values_differ_in_lightness_from_zero_and_from_each_other():
    low, zero, high = colours(np.array([-1.0, 0.0, 1.0]), 1.0) @ np.array([0.3, 0.59, 0.11])
    assert zero - high > 80 and high - low > 40


@pytest.mark.parametrize("overlay", ["triangles"])
def test_a_table_of_zeros_has_four_quarters_of_one_colour(overlay):
    picture = draw(MEADOW, None, np.zeros((3, 2, 4)), overlay=overlay)
    assert len({tuple(paper(picture, 1, 1, action, 50)) for action in ACTIONS}) == 1


@pytest.mark.parametrize("best", ACTIONS)
def test_a_head_points_to_the_best_quarter_without_colour(best):
    dark = patch(inked(draw(MEADOW, None, one_hot(best), cell=50, overlay="triangles")), 1, 1, 50)
    at = np.argwhere(dark).mean(axis=0) - 24.5
    dx, dy = MOVES[best]
    assert at[1] * dx + at[0] * dy > 2 and abs(at[1] * dy + at[0] * dx) < 1


def number_is_written(cell: int) -> bool:
    """Whether the middle of a quarter holds anything but its one colour."""
    q = np.full((3, 2, 4), 0.5)
    picture = patch(draw(MEADOW, None, q, cell=cell, overlay="triangles"), 1, 1, cell)
    row, column, reach = round(0.17 * cell), cell // 2, cell // 16
    middle = picture[row - reach : row + reach, column - reach : column + reach]
    return len(np.unique(middle.reshape(-1, 3), axis=0)) > 1


@pytest.mark.parametrize(("cell", "written"), [(24, False), (55, False), (56, True), (100, True)])
def test_numbers_are_written_where_they_fit(cell, written):
    assert number_is_written(cell) == written


@pytest.mark.parametrize("value", [-9.94, -10.0, -100.0, 99.99, 9.99])
def test_a_number_stays_inside_its_cell(value):
    # The cell above ends where the cell below begins, with a number or without.
    rows = np.zeros((3, 2, 4))
    rows[1, 1] = value
    others = np.zeros((3, 2, 4))
    others[1, 1] = value + 0.004  # the same colours, other digits at most
    one, other = (draw(MEADOW, None, q, cell=56, overlay="triangles") for q in (rows, others))
    difference = np.abs(one.astype(int) - other).max(axis=-1) > 8
    patch(difference, 1, 1, 56)[:] = False
    assert not difference.any()


# What drawing leaves alone


@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
def test_drawing_never_changes_what_it_is_given(overlay):
    rng = np.random.default_rng(0)
    q, visits = rng.normal(size=(8, 8, 4)), rng.integers(0, 2, (8, 8, 4))
    kept = q.copy(), visits.copy(), CLASSIC.cells.copy()
    draw(CLASSIC, (1, 1), q, visits=visits, overlay=overlay)
    assert all(map(np.array_equal, kept, (q, visits, CLASSIC.cells)))


def test_drawing_over_a_returned_picture_does_not_spoil_the_next_one():
    for peter in (None, (1, 1)):
        picture = draw(CLASSIC, peter)
        kept = picture.copy()
        picture[:] = 7
        assert np.array_equal(draw(CLASSIC, peter), kept)


def test_the_same_input_gives_the_same_picture():
    q = np.random.default_rng(0).normal(size=(8, 8, 4))
    first = draw(CLASSIC, (1, 1), q)
    draw(CLASSIC, (2, 1), -q, overlay="triangles")
    assert np.array_equal(draw(CLASSIC, (1, 1), q), first)


# Bad input


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        (0, ValueError),
        (7, ValueError),
        (-50, ValueError),
        (257, ValueError),
        (1.5, TypeError),
        (50.0, TypeError),
        ("50", TypeError),
        (None, TypeError),
        (True, TypeError),
    ],
)
def test_a_cell_has_8_to_256_pixels(cell, error):
    with pytest.raises(error, match=f"^cell must be an integer from 8 to 256, got {cell!r}$"):
        draw(CLASSIC, cell=cell)


def test_a_picture_that_is_too_large_is_refused_before_it_takes_memory():
    wide = Board(np.zeros((256, 256), dtype=int))
    too_large = "cell must keep the picture under 64000000 pixels, got 32 .* 256 x 256"
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=too_large):
            draw(wide, cell=32)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1e6  # the picture would have 200 MB


@pytest.mark.parametrize("overlay", ["arrow", "Triangles", "", None, 1])
def test_an_overlay_is_arrows_or_triangles(overlay):
    allowed = f"^overlay must be one of 'arrows', 'triangles', got {overlay!r}$"
    with pytest.raises(ValueError, match=allowed):
        draw(CLASSIC, None, np.zeros((8, 8, 4)), overlay=overlay)


@pytest.mark.parametrize("peter", [(3, 0), (0, 2), (-1, 0), (0, -1), (999_999, 0)])
def test_peter_off_the_board_is_an_error(peter):
    with pytest.raises(IndexError) as error:
        draw(MEADOW, peter)
    assert "x from 0 to 2 and y from 0 to 1" in str(error.value)
    assert f"({peter[0]}, {peter[1]})" in str(error.value)


@pytest.mark.parametrize("peter", [(1.5, 0), ("1", "0"), 5, (1,), (1, 0, 0), "ab", (None, 0)])
def test_peter_is_a_pair_of_whole_numbers(peter):
    with pytest.raises((TypeError, ValueError), match="(peter|position) must .*, got"):
        draw(MEADOW, peter)


@pytest.mark.parametrize("board", ["...", None, np.zeros((3, 3), dtype=int)])
def test_a_board_is_a_board(board):
    with pytest.raises(TypeError, match=f"board must be a Board, got {type(board).__name__}"):
        draw(board)


@pytest.mark.parametrize("shape", [(2, 3, 4), (3, 2), (3, 2, 5), (8, 8, 4), (24,)])
def test_a_table_has_the_shape_of_the_board(shape):
    with pytest.raises(ValueError) as error:
        draw(MEADOW, None, np.zeros(shape))
    assert str(error.value) == f"q must have the shape (3, 2, 4), got {shape}"


@pytest.mark.parametrize(
    ("q", "kind"),
    [
        (np.zeros((3, 2, 4), dtype=int), "int64"),
        (np.zeros((3, 2, 4), dtype=bool), "bool"),
        (np.zeros((3, 2, 4), dtype=object), "object"),
        (np.zeros((3, 2, 4)).tolist(), "list"),
        ("table", "str"),
    ],
)
def test_a_table_is_an_array_of_floats(q, kind):
    with pytest.raises(TypeError, match=f"q must be a numpy array of floats, got {kind}"):
        draw(MEADOW, None, q)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
def test_a_table_is_finite(overlay, value):
    q = np.zeros((3, 2, 4))
    q[2, 1, 3] = value
    finite = rf"q must be finite everywhere, got {value} at \(2, 1, 3\)"
    with pytest.raises(ValueError, match=finite):
        draw(MEADOW, None, q, overlay=overlay)


@pytest.mark.parametrize("shape", [(2, 3), (3, 2, 3), (3,), (3, 2, 4, 1)])
def test_visits_have_the_shape_of_the_board(shape):
    with pytest.raises(ValueError) as error:
        draw(MEADOW, None, one_hot(0), visits=np.zeros(shape))
    allowed = "visits must have the shape (3, 2) or (3, 2, 4)"
    assert str(error.value) == f"{allowed}, got {shape}"


@pytest.mark.parametrize("visits", [np.full((3, 2), "a"), np.full((3, 2), None)])
def test_visits_are_numbers(visits):
    with pytest.raises(TypeError, match="visits must .*, got"):
        draw(MEADOW, None, one_hot(0), visits=visits)


# Speed


@pytest.mark.parametrize("side", [8, 32])
def test_arrows_take_no_call_for_each_cell(side):
    board = random_board(np.random.default_rng(0), side, side)
    q = planning.value_iteration(board, Forage())
    draw(board, (1, 1), q)  # the ground is painted once
    assert calls(lambda: draw(board, (1, 1), q)) < 400


@pytest.mark.speed
def test_a_core_draws_300_pictures_with_arrows_a_second():
    q = planning.value_iteration(CLASSIC, Forage())
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        draw(CLASSIC, (1, 1), q)
        batches = [seconds_for_30_pictures(q) for _ in range(8)]
    finally:
        cv2.setNumThreads(threads)
    assert 30 / min(batches) >= 300


def seconds_for_30_pictures(q: np.ndarray) -> float:
    before = time.process_time()
    for _ in range(30):
        draw(CLASSIC, (1, 1), q, cell=50, overlay="arrows")
    return time.process_time() - before
