"""A progress bar that appears on long runs only."""

import time
from typing import Any

from peterwolf import arguments

PATIENCE = 5.0  # seconds before a bar appears that nobody asked for


class Bar:
    """Counts episodes; with a bar at once (True), never (False), or after five seconds (None).

    The five seconds begin with the first count: to load an engine is no work.
    The bar is tqdm's, in its notebook form where there is a notebook, and
    leaves nothing behind when it is closed. `unit` names what is counted.
    Raises ValueError for a `shown` of another kind.
    """

    def __init__(self, episodes: int, shown: bool | None = None, unit: str = "episode") -> None:
        self.episodes, self.unit = episodes, unit
        self.done = 0
        self._shown = arguments.one_of("progress", shown, (None, True, False))
        self._begin: float | None = None
        self._drawn: Any = None
        if shown:
            self._draw()

    def _draw(self) -> None:
        from tqdm.auto import tqdm  # imports ipywidgets, which short runs do not need

        self._drawn = tqdm(total=self.episodes, initial=self.done, unit=self.unit, leave=False)

    def advance(self, count: int = 1) -> None:
        """Count some more as done."""
        self.done += count
        if self._drawn is not None:
            self._drawn.update(count)
        elif self._shown is None:
            now = time.monotonic()
            self._begin = now if self._begin is None else self._begin
            if now - self._begin > PATIENCE:
                self._draw()

    def close(self) -> None:
        """Take the bar away, if there is one."""
        if self._drawn is not None:
            self._drawn.close()
