"""The board to paint: what a hand does to it, what is learnt from it, what cannot be learnt."""

import gymnasium
import numpy as np
import pytest
from frontend import press, tell

from peterwolf import CLASSIC, Board, Cell, random_board, tabular
from peterwolf.drawing.render import draw
from peterwolf.widgets import Editor

SMALL = Board.from_text("""
    ....
    .~.A
    ....
""")
NO_APPLE = "No apple is left: Peter has nothing to learn"
NO_GROUND = "No ground is left to start from: Peter has nothing to learn"
NO_WAY = "No start leads to an apple: Peter has nothing to learn"
OLD = "Faded: the table of the last board he could learn"


def editor(board: Board = SMALL, **settings) -> Editor:
    return Editor(board, **({"episodes": 200} | settings))


def stroke(made: Editor, first, *others) -> None:
    tell(made, kind="click", cell=list(first))
    for cell in others:
        tell(made, kind="drag", cell=list(cell))
    tell(made, kind="drop")


def learnt(board: Board, episodes: int = 200, seed: int = 0) -> np.ndarray:
    env = gymnasium.make("peterwolf/Forage-v0", board=board)
    settings = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.5, "rng": np.random.default_rng(seed)}
    return tabular.q_learning(env, episodes=episodes, progress=False, **settings).q


# Painting


@pytest.mark.parametrize(("key", "cell"), list(zip("12345", Cell, strict=True)))
def test_a_key_chooses_the_brush_and_a_click_paints_with_it(key, cell):
    made = editor()
    press(made, key)
    assert made.brush.value == cell and made.screen.news == f"Brush: {cell.name.lower()}."
    tell(made, kind="click", cell=[2, 2])
    assert made.board[2, 2] == cell


def test_water_is_painted_first():
    made = editor()
    tell(made, kind="click", cell=[0, 0])
    assert made.board[0, 0] == Cell.WATER and made.brush.value == Cell.WATER


def test_the_palette_names_every_cell_with_its_key():
    labels = list(editor().brush.options)
    assert labels == ["1 ground", "2 water", "3 wolf", "4 tree", "5 apple"]


def test_a_drag_paints_every_cell_on_its_way_and_is_undone_as_one():
    made = editor()
    stroke(made, (0, 0), (1, 0), (3, 0))
    assert made.board.where(Cell.WATER) == [(0, 0), (1, 0), (1, 1), (2, 0), (3, 0)]
    press(made, "z")
    assert made.board == SMALL


def test_arrow_keys_move_the_cursor_and_stop_at_the_edge():
    made = editor()
    press(made, "ArrowLeft", "ArrowUp")
    assert made.cursor == (0, 0)
    press(made, "ArrowRight", "ArrowDown")
    assert made.cursor == (1, 1) and made.screen.news == "(1, 1): water."
    press(made, *["ArrowDown"] * 5, *["ArrowRight"] * 5)
    assert made.cursor == (3, 2) and made.board == SMALL


@pytest.mark.parametrize("key", [" ", "Enter"])
def test_space_and_enter_paint_where_the_cursor_stands(key):
    made = editor()
    press(made, "4", "ArrowRight", "ArrowRight", key)
    assert made.board[2, 0] == Cell.TREE
    assert made.screen.news == f"(2, 0) is tree. {made.lines[0]}."


def test_the_cursor_is_a_frame_around_its_cell_and_follows_a_click():
    made = editor()
    for x, y in [(0, 0), (2, 1)]:
        tell(made, kind="click", cell=[x, y])
        plain = draw(made.board, q=made.run.q, visits=made.run.visits)
        changed = (made._frame() != plain).any(axis=-1)
        ys, xs = np.nonzero(changed)
        assert {tuple(at) for at in np.stack([xs // 50, ys // 50], axis=-1)} == {(x, y)}


def test_undo_and_start_over_are_buttons_too():
    made = editor()
    stroke(made, (0, 0))
    stroke(made, (2, 2))
    made.undo_button.click()
    assert made.board.where(Cell.WATER) == [(0, 0), (1, 1)]
    made.again.click()
    assert made.board == SMALL
    made.undo_button.click()
    assert made.board.where(Cell.WATER) == [(0, 0), (1, 1)]


def test_where_nothing_is_to_be_undone_it_says_so():
    made = editor()
    press(made, "z")
    assert made.screen.news == "Nothing to undo." and made.board == SMALL


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "key", "key": "x"},
        {"kind": "key", "key": "6"},
        {"kind": "click", "cell": [4, 0]},
        {"kind": "drag", "cell": [0, 3]},
        {"kind": "drop"},
    ],
)
def test_what_means_nothing_changes_nothing(content):
    made = editor()
    run = made.run
    tell(made, **content)
    assert made.board == SMALL and made.run is run and made.screen.message == ""


