"""The same work in one process, in two, and on a cluster of two."""

import os
import sys
import time

import pytest

from peterwolf import workers


def square(number):
    return number * number, os.getpid()


def square_together(told):
    """The square of a number, once two processes are at work in a folder."""
    number, folder = told
    (folder / str(os.getpid())).touch()
    deadline = time.monotonic() + 300  # guards only against hanging
    while len(list(folder.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    return square(number)


def leave_a_mark(told):
    number, folder = told
    time.sleep(0.03)
    (folder / str(number)).touch()


def refuse(number):
    raise ValueError(f"number must not be {number}")


def test_one_job_works_in_this_process_and_in_order():
    assert list(workers.each(square, range(4))) == [(n * n, os.getpid()) for n in range(4)]


@pytest.mark.parametrize("in_order", [True, False])
def test_two_jobs_are_two_other_processes(in_order, tmp_path):
    items = [(number, tmp_path) for number in range(20)]
    done = list(workers.each(square_together, items, jobs=2, in_order=in_order))
    squares = [answer for answer, _ in done]
    assert (squares if in_order else sorted(squares)) == [n * n for n in range(20)]
    assert len({process for _, process in done} - {os.getpid()}) == 2


def test_a_cluster_of_two_does_the_same_work(cluster, tmp_path):
    items = [(number, tmp_path) for number in range(20)]
    done = list(workers.each(square_together, items, dask=cluster))
    assert sorted(answer for answer, _ in done) == [n * n for n in range(20)]
    assert len({process for _, process in done} - {os.getpid()}) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_the_work_raises_comes_through(jobs):
    with pytest.raises(ValueError, match="number must not be 0"):
        list(workers.each(refuse, [0], jobs=jobs))


def test_work_that_is_not_waited_for_is_given_up(tmp_path):
    results = workers.each(leave_a_mark, [(number, tmp_path) for number in range(1000)], jobs=2)
    next(results)
    results.close()
    assert 0 < len(list(tmp_path.iterdir())) < 1000


@pytest.mark.parametrize("jobs", [0, -1])
def test_less_than_one_job_is_refused(jobs):
    with pytest.raises(ValueError, match="jobs must be an integer of 1 or more"):
        list(workers.each(square, [1], jobs=jobs))


def test_without_joblib_one_process_works_and_two_say_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    assert [answer for answer, _ in workers.each(square, [3])] == [9]
    with pytest.raises(workers.MissingError, match="jobs needs: python -m pip install joblib"):
        list(workers.each(square, [3], jobs=2))


def test_without_dask_a_cluster_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(workers.MissingError, match=r"dask needs: .*'dask\[distributed\]'"):
        list(workers.each(square, [3], dask="tcp://127.0.0.1:1"))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_a_cluster_that_does_not_answer_is_named(address, monkeypatch):
    pytest.importorskip("distributed", reason="NOT RUN: dask is missing")
    monkeypatch.setattr(workers, "PATIENCE", 1)
    with pytest.raises(workers.MissingError, match=f"running scheduler.*got '{address}'"):
        list(workers.each(square, [3], dask=address))


def test_the_command_line_has_both_options(capsys):
    parser = workers.command("sweep", "What it does.")
    assert vars(parser.parse_args([])) == {"jobs": 1, "dask": None}
    given = parser.parse_args(["--jobs", "2", "--dask", "tcp://h:1"])
    assert (given.jobs, given.dask) == (2, "tcp://h:1")
    with pytest.raises(SystemExit):
        parser.parse_args(["--jobs", "0"])
    assert "--jobs: must be an integer of 1 or more, got '0'" in capsys.readouterr().err
