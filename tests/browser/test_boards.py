"""Peter's board in the browser: moved by button, key and click, and read by its picture."""

import pytest
from lab import wait_until
from look import keep, looks_well, wait_for_picture, wait_for_text, words
from screen import Screen
from twins import FORAGE, HUNT, KEYS, Twin

from peterwolf import MOVES, Action

RIVAL = """import numpy as np
from peterwolf import CLASSIC, planning, tabular
from peterwolf.worlds.rules import Forage
best = tabular.greedy(planning.value_iteration(CLASSIC, Forage()))
Play(forest, seed=3, policy=best)"""
TWO = """from IPython.display import display
one, other = Play(forest, seed=3), Play(forest, seed=4)
display(one, other)"""
SMALL = """import gymnasium
from peterwolf import Board
from peterwolf.widgets import Play
small = gymnasium.make(
    "peterwolf/Forage-v0", board=Board.from_text("TTT\\nT.A\\nT~W"), render_mode="rgb_array"
)
Play(small, seed=0)"""
MORE = {
    "rival": RIVAL,
    "two": TWO,
    "small": SMALL,
    "closed": "forest.close()",
    "below": "print('below')",
}
LAPTOPS_KEYS = ("x", "b", "z", "Escape", "Tab", "Shift", "F9", "q", "1", " ")


@pytest.fixture(scope="module")
def forage(open_desk, lab):
    """Lesson 00 with the game, and cells that make it harder."""
    return open_desk.open(lab.lesson("00_start_here", "play", more=MORE))


@pytest.fixture(scope="module")
def hunt(open_desk, lab):
    return open_desk.open(lab.lesson("05_hungry_tired_peter", "play"))


def press(shown, name):
    shown.get_by_role("button", name=name, exact=True).click()


def test_each_button_moves_peter(desk, forage, theme):
    shown, twin = forage.run("play"), Twin(FORAGE, seed=3)
    wait_for_picture(shown.locator("img"), twin.picture())
    for action in (Action.RIGHT, Action.UP, Action.LEFT, Action.DOWN):
        press(shown, "↑↓←→"[action])
        twin.move(action)
        wait_for_picture(shown.locator("img"), twin.picture())
        wait_for_text(shown, twin.told)
    looks_well(shown, f"play-forage-{theme}")


@pytest.mark.parametrize("keys", ["ArrowRight ArrowUp ArrowLeft ArrowDown", "d w a s", "D W A S"])
def test_each_key_moves_peter(desk, forage, keys):
    screen, twin = Screen(forage.run("play")), Twin(FORAGE, seed=3)
    for key in keys.split():
        screen.press(key)
        twin.move(KEYS[key if len(key) > 1 else key.lower()])
        screen.shows(twin.picture())


def test_a_click_beside_peter_moves_him(desk, forage):
    shown, twin = forage.run("play"), Twin(FORAGE, seed=3)
    screen = Screen(shown)
    for action in (Action.RIGHT, Action.UP, Action.LEFT, Action.DOWN):
        x, y = twin.place
        dx, dy = MOVES[action]
        screen.click(x + dx, y + dy)
        twin.move(action)
        screen.shows(twin.picture())
        wait_for_text(shown, twin.told)


def test_a_click_far_from_peter_moves_nobody_and_says_why(desk, forage):
    shown, twin = forage.run("play"), Twin(FORAGE, seed=3)
    screen = Screen(shown)
    x, y = twin.place
    screen.click((x + 3) % 8, y)
    wait_for_text(shown, "one cell at a time")
    screen.shows(twin.picture())


def test_a_click_outside_the_board_is_no_event(desk, forage):
    screen = Screen(forage.run("play"))
    x, y = screen.place(0, 0)
    box, mouse = screen.image.bounding_box(), screen.root.page.mouse
    right, bottom = box["x"] + box["width"] + 2, box["y"] + box["height"] + 2
    for at in ((box["x"] - 2, y), (right, y), (x, bottom), (x, box["y"] - 2)):
        mouse.click(*at)
    assert screen.sent == 0
    mouse.click(x, y)
    assert screen.sent == 1


def test_keys_that_mean_nothing_change_neither_game_nor_notebook(desk, forage):
    screen, twin = Screen(forage.run("play")), Twin(FORAGE, seed=3)
    cells = forage.cell_ids()
    for key in LAPTOPS_KEYS:
        screen.press(key)
    screen.settle()
    screen.shows(twin.picture())
    assert forage.cell_ids() == cells
    assert screen.message == ""


def test_the_keys_of_the_game_are_not_the_labs(desk, forage):
    screen, cells = Screen(forage.run("play")), forage.cell_ids()
    screen.press("d", "d", "a", "w", "s")  # in the Lab: delete this cell, a new one above
    screen.settle()
    assert forage.cell_ids() == cells


def test_n_begins_the_next_game(desk, forage):
    screen, twin = Screen(forage.run("play")), Twin(FORAGE, seed=3)
    screen.press("ArrowRight", "n")
    twin.begin(4)
    screen.shows(twin.picture())


