"""What widgets answer in the browser, in counts: nothing is lost, sent twice, kept or moved.

How fast they answer is measured in test_speed.
"""

import numpy as np
import psutil
import pytest
from cells import KNOBS, LONG, SKILLED, by_hand
from lab import wait_until
from look import ROUGH, wait_for_text
from screen import Screen
from tally import Tally
from twins import FORAGE, Twin

from peterwolf import CLASSIC, Action
from peterwolf.drawing.render import draw
from peterwolf.widgets import Knobs

MB = 2**20
LARGEST = 50_000  # bytes of a picture
TIMES = 20
WHO = "import os\nprint(os.getpid())"
# Clicks while the page's clock stands still: they come within one moment, on any machine.
AT_ONCE = """(image, places) => {
    const now = performance.now();
    performance.now = () => now;
    for (const [clientX, clientY] of places)
        image.dispatchEvent(new PointerEvent('pointerdown', {clientX, clientY, bubbles: true}));
    delete performance.now;
}"""


@pytest.fixture(scope="module")
def forage(open_desk, lab):
    """Lesson 00 with a game that lasts, with knobs, and with a cell below."""
    more = {"long": LONG, "below": "print('below')", "knobs": KNOBS, "who": WHO}
    return open_desk.open(lab.lesson("00_start_here", "play", more=more))


@pytest.fixture(scope="module")
def cart(open_desk, lab):
    more = {"race": by_hand(policy=SKILLED)}
    lesson = open_desk.open(lab.lesson("08_cartpole", "numbers", "play", more=more))
    lesson.run("numbers", "play")
    return lesson


def one_picture_after(act, screen):
    """Act, and wait until one more picture is painted, and no more than one."""
    painted = screen.painted
    act()
    wait_until(lambda: screen.painted > painted, "a picture is painted")
    assert screen.painted == painted + 1


def test_each_key_and_each_click_gets_one_picture_and_nothing_moves(desk, forage):
    shown = forage.run("below", "long")
    screen, twin = Screen(shown), Twin(FORAGE, seed=3)
    x, y = twin.place
    middles = screen.place(x - 1, y), screen.place(x, y)
    tally, keyboard, mouse = Tally(screen), shown.page.keyboard, shown.page.mouse
    parts = [screen.root, shown, forage.cell("below")]
    boxes = [part.bounding_box() for part in parts]
    screen.root.focus()
    for k in range(TIMES):
        one_picture_after(lambda k=k: keyboard.press(("ArrowLeft", "ArrowRight")[k % 2]), screen)
    for k in range(TIMES):
        one_picture_after(lambda k=k: mouse.click(*middles[k % 2]), screen)
        assert [part.bounding_box() for part in parts] == boxes
    screen.shows(twin.picture())
    wait_for_text(shown, f"Moves: {2 * TIMES}.")
    counts = tally.counts()
    assert counts["messages"] == [1] * 2 * TIMES
    assert counts["answers"] == len(counts["pictures"]) == 2 * TIMES
    assert max(counts["pictures"]) <= LARGEST
    assert counts["moved"] == []


def test_200_quick_clicks_are_all_played(desk, forage):
    shown, twin = forage.run("long"), Twin(FORAGE, seed=3)
    screen, (x, y) = Screen(shown), twin.place
    places = screen.place(x - 1, y), screen.place(x, y)
    tally = Tally(screen)
    for k in range(200):
        shown.page.mouse.click(*places[k % 2])
    screen.settle()
    assert screen.sent == 200
    wait_for_text(shown, "Moves: 200. Return: -20.0.")
    screen.shows(twin.picture())
    counts = tally.counts()
    assert sum(counts["messages"]) == 200
    assert counts["answers"] == len(counts["pictures"]) == len(counts["messages"])


