"""Boards drawn at random that hold exactly what was asked of them."""

from collections.abc import Iterator

import numpy as np

from peterwolf import arguments
from peterwolf.worlds.board import LARGEST, MOVES, SMALLEST, Board, Cell

# Attempts at letting ponds grow freely before they are laid along a winding path:
# 20, and fewer where this many cells were tried.
ATTEMPTS, ENOUGH_CELLS = 20, 20_000


def random_board(
    rng: np.random.Generator,
    width: int = 8,
    height: int = 8,
    *,
    ponds: int = 3,
    pond_size: int = 5,
    wolves: int = 1,
    trees: int = 5,
    apples: int = 3,
) -> Board:
    """Return a board that holds exactly what was asked, drawn from `rng`.

    A pond is `pond_size` distinct connected cells; ponds share no cell, though
    they may touch. Raises ValueError where all of it does not fit on the board,
    TypeError or ValueError, naming the argument, for what is no count.
    """
    arguments.generator("rng", rng)
    width = arguments.integer("width", width, SMALLEST, LARGEST)
    height = arguments.integer("height", height, SMALLEST, LARGEST)
    ponds = arguments.integer("ponds", ponds, 0)
    pond_size = arguments.integer("pond_size", pond_size, 1)
    counts = {
        Cell.WOLF: arguments.integer("wolves", wolves, 0),
        Cell.TREE: arguments.integer("trees", trees, 0),
        Cell.APPLE: arguments.integer("apples", apples, 0),
    }
    wanted = ponds * pond_size + sum(counts.values())
    if wanted > width * height:
        raise ValueError(
            f"ponds, wolves, trees and apples must fit on the board: they need {wanted} "
            f"cells, and a board of {width} x {height} has {width * height}"
        )
    wet = _ponds(rng, np.ones((width, height), dtype=bool), ponds, pond_size)
    cells = np.where(wet, Cell.WATER, Cell.GROUND)
    free = rng.permutation(np.flatnonzero(~wet))
    objects = np.repeat(list(counts), list(counts.values()))
    cells.ravel()[free[: len(objects)]] = objects
    return Board(cells)


def _ponds(rng: np.random.Generator, free: np.ndarray, ponds: int, size: int) -> np.ndarray:
    """Return a bool array (width, height) that is True where one of the ponds lies.

    `free` is all True. Ponds that grow freely may leave too little room in one
    piece for the last of them; segments of a path through all cells always fit.
    """
    for _ in range(max(1, min(ATTEMPTS, ENOUGH_CELLS // free.size))):
        dry = free.copy()
        springs = iter(rng.permutation(free.size).tolist())
        if all(_grow(rng, dry, springs, size) for _ in range(ponds)):
            return ~dry
    width, height = free.shape
    path = [(x, y if x % 2 == 0 else height - 1 - y) for x in range(width) for y in range(height)]
    gaps = np.sort(rng.integers(free.size - ponds * size + 1, size=ponds))
    wet = ~free
    for pond, gap in enumerate(gaps):
        for position in path[gap + pond * size : gap + (pond + 1) * size]:
            wet[position] = True
    return wet


def _grow(rng: np.random.Generator, dry: np.ndarray, springs: Iterator[int], size: int) -> bool:
    """Flood `size` connected cells of `dry` in place; False if no piece is large enough.

    `springs` are cells to begin at, in random order. One that lies in too
    small a piece of dry land never gets a larger one and is used up.
    """
    for spring in springs:
        first = divmod(spring, dry.shape[1])
        if not dry[first]:
            continue
        edge, reached = [first], {first}
        pond: list[tuple[int, int]] = []
        while edge and len(pond) < size:
            x, y = edge.pop(rng.integers(len(edge)))
            pond.append((x, y))
            for dx, dy in MOVES:
                near = x + dx, y + dy
                inside = 0 <= near[0] < dry.shape[0] and 0 <= near[1] < dry.shape[1]
                if inside and near not in reached and dry[near]:
                    reached.add(near)
                    edge.append(near)
        if len(pond) == size:
            for position in pond:
                dry[position] = False
            return True
    return False
