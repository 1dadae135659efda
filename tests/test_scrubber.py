"""A run behind a slider: each moment's picture and words are those of its snapshot."""

import gymnasium
import numpy as np
import pytest
from frontend import click, pixels, press

from peterwolf import CLASSIC, Board, tabular
from peterwolf.drawing.overlays import CREAM, INK
from peterwolf.drawing.render import draw
from peterwolf.tabular import Run, Snapshot
from peterwolf.widgets import Scrubber
from peterwolf.widgets.view import sent
from peterwolf.worlds.rules import Forage, Hunt

SETTINGS = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.3}
CORRIDOR = Board.from_text("""
    ...A
    TTTT
""")


def trained(name: str = "Forage", episodes: int = 300, snapshots: int = 12, board=CLASSIC) -> Run:
    env = gymnasium.make(f"peterwolf/{name}-v0", board=board)
    rng = np.random.default_rng(0)
    return tabular.q_learning(env, episodes=episodes, snapshots=snapshots, rng=rng, **SETTINGS)


@pytest.fixture(scope="module")
def run() -> Run:
    return trained()


def test_the_last_moment_comes_first(run):
    assert Scrubber(run, CLASSIC).snapshot is run.snapshots[-1]
    assert Scrubber(run, CLASSIC, start=2).snapshot is run.snapshots[2]


@pytest.mark.parametrize("overlay", ["arrows", "triangles"])
@pytest.mark.parametrize("k", [0, 1, 5, 11])
def test_the_slider_brings_the_picture_of_its_snapshot(run, overlay, k):
    widget = Scrubber(run, CLASSIC, overlay=overlay, start=3)
    widget.slider.value = k
    _, q, visits = run.snapshots[k]
    expected = draw(CLASSIC, q=q, visits=visits, overlay=overlay)
    assert np.array_equal(pixels(widget.still.data), expected)
    assert widget.screen.picture == sent(widget.still).data and widget.player.value == k


def test_before_the_first_episode_every_cell_is_unknown(run):
    widget = Scrubber(run, CLASSIC, start=0)
    unknown = draw(CLASSIC, q=run.q, visits=np.zeros((8, 8)))
    assert np.array_equal(pixels(widget.still.data), unknown)


def test_a_cell_that_was_entered_but_knows_nothing_yet_is_a_dot():
    first = Snapshot(0, np.zeros((8, 8, 4)), np.ones((8, 8, 4), int))
    run = Run(first.q, np.zeros(1), np.ones(1), first.visits, snapshots=(first, first))
    shown = pixels(Scrubber(run, CLASSIC).still.data)
    own = shown[1:49, 1:49]
    assert (own[24, 24] == INK).all()
    far = np.hypot(*np.mgrid[-24:24, -24:24]) > 8
    assert (own[far] == CREAM).all()


def test_the_player_runs_through_the_moments(run):
    widget = Scrubber(run, CLASSIC, milliseconds=50)
    seen = []
    for k in range(len(run.snapshots)):
        widget.player.value = k
        seen.append(widget.label)
    assert seen == [f"Episode {moment.episode} of 300" for moment in run.snapshots]
    assert seen[0].startswith("Episode 0 ") and seen[-1].startswith("Episode 300 ")
    assert (widget.player.min, widget.player.max, widget.player.interval) == (0, 11, 50)


def test_words_say_how_the_greedy_policy_of_the_moment_stands():
    q = np.zeros((4, 2, 4))
    q[..., 3] = 1
    lost = q.copy()
    lost[2, 0] = [0, 0, 2, 0]
    moments = tuple(Snapshot(k, t, np.ones(t.shape, int)) for k, t in enumerate((lost, q)))
    widget = Scrubber(Run(q, np.zeros(1), np.ones(1), moments[1].visits, False, moments), CORRIDOR)
    won = "Starts on a shortest path: 3 of 3. Mean path: 2.00 moves, oracle 2.00. Starts lost: 0"
    assert widget.say == f"Episode 1 of 1. {won}."
    widget.slider.value = 0
    assert widget.say.endswith("path: 0 of 3. Mean path: none wins. Starts lost: 3.")
    for line in widget.say.rstrip(".").split(". ")[1:]:
        assert line in widget._words.value
    assert repr(widget) == f"Scrubber: {widget.say}"
    assert widget.say in widget.still.alt and widget.still.alt.endswith("\n...A\nTTTT")


@pytest.mark.parametrize(("overlay", "sign"), [("arrows", "→"), ("triangles", "▶")])
def test_the_signs_of_the_picture_are_explained(run, overlay, sign):
    words = Scrubber(run, CLASSIC, overlay=overlay)._words.value
    assert f"{sign} A best action" in words and "? A cell that Peter never entered" in words


