"""The board as a picture, with Peter and with action values drawn on its cells."""

from functools import lru_cache

import numpy as np

from peterwolf import arguments
from peterwolf.drawing.overlays import CREAM, draw_arrows, draw_gauge, draw_marks, draw_triangles
from peterwolf.drawing.sprites import paste
from peterwolf.worlds.board import Action, Board, Cell

OVERLAYS = ("arrows", "triangles")
LINE = (205, 196, 178)
SMALLEST, LARGEST = 8, 256  # pixels a cell
MOST_PIXELS = 64_000_000
MOST_LEVEL = 10  # of energy and of fatigue
SPRITES = {Cell.WATER: "water", Cell.WOLF: "wolf", Cell.TREE: "tree", Cell.APPLE: "apple"}


def draw(
    board: Board,
    peter: tuple[int, ...] | None = None,
    q: np.ndarray | None = None,
    *,
    visits: np.ndarray | None = None,
    cell: int = 50,
    overlay: str = "arrows",
) -> np.ndarray:
    """Return the board as an RGB picture, uint8 of shape (height × cell, width × cell, 3).

    `peter` is a position (x, y), or (x, y, energy, fatigue) with levels from 0
    to 10, which are drawn as bars beside him. `q`, shape (width, height, 4), is
    drawn over the cells where an action can be taken: as `"arrows"` along the greedy
    actions (all of them where they tie, larger where the choice matters more,
    a dot where all four values are equal) or as `"triangles"`, the four values
    as quarters of the cell. A cell that `visits`, shape (width, height) or
    (width, height, 4), says was never entered gets a question mark instead.
    `cell` is the side of a cell in pixels, 8 to 256.

    Raises TypeError or ValueError for arguments of the wrong type, shape or
    range, IndexError for a Peter off the board.
    """
    _check(board, peter, cell, overlay)
    picture = _ground(board, cell).copy()
    if q is not None:
        arguments.table("q", q, (board.width, board.height, len(Action)))
        entered = _entered(board, visits)
        alive = _can_act(board, q)
        if peter is not None:
            alive[peter[0], peter[1]] = False  # he hides what lies under him
        if overlay == "triangles":
            draw_triangles(picture, q, alive & entered, cell)
        else:
            draw_arrows(picture, q, alive & entered, cell, halo=board.cells != Cell.GROUND)
        draw_marks(picture, alive & ~entered, cell)
    if peter is not None:
        _draw_peter(picture, board, peter, cell)
    return picture


def _draw_peter(picture: np.ndarray, board: Board, peter: tuple[int, ...], cell: int) -> None:
    """Draw Peter on his cell; what he stands on shows small in its corner.

    A hungry Peter has his energy as a bar on the left of the cell and his
    fatigue as a striped one on the right.
    """
    left, top = int(peter[0]) * cell, int(peter[1]) * cell
    hungry = len(peter) == 4
    side = cell // 6 if hungry else 0  # room for a bar
    cell_holds = board[peter[0], peter[1]]
    shown_small = cell_holds not in (Cell.GROUND, Cell.WATER)
    if shown_small:
        picture[top + 1 : top + cell - 1, left + 1 : left + cell - 1] = CREAM
    paste(picture, "peter", left + side, top + side, cell - 2 * side)
    if shown_small:
        size = round(cell * (0.35 if hungry else 0.45))
        paste(picture, SPRITES[cell_holds], left + cell - size - side, top + cell - size, size)
    if hungry:
        own = picture[top : top + cell, left : left + cell]
        draw_gauge(own, peter[2] / MOST_LEVEL, at_left=True)
        draw_gauge(own, peter[3] / MOST_LEVEL, at_left=False)


def _check(board: Board, peter: tuple[int, ...] | None, cell: int, overlay: str) -> None:
    if not isinstance(board, Board):
        raise TypeError(f"board must be a Board, got {type(board).__name__}")
    arguments.integer("cell", cell, SMALLEST, LARGEST)
    if board.width * board.height * cell**2 > MOST_PIXELS:
        raise ValueError(
            f"cell must keep the picture under {MOST_PIXELS} pixels, got {cell} "
            f"for a board of {board.width} x {board.height}"
        )
    arguments.one_of("overlay", overlay, OVERLAYS)
    if peter is not None:
        if not isinstance(peter, (tuple, list, np.ndarray)) or len(peter) not in (2, 4):
            raise TypeError(f"peter must be (x, y) or (x, y, energy, fatigue), got {peter!r}")
        board[peter[0], peter[1]]  # raises IndexError off the board
        for level in peter[2:]:
            arguments.integer("energy and fatigue of peter", level, 0, MOST_LEVEL)


def _entered(board: Board, visits: np.ndarray | None) -> np.ndarray:
    """Return a bool array (width, height): False where Peter never was."""
    shape = (board.width, board.height)
    if visits is None:
        return np.ones(shape, dtype=bool)
    visits = np.asarray(visits)
    if not (np.issubdtype(visits.dtype, np.number) or visits.dtype == bool):
        raise TypeError(f"visits must be an array of numbers, got {visits.dtype}")
    if visits.shape == shape + (len(Action),):
        visits = visits.sum(axis=-1)
    if visits.shape != shape:
        raise ValueError(
            f"visits must have the shape {shape} or {shape + (4,)}, got {visits.shape}"
        )
    return visits > 0


def _can_act(board: Board, q: np.ndarray) -> np.ndarray:
    """Return a bool array (width, height): cells whose row of `q` means something.

    Water and wolf end every game; an apple ends some, and its row then keeps
    the four equal values it began with.
    """
    flat = (q == q[..., :1]).all(axis=-1)
    ended = (board.cells == Cell.WATER) | (board.cells == Cell.WOLF)
    return ~ended & ~((board.cells == Cell.APPLE) & flat)


@lru_cache(maxsize=16)
def _ground(board: Board, cell: int) -> np.ndarray:
    """Return the board without Peter and without values."""
    picture = np.full((board.height * cell, board.width * cell, 3), CREAM, dtype=np.uint8)
    for x, y in board.positions():
        if board[x, y] in SPRITES:
            paste(picture, SPRITES[board[x, y]], x * cell, y * cell, cell)
    lines = np.arange(0, max(picture.shape), cell)
    picture[lines[lines < picture.shape[0]]] = LINE
    picture[:, lines[lines < picture.shape[1]]] = LINE
    picture[-1], picture[:, -1] = LINE, LINE
    return picture
