"""Searches: what was tried, and what mattered."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from peterwolf import arguments
from peterwolf.plots.style import BLUE, GREY, RED, axes


def parallel(
    tried: Mapping[str, Sequence[float]],
    scores: Sequence[float],
    *,
    label: str = "score",
    best: int = 5,
    log: Collection[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw each trial as a line across an upright axis a setting, the last one its score.

    `tried` holds {setting: one value a trial}; those named in `log` are drawn on a
    logarithmic axis. The `best` trials are thick, with a mark on every axis. Raises
    ValueError where a trial lacks a finite number, TypeError or ValueError for `best`.
    """
    columns = {name: np.asarray(values, float) for name, values in tried.items()}
    columns[label] = np.asarray(scores, float)
    shapes = {name: values.shape for name, values in columns.items()}
    fits = len(tried) >= 1 and set(shapes.values()) == {(len(scores),)} and len(scores) > 0
    if not fits or not all(np.isfinite(values).all() for values in columns.values()):
        raise ValueError(f"tried must hold a finite number for each of the scores, got {shapes}")
    arguments.integer("best", best, 0)
    ax = axes(ax)
    places = [_place(values, name in log) for name, values in columns.items()]
    order = np.argsort(columns[label], kind="stable")
    for trial in order:
        good = trial in order[len(order) - best :]
        look = {"color": RED, "linewidth": 1.8, "marker": "o"} if good else {"color": GREY}
        ax.plot([place[trial] for place in places], **({"linewidth": 0.7, "markersize": 4} | look))
    for x, (name, values) in enumerate(columns.items()):
        ax.plot([x, x], [0, 1], color="black", linewidth=0.8)
        for end, y, side in ((values.min(), -0.04, "top"), (values.max(), 1.04, "bottom")):
            ax.text(x, y, f"{end:.3g}", ha="center", va=side, fontsize="small")
        if name in log:
            name = f"{name} (log axis)"
        ax.text(x, 1.15, name, ha="center", va="bottom")
    ax.set(ylim=(-0.15, 1.3), xlim=(-0.3, len(columns) - 0.7))
    ax.set_axis_off()
    return ax


def _place(values: np.ndarray, log: bool) -> np.ndarray:
    """Return where values stand between the least, 0, and the largest, 1."""
    values = np.log(values) if log else values
    width = np.ptp(values)
    return (values - values.min()) / width if width else np.full(len(values), 0.5)


def shares(parts: Mapping[str, float], *, xlabel: str, ax: Axes | None = None) -> Axes:
    """Draw parts of a whole as bars, {name: share}, the largest on top, each with its percents.

    Raises ValueError where there are none, and for shares that are not finite.
    """
    if not parts or not np.isfinite(list(parts.values())).all():
        raise ValueError(f"parts must hold finite shares, got {dict(parts)}")
    ax = axes(ax, 7.0, 0.8 + 0.4 * len(parts))
    order = sorted(parts, key=lambda name: parts[name])
    bars = ax.barh(order, [100 * parts[name] for name in order], color=BLUE, height=0.6)
    ax.bar_label(bars, fmt="%.0f %%", padding=3)
    ax.set(xlabel=xlabel)
    ax.margins(x=0.12)
    return ax
