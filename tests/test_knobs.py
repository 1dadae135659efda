"""Sliders that train anew: the run, the picture, the words and the curve follow each of them."""

import re
import time
import xml.etree.ElementTree as ET
from collections import Counter

import gymnasium
import numpy as np
import pytest
from frontend import click, pixels, press

from peterwolf import CLASSIC, Board, planning, random_board, render, tabular
from peterwolf.drawing.render import draw
from peterwolf.plots import running_mean
from peterwolf.tabular import Run
from peterwolf.widgets import Knobs
from peterwolf.widgets.curve import BOTTOM, LEFT, RIGHT, TOP, svg_curve
from peterwolf.widgets.view import sent
from peterwolf.worlds.rules import Forage

DEFAULTS = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.3, "episodes": 200}
NOTHING_TO_WIN = Board.from_text("""
    ..~A
    ..~~
""")
CORRIDOR = Board.from_text("""
    ...A
    TTTT
""")


def learnt(board: Board = CLASSIC, initial: float = 0.0, seed: int = 0, **changed) -> Run:
    env = gymnasium.make("peterwolf/Forage-v0", board=board)
    q = np.full((board.width, board.height, 4), initial)
    settings = DEFAULTS | changed
    return tabular.q_learning(env, q=q, rng=np.random.default_rng(seed), **settings)


def shows(knobs: Knobs, run: Run, board: Board = CLASSIC, overlay: str = "arrows") -> bool:
    """Whether table, picture and curve are those of a run."""
    picture = draw(board, q=run.q, visits=run.visits, overlay=overlay)
    assert np.array_equal(pixels(knobs.still.data), picture)
    assert knobs.screen.picture == sent(knobs.still).data
    assert knobs.board == board
    return np.array_equal(knobs.run.q, run.q) and np.array_equal(knobs.run.returns, run.returns)


# Moving a slider


def test_it_opens_with_a_training_that_its_sliders_tell():
    knobs = Knobs()
    assert shows(knobs, learnt())
    values = {name: slider.value for name, slider in knobs.sliders.items()}
    assert values == DEFAULTS | {"initial": 0, "seed": 0, "board": 0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alpha", 0.1),
        ("gamma", 0.5),
        ("epsilon", 0.9),
        ("episodes", 1000),
        ("initial", 12.0),
        ("seed", 5),
    ],
)
def test_a_slider_that_moves_trains_anew_with_its_value(name, value):
    knobs = Knobs()
    before = knobs.still
    knobs.sliders[name].value = value
    assert knobs.still != before
    assert shows(knobs, learnt(**{name: value}))


def test_a_number_of_the_board_brings_that_random_board_and_0_the_classic_one():
    knobs = Knobs()
    knobs.sliders["board"].value = 7
    assert shows(knobs, learnt(board := random_board(np.random.default_rng(7))), board)
    knobs.sliders["board"].value = 0
    assert shows(knobs, learnt())


def test_a_board_of_ones_own_has_the_number_0():
    knobs = Knobs(CORRIDOR)
    assert shows(knobs, learnt(CORRIDOR), CORRIDOR)
    knobs.sliders["board"].value = 3
    knobs.sliders["board"].value = 0
    assert shows(knobs, learnt(CORRIDOR), CORRIDOR)


def test_it_can_open_with_other_values():
    given = {"alpha": 0.2, "gamma": 0.8, "epsilon": 0.6, "episodes": 50, "initial": 3.0, "seed": 9}
    knobs = Knobs(4, overlay="triangles", **given)
    board = random_board(np.random.default_rng(4))
    assert shows(knobs, learnt(board, **given), board, "triangles")


def test_the_box_lets_epsilon_fall_to_a_twentieth():
    knobs = Knobs()
    knobs.falls.value = True
    assert shows(knobs, learnt(epsilon=tabular.linear_decay(0.3, 0.05, 200)))
    knobs.sliders["epsilon"].value = 0.0
    assert shows(knobs, learnt(epsilon=0.0))


