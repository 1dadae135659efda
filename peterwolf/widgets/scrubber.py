"""A training run from its first episode to its last, behind a slider."""

import ipywidgets
import numpy as np

from peterwolf import arguments
from peterwolf.drawing import animation, render
from peterwolf.tabular.run import Run, Snapshot
from peterwolf.widgets import cell_inspector
from peterwolf.widgets.base import board_row, cell_of, paragraphs
from peterwolf.widgets.policy_report import judge
from peterwolf.widgets.slideshow import Slides
from peterwolf.worlds.board import Action, Board
from peterwolf.worlds.rules import Forage, Hunt, Rule

UNKNOWN = "? A cell that Peter never entered"
SIGNS = {
    "arrows": ("→ A best action", "● All four values are equal", UNKNOWN),
    "triangles": ("▶ A best action", "Orange is high, blue is low", UNKNOWN),
}


class Scrubber(Slides):
    """The moments of a training run: `Scrubber(run, board)` as the last line of a cell.

    `run` is what `tabular.q_learning(..., snapshots=60)` returned, `board` and
    `rule` what it learnt on. Each moment shows the greedy actions (or the
    values, `overlay="triangles"`), question marks in cells that had never been
    entered, and how the greedy policy stands beside the oracle; a click on a
    cell tells its four values. A hunt's picture is that of one `energy` and
    one `fatigue`. The moment number `start` comes first, by default the last;
    without a kernel it stays as a still picture.

    Raises TypeError or ValueError, naming the argument, for a run without
    snapshots or of another board or rule.
    """

    def __init__(
        self,
        run: Run,
        board: Board,
        *,
        overlay: str = "arrows",
        rule: Rule = Forage(),  # noqa: B008
        energy: int = 10,
        fatigue: int = 0,
        start: int | None = None,
        milliseconds: int = 200,
    ) -> None:
        _check(run, board, rule)
        self.run, self.board, self.rule = run, board, rule
        self.overlay = arguments.one_of("overlay", overlay, render.OVERLAYS)
        levels = {"energy": energy, "fatigue": fatigue}
        levels = [arguments.integer(n, value, 0, Hunt.most) for n, value in levels.items()]
        self._levels = levels[: len(rule.shape(board)) - 2]
        self._words = ipywidgets.HTML()
        super().__init__(len(run.snapshots), start, milliseconds)

    @property
    def snapshot(self) -> Snapshot:
        """The moment that is shown."""
        return self.run.snapshots[self.slider.value]

    def _said(self) -> str:
        return ". ".join([self.label, *self.judgement.lines()]) + "."

    def _pictured(self) -> ipywidgets.Widget:
        self.asking = cell_inspector.Asking(self.screen, self.rule, self._table)
        self.screen.takes = [*self.screen.takes, *cell_inspector.KEYS]
        return board_row(self.screen, self._words, self.asking.words)

    def _table(self) -> np.ndarray:
        """Return the part of the table that is shown, shape (width, height, 4)."""
        return cell_inspector.layer(self.snapshot.q, self._levels)

    def _key(self, key: str) -> None:
        if key in cell_inspector.KEYS:
            self.asking.beside(key)
        else:
            super()._key(key)

    def _label(self, k: int) -> str:
        moments = self.run.snapshots
        return f"Episode {moments[k].episode} of {moments[-1].episode}"

    def _picture(self, k: int) -> animation.Picture:
        _, q, visits = self.run.snapshots[k]
        frame = render.draw(
            self.board,
            q=cell_inspector.layer(q, self._levels),
            visits=cell_inspector.layer(visits, self._levels),
            cell=cell_of(self.board),
            overlay=self.overlay,
        )
        alt = f"Peter's board with what was learnt. {self.say}\n{self.board.to_text()}"
        return animation.picture(frame, alt=alt)

    def _show(self) -> None:
        self.judgement = judge(self.board, self.rule, self.snapshot.q)
        super()._show()
        self._words.value = paragraphs(*self.judgement.lines(), "", *SIGNS[self.overlay], "")
        self.asking.on(self.board)


def _check(run: Run, board: Board, rule: Rule) -> None:
    if not isinstance(run, Run):
        raise TypeError(f"run must be a Run, as q_learning returns one, got {run!r}")
    if not isinstance(board, Board):
        raise TypeError(f"board must be a Board, got {type(board).__name__}")
    if isinstance(rule, type) or not isinstance(rule, Rule):
        raise TypeError(f"rule must be a rule, such as Forage() or Hunt(), got {rule!r}")
    if not run.snapshots:
        raise ValueError(
            "run must hold snapshots, got none: train with q_learning(..., snapshots=60)"
        )
    shape = (*rule.shape(board), len(Action))
    if run.q.shape != shape:
        raise ValueError(
            f"run must have learnt on this board under this rule, a table of shape {shape}, "
            f"got {run.q.shape}"
        )
