"""Figures: drawn on the axes given, labelled, never shown, never colour alone."""

import re
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

from peterwolf import plots

RETURNS = np.arange(10.0)
WALKS = [3, 5, 5, 8, 13, 2], ["apple", "drowned", "apple", "eaten", "apple", "drowned"]
VALUES = np.array([[1.0, -2.5, np.nan], [0.25, 10.0, 3.0]])  # two columns, three rows
LINES = {"falls": ([1, 2, 3], [4, 2, 1]), "stays": ([1, 3], [2, 2])}
RUNS = np.array([[0.0, 2, 4, 6], [1, 1, 1, 1], [2, 0, 8, 0], [9, 9, 9, 9], [5, 5, 5, 5]])
PICTURE = np.zeros((100, 150, 3), dtype=np.uint8)
FIGURES = {
    "learning_curve": partial(plots.learning_curve, RETURNS, window=4, best=9.0),
    "learning_windows": partial(plots.learning_windows, RETURNS, window=4, best=9.0),
    "walk_statistics": partial(plots.walk_statistics, *WALKS),
    "against_oracle": partial(plots.against_oracle, [1, 2, 2, 3], [1, 2, 2, np.inf]),
    "board_picture": partial(plots.board_picture, PICTURE, title="Peter"),
    "value_map": partial(plots.value_map, VALUES, title="values"),
    "bands": partial(plots.bands, RUNS, label="alpha 0.5", window=2),
    "curves": partial(plots.curves, LINES, xlabel="sweep", ylabel="change"),
    "histogram": partial(plots.histogram, {"angles": RETURNS}, xlabel="angle (rad)", limit=4.0),
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
        ("learning_windows", ("episode", "return of an episode")),
        ("walk_statistics", ("length of the walk (steps)", "walks")),
        ("against_oracle", ("shortest path (steps)", "learnt path (steps)")),
        ("board_picture", ("x (cells)", "y (cells)")),
        ("value_map", ("x (cells)", "y (cells)")),
        ("bands", ("episode", "return (mean of 2)")),
        ("curves", ("sweep", "change")),
        ("histogram", ("angle (rad)", "share (%)")),
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
    with pytest.raises(ValueError):
        plots.bands([1, 2, 3], label="one seed")
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


# Maps of values


def written(ax) -> dict:
    return {tuple(text.get_position()): text.get_text() for text in ax.texts}


def test_every_value_is_written_in_its_cell(ax):
    plots.value_map(VALUES, ax=ax)
    numbers = {at: text for at, text in written(ax).items() if text.strip()}
    assert numbers == {
        (0, 0): "1.00",
        (0, 1): "-2.50",
        (1, 0): "0.25",
        (1, 1): "10.00",
        (1, 2): "3.00",
    }


def test_a_cell_without_a_value_is_blank_and_gets_its_letter(ax):
    plots.value_map(VALUES, text=".T\n..\n~.", ax=ax)
    assert written(ax)[0, 2] == "~" and written(ax)[0, 0] == "1.00"
    assert ax.images[0].get_array().mask.tolist() == [[False, False], [False, False], [True, False]]


def test_the_map_has_x_to_the_right_and_y_down(ax):
    plots.value_map(VALUES, ax=ax)
    bottom, top = ax.get_ylim()
    assert bottom > top and ax.images[0].get_array().shape == (3, 2)
    assert ax.images[0].get_array()[2, 1] == VALUES[1, 2]
    assert ax.get_xticks().tolist() == [0, 1] and ax.get_yticks().tolist() == [0, 1, 2]


@pytest.mark.parametrize(("limits", "ends"), [(None, (-2.5, 10)), ((-20, 20), (-20, 20))])
def test_the_colour_bar_says_what_the_colours_mean_and_where_they_end(limits, ends, ax):
    plots.value_map(VALUES, limits=limits, ax=ax)
    assert ax.images[0].get_clim() == ends
    assert ax.images[0].colorbar.ax.get_ylabel() == "value (expected return)"


def test_the_colours_get_lighter_with_the_value_for_print_in_grey(ax):
    plots.value_map(np.linspace(0, 1, 20).reshape(4, 5), ax=ax)
    painted = ax.images[0].cmap(np.linspace(0, 1, 20))[:, :3] @ np.array([0.3, 0.59, 0.11])
    assert (np.diff(painted) > 0).all()


def test_numbers_are_light_on_dark_and_dark_on_light(ax):
    plots.value_map(np.array([[0.0, 1.0], [np.nan, 1.0]]), text=".~\n..", ax=ax)
    inks = {tuple(text.get_position()): text.get_color() for text in ax.texts}
    assert inks == {(0, 0): "white", (0, 1): "black", (1, 0): "black", (1, 1): "black"}


def test_a_map_of_equal_values_can_be_painted(ax):
    plots.value_map(np.zeros((2, 2)), ax=ax).figure.canvas.draw()


@pytest.mark.parametrize("values", [np.zeros(3), np.full((2, 2), np.nan), np.full((2, 2), np.inf)])
def test_a_map_needs_finite_values_of_cells(values):
    with pytest.raises(ValueError, match=r"^values must be a \(width, height\) of finite"):
        plots.value_map(values)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("text", ["..", "...\n...", ".\n.\n."])
def test_the_text_of_a_map_must_have_its_size(text):
    with pytest.raises(ValueError, match="^text must be 3 rows of 2 letters, got"):
        plots.value_map(VALUES, text=text)
    assert plt.get_fignums() == []


# Curves


def test_each_curve_has_its_numbers_and_its_name(ax):
    plots.curves(LINES, xlabel="sweep", ylabel="change", ax=ax)
    drawn = [list(zip(*line.get_data(), strict=True)) for line in ax.lines]
    assert drawn == [[(1, 4), (2, 2), (3, 1)], [(1, 2), (3, 2)]]
    assert legend(ax) == ["falls", "stays"] and ax.get_yscale() == "linear"


def test_curves_differ_in_more_than_colour(ax):
    plots.curves({name: LINES["falls"] for name in "abcde"}, xlabel="x", ylabel="y", ax=ax)
    looks = {(line.get_linestyle(), line.get_marker()) for line in ax.lines}
    assert len(looks) == len({line.get_color() for line in ax.lines}) == 5


@pytest.mark.parametrize(("points", "marks"), [(1, 1), (24, 24), (200, 23)])
def test_marks_do_not_crowd_a_long_curve(points, marks, ax):
    plots.curves({"a": (range(points), range(points))}, xlabel="x", ylabel="y", ax=ax)
    (line,) = ax.lines
    assert len(line.get_xdata()) == points
    assert len(range(0, points, line.get_markevery())) == marks


def test_there_may_be_more_curves_than_looks(ax):
    plots.curves({name: LINES["falls"] for name in "abcdefg"}, xlabel="x", ylabel="y", ax=ax)
    assert len(ax.lines) == 7


def test_a_logarithmic_curve_leaves_zeros_out(ax):
    plots.curves({"a": ([1, 2, 3], [10, 1, 0])}, xlabel="x", ylabel="y", log=True, ax=ax)
    ax.figure.canvas.draw()
    assert ax.get_yscale() == "log"
    assert np.isfinite(ax.transData.transform((2, 1))).all()
    assert not np.isfinite(ax.transData.transform((3, 0))).all()


def test_no_curves_are_an_error():
    with pytest.raises(ValueError, match="^lines must hold at least one line, got none$"):
        plots.curves({}, xlabel="x", ylabel="y")
    assert plt.get_fignums() == []


# Figures as pictures


def test_a_figure_becomes_a_picture_and_is_closed():
    figure = plt.figure(figsize=(3, 2), dpi=50, facecolor="#102030")
    picture = plots.pixels(figure.add_subplot())
    assert picture.shape == (100, 150, 3) and picture.dtype == np.uint8
    assert picture[0, 0].tolist() == [0x10, 0x20, 0x30] and (picture == 255).all(axis=-1).any()
    assert plt.get_fignums() == []


# Bands of several seeds


def edges(ax) -> tuple[list[float], list[float]]:
    """The lower and the upper edge of the only band, one value an episode."""
    corners = ax.collections[0].get_paths()[0].vertices
    heights = [corners[corners[:, 0] == at, 1] for at in np.unique(corners[:, 0])]
    return [min(each) for each in heights], [max(each) for each in heights]


def test_a_band_holds_the_median_and_the_middle_half_of_the_seeds(ax):
    plots.bands(RUNS, label="alpha 0.5", ax=ax)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [(0, 2), (1, 2), (2, 5), (3, 5)])
    np.testing.assert_allclose(edges(ax), ([1, 1, 4, 1], [5, 5, 8, 6]))
    assert ax.get_legend().get_title().get_text() == "median of 5 seeds,\nband: the middle 50%"
    assert legend(ax) == ["alpha 0.5"]


