"""Figures: drawn on the axes given, labelled, never shown, never colour alone."""

import re
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

from peterwolf import plots

RETURNS = np.arange(10.0)
WALKS = [3, 5, 5, 8, 13, 2], ["apple", "drowned", "apple", "eaten", "apple", "drowned"]
PICTURE = np.zeros((100, 150, 3), dtype=np.uint8)
FIGURES = {
    "learning_curve": partial(plots.learning_curve, RETURNS, window=4, best=9.0),
    "walk_statistics": partial(plots.walk_statistics, *WALKS),
    "against_oracle": partial(plots.against_oracle, [1, 2, 2, 3], [1, 2, 2, np.inf]),
    "board_picture": partial(plots.board_picture, PICTURE, title="Peter"),
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)


@pytest.fixture
def ax():
    return plt.figure().add_subplot()


def legend(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


@every_figure
def test_a_figure_is_drawn_on_the_axes_given_and_no_other_is_opened(draw, ax):
    assert draw(ax=ax) is ax
    assert ax.has_data() and plt.get_fignums() == [ax.figure.number]


@every_figure
def test_without_axes_one_figure_is_opened(draw):
    assert draw().figure.number in plt.get_fignums()
    assert len(plt.get_fignums()) == 1


@every_figure
def test_both_axes_are_labelled(draw):
    ax = draw()
    assert ax.get_xlabel() and ax.get_ylabel()


@every_figure
def test_no_figure_is_shown(draw, monkeypatch):
    def shown(*args, **kwargs):
        raise AssertionError("shown")

    monkeypatch.setattr(plt, "show", shown)
    monkeypatch.setattr(plt.Figure, "show", shown)
    draw()


@every_figure
def test_a_figure_can_be_painted(draw):
    draw().figure.canvas.draw()  # warnings are errors


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("learning_curve", ("episode", "return of an episode")),
        ("walk_statistics", ("length of the walk (steps)", "walks")),
        ("against_oracle", ("shortest path (steps)", "learnt path (steps)")),
        ("board_picture", ("x (cells)", "y (cells)")),
    ],
)
def test_labels_tell_what_is_counted(name, labels):
    ax = FIGURES[name]()
    assert (ax.get_xlabel(), ax.get_ylabel()) == labels


# Running means


def test_a_running_mean_holds_full_windows_only():
    means = plots.running_mean([1, 2, 6, 3, 0], 3)
    np.testing.assert_allclose(means, [3, 11 / 3, 3])


@pytest.mark.parametrize(("window", "means"), [(1, [4, 0, 2]), (3, [2])])
def test_the_smallest_and_the_largest_window(window, means):
    np.testing.assert_allclose(plots.running_mean([4, 0, 2], window), means)


@pytest.mark.parametrize(
    ("window", "error"),
    [(0, ValueError), (-1, ValueError), (4, ValueError), (1.5, TypeError), ("3", TypeError)],
)
def test_a_window_has_1_to_all_values(window, error):
    allowed = f"^window must be an integer from 1 to 3, got {window!r}$"
    with pytest.raises(error, match=allowed):
        plots.running_mean([1, 2, 3], window)
    with pytest.raises(error, match=allowed):
        plots.learning_curve([1, 2, 3], window=window)


def test_a_running_mean_of_nothing_says_so():
    with pytest.raises(ValueError, match="^values must hold at least one .*, got"):
        plots.running_mean([], 1)


def test_a_refused_figure_leaves_nothing_behind():
    with pytest.raises(ValueError):
        plots.learning_curve([1, 2], window=100)
    with pytest.raises(ValueError):
        plots.walk_statistics([1, 2], ["apple"])
    assert plt.get_fignums() == []


# Learning curves


def test_each_mean_stands_at_the_last_episode_of_its_window(ax):
    plots.learning_curve(RETURNS, window=4, ax=ax)
    episodes, curve = ax.lines
    np.testing.assert_allclose(episodes.get_ydata(), RETURNS)
    np.testing.assert_allclose(curve.get_xydata(), [(k, k - 1.5) for k in range(3, 10)])


def test_a_learning_curve_is_held_against_the_optimum(ax):
    plots.learning_curve(RETURNS, window=4, best=9.5, ax=ax)
    assert set(ax.lines[-1].get_ydata()) == {9.5} and ax.lines[-1].get_linestyle() == "--"
    assert legend(ax) == ["one episode", "mean of 4 episodes", "exact optimum, 9.50"]


# Walks


