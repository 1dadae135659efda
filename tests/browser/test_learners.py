"""What learns in the browser: debugger, scrubber, knobs and editor; and prepared pictures."""

import hashlib

import gymnasium
import numpy as np
import pytest
from lab import wait_until
from look import ROUGH, decoded, looks_well, pixels, wait_for_text, words
from screen import Screen

from peterwolf import CLASSIC, Board, Cell, tabular
from peterwolf.drawing.overlays import draw_frame
from peterwolf.drawing.render import draw
from peterwolf.widgets import Editor, Stepper
from peterwolf.widgets.policy_report import judge
from peterwolf.worlds.rules import Forage

FOREST = gymnasium.make("peterwolf/Forage-v0")
PREPARED = """from peterwolf import tabular
forest = gymnasium.make("peterwolf/Forage-v0")"""
HASHES = """import hashlib
print(*[hashlib.sha256(each.tobytes()).hexdigest() for each in pictures])"""
EDITOR = """from peterwolf import CLASSIC
from peterwolf.widgets import Editor
Editor(CLASSIC)"""
ONE_APPLE = """from peterwolf import Board
Editor(Board.from_text("...A\\n....\\n....\\n...."))"""

# Notes in window.pages which pages are told from now on.
PAGES = """label => {
    window.pages = [];
    new MutationObserver(() => {
        const page = Number(label.textContent.match(/\\d/)?.[0]);
        if (page !== window.pages.at(-1)) window.pages.push(page);
    }).observe(label, {subtree: true, childList: true, characterData: true});
}"""


def trained(**changed):
    """A run of Q-learning with the knobs where they begin, but for those that were changed."""
    knobs = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.3, "episodes": 200} | changed
    table = np.full((CLASSIC.width, CLASSIC.height, 4), 0.0)
    rng = np.random.default_rng(0)
    return tabular.q_learning(FOREST, **knobs, rng=rng, q=table, progress=False)


def drawn(run, **look):
    return draw(CLASSIC, q=run.q, visits=run.visits, **look)


def painted(editor, cursor):
    """The board of an editor with its table and its cursor."""
    frame, (x, y) = draw(editor.board, q=editor.run.q, visits=editor.run.visits), cursor
    draw_frame(frame[y * 50 : (y + 1) * 50, x * 50 : (x + 1) * 50])
    return frame


def handle(shown, name=""):
    """The handle of the slider with this name beside it."""
    return shown.locator(".widget-slider", has_text=name).locator(".noUi-handle").first


def press(shown, name):
    shown.get_by_role("button", name=name).click()


@pytest.fixture(scope="module")
def chapter(open_desk, lab):
    """Lesson 03 with the debugger and the scrubber."""
    more = {"forest": PREPARED}
    path = lab.lesson("03_q_learning", "table", "debugger", "scrubber", more=more)
    lesson = open_desk.open(path)
    lesson.run("table", "forest")
    return lesson


@pytest.fixture(scope="module")
def workshop(open_desk, lab):
    """Lesson 04 with the first knobs, and editors."""
    more = {"editor": EDITOR, "one-apple": ONE_APPLE}
    return open_desk.open(lab.lesson("04_turning_the_knobs", "knobs", more=more))


@pytest.fixture(scope="module")
def sweeps(open_desk, lab):
    """Lesson 02 with the frames, and what tells their pictures apart."""
    needs = ("corridor", "distance", "distance-check", "backup", "backup-use", "model", "sweep")
    cells = (*needs, "sweep-run", "frames-make", "frames")
    lesson = open_desk.open(lab.lesson("02_bellman", *cells, more={"hashes": HASHES}))
    lesson.run(*cells[:-1])
    return lesson


# The one-step debugger


def stepper():
    return Stepper(FOREST, alpha=0.5, epsilon=0.3, rng=np.random.default_rng(0))


def test_the_debugger_shows_each_step(desk, chapter, theme):
    shown, twin = chapter.run("debugger"), stepper()
    for name, act in (
        ("One step", twin.step),
        ("One step", twin.step),
        ("Finish episode", twin.finish),
        ("10 episodes", lambda: twin.finish(10)),
    ):
        press(shown, name)
        act()
        Screen(shown).shows(decoded(twin.still.data), ROUGH)
        wait_for_text(shown, f"Episode {twin.last.episode}, step {twin.last.number}")
    looks_well(shown, f"stepper-{theme}")


