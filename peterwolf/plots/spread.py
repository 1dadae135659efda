"""How numbers are spread."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from peterwolf.plots.style import BLUE, GREY, RED, axes

LOOKS = (
    {"color": GREY, "alpha": 0.6},
    {"color": BLUE, "histtype": "step", "linewidth": 1.8},
)


def histogram(
    samples: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    cuts: Sequence[float] = (),
    limit: float | None = None,
    ends: tuple[float, float] | None = None,
    bars: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """Draw which values one or two samples take, {label: values}, as shares of each sample.

    The first is filled, the second an outline. `cuts` are thin upright lines,
    such as the edges of bins; at plus and minus `limit` stands a dashed one.
    `ends`: the least and the largest value that is shown, by default all are.
    Raises ValueError for more samples, and for one without finite values.
    """
    found = {label: np.asarray(values, float) for label, values in samples.items()}
    fits = all(values.ndim == 1 and np.isfinite(values).all() for values in found.values())
    if not 1 <= len(found) <= len(LOOKS) or not fits or not all(map(len, found.values())):
        shapes = {label: values.shape for label, values in found.items()}
        raise ValueError(f"samples must be one or two rows of finite numbers, got {shapes}")
    ax = axes(ax)
    everything = np.concatenate(list(found.values()))
    edges = np.histogram_bin_edges(everything, bars, ends)
    for (label, values), look in zip(found.items(), LOOKS, strict=False):
        ax.hist(values, edges, weights=np.full(len(values), 100 / len(values)), label=label, **look)
    ax.vlines(cuts, 0, 1, transform=ax.get_xaxis_transform(), color="#666666", linewidth=0.6)
    if limit is not None:
        ax.axvline(limit, color=RED, linestyle="--", label="the game is over")
        ax.axvline(-limit, color=RED, linestyle="--")
    ax.locator_params(axis="x", nbins=6)
    ax.set(xlabel=xlabel, ylabel="share (%)", xlim=(edges[0], edges[-1]))
    ax.legend(fontsize="small")
    return ax
