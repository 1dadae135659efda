"""How a lesson's stored outputs are compared with those of a fresh run.

Everything is compared exactly, except for numbers to the right of a ≈ on their
line. Those may differ by as much as the cell's metadata allows:

    "tolerance": 0.2                                  20 % of the stored number
    "tolerance": {"relative": 0.1, "absolute": 3}     whichever allows more
    "tolerance": "clock"                              any number: it measures a clock

Without that entry, 10 % of the stored number. The words between the numbers
are compared exactly, the spaces between them are not. Progress bars don't count.

The learners' notebooks are run as if on an older processor, so that one run of
the suite tries two of them. NumPy picks the loops of `exp`, `log` and others by
what the processor can do, and they differ in the last digit.
"""

import contextlib
import copy
import os
import re

import pytest

from peterwolf.grading import release

SIGN = "≈"
RELATIVE = 0.1
HANGING = 600  # seconds until a kernel that says nothing counts as stuck; nbval's own are 5
NUMBER = re.compile(r"[-+−]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?")


def bounds(tolerance: object) -> tuple[float, float]:
    """Return the relative and the absolute difference that a cell's metadata allow."""
    match tolerance:
        case None:
            return RELATIVE, 0.0
        case "clock":
            return 0.0, float("inf")
        case bool():
            pass
        case int() | float() if 0 < tolerance < 1:
            return float(tolerance), 0.0
        case dict() if tolerance and tolerance.keys() <= {"relative", "absolute"}:
            relative, absolute = tolerance.get("relative", RELATIVE), tolerance.get("absolute", 0.0)
            if 0 <= relative < 1 and 0 <= absolute < float("inf"):
                return relative, absolute
    raise ValueError(
        "tolerance must be a share between 0 and 1, a dict with relative or absolute, "
        f"or 'clock', got {tolerance!r}"
    )


def differences(stored: str, fresh: str, tolerance: object = None) -> list[str]:
    """Return what differs by more than it may, in words; an empty list if nothing does."""
    relative, absolute = bounds(tolerance)
    before, after = stored.splitlines(), fresh.splitlines()
    if len(before) != len(after):
        return [f"{len(after)} lines instead of {len(before)}"]
    found = []
    for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        if words(old) != words(new):
            found.append(f"line {number}: {new!r} instead of {old!r}")
            continue
        for was, now in zip(numbers(old), numbers(new), strict=True):
            allowed = max(relative * abs(was), absolute)
            if abs(now - was) > allowed * (1 + 1e-9):  # 1.1 - 1.0 is a little more than 0.1
                found.append(f"line {number}: {now:g} is more than {allowed:.3g} away from {was:g}")
    return found


def words(line: str) -> list[str]:
    """Return the parts of a line that must be equal: all before the sign, and words after it."""
    exact, sign, rest = line.partition(SIGN)
    return [exact, sign, *("".join(part.split()) for part in NUMBER.split(rest))]


def numbers(line: str) -> list[float]:
    """Return the numbers to the right of the sign."""
    found = NUMBER.findall(line.partition(SIGN)[2])
    return [float(number.replace(",", "").replace("−", "-")) for number in found]


def texts(output: dict) -> dict[str, str]:
    """Return the parts of an output that are text, by the key under which they stand."""
    parts = dict(output.get("data", {}))
    if "text" in output:
        parts["text"] = output["text"]
    return {key: part for key, part in parts.items() if isinstance(part, str)}


def settled(fresh: list, stored: list, tolerance: object) -> tuple[list, list[str]]:
    """Return fresh outputs, with the stored text where that is near enough, and complaints.

    Progress bars are left out: only a slow machine shows them.
    """
    fresh = [copy.deepcopy(output) for output in fresh if not release.is_progress(output)]
    complaints = []
    for new, old in zip(fresh, stored, strict=False):
        known = texts(old)
        for key, text in texts(new).items():
            if SIGN in known.get(key, ""):
                wrong = differences(known[key], text, tolerance)
                complaints += wrong
                if not wrong:
                    (new if key == "text" else new["data"])[key] = known[key]
    return fresh, complaints


def older_processor() -> str:
    """Return what makes NumPy compute as it would on an older processor of this kind.

    That is one without AVX-512, where this one has it; if not, one with nothing
    beyond what every NumPy needs. Empty where NumPy has only that.
    """
    from numpy._core import _multiarray_umath as core

    used = [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]
    newest = [name for name in used if name.startswith(("AVX512", "X86_V4"))]
    return " ".join(newest or used)


@contextlib.contextmanager
def environment(**settings: str):
    """Set variables of the environment for a while."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                del os.environ[name]
            else:
                os.environ[name] = old


def is_cell(item: pytest.Item) -> bool:
    """Return whether a test is a notebook's cell."""
    return hasattr(item, "compare_outputs") and hasattr(item, "cell")


def pytest_collection_modifyitems(items):
    for item in filter(is_cell, items):
        exactly = item.compare_outputs

        def compare(fresh, stored, *more, item=item, exactly=exactly):
            near, complaints = settled(fresh, stored, item.cell.metadata.get("tolerance"))
            same = exactly(near, stored, *more)
            item.comparison_traceback += complaints
            return same

        item.compare_outputs = compare
        item.output_timeout = HANGING


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    older = older_processor()
    if not (older and is_cell(item) and item.path.parent.name == "notebooks"):
        return (yield)
    with environment(NPY_DISABLE_CPU_FEATURES=older):  # the first cell's set-up starts the kernel
        return (yield)
