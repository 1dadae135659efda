"""A steady beat from the event loop that runs already: a kernel's, between its messages."""

import asyncio
from collections.abc import Callable

LATEST = 0.1  # seconds of delay that are made up for


class Ticker:
    """Calls `tick()` every `period()` seconds, from `start` to `stop`.

    Both are called anew each time, so that the period may change meanwhile. A
    loop that was busy for a moment is caught up with; one that was busy for
    long is not, so that nothing rushes. Where no event loop runs nothing beats,
    and others must tick.
    """

    def __init__(self, tick: Callable[[], None], period: Callable[[], float]) -> None:
        self._tick, self._period = tick, period
        self._turn: object | None = None

    @property
    def beats(self) -> bool:
        """Whether it has been started and not been stopped."""
        return self._turn is not None

    def start(self) -> None:
        """Begin to beat, a period from now."""
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._turn = object()
        self._wait(loop, self._turn, loop.time())

    def stop(self) -> None:
        """Beat no more; also from within a tick, or from another thread."""
        self._turn = None

    def _wait(self, loop: asyncio.AbstractEventLoop, turn: object, last: float) -> None:
        due = max(last + self._period(), loop.time() - LATEST)
        loop.call_at(due, self._beat, loop, turn, due)

    def _beat(self, loop: asyncio.AbstractEventLoop, turn: object, due: float) -> None:
        if turn is self._turn:
            self._tick()
        if turn is self._turn:  # the tick may have been the last
            self._wait(loop, turn, due)
