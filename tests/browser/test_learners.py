"""What learns in the browser: the one-step debugger, the scrubber, the knobs, prepared pictures."""

import hashlib

import gymnasium
import numpy as np
import pytest
from lab import wait_until
from look import cut_off, decoded, pixels, unreadable, wait_for_picture

from peterwolf import CLASSIC, tabular
from peterwolf.render import draw
from peterwolf.widgets import Stepper
from peterwolf.widgets.judging import judge
from peterwolf.world import Forage

FOREST = gymnasium.make("peterwolf/Forage-v0")
PREPARED = """from peterwolf import tabular
forest = gymnasium.make("peterwolf/Forage-v0")"""
HASHES = """import hashlib
print(*[hashlib.sha256(each.tobytes()).hexdigest() for each in pictures])"""


def trained(**changed):
    """A run of Q-learning with the knobs where they begin, but for those that were changed."""
    knobs = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.3, "episodes": 200} | changed
    table = np.full((CLASSIC.width, CLASSIC.height, 4), 0.0)
    rng = np.random.default_rng(0)
    return tabular.q_learning(FOREST, **knobs, rng=rng, q=table, progress=False)


def drawn(run, **look):
    return draw(CLASSIC, q=run.q, visits=run.visits, **look)


def handle(shown, name=""):
    """The handle of the slider with this name beside it."""
    return shown.locator(".widget-slider", has_text=name).locator(".noUi-handle").first


def board(shown):
    return shown.locator("img").first


def wait_for_text(shown, text):
    wait_until(lambda: text in shown.inner_text(), f"{text!r} is told")


def looks_well(desk, shown, name):
    desk.screenshot(name, shown)
    assert unreadable(shown) == {}
    assert cut_off(shown) == []


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
    """Lesson 04 with the first knobs."""
    return open_desk.open(lab.lesson("04_turning_the_knobs", "knobs"))


@pytest.fixture(scope="module")
def sweeps(open_desk, lab):
    """Lesson 02 with the frames, and what tells their pictures apart."""
    needs = ("corridor", "distance", "distance-check", "backup", "backup-use", "model", "sweep")
    cells = (*needs, "sweep-run", "frames-make", "frames")
    lesson = open_desk.open(lab.lesson("02_bellman", *cells, more={"hashes": HASHES}))
    lesson.run(*cells[:-1])
    return lesson


def test_the_debugger_shows_each_step(desk, chapter, theme):
    shown = chapter.run("debugger")
    twin = Stepper(FOREST, alpha=0.5, epsilon=0.3, rng=np.random.default_rng(0))
    for name, act in (
        ("One step", twin.step),
        ("One step", twin.step),
        ("Finish episode", twin.finish),
        ("10 episodes", lambda: twin.finish(10)),
    ):
        shown.get_by_role("button", name=name).click()
        act()
        wait_for_picture(board(shown), decoded(twin.still.data))
        wait_for_text(shown, f"Episode {twin.last.episode}, step {twin.last.number}")
    looks_well(desk, shown, f"stepper {theme}")


def test_the_scrubber_shows_each_moment(desk, chapter, theme):
    shown = chapter.run("scrubber")
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
    handle(shown).focus()
    for key, k in (("End", -1), ("ArrowLeft", -2), ("Home", 0), ("ArrowRight", 1)):
        handle(shown).press(key)
        wait_for_picture(board(shown), drawn(run.snapshots[k]))
        wait_for_text(shown, f"Episode {run.snapshots[k].episode} of 3000")
    looks_well(desk, shown, f"scrubber {theme}")


def test_a_knob_that_turns_trains_anew(desk, workshop, theme):
    shown = workshop.run("knobs")
    wait_for_picture(board(shown), drawn(trained()))
    handle(shown, "alpha").press("ArrowRight")
    wait_for_picture(board(shown), drawn(trained(alpha=0.55)))
    handle(shown, "episodes").press("End")
    run = trained(alpha=0.55, episodes=5000)
    wait_for_picture(board(shown), drawn(run))
    for line in judge(CLASSIC, Forage(), run.q).lines():
        wait_for_text(shown, line)
    shown.get_by_role("button", name="triangles").click()
    wait_for_picture(board(shown), drawn(run, overlay="triangles"))
    looks_well(desk, shown, f"knobs {theme}")


def test_the_slider_turns_the_pages(desk, sweeps, theme):
    hashes = sweeps.run("hashes").inner_text().split()
    shown = sweeps.run("frames")

    def page():
        return hashlib.sha256(pixels(board(shown)).tobytes()).hexdigest()

    for key, k in (("Home", 0), ("ArrowRight", 1), ("End", 7), ("ArrowLeft", 6)):
        handle(shown).press(key)
        wait_until(lambda k=k: page() == hashes[k], f"picture {k} is shown")
        wait_for_text(shown, f"{k} of 7 sweeps")
    looks_well(desk, shown, f"frames {theme}")
