"""Run an answer within its time, silently, and put back what it may have changed around it."""

import contextlib
import ctypes
import os
import random
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from peterwolf.kernels.locks import STOPPING, UNSTOPPABLE


class TooSlowError(BaseException):
    """An answer used up its time; no `except Exception` of the answer swallows it."""


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """Return `work()`, run in a thread of its own; raises TooSlowError where time ran out.

    A loop that is still running then, or when the kernel is interrupted, is
    stopped. What Python cannot stop, as a call of `time.sleep`, is left
    behind: `within` returns all the same, and the thread stays until its call
    returns or the kernel ends. No signals are used: this works on Windows and
    in a notebook.
    """
    results: list[Any] = []
    done = threading.Event()  # an interrupted Thread.join() forgets that its thread still runs

    def run() -> None:
        try:
            results.append(work())
        except TooSlowError:
            pass
        finally:
            done.set()

    thread = threading.Thread(target=run, daemon=True)
    with _undisturbed():
        try:
            thread.start()
            done.wait(seconds)
        finally:
            _stop(thread, done)
    if not results:
        raise TooSlowError
    return results[0]


def _stop(thread: threading.Thread, done: threading.Event) -> None:
    """Raise TooSlowError in a thread, for a second at most, until it is done.

    An import is waited for, ten seconds at most: one that is cut short cannot be repeated.
    """
    stop, tries = ctypes.py_object(TooSlowError), 20
    for _ in range(200):
        with STOPPING, UNSTOPPABLE:
            if done.is_set() or thread.ident is None or tries == 0:
                return
            if not _imports(thread.ident):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), stop)
                tries -= 1
        done.wait(0.05)


def _imports(thread: int) -> bool:
    """Return whether a thread is inside an import."""
    frame = sys._current_frames().get(thread)
    while frame is not None and frame.f_code.co_filename != "<frozen importlib._bootstrap>":
        frame = frame.f_back
    return frame is not None


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Show nothing of what is printed; put back folder, global chance, filters and hook."""
    states, hook = (random.getstate(), np.random.get_state()), sys.unraisablehook
    # Stopped inside a finalizer, an answer would have the stop itself told as an error.
    sys.unraisablehook = lambda told: None if told.exc_type is TooSlowError else hook(told)
    with (
        contextlib.chdir(os.curdir),
        warnings.catch_warnings(),
        Path(os.devnull).open("w", encoding="utf-8", errors="replace") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        try:
            yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])
            sys.unraisablehook = hook
