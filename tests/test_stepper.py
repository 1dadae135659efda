"""The one-step debugger does what q_learning does, and shows every number of it."""

import re

import gymnasium
import numpy as np
import pytest
from frontend import click, pixels, press

from peterwolf import CLASSIC, Board, tabular
from peterwolf.drawing.overlays import INK
from peterwolf.drawing.render import draw
from peterwolf.widgets import Stepper

CORRIDOR = Board.from_text("""
    .TTA
    TTTT
""")  # one ground cell: every episode starts at (0, 0)
BESIDE = Board.from_text("""
    .A
    ~W
""")  # every move but one into the edge ends the game
HUNT = Board.from_text("""
    .T
    ~W
""")


def made(board: Board = CLASSIC, name: str = "Forage", **options) -> gymnasium.Env:
    return gymnasium.make(f"peterwolf/{name}-v0", board=board, **options)


def stepper(board: Board = CLASSIC, seed: int = 0, name: str = "Forage", **changed) -> Stepper:
    return Stepper(made(board, name), rng=np.random.default_rng(seed), **changed)


def framed(widget: Stepper, cell: int = 50) -> list[tuple[int, int]]:
    """The cells (x, y) of the still picture whose outermost pixels are all dark."""
    picture = pixels(widget.still.data)
    found = []
    for x in range(picture.shape[1] // cell):
        for y in range(picture.shape[0] // cell):
            own = picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]
            edge = np.concatenate([own[:4].reshape(-1, 3), own[:, :4].reshape(-1, 3)])
            if (edge == INK).all():
                found.append((x, y))
    return found


# The same as q_learning


@pytest.mark.parametrize("engine", ["python", "compiled"])
@pytest.mark.parametrize("name", ["Forage", "Hunt"])
@pytest.mark.parametrize("seed", [0, 1])
def test_after_forty_episodes_the_table_is_that_of_q_learning_bit_for_bit(name, seed, engine):
    widget = stepper(seed=seed, name=name)
    widget.finish(40)
    settings = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.3}
    rng = np.random.default_rng(seed)
    run = tabular.q_learning(made(name=name), episodes=40, rng=rng, engine=engine, **settings)
    assert np.array_equal(widget.q, run.q) and np.abs(run.q).max() > 1
    assert np.array_equal(widget.learner.visits, run.visits)


def test_schedules_and_a_first_table_are_those_of_q_learning_too():
    settings = {
        "alpha": tabular.linear_decay(1.0, 0.1, 10),
        "gamma": 0.9,
        "epsilon": tabular.linear_decay(0.8, 0.0, 15),
        "q": np.random.default_rng(5).normal(size=(8, 8, 4)),
    }
    widget = stepper(seed=3, **settings)
    widget.finish(20)
    rng = np.random.default_rng(3)
    run = tabular.q_learning(made(), episodes=20, rng=rng, engine="python", **settings)
    assert np.array_equal(widget.q, run.q)


def test_single_steps_lead_where_whole_episodes_lead():
    one, whole = stepper(seed=4), stepper(seed=4)
    whole.buttons["ten"].click()
    while one.last is None or one.last.episode < 10 or not one.last.over:
        one.buttons["step"].click()
    assert np.array_equal(one.q, whole.q) and one.say == whole.say
    assert one.still == whole.still


def test_finish_ends_the_episode_that_runs_and_no_other():
    widget = stepper(seed=1)
    widget.buttons["step"].click()
    assert not widget.last.over
    widget.buttons["finish"].click()
    assert widget.last.over and widget.last.episode == 1
    widget.buttons["finish"].click()
    assert widget.last.over and widget.last.episode == 2


def test_one_step_changes_one_value_and_the_last_one_changes_one_too():
    widget = stepper(BESIDE, epsilon=1.0)
    for _ in range(20):
        before = widget.q.copy()
        widget.step()
        changed = np.argwhere(widget.q != before).tolist()
        assert changed in ([], [[*widget.last.state, widget.last.action]])
        assert changed or widget.last.target == pytest.approx(widget.last.old)


def test_a_step_after_the_end_begins_the_next_episode():
    widget = stepper(BESIDE, epsilon=1.0)
    while not widget.last or not widget.last.over:
        widget.step()
    assert widget.last.episode == 1
    widget.step()
    assert (widget.last.episode, widget.last.number, widget.last.state) == (2, 1, (0, 0))


