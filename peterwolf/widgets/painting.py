"""A board that is painted cell by cell, with strokes that can be undone."""

from collections import deque

from peterwolf.worlds.board import Board, Cell

MOST_STROKES = 200  # that are kept to be undone


class Painting:
    """`board` as painted so far; what is done between `lift()` and `lift()` is one stroke."""

    def __init__(self, board: Board) -> None:
        self.board, self._first = board, board
        self._before: deque[Board] = deque(maxlen=MOST_STROKES)
        self._stroke = board  # as it was when the stroke began
        self._last: tuple[int, int] | None = None  # cell of the stroke

    def lift(self) -> None:
        """End a stroke; one that changed nothing is none."""
        if self.board != self._stroke:
            self._before.append(self._stroke)
        self._stroke, self._last = self.board, None

    def paint(self, x: int, y: int, cell: Cell) -> bool:
        """Let a cell hold something else, and those between it and the last of this stroke.

        Returns whether anything changed. Raises IndexError off the board.
        """
        self.board[x, y]  # raises
        cells = self.board.cells.copy()
        for at in _line(self._last or (x, y), (x, y)):
            cells[at] = cell
        self._last = x, y
        changed = bool((cells != self.board.cells).any())
        if changed:
            self.board = Board(cells)
        return changed

    def undo(self) -> bool:
        """Take the last stroke back; returns whether there was one."""
        self.lift()
        if not self._before:
            return False
        self.board = self._stroke = self._before.pop()
        return True

    def start_over(self) -> bool:
        """Go back to the first board, as a stroke; returns whether that changed anything."""
        self.lift()
        self.board = self._first
        changed = self.board != self._stroke
        self.lift()
        return changed


def _line(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the cells from one to another, both of them included."""
    (x, y), (to_x, to_y) = start, end
    most = max(abs(to_x - x), abs(to_y - y), 1)
    return [
        (round(x + (to_x - x) * k / most), round(y + (to_y - y) * k / most))
        for k in range(most + 1)
    ]