def test_200_clicks_within_a_moment_are_two_messages_and_two_pictures(desk, forage):
    shown, twin = forage.run("long"), Twin(FORAGE, seed=3)
    screen, (x, y) = Screen(shown), twin.place
    places = screen.place(x - 1, y), screen.place(x, y)
    tally = Tally(screen)
    screen.image.evaluate(AT_ONCE, [*places] * 100)
    screen.settle()
    wait_for_text(shown, "Moves: 200. Return: -20.0.")
    screen.shows(twin.picture())
    counts = tally.counts()
    assert counts["messages"] == [1, 199]
    assert counts["answers"] == len(counts["pictures"]) == 2


def test_a_held_key_makes_no_queue(desk, forage):
    shown, twin = forage.run("long"), Twin(FORAGE, seed=3, max_steps=10**6)
    screen = Screen(shown)
    tally = Tally(screen)
    screen.root.focus()
    with screen.holding("ArrowUp") as repeat:
        for _ in range(10):
            for _ in range(30):
                repeat()
            screen.settle()  # the next repeat is a move again
    assert 10 <= screen.sent <= 300
    assert tally.counts()["waiting"] == 1
    for _ in range(screen.sent):
        twin.move(Action.UP)
    wait_for_text(shown, twin.told)
    screen.shows(twin.picture())


def test_each_turn_of_a_knob_gets_one_picture(desk, forage):
    shown, twin = forage.run("knobs"), Knobs(episodes=2000)
    screen, press = Screen(shown), shown.page.keyboard.press
    tally = Tally(screen)
    shown.locator(".widget-slider", has_text="alpha").locator(".noUi-handle").focus()
    for k in range(TIMES - 2):  # the last three go up
        one_picture_after(lambda k=k: press(("ArrowRight", "ArrowLeft")[k // 5 % 2]), screen)
    twin.sliders["alpha"].value = 0.5 + 2 * 0.05
    frame = draw(CLASSIC, q=twin.run.q, visits=twin.run.visits)
    screen.shows(frame, ROUGH)
    counts = tally.counts()
    assert len(counts["pictures"]) == TIMES - 2
    assert max(counts["pictures"]) <= LARGEST


def test_a_step_of_a_race_gets_one_picture_at_most_and_nothing_moves(desk, cart):
    shown = cart.run("race")
    screen = Screen(shown)
    tally = Tally(screen)
    shown.get_by_role("button", name="Start").click()
    wait_for_text(shown, "The agent: step 0.")
    wait_until(lambda: screen.painted == 2, "the start is painted")
    for _ in range(2 * TIMES):
        one_picture_after(lambda: cart.ask("None", after="tick()"), screen)
    steps = cart.ask("max(player.steps for player in game.race.players)")
    assert steps == str(2 * TIMES)
    cart.ask("None", after="while game.race.running: tick()")
    wait_for_text(shown, "until time was up", "Steps: 500.")
    counts = tally.counts()
    assert 2 + 2 * TIMES <= len(counts["pictures"]) <= 1 + 500
    assert max(counts["pictures"]) <= LARGEST
    assert counts["moved"] == []


def test_memory_of_kernel_and_page_does_not_grow(desk, forage):
    kernel = psutil.Process(int(forage.run("who").inner_text()))
    shown = forage.run("long")
    screen, keyboard = Screen(shown), shown.page.keyboard
    tally = Tally(screen)
    wire = shown.page.context.new_cdp_session(shown.page)
    wire.send("Performance.enable")
    screen.root.focus()

    def sizes():
        screen.settle()
        wait_until(lambda: screen.painted == 1 + screen.sent, "the last move is painted")
        wire.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: m["value"] for m in wire.send("Performance.getMetrics")["metrics"]}
        return np.array([kernel.memory_info().rss, metrics["JSHeapUsedSize"]]) / MB

    def walk(rounds):
        for k in range(rounds):
            keyboard.press(("ArrowLeft", "ArrowRight")[k % 2])
            if k % 50 == 49:
                screen.settle()

    walk(100)
    before = sizes()
    walk(500)
    grown = sizes() - before
    print("500 moves: kernel {:+.1f} MB, page {:+.1f} MB".format(*grown))
    assert grown[0] < 10 and grown[1] < 5
    assert tally.counts()["held"] == 0  # the first picture gave way to the last
