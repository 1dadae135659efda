"""Peter's worlds as gymnasium environments."""

import gymnasium

from peterwolf.envs.board_env import BoardEnv, BoardSource
from peterwolf.worlds.board import CLASSIC
from peterwolf.worlds.rules import Forage, Hunt


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
        entry_point=f"peterwolf.envs.peter:{name}Env",
        disable_env_checker=True,  # check_env is a test; its wrapper would slow every step
    )
