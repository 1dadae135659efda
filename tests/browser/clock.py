"""How fast the page answers: times taken in the page itself, and limits for a machine at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import psutil
from lab import wait_until
from look import SCREENSHOTS

if TYPE_CHECKING:
    from screen import Screen

FIGURES = SCREENSHOTS / "figures.txt"
BUSY, LEEWAY = 20.0, 10.0  # percent of the CPUs in others' use; how much later all may then come
# Notes in window.notes: when keys and clicks were made, when events were sent and seen, and when
# which picture stood on the screen, in milliseconds; how large the pictures were; what moved.
RECORDER = """root => {
    const notes = window.notes = {acts: [], sent: [], seen: [], painted: [], bytes: [], moved: []};
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
    const create = URL.createObjectURL;
    URL.createObjectURL = blob => { notes.bytes.push(blob.size); return create(blob); };
    new PerformanceObserver(list => {
        for (const shift of list.getEntries())
            for (const source of shift.sources)
                if (source.node?.parentElement?.closest('.jp-Notebook'))
                    notes.moved.push([shift.value, source.node.className ?? source.node.nodeName]);
    }).observe({type: 'layout-shift', buffered: false});
}"""


class Clock:
    """Notes of what a view does from now on; one a page."""

    def __init__(self, screen: Screen) -> None:
        self.page, self.screen = screen.root.page, screen
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


def others_busy() -> bool:
    """Return whether something else uses the CPUs just now; what is measured must rest."""
    return psutil.cpu_percent(interval=1.0) > BUSY


def leeway(measure):
    """Return what `measure()` returns, and the factor by which its limits must be stretched."""
    before = others_busy()
    measured = measure()
    return measured, LEEWAY if before or others_busy() else 1.0


def report(what: str, figures: str, factor: float) -> None:
    """Print figures, and keep them where the screenshots are."""
    line = f"{what}: {figures}{'' if factor == 1 else ' (on a busy machine)'}"
    print(line)
    SCREENSHOTS.mkdir(exist_ok=True)
    with FIGURES.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def rest(screen: Screen) -> None:
    """Wait until the page has shown all that the kernel sends."""
    before = [-1]

    def quiet() -> bool:
        same, before[0] = screen.painted == before[0], screen.painted
        screen.root.page.wait_for_timeout(200)
        return same and screen.seen == screen.sent

    wait_until(quiet, "the page rests")
