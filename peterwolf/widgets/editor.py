"""Paint Peter's board and watch him learn it anew with every stroke."""

from typing import Any

import gymnasium
import ipywidgets
import numpy as np

from peterwolf import arguments, tabular
from peterwolf.drawing import animation, render
from peterwolf.drawing.overlays import draw_frame
from peterwolf.widgets.base import Still, board_row, cell_of, paragraphs
from peterwolf.widgets.painting import Painting
from peterwolf.widgets.play import ARROW_KEYS
from peterwolf.widgets.policy_report import judge, winnable
from peterwolf.widgets.scrubber import SIGNS
from peterwolf.widgets.view import View
from peterwolf.worlds.board import MOVES, Board, Cell
from peterwolf.worlds.rules import Forage

RULE = Forage()
SETTINGS: dict[str, Any] = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.5}
BRUSHES = {str(number): cell for number, cell in enumerate(Cell, start=1)}  # by their keys
PAINT, UNDO = (" ", "Enter"), "z"
KEYS = (
    "Click or drag to paint, or: arrow keys move the frame, Space paints, 1 to 5 choose, Z: undo."
)
FADED = 0.3  # how much of an old table is seen
OLD = "Faded: the table of the last board he could learn"
NO_WAY = "No start leads to an apple: Peter has nothing to learn"
MISSING = {
    Cell.APPLE: "No apple is left: Peter has nothing to learn",
    Cell.GROUND: "No ground is left to start from: Peter has nothing to learn",
}
WORDS = "112px"  # the height of five lines


