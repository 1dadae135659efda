"""Arrays in, axes out: the course's figures.

Every function draws on `ax`, or on a new figure's axes, and returns them; none
shows the figure. Colours are Okabe and Ito's, which colour-blind readers can
tell apart, and no figure relies on colour alone.
"""

from collections.abc import Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from peterwolf import arguments

BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#999999"
FILLS = ((ORANGE, ""), (BLUE, "//"), (GREY, ".."), (GREEN, "xx"), (RED, "--"))


def _axes(ax: Axes | None, width: float = 7.0, height: float = 3.4) -> Axes:
    """Return `ax`, or the axes of a new figure of that many inches."""
    if ax is not None:
        return ax
    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def running_mean(values: Sequence[float], window: int) -> np.ndarray:
    """Return the means of all full windows, shape (len(values) − window + 1,)."""
    if len(values) == 0:
        raise ValueError("values must hold at least one number, got none")
    arguments.integer("window", window, 1, len(values))
    return np.convolve(values, np.ones(window) / window, mode="valid")


def learning_curve(
    values: Sequence[float],
    *,
    window: int = 100,
    ylabel: str = "return of an episode",
    best: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one value an episode, their running mean, and a line at `best`.

    Only full windows are averaged; each mean stands at its window's last
    episode.
    """
    means = running_mean(values, window)
    ax = _axes(ax)
    ax.plot(values, ".", color=GREY, markersize=2, alpha=0.5, label="one episode")
    episodes = np.arange(window - 1, len(values))
    label = f"mean of {window} episodes"
    ax.plot(episodes, means, color=BLUE, linewidth=2, label=label)
    if best is not None:
        ax.axhline(best, color=RED, linestyle="--", label=f"exact optimum, {best:.2f}")
    ax.set(xlabel="episode", ylabel=ylabel)
    ax.legend(loc="best", markerscale=5)
    return ax


def walk_statistics(
    lengths: Sequence[int], outcomes: Sequence[str], *, bins: int = 20, ax: Axes | None = None
) -> Axes:
    """Draw how long walks were, as a histogram stacked by how each walk ended.

    `lengths` (steps) and `outcomes` (names) have one entry a walk.
    """
    lengths = np.asarray(lengths)
    outcomes = np.array(["time is up" if end is None else end for end in outcomes])
    if lengths.shape != outcomes.shape or lengths.size == 0:
        raise ValueError(
            f"lengths and outcomes must have one entry a walk, got {lengths.shape} "
            f"and {outcomes.shape}"
        )
    ax = _axes(ax)
    edges = np.histogram_bin_edges(lengths, bins)
    below = np.zeros(len(edges) - 1)
    names, counts = np.unique(outcomes, return_counts=True)
    for name, count, (color, hatch) in zip(names, counts, cycle(FILLS), strict=False):
        heights = np.histogram(lengths[outcomes == name], edges)[0]
        label = f"{name}: {count} of {len(lengths)}"
        look = {"color": color, "hatch": hatch, "edgecolor": "white", "label": label}
        ax.bar(edges[:-1], heights, np.diff(edges), below, align="edge", **look)
        below += heights
    ax.set(xlabel="length of the walk (steps)", ylabel="walks", ylim=(0, 1.05 * below.max()))
    ax.legend()
    return ax


def against_oracle(
    shortest: Sequence[float], learnt: Sequence[float], *, ax: Axes | None = None
) -> Axes:
    """Draw the learnt path's length against the shortest one's, a circle for equal starts.

    Both have one entry a start (steps); an infinite one, from which the
    policy finds no apple, is drawn as a cross on the top edge.
    """
    shortest, learnt = np.asarray(shortest, float), np.asarray(learnt, float)
    if shortest.shape != learnt.shape or shortest.size == 0 or not np.isfinite(shortest).all():
        raise ValueError(
            "shortest and learnt must have one entry a start, shortest a finite one, "
            f"got {shortest} and {learnt}"
        )
    ax = _axes(ax, 4.6, 4.2)
    found = np.isfinite(learnt)
    pairs, counts = np.unique(
        np.stack([shortest[found], learnt[found]], axis=1), axis=0, return_counts=True
    )
    top = max(shortest.max(), learnt[found].max(initial=0)) + 1
    ax.plot([0, top], [0, top], "--", color=RED, label="equal to the oracle")
    label = "starts (a larger circle, more of them)"
    ax.scatter(pairs[:, 0], pairs[:, 1], s=25 * counts, color=BLUE, label=label, zorder=3)
    if not found.all():
        lost = shortest[~found]
        label = f"no apple found: {len(lost)} starts"
        ax.plot(lost, np.full(len(lost), top), "x", color="black", label=label, clip_on=False)
    ax.set(xlabel="shortest path (steps)", ylabel="learnt path (steps)")
    ax.set(xlim=(0, top), ylim=(0, top), aspect="equal")
    ax.legend(loc="upper left", fontsize="small")
    return ax


def board_picture(
    picture: np.ndarray, *, cell: int = 50, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a picture of a board, uint8 (height, width, 3), with x and y counted in cells."""
    height, width = picture.shape[0] / cell, picture.shape[1] / cell
    ax = _axes(ax, 0.55 * width, 0.55 * height)
    ax.imshow(picture, extent=(-0.5, width - 0.5, height - 0.5, -0.5), interpolation="lanczos")
    ax.set(xlabel="x (cells)", ylabel="y (cells)", title=title)
    ax.set(xticks=range(int(width)), yticks=range(int(height)))
    ax.tick_params(length=0)
    return ax