def test_the_debugger_steps_by_key(desk, chapter):
    shown, twin = chapter.run("debugger"), stepper()
    for key, act in ((" ", twin.step), ("Enter", twin.step), ("e", twin.finish)):
        Screen(shown).press(key)
        act()
        Screen(shown).shows(decoded(twin.still.data), ROUGH)
    Screen(shown).press("r")
    Screen(shown).shows(decoded(stepper().still.data), ROUGH)
    wait_for_text(shown, "Press One step")


def test_a_click_on_the_debuggers_board_tells_the_values_of_a_cell(desk, chapter):
    shown, twin = chapter.run("debugger"), stepper()
    press(shown, "Finish episode")
    twin.finish()
    Screen(shown).shows(decoded(twin.still.data), ROUGH)
    x, y = twin.last.state
    Screen(shown).click(x, y)
    wait_for_text(shown, f"({x}, {y}), ground:", f"{twin.q[x, y].max():.2f}")


# The scrubber


@pytest.fixture(scope="module")
def moments():
    run = tabular.q_learning(
        FOREST,
        episodes=3000,
        alpha=0.5,
        gamma=0.95,
        epsilon=tabular.linear_decay(1.0, 0.1, 3000),
        rng=np.random.default_rng(0),
        snapshots=60,
        progress=False,
    )
    return run.snapshots


def test_the_scrubber_shows_each_moment(desk, chapter, moments, theme):
    shown = chapter.run("scrubber")
    handle(shown).focus()
    for key, k in (("End", -1), ("ArrowLeft", -2), ("Home", 0), ("ArrowRight", 1)):
        handle(shown).press(key)
        Screen(shown).shows(drawn(moments[k]), ROUGH)
        wait_for_text(shown, f"Episode {moments[k].episode} of 3000")
    looks_well(shown, f"scrubber-{theme}")


def test_the_scrubber_obeys_keys_on_its_picture_and_tells_a_cells_values(desk, chapter, moments):
    shown = chapter.run("scrubber")
    for key, k in (("Home", 0), ("ArrowRight", 1), ("End", -1), ("ArrowLeft", -2)):
        Screen(shown).press(key)
        Screen(shown).shows(drawn(moments[k]), ROUGH)
    Screen(shown).click(3, 3)
    wait_for_text(shown, "(3, 3), ground:", f"{moments[-2].q[3, 3].max():.2f}")


# The knobs


def test_a_knob_that_turns_trains_anew(desk, workshop, theme):
    shown = workshop.run("knobs")
    screen = Screen(shown)
    screen.shows(drawn(trained()), ROUGH)
    handle(shown, "alpha").press("ArrowRight")
    screen.shows(drawn(trained(alpha=0.55)), ROUGH)
    handle(shown, "episodes").press("End")
    run = trained(alpha=0.55, episodes=5000)
    screen.shows(drawn(run), ROUGH)
    wait_for_text(shown, *judge(CLASSIC, Forage(), run.q).lines())
    press(shown, "triangles")
    screen.shows(drawn(run, overlay="triangles"), ROUGH)
    looks_well(shown, f"knobs-{theme}")


def test_a_knob_can_be_dragged(desk, workshop):
    shown = workshop.run("knobs")
    Screen(shown).shows(drawn(trained()), ROUGH)
    alpha, mouse = handle(shown, "alpha"), shown.page.mouse
    alpha.hover()  # once it stands still
    box = alpha.bounding_box()
    mouse.down()
    mouse.move(box["x"] + 400, box["y"], steps=10)
    mouse.up()
    Screen(shown).shows(drawn(trained(alpha=1.0)), ROUGH)


# The editor


