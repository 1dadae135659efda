"""The one-step debugger of Q-learning: every number of an update beside the board."""

import copy
from collections.abc import Callable
from functools import partial

import gymnasium
import ipywidgets
import numpy as np

from peterwolf import arguments
from peterwolf.drawing import animation, render
from peterwolf.drawing.overlays import CREAM, draw_arrows, draw_frame, draw_triangles
from peterwolf.envs.board_env import peters
from peterwolf.tabular.settings import Schedule, State
from peterwolf.widgets import cell_inspector
from peterwolf.widgets.base import Still, board_row, cell_of, paragraphs
from peterwolf.widgets.q_step import Learner, Step, cells, explain
from peterwolf.widgets.view import View

CLOSE_UP, GAP = 92, 30  # pixels: a cell, and the room between two
TEN = 10
KEYS = "Keys on the board: Space one step, E episode, T ten, R start over."
NEW = "Press One step: Peter makes a move, and one value of the table changes"


class Stepper(Still):
    """Q-learning step by step: `Stepper(env, rng=rng)` as the last line of a cell.

    `env` is one of Peter's envs and stays as it is; the other arguments are
    those of `tabular.q_learning`, which learns the same table from the same
    generator. The board shows the table as triangles, with a frame around the
    cell whose row changed last, in the hunt at the energy and fatigue that
    Peter had there. Beside it stand all numbers of the update, rounded.

    `step()`, `finish()` and `restart()` are what the `buttons` do; `q` is the
    table, `last` the latest `Step`, `say` what the widget tells in words.
    Raises TypeError or ValueError, naming the argument.
    """

    def __init__(
        self,
        env: gymnasium.Env,
        *,
        alpha: float | Schedule = 0.5,
        gamma: float = 0.95,
        epsilon: float | Schedule = 0.3,
        rng: np.random.Generator,
        q: np.ndarray | None = None,
    ) -> None:
        arguments.generator("rng", rng)
        self._learner = partial(Learner, env, alpha, gamma, epsilon)
        self._first = copy.deepcopy(rng), None if q is None else np.copy(q)
        self.learner = self._learner(rng, q)
        keys = {" ": self.step, "Enter": self.step, "e": self.finish, "r": self.restart}
        self._deeds = keys | {"t": partial(self.finish, TEN)}
        self.screen = View(keys=[*self._deeds, *cell_inspector.KEYS])
        self.screen.on_key = self._key
        self.asking = cell_inspector.Asking(self.screen, peters(env).rule, self._table)
        self._close_up = ipywidgets.Image(format="png")
        size = {"width": f"{2 * CLOSE_UP + GAP}px", "height": f"{CLOSE_UP}px"}
        self._close_up.layout = ipywidgets.Layout(align_self="flex-start", **size)
        self._words, self._caption = ipywidgets.HTML(), ipywidgets.HTML(paragraphs(""))
        lines = 13 if len(self._state) == 4 else 12  # one of them may be too long for one line
        self._words.layout.height = f"{20 * lines}px"
        self.buttons = {
            "step": self._button("One step", self.step, "primary"),
            "finish": self._button("Finish episode", self.finish),
            "ten": self._button(f"{TEN} episodes", self._deeds["t"]),
            "again": self._button("Start over", self.restart),
        }
        self.view = self._arranged()
        self._show()

    @property
    def q(self) -> np.ndarray:
        """The table so far, shape (*states, actions)."""
        return self.learner.q

    @property
    def last(self) -> Step | None:
        """The latest update, None before the first."""
        return self.learner.last

    def step(self) -> None:
        """Make one move and one update, in a new episode where the last is over."""
        self.learner.step()
        self._show()

    def finish(self, episodes: int = 1) -> None:
        """Go on until that many episodes, 1 or more, have ended; else TypeError or ValueError."""
        for _ in range(arguments.integer("episodes", episodes, 1)):
            while not self.learner.step().over:
                pass
        self._show()

    def restart(self) -> None:
        """Begin again, with the table and the generator as they were at first."""
        rng, q = self._first
        self.learner = self._learner(copy.deepcopy(rng), q)
        self._show()

    def _button(self, text: str, act: Callable, style: str = "") -> ipywidgets.Button:
        layout = ipywidgets.Layout(width="130px")
        button = ipywidgets.Button(description=text, button_style=style, layout=layout)
        button.on_click(lambda _: self.screen.attempt(act))
        return button

    def _key(self, key: str) -> None:
        if key in cell_inspector.KEYS:
            self.asking.beside(key)
        else:
            self._deeds[key]()

    def _table(self) -> np.ndarray:
        """Return the part of the table that is shown, shape (width, height, 4)."""
        return cell_inspector.layer(self.q, self._state[2:])

    def _arranged(self) -> ipywidgets.Widget:
        """Return the board beside the buttons, the words and the cell from near."""
        pairs = [list(self.buttons.values())[i : i + 2] for i in (0, 2)]
        buttons = ipywidgets.VBox([ipywidgets.HBox(pair) for pair in pairs])
        hint = ipywidgets.HTML(paragraphs(KEYS))
        asked = self.asking.words
        beside = buttons, hint, asked, self._words, self._caption, self._close_up
        return board_row(self.screen, *beside)

    def _show(self) -> None:
        step = self.last
        head = f"Episode {step.episode}, step {step.number}" if step else ""
        parts = explain(step) if step else {}
        if len(self._state) == 4:
            parts["board"] = "values at energy {}, fatigue {}".format(*self._state[2:])
        told = "; ".join(f"{name}: {text}" for name, text in parts.items())
        self.say = f"{head or NEW}: {told}" if told else NEW
        self._words.value = _as_html(head or f"{NEW}.", parts)
        self._present(self._picture())
        self.screen.news = self.say
        self.asking.on(peters(self.learner.env).board)
        shown = "visible" if step else "hidden"
        self._close_up.layout.visibility = self._caption.layout.visibility = shown
        if step:
            self._close_up.value = animation.picture(_from_near(step), alt=head).data
            self._caption.value = paragraphs(f"{cells(step.state)} before and after:")

    @property
    def _state(self) -> State:
        """The state whose cell is marked, or where Peter stands before the first step."""
        return self.last.state if self.last else self.learner.state

    def _picture(self) -> animation.Picture:
        """Return the board with the table and a frame around the cell that changed.

        Where learning began without a table, cells never left are marked as unknown.
        """
        env = peters(self.learner.env)
        (x, y, *levels), cell = self._state, cell_of(env.board)
        visits = (
            None
            if self._first[1] is not None
            else cell_inspector.layer(self.learner.visits, levels)
        )
        frame = render.draw(
            env.board, env.peter, self._table(), visits=visits, cell=cell, overlay="triangles"
        )
        if self.last:
            draw_frame(frame[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell])
        text = env.board.to_text(env.peter and env.peter[:2])
        alt = f"Peter's board with the table. {self.say}.\n{text}"
        return animation.picture(frame, alt=alt)


