"""The tutor inside the notebooks: a verdict and a hint at once. It is not the grade.

`check(name, answer)` prints a verdict, `require(name, answer)` raises for a
wrong answer (nbgrader's graded cells call it), `use(name, answer)` returns
what the lesson goes on with.
"""

from collections.abc import Callable
from typing import Any

from peterwolf.checks import (
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson10,
    lesson11,
    lesson12,
    lesson13,
    lesson14,
)
from peterwolf.checks.exercise import Exercise, WrongError

LESSONS = (
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson10,
    lesson11,
    lesson12,
    lesson13,
    lesson14,
)
EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise for lesson in LESSONS for exercise in lesson.EXERCISES
}


def check(name: str, answer: Any) -> None:
    """Print one line: right, or what is wrong and a hint with the section to reread.

    It is the tutor's word and not the grade. `name` is an exercise's grade id;
    an unknown one raises ValueError. Whatever `answer` does, nothing is raised
    and nothing else is printed: what takes longer than the exercise's time is
    stopped, or left behind where Python cannot stop it (`limits.within`). An
    answer that ends the process, as with `os._exit`, ends the kernel.
    """
    exercise = _exercise(name)
    fault = exercise.fault(answer)
    if fault is None:
        print(f"✓ {name}: right.")
    else:
        stop = "" if fault.endswith(("?", ".")) else "."
        print(f"✗ {name}: {fault}{stop} Hint: {exercise.hint}")


def require(name: str, answer: Any) -> None:
    """Raise AssertionError with the tutor's line if `answer` is wrong."""
    fault = _exercise(name).fault(answer)
    if fault is not None:
        raise WrongError(f"{name}: {fault}")


def use(name: str, answer: Any) -> Callable:
    """Return `answer` if it is right, else the package's own function; print which.

    Handed the package's own, as by a cell that is run twice, it says so again.
    """
    exercise = _exercise(name)
    theirs = answer is not exercise.reference and exercise.fault(answer) is None
    whose = "your function" if theirs else "the package's function until yours is right"
    print(f"{name}: the lesson goes on with {whose}.")
    return answer if theirs else exercise.reference


def _exercise(name: str) -> Exercise:
    if name not in EXERCISES:
        raise ValueError(f"name must be one of {', '.join(EXERCISES)}, got {name!r}")
    return EXERCISES[name]
