"""A study of Optuna's on two processes, and the figures of a search."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from fresh import loaded
from matplotlib import pyplot as plt

from peterwolf import plots

needs_optuna = pytest.mark.skipif(
    importlib.util.find_spec("optuna") is None, reason="NOT RUN: optuna is missing"
)
WORKER = """
import optuna, sys
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from peterwolf.checks.lesson14 import objective

name, where = sys.argv[1:]
is_file = not where.startswith("sqlite")
storage = JournalStorage(JournalFileBackend(where)) if is_file else where
study = optuna.load_study(study_name="hunt", storage=storage)

def signed(trial):
    trial.set_user_attr("worker", name)
    return objective(trial)

study.optimize(signed, n_trials=6)
"""


@needs_optuna
@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_two_processes_work_on_one_study(tmp_path, kind):
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    where = str(tmp_path / "study.log") if kind == "journal" else f"sqlite:///{tmp_path}/study.db"
    storage = JournalStorage(JournalFileBackend(where)) if kind == "journal" else where
    study = optuna.create_study(study_name="hunt", storage=storage, direction="maximize")
    command = [sys.executable, "-c", WORKER]
    pipes = {"stderr": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen([*command, name, where], **pipes) for name in ("left", "right")]
    # Guards only against hanging; a busy machine needs half a minute.
    said = [worker.communicate(timeout=600)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert sorted(trial.number for trial in study.trials) == list(range(12))
    assert all(trial.state.is_finished() for trial in study.trials)
    by = [trial.user_attrs["worker"] for trial in study.trials]
    assert by.count("left") == by.count("right") == 6
    assert study.best_value == max(trial.value for trial in study.trials)
    if kind == "sqlite":
        study._storage.remove_session()
        study._storage._backend.engine.dispose()


def test_neither_the_package_nor_the_checks_import_optuna():
    assert not loaded("peterwolf.checks, peterwolf.tournament.games", "optuna")


# Figures

TRIED = {"alpha": [0.01, 0.1, 1.0], "gamma": [0.9, 0.8, 0.7]}


def lines_of(ax):
    """The trials' lines, without the axes, from the worst to the best."""
    return [line for line in ax.lines if len(line.get_xdata()) == 3]


def test_a_trial_crosses_each_axis_at_its_value_and_the_last_at_its_score():
    ax = plots.parallel(TRIED, [5.0, 7.0, 6.0], log=["alpha"], best=1)
    heights = [line.get_ydata() for line in lines_of(ax)]
    np.testing.assert_allclose(heights, [[0, 1, 0], [1, 0, 0.5], [0.5, 0.5, 1]], atol=1e-12)
    texts = [text.get_text() for text in ax.texts]
    assert {"alpha (log axis)", "gamma", "score", "0.01", "1", "0.7", "0.9", "5", "7"} <= set(texts)


def test_the_best_trials_are_told_apart_by_more_than_colour():
    first, second, third = lines_of(plots.parallel(TRIED, [5.0, 7.0, 6.0], best=2))
    assert first.get_marker() == "None" and second.get_marker() == third.get_marker() == "o"
    assert first.get_linewidth() < second.get_linewidth()
    none = lines_of(plots.parallel(TRIED, [5.0, 7.0, 6.0], best=0))
    assert {line.get_marker() for line in none} == {"None"}


def test_a_setting_that_never_changed_is_drawn_in_the_middle():
    ax = plots.parallel({"alpha": [0.5, 0.5], "gamma": [0.1, 0.9]}, [1.0, 2.0])
    assert [line.get_ydata()[0] for line in lines_of(ax)] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("tried", "scores"),
    [({}, [1.0]), ({"alpha": [1.0]}, [1.0, 2.0]), ({"alpha": [np.nan]}, [1.0]), ({"a": []}, [])],
)
def test_trials_that_do_not_fit_are_refused(tried, scores):
    with pytest.raises(ValueError, match="tried must hold a finite number for each"):
        plots.parallel(tried, scores)


def test_shares_stand_from_the_largest_down_with_their_percents():
    ax = plots.shares({"alpha": 0.25, "epsilon": 0.7, "gamma": 0.05}, xlabel="importance (%)")
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([5, 25, 70])
    assert [text.get_text() for text in ax.texts] == ["5 %", "25 %", "70 %"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["gamma", "alpha", "epsilon"]
    assert ax.get_xlabel() == "importance (%)"


@pytest.mark.parametrize("parts", [{}, {"alpha": np.inf}])
def test_shares_that_are_none_are_refused(parts):
    with pytest.raises(ValueError, match="parts must hold finite shares"):
        plots.shares(parts, xlabel="importance")


def test_both_figures_draw_on_axes_that_are_given():
    _, (left, right) = plt.subplots(1, 2)
    assert plots.parallel(TRIED, [1.0, 2.0, 3.0], ax=left) is left
    assert plots.shares({"a": 1.0}, xlabel="b", ax=right) is right