def _from_near(step: Step) -> np.ndarray:
    """Return a picture of the cell that changed, before and after, with its values as numbers."""
    pair = np.full((CLOSE_UP, 2 * CLOSE_UP, 3), CREAM, dtype=np.uint8)
    rows = np.stack([step.before, step.after])[:, np.newaxis]
    draw_triangles(pair, rows, np.ones((2, 1), bool), CLOSE_UP)
    arrow = np.full((CLOSE_UP, GAP, 3), CREAM, dtype=np.uint8)
    top = (CLOSE_UP - GAP) // 2
    right, one = np.array([[[0.0, 0.0, 0.0, 1.0]]]), np.ones((1, 1), bool)
    draw_arrows(arrow[top : top + GAP], right, one, GAP, halo=~one)
    return np.hstack([pair[:, :CLOSE_UP], arrow, pair[:, CLOSE_UP:]])


def _as_html(head: str, parts: dict[str, str]) -> str:
    """Return the parts of an update as a table."""
    rows = "".join(
        f'<tr><td style="padding:0 8px 0 0;white-space:nowrap">{name}</td>'
        f'<td style="padding:0">{text}</td></tr>'
        for name, text in parts.items()
    )
    table = f'<table style="line-height:1.45;font-size:12px">{rows}</table>'
    return paragraphs(f"<b>{head}</b>") + table
