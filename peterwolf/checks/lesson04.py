"""The exercises of lesson 04, and the curves that one of them asks about."""

from collections.abc import Callable
from functools import cache
from typing import Any

import gymnasium
import numpy as np

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, ask, expect, expect_number, short

EPISODES, SEEDS = 1000, 10
# How each setting differs from alpha 0.5, gamma 0.95, epsilon 0.1 and a table of zeros.
SETTINGS: dict[int, dict[str, Any]] = {
    1: {},
    2: {"epsilon": tabular.linear_decay(1.0, 0.0, EPISODES)},
    3: {"gamma": 0.0},
    4: {"epsilon": 0.0, "initial": 20.0},
}
TRUTH = {"A": 3, "B": 4, "C": 2, "D": 1}


def sarsa_target(
    reward: float, gamma: float, q_next: np.ndarray, next_action: int, terminated: bool
) -> float:
    """Return reward + gamma · the value of the next action, without it where the game ended.

    `q_next` is the row of the next state, shape (actions,).
    """
    return reward + gamma * (1 - terminated) * q_next[next_action]


def _judge_sarsa_target(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([41, seed])
    row = np.array([1.0, -2.0, 4.0, 0.5])
    cases: list[tuple] = [(-0.1, 0.9, row, action, False) for action in (0, 3, 1, 2)]
    cases += [(10.0, 0.9, row, 2, True), (-10.0, 0.5, row, 1, np.True_), (-0.1, 0.0, row, 1, False)]
    cases += [(-0.1, 1.0, -row - 5, 3, False), (2.0, 0.5, row, 1, np.False_)]
    for _ in range(20):
        values = rng.normal(size=rng.integers(2, 6)).round(3)
        case = (round(rng.normal(), 2), round(rng.random(), 2), values)
        cases.append((*case, int(rng.integers(len(values))), bool(rng.integers(2))))
    names = ("reward", "gamma", "q_next", "next_action", "terminated")
    for case in cases:
        reward, gamma, q_next, next_action, terminated = case
        before = q_next.copy()
        future = 0.0 if terminated else gamma * q_next[next_action]
        expect_number(answer, dict(zip(names, case, strict=True)), reward + future)
        expect(np.array_equal(q_next, before), "q_next must stay as it was")


def epsilon_schedule(episode: int, episodes: int, start: float, stop: float) -> float:
    """Return epsilon: from `start` in equal steps to `stop` at half of the episodes, then that."""
    return start + (stop - start) * min(1.0, episode / (episodes / 2))


def _judge_epsilon_schedule(answer: Callable, seed: int) -> None:
    names = ("episode", "episodes", "start", "stop")
    cases = [(episode, 1000, 1.0, 0.1) for episode in (0, 250, 500, 499, 501, 750, 999, 1)]
    cases += [(episode, 5, 1.0, 0.0) for episode in range(5)]
    cases += [(0, 1, 0.8, 0.2), (1, 3, 0.9, 0.3), (2, 3, 0.9, 0.3), (30, 100, 0.3, 0.3)]
    cases += [(20, 100, 0.1, 0.9), (90, 100, 0.1, 0.9), (40, 100, 0.0, 1.0)]
    rng = np.random.default_rng([42, seed])
    for _ in range(20):
        episodes = int(rng.integers(2, 5000))
        ends = rng.random(2).round(2).tolist()
        cases.append((int(rng.integers(episodes)), episodes, *ends))
    for case in cases:
        episode, episodes, start, stop = case
        part = np.interp(episode, [0, episodes / 2], [start, stop])
        expect_number(answer, dict(zip(names, case, strict=True)), float(part))


@cache
def curves() -> dict[str, np.ndarray]:
    """Return the learning curves A to D: returns of the episodes, shape (seeds, episodes)."""
    return {letter: _returns(**SETTINGS[number]) for letter, number in TRUTH.items()}


def _returns(initial: float = 0.0, **changed: Any) -> np.ndarray:
    """Return the returns of ten trainings on the classic board, each from a seed of its own."""
    knobs: dict[str, Any] = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.1} | changed
    env = gymnasium.make("peterwolf/Forage-v0")
    table = np.full((8, 8, 4), initial)
    generators = [np.random.default_rng(seed) for seed in range(SEEDS)]
    runs = [
        tabular.q_learning(env, episodes=EPISODES, **knobs, rng=rng, q=table) for rng in generators
    ]
    return np.array([run.returns for run in runs])


def match_curves() -> dict[str, int]:
    """Return which setting each of the four curves comes from, {letter: number}."""
    return dict(TRUTH)


def _judge_match_curves(answer: Callable, seed: int) -> None:
    """Hold the answer to the truth; the curves are those of the lesson whatever the seed."""
    letters, numbers = ", ".join(TRUTH), ", ".join(map(str, SETTINGS))
    got = ask(answer, (), "no arguments")
    fits = isinstance(got, dict) and got.keys() == TRUTH.keys()
    expect(fits, f"a dict with the keys {letters} was expected, got {short(got)}")
    for letter, number in got.items():
        whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
        expect(
            whole and number in SETTINGS,
            f"a setting is one of {numbers}, got {short(number)} for {letter}",
        )
    twice = len(set(got.values())) < len(got)
    expect(not twice, f"each setting belongs to one curve, got {short(list(got.values()))}")
    right = sum(got[letter] == number for letter, number in TRUTH.items())
    expect(right == len(TRUTH), f"{right} of {len(TRUTH)} curves have their setting")


EXERCISES = (
    Exercise(
        "04_epsilon_schedule",
        1,
        epsilon_schedule,
        _judge_epsilon_schedule,
        "which part of the way from start to stop is done after so many episodes, and can it be "
        "more than all of it?",
        section=6,
    ),
    Exercise(
        "04_match_curves",
        2,
        match_curves,
        _judge_match_curves,
        "where does each setting begin, how fast does it rise, and where must it end?",
        section=8,
    ),
    Exercise(
        "04_sarsa_target",
        1,
        sarsa_target,
        _judge_sarsa_target,
        "which entry of the next row counts, and does it count after the game has ended?",
        section=9,
    ),
)
