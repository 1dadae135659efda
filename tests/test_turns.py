"""Events have their turns in the order of their page, whichever thread brings them."""

from functools import partial
from threading import Thread

import pytest

from peterwolf.widgets import event_queue as turns
from peterwolf.widgets.event_queue import PATIENCE, Turns


class Log:
    """Notes in `done` the numbers of the events that had their turn."""

    def __init__(self) -> None:
        self.turns, self.done = Turns(), []

    def take(self, *numbers: int, page: str = "one") -> None:
        for number in numbers:
            self.turns.take(page, number, partial(self.done.append, number))


@pytest.mark.parametrize("numbers", [(1, 2, 3, 4), (3, 1, 4, 2), (4, 3, 2, 1)])
def test_events_have_their_turns_by_number(numbers):
    log = Log()
    log.take(*numbers)
    assert log.done == [1, 2, 3, 4]


def test_an_event_waits_for_those_before_it():
    log = Log()
    log.take(1, 3)
    assert log.done == [1]
    log.take(2)
    assert log.done == [1, 2, 3]


def test_each_page_counts_for_itself():
    log = Log()
    log.take(2)
    log.take(1, page="other")
    assert log.done == [1]
    log.take(1)
    assert log.done == [1, 1, 2]


def test_nobody_waits_for_ever_for_an_event_that_was_lost(monkeypatch):
    log, now = Log(), [50.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    log.take(2, 3)
    now[0] += PATIENCE
    assert log.done == []
    log.take(5)
    assert log.done == [2, 3]
    log.take(1)
    assert log.done == [2, 3, 1]
    log.take(4)
    assert log.done == [2, 3, 1, 4, 5]


def test_an_event_that_is_interrupted_holds_up_nothing():
    log = Log()

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.turns.take("one", 1, interrupted)
    log.take(2)
    assert log.done == [2]


def test_threads_take_turns(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 1e9)  # however slow the machine
    log = Log()
    parts = [range(1 + k, 2001, 4) for k in range(4)]
    threads = [Thread(target=log.take, args=part) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.done == list(range(1, 2001))
