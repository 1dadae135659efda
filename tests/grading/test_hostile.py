"""Nobody earns points for what they did not do, harms anything or stops the others."""

import csv
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hostile import ATTACKS, CONTAGIOUS, ENDLESS, FINDING
from submitted import ROOT, cell, needs_bubblewrap, notebook, solved

SECONDS, SEED = 6, 11  # honest answers to all three exercises take about one, start included
HONEST = solved("02")
VALUE, BACKUP, GREEDY = HONEST  # grade ids, worth 2, 1 and 1
UNSOLVED = {name: "raise NotImplementedError" for name in HONEST}
LEAST_REASONS = 40

pytestmark = needs_bubblewrap


def attack(source: str, outside: Path, port: int) -> str:
    """A notebook with one hostile cell and two solved ones."""
    for name, value in (("OUTSIDE", outside), ("REPOSITORY", ROOT), ("PORT", port)):
        source = source.replace(name, str(value))
    return notebook(HONEST | {VALUE: source})


def marked(grade_id: str, source: str, kind: str = "code") -> dict:
    return cell(grade_id, source, kind)


def without_metadata(cells: dict[str, str]) -> list[dict]:
    return [{**cell(*each), "metadata": {}} for each in cells.items()]


# File name: (what is in it, points)
BROKEN = {
    "empty__02_bellman.ipynb": ("", 0),
    "truncated__02_bellman.ipynb": (notebook(HONEST)[:-40], 0),
    "a list__02_bellman.ipynb": ("[]", 0),
    "a number__02_bellman.ipynb": ("7", 0),
    "deep__02_bellman.ipynb": ("[" * 100_000, 0),
    "version 3__02_bellman.ipynb": (json.dumps({"worksheets": [], "nbformat": 3}), 0),
    "cells of another kind__02_bellman.ipynb": (json.dumps({"cells": [1, None, {}, []]}), 0),
    "metadata of another kind__02_bellman.ipynb": (
        json.dumps({"cells": [{"cell_type": "code", "metadata": 3, "source": 5}]}),
        0,
    ),
    "sources of another kind__02_bellman.ipynb": (
        notebook([{**cell(name, ""), "source": {"a": 1}} for name in HONEST]),
        0,
    ),
    "lost metadata__02_bellman.ipynb": (notebook(without_metadata(HONEST)), 0),
    "no name and no metadata.ipynb": (notebook(without_metadata(HONEST)), 0),
    "unsolved.ipynb": (notebook(UNSOLVED), 0),
    "removed.ipynb": (notebook({BACKUP: HONEST[BACKUP]}), 1),
    "reordered.ipynb": (notebook(dict(reversed(HONEST.items()))), 4),
    "duplicated.ipynb": (notebook([marked(*each) for each in HONEST.items()] * 2), 4),
    "duplicated and changed.ipynb": (
        notebook([marked(VALUE, "x = 1"), *(marked(*each) for each in HONEST.items())]),
        2,
    ),
    "exchanged.ipynb": (notebook(dict(zip(HONEST, [*HONEST.values()][::-1], strict=True))), 2),
    "as prose.ipynb": (notebook([marked(*each, "markdown") for each in HONEST.items()]), 0),
    "look-alike ids__02_bellman.ipynb": (
        notebook({name.replace("a", "\u0430"): source for name, source in HONEST.items()}),
        0,
    ),
    "ids of checks.ipynb": (
        notebook({f"{name}_check": source for name, source in HONEST.items()} | {BACKUP: "x = 1"}),
        0,
    ),
    "a long cell.ipynb": (notebook(HONEST | {VALUE: "#" * 200_000 + "\n" + HONEST[VALUE]}), 2),
    "twice__02_bellman.ipynb": (notebook(HONEST), 0),
    "twice__02_again.ipynb": (notebook(HONEST), 0),
    "=1+1.ipynb": (notebook(HONEST), 4),
    "<b>bold<b>.ipynb": (notebook(HONEST), 4),
}


@pytest.fixture(scope="module")
def listener():
    """A port on which somebody listens, and who called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        callers = []

        def listen():
            while True:
                try:
                    callers.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], callers


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    (folder / "kept").write_text("as it was")
    return folder


def running() -> set[str]:
    """The processes that a submission may have left."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:
            continue
        if b"inside.main" in line or b"sleep\x001000" in line:
            found.add(path.parent.name)
    return found


def hand_in(folder: Path, outside: Path, port: int) -> None:
    """Fill a folder with hostile, broken and honest submissions."""
    for number, (name, source) in enumerate(sorted(ATTACKS.items())):
        (folder / f"{name}.ipynb").write_text(attack(source, outside, port))
        if number % 8 == 0:
            (folder / f"honest {number}.ipynb").write_text(notebook(HONEST))
    for name, (text, _) in BROKEN.items():
        (folder / name).write_text(text)
    (folder / "binary__02_bellman.ipynb").write_bytes(bytes(range(256)) * 100)
    with (folder / "large__02_bellman.ipynb").open("wb") as file:
        file.truncate(100_000_000)
    solutions = ROOT / "notebooks" / "solutions"
    (folder / "link__02_bellman.ipynb").symlink_to(solutions / "02_bellman.ipynb")
    (folder / "linked folder").symlink_to(solutions, target_is_directory=True)
    os.mkfifo(folder / "pipe__02_bellman.ipynb")
    (folder / "folder.ipynb").mkdir()


