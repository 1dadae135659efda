"""Drive gymnasium's car and cart by hand, in real time and beside a trained agent."""

import math
from functools import partial
from typing import Any

import gymnasium
import ipywidgets
import numpy as np

from peterwolf import animation, arguments, rollout
from peterwolf.widgets.race import Race
from peterwolf.widgets.still import SIDE, Still, board_row, paragraphs
from peterwolf.widgets.ticker import Ticker
from peterwolf.widgets.vehicles import (
    Vehicle,
    check_pictures,
    half,
    has_time_limit,
    rendered,
    vehicle_of,
)
from peterwolf.widgets.view import View

MOST_PICTURES = 20  # a second
SPEEDS = (("¼ speed", 0.25), ("½ speed", 0.5), ("full", 1.0))
ROOM = 264  # pixels: all buttons of a row
LINES = 3  # of text, so that nothing below them jumps
CELL = 'style="padding:0 0 0 14px;text-align:right"'


class Drive(Still):
    """A game in real time: `Play(env)`, which makes it, as the last line of a cell.

    `env` is MountainCar-v0 or CartPole-v1 with `render_mode="rgb_array"` and
    stays as it is: the game has a copy. `again`, the button Start, lets it run
    at the env's own `speed` or slower; an action of `buttons` is held until
    another is pressed. With `policy(observation) -> action` an agent drives
    each game from the very same start, and `watcher` shows how.

    `race` has the games, `say` is what the widget tells. Where no event loop
    runs, `tick()` makes the steps. Raises TypeError or ValueError, naming the
    argument.
    """

    def __init__(
        self,
        env: gymnasium.Env,
        *,
        seed: int | None = None,
        policy: rollout.Policy | None = None,
    ) -> None:
        self.vehicle = _checked(env, policy)
        self.race = Race(env, seed=seed, policy=policy)
        self.ticker = Ticker(self.tick, lambda: 1 / self._pace)
        self.screen, self._words, self._score = (
            View(width=SIDE),
            ipywidgets.HTML(),
            ipywidgets.HTML(),
        )
        actions = self.vehicle.buttons
        self.buttons = {
            action: _button(text, len(actions), partial(self.hold, action), height="44px")
            for action, text in actions.items()
        }
        self.again = _button("Start", 2, self.restart)
        self.watcher = _button("Watch the agent", 2, self.watch)
        self.speed = ipywidgets.ToggleButtons(options=SPEEDS, value=self.vehicle.speed)
        self.view = self._arranged()
        self.hold(self.vehicle.held)
        self._tell_score()
        self._show(self.vehicle.task, "Press Start.", "A button holds until the next one.")

    def _arranged(self) -> ipywidgets.Widget:
        """Return the picture beside buttons, words and score, of which frontends count views."""
        self.speed.style.button_width = _width(len(SPEEDS))
        above = [self.again] if self.race.agent is None else [self.again, self.watcher]
        rows = ipywidgets.HBox(above), ipywidgets.HBox(list(self.buttons.values())), self.speed
        view = board_row(self.screen, *rows, self._words, self._score)
        view._view_count = 0  # None would mean: do not count
        view.observe(self._views_changed, "_view_count")
        return view

    def _views_changed(self, change: dict[str, Any]) -> None:
        """Stop when nobody looks any more: the cell was run again, or deleted."""
        if change["new"] == 0:
            self.stop()

    # What can be done

    def restart(self) -> None:
        """Begin a game and let it run."""
        if self.race.running:
            self._halt()
        self.race.begin()
        self._run()

    def watch(self) -> None:
        """Show how the agent drove from the same start; ValueError where there is none."""
        self.race.begin_agent()
        self._run()

    def hold(self, action: int) -> None:
        """Hold an action from the next step on."""
        self.held = arguments.integer("action", action, 0, len(self.buttons) - 1)
        self._mark(action)

    def tick(self) -> None:
        """Make one step; nothing where no game runs."""
        race = self.race
        if not race.running:
            return
        action = race.step(self.held)
        if race.agent_drives:
            self._mark(action)
        if race.over:
            self._end()
        elif race.steps % math.ceil(self._pace / MOST_PICTURES) == 0:
            self._show_step()

    def stop(self) -> None:
        """Break off a game that runs; it does not count."""
        if self.race.running:
            self.race.running = False
            self._halt()
            self._show("Stopped.", "Press Start.")

    def close(self) -> None:
        """Stop, and take the view away."""
        self.stop()
        self.view.close()

    @property
    def _pace(self) -> float:
        """Steps a second."""
        return self.race.env.metadata["render_fps"] * self.speed.value

    def _run(self) -> None:
        for button in self.buttons.values():
            button.disabled = self.race.agent_drives
        self.again.description = "Restart"
        self._mark(self.held)
        self._show_step()
        self.ticker.start()

    def _halt(self) -> None:
        self.ticker.stop()
        for button in self.buttons.values():
            button.disabled = False
        self.again.description = "Start"
        self.hold(self.vehicle.held)

    def _end(self) -> None:
        self._halt()
        race = self.race
        lines = [self.vehicle.end(race.env, race.terminated)]
        lines.append(f"Steps: {race.steps}. Return: {race.episode_return:g}.")
        if race.agent_drives:
            lines.append("That was the agent.")
        elif race.agent is not None:
            lines.append(f"The agent from the same start: {race.agent.total_reward:g}.")
        self._tell_score()
        self._show(*lines)

    # What is seen

    def _mark(self, action: int) -> None:
        """Show which action is held."""
        for each, button in self.buttons.items():
            button.button_style = "primary" if each == action else ""

    def _show_step(self) -> None:
        who = "The agent: step" if self.race.agent_drives else "Step"
        step = f"{who} {self.race.steps}. Return: {self.race.episode_return:g}."
        self._show(step, self.vehicle.tell(self.race.env))

    def _show(self, *lines: str) -> None:
        self.say = " ".join(lines)
        self._words.value = paragraphs(*lines, *[""] * (LINES - len(lines)))
        alt = f"{self.vehicle.name}. {self.say}"
        self._present(animation.picture(half(rendered(self.race.env)), alt=alt))

    def _tell_score(self) -> None:
        rows = {"you": self.race.returns}
        if self.race.agent is not None:
            rows["agent"] = self.race.agent_returns
        self._score.value = _score_table(rows)


