"""nbgrader itself collects and grades lesson 03: nothing for nothing, all for the solved one."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LESSON = "03_q_learning"
POINTS = 9.0
COLLECTED = r".*/(?P<student_id>[a-z]+)__(?P<file_id>.+)"  # as learners' files are named


def nbgrader(course: Path, *arguments: str) -> str:
    # nbgrader calls alembic by its name, also where the environment is not activated.
    scripts = sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}
    environment["PATH"] = scripts
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,  # guards only against hanging; a slow machine needs a minute
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course in which three learners were graded: who solved nothing, all, and one exercise."""
    course = tmp_path_factory.mktemp("course")
    solved = ROOT / "notebooks" / "solutions" / f"{LESSON}.ipynb"
    (course / "source" / "lesson").mkdir(parents=True)
    shutil.copy(solved, course / "source" / "lesson")
    nbgrader(course, "generate_assignment", "lesson")
    released = course / "release" / "lesson" / f"{LESSON}.ipynb"
    submissions = {
        "nobody": released.read_text(encoding="utf-8"),
        "everybody": solved.read_text(encoding="utf-8"),
        "somebody": with_one_answer(released, solved, "03_td_target"),
    }
    archive = course / "downloaded" / "lesson" / "archive"
    archive.mkdir(parents=True)
    for learner, text in submissions.items():
        (archive / f"{learner}__{LESSON}.ipynb").write_text(text, encoding="utf-8")
    named = f"--FileNameCollectorPlugin.named_regexp={COLLECTED}"
    nbgrader(course, "zip_collect", "lesson", named)
    nbgrader(course, "autograde", "lesson")
    nbgrader(course, "generate_feedback", "lesson")
    nbgrader(course, "export", "--to=grades.csv")
    return course


@pytest.fixture(scope="module")
def scores(course) -> dict[str, list[float]]:
    """Return [score, most] of the three learners, as exported."""
    with (course / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["student_id"]: [float(row["score"]), float(row["max_score"])] for row in rows}


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


def test_each_learner_gets_feedback_with_the_scores(course, scores):
    for learner, (score, most) in scores.items():
        page = course / "feedback" / learner / "lesson" / f"{LESSON}.html"
        words = " ".join(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")).split())
        assert f"{LESSON} (Score: {score} / {most})" in words