def test_the_bars_hold_every_walk_once(ax):
    plots.walk_statistics(*WALKS, bins=4, ax=ax)
    assert sum(bar.get_height() for bar in ax.patches) == 6
    assert legend(ax) == ["apple: 3 of 6", "drowned: 2 of 6", "eaten: 1 of 6"]


def hatches(ax) -> list[str]:
    """The hatches of each outcome's bars, joined; None is no hatch."""
    return ["|".join({bar.get_hatch() or "" for bar in bars}) for bars in ax.containers]


@pytest.mark.parametrize("kinds", [1, 2, 3, 5])
def test_outcomes_differ_in_more_than_colour(kinds, ax):
    names = ["apple", "drowned", "eaten", "killed", "won"][:kinds]
    plots.walk_statistics(range(2 * kinds), names * 2, ax=ax)
    assert len(hatches(ax)) == len(set(hatches(ax))) == kinds
    assert all("|" not in hatch for hatch in hatches(ax))  # one outcome, one hatch


def test_walks_may_end_in_more_ways_than_there_are_colours(ax):
    plots.walk_statistics(range(6), list("abcdef"), ax=ax)
    assert len(legend(ax)) == 6


def test_a_walk_without_an_outcome_is_counted_too(ax):
    # A truncated episode's outcome is None.
    plots.walk_statistics([4, 100, 7], ["apple", None, "apple"], ax=ax)
    assert sum(bar.get_height() for bar in ax.patches) == 3 and len(legend(ax)) == 2


@pytest.mark.parametrize(
    ("lengths", "outcomes"), [([1, 2], ["apple"]), ([1], ["apple", "eaten"]), ([], [])]
)
def test_walks_have_a_length_and_an_outcome_each(lengths, outcomes):
    got = re.escape(f"got ({len(lengths)},) and ({len(outcomes)},)")
    with pytest.raises(
        ValueError, match=f"^lengths and outcomes must have one entry a walk, {got}"
    ):
        plots.walk_statistics(lengths, outcomes)


# Against the oracle


def test_equal_starts_make_one_larger_circle(ax):
    plots.against_oracle([1, 2, 2, 2, 3], [1, 2, 2, 4, 3], ax=ax)
    (circles,) = ax.collections
    places = map(tuple, circles.get_offsets().data)
    at = dict(zip(places, circles.get_sizes(), strict=True))
    assert set(at) == {(1, 1), (2, 2), (2, 4), (3, 3)}
    assert at[2, 2] == 2 * at[1, 1] == 2 * at[2, 4]


def test_a_start_without_an_apple_is_a_cross_on_the_top_edge(ax):
    plots.against_oracle([1, 2, 7], [1, np.inf, np.inf], ax=ax)
    crosses = ax.lines[-1]
    assert crosses.get_marker() == "x"
    top = ax.get_ylim()[1]
    assert crosses.get_xydata().tolist() == [[2, top], [7, top]]
    assert "no apple found: 2 starts" in legend(ax)


def test_all_apples_found_are_no_crosses(ax):
    plots.against_oracle([1, 2], [1, 2], ax=ax)
    assert len(ax.lines) == 1 and len(legend(ax)) == 2


def test_a_policy_that_finds_nothing_can_be_drawn(ax):
    plots.against_oracle([1, 2], [np.inf, np.inf], ax=ax)
    ax.figure.canvas.draw()
    assert "no apple found: 2 starts" in legend(ax)


@pytest.mark.parametrize(
    ("shortest", "learnt"), [([1, 2], [1]), ([1], [1, 2]), ([], []), ([1, np.nan], [1, 2])]
)
def test_paths_have_two_lengths_each(shortest, learnt):
    with pytest.raises(ValueError, match="^shortest .*must .*, got"):
        plots.against_oracle(shortest, learnt)
    assert plt.get_fignums() == []


# Pictures of boards


@pytest.mark.parametrize("cell", [50, 25])
def test_a_picture_is_counted_in_cells(cell, ax):
    plots.board_picture(PICTURE, cell=cell, title="Peter", ax=ax)
    width, height = 150 / cell, 100 / cell
    assert ax.images[0].get_extent() == [-0.5, width - 0.5, height - 0.5, -0.5]
    assert ax.get_xticks().tolist() == list(range(int(width)))
    assert ax.get_yticks().tolist() == list(range(int(height)))
    assert ax.get_title() == "Peter"


def test_y_goes_down_as_in_the_story(ax):
    plots.board_picture(PICTURE, ax=ax)
    bottom, top = ax.get_ylim()
    assert bottom > top
