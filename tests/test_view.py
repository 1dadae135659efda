"""The board view: what it tells the page, and what it makes of what the page tells."""

import contextlib

import cv2
import ipywidgets
import numpy as np
import pytest

from peterwolf import CLASSIC, animation, render
from peterwolf.widgets.view import LONGEST, MOST_BYTES, View

PAGE = "one"


@pytest.fixture
def view(monkeypatch):
    """A view of 4 x 3 cells that notes in `heard` what it is told, in `answers` what it answers."""
    made = View(cells=(4, 3), keys=["a", "ArrowUp"], holds=True, drags=True)
    made.heard, made.answers, made.told = [], [], 0
    for name in ("key", "release", "click", "drag", "drop"):
        setattr(made, f"on_{name}", lambda *told, name=name: made.heard.append((name, *told)))
    monkeypatch.setattr(made, "send", made.answers.append)
    return made


def tell(view, *events, **event):
    """Let the page send a message with events, or with a single one."""
    view.told = getattr(view, "told", 0) + 1
    told = {"kind": "events", "events": list(events) or [event], "turn": view.told}
    view._handle_custom_msg(told | {"view": PAGE, "number": view.told}, [])


def picture(height=30, width=40, alt="a grey square"):
    return animation.picture(np.full((height, width, 3), 90, np.uint8), alt=alt)


# Pictures


def test_a_picture_comes_with_its_size_its_number_and_words():
    view, shown = View(), picture()
    view.show(shown)
    assert (view.picture, view.mime, view.label) == (shown.data, "image/png", "a grey square")
    assert view.size == (40, 30) and view.number == 1


def test_a_picture_is_as_wide_as_it_was_asked_for():
    view = View(width=400)
    view.show(picture())
    assert view.size == (400, 300)


def test_a_picture_of_more_than_50_kilobytes_goes_with_fewer_colours():
    q = np.random.default_rng(0).normal(size=(8, 8, 4))
    frame = render.draw(CLASSIC, q=q, overlay="triangles")
    view, large = View(), animation.picture(frame, alt="many colours")
    small = animation.picture(frame[:60, :60], alt="few")
    assert len(large.data) > MOST_BYTES > len(small.data)
    view.show(large)
    assert len(view.picture) < MOST_BYTES and (view.size, view.label) == ((400, 400), large.alt)
    seen = cv2.imdecode(np.frombuffer(view.picture, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(seen.astype(int) - frame).mean() < 6
    view.show(small)
    assert view.picture == small.data


def test_a_hurried_picture_waits_for_the_page_that_paints():
    view = View()
    for _ in range(10):
        view.show(picture(), hurried=True)
    assert view.number == 3
    view.show(picture())
    assert view.number == 4
    view._handle_custom_msg({"view": PAGE, "kind": "painted", "picture": 4}, [])
    view.show(picture(), hurried=True)
    assert view.number == 5


def test_a_page_that_is_silent_for_long_is_not_waited_for(monkeypatch):
    view, now = View(), [100.0]
    monkeypatch.setattr("peterwolf.widgets.view.time.monotonic", lambda: now[0])
    for _ in range(20):
        view.show(picture(), hurried=True)
    now[0] += LONGEST
    view.show(picture(), hurried=True)
    assert view.number == 4


# Events


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        ({"kind": "key", "key": "a"}, ("key", "a")),
        ({"kind": "release", "key": "ArrowUp"}, ("release", "ArrowUp")),
        ({"kind": "click", "cell": [3, 2]}, ("click", 3, 2)),
        ({"kind": "drag", "cell": [0, 0]}, ("drag", 0, 0)),
        ({"kind": "drop"}, ("drop",)),
    ],
)
def test_an_event_is_passed_on_and_answered(view, content, heard):
    tell(view, **content)
    assert view.heard == [heard]
    assert view.answers == [{"seen": view.told, "view": PAGE}]


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "key", "key": "b"},
        {"kind": "key", "key": None},
        {"kind": "key"},
        {"kind": "click", "cell": [4, 0]},
        {"kind": "click", "cell": [0, -1]},
        {"kind": "click", "cell": [0.5, 1]},
        {"kind": "click", "cell": [True, 1]},
        {"kind": "click", "cell": [1]},
        {"kind": "click", "cell": "11"},
        {"kind": "click", "cell": None},
        {"kind": "shout"},
        {"kind": "ping"},
        {"kind": ["key"]},
        {},
    ],
)
def test_what_means_nothing_is_answered_and_changes_nothing(view, content):
    tell(view, **content)
    assert view.heard == [] and view.message == ""
    assert view.answers == [{"seen": view.told, "view": PAGE}]


