"""The rules of Peter's world as pure functions: board, Peter and action in, outcome out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from peterwolf import arguments
from peterwolf.board import MOVES, Board, Cell


class Peter(NamedTuple):
    """Where Peter stands; as a tuple it indexes a table: `q[peter]` is his row."""

    x: int
    y: int


class Outcome(NamedTuple):
    """What one move led to.

    `terminated` says whether the game is over; `outcome` names its end
    ("apple", "drowned" or "eaten") and is None while the game goes on.
    """

    peter: Peter
    reward: float
    terminated: bool
    outcome: str | None


def move(board: Board, position: tuple[int, int], action: int) -> tuple[int, int]:
    """Return the position (x, y) after one move; the edge of the board stops it.

    Raises TypeError or ValueError for an action that is not 0, 1, 2 or 3.
    """
    if type(action) is not int or not 0 <= action < len(MOVES):
        action = arguments.integer("action", action, 0, len(MOVES) - 1)
    dx, dy = MOVES[action]
    moved = (position[0] + dx, position[1] + dy)
    return moved if moved in board else (position[0], position[1])


@dataclass(frozen=True)
class Forage:
    """Find the apple: every move costs a little, and a cell may end the game.

    The state is Peter's position (x, y). A tree is plain ground. A move into
    the edge leaves Peter where he is and costs what a move costs.
    """

    goal: ClassVar[str] = "apple"
    move_reward: ClassVar[float] = -0.1
    endings: ClassVar[dict[Cell, tuple[float, str]]] = {
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
        """Raise ValueError for a board on which this game cannot be played."""
        for cell, why in ((Cell.GROUND, "to start from"), (Cell.APPLE, "to find")):
            if not board.where(cell):
                raise ValueError(
                    f"board must have at least one {cell.name.lower()} cell {why}, "
                    f"got none on this {board.width} x {board.height} board:\n{board.to_text()}"
                )

    def check_start(self, board: Board, position: tuple[int, int]) -> None:
        """Raise IndexError or ValueError for a position where no episode can start."""
        cell = board[position]
        if cell in self.endings:
            raise ValueError(
                f"start must be a ground or tree cell, got {tuple(position)}, "
                f"which is {cell.name.lower()}"
            )