def test_the_overlay_changes_the_picture_and_trains_nothing():
    knobs = Knobs()
    run = knobs.run
    knobs.overlay.value = "triangles"
    assert knobs.run is run and shows(knobs, run, overlay="triangles")


def test_the_sliders_train_while_they_move():
    assert all(slider.continuous_update for slider in Knobs().sliders.values())


def test_a_slider_says_what_it_means():
    assert all(len(slider.tooltip) > 10 for slider in Knobs().sliders.values())


# What it says


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


def test_the_words_compare_the_training_with_the_oracle():
    knobs = Knobs()
    run, rule = learnt(), Forage()
    exact = planning.value_iteration(CLASSIC, rule, gamma=0.95)
    ground = CLASSIC.cells == 0
    lengths, shortest = (planning.path_lengths(CLASSIC, rule, q)[ground] for q in (run.q, exact))
    found = np.isfinite(lengths)
    errors = np.abs(run.q.max(axis=-1) - exact.max(axis=-1))[ground]
    on_shortest, path, lost, error, last = knobs.say.rstrip(".").split(". ")
    assert numbers(on_shortest) == [(lengths == shortest).sum(), 45]
    assert numbers(path) == pytest.approx([lengths[found].mean(), shortest[found].mean()], abs=0.01)
    assert numbers(lost) == [45 - found.sum()]
    assert numbers(error) == pytest.approx([errors.mean(), errors.max()], abs=0.01)
    best = 10 - 0.1 * (shortest.mean() - 1)
    assert numbers(last) == pytest.approx([100, run.returns[-100:].mean(), best], abs=0.01)


def test_errors_are_those_of_the_same_gamma():
    knobs = Knobs(episodes=5000, epsilon=1.0, gamma=0.5)
    assert "Error of values: mean 0.00, largest 0.00" in knobs.say


def test_the_words_stand_beside_the_board_and_in_the_alt_text():
    knobs = Knobs(seed=4)
    for line in knobs.say.rstrip(".").split(". "):
        assert f">{line}<" in knobs._words.value
    assert knobs.say in knobs.still.alt and "seed 4" in knobs.still.alt
    assert knobs.still.alt.endswith(CLASSIC.to_text())
    assert repr(knobs) == f"Knobs: {knobs.say}"


def test_the_mean_of_few_returns_says_how_few():
    assert "Last 20 returns: mean " in Knobs(episodes=20).say
    assert "Last return: " in Knobs(episodes=1).say


def test_a_board_from_which_nothing_can_be_won_is_told():
    knobs = Knobs(NOTHING_TO_WIN)
    assert knobs.say.startswith("On this board no policy can reach an apple. Last 100 returns:")
    assert "oracle" not in knobs.say and "dasharray" not in knobs._curve.value
    knobs.sliders["gamma"].value = 1.0
    assert shows(knobs, learnt(NOTHING_TO_WIN, gamma=1.0), NOTHING_TO_WIN)


def test_a_run_that_was_interrupted_shows_what_it_has(monkeypatch):
    knobs, whole = Knobs(), tabular.q_learning

    def stopped(env, **settings):
        run = whole(env, **settings | {"episodes": 30})
        return Run(run.q, run.returns, run.lengths, run.visits, interrupted=True)

    monkeypatch.setattr(tabular, "q_learning", stopped)
    knobs.sliders["episodes"].value = 2000
    assert knobs.say.endswith("Stopped after 30 of 2000 episodes.")
    assert shows(knobs, learnt(episodes=30))


def test_a_run_that_was_interrupted_at_once_shows_the_first_table(monkeypatch):
    def stopped(env, *, q, **settings):
        none = np.zeros(0)
        return Run(q, none, none, np.zeros(q.shape, int), interrupted=True)

    monkeypatch.setattr(tabular, "q_learning", stopped)
    knobs = Knobs()
    assert knobs.say.endswith("Stopped after 0 of 200 episodes.")
    unknown = draw(CLASSIC, q=np.zeros((8, 8, 4)), visits=np.zeros((8, 8)))
    assert np.array_equal(pixels(knobs.still.data), unknown)