def test_a_click_plants_what_the_brush_says_and_peter_learns_it(desk, workshop, theme):
    shown, twin = workshop.run("editor"), Editor(CLASSIC)
    screen = Screen(shown)
    screen.shows(painted(twin, (0, 0)), ROUGH)
    for name, cell, at in (("wolf", Cell.WOLF, (4, 2)), ("apple", Cell.APPLE, (6, 6))):
        press(shown, name)
        screen.click(*at)
        twin.brush.value = cell
        twin.paint(*at)
        assert twin.board[at] == cell
        screen.shows(painted(twin, at), ROUGH)
        wait_for_text(shown, *judge(twin.board, Forage(), twin.run.q).lines())
    looks_well(shown, f"editor-{theme}")
    press(shown, "Undo")
    twin.undo()
    screen.shows(painted(twin, (6, 6)), ROUGH)


def test_a_drag_paints_a_stroke_that_one_undo_takes_back(desk, workshop):
    shown, twin = workshop.run("editor"), Editor(CLASSIC)
    screen, mouse = Screen(shown), shown.page.mouse
    mouse.move(*screen.place(2, 0))
    mouse.down()
    for x in range(2, 6):
        mouse.move(*screen.place(x, 0), steps=4)
        twin.paint(x, 0)
    mouse.up()
    screen.shows(painted(twin, (5, 0)), ROUGH)
    screen.press("z")
    screen.shows(painted(Editor(CLASSIC), (5, 0)), ROUGH)


def test_the_editor_paints_by_key(desk, workshop):
    shown, twin = workshop.run("editor"), Editor(CLASSIC)
    screen = Screen(shown)
    screen.press("ArrowRight", "ArrowDown", "3", " ")
    twin.brush.value = Cell.WOLF
    twin.paint(1, 1)
    assert twin.board[1, 1] == Cell.WOLF
    screen.shows(painted(twin, (1, 1)), ROUGH)


def test_an_editor_without_an_apple_says_so_and_keeps_the_last_table(desk, workshop, theme):
    workshop.run("editor")
    shown = workshop.run("one-apple")
    screen, twin = Screen(shown), Editor(Board.from_text("...A\n....\n....\n...."))
    press(shown, "ground")
    screen.click(3, 0, columns=4, rows=4)
    wait_for_text(shown, "No apple is left: Peter has nothing to learn", "Faded: the table")
    twin.brush.value = Cell.GROUND
    twin.paint(3, 0)
    screen.shows(decoded(twin.still.data), ROUGH)
    looks_well(shown, f"editor-without-an-apple-{theme}")


def test_an_editor_that_walls_the_apple_in_says_so_and_goes_on(desk, workshop):
    workshop.run("editor")
    shown = workshop.run("one-apple")
    screen, twin = Screen(shown), Editor(Board.from_text("...A\n....\n....\n...."))
    for at in ((2, 0), (3, 1)):
        screen.click(*at, columns=4, rows=4)
        twin.paint(*at)
    wait_for_text(shown, "No start leads to an apple: Peter has nothing to learn")
    screen.shows(decoded(twin.still.data), ROUGH)
    screen.press("z")
    twin.undo()
    screen.shows(painted(twin, (3, 1)), ROUGH)


# Prepared pictures


def test_the_slider_and_keys_turn_the_pages(desk, sweeps, theme):
    hashes = sweeps.run("hashes").inner_text().split()
    shown = sweeps.run("frames")
    screen = Screen(shown)

    def shows(k):
        found = hashlib.sha256(pixels(screen.image).tobytes()).hexdigest()
        return found == hashes[k] and f"{k} of 7 sweeps" in words(shown)

    for part in (handle(shown), screen.root):
        for key, k in (("Home", 0), ("ArrowRight", 1), ("End", 7), ("ArrowLeft", 6)):
            part.press(key)
            wait_until(lambda k=k: shows(k), f"picture {k} is shown")
    looks_well(shown, f"frames-{theme}")


def test_space_plays_the_pages_to_the_last(desk, sweeps):
    shown = sweeps.run("frames")
    Screen(shown).press("Home")
    wait_for_text(shown, "0 of 7 sweeps")
    shown.locator(".widget-label", has_text="of 7 sweeps").evaluate(PAGES)
    Screen(shown).press(" ")
    wait_for_text(shown, "7 of 7 sweeps")
    pages = shown.page.evaluate("window.pages")
    assert pages == sorted(set(pages)) and pages[-1] == 7
    assert 1 in pages  # a busy kernel may leave out later ones
