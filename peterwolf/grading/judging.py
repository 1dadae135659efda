"""The rows of the report that one submission makes."""

import re
from importlib.util import find_spec
from typing import NamedTuple

from peterwolf import checks
from peterwolf.grading.desk import Desk, Setting
from peterwolf.grading.submissions import Submission

LONGEST_REASON = 400
NO_TORCH = "not graded: torch is missing"


class Row(NamedTuple):
    """One line of the report."""

    learner: str
    lesson: str
    exercise: str
    points: int
    of: int
    verdict: str
    reason: str
    isolation: str
    seed: int


def grade(submission: Submission, setting: Setting) -> list[Row]:
    """Return the rows of one submission, one an exercise, or one if it cannot be read."""
    isolation = "bubblewrap" if setting.isolated else "not isolated"
    if submission.lesson is None:
        row = ("", "", 0, 0, "unreadable", tidy(submission.fault), isolation, setting.seed)
        return [Row(submission.learner, *row)]
    desk, rows = Desk(submission, submission.lesson, setting), []
    try:
        for name in submission.lesson.exercises:
            of = checks.EXERCISES[name].points
            verdict, reason = _torch_is_missing(name) or desk.judged(name)
            points = of if verdict == "right" else 0
            row = (name, points, of, verdict, tidy(reason), isolation, setting.seed)
            rows.append(Row(submission.learner, submission.lesson.name, *row))
    finally:
        if desk.sandbox:
            desk.sandbox.close()
    return rows


def _torch_is_missing(name: str) -> tuple[str, str] | None:
    return ("not graded", NO_TORCH) if name[:2] == "13" and not find_spec("torch") else None


def tidy(text: str) -> str:
    """Return a text in one printable line that is the same in each run."""
    text = re.sub(r"0x[0-9a-fA-F]+", "0x...", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 3] + "..."
