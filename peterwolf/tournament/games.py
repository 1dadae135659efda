"""Hunts on boards that an agent has not seen: who plays, for how long, and how it ends."""

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from peterwolf import arguments
from peterwolf.worlds.board import Board, Cell
from peterwolf.worlds.random_boards import random_board
from peterwolf.worlds.rules import HungryPeter, Hunt

MOST_MOVES = 256  # as in `peterwolf/Hunt-v0` on a board of 8 x 8
FAR = 5  # moves to the wolf; after so many Peter is more tired than strong unless he eats or rests


class Agent(Protocol):
    """Who hunts: told the board at the beginning of each game, then asked for each move."""

    def begin(self, board_text: str) -> None:
        """Look at the board, as `Board.to_text()` writes it; here is time to learn or to plan."""

    def act(self, observation: np.ndarray) -> int:
        """Return an action, 0 to 3, for [x, y, energy, fatigue], int64 (4,)."""


class Limits(NamedTuple):
    """The seconds that an agent has to be made and to begin a game, and for each move."""

    begin: float = 10.0
    act: float = 0.1


USUAL = Limits()


class Meeting(NamedTuple):
    """A game that can be won: the board, where Peter starts, the fewest moves to the victory."""

    board: Board
    start: tuple[int, int]
    fewest: int


class Game(NamedTuple):
    """How a game went.

    `outcome`: "won", "killed", "drowned", None where no move was left, or
    "forfeit"; then `reason` says why. `path`: Peter from the start on.
    """

    outcome: str | None
    path: tuple[HungryPeter, ...]
    reason: str = ""

    @property
    def moves(self) -> int:
        """The number of moves made."""
        return len(self.path) - 1


class ForfeitError(Exception):
    """An agent gave no move that counts."""


def meetings(count: int, seed: int) -> list[Meeting]:
    """Return so many games; the first ones of a seed are the same whatever the count.

    Boards and starts are drawn until the hunt can be won, and the wolf is so far away that
    Peter must eat or rest on the way. Raises TypeError or ValueError, naming the argument.
    """
    arguments.integer("count", count, 1)
    arguments.integer("seed", seed, 0)
    return [_meeting(np.random.default_rng([seed, number])) for number in range(count)]


def _meeting(rng: np.random.Generator) -> Meeting:
    while True:
        board = random_board(rng)
        ground = board.where(Cell.GROUND)
        start = ground[rng.integers(len(ground))]
        fewest = fewest_moves(board, start)
        if fewest is not None and fewest >= FAR:
            return Meeting(board, start, fewest)


def fewest_moves(board: Board, start: tuple[int, int]) -> int | None:
    """Return the fewest moves to the victory over the wolf, None where there is no way."""
    rule = Hunt()
    now: set[Any] = {rule.start(start)}
    seen = now
    for moves in itertools.count(1):
        after = [rule.step(board, peter, action) for peter in now for action in range(4)]
        if any(each.outcome == rule.goal for each in after):
            return moves
        now = {each.peter for each in after if not each.terminated} - seen
        if not now:
            return None
        seen = seen | now
    raise AssertionError("count ends never")


def play(player: Agent, meeting: Meeting) -> Game:
    """Play one game; what the player cannot do, as `ForfeitError` says, loses it."""
    rule, board = Hunt(), meeting.board
    path: list[Any] = [rule.start(meeting.start)]
    try:
        player.begin(board.to_text())
        for _ in range(MOST_MOVES):
            action = _action(player.act(np.array(path[-1], dtype=np.int64)))
            after = rule.step(board, path[-1], action)
            path.append(after.peter)
            if after.terminated:
                return Game(after.outcome, tuple(path))
    except ForfeitError as error:
        return Game("forfeit", tuple(path), str(error))
    return Game(None, tuple(path))


def _action(got: Any) -> int:
    whole = isinstance(got, (int, np.integer)) and not isinstance(got, (bool, np.bool_))
    if not whole or not 0 <= got <= 3:
        raise ForfeitError(f"act must return an int from 0 to 3, got {repr(got)[:60]}")
    return int(got)


class Here:
    """An agent in this process: its time is measured, and what it raises loses the game.

    A loop without end is not stopped: people you do not know play in a sandbox.
    """

    def __init__(self, make: Callable[[], Agent], limits: Limits = USUAL) -> None:
        self._make, self._limits = make, limits
        self._agent: Any = None

    def begin(self, board_text: str) -> None:
        """Make the agent before the first game, and tell it the board."""
        self._timed("begin", self._limits.begin, self._begin, board_text)

    def _begin(self, board_text: str) -> None:
        if self._agent is None:
            self._agent = self._make()
        self._agent.begin(board_text)

    def act(self, observation: np.ndarray) -> int:
        """Return what the agent answers to an observation, int64 (4,)."""
        return self._timed("act", self._limits.act, self._agent.act, observation)

    def _timed(self, name: str, seconds: float, work: Callable, given: Any) -> Any:
        begin = time.perf_counter()
        try:
            answer = work(given)
        except Exception as error:
            raise ForfeitError(f"{name} raised {type(error).__name__}: {error}"[:200]) from error
        if time.perf_counter() - begin > seconds:
            raise ForfeitError(f"{name} took longer than {seconds:g} s")
        return answer


def play_all(
    make: Callable[[], Agent],
    every: Sequence[Meeting],
    limits: Limits = USUAL,
) -> list[Game]:
    """Play all games in this process, with one agent."""
    player = Here(make, limits)
    return [play(player, meeting) for meeting in every]
