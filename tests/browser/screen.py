"""The board view in the page: acted on by key and click, read by its picture and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import look
from lab import wait_until

if TYPE_CHECKING:
    import numpy as np
    from playwright.sync_api import Locator


class Screen:
    """The board view number `which` in what a cell shows."""

    def __init__(self, shown: Locator, which: int = 0) -> None:
        self.root = shown.locator(".peterwolf-view").nth(which)
        self.image = self.root.locator("img")

    def press(self, *keys: str) -> None:
        """Put the focus on the view and press keys, one after the other."""
        for key in keys:
            self.root.press(key)

    def place(self, x: int, y: int, columns: int = 8, rows: int = 8) -> tuple[float, float]:
        """Bring the view into sight, and return where the middle of a cell is on the page."""
        boxes = [None]

        def stands() -> bool:  # far down, the Lab lays cells out only when they come into sight
            self.image.scroll_into_view_if_needed()
            boxes.append(self.image.bounding_box())
            self.root.page.wait_for_timeout(50)
            return boxes[-1] == boxes[-2]

        wait_until(stands, "the view is in sight")
        box = boxes[-1]
        wide, high = box["width"] / columns, box["height"] / rows
        return box["x"] + (x + 0.5) * wide, box["y"] + (y + 0.5) * high

    def click(self, x: int, y: int, **board: int) -> None:
        """Click into the middle of a cell of a board, 8 x 8 unless told."""
        self.root.page.mouse.click(*self.place(x, y, **board))

    def shows(self, expected: np.ndarray, tolerance: int = 0) -> None:
        """Wait until the picture is this one."""
        look.wait_for_picture(self.image, expected, tolerance)

    def settle(self) -> None:
        """Wait until the kernel has handled every event."""
        wait_until(lambda: self.seen == self.sent, "every event is answered", look.SOON)

    def _number(self, name: str) -> int:
        return int(self.root.get_attribute(f"data-{name}"))

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
        """The number of the picture painted last."""
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
