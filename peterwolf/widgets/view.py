"""The board view: a picture in the page that reports keys, clicks and drags."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import anywidget
import ipywidgets
import traitlets

from peterwolf.drawing import animation
from peterwolf.widgets.event_queue import Turns

HERE = Path(__file__)
MOST_BYTES = 50_000  # of a picture as it goes to the page
MOST_BEHIND, LONGEST = 2, 0.5  # pictures sent and not yet painted; seconds to wait for them


class View(anywidget.AnyWidget):
    """A picture that listens: `show(picture)` changes it, `on_...` are told what a hand did.

    `width` is that of the picture on the page in CSS pixels, None for its own,
    `cells` how many cells it has, (columns, rows), (0, 0) for none. `keys` are
    the names of the keys it takes while it has the focus, as browsers name
    them ("ArrowUp", "a", " "); with `holds` it also tells when they are let
    go, and leaves out their repeats. With `drags` cells are told while the
    pointer is down.

    Set `on_key(key)`, `on_release(key)`, `on_click(x, y)`, `on_drag(x, y)` and
    `on_drop()` to be told. What one of them raises is shown in `message`, a
    line across the picture. `label` tells a screen reader what is seen, `news`
    what has just happened. Events that follow quickly come together, and the
    page is told once what came of them: of this view and of those `beside` it.
    """

    _esm = HERE.with_suffix(".js")
    _css = HERE.with_suffix(".css")
    picture = traitlets.Bytes().tag(sync=True)
    mime = traitlets.Unicode("image/png").tag(sync=True)
    number = traitlets.Int(0).tag(sync=True)
    size = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)
    cells = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)
    takes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    holds = traitlets.Bool(False).tag(sync=True)
    drags = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    news = traitlets.Unicode("").tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        *,
        width: int | None = None,
        cells: tuple[int, int] = (0, 0),
        keys: Sequence[str] = (),
        holds: bool = False,
        drags: bool = False,
    ) -> None:
        super().__init__(cells=cells, takes=list(keys), holds=holds, drags=drags)
        self.on_key: Callable[[str], None] = _nothing
        self.on_release: Callable[[str], None] = _nothing
        self.on_click: Callable[[int, int], None] = _nothing
        self.on_drag: Callable[[int, int], None] = _nothing
        self.on_drop: Callable[[], None] = _nothing
        self._width, self._painted, self._shown = width, 0, 0.0
        self.beside: Sequence[ipywidgets.Widget] = ()
        self._turns = Turns()
        self.on_msg(self._told)

    def show(self, picture: animation.Picture, *, hurried: bool = False) -> None:
        """Send a picture to the page, and its alt text as the label.

        A `hurried` one is left out where the page has not painted the last ones;
        one of more than 50 kB goes with fewer colours.
        """
        if hurried and self.behind:
            return
        self._shown = time.monotonic()
        picture = sent(picture)
        width, height = picture.size
        wide = self._width or width
        with self.hold_sync():
            self.size = wide, round(height * wide / width)
            self.picture, self.mime, self.label = picture.data, picture.mime, picture.alt
            self.number += 1

    @property
    def behind(self) -> bool:
        """Whether the page still paints; one that is silent for long is not waited for."""
        waits = time.monotonic() - self._shown < LONGEST
        return waits and self.number - self._painted > MOST_BEHIND

    def _told(self, _: Any, content: Any, buffers: Any = None) -> None:
        """Do what a message from the page asks for, in its turn; others are left alone."""
        if not isinstance(content, dict):
            return
        if content.get("kind") == "painted" and isinstance(content.get("picture"), int):
            self._painted = max(self._painted, content["picture"])
            return
        page, turn = content.get("view"), content.get("turn")
        if type(page) is str and type(turn) is int and isinstance(content.get("events"), list):
            self._turns.take(page, turn, partial(self._answer, content))

    def _answer(self, content: dict[str, Any]) -> None:
        """Do what events ask for, and tell their page."""
        try:
            with ExitStack() as stack:
                for widget in (self, *self.beside):
                    stack.enter_context(widget.hold_sync())
                for event in content["events"]:
                    self.attempt(self._act, event)
        finally:
            self.send({"seen": content.get("number"), "view": content["view"]})

    def attempt(self, act: Callable[..., None], *given: Any) -> bool:
        """Call `act`, as for a button, while no other thread acts.

        Say in `message` what it raises, and return whether it raised nothing.
        """
        with self._turns.lock:
            try:
                act(*given)
                self.message = ""
            except Exception as error:  # the page says it; a traceback would land in another cell
                self.message = f"This does not go on: {type(error).__name__}: {error}"
            return self.message == ""

    def take_focus(self) -> None:
        """Ask the page to send keys here from now on, as after a click on a button beside it."""
        self.send({"focus": True})

    def _act(self, event: Any) -> None:
        if not isinstance(event, dict):
            return
        kind, key, cell = (event.get(name) for name in ("kind", "key", "cell"))
        if kind in ("key", "release") and key in self.takes:
            (self.on_key if kind == "key" else self.on_release)(key)
        elif kind in ("click", "drag") and self._is_cell(cell):
            (self.on_click if kind == "click" else self.on_drag)(*cell)
        elif kind == "drop":
            self.on_drop()

    def _is_cell(self, cell: Any) -> TypeGuard[list[int]]:
        """Return whether a page told a cell of this picture."""
        return (
            isinstance(cell, list)
            and [type(each) for each in cell] == [int, int]
            and all(0 <= each < most for each, most in zip(cell, self.cells, strict=True))
        )


def sent(picture: animation.Picture) -> animation.Picture:
    """Return a picture as it goes to the page: with fewer colours where it has over 50 kB."""
    return picture if len(picture.data) <= MOST_BYTES else animation.lighter(picture)


def _nothing(*_: Any) -> None:
    """Stand where nobody wants to be told."""