def test_the_end_of_a_game_is_told_and_enter_begins_another(desk, forage):
    shown = forage.run("small")
    screen = Screen(shown)
    screen.press("ArrowRight")
    wait_for_text(shown, "Peter found an apple!", "Moves: 1. Return: 10.0.")
    wait_until(shown.get_by_role("button", name="→", exact=True).is_disabled, "no more moves")
    screen.press("ArrowLeft")
    screen.settle()
    assert "Moves: 1." in words(shown) and screen.message == ""
    screen.press("Enter")
    wait_for_text(shown, "Moves: 0.")
    screen.press("ArrowDown")
    wait_for_text(shown, "Peter drowned!")
    shown.get_by_role("button", name="New game").click()
    wait_for_text(shown, "Moves: 0.")


def test_tab_reaches_the_board_and_a_screen_reader_is_told_its_state(desk, forage):
    shown, twin = forage.run("play"), Twin(FORAGE, seed=3)
    screen = Screen(shown)
    forage.cell("play").locator(".jp-OutputArea").first.evaluate("e => e.focus()")
    shown.get_by_role("button", name="↑", exact=True).focus()
    screen.root.page.keyboard.press("Shift+Tab")
    assert screen.root.evaluate("root => root === document.activeElement")
    screen.root.page.keyboard.press("ArrowRight")
    twin.move(Action.RIGHT)
    screen.shows(twin.picture())
    assert screen.root.get_attribute("role") == "application"
    assert screen.label.endswith(twin.env.board.to_text(twin.place))
    assert twin.told in screen.label
    news = screen.root.locator("[aria-live]").inner_text()
    assert "Move 1 to ({}, {})".format(*twin.place) in news


def test_energy_and_fatigue_are_bars_with_numbers(desk, hunt, theme):
    shown, twin = hunt.run("play"), Twin(HUNT, seed=1)
    screen = Screen(shown)
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        screen.press(key)
        twin.move(KEYS[key])
    screen.shows(twin.picture())
    energy, fatigue = twin.env.peter[2:]
    wait_for_text(shown, f"{energy} of 10", f"{fatigue} of 10", twin.told)
    looks_well(shown, f"play-hunt-{theme}")


def test_the_agent_plays_beside_the_learner_from_the_same_start(desk, forage, theme):
    forage.run("play")
    shown = forage.run("rival")
    mine, agents = Screen(shown, 0), Screen(shown, 1)
    twin = Twin(FORAGE, seed=3)
    mine.shows(twin.picture(cell=40))
    agents.shows(twin.picture(cell=40))
    mine.press("ArrowRight")
    twin.move(Action.RIGHT)
    mine.shows(twin.picture(cell=40))
    wait_for_text(shown, "The agent Moves: 1.", "games")
    looks_well(shown, f"play-against-the-agent-{theme}")


# Bad input


def test_two_widgets_on_one_env_do_not_move_each_other(desk, forage):
    forage.run("play")
    forage.run("two")
    area = forage.cell("two")
    one, other = Screen(area, 0), Screen(area, 1)
    twins = Twin(FORAGE, seed=3), Twin(FORAGE, seed=4)
    one.press("ArrowRight")
    other.press("ArrowLeft")
    twins[0].move(Action.RIGHT)
    twins[1].move(Action.LEFT)
    for screen, twin in zip((one, other), twins, strict=True):
        screen.shows(twin.picture())


def test_a_cell_run_twice_begins_again(desk, forage):
    twin = Twin(FORAGE, seed=3)
    Screen(forage.run("play")).press("ArrowRight", "ArrowRight")
    shown = forage.run("play")
    Screen(shown).shows(twin.picture())
    Screen(shown).press("ArrowUp")
    twin.move(Action.UP)
    Screen(shown).shows(twin.picture())
    assert forage.cell("play").locator(".peterwolf-view").count() == 1


def test_an_env_that_is_closed_does_not_end_the_game(desk, forage):
    screen, twin = Screen(forage.run("play")), Twin(FORAGE, seed=3)
    forage.run("closed")
    screen.press("ArrowRight")
    twin.move(Action.RIGHT)
    screen.shows(twin.picture())
    assert screen.message == ""


def test_a_widget_whose_kernel_restarted_says_so(desk, forage):
    shown, twin = forage.run("play"), Twin(FORAGE, seed=3)
    screen = Screen(shown)
    screen.shows(twin.picture())
    forage.restart_kernel()
    screen.press("ArrowRight")
    wait_for_text(shown, "The kernel was restarted or has ended. Run this cell again.")
    assert screen.lost
    wait_for_picture(screen.image, twin.picture())  # it does not pretend
    keep(shown, "kernel-restarted")
    again = Screen(forage.run("play"))
    again.press("ArrowRight")
    twin.move(Action.RIGHT)
    again.shows(twin.picture())
    assert not again.lost
