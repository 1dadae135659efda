"""Every check calls right what is right, however it is written, and refuses what is wrong."""

import re
from functools import cache

import answers01
import answers02
import answers03
import answers04
import answers05
import answers06
import answers07
import answers08
import answers09
import answers10
import answers11
import answers12
import answers13
import answers14
import pytest
from patience import give_time

from peterwolf import checks
from peterwolf.checks.exercise import Exercise

ANSWERS = (
    answers01,
    answers02,
    answers03,
    answers04,
    answers05,
    answers06,
    answers07,
    answers08,
    answers09,
    answers10,
    answers11,
    answers12,
    answers13,
    answers14,
)
RIGHT = {name: those for answers in ANSWERS for name, those in answers.RIGHT.items()}
WRONG = {name: those for answers in ANSWERS for name, those in answers.WRONG.items()}


def needs(name):
    """What an exercise of lesson 13 needs beside the course."""
    missing = name.startswith("13_") and answers13.torch is None
    return pytest.mark.skipif(missing, reason="PyTorch is missing")


def each(answers):
    return [
        pytest.param(name, answer, id=f"{name}: {what}", marks=needs(name))
        for name, those in answers.items()
        for what, answer in those.items()
    ]


JUDGED = cache(Exercise.fault)


@pytest.fixture(autouse=True)
def _every_answer_is_judged_once(monkeypatch):
    give_time(monkeypatch)
    monkeypatch.setattr(Exercise, "fault", JUDGED)


def test_every_exercise_has_two_right_answers_and_three_wrong_ones():
    assert RIGHT.keys() == WRONG.keys() == checks.EXERCISES.keys()
    assert min(map(len, RIGHT.values())) >= 2 and min(map(len, WRONG.values())) >= 3


@pytest.mark.parametrize(("name", "answer"), each(RIGHT))
def test_a_right_answer_passes_however_it_is_written(name, answer, capsys):
    checks.check(name, answer)
    assert capsys.readouterr().out == f"✓ {name}: right.\n"
    checks.require(name, answer)
    assert checks.use(name, answer) is answer


@pytest.mark.parametrize(("name", "wrong"), each(WRONG))
def test_a_wrong_answer_is_refused_and_told_why(name, wrong, capsys):
    answer, told = wrong
    checks.check(name, answer)
    line = capsys.readouterr().out
    assert line.startswith(f"✗ {name}: ") and line.count("\n") == 1
    verdict, hint = line.split(" Hint: ")
    assert told in verdict
    assert not re.search(r"(?<!<)\b([a-z]{2,}) \1\b", verdict), "a word is said twice"
    for wanted, got in re.findall(r"(?:is|becomes) (\S+), got (\S+)$", verdict):
        assert wanted != got.rstrip("."), "both look the same"
    assert hint.strip() == checks.EXERCISES[name].hint
    with pytest.raises(AssertionError, match=name):
        checks.require(name, answer)
