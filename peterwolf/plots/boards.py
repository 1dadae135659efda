"""Boards and maps of values."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from peterwolf.plots.style import axes


def board_picture(
    picture: np.ndarray, *, cell: int = 50, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a picture of a board, uint8 (height, width, 3), with x and y counted in cells."""
    height, width = picture.shape[0] / cell, picture.shape[1] / cell
    ax = axes(ax, 0.55 * width, 0.55 * height)
    ax.imshow(picture, extent=(-0.5, width - 0.5, height - 0.5, -0.5), interpolation="lanczos")
    ax.set(xlabel="x (cells)", ylabel="y (cells)", title=title)
    ax.set(xticks=range(int(width)), yticks=range(int(height)))
    ax.tick_params(length=0)
    return ax


def value_map(
    values: np.ndarray,
    *,
    text: str | None = None,
    limits: tuple[float, float] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one expected return a cell, shape (width, height), as a number on a colour.

    A cell of nan has no value; it gets its letter of `text`, the board's rows.
    `limits` are the ends of the colours, by default the least and the largest value.
    Raises ValueError for another shape, for infinite values and for a text that does not fit.
    """
    values = np.asarray(values, float)
    if values.ndim != 2 or np.isnan(values).all() or np.isinf(values).any():
        raise ValueError(f"values must be a (width, height) of finite numbers or nan, got {values}")
    width, height = values.shape
    rows = text.split() if text else [" " * width] * height
    if [len(row) for row in rows] != [width] * height:
        raise ValueError(f"text must be {height} rows of {width} letters, got {text!r}")
    ax = axes(ax, 0.6 * width + 1.3, 0.6 * height + 0.6)
    low, high = (np.nanmin(values), np.nanmax(values)) if limits is None else limits
    image = ax.imshow(values.T, cmap="cividis", vmin=low, vmax=high)
    ax.figure.colorbar(image, ax=ax, label="value (expected return)")
    for (x, y), value in np.ndenumerate(values):
        paper = np.dot(image.cmap(image.norm(value))[:3], [0.3, 0.59, 0.11])
        ink = "white" if paper < 0.45 and np.isfinite(value) else "black"
        say = rows[y][x] if np.isnan(value) else f"{value:.2f}"
        ax.text(x, y, say, color=ink, ha="center", va="center", fontsize="small")
    ax.set(xlabel="x (cells)", ylabel="y (cells)", title=title)
    ax.set(xticks=range(width), yticks=range(height))
    return ax


def pixels(ax: Axes) -> np.ndarray:
    """Close the figure of `ax` and return it as a picture, uint8 (height, width, 3)."""
    canvas = FigureCanvasAgg(ax.figure)
    plt.close(ax.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]
