"""Whole lessons, opened and run as a learner does it."""

import pytest


@pytest.mark.parametrize("name", ["01_meet_peter", "04_turning_the_knobs"])
def test_a_lesson_runs_from_top_to_bottom(desk, lab, name):
    lesson = desk.open(lab.lesson(name))
    lesson.run_all()
