"""The lessons as they were released: which exercises, in which order, with which imports."""

import ast
import json
from pathlib import Path
from typing import NamedTuple

from peterwolf import checks

WHERE = Path(__file__).resolve().parents[2] / "notebooks"  # in the repository


class Lesson(NamedTuple):
    """A lesson: its name, as "03_q_learning", its grade ids in order, its imports by name."""

    name: str
    exercises: tuple[str, ...]
    imports: dict[str, str]

    @property
    def number(self) -> str:
        """The two digits that its grade ids begin with."""
        return self.name[:2]


def released(folder: Path) -> dict[str, Lesson]:
    """Return the lessons with exercises, by number; `folder` holds the learners' notebooks.

    Raises FileNotFoundError where there are none, ValueError for exercises
    that the checks do not know.
    """
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    lessons = [_lesson(path) for path in paths]
    with_exercises = {lesson.number: lesson for lesson in lessons if lesson.exercises}
    if not with_exercises:
        raise FileNotFoundError(f"lessons must lie in a folder of notebooks, got {str(folder)!r}")
    known = {name for lesson in with_exercises.values() for name in lesson.exercises}
    if known - checks.EXERCISES.keys():
        raise ValueError(
            f"exercises must be in the package, got {sorted(known - checks.EXERCISES.keys())}"
        )
    return with_exercises


def _lesson(path: Path) -> Lesson:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    exercises: list[str] = []
    imports: dict[str, str] = {}
    for cell in cells:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution"):
            exercises.append(marks["grade_id"])
        elif cell["cell_type"] == "code":
            imports |= _imports("".join(cell["source"]))
    return Lesson(path.stem, tuple(exercises), imports)


def _imports(source: str) -> dict[str, str]:
    """Return the import statements of a cell by the names that they give."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a magic, as in the setup cell
        return {}
    found = {}
    for node in body:
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            one = ast.copy_location(type(node)(**{**vars(node), "names": [alias]}), node)
            found[(alias.asname or alias.name).split(".")[0]] = ast.unparse(one)
    return found
