"""How fast the page answers: times taken in the page itself. Only tests of speed need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from lab import wait_until
from look import SCREENSHOTS

if TYPE_CHECKING:
    from screen import Screen

FIGURES = SCREENSHOTS / "figures.txt"
# Notes in window.notes: when keys and clicks were made, when events were sent and seen, and when
# which picture stood on the screen, in milliseconds.
RECORDER = """root => {
    const notes = window.notes = {acts: [], sent: [], seen: [], painted: []};
    for (const kind of ['keydown', 'pointerdown'])
        window.addEventListener(kind, event => notes.acts.push(event.timeStamp), true);
    const last = {...root.dataset};
    new MutationObserver(() => {
        for (const name of ['sent', 'seen', 'painted']) {
            const value = root.dataset[name];
            if (value === last[name]) continue;
            last[name] = value;
            const note = () => notes[name].push([Number(value), performance.now()]);
            if (name === 'painted') requestAnimationFrame(() => setTimeout(note)); else note();
        }
    }).observe(root, {attributes: true});
}"""


class Clock:
    """Notes of what a view does from now on; one a page."""

    def __init__(self, screen: Screen) -> None:
        self.page, self.screen = screen.root.page, screen
        rest(screen)
        screen.root.evaluate(RECORDER)

    def notes(self) -> dict[str, list]:
        """Return all notes so far."""
        return self.page.evaluate("window.notes")

    def answer(self, act) -> float:
        """Return the milliseconds from an act to the next picture on the screen."""
        painted = self.page.evaluate("notes.painted.length")
        act()
        self.page.wait_for_function("count => notes.painted.length > count", arg=painted)
        notes = self.notes()
        return notes["painted"][-1][1] - notes["acts"][-1]

    def lags(self) -> np.ndarray:
        """Return for each event sent the milliseconds until the kernel had handled it."""
        notes = self.notes()
        seen = iter(notes["seen"])
        number, at = next(seen)
        lags = []
        for event, sent in notes["sent"]:
            while number < event:
                number, at = next(seen)
            lags.append(at - sent)
        return np.array(lags)


def report(what: str, figures: str) -> None:
    """Print figures, and keep them where the screenshots are."""
    line = f"{what}: {figures}"
    print(line)
    SCREENSHOTS.mkdir(exist_ok=True)
    with FIGURES.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def rest(screen: Screen) -> None:
    """Wait until the page has painted nothing new for a while, with every event answered."""
    before = [-1]

    def quiet() -> bool:
        same, before[0] = screen.painted == before[0], screen.painted
        screen.root.page.wait_for_timeout(200)
        return same and screen.seen == screen.sent

    wait_until(quiet, "the page rests")
