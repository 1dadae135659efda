"""The exercises of lesson 14. No library of searches is needed to judge an objective."""

import math
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import gymnasium
import numpy as np

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, WrongError, ask, expect, expect_real, short
from peterwolf.tournament import baselines, games

RANGES = {"alpha": (0.01, 1.0, True), "gamma": (0.5, 0.999, False), "epsilon": (0.0, 1.0, False)}
EPISODES, SEEDS, STARTS, CHOOSING = 1000, 3, 50, 1_000_000
# 400 honest runs, none failed: good settings got 24 or more, bad ones -37 or less, and at least
# 63 between the two.
GOOD, APART = 10.0, 40.0
# 200 honest runs of 24 hunts, none failed: the worst won 23. In 12 runs each, a walk straight to
# the wolf won at most 9, the (x, y) table 3.
HUNTS, ENOUGH = 24, 14
TIME = games.Limits(begin=10.0, act=1.0)  # so much that a busy machine costs nobody the hunt


def objective(trial: Any) -> float:
    """Return the mean score of tables for the hunt from three training seeds.

    `trial` suggests alpha, gamma and epsilon, as Optuna's does.
    """
    setting = {
        name: trial.suggest_float(name, low, high, log=log)
        for name, (low, high, log) in RANGES.items()
    }
    env, scores = gymnasium.make("peterwolf/Hunt-v0"), []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        run = tabular.q_learning(env, episodes=EPISODES, rng=rng, progress=False, **setting)
        scores.append(tabular.evaluate(env, run.q, episodes=STARTS, seed=CHOOSING).mean())
    return float(np.mean(scores))


def trial_of(values: dict[str, float], asked: dict[str, tuple]) -> SimpleNamespace:
    """Return a trial that suggests `values` and keeps in `asked` what it was asked for.

    Its methods are plain functions, which the grader can lend to a sandbox. No trial is given up.
    """

    def suggest_float(name: str, low: float, high: float, *, log: bool = False) -> float:
        known = isinstance(name, str) and name in RANGES
        expect(known, f"the trial must be asked for {', '.join(RANGES)}, got {short(name)}")
        asked[name] = low, high, log
        return values[name]

    def report(value: float, step: int) -> None:
        pass

    def should_prune() -> bool:
        return False

    return SimpleNamespace(
        suggest_float=suggest_float, report=report, should_prune=should_prune, params=dict(values)
    )


def _value(answer: Callable, setting: dict[str, float]) -> float:
    """Return what an objective says of a setting, having held it to the questions it asks."""
    case = "a trial that suggests " + ", ".join(f"{k}={v:.3g}" for k, v in setting.items())
    asked: dict[str, tuple] = {}
    got = expect_real(ask(answer, (trial_of(setting, asked),), case), case)
    expect(math.isfinite(got), f"for {case} a finite number was expected, got {got}")
    for name, (low, high, log) in RANGES.items():
        expect(name in asked, f'the trial was never asked for "{name}"')
        told = f"{name} must be suggested from {low:g} to {high:g}" + (", log=True" if log else "")
        expect(asked[name] == (low, high, log), f"{told}, got {short(asked[name])}")
    return got


def scores(answer: Callable, seed: int) -> tuple[float, float]:
    """Return what an objective says of a good setting and of a bad one, both of a seed."""
    rng = np.random.default_rng([140, seed])
    good = {"alpha": rng.uniform(0.8, 1), "gamma": rng.uniform(0.85, 0.95)}
    bad = {"alpha": rng.uniform(0.01, 0.03), "gamma": rng.uniform(0.5, 0.7), "epsilon": 1.0}
    good |= {"epsilon": rng.uniform(0, 0.02)}
    best, worst = _value(answer, good), _value(answer, bad)
    expect(
        _value(answer, good) == best,
        "the same setting has got two scores: train from the seeds 0, 1 and 2, and evaluate on "
        "the same starts in every trial",
    )
    return best, worst


def _judge_objective(answer: Callable, seed: int) -> None:
    best, worst = scores(answer, seed)
    expect(
        best >= worst + APART,
        f"a good setting gets {best:.4g} and a bad one {worst:.4g}; larger must be better, and "
        f"they are at least {APART:g} apart",
    )
    expect(
        best >= GOOD,
        f"a good setting gets {best:.4g}, and {GOOD:g} or more was expected: return the mean of "
        "what the greedy policies of three full trainings earn",
    )


def make_agent() -> games.Agent:
    """Return an agent that learns each board in 10,000 games when it is told the board."""
    return baselines.make("table")


@lru_cache(maxsize=2)
def hunts(seed: int) -> list[games.Meeting]:
    """Return the hidden games of a seed."""
    return games.meetings(HUNTS, 1400 + seed)


def hunts_won(agent: games.Agent, seed: int) -> int:
    """Return how many of the hidden games an agent wins; a forfeit is an error."""
    played = games.play_all(lambda: agent, hunts(seed), TIME)
    lost = [game.reason for game in played if game.outcome == "forfeit"]
    if lost:
        raise WrongError(f"{len(lost)} of {HUNTS} hunts were lost without an end: {lost[0]}")
    return sum(game.outcome == "won" for game in played)


def _judge_make_agent(answer: Callable, seed: int) -> None:
    agent = ask(answer, (), "no arguments")
    for method in ("begin", "act"):
        held = callable(getattr(agent, method, None))
        expect(held, f"an agent with the method {method} was expected, got {short(agent)}")
    won = hunts_won(agent, seed)
    expect(
        won >= ENOUGH,
        f"your agent wins {won} of {HUNTS} hunts on boards that it has not seen; {ENOUGH} are "
        "needed",
    )


EXERCISES = (
    Exercise(
        "14_objective",
        2,
        objective,
        _judge_objective,
        "three questions to the trial, then a training and an evaluation for each of the seeds "
        "0, 1, 2, and the mean.",
        section=2,
    ),
    Exercise(
        "14_make_agent",
        4,
        make_agent,
        _judge_make_agent,
        "learn the board in begin, by Q-learning on an env of that board, and ask the greedy "
        "policy in act.",
        section=7,
        seconds=120.0,
    ),
)