def test_a_band_of_all_seeds_reaches_from_the_least_to_the_largest(ax):
    plots.bands(RUNS, label="alpha 0.5", share=1, ax=ax)
    np.testing.assert_allclose(edges(ax), (RUNS.min(axis=0), RUNS.max(axis=0)))
    assert ax.get_legend().get_title().get_text().endswith("band: all")


def test_each_seed_is_averaged_over_the_window_before_the_median_is_taken(ax):
    plots.bands(RUNS, label="alpha 0.5", window=2, ax=ax)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [(1, 1), (2, 4), (3, 5)])


def test_a_band_stands_at_the_places_given(ax):
    plots.bands(RUNS, label="alpha 0.5", x=[1, 10, 100, 1000], ax=ax)
    assert ax.lines[0].get_xdata().tolist() == [1, 10, 100, 1000]


def test_bands_on_the_same_axes_differ_in_more_than_colour(ax):
    for name in "abcdefg":
        plots.bands(RUNS, label=name, ax=ax)
    looks = {(line.get_linestyle(), line.get_marker()) for line in ax.lines[:5]}
    assert len(looks) == 5 and len(ax.collections) == 7 and legend(ax) == list("abcdefg")


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 3000])
def test_a_long_curve_is_not_hidden_by_its_marks(count, ax):
    plots.bands(np.zeros((2, count)), label="alpha 0.5", ax=ax)
    marks = len(range(0, count, ax.lines[0].get_markevery()))
    assert min(count, 5) <= marks <= 10


