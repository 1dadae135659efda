"""Answers to the exercises of lesson 04 that must pass, and ones that must not."""

import itertools

import numpy as np

from peterwolf import tabular
from peterwolf.checks.lesson04 import TRUTH

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# sarsa_target


def sarsa_target_by_cases(reward, gamma, q_next, next_action, terminated):
    if terminated:
        return reward
    return reward + gamma * q_next[next_action]


RIGHT["04_sarsa_target"] = {
    "cases": sarsa_target_by_cases,
    "a factor": lambda r, gamma, row, action, end: r + gamma * (1 - end) * row[action],
    "not": lambda r, gamma, row, action, end: r + gamma * (not end) * float(row[action]),
    "one hot": lambda r, gamma, row, action, end: (
        r + (0 if end else gamma) * np.dot(np.eye(len(row))[action], row)
    ),
}


def sarsa_target_of_true_actions(reward, gamma, q_next, next_action, terminated):
    # `if not action` drops action 0.
    if terminated or not next_action:
        return reward
    return reward + gamma * q_next[next_action]


def sarsa_target_in_place(reward, gamma, q_next, next_action, terminated):
    q_next *= gamma * (1 - terminated)
    return reward + q_next[next_action]


WRONG["04_sarsa_target"] = {
    "Q-learning's": (
        lambda r, gamma, row, action, end: r + gamma * (1 - end) * row.max(),
        "the answer is 0.8, got 3.5",
    ),
    "expected SARSA's": (
        lambda r, gamma, row, action, end: r + gamma * (1 - end) * row.mean(),
        "the answer is 0.8, got 0.6875",
    ),
    "the end goes on": (
        lambda r, gamma, row, action, end: r + gamma * row[action],
        "the answer is 10, got 13.6",
    ),
    "the cut is the wrong way round": (
        lambda r, gamma, row, action, end: r + gamma * end * row[action],
        "the answer is 0.8, got -0.1",
    ),
    "no discount": (
        lambda r, gamma, row, action, end: r + (1 - end) * row[action],
        "the answer is 0.8, got 0.9",
    ),
    "a minus sign": (
        lambda r, gamma, row, action, end: r - gamma * (1 - end) * row[action],
        "the answer is 0.8, got -1",
    ),
    "the action instead of its value": (
        lambda r, gamma, row, action, end: r + gamma * (1 - end) * action,
        "the answer is 0.8, got -0.1",
    ),
    "action 0 is no action": (sarsa_target_of_true_actions, "the answer is 0.8, got -0.1"),
    "the row is changed": (sarsa_target_in_place, "q_next must stay as it was"),
    "the row": (
        lambda r, gamma, row, action, end: r + gamma * (1 - end) * row,
        "a number was expected",
    ),
}


# epsilon_schedule


def epsilon_schedule_by_cases(episode, episodes, start, stop):
    half = episodes / 2
    if episode >= half:
        return stop
    return start + (stop - start) * episode / half


RIGHT["04_epsilon_schedule"] = {
    "cases": epsilon_schedule_by_cases,
    "the smaller part": lambda k, n, start, stop: start + (stop - start) * min(1, 2 * k / n),
    "interpolation": lambda k, n, start, stop: np.interp(k, [0, n / 2], [start, stop]),
    "two weights": lambda k, n, start, stop: (
        (1 - min(k / n, 0.5) * 2) * start + min(k / n, 0.5) * 2 * stop
    ),
    "the package's, in half episodes": lambda k, n, start, stop: tabular.linear_decay(
        start, stop, n
    )(2 * k),
}


def epsilon_schedule_of_whole_halves(episode, episodes, start, stop):
    return start + (stop - start) * min(1, episode / max(1, episodes // 2))


def epsilon_schedule_one_late(episode, episodes, start, stop):
    return start + (stop - start) * min(1, (episode + 1) / (episodes / 2))


WRONG["04_epsilon_schedule"] = {
    "it falls over all episodes": (
        lambda k, n, start, stop: start + (stop - start) * k / n,
        "the answer is 0.55, got 0.775",
    ),
    "it never stops falling": (
        lambda k, n, start, stop: start + (stop - start) * 2 * k / n,
        "the answer is 0.1, got 0.0982",
    ),
    "it stops at zero": (
        lambda k, n, start, stop: max(0, start * (1 - 2 * k / n)),
        "the answer is 0.55, got 0.5",
    ),
    "start and stop are swapped": (
        lambda k, n, start, stop: stop + (start - stop) * min(1, 2 * k / n),
        "the answer is 1, got 0.1",
    ),
    "one episode too early": (epsilon_schedule_one_late, "the answer is 1, got 0.9982"),
    "half of 5 is 2": (epsilon_schedule_of_whole_halves, "episode=1, episodes=5"),
    "it can only fall": (
        lambda k, n, start, stop: max(stop, start + (stop - start) * 2 * k / n),
        "start=0.1, stop=0.9",
    ),
    "it falls by a factor": (
        lambda k, n, start, stop: max(stop, start * 0.99**k),
        "the answer is 0.55, got 0.1",
    ),
    "a schedule": (
        lambda k, n, start, stop: tabular.linear_decay(start, stop, n),
        "a number was expected",
    ),
}


# match_curves


def match_curves_by_zip():
    return dict(zip("ABCD", map(TRUTH.get, "ABCD"), strict=True))


def match_curves_backwards():
    return {letter: np.int64(TRUTH[letter]) for letter in reversed(TRUTH)}


RIGHT["04_match_curves"] = {
    "a zip": match_curves_by_zip,
    "another order and numpy's ints": match_curves_backwards,
}


def match_curves_but(*changed):
    """Return an answer that goes on from the letters in `changed` with each other's setting."""
    turned = dict(zip(changed, changed[1:] + changed[:1], strict=True))
    return lambda: {letter: TRUTH[turned.get(letter, letter)] for letter in TRUTH}


WRONG["04_match_curves"] = {
    f"{''.join(changed)} are mixed up": (
        match_curves_but(*changed),
        f"{4 - len(changed)} of 4 curves have their setting",
    )
    for changed in [*itertools.combinations("ABCD", 2), tuple("ABC"), tuple("ABCD")]
}
WRONG["04_match_curves"] |= {
    "the other way round": (
        lambda: {number: letter for letter, number in TRUTH.items()},
        "a dict with the keys A, B, C, D was expected",
    ),
    "a curve is missing": (
        lambda: {"A": 1, "B": 2, "C": 3},
        "a dict with the keys A, B, C, D was expected",
    ),
    "small letters": (
        lambda: {"a": 1, "b": 2, "c": 3, "d": 4},
        "a dict with the keys A, B, C, D was expected",
    ),
    "a list": (lambda: list(TRUTH.values()), "a dict with the keys A, B, C, D was expected"),
    "one setting for all": (
        lambda: dict.fromkeys("ABCD", 1),
        "each setting belongs to one curve",
    ),
    "text": (lambda: {key: str(number) for key, number in TRUTH.items()}, "one of 1, 2, 3, 4"),
    "counted from 0": (
        lambda: {key: number - 1 for key, number in TRUTH.items()},
        "one of 1, 2, 3, 4, got 0",
    ),
    "True is no setting": (lambda: {"A": True, "B": 2, "C": 3, "D": 4}, "got True for A"),
}
