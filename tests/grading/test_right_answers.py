"""The grader and the tutor judge alike: what is right earns full marks, what is wrong nothing."""

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path

import pytest
from patience import ENOUGH, give_time
from submitted import ROOT, needs_bubblewrap

from peterwolf.grading import lessons
from peterwolf.grading.grader import Desk, Setting
from peterwolf.grading.submissions import Submission
from peterwolf.sandbox import bubblewrap as bubble

pytestmark = needs_bubblewrap
LESSONS = lessons.released(ROOT / "notebooks")
ANSWERS = ROOT / "tests" / "checks"
SEED = 3
# What trains takes a second: one in three of its wrong answers; the tutor judges all of them.
TRAINED = {"05_encode", "05_hunt_reward", "07_car_settings", "14_make_agent", "14_objective"}
# What the sets of answers import and a submission cannot: constants of the checks, and what is
# the answer to another exercise.
STANDS_FOR = {
    "03": "class tabular:\n    epsilon_greedy = staticmethod(RIGHT['03_epsilon_greedy']['lists'])",
    "04": "TRUTH = {'A': 3, 'B': 4, 'C': 2, 'D': 1}",
    "07": "KEYS = ('episode', 'mean', 'min', 'max')",
}
# Right as the tutor sees it, and here the very reference that must not be in sight.
THE_PACKAGES = {
    ("04_epsilon_schedule", "the package's, in half episodes"),
    ("06_run_episode", "play_episode in a wrapper, and numpy's types"),
    ("09_tile_indices", "the package's"),
    ("10_forward", "the package's"),
    ("10_backward", "the package's"),
}


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch):
    give_time(monkeypatch)


@cache
def source(number: str) -> str:
    """The source of a set of answers, as a cell may hold it."""
    text = (ANSWERS / f"answers{number}.py").read_text(encoding="utf-8")
    offered = bubble.OFFERED + bubble.ALSO_OFFERED.get(number, ())
    rooms = {each.partition("/")[0] for each in offered}
    module, name = r"peterwolf(?:\.(\w+))?(?:\.\w+)?", r"(\w+)"
    for line in re.findall(r"^from peterwolf.*$", text, re.M):
        found = re.match(rf"from {module} import {name}", line)
        if (found[1] or found[2]) in {"checks", "tabular", "dqn", "rollout"} - rooms:
            text = text.replace(line, "")
    stand_in = STANDS_FOR.get(number, "")
    return f"{text}\n{stand_in}" if "RIGHT[" in stand_in else f"{stand_in}\n{text}"


def names_of(number: str, which: str) -> list[tuple[str, str]]:
    """(grade id, what is particular) of the right or wrong answers of a lesson."""
    sys.path.insert(0, str(ANSWERS))
    answers = vars(importlib.import_module(f"answers{number}"))[which]
    every = {name: 3 if which == "WRONG" and name in TRAINED else 1 for name in answers}
    return [(name, what) for name in answers for what in list(answers[name])[:: every[name]]]


def judged(number: str, which: str, folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """The verdicts on all right, or all wrong, answers of a lesson."""
    bubble.write_course(folder / number, number)
    verdicts = {}
    lesson, setting = LESSONS[number], Setting(SEED, ENOUGH, True, folder)
    desk = Desk(Submission("all", lesson, {}, {}), lesson, setting)
    for name, what in names_of(number, which):
        first = "[0]" if which == "WRONG" else ""
        line = f"\n{name[3:]} = {which}[{name!r}][{what!r}]{first}\n"
        desk.submission.cells[name] = source(number) + line
        verdicts[name, what] = desk.judged(name)
    if desk.sandbox:
        desk.sandbox.close()
    return verdicts


def each_lesson(test):
    """Run a test for each lesson; the one with PyTorch only where that is."""
    torch = importlib.util.find_spec("torch")
    skip = pytest.mark.skipif(torch is None, reason="PyTorch is missing")
    numbers = [pytest.param(n, marks=skip if n == "13" else ()) for n in sorted(LESSONS)]
    return pytest.mark.parametrize("number", numbers)(test)


@each_lesson
def test_every_right_answer_earns_its_points(number, tmp_path):
    verdicts = judged(number, "RIGHT", tmp_path)
    refused = {case: verdict for case, verdict in verdicts.items() if verdict[0] != "right"}
    assert refused.keys() == THE_PACKAGES & verdicts.keys()
    assert all("is not defined" in reason for _, reason in refused.values())


@each_lesson
def test_no_wrong_answer_earns_points(number, tmp_path):
    verdicts = judged(number, "WRONG", tmp_path)
    passed = {case for case, (verdict, _) in verdicts.items() if verdict == "right"}
    assert passed == set()
    assert all(reason for _, reason in verdicts.values())
