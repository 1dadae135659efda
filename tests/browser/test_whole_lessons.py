"""Whole lessons, run through the menu as a learner does it; then their widgets act."""

from look import ROUGH, looks_well
from screen import Screen
from twins import FORAGE, Twin

from peterwolf import Action, Board, Cell
from peterwolf.drawing.overlays import draw_frame
from peterwolf.drawing.render import draw
from peterwolf.widgets import Editor


def test_lesson_01_runs_from_top_to_bottom_and_is_played(desk, lab):
    lesson, twin = desk.open(lab.lesson("01_meet_peter")), Twin(FORAGE, seed=5)
    lesson.run_all()
    shown = lesson.output("play")
    for key, action in (("ArrowUp", Action.UP), ("a", Action.LEFT)):
        Screen(shown).press(key)
        twin.move(action)
        Screen(shown).shows(twin.picture())
    looks_well(shown, "lesson-01")


def test_lesson_04_runs_from_top_to_bottom_and_its_board_is_painted(desk, lab):
    lesson = desk.open(lab.lesson("04_turning_the_knobs"))
    lesson.run_all()
    shown = lesson.output("edit")
    twin = Editor(Board.from_text(lesson.source("edit").split('"""')[1]))
    twin.brush.value = Cell.WATER
    Screen(shown).click(2, 1)
    twin.paint(2, 1)
    frame = draw(twin.board, q=twin.run.q, visits=twin.run.visits)
    draw_frame(frame[50:100, 100:150])
    Screen(shown).shows(frame, ROUGH)
    looks_well(shown, "lesson-04")