def test_start_over_brings_back_the_first_table_and_the_same_random_numbers():
    first = np.full((8, 8, 4), 2.0)
    widget = stepper(seed=6, q=first)
    at_first = widget.still, widget.say, widget.q.copy()
    widget.step()
    after_one = widget.still, widget.say, widget.q.copy()
    widget.finish(3)
    for expected, button in ((at_first, "again"), (after_one, "step")):
        widget.buttons[button].click()
        assert (widget.still, widget.say) == expected[:2]
        assert np.array_equal(widget.q, expected[2])
    assert (first == 2).all()


def test_start_over_remembers_the_first_table_when_its_owner_changes_it():
    first = np.full((8, 8, 4), 2.0)
    widget = stepper(q=first)
    first[:] = 9
    widget.restart()
    assert (widget.q == 2).all()


def test_the_env_and_the_generator_of_the_learner_are_safe_with_it():
    env = made(CORRIDOR)
    env.reset(seed=0)
    env.step(3)
    widget = Stepper(env, rng=np.random.default_rng(0))
    widget.finish(3)
    assert tuple(env.unwrapped.peter) == (1, 0)
    env.step(3)
    env.step(3)  # over here, which the stepper does not mind
    widget.step()
    assert widget.last.episode == 4


# What it says


def test_nothing_is_said_of_an_update_before_the_first():
    widget = stepper()
    assert widget.last is None and "One step" in widget.say
    assert widget._close_up.layout.visibility == "hidden"


def test_every_number_of_an_ordinary_step_is_written_out():
    q = np.zeros((4, 2, 4))
    q[0, 0, 3], q[1, 0] = 1.2, [4, -1, 0, 0]
    widget = stepper(CORRIDOR, epsilon=0.0, q=q)
    widget.step()
    for part in (
        "state s: (0, 0)",
        "action a: → right",
        "which is: a best action",
        "reward r: -0.10",
        "next s': (1, 0)",
        "terminated: no",
        "target: -0.10 + 0.95 × 4.00 = 3.70",
        "old value: 1.20",
        "error: 3.70 - 1.20 = 2.50",
        "new value: 1.20 + 0.5 × 2.50 = 2.45",
    ):
        assert part in widget.say.split(": ", 1)[1].split("; ")
    assert widget.say.startswith("Episode 1, step 1: ")
    assert widget.q[0, 0, 3] == pytest.approx(2.45)


def test_numbers_below_zero_stand_in_brackets_where_they_follow_a_sign():
    q = np.full((4, 2, 4), -2.0)
    q[0, 0, 3] = -1.0
    widget = stepper(CORRIDOR, epsilon=0.0, q=q)
    widget.step()
    assert "target: -0.10 + 0.95 × (-2.00) = -2.00;" in widget.say
    assert "error: -2.00 - (-1.00) = -1.00;" in widget.say
    assert widget.say.endswith("new value: -1.00 + 0.5 × (-1.00) = -1.50")


def test_nothing_comes_after_the_end():
    q = np.zeros((2, 2, 4))
    q[0, 0, 3], q[1, 0] = 1.0, 7.0
    widget = stepper(BESIDE, epsilon=0.0, q=q)
    widget.step()
    assert "terminated: yes; target: 10.00: nothing comes after the end;" in widget.say
    assert widget.last.target == 10 and widget.last.new == 5.5


def test_time_that_is_up_ends_no_game_and_cuts_no_target():
    q = np.zeros((4, 2, 4))
    q[0, 0, 0] = 1.0
    env = made(CORRIDOR, max_steps=1)
    widget = Stepper(env, epsilon=0.0, rng=np.random.default_rng(0), q=q)
    widget.step()
    assert "terminated: no, but time is up; target: -0.10 + 0.95 × 1.00 = 0.85;" in widget.say
    assert widget.last.over and not widget.last.terminated


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ([0, 0, 0, 0], "a best action (one of 4)"),
        ([0, 1, 0, 1], "a best action (one of 2)|not a best action: exploring"),
        ([9, 9, 9, 0], "a best action (one of 3)|not a best action: exploring"),
    ],
)
def test_it_says_whether_the_action_was_among_the_best(row, kind):
    told = set()
    for seed in range(12):
        q = np.zeros((4, 2, 4))
        q[0, 0] = row
        widget = stepper(CORRIDOR, seed=seed, epsilon=0.9, q=q)
        widget.step()
        said = re.search("which is: ([^;]*);", widget.say)[1]
        assert said.startswith("a best") == (row[widget.last.action] == max(row))
        told.add(said)
    assert told == set(kind.split("|"))


