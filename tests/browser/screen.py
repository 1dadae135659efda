"""The board view in the page: acted on by key and click, read by its picture and its words."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import look
from lab import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from playwright.sync_api import Locator

ARROWS = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}  # their key codes
# Whether a picture stays where it is, in sight, while the page is painted ten times.
STANDS = """async image => {
    const place = () => JSON.stringify(image.getBoundingClientRect());
    const before = place();
    for (let k = 0; k < 10; k++) {
        await new Promise(requestAnimationFrame);
        if (place() !== before) return false;
    }
    const {x, y, width, height} = image.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === image;
}"""


class Screen:
    """The board view number `which` in what a cell shows."""

    def __init__(self, shown: Locator, which: int = 0) -> None:
        self.root = shown.locator(".peterwolf-view").nth(which)
        self.image = self.root.locator("img")

    def press(self, *keys: str) -> None:
        """Put the focus on the view and press keys, one after the other."""
        for key in keys:
            self.root.press(key)

    @contextmanager
    def holding(self, key: str) -> Iterator[Callable[[], None]]:
        """Hold an arrow key down as keyboards do; call what this gives for each repeat."""
        page, repeats = self.root.page, count()
        wire = page.context.new_cdp_session(page)
        named = {"key": key, "code": key, "windowsVirtualKeyCode": ARROWS[key]}

        def repeat() -> None:
            again = {"type": "rawKeyDown", "autoRepeat": next(repeats) > 0}
            wire.send("Input.dispatchKeyEvent", again | named)

        yield repeat
        wire.send("Input.dispatchKeyEvent", {"type": "keyUp"} | named)

    def begins(self) -> None:
        """Wait until the first picture is painted."""
        wait_until(lambda: self.painted > 0, "the first picture is painted")

    def place(self, x: int, y: int, columns: int = 8, rows: int = 8) -> tuple[float, float]:
        """Bring the view into sight, and return where the middle of a cell is on the page."""
        self.begins()

        def stands() -> bool:  # far down, the Lab lays cells out only when they come into sight
            self.image.scroll_into_view_if_needed()
            return self.image.evaluate(STANDS)

        wait_until(stands, "the view is in sight and stands still")
        box = self.image.bounding_box()
        wide, high = box["width"] / columns, box["height"] / rows
        return box["x"] + (x + 0.5) * wide, box["y"] + (y + 0.5) * high

    def click(self, x: int, y: int, columns: int = 8, rows: int = 8) -> None:
        """Click into the middle of a cell of a board, 8 x 8 unless told."""
        self.begins()
        box = self.image.bounding_box()
        at = {"x": (x + 0.5) * box["width"] / columns, "y": (y + 0.5) * box["height"] / rows}
        self.image.click(position=at)  # again, where the page moved away under the mouse

    def shows(self, expected: np.ndarray, tolerance: int = 0) -> None:
        """Wait until the picture is this one."""
        look.wait_for_picture(self.image, expected, tolerance)

    def settle(self) -> None:
        """Wait until the kernel has handled every event."""
        wait_until(lambda: self.seen == self.sent, "every event is answered")

    def _number(self, name: str) -> int:
        return int(self.root.get_attribute(f"data-{name}") or 0)

    @property
    def sent(self) -> int:
        """How many events went to the kernel."""
        return self._number("sent")

    @property
    def seen(self) -> int:
        """The number of the last event that the kernel has handled."""
        return self._number("seen")

    @property
    def painted(self) -> int:
        """The number of the picture painted last, 0 before the first."""
        return self._number("painted")

    @property
    def label(self) -> str:
        """What a screen reader says of the view."""
        return self.root.get_attribute("aria-label")

    @property
    def message(self) -> str:
        """The line across the picture, empty where there is none."""
        line = self.root.locator(".peterwolf-view-message")
        return line.inner_text() if line.is_visible() else ""

    @property
    def lost(self) -> bool:
        """Whether the view says that nobody answers."""
        return "peterwolf-view-lost" in self.root.get_attribute("class")
