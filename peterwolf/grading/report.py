"""What a run leaves: rows of each submission, as a CSV, a page of feedback a learner, a summary."""

import csv
import html
import io
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from peterwolf import checks, files
from peterwolf.grading.grader import Desk, Setting
from peterwolf.grading.submissions import Submission

LONGEST_REASON = 400
NO_TORCH = "not graded: torch is missing"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work out what begins so
SIGNS = {"right": "✓", "not graded": "–"}
STYLE = """\
:root { color-scheme: light dark; --soft: #666; --right: #1a6b34; --wrong: #a1260d; }
@media (prefers-color-scheme: dark) { :root { --soft: #aaa; --right: #7bd88f; --wrong: #ff9b85; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: bold; }
th, td { text-align: left; vertical-align: top; padding: .4em .8em .4em 0;
  border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .right { color: var(--right); } .wrong { color: var(--wrong); }
"""


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


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows; texts that a spreadsheet would take for formulas get an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    for row in rows:
        writer.writerow([_guarded(each) if isinstance(each, str) else each for each in row])
    files.write(path, text.getvalue().encode(errors="replace"))


def _guarded(text: str) -> str:
    return "'" + text if text.startswith(FORMULA) else text


def write_feedback(folder: Path, rows: Sequence[Row]) -> None:
    """Write one page a learner into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for learner in dict.fromkeys(row.learner for row in rows):
        theirs = [row for row in rows if row.learner == learner]
        files.write(folder / _file_name(learner, taken), page(theirs).encode(errors="replace"))


def _file_name(learner: str, taken: set[str]) -> str:
    """Return a name that any file system takes, and that nobody else has."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", learner).lstrip(".")[:80] or "_"
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain}~{number}", number + 1
    taken.add(name.lower())
    return f"{name}.html"


def page(rows: Sequence[Row]) -> str:
    """Return the feedback for one learner, as HTML that needs nothing else."""
    learner = html.escape(rows[0].learner)
    points, of = (sum(each) for each in zip(*((row.points, row.of) for row in rows), strict=True))
    lessons = dict.fromkeys(row.lesson for row in rows)
    tables = "\n".join(_table([row for row in rows if row.lesson == name]) for name in lessons)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Feedback for {learner}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Feedback for {learner}</h1>\n<p>{points} of {of} points.</p>\n{tables}\n"
        f'<p class="soft">Graded {_isolated(rows[0])}, run seed {rows[0].seed}.</p>\n'
        "</body>\n</html>\n"
    )


def _isolated(row: Row) -> str:
    return "not isolated" if row.isolation == "not isolated" else f"in {row.isolation}"


def _table(rows: Sequence[Row]) -> str:
    lines = "\n".join(_line(row) for row in rows)
    return (
        f"<table>\n<caption>{html.escape(rows[0].lesson or 'A file that cannot be graded')}"
        "</caption>\n<thead><tr><th>Exercise</th><th>Points</th><th>Verdict</th></tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody>\n</table>"
    )


def _line(row: Row) -> str:
    kind = "right" if row.verdict == "right" else "wrong"
    verdict = f'<span class="{kind}">{SIGNS.get(row.verdict, "✗")} {row.verdict}</span>'
    if row.reason:
        verdict += f"<br>{html.escape(row.reason)}"
    if row.verdict in ("wrong", "not solved"):
        hint = html.escape(checks.EXERCISES[row.exercise].hint)
        verdict += f'<br><span class="soft">Hint: {hint}</span>'
    exercise = html.escape(row.exercise)
    return f"<tr><td>{exercise}</td><td>{row.points} of {row.of}</td><td>{verdict}</td></tr>"


def summary(rows: Sequence[Row]) -> str:
    """Return what the terminal shows: how many solved each exercise, and the points of all."""
    lines = []
    for name in sorted({row.exercise for row in rows if row.exercise}):
        those = [row for row in rows if row.exercise == name]
        right = sum(row.verdict == "right" for row in those)
        lines.append(f"{name:32} {right:4} of {len(those):4} right")
    unreadable = sum(row.verdict == "unreadable" for row in rows)
    if unreadable:
        lines.append(f"{unreadable} of the files cannot be graded; the reasons are in the CSV")
    learners = len({row.learner for row in rows})
    points, of = sum(row.points for row in rows), sum(row.of for row in rows)
    return "\n".join([*lines, f"{learners} learners, {points} of {of} points in all"])
