"""The grader as a teacher runs it: which notebooks, which files, the same each time, how fast."""

import csv
import dataclasses
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fresh import loaded
from patience import ENOUGH, give_time
from submitted import ROOT, needs_bubblewrap, notebook, solved

from peterwolf import checks
from peterwolf.grading import __main__ as program
from peterwolf.grading import grader as desk
from peterwolf.grading import lessons, report
from peterwolf.grading.submissions import Submission, collected
from peterwolf.sandbox import bubblewrap as bubble
from peterwolf.sandbox import channel

LESSONS = lessons.released(ROOT / "notebooks")
LOOPING = {"02_backup": "def backup(*given):\n    while True:\n        pass"}
LOOPS = Submission("ada", LESSONS["02"], solved("02") | LOOPING, {})
CANARY = "canary-" + "8c1d"
# Looks for what is hidden: in files, in memory, in the environment.
SEARCH = """
import gc, os
def value_at_distance(steps, gamma):
    wanted, found = 'canary-' + '8c' + '1d', []
    for folder, folders, names in os.walk('FIRST', onerror=None):
        ours = [each for each in folders if each.startswith('peterwolf')]
        system = ('proc', 'sys', 'usr', 'lib', 'lib64') if folder == '/' else ()
        others = [each for each in folders if each not in system]
        python = os.path.basename(folder).startswith('python3')
        packages = [each for each in folders if each == 'site-packages']
        folders[:] = ours if folder.endswith('site-packages') else packages if python else others
        names = [] if python else names
        for name in names:
            if name.endswith(('.py', '.ipynb', '.csv', '.html', '.txt')):
                try:
                    with open(f'{folder}/{name}', errors='replace') as file:
                        found += [wanted] if wanted in file.read(2_000_000) else []
                except OSError:
                    pass
    found += [each for each in gc.get_objects() if isinstance(each, str) and wanted in each]
    found += [each for each in os.environ.values() if wanted in each]
    raise ValueError(f'looked for it: {len(found)} {found[:1]}')
"""


def write(folder: Path, notebooks: dict[str, str]) -> Path:
    """Make a folder of notebooks, by path."""
    for name, text in notebooks.items():
        path = folder / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def rows_of(path: Path) -> list[dict]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "in"


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """What the sandboxes of all lessons see."""
    made = tmp_path_factory.mktemp("courses")
    for number in LESSONS:
        bubble.write_course(made / number, number)
    return made


# Which notebooks


def test_learners_are_named_by_their_files_or_folders(folder):
    text = notebook(solved("02"))
    write(folder, {"ada": text, "bob__02_x": text, "eve/anything": text, "eve/.hidden/x": text})
    found = collected(folder, LESSONS)
    assert [each.learner for each in found] == ["ada", "bob", "eve"]
    assert {each.lesson.name for each in found} == {"02_bellman"}


def test_a_lesson_is_found_by_its_grade_ids_or_else_by_the_name(folder):
    write(folder, {"ada/03_mine": notebook([]), "ada/any": notebook(solved("05")), "bob": "{}"})
    ada_3, ada_5, bob = collected(folder, LESSONS)
    assert (ada_3.lesson.number, ada_5.lesson.number) == ("03", "05")
    assert set(ada_3.faults) == set(solved("03")) and set(ada_5.cells) == set(solved("05"))
    assert bob.lesson is None and "not a notebook" in bob.fault


def test_exercises_and_points_are_those_of_the_release():
    listed = [name for lesson in LESSONS.values() for name in lesson.exercises]
    assert sorted(listed) == sorted(checks.EXERCISES)


def test_imports_are_offered_under_the_name_that_they_give():
    imports = LESSONS["03"].imports
    assert imports["np"] == "import numpy as np"
    assert imports["CLASSIC"] == "from peterwolf import CLASSIC"


# What is in sight


