"""What every widget leaves in a notebook: a live view, and a still picture with words."""

import base64

import gymnasium
import numpy as np
import pytest

from peterwolf import CLASSIC, Board, tabular, widgets
from peterwolf.widgets.base import cell_of
from peterwolf.widgets.view import MOST_BYTES, sent


def play() -> widgets.Play:
    return widgets.Play(gymnasium.make("peterwolf/Forage-v0", render_mode="rgb_array"), seed=0)


def frames() -> widgets.Frames:
    pictures = [np.full((6, 8, 3), shade, np.uint8) for shade in (0, 99)]
    return widgets.Frames(pictures, ["dark", "light"], "A patch of grey")


def stepper() -> widgets.Stepper:
    widget = widgets.Stepper(gymnasium.make("peterwolf/Hunt-v0"), rng=np.random.default_rng(0))
    widget.step()
    return widget


def scrubber() -> widgets.Scrubber:
    settings = {"episodes": 20, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3, "snapshots": 5}
    rng = np.random.default_rng(0)
    run = tabular.q_learning(gymnasium.make("peterwolf/Forage-v0"), rng=rng, **settings)
    return widgets.Scrubber(run, CLASSIC)


MAKERS = {
    "Play": play,
    "Frames": frames,
    "Stepper": stepper,
    "Scrubber": scrubber,
    "Editor": lambda: widgets.Editor(CLASSIC, episodes=20),
    "Knobs": lambda: widgets.Knobs(episodes=20),
}


@pytest.fixture(params=MAKERS)
def widget(request):
    made = MAKERS[request.param]()
    assert type(made).__name__ == request.param
    return made


def inside(widget):
    """Every part of a view."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def test_every_widget_is_held_to_these_rules():
    assert set(MAKERS) == set(widgets.__all__)


def test_a_notebook_gets_the_view_and_a_still_picture_with_alt_text(widget):
    data, metadata = widget._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == widget.still.data
    assert metadata["image/png"] == {"alt": widget.still.alt}
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == widget.view.model_id and view["version_major"] == 2
    assert widget.still.alt in data["text/plain"]


def test_the_view_shows_the_still_picture(widget):
    assert bytes(widget.screen.picture) == sent(widget.still).data
    assert len(widget.screen.picture) <= MOST_BYTES
    assert widget.screen in inside(widget.view)


def test_its_words_are_its_repr_and_are_in_the_alt_text(widget):
    assert repr(widget) == f"{type(widget).__name__}: {widget.say}"
    assert widget.say.split(" (")[0] in widget.still.alt and len(widget.still.alt) > 15


def test_every_knob_can_be_reached_with_the_keyboard(widget):
    parts = list(inside(widget.view))
    own = [part for part in parts if not part.__module__.startswith("ipywidgets.")]
    assert own == [widget.screen]  # core widgets are, and the view is in the order of Tab


@pytest.mark.parametrize(
    ("width", "height", "cell"), [(8, 8, 50), (2, 3, 50), (16, 9, 25), (10, 40, 10), (256, 256, 8)]
)
def test_a_board_leaves_room_beside_it(width, height, cell):
    assert cell_of(Board(np.zeros((width, height), int))) == cell