@pytest.mark.parametrize(
    "runs",
    [[1.0, 2.0], [[]], np.zeros((0, 4)), np.zeros((2, 3, 4)), [[1, np.nan]], 3.0],
    ids=["one seed", "no episode", "no seed", "three axes", "nan", "a number"],
)
def test_runs_that_are_no_table_of_numbers_are_an_error(runs):
    with pytest.raises(ValueError, match="^(runs|values) must "):
        plots.bands(runs, label="alpha 0.5")


def test_a_wrong_number_of_places_and_a_wrong_share_are_errors():
    with pytest.raises(
        ValueError, match=r"^runs must be finite, \(seeds, 3 values\), got \(5, 4\)"
    ):
        plots.bands(RUNS, label="alpha 0.5", x=[1, 2, 3])
    with pytest.raises(ValueError, match="^share must be .* from 0 to 1, got 50$"):
        plots.bands(RUNS, label="alpha 0.5", share=50)


# Windows, one after the other


def test_windows_have_a_mean_between_their_least_and_their_largest_value(ax):
    plots.learning_windows([1, 2, 6, 8, 4, 0, 9], window=3, label="a", ax=ax)
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn == {
        "a: largest": [[2, 6], [5, 8]],
        "a: mean": [[2, 3], [5, 4]],
        "a: smallest": [[2, 1], [5, 0]],
    }
    assert edges(ax) == ([1, 0], [6, 8])
    assert ax.get_legend().get_title().get_text() == "of 3 episodes each"


def test_windows_of_two_runs_differ_in_more_than_colour(ax):
    for name in "ab":
        plots.learning_windows(RETURNS, window=2, label=name, ax=ax)
    means = [line for line in ax.lines if line.get_label().endswith("mean")]
    assert len({line.get_marker() for line in means}) == 2
    assert len({line.get_linestyle() for line in ax.lines[:3]}) == 3


def test_the_optimum_is_a_line_across_the_windows(ax):
    plots.learning_windows(RETURNS, window=2, best=-97.65, ax=ax)
    assert ax.lines[-1].get_ydata() == [-97.65, -97.65]
    assert legend(ax)[-1] == "exact optimum, -97.65"