@pytest.mark.parametrize("corner", range(8))
def test_the_corners_of_the_sliders_are_survived(corner, caplog):
    knobs = Knobs(episodes=20)
    for k, name in enumerate(("alpha", "gamma", "epsilon")):
        knobs.sliders[name].value = float(corner >> k & 1)
    for initial in (-10.0, 20.0):
        knobs.sliders["initial"].value = initial
        settings = {name: knobs.sliders[name].value for name in ("alpha", "gamma", "epsilon")}
        assert shows(knobs, learnt(episodes=20, initial=initial, **settings))
    assert caplog.records == []


def test_forty_random_boards_are_survived(caplog):
    knobs = Knobs(episodes=50)
    for number in range(1, 41):
        knobs.sliders["board"].value = number
        assert "Starts on a shortest path" in knobs.say
    assert caplog.records == []


@pytest.mark.parametrize("name", ["alpha", "gamma", "epsilon", "initial", "seed", "board"])
def test_a_slider_that_moves_costs_one_training_and_one_picture(name, monkeypatch):
    knobs = Knobs(episodes=2000)
    done = Counter()

    def counted(owner, function):
        real = getattr(owner, function)

        def work(*told, **named):
            done[function] += 1
            return real(*told, **named)

        monkeypatch.setattr(owner, function, work)

    counted(tabular, "q_learning")
    counted(render, "draw")
    counted(planning, "value_iteration")
    sent, slider = knobs.screen.number, knobs.sliders[name]
    slider.value = 0.35 if isinstance(slider.value, float) else 7
    assert done["q_learning"] == done["draw"] == knobs.screen.number - sent == 1
    assert len(knobs.run.returns) == 2000 and knobs.run.engine == "compiled"
    # The oracle is asked for a new gamma only, and for a new board: paths, values, best return.
    assert done["value_iteration"] <= {"gamma": 1, "board": 3}.get(name, 0)


@pytest.mark.speed
def test_a_slider_of_a_training_of_2000_episodes_answers_within_a_tenth_of_a_second():
    knobs = Knobs(episodes=2000)
    rng = np.random.default_rng(0)

    def seconds(name: str) -> float:
        slider = knobs.sliders[name]
        value = slider.min + (slider.max - slider.min) * rng.random()
        begin = time.perf_counter()
        slider.value = type(slider.value)(value)
        return time.perf_counter() - begin

    names = ["alpha", "gamma", "epsilon", "initial", "seed", "board"]
    assert any(
        np.percentile([seconds(name) for name in rng.permutation(names * 6)], 95) < 0.1
        for _ in range(5)  # a busy machine is forgiven
    )


# A cell's values


def test_a_click_tells_the_values_of_a_cell_and_a_knob_brings_them_up_to_date():
    knobs = Knobs()
    click(knobs, 4, 2)
    for run in (learnt(), learnt(gamma=0.5)):
        up, down, left, right = np.round(run.q[4, 2], 2) + 0.0
        values = f"↑ {up:.2f}, ↓ {down:.2f}, ← {left:.2f}, → {right:.2f}"
        assert knobs.asking.told == ("(4, 2), ground:", values)
        assert values in knobs.asking.words.value
        knobs.sliders["gamma"].value = 0.5


def test_keys_ask_for_the_cell_beside():
    knobs = Knobs(CORRIDOR)
    for key in "dds":
        press(knobs, key)
    assert knobs.asking.at == (1, 1)


def test_another_board_has_other_cells_to_ask_for():
    knobs = Knobs(CORRIDOR)
    assert knobs.screen.cells == (4, 2)
    click(knobs, 0, 0)
    knobs.sliders["board"].value = 3
    assert knobs.screen.cells == (8, 8) and knobs.asking.at == (0, 0)


# The curve


def points(svg: str) -> np.ndarray:
    """The corners of the curve, (points, 2)."""
    line = ET.fromstring(svg).find("polyline").attrib["points"]
    return np.array([pair.split(",") for pair in line.split()], dtype=float)


