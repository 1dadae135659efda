"""A sweep: killed, resumed, worked off by one, two or a cluster, it finds the same to the bit."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
from fresh import loaded

from peterwolf.sweep import __main__ as sweep
from peterwolf.sweep import summary, trials
from peterwolf.sweep.record import Record
from peterwolf.sweep.trials import Result, Trial

SMALL = ("forage", "--set", "alpha=0.1,0.5", "--set", "episodes=50,300", "--seeds", "3")
TRIALS = 12


def swept(path, *more):
    assert sweep.main([*SMALL, "--out", str(path), *more]) == 0
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The file of the small sweep, worked off in one process."""
    return swept(tmp_path_factory.mktemp("sweep") / "one.jsonl")


# The same to the bit


def test_two_processes_find_the_same_to_the_bit(whole, tmp_path, capsys):
    assert swept(tmp_path / "two.jsonl", "--jobs", "2") == whole
    assert len(whole.splitlines()) == 1 + TRIALS
    assert "score   held out" in capsys.readouterr().out


def test_a_cluster_of_two_finds_the_same_to_the_bit(whole, tmp_path, cluster):
    assert swept(tmp_path / "dask.jsonl", "--dask", cluster) == whole


def test_a_trial_is_random_by_its_identity_alone():
    first, again, other = (
        trials.run(Trial("forage", {"episodes": 30}, seed)) for seed in (0, 0, 1)
    )
    assert first == again and first.score != other.score
    assert len({Trial("hunt", {"alpha": alpha}, 0).key for alpha in (0.1, 0.2)}) == 2


# Killed and resumed

KILLED = """
import os, signal, sys
from peterwolf.sweep import __main__ as sweep
from peterwolf.sweep.record import Record

def add_or_die(record, result, add=Record.add):
    if len(record.results) == 3:
        os.killpg(0, signal.SIGKILL)  # the processes that work are killed, too
    add(record, result)

Record.add = add_or_die
sweep.main(sys.argv[1:])
"""


def test_a_sweep_whose_processes_are_killed_goes_on_and_repeats_nothing(tmp_path):
    path, more = tmp_path / "killed.jsonl", ("--set", "episodes=40000,40001", "--jobs", "2")
    command = [sys.executable, "-c", KILLED, *SMALL, "--out", str(path), *more]
    group = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    assert group.wait() == -signal.SIGKILL
    left = path.read_bytes()
    finished = left[: left.rfind(b"\n") + 1].splitlines()
    assert len(finished) == 1 + 3

    marked = finished[-1].replace(b'"score": ', b'"score": 9')  # were it repeated, it would vanish
    path.write_bytes(b"\n".join([*finished[:-1], marked]) + b'\n{"setting": {"al')
    whole = swept(path, *more[:2])
    lines = whole.splitlines()
    assert len(lines) == len(set(lines)) == 1 + TRIALS
    assert set(lines) > {*finished[:-1], marked}
    honest = swept(tmp_path / "honest.jsonl", *more[:2])
    assert whole.replace(marked, finished[-1]) == honest


@pytest.mark.parametrize("cut", [1, 7, 60])
def test_half_a_last_line_is_dropped_and_its_trial_done_again(whole, tmp_path, cut):
    path = tmp_path / "half.jsonl"
    path.write_bytes(whole[:-cut])
    assert swept(path) == whole


def test_a_finished_sweep_does_nothing(whole, tmp_path, monkeypatch, capsys):
    path = tmp_path / "done.jsonl"
    path.write_bytes(whole)
    monkeypatch.setattr(trials, "run", None)
    assert swept(path) == whole
    assert f"{TRIALS} of {TRIALS} trials" in capsys.readouterr().err


def test_more_seeds_are_added_to_the_same_file(whole, tmp_path):
    path = tmp_path / "more.jsonl"
    path.write_bytes(whole)
    more = swept(path, "--seeds", "4").splitlines()
    assert len(more) == 1 + 16 and set(more) > set(whole.splitlines())


def test_stopping_by_hand_keeps_what_is_finished(whole, tmp_path, monkeypatch, capsys):
    path, add = tmp_path / "stopped.jsonl", Record.add

    def tired(self, result):
        add(self, result)
        if len(self.results) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Record, "add", tired)
        assert sweep.main([*SMALL, "--out", str(path)]) == 130
    assert f"goes on from {path}" in capsys.readouterr().err
    assert path.read_bytes() == b"".join(whole.splitlines(keepends=True)[:6])
    assert swept(path) == whole


# What is refused


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--set", "alpha=0.1,0.6"), 'settings is {"alpha": [0.1, 0.5], "episodes": [50, 300]}'),
        (("--set", "gamma=0.9"), '"gamma": [0.9]}; take another file'),
    ],
)
def test_another_grid_in_the_same_file_is_refused(whole, tmp_path, capsys, more, told):
    path = tmp_path / "mine.jsonl"
    path.write_bytes(whole)
    with pytest.raises(SystemExit):
        swept(path, *more)
    assert told in capsys.readouterr().err
    assert path.read_bytes() == whole


def test_another_world_in_the_same_file_is_refused(whole, tmp_path, capsys):
    path = tmp_path / "mine.jsonl"
    path.write_bytes(whole)
    with pytest.raises(SystemExit):
        sweep.main(["hunt", *SMALL[1:], "--out", str(path)])
    assert 'sweep is "forage", now "hunt"' in capsys.readouterr().err


