"""The tournament from the command line: agents in sandboxes, replays, the same on two processes."""

import csv
import json
import shutil

import pytest

from peterwolf.sandbox import bubblewrap as bubble
from peterwolf.tournament import __main__ as tournament
from peterwolf.tournament import sandboxed as isolated

needs_bubblewrap = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="NOT RUN: bubblewrap is missing"
)
PLANNER = """
def make_agent():
    class Planner:
        def begin(self, board_text):
            from peterwolf.worlds.rules import Hunt
            self.q = planning.value_iteration(Board.from_text(board_text), Hunt())

        def act(self, observation):
            return int(self.q[tuple(observation)].argmax())

    return Planner()
"""
SLOW = """
def make_agent():
    class Slow:
        def begin(self, board_text):
            pass

        def act(self, observation):
            while True:
                pass

    return Slow()
"""
SPY = """
def make_agent():
    class Spy:
        def begin(self, board_text):
            import pathlib
            pathlib.Path({place!r}).write_text("I was here")
            import socket
            socket.socket().connect(("127.0.0.1", 9))

        def act(self, observation):
            return 0

    return Spy()
"""
CELL = '{"cells": [{"metadata": {"nbgrader": {"grade_id": "14_make_agent"}}, "source": []}]}'
QUICK = ("--boards", "3", "--seed", "1", "--act", "1")


def put(folder, **agents):
    folder.mkdir()
    for name, source in agents.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


def played(folder, *more, baselines=("random",)):
    out = folder.parent / "board.csv"
    given = [str(folder), "--out", str(out), *QUICK, "--baselines", *baselines, *more]
    assert tournament.main(given) == 0
    with out.open(encoding="utf-8") as file:
        return {row["agent"]: row for row in csv.DictReader(file)}


@needs_bubblewrap
def test_honest_and_hostile_agents_meet_the_baselines(tmp_path, capsys):
    place = tmp_path / "spied.txt"
    agents = put(tmp_path / "agents", ada=PLANNER, slow=SLOW, spy=SPY.format(place=str(place)))
    board = played(agents, "--replays", str(tmp_path / "films"), "--act", "0.3")
    assert (board["ada"]["rank"], board["ada"]["won"]) == ("1", "100.000")
    assert board["ada"]["isolated"] == "bubblewrap" and board["random"]["isolated"] == "no"
    assert board["slow"]["forfeits"] == "3" and "act took longer" in board["slow"]["reason"]
    assert board["spy"]["forfeits"] == "3" and not place.exists()
    films = {path.name for path in (tmp_path / "films").iterdir()}
    assert films == {"ada.webp", "slow.webp", "spy.webp", "random.webp"}
    assert "3 boards of the seed 1" in capsys.readouterr().out


@needs_bubblewrap
def test_two_processes_and_a_cluster_find_the_same(tmp_path, cluster, monkeypatch):
    agents = put(tmp_path / "agents", ada=PLANNER)
    both = {"baselines": ("random", "table")}
    alone = played(agents, **both)
    assert played(agents, "--jobs", "2", **both) == alone
    assert played(agents, "--dask", cluster, **both) == alone


def test_without_bubblewrap_every_row_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bubble, "found", lambda: False)
    board = played(put(tmp_path / "agents", ada=PLANNER))
    assert board["ada"]["won"] == "100.000" and board["ada"]["isolated"] == "no"
    assert "nothing is isolated" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("x = 1", "there is no function make_agent"),
        ("def make_agent(): return 7", "make_agent must return an agent, got 7"),
        ("1 / 0", "begin raised ZeroDivisionError"),
        ("def make_agent():\n    raise ValueError('no')", "begin raised ValueError: no"),
        (PLANNER.replace("int(", "str("), "act must return an int from 0 to 3"),
        (PLANNER.replace("int(self", "int(1 / 0 + self"), "act raised ZeroDivisionError"),
        ("import os\nos._exit(0)", "its process ended"),
    ],
)
def test_an_agent_that_does_not_work_forfeits_and_is_told_why(tmp_path, monkeypatch, source, why):
    monkeypatch.setattr(bubble, "found", lambda: False)
    board = played(put(tmp_path / "agents", ada=source), "--boards", "2")
    assert board["ada"]["forfeits"] == "2" and why in board["ada"]["reason"]


# The folder of agents


def test_files_are_taken_whole_and_of_notebooks_the_cell_of_the_exercise(tmp_path):
    marked = {"metadata": {"nbgrader": {"grade_id": "14_make_agent"}}, "source": ["a = ", "1"]}
    cells = [{"metadata": {}, "source": "no"}, marked]
    folder = put(tmp_path / "agents", ada="b = 2")
    (folder / "bob.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    assert isolated.sources(folder) == {"ada": "b = 2", "bob": "a = 1"}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "agents must lie in"),
        ({"a.py": "", "a.ipynb": CELL}, "different names, got a twice"),
        ({"random.py": ""}, "different names, got random twice"),
        ({"a.ipynb": "{"}, "a.ipynb is no notebook"),
        ({"a.ipynb": '{"cells": []}'}, "a.ipynb has no cell with the grade id 14_make_agent"),
    ],
)
def test_a_folder_that_does_not_fit_is_told_why(tmp_path, capsys, files, told):
    folder = put(tmp_path / "agents")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        played(folder)
    assert told in capsys.readouterr().err
