"""peterwolf: Q-learning from a first random walk to a working DQN, on Peter's board.

Importing the package registers its gymnasium environments, `peterwolf/Forage-v0`
and `peterwolf/Hunt-v0`. Its modules are imported when they are used:
`from peterwolf import render, tabular, plots`.
"""

from peterwolf import env  # noqa: F401  registers the environments
from peterwolf.board import CLASSIC, MOVES, Action, Board, Cell
from peterwolf.random_boards import random_board

__version__ = "0.1.0"
__all__ = ["CLASSIC", "MOVES", "Action", "Board", "Cell", "random_board"]