def test_learning_is_seen(run):
    widget = Scrubber(run, CLASSIC, start=0)
    found = []
    for k in range(len(widget)):
        widget.slider.value = k
        found.append(widget.judgement.found)
    assert found[0] < 10 and found[-1] > 40


@pytest.mark.parametrize(("energy", "fatigue"), [(10, 0), (5, 4)])
def test_a_hunt_is_shown_at_one_energy_and_fatigue_and_judged_at_its_starts(energy, fatigue):
    run = trained("Hunt", episodes=3000, snapshots=4)
    widget = Scrubber(run, CLASSIC, rule=Hunt(), energy=energy, fatigue=fatigue)
    q, visits = (table[:, :, energy, fatigue] for table in (run.q, run.visits))
    assert np.array_equal(pixels(widget.still.data), draw(CLASSIC, q=q, visits=visits))
    assert widget.judgement == Scrubber(run, CLASSIC, rule=Hunt()).judgement
    assert widget.judgement.goal == "won"


def test_an_interrupted_run_ends_where_it_was_interrupted(run):
    stopped = Run(run.q, run.returns[:100], run.lengths[:100], run.visits, True, run.snapshots[:4])
    widget = Scrubber(stopped, CLASSIC)
    last = run.snapshots[3].episode
    assert widget.label == f"Episode {last} of {last}" and len(widget) == 4


def test_the_view_holds_board_words_slider_and_player(run):
    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    widget = Scrubber(run, CLASSIC)
    held = list(inside(widget.view))
    for part in (widget.screen, widget._words, widget.slider, widget.player, widget._line):
        assert part in held


# A cell's values


@pytest.mark.parametrize("k", [0, 5, 11])
def test_a_click_tells_the_values_of_a_cell_at_the_moment_that_is_shown(run, k):
    widget = Scrubber(run, CLASSIC)
    click(widget, 4, 2)
    widget.slider.value = k
    up, down, left, right = np.round(run.snapshots[k].q[4, 2], 2) + 0.0
    values = f"↑ {up:.2f}, ↓ {down:.2f}, ← {left:.2f}, → {right:.2f}"
    assert widget.asking.told == ("(4, 2), ground:", values)
    assert values in widget.asking.words.value


def test_in_the_hunt_they_are_those_of_the_energy_and_fatigue_that_are_shown():
    run = trained("Hunt", episodes=3000, snapshots=4)
    widget = Scrubber(run, CLASSIC, rule=Hunt(), energy=5, fatigue=4)
    click(widget, 3, 2)
    assert widget.asking.told[1].startswith(f"↑ {run.q[3, 2, 5, 4, 0] + 0.0:.2f}, ↓")


def test_arrow_keys_step_through_the_moments_and_w_a_s_d_through_the_cells(run):
    widget = Scrubber(run, CLASSIC, start=3)
    press(widget, "ArrowRight")
    click(widget, 4, 2)
    press(widget, "s")
    press(widget, "d")
    assert widget.slider.value == 4 and widget.asking.at == (5, 3)
    press(widget, "Home")
    assert widget.slider.value == 0 and widget.asking.at == (5, 3)


# Bad input


def test_a_run_without_snapshots_is_an_error_that_says_how_to_get_them(run):
    bare = Run(run.q, run.returns, run.lengths, run.visits)
    told = r"^run must hold snapshots, got none: train with q_learning\(..., snapshots=60\)$"
    with pytest.raises(ValueError, match=told):
        Scrubber(bare, CLASSIC)


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"run": np.zeros((8, 8, 4))}, TypeError, "run must be a Run, as q_learning returns one"),
        ({"board": "........"}, TypeError, "board must be a Board, got str"),
        ({"board": CORRIDOR}, ValueError, r"run must have learnt on this board .* \(4, 2, 4\)"),
        ({"rule": Hunt()}, ValueError, r"run must have learnt .* \(8, 8, 11, 11, 4\), got"),
        ({"rule": Forage}, TypeError, "rule must be"),
        ({"overlay": "colours"}, ValueError, "overlay must be one of 'arrows', 'triangles'"),
        ({"energy": 11}, ValueError, "energy must be an integer from 0 to 10, got 11"),
        ({"fatigue": 0.5}, TypeError, "fatigue must be an integer from 0 to 10, got 0.5"),
        ({"start": 12}, ValueError, "start must be an integer from 0 to 11, got 12"),
        ({"milliseconds": 5}, ValueError, "milliseconds must be an integer of 20 or more, got 5"),
    ],
)
def test_bad_input_is_told_by_name(run, changed, error, told):
    with pytest.raises(error, match=f"^{told}"):
        Scrubber(**{"run": run, "board": CLASSIC} | changed)