def test_no_reference_is_copied_into_the_sandbox_of_its_lesson(courses):
    for name in checks.EXERCISES:
        function = f"def {desk.function_of(name)}("
        for path in (courses / name[:2] / "peterwolf").rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert function not in text
    for lesson in courses.iterdir():
        names = {path.stem for path in (lesson / "peterwolf").rglob("*") if path.name != "dqn"}
        tables = set() if lesson.name == "14" else {"tabular", "bins"}  # agents learn with them
        rooms = {"checks", "contest", "tournament", "grading", "sandbox"}
        assert not names & (rooms | {"tiles", "linear", "stats", "training"} | tables)
        plan = (lesson / "peterwolf" / "worlds" / "planning.py").read_text()
        assert plan == '"""Not here."""\n' or lesson.name == "14"  # agents may plan
    assert not (courses / "06" / "peterwolf" / "rollout.py").exists()
    assert not (courses / "10" / "peterwolf" / "dqn").exists()


def planted(folder: Path) -> dict[str, str]:
    """A copy of the package and the notebooks with a canary in the answers; its environment."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "peterwolf", folder / "peterwolf", ignore=ignored)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=ignored)
    for path in (folder / "peterwolf" / "checks").glob("*.py"):
        path.write_text(path.read_text(encoding="utf-8") + f'\nCANARY = "{CANARY}"\n')
    for path in (folder / "notebooks" / "solutions").glob("*.ipynb"):
        path.write_text(path.read_text(encoding="utf-8") + f"{CANARY}\n")
    return {**os.environ, "PYTHONPATH": str(folder), "SECRET": CANARY}


def searched(tmp_path: Path, *options: str) -> str:
    """What a submission that looks for the canary is told, in grades and feedback."""
    environment = planted(tmp_path / "site")
    source = SEARCH.replace("FIRST", str(tmp_path / "site") if options else "/")
    write(tmp_path / "in", {"spy": notebook(solved("02") | {"02_value_at_distance": source})})
    out = ["--out", str(tmp_path / "grades.csv"), "--feedback", str(tmp_path / "pages")]
    command = [sys.executable, "-m", "peterwolf.grading", str(tmp_path / "in"), *out]
    # The time limit guards only against hanging; a slow machine needs a minute.
    ran = subprocess.run(
        [*command, "--seed", "1", "--jobs", "1", *options],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=1200,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = (tmp_path / "grades.csv").read_text() + (tmp_path / "pages" / "spy.html").read_text()
    assert "looked for it" in told
    return told


@needs_bubblewrap
def test_a_canary_in_the_hidden_answers_is_nowhere_to_be_found(tmp_path):
    told = searched(tmp_path)
    assert CANARY not in told and "looked for it: 0 []" in told


def test_without_bubblewrap_the_canary_is_found(tmp_path):
    assert CANARY in searched(tmp_path, "--no-bwrap")


# The report


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A folder of right, wrong and broken submissions."""
    folder = tmp_path_factory.mktemp("mixed")
    wrong = solved("03") | {"03_td_target": "def td_target(reward, gamma, q_next, terminated):\n"}
    wrong["03_td_target"] += "    return reward + gamma * q_next.max()"
    memory = "def value_at_distance(steps, gamma):\n    return value_at_distance"
    return write(
        folder,
        {
            "ada": notebook(solved("01")),
            "bob": notebook(wrong),
            "eve": notebook(solved("02") | {"02_value_at_distance": memory}),
            "kim__02_bellman": "{",
            "lee": "{",
        },
    )


def graded(folder: Path, out: Path, *options: str) -> dict[str, bytes]:
    """Everything that a run writes, by name."""
    out.mkdir()
    program.main(
        [str(folder), "--out", str(out / "grades.csv"), "--feedback", str(out / "pages"), *options]
    )
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*")}


@needs_bubblewrap
def test_the_same_submissions_and_seed_give_the_same_bytes(mixed, tmp_path, capsys):
    once = graded(mixed, tmp_path / "a", "--seed", "5", "--jobs", "1")
    again = graded(mixed, tmp_path / "b", "--seed", "5", "--jobs", "2")
    assert once == again and len(once) == 6
    other = graded(mixed, tmp_path / "c", "--seed", "6")
    assert other["grades.csv"] != once["grades.csv"]
    told = capsys.readouterr().out
    assert "run seed 5, in bubblewrap" in told and "5 learners" in told


