"""Play by hand: Peter's board here, gymnasium's car and cart in `driving`."""

from functools import partial
from typing import Any

import gymnasium
import ipywidgets

from peterwolf import animation, rollout
from peterwolf.board import Action
from peterwolf.widgets.driving import Drive
from peterwolf.widgets.still import Still, check_peters_env
from peterwolf.widgets.vehicles import check_pictures, vehicle_of
from peterwolf.widgets.view import View

ARROWS = {Action.UP: "↑", Action.DOWN: "↓", Action.LEFT: "←", Action.RIGHT: "→"}
KEYS = dict(zip(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), Action, strict=True))
ENDS = {
    "apple": "🍎 Peter found an apple",
    "drowned": "🌊 Peter drowned",
    "eaten": "🐺 The wolf ate Peter",
    "killed": "🐺 The wolf killed Peter",
    "won": "🏆 Peter beat the wolf",
    None: "⏱ Time is up",
}
TASKS = {
    "apple": "Find an apple. Keep clear of the water and the wolf.",
    "won": "Beat the wolf. Rest under trees, eat apples, keep clear of the water.",
}


class Play(Still):
    """Move Peter with buttons: `Play(env)` as the last line of a cell shows the game.

    `env` is one of Peter's envs made with `render_mode="rgb_array"`, `seed`
    that of its first episode. Without a kernel a still picture of the board
    stays. `say` is the line under the board; `episode_return` and `steps`
    tell how the game stands.

    For MountainCar-v0 and CartPole-v1 it gives a `Drive` instead: the same in
    real time, and with a `policy(observation) -> action` beside an agent.

    Raises TypeError for another env, ValueError for another render mode and
    for a policy beside Peter's board.
    """

    def __new__(
        cls,
        env: gymnasium.Env,
        *,
        seed: int | None = None,
        policy: rollout.Policy | None = None,
    ) -> Still:
        """Return the game that fits the env."""
        if vehicle_of(env):
            return Drive(env, seed=seed, policy=policy)
        return super().__new__(cls)

    def __init__(
        self,
        env: gymnasium.Env,
        *,
        seed: int | None = None,
        policy: rollout.Policy | None = None,
    ) -> None:
        _check(env, policy)
        self.env = env
        board = env.unwrapped.board
        self.screen = View(cells=(board.width, board.height), keys=KEYS)
        self.screen.on_key = lambda key: self._pressed(KEYS[key])
        self._line = ipywidgets.HTML()
        self.buttons = {action: self._button(action) for action in Action}
        self.again = ipywidgets.Button(description="New game", icon="refresh")
        self.again.on_click(lambda _: self.restart())
        self.view = self._arranged()
        self.restart(seed)

    def _button(self, action: Action) -> ipywidgets.Button:
        layout = ipywidgets.Layout(width="56px", height="44px")
        name = f"move {action.name.lower()}"
        button = ipywidgets.Button(description=ARROWS[action], tooltip=name, layout=layout)
        button.on_click(partial(self._pressed, action))
        return button

    def _arranged(self) -> ipywidgets.Widget:
        """Return the board beside a cross of buttons, the line of text under the cross."""
        up, down, left, right = (self.buttons[action] for action in Action)
        cross = ipywidgets.VBox([up, ipywidgets.HBox([left, down, right])])
        cross.layout.align_items = "center"
        side = ipywidgets.VBox([cross, self.again, self._line])
        side.layout = ipywidgets.Layout(align_items="center", width="230px", padding="12px")
        return ipywidgets.HBox([self.screen, side])

    def restart(self, seed: int | None = None) -> None:
        """Begin a new game."""
        self.env.reset(seed=seed)
        self.steps, self.episode_return, self.over = 0, 0.0, False
        self._show(TASKS[self.env.unwrapped.rule.goal])

    def _pressed(self, action: Action, _: Any = None) -> None:
        if not self.over:
            self.move(action)

    def move(self, action: int) -> None:
        """Make one move and show what came of it."""
        _, reward, terminated, truncated, info = self.env.step(int(action))
        self.steps += 1
        self.episode_return += reward
        self.over = terminated or truncated
        head = f"{ENDS[info['outcome']]}!" if self.over else f"Reward {reward:g}."
        self._show(f"{head} Moves: {self.steps}. Return: {self.episode_return:.1f}.{self._levels}")

    def _show(self, say: str) -> None:
        alt = f"Peter's board. {say}\n{self.env.unwrapped.board.to_text(self._peter)}"
        self._present(animation.picture(self.env.render(), alt=alt))
        self.say, self._line.value = say, say.replace(". ", ".<br>").replace("! ", "!<br>")
        for button in self.buttons.values():
            button.disabled = self.over

    @property
    def _levels(self) -> str:
        """Energy and fatigue in words, where the game has them."""
        peter = self.env.unwrapped.peter
        return f" Energy: {peter[2]}. Fatigue: {peter[3]}." if len(peter) == 4 else ""

    @property
    def _peter(self) -> tuple[int, int]:
        return self.env.unwrapped.peter[:2]


def _check(env: gymnasium.Env, policy: rollout.Policy | None) -> None:
    """Raise TypeError or ValueError for what makes no game on Peter's board."""
    try:
        check_peters_env(env)
    except TypeError:
        allowed = "one of Peter's, such as peterwolf/Forage-v0, or MountainCar-v0 or CartPole-v1"
        raise TypeError(f"env must be {allowed}, got {env!r}") from None
    check_pictures(env)
    if policy is not None:
        raise ValueError(
            f"policy must be None with Peter's board, it goes with MountainCar-v0 "
            f"and CartPole-v1, got {policy!r}"
        )
