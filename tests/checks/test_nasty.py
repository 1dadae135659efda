"""Whatever an answer does, `check` prints one line and leaves the kernel as it was."""

import contextlib
import dataclasses
import os
import random
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from answers13 import torch  # an import that is cut short cannot be repeated
from misbehaving import raising, returning
from patience import give_time

from peterwolf import checks
from peterwolf.checks import limits
from peterwolf.checks.limits import TooSlowError, within
from peterwolf.kernels import jit

WITHOUT_TORCH = pytest.mark.skipif(torch is None, reason="PyTorch is missing")
every_exercise = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[WITHOUT_TORCH] if name.startswith("13") else [])
        for name in checks.EXERCISES
    ],
)


class Liar:
    """A value whose every property is an error, or a lie."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __bool__(self):
        raise ValueError("neither")

    def __len__(self):
        return -1

    def __iter__(self):
        raise ZeroDivisionError

    def __float__(self):
        raise SystemExit

    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt

    def __repr__(self):
        raise SystemExit("no text")


class LeavingError(Exception):
    """An error whose text leaves the kernel."""

    def __str__(self):
        raise SystemExit


class ManyLinesError(checks.WrongError):
    """The tutor's own kind of error, with many lines."""

    def __str__(self):
        return "one\ntwo\r\n\n✓ three" * 10


def recursion(*args, **kwargs):
    return recursion(*args, **kwargs)


def generator(*args, **kwargs):
    yield 0
    yield from generator()


def printing(*args, **kwargs):
    for stream in (sys.stdout, sys.stderr):
        print("long \ud800" * 100_000, file=stream, flush=True)
    return 0


def moving(*args, **kwargs):
    os.chdir(os.sep)
    return 0


def seeding(*args, **kwargs):
    np.random.seed(0)
    random.seed(0)
    return np.random.random()


def warning(*args, **kwargs):
    warnings.simplefilter("ignore")
    warnings.warn("look", stacklevel=1)
    return 0


def silencing(*args, **kwargs):
    sys.stdout.close()
    sys.stdout = sys.stderr = None
    return 0


def spoiling(*args, **kwargs):
    """Change all that is given, as far as it can be changed."""
    for given in args:
        for change in (
            lambda given=given: given.fill(7),
            lambda given=given: given.clear(),
            lambda given=given: setattr(given, "parameters", None),
            lambda given=given: setattr(given, "shape", (-1,)),
            lambda given=given: given.close(),
        ):
            with contextlib.suppress(Exception):
                change()
    return 0


def endless(*args, **kwargs):
    while True:
        pass


def endless_text(*args, **kwargs):
    class Slow:
        def __repr__(self):
            return endless()

    return Slow()


ZOO = {
    "returns nothing": returning(None),
    "nan": returning(float("nan")),
    "minus infinity": returning(-np.inf),
    "complex": returning(1 + 2j),
    "a text": returning("3.5"),
    "bytes": returning(b"\x00"),
    "True": returning(True),
    "numpy's bool": returning(np.True_),
    "numpy's int": returning(np.int8(1)),
    "numpy's nan": returning(np.float32("nan")),
    "an array without axes": returning(np.array(1.0)),
    "an array of objects": returning(np.array([None, "a"], dtype=object)),
    "an array of nan": returning(np.full((4, 4), np.nan)),
    "a huge array": returning(np.zeros((1000, 1000))),
    "a huge int": returning(10**5000),
    "a dict": returning({"a": {}}),
    "tuples in tuples": returning(((((),), ()), ())),
    "a pair of nan": returning((float("nan"), float("nan"))),
    "a triple of nothing": returning((None, None, None)),
    "itself": lambda *args, **kwargs: recursion,
    "a class": returning(type),
    "a liar": returning(Liar()),
    "a list of liars": returning([Liar(), Liar()]),
    "a pair of liars": returning((Liar(), Liar())),
    "a generator": generator,
    "no function, a liar": Liar(),
    "leaves": lambda *args, **kwargs: sys.exit(1),
    "interrupts": raising(KeyboardInterrupt()),
    "stops": raising(StopIteration()),
    "ends a generator": raising(GeneratorExit()),
    "has no memory": raising(MemoryError()),
    "an error that leaves": raising(LeavingError()),
    "the tutor's error in many lines": raising(ManyLinesError()),
    "recursion": recursion,
    "prints much": printing,
    "changes the folder": moving,
    "seeds what all share": seeding,
    "warns": warning,
    "closes what it prints to": silencing,
    "spoils what it is given": spoiling,
    "endless": endless,
    "a text without an end": endless_text,
}