def run(submissions: Path, out: Path, *options: str) -> subprocess.CompletedProcess:
    """Run the grader as a teacher does."""
    command = [sys.executable, "-m", "peterwolf.grading", str(submissions), "--out", str(out)]
    # The time limit guards only against hanging; a slow machine needs minutes.
    return subprocess.run(
        [*command, "--seed", str(SEED), *options], capture_output=True, text=True, timeout=3000
    )


def rows_of(path: Path) -> list[dict]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def graded(tmp_path_factory, listener, outside):
    """The rows by learner, and what was there before and after."""
    port, _ = listener
    folder, out = (tmp_path_factory.mktemp(name) for name in ("submissions", "grades"))
    hand_in(folder, outside, port)
    before = running(), sorted(folder.iterdir())
    ran = run(
        folder, out / "grades.csv", "--seconds", str(SECONDS), "--jobs", "2",
        "--feedback", str(out / "feedback"),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    learners: dict[str, list[dict]] = {}
    for row in rows_of(out / "grades.csv"):
        learners.setdefault(row["learner"], []).append(row)
    return learners, before, (running(), sorted(folder.iterdir())), out


def points(rows: list[dict]) -> int:
    return sum(int(row["points"]) for row in rows)


def test_there_are_enough_of_them():
    assert len(ATTACKS) + len(BROKEN) >= 100


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_an_attack_earns_nothing_and_costs_only_its_own_exercise(graded, name):
    rows = {row["exercise"]: row for row in graded[0][name]}
    assert rows[VALUE]["points"] == "0" and rows[VALUE]["verdict"] in ("wrong", "failed")
    assert rows[VALUE]["reason"]
    others = int(rows[BACKUP]["points"]) + int(rows[GREEDY]["points"])
    assert others == 2 or name in CONTAGIOUS


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_notebook_earns_what_is_whole_in_it(graded, name):
    learner = name.removesuffix(".ipynb").split("__")[0]
    rows = graded[0]["'" + learner if learner.startswith("=") else learner]
    assert points(rows) == BROKEN[name][1]
    assert all(row["reason"] for row in rows if row["points"] == "0")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("binary", "it is no text"),
        ("large", "it is larger than 20 MB"),
        ("link", "it is a link"),
        ("linked folder", "it is a link"),
        ("pipe", "it is not a file"),
    ],
)
def test_what_is_no_file_of_a_learner_is_named(graded, name, why):
    rows = graded[0][name]
    assert points(rows) == 0 and all(why in row["reason"] for row in rows)


def test_the_honest_ones_in_between_keep_all_their_points(graded):
    honest = {name: points(rows) for name, rows in graded[0].items() if name.startswith("honest")}
    assert len(honest) >= 10 and set(honest.values()) == {4}


def test_nothing_outside_was_changed(graded, outside):
    assert [path.name for path in outside.iterdir()] == ["kept"]
    assert (outside / "kept").read_text() == "as it was"
    assert graded[1][1] == graded[2][1]
    assert (ROOT / "notebooks" / "02_bellman.ipynb").is_file()


def test_no_process_was_left(graded):
    left = graded[2][0] - graded[1][0]
    # Those of tests beside this one end by and by; this guards only against hanging.
    deadline = time.monotonic() + 600
    while left & running() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not left & running()


def test_nobody_reached_the_network(graded, listener):
    assert listener[1] == []


def test_every_row_says_how_isolated_it_was(graded):
    assert {row["isolation"] for rows in graded[0].values() for row in rows} == {"bubblewrap"}


def test_a_loop_is_told_its_time(graded):
    for name in ENDLESS.keys() - {"a comparison without end", "answers a letter a second"}:
        (row,) = (row for row in graded[0][name] if row["exercise"] == VALUE)
        assert row["reason"] == f"no answer within {SECONDS} seconds; does a loop never end?"


def test_feedback_and_grades_carry_no_markup_and_no_formulas(graded):
    *_, out = graded
    for path in (out / "feedback").iterdir():
        assert "<script" not in path.read_text(encoding="utf-8")
    assert "<h1>Feedback for &lt;b&gt;bold&lt;b&gt;</h1>" in (
        (out / "feedback" / "_b_bold_b_.html").read_text(encoding="utf-8")
    )
    for rows in graded[0].values():
        assert not any(
            value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values()
        )


# Without bubblewrap, some of them do find what they look for: so the tests above can fail.


def test_without_bubblewrap_the_answers_are_in_sight_and_each_row_says_so(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("the repository's checks", "the solved notebook"):
        (tmp_path / "in" / f"{name}.ipynb").write_text(attack(FINDING[name], tmp_path, 1))
    ran = run(tmp_path / "in", tmp_path / "grades.csv", "--no-bwrap", "--jobs", "1")
    assert ran.returncode == 0, ran.stderr[-3000:]
    rows = rows_of(tmp_path / "grades.csv")
    assert {row["isolation"] for row in rows} == {"not isolated"}
    found = {row["learner"] for row in rows if row["exercise"] == VALUE and row["points"] == "2"}
    assert "the repository's checks" in found