class Editor(Still):
    """Paint the board: `Editor(CLASSIC)` as the last line of a cell.

    Click or drag to paint, or move the frame with the arrow keys and paint
    with Space; the keys 1 to 5 choose what. On every change an agent learns
    the forage on the new board for so many `episodes` (0.5, 0.95 and 0.5 are
    its alpha, gamma and epsilon, `seed` that of its generator), and its table
    is shown, with how it stands beside the oracle.

    `board` is the board as painted, `run` the last `tabular.Run`. On a board
    without an apple, without ground or without any start that leads to an
    apple nothing is learnt: `run` stays, and its table is shown faded. `brush`
    and `overlay` hold what is chosen, `say` tells what is seen. Raises
    TypeError or ValueError, naming the argument, also for a board to begin
    with on which nothing can be learnt.
    """

    def __init__(
        self, board: Board, *, episodes: int = 2000, seed: int = 0, overlay: str = "arrows"
    ) -> None:
        if not isinstance(board, Board):
            raise TypeError(f"board must be a Board, got {type(board).__name__}")
        if trouble := why_not(board):
            raise ValueError(f"board must be one that Peter can learn, got: {trouble}\n{board!r}")
        self.episodes = arguments.integer("episodes", episodes, 1)
        self.seed = arguments.integer("seed", seed, 0)
        arguments.one_of("overlay", overlay, render.OVERLAYS)
        self._painting, self.cursor = Painting(board), (0, 0)
        self.screen = View(
            cells=(board.width, board.height),
            keys=[*ARROW_KEYS, *PAINT, *BRUSHES, UNDO],
            drags=True,
        )
        self.screen.on_key, self.screen.on_drop = self._key, self._drop
        self.screen.on_click, self.screen.on_drag = self._click, self._drag
        self._words = ipywidgets.HTML(layout=ipywidgets.Layout(height=WORDS))
        self._signs = ipywidgets.HTML()
        self.brush = _choice({f"{key} {cell.name.lower()}": cell for key, cell in BRUSHES.items()})
        self.brush.value = Cell.WATER
        self.overlay = _choice({name: name for name in render.OVERLAYS}, 126)
        self.overlay.value, self.overlay.layout.margin = overlay, "4px 0 8px 2px"
        self.overlay.observe(lambda change: self._show(), "value")
        self.undo_button = _button("Undo", self, self.undo)
        self.again = _button("Start over", self, self.start_over)
        self.view = self._arranged()
        self._learn()

    def _arranged(self) -> ipywidgets.Widget:
        """Return the board beside brushes, buttons and words."""
        buttons = ipywidgets.HBox([self.undo_button, self.again])
        hint = ipywidgets.HTML(paragraphs(KEYS))
        beside = hint, self.brush, buttons, self.overlay, self._words, self._signs
        return board_row(self.screen, *beside)

    # What can be done

    @property
    def board(self) -> Board:
        """The board as painted."""
        return self._painting.board

    def paint(self, x: int, y: int) -> None:
        """Paint a cell with the brush, as one stroke; IndexError off the board."""
        self._stroke(x, y)
        self._painting.lift()

    def undo(self) -> None:
        """Take the last stroke back."""
        undone = self._painting.undo()
        self._changed("The last stroke is undone" if undone else "Nothing to undo", undone)

    def start_over(self) -> None:
        """Go back to the first board; that can be undone, too."""
        self._changed("The first board again", self._painting.start_over())

    def _stroke(self, x: int, y: int, *, hurried: bool = False) -> None:
        changed = self._painting.paint(x, y, self.brush.value)
        self.cursor = x, y
        self._changed(f"({x}, {y}) is {self.brush.value.name.lower()}", changed, hurried=hurried)

    def _changed(self, news: str, changed: bool, *, hurried: bool = False) -> None:
        """Learn the new board if there is one, show it, and tell the news."""
        if changed:
            self._learn(hurried=hurried)
            news = f"{news}. {self.lines[0]}"
        else:
            self._show(hurried=hurried)
        self.screen.news = f"{news}."

    # What the page tells

    def _click(self, x: int, y: int) -> None:
        self._painting.lift()  # a stroke that lost its end
        self._stroke(x, y)

    def _drag(self, x: int, y: int) -> None:
        self._stroke(x, y, hurried=True)

    def _drop(self) -> None:
        self._painting.lift()
        self._show()

    def _key(self, key: str) -> None:
        if key in ARROW_KEYS:
            self._move_cursor(*MOVES[ARROW_KEYS[key]])
        elif key in BRUSHES:
            self.brush.value = BRUSHES[key]
            self.screen.news = f"Brush: {self.brush.value.name.lower()}."
        elif key == UNDO:
            self.undo()
        else:
            self.paint(*self.cursor)

    def _move_cursor(self, dx: int, dy: int) -> None:
        x, y = at = self.cursor[0] + dx, self.cursor[1] + dy
        if at in self.board:
            self.cursor = at
            self._show()
            self.screen.news = f"({x}, {y}): {self.board[at].name.lower()}."

    # What is learnt and seen

    def _learn(self, *, hurried: bool = False) -> None:
        """Learn the board, unless there is nothing to learn, and show what came of it."""
        self.trouble = why_not(self.board)
        if not self.trouble:
            env = gymnasium.make("peterwolf/Forage-v0", board=self.board)
            rng = np.random.default_rng(self.seed)
            self.run = tabular.q_learning(
                env, episodes=self.episodes, rng=rng, progress=False, **SETTINGS
            )
            self._judged = judge(self.board, RULE, self.run.q).lines()
        self._show(hurried=hurried)

    @property
    def lines(self) -> list[str]:
        """What there is to tell, a sentence each."""
        return [self.trouble, OLD] if self.trouble else self._judged

    def _show(self, *, hurried: bool = False) -> None:
        self.say = ". ".join(self.lines) + "."
        self._words.value = paragraphs(*self.lines)
        self._signs.value = paragraphs(*SIGNS[self.overlay.value])
        alt = f"Peter's board as painted. {self.say}\n{self.board.to_text()}"
        self._present(animation.picture(self._frame(), alt=alt), hurried=hurried)

    def _frame(self) -> np.ndarray:
        """Return the board with the table, faded where it is an old one, and the cursor."""
        cell, (x, y) = cell_of(self.board), self.cursor
        look = {"cell": cell, "overlay": self.overlay.value}
        frame = render.draw(self.board, q=self.run.q, visits=self.run.visits, **look)
        if self.trouble:
            bare = render.draw(self.board, cell=cell)
            frame = (FADED * frame + (1 - FADED) * bare).astype(np.uint8)
        draw_frame(frame[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell])
        return frame


def why_not(board: Board) -> str:
    """Return in words why nothing can be learnt on a board, empty where something can."""
    for cell, trouble in MISSING.items():
        if not board.where(cell):
            return trouble
    return "" if winnable(board, RULE) else NO_WAY


def _choice(options: dict[str, Any], width: int = 84) -> ipywidgets.ToggleButtons:
    made = ipywidgets.ToggleButtons(options=options)
    made.style.button_width = f"{width}px"
    return made


def _button(text: str, editor: Editor, pressed: Any) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, layout=ipywidgets.Layout(width="130px"))
    button.on_click(lambda _: editor.screen.attempt(pressed))
    return button
