"""Tilings of a plane, one over the other."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from peterwolf.plots.style import FILLS, LINES, axes


def tilings(
    low: Sequence[float],
    high: Sequence[float],
    tiles: Sequence[int],
    shifts: np.ndarray,
    *,
    at: Sequence[float],
    labels: Sequence[str],
    ax: Axes | None = None,
) -> Axes:
    """Draw the tilings of a plane, and of each the tile in which a place lies.

    `low`, `high` and `tiles` (from low to high) have two entries, in the units
    of the observation; `shifts`, float (2, tilings), is in tiles. `at`, the
    place, has a cross; `labels` name its two numbers. The plane has a thick
    edge, over which the shifted tilings hang. ValueError for another place.
    """
    low, high, at, shifts = (np.asarray(part, float) for part in (low, high, at, shifts))
    flat = low.shape == high.shape == at.shape == (2,) and shifts.shape[:-1] == (2,)
    if not flat or (at < low).any() or (at > high).any():
        raise ValueError(
            f"at must lie in the plane from low to high, and shifts be (2, tilings), got {at}, "
            f"{low}, {high} and the shape {shifts.shape}"
        )
    ax, width = axes(ax, 7.0, 4.4), (high - low) / tiles
    looks = zip(shifts.T, cycle(LINES), cycle(FILLS), strict=False)
    for k, (shift, (color, look), (_, hatch)) in enumerate(looks):
        first = low - shift * width
        x, y = (first[i] + width[i] * np.arange(tiles[i] + 2) for i in range(2))
        lines = {"colors": color, "linestyles": look.strip("osxD^"), "linewidth": 1}
        ax.vlines(x, y[0], y[-1], **lines)
        ax.hlines(y, x[0], x[-1], label=f"tiling {k}", **lines)
        corner = x[x <= at[0]][-1], y[y <= at[1]][-1]
        tile = {"facecolor": color, "alpha": 0.3, "hatch": hatch, "edgecolor": color}
        ax.add_patch(Rectangle(corner, *width, **tile))
    ax.add_patch(Rectangle(low, *(high - low), fill=False, linewidth=2.5))
    ax.plot(*at, "kX", markersize=9, label="a place")
    ax.set(xlabel=labels[0], ylabel=labels[1])
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize="small")
    return ax