def _checked(env: gymnasium.Env, policy: rollout.Policy | None) -> Vehicle:
    """Return what is to be driven; raises TypeError or ValueError for an unfit argument."""
    vehicle = vehicle_of(env)
    if vehicle is None:
        raise TypeError(f"env must be MountainCar-v0 or CartPole-v1, got {env!r}")
    check_pictures(env)
    if not has_time_limit(env):
        raise ValueError(f"env must have a time limit, as gymnasium.make gives it, got {env!r}")
    if policy is not None and not callable(policy):
        wanted = "a function from an observation to an action"
        raise TypeError(f"policy must be {wanted}, got {policy!r}")
    return vehicle


def _width(count: int) -> str:
    """Return how wide each of so many buttons in a row is."""
    return f"{ROOM // count - 4}px"


def _button(text: str, count: int, pressed: Any, **look: str) -> ipywidgets.Button:
    layout = ipywidgets.Layout(width=_width(count), **look)
    button = ipywidgets.Button(description=text, layout=layout)
    button.on_click(lambda _: pressed())
    return button


def _score_table(rows: dict[str, list[float]]) -> str:
    """Return as HTML the games, the best and the mean return of each player."""
    names = ("games", "best return", "mean")
    parts = [f"<tr><td></td>{''.join(f'<td {CELL}>{name}</td>' for name in names)}</tr>"]
    for player, returns in rows.items():
        told = (f"{max(returns):g}", f"{np.mean(returns):.1f}") if returns else ("–", "–")
        cells = "".join(f"<td {CELL}>{text}</td>" for text in (len(returns), *told))
        parts.append(f"<tr><td>{player}</td>{cells}</tr>")
    return f'<table style="line-height:1.45">{"".join(parts)}</table>'
