"""Tables of two continuous numbers: which action is best where, and what is still to pay."""

from collections.abc import Sequence
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from peterwolf.plots.style import GREEN, axes

PALE, BLANK = "#F2CFB3", "#FFFFFF"
LOOKS = {"best": (GREEN, "."), "not best": (PALE, ""), "never visited, or all equal": (BLANK, "")}


def paint_actions(q: np.ndarray, visits: np.ndarray | None = None, side: int = 12) -> np.ndarray:
    """Paint a map of each action, uint8 (actions, m · side, n · side, 3).

    `q`: (n, m, actions), painted with the first axis to the right and the
    second one up, `side` pixels a cell. Where an action is best, ties
    included, its cell is green and has a black dot. A cell whose values are
    all equal, or that `visits`, of the shape of `q`, says was never entered,
    is blank. Raises ValueError for other shapes and for nan.
    """
    q = np.asarray(q, float)
    if q.ndim != 3 or not q.size or np.isnan(q).any():
        raise ValueError(f"q must be (n, m, actions) without nan, got the shape {q.shape}")
    if visits is not None and np.shape(visits) != q.shape:
        raise ValueError(f"visits must have the shape {q.shape}, got {np.shape(visits)}")
    best = q == q.max(axis=-1, keepdims=True)
    known = ~best.all(axis=-1, keepdims=True)
    if visits is not None:
        known &= np.sum(visits, axis=-1, keepdims=True) > 0
    looks = np.where(known, np.where(best, 0, 1), 2).transpose(2, 1, 0)[:, ::-1]
    rows = _tiles(side)[looks].swapaxes(2, 3)  # (actions, m, side, n, side, 3)
    return rows.reshape(len(looks), looks.shape[1] * side, looks.shape[2] * side, 3)


