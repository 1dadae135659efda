"""Pictures behind a slider: the slider, the player, the label and the still picture agree."""

import base64
import re

import numpy as np
import pytest
from frontend import pixels, press

from peterwolf.widgets import Frames

PICTURES = [np.full((6, 8, 3), (40 * k, 7, 255 - 40 * k), np.uint8) for k in range(4)]
LABELS = ["none", "one", "two", "three"]
ALT = "A picture that turns from blue to red"


def frames(**changed) -> Frames:
    return Frames(**({"frames": PICTURES, "labels": LABELS, "alt": ALT} | changed))


def shows(widget: Frames, k: int) -> bool:
    """Whether everything that a learner sees is frame k."""
    assert np.array_equal(pixels(widget.still.data), PICTURES[k])
    assert widget.screen.picture == widget.still.data
    assert widget._line.value == widget.label == LABELS[k]
    return widget.slider.value == widget.player.value == k


def test_the_last_picture_comes_first():
    assert shows(frames(), 3)


@pytest.mark.parametrize("start", range(4))
def test_another_picture_can_come_first(start):
    assert shows(frames(start=start), start)


@pytest.mark.parametrize("k", [0, 2, 3])
def test_the_slider_brings_its_picture_and_takes_the_player_along(k):
    widget = frames(start=1)
    widget.slider.value = k
    assert shows(widget, k)


@pytest.mark.parametrize("k", [0, 2, 3])
def test_the_player_brings_its_picture_and_takes_the_slider_along(k):
    widget = frames(start=1)
    widget.player.value = k
    assert shows(widget, k)


def test_slider_and_player_reach_from_the_first_to_the_last_picture():
    widget = frames(milliseconds=150)
    assert (widget.slider.min, widget.slider.max) == (0, 3)
    assert (widget.player.min, widget.player.max, widget.player.interval) == (0, 3, 150)
    assert len(widget.frames) == 4 and not widget.player.disabled


@pytest.mark.parametrize(
    ("start", "key", "k"),
    [
        (1, "ArrowRight", 2),
        (1, "ArrowLeft", 0),
        (0, "ArrowLeft", 0),
        (3, "ArrowRight", 3),
        (2, "Home", 0),
        (1, "End", 3),
    ],
)
def test_keys_step_and_jump(start, key, k):
    widget = frames(start=start)
    press(widget, key)
    assert shows(widget, k) and widget.screen.news == LABELS[k]


def playing(widget: Frames) -> bool:
    """Whether the player runs: ipywidgets 7 has another name for it."""
    return widget.player.get_state().get("playing", widget.player.get_state().get("_playing"))


def test_the_space_bar_plays_and_pauses():
    widget = frames(start=1)
    for plays in (True, False, True):
        press(widget, " ")
        assert playing(widget) == plays and shows(widget, 1)


def test_at_the_end_the_space_bar_plays_from_the_beginning():
    widget = frames()
    press(widget, " ")
    assert playing(widget) and shows(widget, 0)


def test_a_single_picture_is_shown_and_cannot_be_played():
    widget = frames(frames=PICTURES[:1], labels=LABELS[:1])
    assert shows(widget, 0) and widget.player.disabled


def test_the_view_holds_picture_slider_player_and_label():
    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    widget = frames()
    held = list(inside(widget.view))
    for part in (widget.screen, widget.slider, widget.player, widget._line):
        assert part in held


@pytest.mark.parametrize("k", [0, 2])
def test_a_notebook_gets_the_widget_and_a_still_picture_with_alt_text(k):
    widget = frames()
    widget.slider.value = k
    data, metadata = widget._repr_mimebundle_()
    assert np.array_equal(pixels(base64.b64decode(data["image/png"])), PICTURES[k])
    assert metadata["image/png"] == {"alt": f"{ALT}: {LABELS[k]}"}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.view.model_id
    assert ALT in data["text/plain"]


def test_it_says_where_it_stands():
    assert repr(frames(start=2)) == "Frames: two (3 of 4)"


def test_two_widgets_of_the_same_pictures_do_not_move_each_other():
    one, other = frames(), frames()
    one.slider.value = 0
    assert shows(one, 0) and shows(other, 3)


# Bad input


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"frames": [], "labels": []}, ValueError, "frames must hold at least one frame, got none"),
        ({"frames": [p / 255 for p in PICTURES]}, TypeError, "frames must be uint8 .*, got float"),
        ({"frames": ["a"] * 4}, TypeError, "frames must be uint8 arrays, got str"),
        (
            {"frames": PICTURES[:3] + [PICTURES[3][:5]]},
            ValueError,
            r"frames must all have one dtype and shape, got uint8 \(5, 8, 3\) as frame 3",
        ),
        (
            {"frames": PICTURES[:3] + [PICTURES[3] / 255]},
            ValueError,
            "frames must all have one dtype and shape, got float64 .* as frame 3",
        ),
        ({"frames": [p[..., 0] for p in PICTURES]}, ValueError, "frames must all have one shape"),
        ({"labels": LABELS[:3]}, ValueError, "labels must be 4 texts, one a frame, got 3"),
        ({"labels": "four"}, TypeError, "labels must be texts, one a frame, got 'four'"),
        ({"labels": range(4)}, TypeError, "labels must be texts, one a frame, got range"),
        ({"start": 4}, ValueError, "start must be an integer from 0 to 3, got 4"),
        ({"start": -1}, ValueError, "start must be an integer from 0 to 3, got -1"),
        ({"start": 1.0}, TypeError, "start must be an integer from 0 to 3, got 1.0"),
        ({"milliseconds": 0}, ValueError, "milliseconds must be an integer of 20 or more, got 0"),
    ],
)
def test_what_does_not_fit_is_a_clear_error(changed, error, told):
    with pytest.raises(error, match=f"^{told}"):
        frames(**changed)


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_pictures_without_words_are_an_error(alt):
    with pytest.raises(ValueError, match=f"^alt must say in words .*, got {re.escape(repr(alt))}$"):
        frames(alt=alt)
