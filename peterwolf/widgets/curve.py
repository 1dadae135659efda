"""A learning curve as SVG text: made in a millisecond, in the colour of the notebook's text."""

from typing import TypeVar

import numpy as np

from peterwolf.stats import running_mean

WIDE, HIGH = 680, 136  # units of the drawing, about pixels
LEFT, RIGHT, TOP, BOTTOM = 52, 560, 10, 104  # where the plot lies; labels stand around it
LINE = 17  # units between two lines of text
LOW, TOP_RETURN = -10.0, 10.0  # the axis of returns, longer where the curve leaves it
MOST_POINTS, WIDEST = 240, 100  # of the curve, and episodes in a window
Numbers = TypeVar("Numbers", float, np.ndarray)


def svg_curve(returns: np.ndarray, *, best: float | None = None) -> str:
    """Return an SVG of the running mean of `returns`, (episodes,), and a dashed line at `best`.

    The mean is that of a tenth of the episodes, 100 at most; each stands at
    the last episode of its window.
    """
    if len(returns) == 0:
        return _svg("No episode was played", [])
    window = min(max(1, len(returns) // 10), WIDEST)
    means = running_mean(returns, window)
    low, high = min(LOW, np.floor(means.min())), max(TOP_RETURN, np.ceil(means.max()))
    at = np.unique(np.linspace(0, len(means) - 1, MOST_POINTS).astype(int))
    x = LEFT + (at + window) / len(returns) * (RIGHT - LEFT)
    y = _height(means, low, high)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y[at], strict=True))
    label = _height(means[-1], low, high)
    parts = _axes(len(returns), low, high)
    if best is not None:
        dashed = _height(best, low, high)
        parts.append(_line(LEFT, dashed, RIGHT, dashed, 'stroke-dasharray="7 5"'))
        parts.append(_text(RIGHT + 8, dashed, "oracle", "start"))
        label = max(label, dashed + LINE)
    parts.append(
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="2"/>'
    )
    parts.append(_text(RIGHT + 8, label, f"mean of {window}" if window > 1 else "returns", "start"))
    return _svg(f"Learning curve: the mean return ends at {means[-1]:.2f}", parts)


def _height(values: Numbers, low: float, high: float) -> Numbers:
    """Return where returns lie on the axis from `low` to `high`."""
    return TOP + (high - values) / (high - low) * (BOTTOM - TOP)


def _axes(episodes: int, low: float, high: float) -> list[str]:
    """Return the axes with their numbers and names."""
    parts = [_line(LEFT, TOP, LEFT, BOTTOM), _line(LEFT, BOTTOM, RIGHT, BOTTOM)]
    for value in (low, 0.0, high):
        y = _height(value, low, high)
        parts.append(_line(LEFT - 4, y, LEFT, y))
        parts.append(_text(LEFT - 7, y, f"{value:g}", "end"))
    middle = (TOP + BOTTOM) / 2
    turned = f'transform="rotate(-90 10 {middle})"'
    parts.append(_text(10, middle, "return", "middle", turned))
    parts.append(_text(LEFT, BOTTOM + LINE - 4, "0", "middle"))
    parts.append(_text((LEFT + RIGHT) / 2, BOTTOM + LINE, "episode", "middle"))
    parts.append(_text(RIGHT, BOTTOM + LINE - 4, f"{episodes}", "middle"))
    return parts


def _line(x: float, y: float, to_x: float, to_y: float, look: str = "") -> str:
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="currentColor" {look}/>'


def _text(x: float, y: float, text: str, anchor: str, look: str = "") -> str:
    """Return a text whose middle is at the height `y`."""
    at = f'x="{x:.1f}" y="{y:.1f}" dy="0.35em" text-anchor="{anchor}"'
    return f"<text {at} {look}>{text}</text>"


def _svg(says: str, parts: list[str]) -> str:
    """Return a drawing as wide as there is room, which tells a screen reader what it `says`."""
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{says}" font-size="12" '
        'fill="currentColor" style="display:block;width:100%;max-width:700px">'
        f"<title>{says}</title>{''.join(parts)}</svg>"
    )