# Learning


def test_it_learns_at_once_and_anew_on_every_change():
    made = editor()
    assert np.array_equal(made.run.q, learnt(SMALL))
    tell(made, kind="click", cell=[2, 1])
    tell(made, kind="drag", cell=[2, 2])
    assert np.array_equal(made.run.q, learnt(made.board)) and made.board != SMALL
    press(made, "z")
    assert np.array_equal(made.run.q, learnt(SMALL))


def test_what_changes_nothing_is_not_learnt_again():
    made = editor()
    run = made.run
    tell(made, kind="click", cell=[1, 1])
    press(made, "ArrowDown", "3", "z")
    made.overlay.value = "triangles"
    assert made.run is run


@pytest.mark.parametrize(("episodes", "seed"), [(1, 0), (30, 3)])
def test_episodes_and_seed_are_those_of_the_training(episodes, seed):
    made = editor(episodes=episodes, seed=seed)
    assert len(made.run.returns) == episodes
    assert np.array_equal(made.run.q, learnt(SMALL, episodes, seed))


@pytest.mark.parametrize("seed", range(3))
def test_with_the_usual_settings_he_learns_every_shortest_path_of_the_classic_board(seed):
    made = Editor(CLASSIC, seed=seed)
    assert made.lines == [
        "Starts on a shortest path: 45 of 45",
        "Mean path: 3.02 moves, oracle 3.02",
        "Starts lost: 0",
    ]


def test_starts_that_cannot_win_are_told():
    made = editor(episodes=500)
    for cell in (0, 1), (1, 0):  # water around the corner
        stroke(made, cell)
    assert "unwinnable: 1" in made.say and made.trouble == ""


@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
def test_the_picture_is_the_board_with_the_table(overlay):
    made = editor(overlay=overlay)
    stroke(made, (2, 0))
    expected = draw(made.board, q=made.run.q, visits=made.run.visits, overlay=overlay)
    inside = np.ones(expected.shape[:2], bool)
    inside[:50, 100:150] = False  # the cursor
    assert np.array_equal(made._frame()[inside], expected[inside])


def test_the_overlay_can_be_changed():
    made, other = editor(), editor(overlay="triangles")
    before = made.still.data
    made.overlay.value = "triangles"
    assert made.still.data == other.still.data != before


# What cannot be learnt


def wall_in(made: Editor) -> None:
    stroke(made, (2, 0), (2, 1), (2, 2))
    stroke(made, (3, 0))
    stroke(made, (3, 2))


TROUBLES = {
    "apple": (lambda made: (press(made, "1"), stroke(made, (3, 1))), NO_APPLE),
    "ground": (
        lambda made: (
            press(made, "4"),
            stroke(made, (0, 0), (3, 0)),
            stroke(made, (3, 2), (0, 2)),
            stroke(made, (0, 1)),
            stroke(made, (2, 1)),
        ),
        NO_GROUND,
    ),
    "way": (wall_in, NO_WAY),
}


@pytest.fixture(params=TROUBLES)
def troubled(request):
    """An editor whose board was just made one that cannot be learnt, and what it says."""
    made = editor()
    act, said = TROUBLES[request.param]
    act(made)
    return made, said


def test_on_a_board_that_cannot_be_learnt_it_says_why(troubled):
    made, said = troubled
    assert made.lines == [said, OLD] and made.say == f"{said}. {OLD}."
    assert said in made.screen.label and said in made.screen.news
    assert said in made._words.value and made.screen.message == ""


