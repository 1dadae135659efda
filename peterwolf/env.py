"""Peter's worlds as gymnasium environments."""

import operator
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded

from peterwolf import arguments
from peterwolf.board import CLASSIC, Action, Board, Cell
from peterwolf.world import Forage, HungryPeter, Hunt, Peter, Rule, check_start

RENDER_MODES = ("rgb_array", "ansi")
CELL, LONGEST_SIDE = 50, 1024  # pixels a cell, and fewer where the picture gets longer than this
BoardSource = Board | Callable[[np.random.Generator], Board]


class BoardEnv(gymnasium.Env):
    """One of Peter's worlds under a rule; `ForageEnv` and `HuntEnv` say which."""

    metadata = {"render_modes": list(RENDER_MODES), "render_fps": 5}

    def __init__(
        self, rule: Rule, board: BoardSource, render_mode: str | None, max_steps: int | None
    ) -> None:
        self.rule = rule
        self.render_mode = arguments.one_of("render_mode", render_mode, (None, *RENDER_MODES))
        if not isinstance(board, Board) and not callable(board):
            raise TypeError(
                "board must be a Board or a function of a generator that returns one, "
                f"got {type(board).__name__}"
            )
        self._next_board = board if callable(board) else lambda rng: board
        self.board = self._drawn_board(np.random.default_rng(0))
        self._ground = self.board.where(Cell.GROUND)
        shape = self.rule.shape(self.board)
        self.max_steps = arguments.integer(
            "max_steps",
            max(100, 4 * self.board.width * self.board.height) if max_steps is None else max_steps,
            1,
        )
        self.observation_space = gymnasium.spaces.MultiDiscrete(shape)
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

        Raises ValueError for an option that is not known and for a start in
        a cell that ends the game, IndexError for one off the board.
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
            from peterwolf import render  # OpenCV takes a third of a second to import

            longest = max(self.board.width, self.board.height)
            cell = max(render.SMALLEST, min(CELL, LONGEST_SIDE // longest))
            return render.draw(self.board, self.peter, cell=cell)
        return None


class ForageEnv(BoardEnv):
    """Peter looks for an apple and keeps clear of the water and the wolf.

    ## Action Space
    `Discrete(4)`: 0 up, 1 down, 2 left, 3 right (`peterwolf.Action`).

    ## Observation Space
    `MultiDiscrete([width, height])`, int64: Peter's position (x, y), x to the
    right and y down.

    ## Starting State
    Uniform over the ground cells, or `reset(options={"start": (x, y)})`.

    ## Rewards
    −0.1 for a move, except the one that ends the game: apple +10, water −10,
    wolf −10. A move into the edge leaves Peter where he is.

    ## Episode End
    Terminated at an apple, in water or at the wolf; truncated after
    `max_steps` moves, by default the larger of 100 and 4 × width × height.

    ## Information
    `info["outcome"]`: "apple", "drowned" or "eaten", None while the game goes on.

    ## Arguments
    `board`: a `Board`, or a function of the env's generator that returns one
    at each reset (always of one size). `render_mode`: None, "rgb_array" or
    "ansi". `max_steps`: moves before truncation.
    """

    def __init__(
        self,
        board: BoardSource = CLASSIC,
        render_mode: str | None = None,
        max_steps: int | None = None,
    ) -> None:
        super().__init__(Forage(), board, render_mode, max_steps)


class HuntEnv(BoardEnv):
    """Peter hunts the wolf, and gets hungry and tired on the way.

    ## Action Space
    `Discrete(4)`: 0 up, 1 down, 2 left, 3 right (`peterwolf.Action`).

    ## Observation Space
    `MultiDiscrete([width, height, 11, 11])`, int64: position (x, y), energy
    and fatigue, each from 0 to 10.

    ## Starting State
    Uniform over the ground cells, or `reset(options={"start": (x, y)})`;
    energy 10, fatigue 0.

    ## Rewards
    `reward="outcome"`: +100 for beating the wolf, −100 for being killed or
    drowned, −0.1 for any other move. `reward="seed"`: energy − fatigue for
    any other move.

    ## Episode End
    Terminated in water or at the wolf, who is beaten if energy > fatigue;
    truncated after `max_steps` moves, by default the larger of 100 and
    4 × width × height.

    ## Information
    `info["outcome"]`: "won", "killed" or "drowned", None while the game goes on.

    ## Arguments
    As of `ForageEnv`, and `reward`: "outcome" or "seed".
    """

    def __init__(
        self,
        board: BoardSource = CLASSIC,
        render_mode: str | None = None,
        max_steps: int | None = None,
        reward: str = "outcome",
    ) -> None:
        super().__init__(Hunt(reward), board, render_mode, max_steps)


for name in ("Forage", "Hunt"):
    gymnasium.register(
        id=f"peterwolf/{name}-v0",
        entry_point=f"peterwolf.env:{name}Env",
        disable_env_checker=True,  # check_env is a test; its wrapper would slow every step
    )