@pytest.mark.parametrize("text", ["no line end", "a diary\n", "[1]\n", '{"sweep": "hunt"}\n'])
def test_a_file_that_is_no_sweeps_is_left_alone(tmp_path, capsys, text):
    path = tmp_path / "diary.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        swept(path)
    assert "must be a new file or that of a sweep" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


def test_a_spoilt_line_is_named(whole, tmp_path, capsys):
    path = tmp_path / "spoilt.jsonl"
    path.write_bytes(whole.replace(b'"score"', b'"scare"', 1))
    with pytest.raises(SystemExit):
        swept(path)
    assert "line 2 of" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_value_that_cannot_be_is_told_and_makes_no_file(tmp_path, capsys, jobs):
    path = tmp_path / "no.jsonl"
    with pytest.raises(SystemExit):
        sweep.main(["forage", "--set", "alpha=2,3", "--out", str(path), "--jobs", jobs])
    assert "alpha must be a number from 0 to 1, got 2" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--set", "alfa=1"], "a setting of forage must be one of method, episodes, alpha"),
        (["--set", "bins=1"], "a setting of forage must be one of"),
        (["--set", "alpha="], "alpha must have one value or several different ones, got none"),
        (["--set", "alpha=0.1,0.1"], "several different ones, got 0.1, 0.1"),
        (["--set", "method=greed"], "method must be one of 'q_learning', 'sarsa'"),
    ],
)
def test_a_setting_that_does_not_exist_is_told_what_does(tmp_path, capsys, given, told):
    with pytest.raises(SystemExit):
        sweep.main(["forage", *given, "--out", str(tmp_path / "no.jsonl")])
    assert told in capsys.readouterr().err


def test_a_missing_package_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(SystemExit):
        swept(tmp_path / "no.jsonl", "--jobs", "2")
    assert "jobs needs: python -m pip install joblib" in capsys.readouterr().err


# Settings


def test_a_grid_is_every_combination_from_file_and_command_line(tmp_path):
    file = tmp_path / "grid.json"
    file.write_text('{"bins": [[8, 8], [20, 20]], "alpha": [0.1]}', encoding="utf-8")
    more = ["--grid", str(file), "--set", "alpha=0.2,0.3", "--set", "method=sarsa,q_learning"]
    options = sweep._parser().parse_args(["car", *more])
    found = trials.grid("car", sweep._values(options))
    assert len(found) == 8 and found[0] == {"bins": [8, 8], "alpha": 0.2, "method": "sarsa"}
    assert found[1]["method"] == "q_learning" and found[-1]["bins"] == [20, 20]


@pytest.mark.parametrize("world", trials.WORLDS)
def test_every_world_trains_as_it_is(world):
    result = trials.run(Trial(world, {"episodes": 400, "looks": 4}, 0))
    assert np.isfinite([result.score, result.held_out]).all()


def test_the_table_is_chosen_by_one_set_of_starts_and_judged_by_another(monkeypatch):
    asked = []

    def evaluate(env, q, *, encode, episodes, seed):
        asked.append(seed)
        return np.array([float(len(asked))] * episodes)

    monkeypatch.setattr(trials.tabular, "evaluate", evaluate)
    result = trials.run(Trial("pole", {"episodes": 20, "looks": 3}, 0))
    assert asked == [trials.CHOOSING] * 3 + [trials.HELD_OUT]
    assert (result.score, result.held_out) == (3.0, 4.0)
    assert abs(trials.CHOOSING - trials.HELD_OUT) >= trials.STARTS


def test_another_board_is_another_game():
    scores = [trials.run(Trial("hunt", {"board": board}, 0)).held_out for board in (None, 3)]
    assert scores[0] != scores[1]


def test_the_summary_puts_the_best_choosing_score_first_and_warns():
    def results(alpha, scores, held_out):
        pairs = enumerate(zip(scores, held_out, strict=True))
        return [Result(Trial("hunt", {"alpha": alpha}, seed), *pair) for seed, pair in pairs]

    every = results(0.1, (1.0, 2.0), (9.0, 9.0)) + results(0.5, (2.0, 3.0), (1.0, 4.0))
    first, second = summary.rows(every)
    assert first.setting == {"alpha": 0.5} and second.held_out.tolist() == [9, 9]
    text = summary.text(every, 1)
    row = text.splitlines()[1].split()
    assert row == ["2.50", "2.50", "1.00", "4.00", "2", "alpha=0.5"]
    assert "and 1 more" in text and "--first-seed 2" in text
    assert "luckiest" not in summary.text(every[:2], 5)


def test_what_can_be_set_is_listed(capsys):
    assert sweep.main(["--list"]) == 0
    assert json.loads(capsys.readouterr().out)["pole"]["bins"] == [6, 4, 6, 16]


def test_without_a_world_or_a_file_the_command_says_what_is_needed(capsys):
    with pytest.raises(SystemExit):
        sweep.main(["hunt"])
    assert "a world and --out are needed" in capsys.readouterr().err


def test_the_optional_packages_are_imported_only_where_they_work():
    assert not loaded("peterwolf.sweep.__main__", "joblib", "distributed")