def test_the_last_run_stays_and_its_table_is_faded(troubled):
    made, _ = troubled
    assert made.run.q.shape == (4, 3, 4) and made.run.q.any()
    bare, full = draw(made.board), draw(made.board, q=made.run.q, visits=made.run.visits)
    seen, inked = made._frame().astype(int), np.abs(full.astype(int) - bare).sum(axis=-1) > 200
    x, y = made.cursor
    inked[y * 50 : (y + 1) * 50, x * 50 : (x + 1) * 50] = False
    assert inked.sum() > 100
    away, whole = np.abs(seen - bare)[inked].mean(), np.abs(full.astype(int) - bare)[inked].mean()
    assert 0.2 * whole < away < 0.4 * whole


def test_as_soon_as_it_can_be_learnt_again_it_is(troubled):
    made, _ = troubled
    run = made.run
    press(made, "z")
    assert made.trouble == "" and made.run is not run
    assert np.array_equal(made.run.q, learnt(made.board))


def test_the_run_that_stays_is_that_of_the_last_board_that_could_be_learnt():
    made = editor()
    press(made, "1")
    stroke(made, (1, 1))
    run = made.run
    stroke(made, (3, 1))
    assert made.run is run and made.board.where(Cell.APPLE) == []


# The page


def test_two_hundred_quick_strokes_are_survived():
    made, rng = editor(episodes=20), np.random.default_rng(0)
    for k in range(200):
        press(made, str(1 + k % 5))
        tell(made, kind="click", cell=rng.integers((4, 3)).tolist())
        tell(made, kind="drag", cell=rng.integers((4, 3)).tolist())
    tell(made, kind="drop")
    assert made.screen.message == "" and made.screen.picture == made.still.data


def test_a_drag_waits_for_the_page_but_its_end_is_always_shown(monkeypatch):
    made = editor(episodes=20)
    monkeypatch.setattr("peterwolf.widgets.view.time.monotonic", lambda: 0.0)
    before = made.screen.number
    cells = [(x, y) for y in range(3) for x in range(4)]
    tell(made, kind="click", cell=[0, 0])
    for cell in cells * 2:
        tell(made, kind="drag", cell=list(cell))
    assert made.screen.number - before < 6
    tell(made, kind="drop")
    assert made.screen.picture == made.still.data


def test_its_words_and_the_board_are_in_the_label():
    made = editor()
    stroke(made, (0, 0))
    assert made.screen.label == f"Peter's board as painted. {made.say}\n{made.board.to_text()}"


def test_two_editors_do_not_disturb_each_other():
    one, other = editor(), editor()
    stroke(one, (0, 0))
    assert other.board == SMALL


# Bad input


@pytest.mark.parametrize("board", [None, "....", CLASSIC.cells, 0])
def test_what_is_no_board_is_an_error(board):
    with pytest.raises(TypeError, match="^board must be a Board, got"):
        Editor(board)


@pytest.mark.parametrize(
    ("text", "said"), [("..\n.T", NO_APPLE), ("AT\nTT", NO_GROUND), (".~A\n~~T", NO_WAY)]
)
def test_a_board_to_begin_with_must_be_one_that_can_be_learnt(text, said):
    with pytest.raises(ValueError, match=f"^board must be one that Peter can learn, got: {said}"):
        Editor(Board.from_text(text))


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"episodes": 0}, ValueError, "episodes must be an integer of 1 or more, got 0"),
        ({"episodes": 2.5}, TypeError, "episodes must be an integer of 1 or more, got 2.5"),
        ({"seed": -1}, ValueError, "seed must be an integer of 0 or more, got -1"),
        ({"seed": None}, TypeError, "seed must be an integer of 0 or more, got None"),
        ({"overlay": "stars"}, ValueError, "overlay must be one of 'arrows', 'triangles'"),
    ],
)
def test_bad_settings_are_errors(settings, error, said):
    with pytest.raises(error, match=f"^{said}"):
        Editor(SMALL, **settings)


def test_large_boards_are_painted_too():
    board = random_board(np.random.default_rng(0), 20, 12, ponds=4)
    made = editor(board, episodes=50)
    stroke(made, (19, 11))
    assert made.board[19, 11] == Cell.WATER and made.screen.size == (400, 240)
