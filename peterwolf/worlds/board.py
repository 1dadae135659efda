"""Peter's board: cells, actions, moves, boards as data and as text.

Positions are (x, y): x to the right, y down, as in the picture. Cells, actions
and moves are defined here and nowhere else.
"""

from collections.abc import Iterator
from enum import IntEnum

import numpy as np

from peterwolf import arguments

SMALLEST, LARGEST = 2, 256  # cells a side


class Cell(IntEnum):
    """What a cell of the board holds."""

    GROUND = 0
    WATER = 1
    WOLF = 2
    TREE = 3
    APPLE = 4


class Action(IntEnum):
    """The four things Peter can do; `MOVES[action]` is what each does to (x, y)."""

    UP = 0
    DOWN = 1
    LEFT = 2
    RIGHT = 3


MOVES = ((0, -1), (0, 1), (-1, 0), (1, 0))
LETTERS = {".": Cell.GROUND, "~": Cell.WATER, "W": Cell.WOLF, "T": Cell.TREE, "A": Cell.APPLE}
PETER = "P"
_LETTER_OF = {cell: letter for letter, cell in LETTERS.items()}


class Board:
    """A rectangle of cells that never changes; `board[x, y]` is one of them.

    `cells` is an integer array of shape (width, height) with the numbers of
    `Cell`; each side has 2 to 256 cells. Raises TypeError or ValueError for
    anything else.
    """

    def __init__(self, cells: np.ndarray) -> None:
        cells = np.asarray(cells)
        if cells.ndim != 2 or not np.issubdtype(cells.dtype, np.integer):
            raise TypeError(
                "cells must be an array of integers with the two axes (width, height), "
                f"got {cells.ndim} axes of {cells.dtype}"
            )
        self.width = arguments.integer("width", cells.shape[0], SMALLEST, LARGEST)
        self.height = arguments.integer("height", cells.shape[1], SMALLEST, LARGEST)
        if cells.min() < 0 or cells.max() >= len(Cell):
            bad = cells[(cells < 0) | (cells >= len(Cell))][0]
            raise ValueError(f"cells must be numbers from 0 to {len(Cell) - 1}, got {bad}")
        self.cells = cells.astype(np.int8)
        self.cells.setflags(write=False)
        members = tuple(Cell)
        self._columns = tuple(tuple(members[i] for i in column) for column in cells.tolist())
        self._hash = hash(self._columns)

    @classmethod
    def from_text(cls, text: str) -> "Board":
        """Read a board from rows of the letters `.` `~` `W` `T` `A`.

        Blank lines around the board and spaces around its rows do not count.
        Raises ValueError naming the row and column of what cannot be read,
        TypeError for what is no text.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, got {type(text).__name__}")
        rows = [row.strip() for row in text.strip().splitlines()] or [""]
        for y, row in enumerate(rows, start=1):
            if len(row) != len(rows[0]):
                column = min(len(row), len(rows[0])) + 1
                raise ValueError(
                    f"text must have rows of one length: row {y} has {len(row)} letters, "
                    f"row 1 has {len(rows[0])} (they part at row {y}, column {column})"
                )
            for x, letter in enumerate(row, start=1):
                if letter not in LETTERS:
                    raise ValueError(
                        f"text must hold only the letters {' '.join(LETTERS)}, "
                        f"got {letter!r} at row {y}, column {x}"
                    )
        return cls(np.array([[LETTERS[letter] for letter in row] for row in rows], dtype=int).T)

    def to_text(self, peter: tuple[int, int] | None = None) -> str:
        """Return the board as rows of letters, with a `P` where Peter stands.

        `peter` is a position (x, y); one outside the board raises IndexError.
        """
        rows = [[_LETTER_OF[self[x, y]] for x in range(self.width)] for y in range(self.height)]
        if peter is not None:
            x, y = self._inside(peter)
            rows[y][x] = PETER
        return "\n".join("".join(row) for row in rows)

    def where(self, cell: Cell) -> list[tuple[int, int]]:
        """Return the positions (x, y) of all cells of one kind, column by column."""
        return [(int(x), int(y)) for x, y in np.argwhere(self.cells == Cell(cell))]

    def positions(self) -> Iterator[tuple[int, int]]:
        """Yield every position (x, y), column by column."""
        return ((x, y) for x in range(self.width) for y in range(self.height))

    def _inside(self, position: tuple[int, int]) -> tuple[int, int]:
        x, y = position
        if not (0 <= x < self.width and 0 <= y < self.height):
            raise IndexError(
                f"position must lie on the board, x from 0 to {self.width - 1} "
                f"and y from 0 to {self.height - 1}, got ({x}, {y})"
            )
        return x, y

    def __getitem__(self, position: tuple[int, int]) -> Cell:
        try:
            x, y = self._inside(position)
            return self._columns[x][y]
        except (TypeError, ValueError):
            raise TypeError(
                f"position must be two whole numbers (x, y), got {position!r}"
            ) from None

    def __contains__(self, position: tuple[int, int]) -> bool:
        x, y = position
        return 0 <= x < self.width and 0 <= y < self.height

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Board) and self._columns == other._columns

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f'Board.from_text("""\n{self.to_text()}\n""")'


CLASSIC = Board.from_text("""
    ........
    .....T..
    ~.~A...T
    ~~......
    ~.A.~T..
    .....~..
    ..~.~T.T
    ...~.A.W
""")