@cache
def _tiles(side: int) -> np.ndarray:
    """Return a cell of each look, uint8 (looks, side, side, 3)."""
    colors = np.rint([np.multiply(255, to_rgb(color)) for color, _ in LOOKS.values()])
    tiles = np.tile(colors.astype(np.uint8)[:, None, None], (1, side, side, 1))
    away = np.hypot(*np.indices((side, side)) - (side - 1) / 2)
    tiles[0, away <= side / 5] = tiles[0, side // 2, side // 2] = 0
    return tiles


def action_maps(
    q: np.ndarray,
    *,
    low: Sequence[float],
    high: Sequence[float],
    actions: Sequence[str],
    labels: Sequence[str],
    visits: np.ndarray | None = None,
    ax: Sequence[Axes] | None = None,
) -> np.ndarray:
    """Draw which cells each action is best in, a map an action; return the axes, (actions,).

    `low` and `high` are the ends of the table, in the units of the
    observation; `labels` name its two numbers. The rest is as in `paint_actions`.
    Raises ValueError as that does, and for another number of `actions`.
    """
    painted = paint_actions(q, visits)
    if len(actions) != len(painted):
        raise ValueError(f"actions must be {len(painted)} names, got {actions!r}")
    if ax is None:
        how = {"layout": "constrained", "sharey": True, "squeeze": False}
        ax = plt.subplots(1, len(painted), figsize=(2.7 * len(painted), 3.3), **how)[1][0]
    for each, picture, action in zip(ax, painted, actions, strict=True):
        each.imshow(picture, extent=_extent(low, high), aspect="auto")
        each.set(xlabel=labels[0], title=action)
    ax[0].set_ylabel(labels[1])
    marks = {"linestyle": "", "marker": "s", "markersize": 9, "markeredgecolor": "#999999"}
    handles = [
        (Line2D([], [], color=color, **marks), Line2D([], [], color="black", marker=dot, lw=0))
        for color, dot in LOOKS.values()
    ]
    ax[0].figure.legend(handles, LOOKS, loc="outside lower center", ncols=3, frameon=False)
    return np.asarray(ax)


def action_frames(
    snapshots: Sequence[tuple[int, np.ndarray, np.ndarray]], **how
) -> list[np.ndarray]:
    """Draw `action_maps` of each snapshot, (episode, q, visits), as uint8 (height, width, 3).

    `how` goes to `action_maps`. All but maps and title is drawn once. Raises
    ValueError for no snapshots, and for tables that do not fit into the figure.
    """
    if not snapshots:
        raise ValueError("snapshots must hold at least one table, got none")
    _, q, visits = snapshots[0]
    panels = action_maps(q, visits=visits, **how)
    figure = panels[0].figure
    title = figure.suptitle("after 0 episodes", fontsize="medium", animated=True)
    plt.close(figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    side, corners = _fit_to_pixels(panels, q.shape[:2])
    canvas.draw()
    empty, frames = canvas.copy_from_bbox(figure.bbox), []
    for episode, q, visits in snapshots:
        canvas.restore_region(empty)
        title.set_text(f"after {episode:,} episodes")
        figure.draw_artist(title)
        frame = np.array(canvas.buffer_rgba())[..., :3].copy()
        for (top, left), picture in zip(corners, paint_actions(q, visits, side), strict=True):
            frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        frames.append(frame)
    return frames


def _fit_to_pixels(panels: np.ndarray, shape: tuple[int, int]) -> tuple[int, list]:
    """Give the panels of a drawn figure whole pixels a cell; return how many, and their corners."""
    figure = panels[0].figure
    width, height = figure.canvas.get_width_height()
    boxes = [panel.get_window_extent() for panel in panels]
    side = int(min(min(box.width // shape[0], box.height // shape[1]) for box in boxes))
    if side < 1:
        raise ValueError(f"q must fit into {boxes[0].width:.0f} pixels a map, got {shape} cells")
    figure.set_layout_engine("none")
    corners = []
    for panel, box in zip(panels, boxes, strict=True):
        left, bottom = int(box.x0), int(box.y0)
        size = side * shape[0], side * shape[1]
        frame = left - 1, bottom, size[0] + 1, size[1] + 1
        panel.set_position(np.divide(frame, (width, height) * 2))
        corners.append((height - bottom - size[1], left))
    return side, corners


def cost_to_go(
    q: np.ndarray,
    *,
    low: Sequence[float],
    high: Sequence[float],
    labels: Sequence[str],
    visits: np.ndarray | None = None,
    surface: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw -max q, what the best action still has to pay, as a heat map or a `surface`.

    `q`: (n, m, actions). The first axis goes to the right and the second one
    up; `low` and `high` are its ends in the units of the observation. Cells
    that `visits`, of the shape of `q`, says were never entered stay blank.
    A surface needs axes of `projection="3d"`. Raises ValueError for another
    shape and for values that are not finite.
    """
    q = np.asarray(q, float)
    if q.ndim != 3 or not q.size or not np.isfinite(q).all():
        raise ValueError(f"q must be (n, m, actions) of finite numbers, got the shape {q.shape}")
    cost = -q.max(axis=-1)
    if visits is not None:
        cost = np.where(np.sum(visits, axis=-1) > 0, cost, np.nan)
    say = "cost to go, −max q"
    if surface:
        if ax is None:
            ax = plt.figure(figsize=(5.6, 4.6)).add_subplot(projection="3d")
        middles = [
            start + (np.arange(n) + 0.5) * (stop - start) / n
            for start, stop, n in zip(low, high, cost.shape, strict=True)
        ]
        _stretch(ax, np.stack([*np.meshgrid(*middles, indexing="ij"), cost], axis=-1))
        ax.set(zlabel=say)
        ax.locator_params(nbins=5)
    else:
        ax = axes(ax, 5.4, 3.8)
        how = {"extent": _extent(low, high), "aspect": "auto", "origin": "lower"}
        image = ax.imshow(cost.T, cmap="cividis", **how)
        ax.figure.colorbar(image, ax=ax, label=say)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    return ax


def _stretch(ax: Axes, points: np.ndarray) -> None:
    """Draw the surface through points (n, m, 3), with a hole where a corner is nan."""
    points = points[tuple(slice(None, None, -(-n // 50)) for n in points.shape[:2])]
    corners = points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]
    faces = np.stack(corners, axis=2).reshape(-1, 4, 3)
    faces = faces[np.isfinite(faces).all(axis=(1, 2))]
    heights = faces[..., 2].mean(axis=1)
    ax.add_collection3d(Poly3DCollection(faces, array=heights, cmap="cividis"))
    ax.auto_scale_xyz(*points.reshape(-1, 3).T)


def _extent(low: Sequence[float], high: Sequence[float]) -> tuple[float, float, float, float]:
    return low[0], high[0], low[1], high[1]
