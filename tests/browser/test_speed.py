"""How fast widgets answer in the browser; what can be counted is in test_responses."""

import numpy as np
import pytest
from cells import KNOBS, LONG, SKILLED
from clock import Clock, report, rest
from look import wait_for_text
from screen import Screen
from twins import FORAGE, Twin

pytestmark = pytest.mark.speed

TIMES = 100
RACE = f"Play(drawn, seed=100, policy={SKILLED})"


@pytest.fixture(scope="module")
def forage(open_desk, lab):
    """Lesson 00 with a game that lasts, and with knobs."""
    more = {"long": LONG, "knobs": KNOBS}
    return open_desk.open(lab.lesson("00_start_here", "play", more=more))


@pytest.fixture(scope="module")
def cart(open_desk, lab):
    lesson = open_desk.open(lab.lesson("08_cartpole", "numbers", "play", more={"race": RACE}))
    lesson.run("numbers", "play")
    return lesson


def judge(what, milliseconds, usual, most):
    """Hold times against limits for 95 of 100 and for all."""
    early, late = np.quantile(milliseconds, 0.95), np.max(milliseconds)
    figures = f"median {np.median(milliseconds):.0f} ms, 95 of 100 within {early:.0f} ms"
    report(what, f"{figures}, slowest {late:.0f} ms (n={len(milliseconds)})")
    assert early <= usual
    assert late <= most


def test_the_board_answers_keys_and_clicks_at_once(desk, forage):
    shown = forage.run("long")
    screen = Screen(shown)
    clock, keyboard, mouse = Clock(screen), shown.page.keyboard, shown.page.mouse
    x, y = Twin(FORAGE, seed=3).place
    middles = screen.place(x - 1, y), screen.place(x, y)
    screen.root.focus()
    acts = {
        "key": lambda k: keyboard.press(("ArrowLeft", "ArrowRight")[k % 2]),
        "click": lambda k: mouse.click(*middles[k % 2]),
    }
    for what, act in acts.items():
        times = [clock.answer(lambda k=k, act=act: act(k)) for k in range(TIMES)]
        judge(f"{what} to picture", times, 150, 500)


def test_none_of_200_quick_clicks_waits_long(desk, forage):
    shown = forage.run("long")
    screen = Screen(shown)
    clock, (x, y) = Clock(screen), Twin(FORAGE, seed=3).place
    places = screen.place(x - 1, y), screen.place(x, y)
    for k in range(200):
        shown.page.mouse.click(*places[k % 2])
    screen.settle()
    lags = clock.lags()
    report("200 quick clicks", f"the slowest handled after {lags.max():.0f} ms")
    assert len(lags) == 200
    assert lags.max() <= 1000


def test_a_key_held_for_ten_seconds_is_handled_at_once(desk, forage):
    shown = forage.run("long")
    screen = Screen(shown)
    clock = Clock(screen)
    screen.root.focus()
    with screen.holding("ArrowUp") as repeat:
        for _ in range(300):
            repeat()
            shown.page.wait_for_timeout(1000 / 30)
    waiting = screen.sent - screen.seen
    screen.settle()
    lags = clock.lags()
    report("a held key", f"{len(lags)} moves, the slowest after {lags.max():.0f} ms")
    assert 1 < len(lags) <= 300
    assert waiting <= 1
    assert lags.max() <= 1000


def test_a_knob_with_2000_episodes_answers_at_once(desk, forage):
    shown = forage.run("knobs")
    clock, press = Clock(Screen(shown)), shown.page.keyboard.press
    shown.locator(".widget-slider", has_text="alpha").locator(".noUi-handle").focus()
    keys = ("ArrowRight", "ArrowLeft")
    times = [clock.answer(lambda k=k: press(keys[k // 5 % 2])) for k in range(TIMES)]
    judge("knob to picture", times, 250, 1000)


def test_the_cart_runs_in_real_time(desk, cart):
    shown = cart.run("race")
    screen = Screen(shown)
    clock = Clock(screen)
    shown.get_by_role("button", name="full").click()
    shown.get_by_role("button", name="Start").click()
    wait_for_text(shown, "until time was up")
    rest(screen)
    times = np.array([at for _, at in clock.notes()["painted"]]) / 1000
    seconds = times[-1] - times[0]
    steps, pictures = 500 / seconds, len(times) / seconds
    pause = np.diff(times).max() * 1000
    figures = f"{steps:.1f} steps and {pictures:.1f} pictures a second"
    report("the cart beside the agent's", f"{figures}, the longest pause {pause:.0f} ms")
    assert steps >= 45
    assert pictures >= 25