@needs_bubblewrap
def test_a_cluster_grades_to_the_same_bytes(mixed, tmp_path, cluster):
    alone = graded(mixed, tmp_path / "a", "--seed", "5", "--jobs", "1")
    assert graded(mixed, tmp_path / "b", "--seed", "5", "--dask", cluster) == alone


@needs_bubblewrap
def test_the_rows_say_points_verdict_and_reason(mixed, tmp_path):
    graded(mixed, tmp_path / "out", "--seed", "5")
    rows = rows_of(tmp_path / "out" / "grades.csv")
    by = {(row["learner"], row["exercise"]): row for row in rows}
    assert by["ada", "01_walk"] == {
        "learner": "ada", "lesson": "01_meet_peter", "exercise": "01_walk", "points": "2",
        "of": "2", "verdict": "right", "reason": "", "isolation": "bubblewrap", "seed": "5",
    }  # fmt: skip
    assert "the answer is" in by["bob", "03_td_target"]["reason"]
    assert by["bob", "03_train"]["reason"].endswith("(it uses td_target, which is not right)")
    assert (
        "got <function value_at_distance at 0x...>" in (by["eve", "02_value_at_distance"]["reason"])
    )
    assert by["kim", "02_backup"]["verdict"] == "missing"
    assert by["lee", ""]["verdict"] == "unreadable" and by["lee", ""]["of"] == "0"
    page = (tmp_path / "out" / "pages" / "bob.html").read_text(encoding="utf-8")
    assert "Hint: " in page and "http" not in page and "prefers-color-scheme: dark" in page


@needs_bubblewrap
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def td_target(*given):\n    return helper(*given)", "it relies on helper, which neither"),
        (
            "def td_target(reward, gamma, q_next, terminated):\n"
            "    return tabular.td_target(reward, gamma, q_next, terminated)",
            "it relies on `from peterwolf import tabular`, which is not at hand here",
        ),
        ("%%time\ndef td_target(*given):\n    pass", "magics and shell lines are not run"),
        ("x = 1", "the cell defines no function td_target"),
        ("td_target = 5", "the cell defines no function td_target"),
        ("def td_target(:", "SyntaxError"),
        ("raise NotImplementedError", "not solved yet"),
    ],
)
def test_what_a_cell_lacks_is_named(source, reason, courses):
    others = dict.fromkeys(solved("03").keys() - {"03_td_target"}, "not there")
    submission = Submission("ada", LESSONS["03"], {"03_td_target": source}, others)
    rows = report.grade(submission, desk.Setting(1, 20.0, True, courses))
    assert reason in rows[0].reason and rows[0].points == 0


def test_lines_after_the_function_may_fail(courses):
    cells = solved("02")
    cells["02_backup"] += "\nprint(backup(the_table_of_another_cell))\n"
    rows = report.grade(
        Submission("ada", LESSONS["02"], cells, {}), desk.Setting(1, 20.0, False, courses)
    )
    assert [row.verdict for row in rows] == ["right"] * 3
    assert {row.isolation for row in rows} == {"not isolated"}


def test_names_that_would_be_one_file_get_two():
    taken: set[str] = set()
    names = [report._file_name(name, taken) for name in ("a b", "a/b", "A_B", "../..", "")]
    assert names == ["a_b.html", "a_b~2.html", "A_B~3.html", "_...html", "_.html"]


def test_a_text_is_one_printable_line():
    assert report.tidy("a\n\x00b\u202e at 0x7f3a") == "a b at 0x..."
    assert len(report.tidy("x" * 10_000)) == report.LONGEST_REASON


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "--out", "x.csv"], "SUBMISSIONS must be a folder, got 'nowhere'"),
        ([".", "--out", "nowhere/x.csv"], "--out must lie in a folder that exists"),
        ([".", "--out", "x.csv", "--jobs", "0"], "must be an integer of 1 or more, got '0'"),
        ([".", "--out", "x.csv", "--seed", "-1"], "must be a whole number from 0"),
    ],
)
def test_bad_options_are_named(arguments, told, capsys):
    with pytest.raises(SystemExit):
        program.main(arguments)
    assert told in capsys.readouterr().err


