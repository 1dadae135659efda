"""One message of events at a time, in the order in which a page sent them."""

import time
from collections.abc import Callable
from threading import RLock

PATIENCE = 1.0  # seconds that a message waits for earlier ones, which may have been lost


class Turns:
    """Puts into a row what several threads bring.

    JupyterLab sends what widgets report to a thread of the kernel that only
    they use, but the first messages, until that thread is there, to the main
    one: both bring messages at the same time, and later ones first.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self._due: dict[str, int] = {}
        self._early: dict[str, dict[int, tuple[float, Callable[[], None]]]] = {}

    def take(self, page: str, number: int, act: Callable[[], None]) -> None:
        """Call `act` for message `number` of a page, from 1, once those before it had theirs."""
        with self.lock:
            early, now = self._early.setdefault(page, {}), time.monotonic()
            early[number] = now, act
            while early:
                first, due = min(early), self._due.get(page, 1)
                if first > due and now - early[first][0] < PATIENCE:
                    return
                self._due[page] = max(due, first + 1)  # now: what is interrupted holds up nothing
                early.pop(first)[1]()
