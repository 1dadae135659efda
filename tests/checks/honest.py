"""Judge the right answers of an exercise under many seeds: `honest.py 03_train --runs 200`."""

import argparse

from test_answers import RIGHT

from peterwolf import checks


def failures(name: str, seeds: range) -> list[tuple[int, str, str]]:
    """Return (seed, answer, fault) of each judgement that fails; the seeds go round the answers."""
    exercise = checks.EXERCISES[name]
    answers = {"the package's": exercise.reference, **RIGHT[name]}
    found = []
    for seed in seeds:
        what = list(answers)[seed % len(answers)]
        fault = exercise.fault(answers[what], seed)
        if fault is not None:
            found.append((seed, what, fault))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=RIGHT)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    asked = parser.parse_args()
    found = failures(asked.name, range(asked.first, asked.first + asked.runs))
    print(f"{asked.name}: {asked.runs} runs, {len(found)} failures", *found, sep="\n")
