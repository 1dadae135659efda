"""Judge the right answers of an exercise under many seeds: `honest.py 03_train --runs 200`.

It prints each verdict with the figures that the judge saw, and their range for each answer.
"""

import argparse
from unittest import mock

import numpy as np
from test_answers import RIGHT, WRONG

from peterwolf import checks
from peterwolf.checks import lesson03 as training
from peterwolf.checks import lesson05 as hunting
from peterwolf.checks import lesson07 as driving
from peterwolf.checks import lesson11, lesson12, lesson14

# The function, of the judge's module, whose results are held to the pass line.
FIGURES = {
    "03_train": (training, "shortest_share"),
    "05_encode": (hunting, "state_share"),
    "05_hunt_reward": (hunting, "reward_share"),
    "07_car_settings": (driving, "reached"),
    "11_sample": (lesson11, "drawn_shares"),
    "12_bootstrap_interval": (lesson12, "distances"),
    "14_make_agent": (lesson14, "hunts_won"),
    "14_objective": (lesson14, "scores"),
}


def judged(name: str, answer, seed: int) -> tuple[str | None, np.ndarray | None]:
    """Return what is wrong with an answer, and the figures of the judge if it came to them."""
    exercise = checks.EXERCISES[name]
    if name not in FIGURES:
        return exercise.fault(answer, seed), None
    module, function = FIGURES[name]
    measure, seen = getattr(module, function), []

    def witnessed(*given):
        seen.append(measure(*given))
        return seen[-1]

    with mock.patch.object(module, function, witnessed):
        fault = exercise.fault(answer, seed)
    return fault, np.atleast_1d(seen[0]) if seen else None


def answers_of(name: str, wanted: list[str] | None) -> dict:
    """Return the answers of those names, right or wrong ones; without names all right ones."""
    right = {"the package's": checks.EXERCISES[name].reference, **RIGHT[name]}
    wrong = {what: answer for what, (answer, _) in WRONG[name].items()}
    return right if wanted is None else {what: (right | wrong)[what] for what in wanted}


def report(name: str, answers: dict, seeds: range) -> None:
    """Judge under each seed one answer, or another, in turn; print what came of it."""
    faults, figures = 0, {what: [] for what in answers}
    for seed in seeds:
        what = list(answers)[seed % len(answers)]
        fault, seen = judged(name, answers[what], seed)
        told = "" if seen is None else f" {seen.round(3).tolist()}"
        print(f"{seed} {what}:{told} {fault or 'right'}", flush=True)
        figures[what] += [] if seen is None else [seen]
        faults += fault is not None
    print(f"{name}: {len(seeds)} runs, {faults} failures")
    for what, rows in figures.items():
        if rows:
            low, high = np.min(rows, axis=0).round(3), np.max(rows, axis=0).round(3)
            print(f"{what}: {len(rows)} times from {low.tolist()} to {high.tolist()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=RIGHT)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--answer", action="append", help="only these, wrong ones too")
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.runs)
    report(asked.name, answers_of(asked.name, asked.answer), seeds)
