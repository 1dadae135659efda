"""Action values drawn over the cells of a board: arrows, triangles, marks of the unknown."""

import cv2
import numpy as np

from peterwolf.worlds.board import MOVES

TIED = 1e-9  # values this close to the best, relative to it, are equal to it
FINE = 16  # OpenCV takes points in sixteenths of a pixel (shift=4)
CREAM, INK, EDGE = (250, 246, 235), (38, 42, 74), (120, 112, 100)
ENERGY, FATIGUE = (240, 170, 40), (110, 70, 140)
NUMBERS_FROM = 56  # pixels a cell
# Colours from low to high, dark blue over cream to orange: the ends differ in
# lightness as well as in hue, for colour-blind readers and for grey print.
STOPS = np.array([(24, 55, 110), (150, 180, 215), CREAM, (245, 190, 110), (196, 90, 20)])

# An arrow along (1, 0) in parts of its length (x) and of its width (y).
ARROW = np.array(
    [(0, -0.18), (0.52, -0.18), (0.52, -0.5), (1, 0), (0.52, 0.5), (0.52, 0.18), (0, 0.18)]
)
# A move and its left-hand side as rows: they turn the arrow's points to the move.
TURNS = np.array([[(dx, dy), (-dy, dx)] for dx, dy in MOVES], dtype=float)


def greedy_directions(q: np.ndarray) -> np.ndarray:
    """Return which arrows a table gets: bool, of the shape of `q`, (..., 4).

    True for the best action and for all tied with it (within 1e-9, relative);
    all False where the four values are equal, which is drawn as a dot.
    """
    best = q.max(axis=-1, keepdims=True)
    tied = q >= best - TIED * np.abs(best)
    return tied & ~tied.all(axis=-1, keepdims=True)


