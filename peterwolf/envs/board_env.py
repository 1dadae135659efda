"""What Peter's gymnasium environments share: boards, starts, steps and pictures."""

import math
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded

from peterwolf import arguments
from peterwolf.worlds import planning
from peterwolf.worlds.board import CLASSIC, Action, Board, Cell
from peterwolf.worlds.rules import HungryPeter, Peter, Rule, check_start

RENDER_MODES = ("rgb_array", "ansi")
CELL, LONGEST_SIDE = 50, 1024  # pixels a cell, and fewer where the picture gets longer than this
BoardSource = Board | Callable[[np.random.Generator], Board]


class KernelSpec(NamedTuple):
    """A game as arrays: what a learning engine needs in order to play it without `step`.

    `next_state` (flat index), `reward` and `terminated`: (states, actions).
    `starts`: the states in which an episode begins, each as likely. `shape`:
    that of the state space. `max_steps`: steps before truncation.
    """

    next_state: np.ndarray
    reward: np.ndarray
    terminated: np.ndarray
    starts: np.ndarray
    shape: tuple[int, ...]
    max_steps: int


class BoardEnv(gymnasium.Env):
    """Peter's world under any rule of `rules`' kind; `peter.ForageEnv`, `HuntEnv` are two.

    A `rule` of your own makes a world of your own; the other arguments are
    those of `ForageEnv`. Raises TypeError or ValueError, naming the argument,
    also for a board on which the game cannot be played.
    """

    metadata = {"render_modes": list(RENDER_MODES), "render_fps": 5}

    def __init__(
        self,
        rule: Rule,
        board: BoardSource = CLASSIC,
        render_mode: str | None = None,
        max_steps: int | None = None,
    ) -> None:
        self.rule = rule
        self.render_mode = arguments.one_of("render_mode", render_mode, (None, *RENDER_MODES))
        if not isinstance(board, Board) and not callable(board):
            raise TypeError(
                "board must be a Board or a function of a generator that returns one, "
                f"got {type(board).__name__}"
            )
        self._next_board = board if callable(board) else lambda rng: board
        self._fixed_board = board if isinstance(board, Board) else None
        self.board = self._drawn_board(np.random.default_rng(0))
        self._ground = self.board.where(Cell.GROUND)
        shape = self.rule.shape(self.board)
        self.max_steps = arguments.integer(
            "max_steps",
            max(100, 4 * self.board.width * self.board.height) if max_steps is None else max_steps,
            1,
        )
        self.observation_space = gymnasium.spaces.MultiDiscrete(list(shape))
        self.action_space = gymnasium.spaces.Discrete(len(Action))
        self.peter: Peter | HungryPeter | None = None
        self._over: str | None = "before the first reset()"

    def _drawn_board(self, rng: np.random.Generator) -> Board:
        """Return the next board, held against what the game needs."""
        board = self._next_board(rng)
        if not isinstance(board, Board):
            raise TypeError(f"board must return a Board, got {type(board).__name__}")
        if hasattr(self, "board") and self.rule.shape(board) != self.rule.shape(self.board):
            raise ValueError(
                "board must return boards of one size: the first was "
                f"{self.board.width} x {self.board.height}, now {board.width} x {board.height}"
            )
        if not hasattr(self, "board") or board is not self.board:
            self.rule.check_board(board)
        return board

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode; `options={"start": (x, y)}` sets where.

        Raises TypeError for options of another kind, ValueError for an option
        that is not known and for a start in a cell that ends the game,
        IndexError for one off the board.
        """
        super().reset(seed=seed)
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"options must be a dict such as {{'start': (x, y)}}, got {options!r}")
        for option in options or {}:
            arguments.one_of("options", option, ("start",))
        board = self._drawn_board(self.np_random)
        ground = self._ground if board is self.board else board.where(Cell.GROUND)
        start = (options or {}).get("start")
        if start is None:
            start = ground[self.np_random.integers(len(ground))]
        start = self._checked_start(board, start)
        self.board, self._ground, self.peter = board, ground, self.rule.start(start)
        self._steps, self._over = 0, None
        return self._observation(), {"outcome": None}

    def _checked_start(self, board: Board, start: tuple[int, int]) -> tuple[int, int]:
        try:
            x, y = (operator.index(part) for part in start)
        except (TypeError, ValueError):
            raise TypeError(f"start must be two whole numbers (x, y), got {start!r}") from None
        if (x, y) not in board:
            raise IndexError(
                f"start must lie on the board, x from 0 to {board.width - 1} and "
                f"y from 0 to {board.height - 1}, got ({x}, {y})"
            )
        check_start(self.rule, board, (x, y))
        return x, y

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Make one move; the five values are those of every gymnasium env.

        The observation is int64, (2,) or, in the hunt, (4,).

        Raises TypeError or ValueError for an action other than 0, 1, 2, 3 and
        ResetNeeded before the first reset and after the end of an episode.
        """
        if self._over is not None:
            raise ResetNeeded(f"step() was called {self._over}: call reset() to begin an episode")
        self.peter, reward, terminated, outcome = self.rule.step(self.board, self.peter, action)
        self._steps += 1
        truncated = not terminated and self._steps >= self.max_steps
        if terminated or truncated:
            self._over = f"after the episode ended ({outcome or 'truncated'})"
        return self._observation(), reward, terminated, truncated, {"outcome": outcome}

    def kernel_spec(self) -> KernelSpec:
        """Return the game as arrays, made by asking the rule.

        Raises ValueError, saying why, where the env plays another game than
        its rule does, draws its boards anew, or has more than 200,000 states.
        """
        board = self._fixed_board
        if board is None:
            raise ValueError("its board is drawn anew at each reset")
        for name in ("step", "reset", "_drawn_board", "_checked_start", "_observation"):
            if name in vars(self) or getattr(type(self), name) is not getattr(BoardEnv, name):
                raise ValueError(f"its {name} is not that of Peter's boards")
        shape = self.rule.shape(board)
        if math.prod(shape) > planning.MOST_KEPT:
            raise ValueError(f"it has {math.prod(shape)} states, more than {planning.MOST_KEPT}")
        known = planning.model(board, self.rule)
        next_state, reward, goes_on = (
            array.reshape(-1, len(Action))
            for array in (known.next_state, known.reward, known.goes_on)
        )
        begins = [tuple(self.rule.start(at)) for at in board.where(Cell.GROUND)]
        starts = np.ravel_multi_index(tuple(zip(*begins, strict=True)), shape)
        return KernelSpec(next_state, reward, ~goes_on, starts, shape, self.max_steps)

    def _observation(self) -> np.ndarray:
        return np.array(self.peter, dtype=np.int64)

    def render(self) -> np.ndarray | str | None:
        """Return a picture (uint8, height × width × 3), a text, or None without a render mode.

        Cells are 50 pixels wide, and narrower (8 at least) on boards of more than 20 cells.
        """
        if self.render_mode == "ansi":
            text = self.board.to_text(self.peter and self.peter[:2])
            levels = self.peter._asdict() if self.peter else {}
            return "\n".join([text, *(f"{k} {v}" for k, v in levels.items() if k not in "xy")])
        if self.render_mode == "rgb_array":
            from peterwolf.drawing import render  # OpenCV takes a third of a second to import

            longest = max(self.board.width, self.board.height)
            cell = max(render.SMALLEST, min(CELL, LONGEST_SIDE // longest))
            return render.draw(self.board, self.peter, cell=cell)
        return None


def peters(env: Any) -> BoardEnv:
    """Return the env of Peter's under its wrappers; raises TypeError for any other."""
    inner = getattr(env, "unwrapped", None)
    if not isinstance(inner, BoardEnv):
        raise TypeError(f"env must be one of Peter's, such as peterwolf/Forage-v0, got {env!r}")
    return inner