def test_a_missing_joblib_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(program, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        program.main([str(tmp_path), "--out", str(tmp_path / "x.csv")])
    assert "joblib is missing: python -m pip install -r requirements-grading.txt" in (
        capsys.readouterr().err
    )


def test_the_help_says_what_is_not_its_business(capsys):
    with pytest.raises(SystemExit):
        program.main(["--help"])
    assert "Whether somebody copied an" in capsys.readouterr().out


def test_the_package_needs_no_joblib():
    assert not loaded("peterwolf.grading.report", "joblib")


def test_a_missing_bubblewrap_is_told_in_each_row(mixed, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bubble, "found", lambda: False)
    folder = write(tmp_path / "in", {"ada": notebook(solved("02"))})
    (tmp_path / "out").mkdir()
    program.main([str(folder), "--out", str(tmp_path / "grades.csv"), "--jobs", "1"])
    assert {row["isolation"] for row in rows_of(tmp_path / "grades.csv")} == {"not isolated"}
    told = capsys.readouterr()
    assert "bubblewrap is missing: nothing is isolated" in told.err
    assert "not isolated" in told.out


def test_a_bubblewrap_that_does_not_work_is_told(courses, tmp_path, monkeypatch, capsys):
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho no namespaces here >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert not program._isolates(courses / "02")
    assert "no namespaces here" in capsys.readouterr().err


# Time


def counted(patch) -> dict[str, int]:
    """How many processes are started and how many messages sent from now on."""
    made = {"processes": 0, "messages": 0}
    start, send = channel.Channel.__init__, channel.Channel.send

    def started(self, *told):
        made["processes"] += 1
        start(self, *told)

    def sent(self, message):
        made["messages"] += 1
        send(self, message)

    patch.setattr(channel.Channel, "__init__", started)
    patch.setattr(channel.Channel, "send", sent)
    return made


@needs_bubblewrap
@pytest.mark.parametrize(("number", "most"), [("01", 3000), ("03", 2200), ("07", 220)])
def test_an_honest_submission_takes_one_process_and_few_messages(
    number, most, courses, monkeypatch
):
    give_time(monkeypatch)
    made = counted(monkeypatch)
    submission = Submission("ada", LESSONS[number], solved(number), {})
    rows = report.grade(submission, desk.Setting(1, ENOUGH, True, courses))
    assert all(row.verdict == "right" for row in rows)
    assert made["processes"] == 1 and made["messages"] <= most


@needs_bubblewrap
@pytest.mark.speed
@pytest.mark.parametrize("number", ["01", "03", "07"])
def test_an_honest_submission_takes_seconds(number, courses):
    """About 1.5 s each on an idle machine, 0.6 s for most other lessons."""
    submission = Submission("ada", LESSONS[number], solved(number), {})
    setting = desk.Setting(1, 60.0, True, courses)
    report.grade(submission, setting)  # what is worked out once for all
    began = time.perf_counter()
    assert all(row.verdict == "right" for row in report.grade(submission, setting))
    assert time.perf_counter() - began < 9


@needs_bubblewrap
def test_a_loop_costs_its_exercise_and_one_more_process(courses, monkeypatch):
    give_time(monkeypatch)
    looped = dataclasses.replace(checks.EXERCISES["02_backup"], seconds=2.0)
    monkeypatch.setitem(checks.EXERCISES, "02_backup", looped)
    made = counted(monkeypatch)
    rows = report.grade(LOOPS, desk.Setting(1, ENOUGH, True, courses))
    assert [row.points for row in rows] == [2, 0, 1]
    assert "no answer within 2 seconds" in rows[1].reason
    assert made["processes"] == 2


@needs_bubblewrap
@pytest.mark.speed
def test_a_loop_costs_its_limit_and_no_more(courses):
    began = time.perf_counter()
    report.grade(LOOPS, desk.Setting(1, 2.0, True, courses))
    assert 2 <= time.perf_counter() - began < 8
