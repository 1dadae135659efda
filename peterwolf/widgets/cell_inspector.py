"""The values of one cell in words: what a click on a board asks for."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import numpy as np

from peterwolf.widgets.base import paragraphs
from peterwolf.widgets.view import View
from peterwolf.worlds.board import MOVES, Action, Board, Cell
from peterwolf.worlds.rules import Rule

KEYS = dict(zip("wsad", MOVES, strict=True))
HINT = "Click a cell, or press W A S D,", "to read its four values."
NAMES = {
    Cell.GROUND: "ground",
    Cell.WATER: "water",
    Cell.WOLF: "the wolf",
    Cell.TREE: "a tree",
    Cell.APPLE: "an apple",
}
SIGNS = dict(zip(Action, "↑↓←→", strict=True))


class Asking:
    """The cell `at` of which the learner asked last, and its four values in two `words`.

    A click on the `screen` asks for a cell, `beside` for the one next to it.
    `table()` returns the values as they stand, shape (width, height, 4).
    """

    def __init__(self, screen: View, rule: Rule, table: Callable[[], np.ndarray]) -> None:
        self._screen, self._rule, self._table = screen, rule, table
        self.at: tuple[int, int] | None = None
        self.words = ipywidgets.HTML(paragraphs(*HINT))
        screen.on_click = self.ask

    def on(self, board: Board) -> None:
        """Ask on a board from now on; a cell that it does not have is forgotten."""
        self._board = board
        self._screen.cells = board.width, board.height
        if self.at is not None and self.at not in board:
            self.at = None
        self._tell()

    def ask(self, x: int, y: int) -> None:
        """Tell the values of a cell."""
        self.at = x, y
        self._tell()
        self._screen.news = " ".join(self.told)

    def beside(self, key: str) -> None:
        """Tell the values of the cell beside the last one; at the edge, of the same."""
        (x, y), (dx, dy) = self.at or (0, 0), KEYS[key]
        there = (x + dx, y + dy) if self.at else (x, y)
        self.ask(*(there if there in self._board else (x, y)))

    @property
    def told(self) -> tuple[str, str]:
        """What the cell is, and its values."""
        if self.at is None:
            return HINT
        kind = self._board[self.at]
        ends = kind in self._rule.endings
        row = self._table()[self.at]
        values = ", ".join(f"{sign} {round(row[a], 2) + 0.0:.2f}" for a, sign in SIGNS.items())
        return f"{self.at}, {NAMES[kind]}:", "the game ends here" if ends else values

    def _tell(self) -> None:
        self.words.value = paragraphs(*self.told)


def layer(table: np.ndarray, levels: Sequence[int]) -> np.ndarray:
    """Return of a table (width, height, ..., 4) what belongs to some levels, (width, height, 4)."""
    where: tuple[Any, ...] = (..., *levels, slice(None))
    return table[where]