def _strength(q: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Return how much the choice matters, 0 to 1, shape (width, height).

    It is the cube root of the gap between the best value and the best of the
    others, relative to the largest such gap on the board.
    """
    directions, largest = greedy_directions(q), np.abs(q).max()
    q = q / largest if largest > 0 else q  # so that gaps of huge values stay finite
    best = q.max(axis=-1, keepdims=True)
    others = np.where(directions, -np.inf, q).max(axis=-1)
    gap = np.where(shown, best[..., 0] - others, 0)
    return np.cbrt(gap / gap.max()) if gap.max() > 0 else gap


def draw_arrows(
    picture: np.ndarray, q: np.ndarray, shown: np.ndarray, cell: int, halo: np.ndarray
) -> None:
    """Draw an arrow for each greedy action of the cells in `shown`, a dot for a flat row.

    In the cells of `halo`, bool (width, height) like `shown`, arrows get a light rim.
    """
    directions = greedy_directions(q) & shown[..., np.newaxis]
    x, y, action = np.nonzero(directions)
    alone = directions.sum(axis=-1)[x, y] == 1
    strength = _strength(q, shown)[x, y]
    # One arrow lies across its cell; tied ones start beside the centre and are shorter.
    length = cell * np.where(alone, 0.34 + 0.44 * strength, 0.3 + 0.12 * strength)
    width = cell * np.where(alone, 0.24 + 0.24 * strength, 0.2 + 0.12 * strength)
    tail = np.where(alone, -length / 2, 0.07 * cell)
    points = ARROW * np.stack([length, width], axis=-1)[:, np.newaxis]
    points[..., 0] += tail[:, np.newaxis]
    centres = (np.stack([x, y], axis=-1) + 0.5) * cell - 0.5
    turned = points @ TURNS[action] + centres[:, np.newaxis]
    outlines = np.rint(turned * FINE).astype(np.int32)
    rimmed = list(outlines[halo[x, y]])
    cv2.polylines(picture, rimmed, True, CREAM, max(2, cell // 16), cv2.LINE_AA, 4)
    cv2.fillPoly(picture, list(outlines), INK, cv2.LINE_AA, 4)
    for at in np.argwhere(shown & ~directions.any(axis=-1)):
        centre = np.rint(((at + 0.5) * cell - 0.5) * FINE).astype(int).tolist()
        cv2.circle(picture, centre, int(cell * 0.08 * FINE), INK, -1, cv2.LINE_AA, 4)


def colours(values: np.ndarray, largest: float) -> np.ndarray:
    """Return an RGB colour, uint8 (..., 3), for each value in [−largest, largest]."""
    place = np.clip((values / largest if largest > 0 else values * 0) / 2 + 0.5, 0, 1)
    at = np.linspace(0, 1, len(STOPS))
    return np.stack([np.interp(place, at, STOPS[:, i]) for i in range(3)], axis=-1).astype(np.uint8)


def draw_triangles(picture: np.ndarray, q: np.ndarray, shown: np.ndarray, cell: int) -> None:
    """Draw the four values of each cell in `shown`, bool (width, height), as its quarters.

    Colours span the largest absolute value shown. A dark head at the centre
    points to each greedy quarter, so that colour is not the only sign.
    """
    largest = float(np.abs(q[shown]).max()) if shown.any() else 0.0
    paint, greedy = colours(q, largest), greedy_directions(q)
    for x, y in np.argwhere(shown).tolist():
        corner = np.array([x, y]) * cell
        quarters = [corner + _quarter(action, cell) for action in range(len(MOVES))]
        for quarter, paper in zip(quarters, paint[x, y].tolist(), strict=True):
            cv2.fillConvexPoly(picture, quarter, paper)
        cv2.polylines(picture, quarters, True, EDGE, 1, cv2.LINE_AA)
        for action in np.flatnonzero(greedy[x, y]).tolist():
            cv2.fillConvexPoly(picture, corner + _pointer(action, cell), INK, cv2.LINE_AA)
        if cell >= NUMBERS_FROM:
            for action in range(len(MOVES)):
                centre = corner + (0.5 + 0.33 * np.array(MOVES[action])) * cell
                _write(picture, q[x, y, action], centre, cell, paint[x, y, action])


def _quarter(action: int, cell: int) -> np.ndarray:
    """Return the corners of one quarter of a cell, int32 (3, 2), in pixels."""
    along = np.array(MOVES[action]) / 2
    return _pixels([along * 0, along + along[::-1], along - along[::-1]], cell)


def _pointer(action: int, cell: int) -> np.ndarray:
    """Return the corners of a small head beside the centre that points along a move."""
    along = np.array(MOVES[action])
    base, side = 0.04 * along, 0.09 * along[::-1]
    return _pixels([0.19 * along, base + side, base - side], cell)


def _pixels(corners: list[np.ndarray], cell: int) -> np.ndarray:
    return np.rint((np.array(corners) + 0.5) * (cell - 1)).astype(np.int32)


def _write(
    picture: np.ndarray, value: float, centre: np.ndarray, cell: int, paper: np.ndarray
) -> None:
    """Write a value around `centre`, in black or white, whichever reads better on `paper`."""
    text = f"{value:.1f}" if abs(value) >= 9.95 else f"{value:.2f}"
    scale = cell / 250
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    at = (int(centre[0] - width / 2), int(centre[1] + height / 2))
    ink = (255, 255, 255) if paper @ np.array([0.3, 0.59, 0.11]) < 120 else (20, 20, 20)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, ink, 1, cv2.LINE_AA)


def draw_marks(picture: np.ndarray, unknown: np.ndarray, cell: int) -> None:
    """Draw a question mark on each cell of `unknown`, bool (width, height), into a picture.

    `picture`: uint8 (height × cell, width × cell, 3).
    """
    scale, thick = cell / 64, max(1, cell // 28)
    (width, height), _ = cv2.getTextSize("?", cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    for x, y in np.argwhere(unknown).tolist():
        corner = (x * cell + (cell - width) // 2, y * cell + (cell + height) // 2)
        cv2.putText(picture, "?", corner, cv2.FONT_HERSHEY_SIMPLEX, scale, INK, thick, cv2.LINE_AA)


def draw_gauge(own: np.ndarray, share: float, *, at_left: bool) -> None:
    """Draw a level, 0 to 1, as a bar at the side of a cell's picture (cell, cell, 3).

    The left bar is plain, the right one striped, so that they differ in grey, too.
    """
    cell = len(own)
    wide, margin = max(3, cell // 9), max(1, cell // 16)
    left = margin if at_left else cell - margin - wide
    bottom = cell - margin
    top = bottom - round((cell - 2 * margin) * share)
    own[margin:bottom, left : left + wide] = 255
    own[top:bottom, left : left + wide] = ENERGY if at_left else FATIGUE
    if not at_left:
        own[top : bottom : max(3, cell // 9), left : left + wide] = 255
    cv2.rectangle(own, (left, margin), (left + wide - 1, bottom - 1), INK, 1)


def draw_frame(own: np.ndarray) -> None:
    """Draw a bold frame around a cell's own picture, (cell, cell, 3): dark, a light rim inside."""
    thick = max(2, len(own) // 10)
    rim = thick + max(1, thick // 2)
    inner = own[rim:-rim, rim:-rim].copy()
    own[:] = INK
    own[thick:-thick, thick:-thick] = CREAM
    own[rim:-rim, rim:-rim] = inner
