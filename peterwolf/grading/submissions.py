"""Find the notebooks of learners and take the exercise cells out of them, by grade id."""

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from peterwolf.grading.lessons import Lesson

MOST_BYTES = 20_000_000  # of a notebook
MOST_CHARACTERS = 100_000  # of a cell
MISSING = "the cell with this grade id is missing"


class UnreadableError(Exception):
    """A file is no notebook that can be graded; the message says why."""


class Submission(NamedTuple):
    """What one learner handed in for one lesson.

    `cells`: the source of each exercise that is there once. `faults`: why
    each other exercise is not there. `lesson` is None where it cannot be told
    which one it is, and `fault` says so.
    """

    learner: str
    lesson: Lesson | None
    cells: dict[str, str]
    faults: dict[str, str]
    fault: str = ""


def collected(folder: Path, lessons: dict[str, Lesson]) -> list[Submission]:
    """Return all submissions in a folder, sorted by learner and lesson.

    `LEARNER.ipynb`, `LEARNER__03_q_learning.ipynb` or any notebooks in a
    folder `LEARNER`. Links are not followed.
    """
    found: dict[tuple[str, str], list[Submission]] = {}
    for path in sorted(_notebooks(folder)):
        submission = _submission(folder, path, lessons)
        number = submission.lesson.number if submission.lesson else path.as_posix()
        found.setdefault((submission.learner, number), []).append(submission)
    return [_the_one(those) for _, those in sorted(found.items())]


def _notebooks(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in names:
            if name.endswith(".ipynb") and not name.startswith("."):
                yield Path(parent, name)
        for name in folders:
            if Path(parent, name).is_symlink():
                yield Path(parent, name)


def _the_one(submissions: list[Submission]) -> Submission:
    """Return a learner's submission for a lesson; several are none."""
    first, *more = submissions
    if not more or first.lesson is None:
        return first
    why = f"there are {len(submissions)} notebooks of this lesson; which one counts?"
    return first._replace(cells={}, faults=dict.fromkeys(first.lesson.exercises, why))


def _submission(folder: Path, path: Path, lessons: dict[str, Lesson]) -> Submission:
    first, *rest = path.relative_to(folder).parts
    learner = first if rest else first.removesuffix(".ipynb").split("__")[0]
    named = re.search(r"(?:^|__)(\d\d)_", path.name)
    lesson = lessons.get(named[1]) if named else None
    try:
        cells = _cells(path)
    except UnreadableError as error:
        faults = dict.fromkeys(lesson.exercises, str(error)) if lesson else {}
        return Submission(learner, lesson, {}, faults, "" if lesson else f"{path.name}: {error}")
    ids = Counter(name[:2] for name, _ in cells if name[:2] in lessons)
    if lesson is None and ids:
        lesson = lessons[min(ids, key=lambda number: (-ids[number], number))]
    if lesson is None:
        return Submission(learner, None, {}, {}, f"{path.name}: no exercise of any lesson is in it")
    return Submission(learner, lesson, *_of_lesson(lesson, cells))


def _of_lesson(
    lesson: Lesson, cells: list[tuple[str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the sources of a lesson's exercises, and why others have none."""
    sources, faults = {}, {}
    for name in lesson.exercises:
        found = list(dict.fromkeys(source for grade_id, source in cells if grade_id == name))
        if not found:
            faults[name] = MISSING
        elif len(found) > 1:
            faults[name] = f"{len(found)} different cells have this grade id; which one counts?"
        elif len(found[0]) > MOST_CHARACTERS:
            faults[name] = f"the cell is longer than {MOST_CHARACTERS} characters"
        else:
            sources[name] = found[0]
    return sources, faults


def _cells(path: Path) -> list[tuple[str, str]]:
    """Return (grade id, source) of the code cells that have one, in the notebook's order."""
    try:
        notebook = json.loads(_content(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableError("it is no text") from None
    except (ValueError, RecursionError):
        raise UnreadableError("it is not valid JSON; was it saved to the end?") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise UnreadableError("it is not a notebook of version 4")
    found = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            grade_id, source = _grade_id(cell), _source(cell)
            if grade_id and source is not None:
                found.append((grade_id, source))
    return found


def _content(path: Path) -> bytes:
    """Return what is in a regular file of a sensible size."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        link = path.is_symlink()
        why = "it is a link" if link else f"it cannot be read ({type(error).__name__})"
        raise UnreadableError(why) from None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError("it is not a file")
        if about.st_size > MOST_BYTES:
            raise UnreadableError(f"it is larger than {MOST_BYTES // 10**6} MB")
        return file.read(MOST_BYTES + 1)


def _grade_id(cell: dict[str, Any]) -> str | None:
    marks = cell.get("metadata")
    marks = marks.get("nbgrader") if isinstance(marks, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else None
