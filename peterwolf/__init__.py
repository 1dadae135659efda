"""peterwolf: Q-learning from a first random walk to a working DQN, on Peter's board.

Importing the package registers its gymnasium environments, `peterwolf/Forage-v0`
and `peterwolf/Hunt-v0`. Its modules are imported when they are used:
`from peterwolf import render, tabular, plots`.
"""

import importlib
from typing import TYPE_CHECKING

from peterwolf.envs import peter as _peter  # noqa: F401  registers the environments
from peterwolf.worlds.board import CLASSIC, MOVES, Action, Board, Cell
from peterwolf.worlds.random_boards import random_board

if TYPE_CHECKING:
    from peterwolf import checks as checks
    from peterwolf import dqn as dqn
    from peterwolf import plots as plots
    from peterwolf import rollout as rollout
    from peterwolf import saving as saving
    from peterwolf import selftest as selftest
    from peterwolf import sweep as sweep
    from peterwolf import tabular as tabular
    from peterwolf import widgets as widgets
    from peterwolf.dqn import net as net
    from peterwolf.drawing import animation as animation
    from peterwolf.drawing import render as render
    from peterwolf.tabular import linear
    from peterwolf.worlds import mountain_car as mountain_car
    from peterwolf.worlds import planning as planning
    from peterwolf.worlds import rules as rules

    tiles = linear

__version__ = "0.1.0"
__all__ = ["CLASSIC", "MOVES", "Action", "Board", "Cell", "random_board"]

# Modules that lessons import from here, and where they lie.
_FACE = {
    "animation": "drawing.animation",
    "checks": "checks",
    "dqn": "dqn",
    "mountain_car": "worlds.mountain_car",
    "net": "dqn.net",
    "planning": "worlds.planning",
    "plots": "plots",
    "render": "drawing.render",
    "rollout": "rollout",
    "rules": "worlds.rules",
    "saving": "saving",
    "selftest": "selftest",
    "sweep": "sweep",
    "tabular": "tabular",
    "tiles": "tabular.linear",
    "widgets": "widgets",
}

if not TYPE_CHECKING:  # a type checker sees the imports above

    def __getattr__(name: str):
        """Import a module of the public face when it is first asked for."""
        if name not in _FACE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return importlib.import_module(f"{__name__}.{_FACE[name]}")


def __dir__() -> list[str]:
    """List the public face, whether it is imported already or not."""
    return sorted({*globals(), *_FACE})
