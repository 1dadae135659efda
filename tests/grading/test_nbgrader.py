"""nbgrader itself grades lesson 03: nothing for nothing, everything for the solved one."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LESSON = "03_q_learning"
POINTS = 9.0
EXPORT = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    scores = {s.student.id: [s.score, s.max_score] for s in book.assignment_submissions("lesson")}
print(json.dumps(scores))
"""


def nbgrader(course: Path, *arguments: str) -> str:
    # nbgrader calls alembic by its name, also where the environment is not activated.
    scripts = sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}
    environment["PATH"] = scripts
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout


@pytest.fixture(scope="module")
def scores(tmp_path_factory) -> dict[str, list[float]]:
    """Return [score, most] of three learners: one solved nothing, one all, one one exercise."""
    course = tmp_path_factory.mktemp("course")
    solved = ROOT / "notebooks" / "solutions" / f"{LESSON}.ipynb"
    (course / "source" / "lesson").mkdir(parents=True)
    shutil.copy(solved, course / "source" / "lesson")
    nbgrader(course, "-m", "nbgrader", "generate_assignment", "lesson")
    released = course / "release" / "lesson" / f"{LESSON}.ipynb"
    submissions = {
        "nobody": released.read_text(encoding="utf-8"),
        "everybody": solved.read_text(encoding="utf-8"),
        "somebody": with_one_answer(released, solved, "03_td_target"),
    }
    for learner, text in submissions.items():
        folder = course / "submitted" / learner / "lesson"
        folder.mkdir(parents=True)
        (folder / f"{LESSON}.ipynb").write_text(text, encoding="utf-8")
    nbgrader(course, "-m", "nbgrader", "autograde", "lesson")
    return json.loads(nbgrader(course, "-c", EXPORT))


def with_one_answer(released: Path, solved: Path, grade_id: str) -> str:
    """Return the released notebook with one exercise taken from the solved one."""
    notebook, answers = (
        json.loads(path.read_text(encoding="utf-8")) for path in (released, solved)
    )
    for cell, answer in zip(notebook["cells"], answers["cells"], strict=True):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            cell["source"] = answer["source"]
    return json.dumps(notebook)


def test_an_unsolved_notebook_earns_nothing(scores):
    assert scores["nobody"] == [0.0, POINTS]


def test_the_solved_notebook_earns_all_points(scores):
    assert scores["everybody"] == [POINTS, POINTS]


def test_one_solved_exercise_earns_its_own_points(scores):
    assert scores["somebody"] == [2.0, POINTS]
