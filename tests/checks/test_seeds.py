"""Under other seeds, so on other cases, right answers are right and wrong ones wrong.

A cheap part of what `honest.py` measures over hundreds of seeds.
"""

import pytest
from patience import give_time
from test_answers import RIGHT, WRONG, needs

from peterwolf import checks

SEEDS = range(1, 6)
FEWER = {  # those that take long
    "01_random_policy": 2,
    "03_epsilon_greedy": 2,
    "03_train": 1,
    "06_make_corridor_env": 3,
    "11_sample": 2,
    "12_bootstrap_interval": 2,
    "13_td_loss": 2,
    "14_objective": 3,
}
# So long that one other seed is enough, with which tests/grading/test_right_answers.py judges.
ONCE = {"05_encode", "05_hunt_reward", "07_car_settings", "14_make_agent"}
every_exercise = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=needs(name)) for name in sorted(checks.EXERCISES.keys() - ONCE)],
)


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch):
    give_time(monkeypatch)


def seeds(name):
    return SEEDS[: FEWER.get(name, len(SEEDS))]


@every_exercise
def test_right_answers_pass_under_other_seeds(name):
    exercise = checks.EXERCISES[name]
    answers = {"the package's": exercise.reference, **RIGHT[name]}
    refused = [
        (what, seed, fault)
        for seed in seeds(name)
        for what, answer in answers.items()
        if (fault := exercise.fault(answer, seed)) is not None
    ]
    assert refused == []


@every_exercise
def test_wrong_answers_fail_under_other_seeds(name):
    exercise = checks.EXERCISES[name]
    passed = [
        (what, seed)
        for seed in seeds(name)
        for what, (answer, _) in WRONG[name].items()
        if exercise.fault(answer, seed) is None
    ]
    assert passed == []