def test_the_words_beside_the_board_are_those_that_it_says():
    widget = stepper(seed=2)
    widget.finish(30)
    shown = re.sub("<[^>]*>", " ", widget._words.value)
    for part in widget.say.replace("; ", ": ").split(": "):
        assert part in shown
    assert widget.still.alt.startswith(f"Peter's board with the table. {widget.say}.")


# What it shows


@pytest.mark.parametrize("steps", range(1, 12))
def test_the_frame_stands_around_the_cell_that_changed(steps):
    widget = stepper(seed=8)
    assert framed(widget) == []
    for _ in range(steps):
        widget.step()
    assert framed(widget) == [widget.last.state]


def test_inside_the_frame_stands_the_picture_of_the_table():
    widget = stepper(seed=2)
    widget.finish(30)
    env = widget.learner.env.unwrapped
    visits = widget.learner.visits
    expected = draw(CLASSIC, env.peter, widget.q, visits=visits, overlay="triangles")
    x, y = widget.last.state
    shown = pixels(widget.still.data)
    inside = np.s_[y * 50 + 7 : y * 50 + 43, x * 50 + 7 : x * 50 + 43]
    assert np.array_equal(shown[inside], expected[inside])
    for picture in (shown, expected):
        picture[y * 50 : y * 50 + 50, x * 50 : x * 50 + 50] = 0
    assert np.array_equal(shown, expected)


def test_a_given_table_is_shown_where_peter_never_was():
    q = np.random.default_rng(0).normal(size=(8, 8, 4))
    widget = stepper(q=q)
    expected = draw(CLASSIC, widget.learner.env.unwrapped.peter, q, overlay="triangles")
    assert np.array_equal(pixels(widget.still.data), expected)


def test_the_hunt_shows_the_values_at_the_energy_and_fatigue_that_peter_had():
    q = np.random.default_rng(0).normal(size=(2, 2, 11, 11, 4))
    widget = stepper(HUNT, name="Hunt", q=q)
    assert widget.say.endswith("board: values at energy 10, fatigue 0")
    for _ in range(3):
        widget.step()
        x, y, energy, fatigue = widget.last.state
        assert widget.say.endswith(f"board: values at energy {energy}, fatigue {fatigue}")
        env = widget.learner.env.unwrapped
        table = widget.q[:, :, energy, fatigue]
        expected = draw(HUNT, env.peter, table, overlay="triangles")
        expected[y * 50 : y * 50 + 50, x * 50 : x * 50 + 50] = 0
        shown = pixels(widget.still.data)
        assert framed(widget) == [(x, y)]
        shown[y * 50 : y * 50 + 50, x * 50 : x * 50 + 50] = 0
        assert np.array_equal(shown, expected)


def test_the_cell_is_shown_from_near_before_and_after():
    q = np.zeros((2, 2, 4))
    q[0, 0] = [1, 1, 1, 2]
    widget = stepper(BESIDE, epsilon=0.0, q=q)
    widget.step()
    assert widget._close_up.layout.visibility == "visible"
    assert "(0, 0) before and after" in widget._caption.value
    near = pixels(bytes(widget._close_up.value)).astype(int)
    side = near.shape[0]
    before, after = near[:, :side], near[:, -side:]
    apart = np.abs(before - after).sum(axis=-1) > 30
    quarter = np.tril(np.ones((side, side), bool)) & np.tril(np.ones((side, side), bool))[::-1]
    assert apart[:, ::-1][quarter].mean() > 0.8  # at the right: from 2 to 6
    assert apart[quarter].mean() < 0.1  # at the left: 1 stays 1
    orange = [(half[..., 0] - half[..., 2])[:, ::-1][quarter].mean() for half in (before, after)]
    assert orange[0] < orange[1]  # the higher, the more so