def test_the_curve_is_the_running_mean_from_its_first_window_to_the_last_episode():
    returns = np.linspace(-10, 10, 200)
    means = running_mean(returns, 20)
    x, y = points(svg_curve(returns)).T
    at = np.rint((x - LEFT) / (RIGHT - LEFT) * 200).astype(int) - 20
    assert (at[0], at[-1]) == (0, len(means) - 1)
    assert y == pytest.approx(TOP + (10 - means[at]) / 20 * (BOTTOM - TOP), abs=0.06)


@pytest.mark.parametrize("episodes", [1, 2, 9, 10, 5000])
def test_a_curve_of_any_length_stays_inside_its_frame(episodes):
    returns = np.random.default_rng(0).uniform(-60, 10, episodes)
    corners = points(svg_curve(returns, best=9.8))
    assert len(corners) <= 240
    assert ((corners >= (LEFT, TOP)) & (corners <= (RIGHT, BOTTOM))).all()


def test_the_oracle_is_a_dashed_line_at_its_height():
    lines = ET.fromstring(svg_curve(np.zeros(50), best=5.0)).findall("line")
    dashed = [line.attrib for line in lines if "stroke-dasharray" in line.attrib]
    assert len(dashed) == 1
    height = TOP + (10 - 5) / 20 * (BOTTOM - TOP)
    assert float(dashed[0]["y1"]) == float(dashed[0]["y2"]) == pytest.approx(height, abs=0.06)


def test_the_curve_has_named_axes_and_the_colour_of_the_text():
    drawing = ET.fromstring(svg_curve(np.zeros(50), best=5.0))
    assert {"return", "episode", "oracle", "mean of 5", "50"} <= {
        t.text for t in drawing.iter("text")
    }
    assert {part.get("stroke") for part in drawing.iter()} == {None, "currentColor"}
    assert drawing.get("fill") == "currentColor"


def test_a_screen_reader_is_told_how_the_curve_ends():
    drawing = ET.fromstring(svg_curve(np.full(30, 2.5)))
    assert drawing.get("role") == "img"
    assert drawing.get("aria-label") == "Learning curve: the mean return ends at 2.50"


def test_no_episodes_make_no_curve():
    drawing = ET.fromstring(svg_curve(np.zeros(0), best=9.8))
    assert drawing.get("aria-label") == "No episode was played" and drawing.find("polyline") is None


def test_the_view_holds_board_words_curve_and_every_knob():
    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    knobs = Knobs()
    held = list(inside(knobs.view))
    parts = (knobs.screen, knobs._words, knobs._curve, knobs.falls, knobs.overlay)
    for part in (*parts, *knobs.sliders.values()):
        assert part in held


# Bad input


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"board": -1}, ValueError, "board must be an integer from 0 to 999, got -1"),
        ({"board": "........"}, TypeError, "board must be an integer from 0 to 999, got '.*'"),
        ({"board": Board.from_text("..\n..")}, ValueError, "board must have .* apple"),
        ({"alpha": 1.1}, ValueError, "alpha must be a number from 0 to 1, got 1.1"),
        ({"gamma": -0.1}, ValueError, "gamma must be a number from 0 to 1, got -0.1"),
        ({"epsilon": None}, TypeError, "epsilon must be a number from 0 to 1, got None"),
        ({"episodes": 300}, ValueError, "episodes must be one of 1, 2, 5, .*, got 300"),
        ({"initial": 21}, ValueError, "initial must be a number from -10 to 20, got 21"),
        ({"seed": 1.0}, TypeError, "seed must be an integer from 0 to 999, got 1.0"),
        ({"falls": "yes"}, ValueError, "falls must be one of True, False, got 'yes'"),
        ({"overlay": "heat"}, ValueError, "overlay must be one of 'arrows', 'triangles', got"),
    ],
)
def test_bad_input_is_told_by_name(changed, error, told):
    with pytest.raises(error, match=f"^{told}"):
        Knobs(**changed)