# Seconds for those that would take long; whether they are stopped or judged, they are wrong.
SHORT = {"endless": 0.05, "a text without an end": 0.05, "prints much": 1.0}


def surroundings() -> tuple:
    state = np.random.get_state()
    return (
        Path.cwd(),
        random.getstate(),
        state[1].tobytes(),
        state[2:],
        list(warnings.filters),
        sys.stdout,
        sys.stderr,
        np.geterr(),
        sys.getrecursionlimit(),
    )


@every_exercise
@pytest.mark.parametrize("kind", ZOO)
def test_check_prints_one_line_and_leaves_all_as_it_was(name, kind, capsys, monkeypatch):
    give_time(monkeypatch)
    if kind in SHORT:
        exercise = dataclasses.replace(checks.EXERCISES[name], seconds=SHORT[kind])
        monkeypatch.setitem(checks.EXERCISES, name, exercise)
    before = surroundings()
    try:
        checks.check(name, ZOO[kind])
    except BaseException as error:
        pytest.fail(f"{error!r} came through", pytrace=False)
    assert surroundings() == before
    shown = capsys.readouterr()
    assert shown.err == "" and shown.out.count("\n") == 1
    assert shown.out.startswith(f"✗ {name}: ") and len(shown.out) < 800


@pytest.mark.parametrize("name", ["01_discounted_return", "03_train", "06_make_corridor_env"])
def test_a_call_that_nothing_stops_does_not_make_check_hang(name, capsys, monkeypatch):
    exercise = dataclasses.replace(checks.EXERCISES[name], seconds=0.2)
    monkeypatch.setitem(checks.EXERCISES, name, exercise)
    over, came_back = threading.Event(), []
    try:
        # Waiting for a lock cannot be stopped. Five minutes are an eternity to the tutor.
        checks.check(name, lambda *args, **kwargs: over.wait(300) or came_back.append(name))
        assert came_back == []
        assert "no answer within 0.2 seconds" in capsys.readouterr().out
        assert any(thread.daemon for thread in threading.enumerate())  # it holds no kernel
    finally:
        over.set()


@pytest.fixture
def at_work(monkeypatch) -> tuple[threading.Event, threading.Event]:
    """Two events: set the first, and the stop comes, after which the second is set.

    So it comes in the middle of the work, however busy the machine is.
    """
    begun, comes, stop = threading.Event(), threading.Event(), limits._stop

    def stop_in_its_middle(thread, done):
        assert begun.wait(300)  # guards only against hanging
        comes.set()
        stop(thread, done)

    monkeypatch.setattr(limits, "_stop", stop_in_its_middle)
    return begun, comes


def test_no_stop_falls_into_numbas_way_in(at_work):
    """Where one does, numba's lock may stay closed for ever."""
    (begun, comes), went_through = at_work, []

    def work():
        begun.set()
        comes.wait()
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            pass
        went_through.append(True)

    with pytest.raises(TooSlowError):
        within(0.05, lambda: [jit.call(lambda: work) for _ in range(1000)])
    assert went_through == [True]


def test_no_stop_falls_into_an_import(at_work, tmp_path, monkeypatch):
    """A package that is cut short there, as PyTorch's, cannot be imported again."""
    monkeypatch.setattr(sys, "at_work", at_work, raising=False)
    text = "import sys, time\nsys.at_work[0].set()\nsys.at_work[1].wait()\n"
    text += "end = time.monotonic() + 0.3\nwhile time.monotonic() < end:\n    pass\n"
    (tmp_path / "imported_slowly.py").write_text(text + "whole = True\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def work():
        import imported_slowly  # noqa: F401

        endless()

    with pytest.raises(TooSlowError):
        within(0.05, work)
    assert sys.modules.pop("imported_slowly").whole


def test_a_stop_inside_a_finalizer_is_not_told_as_an_error(capsys, monkeypatch):
    class Clinging:
        def __del__(self):
            end = time.monotonic() + 5
            while time.monotonic() < end:
                pass

    exercise = dataclasses.replace(checks.EXERCISES["01_discounted_return"], seconds=0.2)
    monkeypatch.setitem(checks.EXERCISES, exercise.name, exercise)
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    checks.check(exercise.name, lambda *args: Clinging() and None)
    assert told == [] and capsys.readouterr().err == ""
