"""Curves, histograms and comparisons."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes

from peterwolf import arguments
from peterwolf.plots.style import BLUE, FILLS, GREY, LINES, RED, axes
from peterwolf.stats import running_mean, windows


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
    ax = axes(ax)
    ax.plot(values, ".", color=GREY, markersize=2, alpha=0.5, label="one episode")
    episodes = np.arange(window - 1, len(values))
    label = f"mean of {window} episodes"
    ax.plot(episodes, means, color=BLUE, linewidth=2, label=label)
    if best is not None:
        ax.axhline(best, color=RED, linestyle="--", label=f"exact optimum, {best:.2f}")
    ax.set(xlabel="episode", ylabel=ylabel)
    ax.legend(loc="best", markerscale=5)
    return ax


def learning_windows(
    values: Sequence[float],
    *,
    window: int = 100,
    label: str = "return",
    best: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean of each `window` values, one window after the other, from least to largest.

    Each window stands at its last episode; values that fill none are left
    out. `best` is drawn as a line.
    """
    found = windows(values, window)
    ax = axes(ax)
    color, look = LINES[len(ax.collections) % len(LINES)]
    at, every = found["episode"], -(-len(found["mean"]) // 10)
    ax.fill_between(at, found["min"], found["max"], color=color, alpha=0.15, linewidth=0)
    ax.plot(at, found["max"], "--", color=color, linewidth=0.7, label=f"{label}: largest")
    ax.plot(
        at, found["mean"], look, color=color, markersize=4, markevery=every, label=f"{label}: mean"
    )
    ax.plot(at, found["min"], ":", color=color, linewidth=0.7, label=f"{label}: smallest")
    if best is not None:
        ax.axhline(best, color="black", linestyle="-.", label=f"exact optimum, {best:.2f}")
    ax.set(xlabel="episode", ylabel="return of an episode")
    ax.legend(title=f"of {window} episodes each", fontsize="small")
    return ax


def walk_statistics(
    lengths: Sequence[int], outcomes: Sequence[str], *, bins: int = 20, ax: Axes | None = None
) -> Axes:
    """Draw how long walks were, as a histogram stacked by how each walk ended.

    `lengths` (steps) and `outcomes` (names) have one entry a walk; raises ValueError otherwise.
    """
    lengths = np.asarray(lengths)
    outcomes = np.array(["time is up" if end is None else end for end in outcomes])
    if lengths.shape != outcomes.shape or lengths.size == 0:
        raise ValueError(
            f"lengths and outcomes must have one entry a walk, got {lengths.shape} "
            f"and {outcomes.shape}"
        )
    ax = axes(ax)
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
    policy finds no apple, is drawn as a cross on the top edge. Raises
    ValueError for rows of different lengths and for a `shortest` not finite.
    """
    shortest, learnt = np.asarray(shortest, float), np.asarray(learnt, float)
    if shortest.shape != learnt.shape or shortest.size == 0 or not np.isfinite(shortest).all():
        raise ValueError(
            "shortest and learnt must have one entry a start, shortest a finite one, "
            f"got {shortest} and {learnt}"
        )
    ax = axes(ax, 4.6, 4.2)
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


def curves(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    xlabel: str,
    ylabel: str,
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw lines, {label: (x, y)}, each with a colour, a dash and a mark of its own.

    With `log` the y axis is logarithmic; values of 0 or below are left out.
    Raises ValueError where there is no line.
    """
    if not lines:
        raise ValueError("lines must hold at least one line, got none")
    ax = axes(ax)
    for (label, (x, y)), (color, look) in zip(lines.items(), cycle(LINES), strict=False):
        ax.plot(x, y, look, color=color, markersize=4, markevery=len(x) // 25 + 1, label=label)
    if log:
        ax.set_yscale("log", nonpositive="mask")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(fontsize="small")
    return ax


def bands(
    runs: np.ndarray,
    *,
    label: str,
    window: int = 1,
    share: float = 0.5,
    x: Sequence[float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the median of several seeds, and a band that holds the middle `share` of them.

    `runs` is (seeds, values), a value an episode or one for each `x`; of each seed the
    running mean over `window` is taken first. Half of the seeds lie between the quartiles;
    a share of 1 reaches from the least seed to the largest. Several calls on the same axes
    differ in colour, dash and mark. Raises ValueError for another shape and for nan,
    TypeError or ValueError for a share outside [0, 1].
    """
    runs = np.array(runs, float, ndmin=1)
    x = np.arange(runs.shape[-1]) if x is None else np.asarray(x)
    if runs.shape != (max(1, len(runs)), len(x)) or not np.isfinite(runs).all():
        raise ValueError(f"runs must be finite, (seeds, {len(x)} values), got {runs.shape}: {runs}")
    sides = np.array([-0.5, 0, 0.5]) * arguments.real("share", share, 0, 1)
    low, middle, high = np.quantile([running_mean(run, window) for run in runs], 0.5 + sides, 0)
    ax, at = axes(ax), x[window - 1 :]
    color, look = LINES[len(ax.collections) % len(LINES)]
    ax.fill_between(at, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(at, middle, look, color=color, markersize=4, markevery=-(-len(at) // 10), label=label)
    ax.set(xlabel="episode", ylabel=f"return (mean of {window})" if window > 1 else "return")
    held = "all" if share == 1 else f"the middle {share:.0%}"
    title = f"median of {len(runs)} seeds,\nband: {held}"
    ax.legend(title=title, fontsize="small", title_fontsize="small")
    return ax
