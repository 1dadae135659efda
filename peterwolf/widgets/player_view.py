"""Where those who play on Peter's board sit: boards, levels, score and what stands around."""

from typing import NamedTuple

import ipywidgets
import numpy as np

from peterwolf.drawing import render
from peterwolf.widgets.base import board_row, paragraphs
from peterwolf.widgets.turn_match import Player
from peterwolf.widgets.view import View
from peterwolf.worlds.board import Action

LEVELS = ("energy", "fatigue")
FULL, STRIPED = "currentColor", "repeating-linear-gradient(45deg,currentColor 0 3px,#0000 3px 6px)"
HALF, BETWEEN = 320, 16  # pixels: the longest side of each of two boards, the room between them
ALONE = {"height": "64px"}  # room for three lines of words
FACING = {"height": "44px", "width": "470px"}  # and for two
BAR, LINE = 120, 22  # pixels: the length of a bar, the height of a line
NAME, NUMBER = 'style="width:68px;padding:0"', 'style="width:48px;padding:0;text-align:right"'
TABLE = (
    'style="line-height:1.45;table-layout:fixed;border-collapse:collapse;width:260px;'
    'font-variant-numeric:tabular-nums"'
)


class Seat:
    """A player's board with `cell` pixels a cell in `screen`, his levels as bars in `levels`.

    `head` is a line above the board, in bold `name`, then how the game stands.
    """

    def __init__(self, player: Player, name: str, screen: View, cell: int) -> None:
        self.player, self.name, self.screen, self._cell = player, name, screen, cell
        self.head, self.levels = ipywidgets.HTML(), ipywidgets.HTML()
        self.levels.layout.height = f"{len(self._peter_levels()) * LINE + 4}px"

    @property
    def peter(self) -> tuple[int, ...]:
        """Peter's state."""
        return tuple(int(part) for part in self.player.world.peter or ())

    @property
    def at(self) -> tuple[int, int]:
        """Where he stands, (x, y)."""
        x, y, *_ = self.peter
        return x, y

    @property
    def status(self) -> str:
        """How the game stands, in words."""
        return f"Moves: {self.player.steps}. Return: {self.player.episode_return:.1f}."

    @property
    def told_levels(self) -> str:
        """Energy and fatigue in words, empty where the game has none."""
        return " ".join(f"{n.title()}: {level}." for n, level in self._peter_levels().items())

    @property
    def text(self) -> str:
        """The board as text, with Peter on it."""
        return self.player.world.board.to_text(self.at)

    def _peter_levels(self) -> dict[str, int]:
        return dict(zip(LEVELS, self.peter[2:], strict=False))

    def draw(self) -> np.ndarray:
        """Bring levels and head up to date, and return the picture, uint8 (height, width, 3)."""
        board = self.player.world.board
        self.screen.cells = board.width, board.height
        self.levels.value = "".join(bar(n, level) for n, level in self._peter_levels().items())
        self.head.value = paragraphs(f"<b>{self.name}</b> {self.status}")
        return render.draw(board, self.peter, cell=self._cell)


def bar(name: str, level: int) -> str:
    """Return a level from 0 to 10 as an HTML bar with its number; fatigue is striped."""
    fill = STRIPED if name == "fatigue" else FULL
    box = "display:inline-block;vertical-align:middle"
    return (
        f'<div style="height:{LINE}px;line-height:{LINE}px;white-space:nowrap">'
        f'<span style="{box};width:60px">{name}</span>'
        f'<span style="{box};width:{BAR}px;height:12px;border:1px solid currentColor">'
        f'<span style="display:block;height:100%;background:{fill};'
        f'width:{level / render.MOST_LEVEL:.0%}"></span></span>'
        f'<span style="{box};padding-left:8px">{level} of {render.MOST_LEVEL}</span></div>'
    )


def score(players: dict[str, Player]) -> str:
    """Return as an HTML table how the games that count ended, a row for each player."""
    names = ("games", "won", "best", "mean")
    head = "".join(f"<td {NUMBER}>{name}</td>" for name in names)
    rows = [f"<tr><td {NAME}>score</td>{head}</tr>"]
    for name, player in players.items():
        best, mean = (f"{f(player.returns):.1f}" if player.returns else "–" for f in (max, np.mean))
        told = (len(player.returns), player.wins, best, mean)
        cells = "".join(f"<td {NUMBER}>{text}</td>" for text in told)
        rows.append(f"<tr><td {NAME}>{name}</td>{cells}</tr>")
    return f"<table {TABLE}>{''.join(rows)}</table>"


def cross(buttons: dict[Action, ipywidgets.Widget]) -> ipywidgets.Widget:
    """Return the buttons of the four moves as a cross."""
    up, down, left, right = (buttons[action] for action in Action)
    made = ipywidgets.VBox([up, ipywidgets.HBox([left, down, right])])
    made.layout = ipywidgets.Layout(align_items="center", width="186px")
    return made


class Around(NamedTuple):
    """What stands around the boards: buttons to move and to begin again, and three texts."""

    moves: ipywidgets.Widget
    again: ipywidgets.Widget
    keys: ipywidgets.Widget
    words: ipywidgets.Widget
    scores: ipywidgets.Widget


def alone(seat: Seat, around: Around) -> ipywidgets.Widget:
    """Return a board with everything else at its right."""
    moves, again, keys, words, scores = around
    words.layout = ipywidgets.Layout(**ALONE)
    return board_row(seat.screen, moves, again, keys, words, seat.levels, scores)


def facing(seats: list[Seat], around: Around) -> ipywidgets.Widget:
    """Return two boards side by side, with everything else below them."""
    moves, again, keys, words, scores = around
    words.layout = ipywidgets.Layout(**FACING)
    sides = [ipywidgets.VBox([seat.head, seat.screen, seat.levels]) for seat in seats]
    sides[0].layout.margin = f"0 {BETWEEN}px 0 0"
    told = ipywidgets.VBox([words, keys, ipywidgets.HBox([again, scores])])
    return ipywidgets.VBox([ipywidgets.HBox(sides), ipywidgets.HBox([moves, told])])