def test_quick_events_come_together_and_the_page_is_told_once(view, monkeypatch):
    beside, log = ipywidgets.HTML(), []

    @contextlib.contextmanager
    def held(widget):
        log.append(("held", widget))
        yield
        log.append(("told", widget))

    monkeypatch.setattr(ipywidgets.Widget, "hold_sync", held)
    monkeypatch.setattr(view, "send", log.append)
    view.on_key, view.on_click, view.beside = log.append, lambda *cell: log.append(cell), [beside]
    click = {"kind": "click", "cell": [1, 2]}
    tell(view, {"kind": "key", "key": "a"}, click, {"kind": "key", "key": "ArrowUp"})
    begin, end = [("held", view), ("held", beside)], [("told", beside), ("told", view)]
    assert log == [*begin, "a", (1, 2), "ArrowUp", *end, {"seen": view.told, "view": PAGE}]


def test_an_event_that_fails_keeps_none_from_its_turn(view):
    def fails(key):
        raise ValueError("the env is closed")

    view.on_key = fails
    tell(view, {"kind": "key", "key": "a"}, None, 3, "key", {"kind": "click", "cell": [1, 1]})
    assert view.heard == [("click", 1, 1)]


ODD = [
    {"events": None},
    {"events": "key"},
    {"turn": "1"},
    {"turn": True},
    {"turn": None},
    {"view": None},
    {"view": 1},
]


@pytest.mark.parametrize("odd", ODD)
def test_a_message_with_odd_parts_is_left_alone(view, odd):
    whole = {"view": PAGE, "turn": 1, "number": 1, "events": [{"kind": "key", "key": "a"}]}
    view._handle_custom_msg(whole | odd, [])
    assert view.heard == view.answers == []
    view._handle_custom_msg(whole, [])
    assert view.heard == [("key", "a")]


@pytest.mark.parametrize("content", [None, 3, "key", ["key", "a"]])
def test_a_message_of_another_form_is_left_alone(view, content):
    view._handle_custom_msg(content, [])
    assert view.heard == view.answers == []


def test_what_an_action_raises_stands_across_the_picture_until_the_next_goes_well(view):
    def fails(key):
        raise ValueError("the env is closed")

    view.on_key, heard = fails, view.on_key
    tell(view, kind="key", key="a")
    assert view.message == "This does not go on: ValueError: the env is closed"
    assert view.answers == [{"seen": view.told, "view": PAGE}]
    view.on_key = heard
    tell(view, kind="key", key="a")
    assert view.message == "" and view.heard == [("key", "a")]


def test_what_a_button_does_is_attempted_in_the_same_way(view):
    done = []
    assert view.attempt(done.append, 3) and done == [3] and view.message == ""
    assert not view.attempt(int, "three")
    assert view.message.startswith("This does not go on: ValueError: invalid literal")
    assert view.attempt(done.append, 4) and view.message == ""


def test_a_page_can_be_asked_to_send_keys_here(view):
    view.take_focus()
    assert view.answers == [{"focus": True}]


def test_without_anybody_to_tell_nothing_happens(view):
    quiet = View(cells=(2, 2), keys=["a"])
    for content in ({"kind": "key", "key": "a"}, {"kind": "click", "cell": [1, 1]}):
        tell(quiet, **content)
    assert quiet.message == ""


def test_the_page_gets_our_script_and_style():
    view = View()
    assert "peterwolf-view" in view._css and "data-lm-suppress" not in view._css
    assert "export default { render }" in view._esm
