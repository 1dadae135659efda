"""What is seen in the page, as numbers: pixels of pictures, places, colors of text."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from lab import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

SCREENSHOTS = Path(__file__).parent / "screenshots"
SQUARE, ROUGH = 25, 6.0  # pixels; what few colors or a JPEG may change in a square
READABLE = 4.5  # contrast of text with its background: WCAG's level AA
# An <img> as it is painted now; no fetch, since the next picture may have taken its place.
PAINTED = """image => {
    if (!image.complete || !image.naturalWidth) return null;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
}"""
# All that can be read, without what only a screen reader tells.
WORDS = """root => [...root.querySelectorAll('[aria-live]')].reduce(
    (words, news) => words.replace(news.innerText, ''), root.innerText)"""
# Of each visible text: what it says, its color, and the first background that is not see-through.
TEXTS = """root => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim(), own = walker.currentNode.parentElement;
        const hidden = !own.checkVisibility({visibilityProperty: true, opacityProperty: true});
        if (!text || hidden || own.closest('style, title, [aria-live], :disabled')) continue;
        const style = getComputedStyle(own);
        let behind = own, ground = 'rgba(0, 0, 0, 0)';
        for (; behind && /, 0\\)$/.test(ground); behind = behind.parentElement)
            ground = getComputedStyle(behind).backgroundColor;
        found.push([text, own.ownerSVGElement ? style.fill : style.color, ground]);
    }
    return found;
}"""
# What must be scrolled sideways to be seen wholly, and what reaches out of the output area.
CUT_OFF = """root => {
    const right = root.getBoundingClientRect().right + 1, found = [];
    for (const part of [root, ...root.querySelectorAll('*')]) {
        const scrolls = /auto|scroll/.test(getComputedStyle(part).overflowX);
        const out = part.getBoundingClientRect().right > right;
        if (out || (scrolls && part.scrollWidth > part.clientWidth + 1))
            found.push(part.tagName + '.' + part.className);
    }
    return found;
}"""


def pixels(image: Locator) -> np.ndarray:
    """Return the picture that an <img> shows, uint8 (height, width, 3)."""
    painted = []

    def is_painted() -> bool:
        painted[:] = [image.evaluate(PAINTED)]
        return painted[0] is not None

    wait_until(is_painted, "a picture is painted")
    return decoded(base64.b64decode(painted[0]))


def decoded(data: bytes) -> np.ndarray:
    """Return the picture that PNG or JPEG bytes mean, uint8 (height, width, 3)."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def difference(shown: np.ndarray, expected: np.ndarray) -> float:
    """Return the mean difference of pixels where it is largest, in a square of 25 x 25 pixels.

    256 for pictures of different sizes; 0 for no others than equal ones.
    """
    if shown.shape != expected.shape:
        return 256.0
    apart = np.abs(shown.astype(int) - expected).mean(axis=2)
    height, width = (-length % SQUARE for length in apart.shape)
    apart = np.pad(apart, ((0, height), (0, width)))
    squares = apart.reshape(len(apart) // SQUARE, SQUARE, -1, SQUARE)
    return float(squares.mean(axis=(1, 3)).max())


def wait_for_picture(image: Locator, expected: np.ndarray, tolerance: float = 0) -> None:
    """Wait until an <img> shows these pixels; `ROUGH` tolerates few colors, or a JPEG."""
    latest = [256.0]

    def shown() -> bool:
        latest[0] = difference(pixels(image), expected)
        return latest[0] <= tolerance

    try:
        wait_until(shown, "the picture is as expected")
    except AssertionError:
        raise AssertionError(
            f"the picture is another: somewhere it differs by {latest[0]:.1f} (256: another size)"
        ) from None


def contrasts(root: Locator) -> dict[str, float]:
    """Return the contrast of each visible text with what lies behind it, from 1 to 21."""
    return {
        text: _contrast(_rgb(color), _rgb(ground)) for text, color, ground in root.evaluate(TEXTS)
    }


def unreadable(root: Locator) -> dict[str, float]:
    """Return the texts whose contrast is below WCAG's 4.5; raises where there is no text."""
    found = contrasts(root)
    assert found, "no text is visible"
    return {text: contrast for text, contrast in found.items() if contrast < READABLE}


def keep(shown: Locator, name: str) -> None:
    """Take a screenshot, to be looked at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    shown.screenshot(path=SCREENSHOTS / f"{name}.png")


def looks_well(shown: Locator, name: str) -> None:
    """Take a screenshot; then all text must be readable, and nothing be cut off."""
    keep(shown, name)
    assert unreadable(shown) == {}
    assert cut_off(shown) == []


def cut_off(root: Locator) -> list[str]:
    """Return the parts that do not fit into the width of `root`."""
    return root.evaluate(CUT_OFF)


def words(root: Locator) -> str:
    """Return all that can be read."""
    return root.evaluate(WORDS)


def wait_for_text(root: Locator, *texts: str) -> None:
    """Wait until all these texts can be read, one after the other."""
    for text in texts:
        wait_until(lambda text=text: text in words(root), f"{text!r} is told")


def _rgb(color: str) -> np.ndarray:
    """Return a computed color, "rgb(1, 2, 3)", as numbers from 0 to 1."""
    return np.array([float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3]]) / 255


def _contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Return WCAG's ratio of the luminances of two colors."""
    lights = sorted(_luminance(color) + 0.05 for color in (one, other))
    return lights[1] / lights[0]


def _luminance(color: np.ndarray) -> float:
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
