"""Sliders that train anew while they move, with the picture and the oracle beside them."""

from functools import lru_cache
from typing import Any

import gymnasium
import ipywidgets
import numpy as np

from peterwolf import arguments, tabular
from peterwolf.drawing import animation, render
from peterwolf.widgets import cell_inspector
from peterwolf.widgets.base import Still, board_row, cell_of, paragraphs
from peterwolf.widgets.curve import svg_curve
from peterwolf.widgets.policy_report import judge, starts
from peterwolf.widgets.view import View
from peterwolf.worlds import planning
from peterwolf.worlds.board import CLASSIC, Action, Board
from peterwolf.worlds.random_boards import random_board
from peterwolf.worlds.rules import Forage

RULE = Forage()
MOST_SEED = 999
EPISODES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LAST = 0.05  # of an epsilon that falls
WORDS = "126px"  # the height of six lines
WINDOW = 100  # episodes whose returns are averaged
FLOATS = {  # lowest, highest, step
    "alpha": (0.0, 1.0, 0.05),
    "gamma": (0.0, 1.0, 0.01),
    "epsilon": (0.0, 1.0, 0.05),
    "initial": (-10.0, 20.0, 0.5),
}
MEANINGS = {
    "alpha": "learning rate",
    "gamma": "discount of what comes later",
    "epsilon": "probability of exploring",
    "episodes": "episodes of training",
    "initial": "the value with which the whole table begins",
    "seed": "seed of the training's random numbers",
    "board": "seed of a random board, 0 for the first board",
}


