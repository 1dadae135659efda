"""The figure of tilings: every line where the tiles end, and the active tiles filled."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from peterwolf import plots
from peterwolf.tabular.tile_coding import Tiles

TILES = Tiles([-1, 0], [1, 4], tilings=4, tiles=(4, 2))
HOW = {"labels": ("position", "velocity")}


def drawn(at):
    return plots.tilings(TILES.low, TILES.high, TILES.tiles, TILES.shifts, at=at, **HOW)


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("at", [(0.3, 1.9), (-1, 0), (1, 4), (-0.26, 3.3)])
def test_the_filled_tiles_are_the_active_ones(at):
    *filled, plane = [patch for patch in drawn(at).patches if isinstance(patch, Rectangle)]
    assert plane.get_xy() == (-1, 0) and (plane.get_width(), plane.get_height()) == (2, 4)
    numbers = []
    for k, tile in enumerate(filled):
        first = TILES.low - TILES.shifts[:, k] * [0.5, 2]
        x, y = np.rint((np.array(tile.get_xy()) - first) / [0.5, 2]).astype(int).tolist()
        assert (tile.get_width(), tile.get_height()) == (0.5, 2)
        numbers.append((k * 5 + x) * 3 + y)
    assert numbers == TILES(at).tolist()


def test_the_lines_are_the_edges_of_all_tiles():
    ax = drawn((0, 0))
    upright = {
        round(float(line[0, 0]), 9)
        for lines in ax.collections[::2]
        for line in lines.get_segments()
    }
    expected = {
        round(-1 + (i - shift) * 0.5, 9) for i in range(6) for shift in (0, 0.25, 0.5, 0.75)
    }
    assert upright == expected
    looks = {(tuple(each.get_color()[0]), str(each.get_linestyle())) for each in ax.collections}
    assert len(looks) == 4 == len({look for _, look in looks})  # told apart without colour too
    assert (ax.get_xlabel(), ax.get_ylabel()) == HOW["labels"]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["tiling 0", "tiling 1", "tiling 2", "tiling 3", "a place"]


def test_it_draws_on_the_axes_it_is_given():
    ax = plt.subplots()[1]
    given = (TILES.low, TILES.high, TILES.tiles, TILES.shifts)
    assert plots.tilings(*given, at=(0, 0), ax=ax, **HOW) is ax


@pytest.mark.parametrize("at", [(1.1, 0), (0, -0.1), (0,), (0, 0, 0)])
def test_the_place_lies_in_the_plane(at):
    with pytest.raises(ValueError, match="^at must lie in the plane"):
        drawn(at)
