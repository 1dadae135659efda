"""Games as they should stand, played in the tests' own process."""

import gymnasium
import numpy as np

from peterwolf import Action, animation  # and so registers Peter's envs
from peterwolf.drawing.render import draw
from peterwolf.widgets.vehicles import rendered

FORAGE, HUNT = "peterwolf/Forage-v0", "peterwolf/Hunt-v0"
KEYS = {"ArrowUp": Action.UP, "ArrowDown": Action.DOWN} | {
    "ArrowLeft": Action.LEFT,
    "ArrowRight": Action.RIGHT,
    "w": Action.UP,
    "s": Action.DOWN,
    "a": Action.LEFT,
    "d": Action.RIGHT,
}


class Twin:
    """A game on Peter's board that begins as after `reset(seed=seed)`."""

    def __init__(self, name: str, seed: int, **made) -> None:
        self.env = gymnasium.make(name, **made).unwrapped
        self.begin(seed)

    def begin(self, seed: int) -> None:
        """Begin again."""
        self.env.reset(seed=seed)
        self.moves, self.total = 0, 0.0

    def move(self, action: int) -> None:
        """Make a move."""
        _, reward, *_ = self.env.step(action)
        self.moves, self.total = self.moves + 1, self.total + reward

    @property
    def place(self) -> tuple[int, int]:
        """Where Peter stands."""
        return tuple(map(int, self.env.peter[:2]))

    @property
    def told(self) -> str:
        """How the game stands, in the words of the widget."""
        return f"Moves: {self.moves}. Return: {self.total:.1f}."

    def picture(self, **look) -> np.ndarray:
        """The board as the widget should show it."""
        return draw(self.env.board, self.env.peter, **look)


class Driver:
    """A game of the car or the cart, driven with one action from its first step to its end."""

    def __init__(self, name: str, seed: int, action: int) -> None:
        self.env = gymnasium.make(name, render_mode="rgb_array")
        self.env.reset(seed=seed)
        self.first = self.picture()
        self.steps, over = 0, False
        while not over:
            _, _, terminated, truncated, _ = self.env.step(action)
            self.steps, over = self.steps + 1, terminated or truncated

    def picture(self) -> np.ndarray:
        """The picture of now as the widget should show it."""
        return animation.half(rendered(self.env))
