"""Peter's board in the browser: what a learner sees after each click."""

import gymnasium
import pytest
from look import cut_off, unreadable, wait_for_picture

import peterwolf  # noqa: F401  # registers Peter's envs
from peterwolf import Action
from peterwolf.render import draw

FORAGE, HUNT = "peterwolf/Forage-v0", "peterwolf/Hunt-v0"


class Twin:
    """The game as it should stand, played in the test's own process."""

    def __init__(self, name, seed):
        self.env = gymnasium.make(name).unwrapped
        self.env.reset(seed=seed)
        self.moves, self.over, self.total = 0, False, 0.0

    def move(self, action):
        _, reward, terminated, truncated, _ = self.env.step(action)
        self.moves, self.total = self.moves + 1, self.total + reward
        self.over = terminated or truncated

    def picture(self):
        return draw(self.env.board, self.env.peter)


@pytest.fixture(scope="module")
def forage(open_desk, lab):
    return open_desk.open(lab.lesson("00_start_here", "play"))


@pytest.fixture(scope="module")
def hunt(open_desk, lab):
    return open_desk.open(lab.lesson("05_hungry_tired_peter", "play"))


def press(shown, name):
    shown.get_by_role("button", name=name).click()


def test_each_button_moves_peter(desk, forage, theme):
    shown, twin = forage.run("play"), Twin(FORAGE, seed=3)
    wait_for_picture(shown.locator("img"), twin.picture())
    for action in (Action.RIGHT, Action.UP, Action.LEFT, Action.DOWN):
        press(shown, "↑↓←→"[action])
        twin.move(action)
        wait_for_picture(shown.locator("img"), twin.picture())
    assert "Moves: 4" in shown.inner_text()
    desk.screenshot(f"play forage {theme}", shown)
    assert unreadable(shown) == {}
    assert cut_off(shown) == []


def test_energy_and_fatigue_are_told(desk, hunt, theme):
    shown, twin = hunt.run("play"), Twin(HUNT, seed=1)
    for action in (Action.UP, Action.UP, Action.LEFT):
        press(shown, "↑↓←→"[action])
        twin.move(action)
    wait_for_picture(shown.locator("img"), twin.picture())
    x, y, energy, fatigue = twin.env.peter
    assert f"Energy: {energy}." in shown.inner_text()
    assert f"Fatigue: {fatigue}." in shown.inner_text()
    desk.screenshot(f"play hunt {theme}", shown)
    assert unreadable(shown) == {}
    assert cut_off(shown) == []
