"""The rules of Peter's world as pure functions: board, Peter and action in, outcome out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from peterwolf import arguments
from peterwolf.worlds.board import MOVES, Board, Cell

Endings = Mapping[Cell, tuple[float, str]]  # what a cell pays and how the game ends there


class Peter(NamedTuple):
    """Where Peter stands; as a tuple it indexes a table: `q[peter]` is his row."""

    x: int
    y: int


class HungryPeter(NamedTuple):
    """Peter with his energy and his fatigue, each from 0 to 10."""

    x: int
    y: int
    energy: int
    fatigue: int


class Outcome(NamedTuple):
    """What one move led to.

    `terminated` says whether the game is over; `outcome` names its end
    ("apple", "eaten", "drowned", "won" or "killed") and is None while the
    game goes on.
    """

    peter: Peter | HungryPeter
    reward: float
    terminated: bool
    outcome: str | None


def move(board: Board, position: tuple[int, ...], action: int) -> tuple[int, int]:
    """Return the position (x, y) after one move from (x, y, ...); the edge of the board stops it.

    Raises TypeError or ValueError for an action that is not 0, 1, 2 or 3.
    """
    if type(action) is not int or not 0 <= action < len(MOVES):
        action = arguments.integer("action", action, 0, len(MOVES) - 1)
    dx, dy = MOVES[action]
    moved = (position[0] + dx, position[1] + dy)
    return moved if moved in board else (position[0], position[1])


@runtime_checkable
class Rule(Protocol):
    """What the env and the oracle ask of a world; `Forage` and `Hunt` are two."""

    goal: ClassVar[str]  # the outcome that counts as winning
    endings: ClassVar[Endings]  # the cells that end a game

    def start(self, position: tuple[int, int]) -> Any:
        """Return Peter as he is when an episode begins at `position` (x, y)."""

    def step(self, board: Board, peter: Any, action: int) -> Outcome:
        """Return what `action` leads to; pure, so the same input gives the same outcome."""

    def shape(self, board: Board) -> tuple[int, ...]:
        """Return the shape of the state space."""

    def states(self, board: Board) -> Iterator[Any]:
        """Yield every state in which the game goes on."""

    def check_board(self, board: Board) -> None:
        """Raise ValueError for a board on which this game cannot be played."""

    def __hash__(self) -> int:
        """Return a hash, as frozen dataclasses do: what is worked out under a rule is kept."""


@dataclass(frozen=True)
class Forage:
    """Find the apple: every move costs a little, and a cell may end the game.

    The state is Peter's position (x, y). A tree is plain ground. A move into
    the edge leaves Peter where he is and costs what a move costs.
    """

    goal: ClassVar[str] = "apple"
    move_reward: ClassVar[float] = -0.1
    endings: ClassVar[Endings] = {
        Cell.APPLE: (10.0, "apple"),
        Cell.WATER: (-10.0, "drowned"),
        Cell.WOLF: (-10.0, "eaten"),
    }

    def start(self, position: tuple[int, int]) -> Peter:
        """Return Peter as he is when an episode begins at `position` (x, y)."""
        return Peter(*position)

    def step(self, board: Board, peter: Peter, action: int) -> Outcome:
        """Return what `action` leads to; pure, so the same input gives the same outcome."""
        position = move(board, peter, action)
        reward, outcome = self.endings.get(board[position], (self.move_reward, None))
        return Outcome(Peter(*position), reward, outcome is not None, outcome)

    def shape(self, board: Board) -> tuple[int, int]:
        """Return the shape of the state space: (width, height)."""
        return board.width, board.height

    def states(self, board: Board) -> Iterator[Peter]:
        """Yield every state in which the game goes on."""
        return (Peter(*xy) for xy in board.positions() if board[xy] not in self.endings)

    def check_board(self, board: Board) -> None:
        """Raise ValueError for a board without ground or without an apple."""
        _need(board, Cell.GROUND, "to start from")
        _need(board, Cell.APPLE, "to find")


@dataclass(frozen=True)
class Hunt:
    """Fight the wolf, neither hungry nor tired: won if energy > fatigue, else killed.

    The state is (x, y, energy 0..10, fatigue 0..10). A move takes 1 energy and
    adds 1 fatigue; then a tree sets fatigue to 0, an apple energy to 10.
    Energy 0 alone does not kill.

    `reward`: "outcome" pays +100 for winning, −100 for being killed or
    drowned and −0.1 for any other move; "seed" pays energy − fatigue for any
    other move, as an older tutorial does, which teaches Peter to rest.
    """

    reward: str = "outcome"
    goal: ClassVar[str] = "won"
    most: ClassVar[int] = 10  # of energy and of fatigue
    move_reward: ClassVar[float] = -0.1
    endings: ClassVar[Endings] = {
        Cell.WATER: (-100.0, "drowned"),
        Cell.WOLF: (-100.0, "killed"),
    }
    victory: ClassVar[tuple[float, str]] = (100.0, "won")

    def __post_init__(self) -> None:
        arguments.one_of("reward", self.reward, ("outcome", "seed"))

    def start(self, position: tuple[int, int]) -> HungryPeter:
        """Return Peter as he is when an episode begins: full of energy and not tired."""
        return HungryPeter(*position, energy=self.most, fatigue=0)

    def step(self, board: Board, peter: HungryPeter, action: int) -> Outcome:
        """Return what `action` leads to; pure, so the same input gives the same outcome."""
        x, y = move(board, peter, action)
        cell = board[x, y]
        energy = self.most if cell == Cell.APPLE else max(peter.energy - 1, 0)
        fatigue = 0 if cell == Cell.TREE else min(peter.fatigue + 1, self.most)
        after = HungryPeter(x, y, energy, fatigue)
        if cell not in self.endings:
            pays = float(energy - fatigue) if self.reward == "seed" else self.move_reward
            return Outcome(after, pays, False, None)
        wins = cell == Cell.WOLF and energy > fatigue
        pays, outcome = self.victory if wins else self.endings[cell]
        return Outcome(after, pays, True, outcome)

    def shape(self, board: Board) -> tuple[int, int, int, int]:
        """Return the shape of the state space: (width, height, 11, 11)."""
        return board.width, board.height, self.most + 1, self.most + 1

    def states(self, board: Board) -> Iterator[HungryPeter]:
        """Yield every state in which the game goes on."""
        levels = range(self.most + 1)
        ground = (xy for xy in board.positions() if board[xy] not in self.endings)
        return (HungryPeter(*xy, e, f) for xy in ground for e in levels for f in levels)

    def check_board(self, board: Board) -> None:
        """Raise ValueError for a board without ground or without a wolf."""
        _need(board, Cell.GROUND, "to start from")
        _need(board, Cell.WOLF, "to fight")


def check_start(rule: Rule, board: Board, position: tuple[int, int]) -> None:
    """Raise IndexError or ValueError for a position where no episode can start."""
    cell = board[position]
    if cell in rule.endings:
        allowed = [each.name.lower() for each in Cell if each not in rule.endings]
        raise ValueError(
            f"start must be a {' or '.join(allowed)} cell, got {tuple(position)}, "
            f"which is {cell.name.lower()}"
        )


def _need(board: Board, cell: Cell, why: str) -> None:
    """Raise ValueError for a board that lacks a kind of cell."""
    if not board.where(cell):
        raise ValueError(
            f"board must have at least one {cell.name.lower()} cell {why}, "
            f"got none on this {board.width} x {board.height} board:\n{board.to_text()}"
        )
