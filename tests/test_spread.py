"""Histograms: shares of a sample, cuts and limits where they belong."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from peterwolf import plots

ANGLES = [-0.3, -0.1, 0.05, 0.1, 0.1, 0.1, 0.25, 0.3]


@pytest.fixture
def ax():
    return plt.figure().add_subplot()


def heights(patches) -> list[float]:
    return [round(bar.get_height(), 9) for bar in patches]


def test_a_bar_is_a_share_of_its_sample(ax):
    plots.histogram({"angles": ANGLES}, xlabel="angle (rad)", ends=(-0.4, 0.4), bars=4, ax=ax)
    assert heights(ax.patches) == [12.5, 12.5, 50, 25]


def test_samples_of_different_size_have_the_same_scale(ax):
    samples = {"few": ANGLES, "many": ANGLES * 10}
    plots.histogram(samples, xlabel="angle (rad)", ends=(-0.4, 0.4), bars=4, ax=ax)
    outline = ax.patches[-1].get_xy()[:, 1]
    assert outline.max() == pytest.approx(max(heights(ax.patches[:4]))) == 50


def test_two_samples_differ_in_more_than_colour(ax):
    plots.histogram({"chance": ANGLES, "trained": ANGLES}, xlabel="angle (rad)", bars=4, ax=ax)
    *bars, outline = ax.patches
    assert len(bars) == 4 and all(bar.get_fill() for bar in bars) and not outline.get_fill()
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["chance", "trained"]


def test_all_values_are_shown_unless_the_ends_are_given(ax):
    plots.histogram({"a": [1.0, 2.0], "b": [-3.0, 0.5]}, xlabel="angle (rad)", ax=ax)
    assert ax.get_xlim() == (-3, 2)
    other = plots.histogram({"a": [1.0, 2.0]}, xlabel="angle (rad)", ends=(-5, 5))
    assert other.get_xlim() == (-5, 5)


def test_cuts_stand_where_they_are_and_reach_from_bottom_to_top(ax):
    plots.histogram({"angles": ANGLES}, xlabel="angle (rad)", cuts=[-0.2, 0.15], ax=ax)
    lines = [segment.tolist() for segment in ax.collections[0].get_segments()]
    assert lines == [[[-0.2, 0], [-0.2, 1]], [[0.15, 0], [0.15, 1]]]


def test_the_limit_stands_on_both_sides_and_once_in_the_legend(ax):
    plots.histogram({"angles": ANGLES}, xlabel="angle (rad)", limit=0.25, ax=ax)
    assert [line.get_xdata()[0] for line in ax.lines] == [0.25, -0.25]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(names) == ["angles", "the game is over"]


def test_a_sample_of_one_value_can_be_drawn(ax):
    plots.histogram({"angles": [0.5, 0.5]}, xlabel="angle (rad)", ax=ax).figure.canvas.draw()
    assert max(heights(ax.patches)) == 100


@pytest.mark.parametrize(
    "samples",
    [{}, dict.fromkeys("abc", ANGLES), {"a": []}, {"a": [1, np.nan]}, {"a": np.zeros((2, 4))}],
    ids=["none", "three", "empty", "nan", "all four numbers at once"],
)
def test_samples_that_are_no_rows_of_numbers_are_an_error(samples):
    with pytest.raises(ValueError, match="^samples must be one or two rows of finite numbers"):
        plots.histogram(samples, xlabel="angle (rad)")
