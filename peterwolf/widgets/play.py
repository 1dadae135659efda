"""Play Peter's board by hand."""

from functools import partial
from typing import Any

import gymnasium
import ipywidgets

from peterwolf import animation
from peterwolf.board import Action

ARROWS = {Action.UP: "↑", Action.DOWN: "↓", Action.LEFT: "←", Action.RIGHT: "→"}
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


class Play:
    """Move Peter with buttons: `Play(env)` as the last line of a cell shows the game.

    `env` is one of Peter's envs made with `render_mode="rgb_array"`, `seed`
    that of its first episode. Raises TypeError for another env and ValueError
    for another render mode. Without a kernel a still picture of the board
    stays. `say` is the line under the board; `episode_return` and `steps`
    tell how the game stands.
    """

    def __init__(self, env: gymnasium.Env, *, seed: int | None = None) -> None:
        if not hasattr(getattr(env, "unwrapped", None), "board"):
            raise TypeError(f"env must be one of Peter's, such as peterwolf/Forage-v0, got {env!r}")
        if env.render_mode != "rgb_array":
            raise ValueError(
                f"env must be made with render_mode='rgb_array', got {env.render_mode!r}"
            )
        self.env = env
        self._image = ipywidgets.Image(format="png")
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
        return ipywidgets.HBox([self._image, side])

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
        self.still = animation.picture(self.env.render(), alt=alt)
        self.say, self._line.value = say, say.replace(". ", ".<br>").replace("! ", "!<br>")
        self._image.value = self.still.data
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

    def __repr__(self) -> str:
        return f"Play: {self.say}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        data, metadata = self.still._repr_mimebundle_()
        data["application/vnd.jupyter.widget-view+json"] = {
            "version_major": 2,
            "version_minor": 0,
            "model_id": self.view.model_id,
        }
        return data, metadata