class Knobs(Still):
    """Q-learning with sliders: `Knobs()` as the last line of a cell.

    `board` is a Board, or the seed of a random one, 0 for the classic board.
    The other arguments are where the knobs begin: `alpha`, `gamma` and
    `epsilon` from 0 to 1, `episodes` one of 1, 2, 5, 10 and so on to 5000,
    `initial`, the value with which the whole table begins, from -10 to 20,
    `seed`, that of the generator, from 0 to 999, `falls`, whether epsilon goes
    down to 0.05 in equal steps, and `overlay`, "arrows" or "triangles".

    `sliders` has the sliders by these names, `falls` and `overlay` are the box
    and the buttons beside them. Whenever one changes, `run` is a new
    `tabular.Run` and `say` tells how it stands beside the oracle. Raises
    TypeError or ValueError, naming the argument.
    """

    def __init__(
        self,
        board: Board | int = 0,
        *,
        alpha: float = 0.5,
        gamma: float = 0.95,
        epsilon: float = 0.3,
        episodes: int = 200,
        initial: float = 0.0,
        seed: int = 0,
        falls: bool = False,
        overlay: str = "arrows",
    ) -> None:
        self._own, board = (board, 0) if isinstance(board, Board) else (CLASSIC, board)
        begin = {"alpha": alpha, "gamma": gamma, "epsilon": epsilon, "episodes": episodes}
        begin |= {"initial": initial, "seed": seed, "board": board}
        self.sliders = {name: _slider(name, value) for name, value in begin.items()}
        arguments.one_of("falls", falls, (True, False))
        self.falls = ipywidgets.Checkbox(
            falls, description=f"epsilon falls to {LAST:g}", indent=False, layout=_layout()
        )
        arguments.one_of("overlay", overlay, render.OVERLAYS)
        self.overlay = ipywidgets.ToggleButtons(options=render.OVERLAYS, value=overlay)
        self.overlay.style.button_width = "126px"
        self.overlay.layout.margin = "4px 0 8px 2px"
        self._words, self._curve = ipywidgets.HTML(), ipywidgets.HTML()
        self._words.layout.height = WORDS
        self.screen = View(keys=list(cell_inspector.KEYS))
        self.asking = cell_inspector.Asking(self.screen, RULE, lambda: self.run.q)
        self.screen.on_key = self.asking.beside
        self.view = self._arranged()
        self._train()
        for knob in (*self.sliders.values(), self.falls):
            knob.observe(lambda change: self._train(), "value")
        self.overlay.observe(lambda change: self._show(), "value")

    def _arranged(self) -> ipywidgets.Widget:
        """Return the board beside knobs and words, the curve below."""
        knobs = list(self.sliders.values())
        after_epsilon = list(self.sliders).index("epsilon") + 1
        knobs.insert(after_epsilon, self.falls)
        row = board_row(self.screen, *knobs, self.overlay, self._words, self.asking.words)
        return ipywidgets.VBox([row, self._curve])

    def _train(self) -> None:
        """Learn with the knobs as they stand, as far as the kernel is let."""
        self.board = _board(self._own, self.sliders["board"].value)
        values = {name: slider.value for name, slider in self.sliders.items()}
        episodes, epsilon = values["episodes"], values["epsilon"]
        if self.falls.value and epsilon > LAST:
            epsilon = tabular.linear_decay(epsilon, LAST, episodes)
        table = np.full((*RULE.shape(self.board), len(Action)), values["initial"])
        self.run = tabular.q_learning(
            gymnasium.make("peterwolf/Forage-v0", board=self.board),
            episodes=episodes,
            alpha=values["alpha"],
            gamma=values["gamma"],
            epsilon=epsilon,
            rng=np.random.default_rng(values["seed"]),
            q=table,
            progress=False,
        )
        self._show()

    def _show(self) -> None:
        lines = self._lines()
        knobs = ", ".join(f"{name} {slider.value:g}" for name, slider in self.sliders.items())
        self.say = ". ".join(lines) + "."
        frame = render.draw(
            self.board,
            q=self.run.q,
            visits=self.run.visits,
            cell=cell_of(self.board),
            overlay=self.overlay.value,
        )
        alt = f"Peter's board as learnt with {knobs}. {self.say}\n{self.board.to_text()}"
        self._present(animation.picture(frame, alt=alt))
        self.screen.news = self.say
        self.asking.on(self.board)
        self._words.value = paragraphs(*lines)
        self._curve.value = svg_curve(self.run.returns, best=self._best)

    def _lines(self) -> list[str]:
        """Return how the training stands beside the oracle, a line for each thing to tell."""
        judged = judge(self.board, RULE, self.run.q)
        lines, last = judged.lines(), self.run.returns[-WINDOW:]
        self._best = _best_return(self.board) if judged.winnable else None
        if judged.winnable:
            errors = self._errors()
            lines.append(f"Error of values: mean {errors.mean():.2f}, largest {errors.max():.2f}")
        if len(last):
            best = "" if self._best is None else f", oracle {self._best:.2f}"
            which = f"Last {len(last)} returns: mean" if len(last) > 1 else "Last return:"
            lines.append(f"{which} {last.mean():.2f}{best}")
        if self.run.interrupted:
            wanted = self.sliders["episodes"].value
            lines.append(f"Stopped after {len(self.run.returns)} of {wanted} episodes")
        return lines

    def _errors(self) -> np.ndarray:
        """Return how far the best value of each start is from the exact one."""
        exact = _exact(self.board, self.sliders["gamma"].value)
        at = starts(self.board, RULE)
        return np.abs(self.run.q[at].max(axis=-1) - exact[at].max(axis=-1))


def _slider(name: str, value: Any) -> ipywidgets.Widget:
    """Return a slider that begins at `value`; raises TypeError or ValueError for a wrong one."""
    look = {"description": name, "layout": _layout(), "style": {"description_width": "62px"}}
    if name == "episodes":
        arguments.one_of(name, value, EPISODES)
        slider = ipywidgets.SelectionSlider(options=EPISODES, value=value, **look)
    elif name in FLOATS:
        low, high, step = FLOATS[name]
        value = arguments.real(name, value, low, high)
        slider = ipywidgets.FloatSlider(value, min=low, max=high, step=step, **look)
    else:
        value = arguments.integer(name, value, 0, MOST_SEED)
        slider = ipywidgets.IntSlider(value, 0, MOST_SEED, **look)
    slider.tooltip = MEANINGS[name]
    return slider


def _layout() -> ipywidgets.Layout:
    return ipywidgets.Layout(width="270px")


@lru_cache(maxsize=64)
def _board(own: Board, seed: int) -> Board:
    return random_board(np.random.default_rng(seed)) if seed else own


@lru_cache(maxsize=1024)
def _exact(board: Board, gamma: float) -> np.ndarray:
    """Return the exact table of a board, shape (width, height, 4)."""
    return planning.value_iteration(board, RULE, gamma=gamma)


def _best_return(board: Board) -> float:
    """Return the mean return of the best policy over all starts."""
    return float(_exact(board, 1.0)[starts(board, RULE)].max(axis=-1).mean())
