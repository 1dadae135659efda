"""The progress bar: on long runs only, and gone when the run is."""

import gymnasium
import numpy as np
import pytest

from peterwolf import progress, tabular


class Bar:
    """Stands in for tqdm and remembers what it was told."""

    made: list["Bar"] = []

    def __init__(self, **how):
        self.how, self.updates, self.closed = how, 0, False
        Bar.made.append(self)

    def update(self, count):
        self.updates += count

    def close(self):
        self.closed = True


@pytest.fixture
def bars(monkeypatch):
    monkeypatch.setattr(Bar, "made", [])
    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    return Bar.made


class Walk(gymnasium.Env):
    """One state; an episode is one step, and the tenth does what `tenth` does."""

    observation_space = gymnasium.spaces.Discrete(1)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, tenth):
        self.tenth, self.episodes = tenth, 0

    def reset(self, *, seed=None, options=None):
        self.episodes += 1
        return 0, {}

    def step(self, action):
        if self.episodes == 10:
            raise self.tenth
        return 0, 1.0, True, False, {}


def learn(env: gymnasium.Env, shown: bool | None):
    rng = np.random.default_rng(0)
    return tabular.q_learning(
        env, episodes=20, alpha=0.5, gamma=0.9, epsilon=0.1, rng=rng, progress=shown
    )


def counted(episodes, shown=None):
    """Count that many episodes, one by one, and close the bar."""
    bar = progress.Bar(episodes, shown)
    for _ in range(episodes):
        bar.advance()
    bar.close()
    return bar


def test_a_short_run_shows_no_bar(bars, capsys):
    assert counted(1000).done == 1000
    assert bars == [] and capsys.readouterr() == ("", "")


def test_a_run_that_lasts_shows_a_bar_from_where_it_stands(bars, monkeypatch):
    late = progress.PATIENCE + 0.5
    seconds = iter([0.0, 1.0, late])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))
    counted(5)
    (bar,) = bars
    assert bar.how["total"] == 5 and bar.how["initial"] == 3 and bar.closed


def test_a_slow_start_is_no_long_run(bars, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    bar = progress.Bar(2)
    for later in (progress.PATIENCE + 5.0, progress.PATIENCE + 6.0):
        clock[0] = later
        bar.advance()
    assert bars == []


def test_a_bar_that_was_asked_for_is_shown_at_once_and_counts_the_episodes(bars):
    given = progress.Bar(7, True)
    (bar,) = bars
    assert bar.how["total"] == 7 and bar.how["initial"] == 0 and not bar.closed
    given.advance(3)
    given.advance()
    assert bar.updates == 4 and given.done == 4 and not bar.closed
    given.close()
    assert bar.closed


def test_a_bar_leaves_nothing_behind(bars):
    counted(5, True)
    assert bars[0].how["leave"] is False


def test_a_bar_that_was_forbidden_is_not_shown_on_a_long_run(bars, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    counted(5, False)
    assert bars == []


def test_without_a_notebook_a_real_bar_counts_on_stderr(capsys):
    counted(3, True)
    assert "0/3" in capsys.readouterr().err


def test_stopping_the_kernel_closes_the_bar(bars):
    assert learn(Walk(KeyboardInterrupt), True).interrupted
    assert bars[0].closed


def test_an_error_closes_the_bar_while_its_traceback_is_kept(bars):
    with pytest.raises(ZeroDivisionError) as kept:
        learn(Walk(ZeroDivisionError), True)
    assert kept.traceback and bars[0].closed


def test_learning_shows_no_bar_on_a_short_run(bars):
    learn(gymnasium.make("FrozenLake-v1"), None)
    assert bars == []


@pytest.mark.parametrize("engine", ["python", "compiled"])
def test_learning_prints_nothing(engine, capfd):
    env, how = gymnasium.make("peterwolf/Forage-v0"), {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.1}
    tabular.q_learning(env, episodes=50, rng=np.random.default_rng(0), engine=engine, **how)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("shown", ["yes", 1, 0, 2.5])
def test_progress_is_true_false_or_none(shown):
    with pytest.raises(ValueError, match="progress must be one of None, True, False, got"):
        progress.Bar(3, shown)
