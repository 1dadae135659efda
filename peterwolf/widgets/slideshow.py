"""A slider through pictures, with a button that plays them: what Frames and Scrubber share."""

import ipywidgets

from peterwolf import arguments
from peterwolf.drawing import animation
from peterwolf.widgets.base import Still, paragraphs
from peterwolf.widgets.view import View

FASTEST = 20  # milliseconds a picture
STEPS = {"ArrowLeft": -1, "ArrowRight": 1}
PLAYS = " "
HINT = "Keys on the picture: ← and → step, Home and End jump, Space plays."


class Slides(Still):
    """Pictures behind a slider; a subclass says which picture and which line belong to `k`.

    Raises TypeError or ValueError for a `start` that is not from 0 to
    `count` - 1 (None means the last) and for less than 20 `milliseconds`.
    """

    def __init__(self, count: int, start: int | None, milliseconds: int) -> None:
        last = count - 1
        start = last if start is None else arguments.integer("start", start, 0, last)
        arguments.integer("milliseconds", milliseconds, FASTEST)
        self.screen = View(keys=[*STEPS, "Home", "End", PLAYS])
        self.screen.on_key = self._key
        self._line = ipywidgets.Label()
        self.slider = ipywidgets.IntSlider(start, 0, last, readout=False)
        self.player = ipywidgets.Play(
            value=start, min=0, max=last, interval=milliseconds, disabled=last == 0
        )
        ipywidgets.link((self.player, "value"), (self.slider, "value"))
        self.slider.observe(lambda change: self._show(), "value")
        controls = ipywidgets.HBox([self.player, self.slider, self._line])
        hint = ipywidgets.HTML(paragraphs(HINT))
        self.view = ipywidgets.VBox([self._pictured(), controls, hint])
        self._show()

    def _pictured(self) -> ipywidgets.Widget:
        """Return what stands above the slider."""
        return self.screen

    def _key(self, key: str) -> None:
        if key == PLAYS:
            self._play_or_pause()
            return
        last = self.slider.max
        k = {"Home": 0, "End": last}.get(key, self.slider.value + STEPS.get(key, 0))
        self.slider.value = min(max(k, 0), last)
        self.screen.news = self.label

    def _play_or_pause(self) -> None:
        """Let the player run, from the first picture where it stands at the last, or stop it."""
        runs = "playing" if self.player.has_trait("playing") else "_playing"  # ipywidgets 7
        plays = getattr(self.player, runs)
        if not plays and self.slider.value == self.slider.max:
            self.slider.value = 0
        setattr(self.player, runs, not plays)

    def _picture(self, k: int) -> animation.Picture:
        """Return picture number `k`."""
        raise NotImplementedError

    def _label(self, k: int) -> str:
        """Return the line beside the slider when it stands at `k`."""
        raise NotImplementedError

    def _said(self) -> str:
        """Return the line beside the slider, and which picture of how many it belongs to."""
        return f"{self.label} ({self.slider.value + 1} of {len(self)})"

    def _show(self) -> None:
        self.say = self._said()
        self._present(self._picture(self.slider.value))
        self._line.value = self.label

    @property
    def label(self) -> str:
        """The line beside the slider."""
        return self._label(self.slider.value)

    def __len__(self) -> int:
        return self.slider.max + 1
