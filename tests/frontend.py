"""The page's side of a widget, for the tests: what it is shown, and what it tells."""

import cv2
import numpy as np


def pixels(data: bytes) -> np.ndarray:
    """Return the picture that PNG or JPEG bytes mean, uint8 (height, width, 3)."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def tell(widget, **content) -> None:
    """Let a page tell a widget, or the view itself, what happened in it."""
    told = {"kind": "events", "events": [content], "number": 1, "turn": 1, "view": "x"}
    getattr(widget, "screen", widget)._handle_custom_msg(told, [])


def press(widget, *keys: str) -> None:
    """Let the page tell that keys were pressed, one after the other."""
    for key in keys:
        tell(widget, kind="key", key=key)
        assert widget.screen.message == ""


def click(widget, x: int, y: int) -> None:
    """Let the page tell that a cell was clicked."""
    tell(widget, kind="click", cell=[x, y])
    assert widget.screen.message == ""
