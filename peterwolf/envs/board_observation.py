"""Peter's board as planes of zeros and ones, which a network can read."""

from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.envs.board_env import peters
from peterwolf.worlds.board import Cell

KINDS = np.array(tuple(Cell))[:, np.newaxis, np.newaxis]


class Planes(gymnasium.ObservationWrapper, gymnasium.utils.RecordConstructorArgs):
    """Shows the whole board and Peter's place on it, in place of the place alone.

    Observation space
        Box of 0 and 1, float32, indexed [plane, x, y]: a plane for each kind
        of cell, in the order of `Cell`, that is 1 where the board has it, and
        a last one that is 1 where Peter stands: (6, width, height).
        With `centred` the board is shifted so that Peter stands in the middle
        of (5, 2 width − 1, 2 height − 1), and has no plane; what lies beyond
        the edge is 0 in all planes.

    Energy and fatigue are not shown. Raises TypeError for an env that is none
    of Peter's, ValueError for a `centred` that is not True or False.
    """

    def __init__(self, env: gymnasium.Env, *, centred: bool = False) -> None:
        width, height = peters(env).board.cells.shape
        gymnasium.utils.RecordConstructorArgs.__init__(self, centred=centred)
        gymnasium.ObservationWrapper.__init__(self, env)
        self.centred = arguments.one_of("centred", centred, (False, True))
        count = len(Cell)
        shape = (count, 2 * width - 1, 2 * height - 1) if centred else (count + 1, width, height)
        self.observation_space = gymnasium.spaces.Box(0, 1, shape, np.float32)
        self._shape = shape

    def observation(self, observation: Any) -> np.ndarray:
        """Return the planes of the board as it is now, for an observation (x, y, ...)."""
        cells = peters(self.env).board.cells  # asked each time: a copy of this has another
        (width, height), (x, y) = cells.shape, observation[:2]
        planes = np.zeros(self._shape, np.float32)
        if self.centred:
            left, top = width - 1 - x, height - 1 - y
            planes[:, left : left + width, top : top + height] = cells == KINDS
        else:
            planes[:-1] = cells == KINDS
            planes[-1, x, y] = 1
        return planes