@pytest.mark.parametrize("side", [2, 40])
def test_small_and_large_boards_fit(side):
    cells = np.zeros((side, side), int)
    cells[1, 1] = 4
    widget = stepper(Board(cells), seed=1)
    widget.step()
    height, width, _ = pixels(widget.still.data).shape
    assert width == height <= 400


def test_the_view_holds_board_words_and_every_button():
    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    widget = stepper()
    held = list(inside(widget.view))
    parts = (widget.screen, widget._words, widget._caption, widget._close_up)
    for part in (*parts, *widget.buttons.values()):
        assert part in held


# Keys and clicks


@pytest.mark.parametrize(
    ("key", "button"), [(" ", "step"), ("Enter", "step"), ("e", "finish"), ("t", "ten")]
)
def test_a_key_does_what_its_button_does(key, button):
    by_key, by_button = stepper(seed=4), stepper(seed=4)
    press(by_key, key)
    by_button.buttons[button].click()
    assert by_key.say == by_button.say == by_key.screen.news
    assert by_key.still == by_button.still and by_key.last is not None


def test_the_key_r_starts_over():
    widget = stepper(seed=4)
    at_first = widget.still
    press(widget, "t")
    press(widget, "r")
    assert widget.last is None and widget.still == at_first


def test_a_click_tells_the_values_of_a_cell_and_steps_bring_them_up_to_date():
    widget = stepper(CORRIDOR, epsilon=0.0)
    click(widget, 0, 0)
    assert widget.asking.told == ("(0, 0), ground:", "↑ 0.00, ↓ 0.00, ← 0.00, → 0.00")
    press(widget, "t")
    up, down, left, right = np.round(widget.q[0, 0], 2) + 0.0
    assert right > 0
    assert widget.asking.told[1] == f"↑ {up:.2f}, ↓ {down:.2f}, ← {left:.2f}, → {right:.2f}"
    assert widget.asking.told[1] in widget.asking.words.value
    press(widget, "d")
    assert widget.asking.told[0] == "(1, 0), a tree:"


def test_in_the_hunt_the_values_are_those_of_the_table_that_is_shown():
    q = np.random.default_rng(0).normal(size=(2, 2, 11, 11, 4))
    widget = stepper(HUNT, name="Hunt", q=q)
    click(widget, 1, 0)
    widget.step()
    energy, fatigue = widget.last.state[2:]
    shown = round(widget.q[1, 0, energy, fatigue, 0], 2)
    assert widget.asking.told[1].startswith(f"↑ {shown:.2f}, ↓")


# Bad input


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"rng": 3}, TypeError, "rng must be a numpy.random.Generator"),
        ({"alpha": 1.5}, ValueError, "alpha must be a number from 0 to 1, got 1.5"),
        ({"gamma": "0.9"}, TypeError, "gamma must be a number from 0 to 1, got '0.9'"),
        ({"epsilon": -0.1}, ValueError, "epsilon must be a number from 0 to 1, got -0.1"),
        ({"q": np.zeros((8, 8, 3))}, ValueError, r"q must have the shape \(8, 8, 4\)"),
        ({"env": CLASSIC}, TypeError, "env must be one of Peter's"),
        ({"env": gymnasium.make("FrozenLake-v1")}, TypeError, "env must be one of Peter's"),
    ],
)
def test_bad_input_is_told_by_name(changed, error, told):
    given = {"env": made(), "rng": np.random.default_rng(0)} | changed
    with pytest.raises(error, match=f"^{told}"):
        Stepper(**given)


def test_an_env_that_hides_a_part_of_the_state_is_an_error():
    env = made(name="Hunt")
    space = gymnasium.spaces.MultiDiscrete([8, 8])
    hidden = gymnasium.wrappers.TransformObservation(env, lambda seen: seen[:2], space)
    with pytest.raises(ValueError, match="^env must show Peter's whole state, of shape"):
        Stepper(hidden, rng=np.random.default_rng(0))


def test_no_episode_cannot_be_finished():
    with pytest.raises(ValueError, match="^episodes must be an integer of 1 or more, got 0"):
        stepper().finish(0)
