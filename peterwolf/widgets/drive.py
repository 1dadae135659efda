"""Drive gymnasium's car and cart by hand, in real time and beside a trained agent."""

from functools import partial
from typing import Any

import gymnasium
import ipywidgets

from peterwolf import arguments, rollout
from peterwolf.drawing import animation
from peterwolf.widgets.base import BESIDE, SIDE, Still, board_row, check_policy, paragraphs
from peterwolf.widgets.dashboard import frame_of, lines_of, score_of
from peterwolf.widgets.realtime_match import Race
from peterwolf.widgets.ticker import Ticker
from peterwolf.widgets.vehicles import Vehicle, check_pictures, has_time_limit, vehicle_of
from peterwolf.widgets.view import View

SPEEDS = (("¼ speed", 0.25), ("½ speed", 0.5), ("full", 1.0))
ROOM = 264  # pixels: all buttons of a row
STARTS = (" ", "Enter")  # keys
WORDS = 5  # steps between two lines of text; pictures follow each step
BOTH = 690  # pixels: two pictures side by side


class Drive(Still):
    """A game in real time: `Play(env)`, which makes it, as the last line of a cell.

    `env` is MountainCar-v0 or CartPole-v1 with `render_mode="rgb_array"` and
    stays as it is: the game has a copy. `again`, the button Start, lets it run
    at the env's own `speed` or slower; an action of `buttons` is held until
    another is pressed, the arrow keys act while they are down. With
    `policy(observation) -> action` an agent drives each game from the very
    same start, in step with the learner and beside them.

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
        self.ticker = Ticker(self._beat, lambda: 1 / self._pace)
        actions = self.vehicle.buttons
        left, right = min(actions), max(actions)
        self._pushes = {"ArrowLeft": left, "a": left, "ArrowRight": right, "d": right}
        self._down: list[str] = []  # keys, the latest last
        self._tapped: int | None = None  # an action that has not had its step yet
        self.screen = self._listening()
        self._words, self._score = ipywidgets.HTML(), ipywidgets.HTML()
        self.buttons = {
            action: _button(text, len(actions), partial(self.hold, action), height="44px")
            for action, text in actions.items()
        }
        self.again = _button("Start", 1, self._clicked_start)
        self.speed = ipywidgets.ToggleButtons(options=SPEEDS, value=self.vehicle.speed)
        self.view = self._arranged()
        self.hold(self.vehicle.held)
        self._tell_score()
        self._show(self.vehicle.task, "Press Start, or the space bar.")

    def _listening(self) -> View:
        """Return the view of the game, which takes the keys."""
        wide = SIDE if self.race.rival is None else BOTH
        screen = View(width=wide, keys=[*self._pushes, *STARTS], holds=True)
        screen.on_key, screen.on_release = self._pressed, self._released
        return screen

    def _arranged(self) -> ipywidgets.Widget:
        """Return the picture with buttons, words and score, of which frontends count views."""
        self.speed.style.button_width = _width(len(SPEEDS))
        pushes = ipywidgets.HBox(list(self.buttons.values()))
        keys = ipywidgets.HTML(paragraphs(f"{self.vehicle.keys} Space starts."))
        controls, told = (self.again, pushes, self.speed, keys), (self._words, self._score)
        if self.race.rival is None:
            view = board_row(self.screen, *controls, *told)
        else:
            wide, rest = (ipywidgets.Layout(width=f"{w}px") for w in (BESIDE, BOTH - BESIDE))
            columns = ipywidgets.VBox(controls, layout=wide), ipywidgets.VBox(told, layout=rest)
            view = ipywidgets.VBox([self.screen, ipywidgets.HBox(columns)])
        view._view_count = 0  # None would mean: do not count
        view.observe(self._views_changed, "_view_count")
        return view

    def _views_changed(self, change: dict[str, Any]) -> None:
        """Stop when nobody looks any more: the cell was run again, or deleted."""
        if change["new"] == 0:
            self._down.clear()
            self.stop()

    # What can be done

    def restart(self) -> None:
        """Begin a game and let it run."""
        if self.race.running and not self.race.you.over:
            self._let_go()
        self.ticker.stop()
        self.race.begin()
        self.again.description = "Restart"
        if self._down:
            self.hold(self._pushes[self._down[-1]])
        self._show(*lines_of(self.vehicle, self.race))
        self.ticker.start()

    def hold(self, action: int) -> None:
        """Hold an action from the next step on; TypeError or ValueError where it is none."""
        self.held = arguments.integer("action", action, 0, len(self.buttons) - 1)
        for each, button in self.buttons.items():
            button.button_style = "primary" if each == action else ""

    def tick(self) -> None:
        """Make one step; nothing where no game runs."""
        race = self.race
        if not race.running:
            return
        before = [player.over for player in race.players]
        action, self._tapped = self.held if self._tapped is None else self._tapped, None
        race.step(action)
        after = [player.over for player in race.players]
        if after[0] and not before[0]:
            self._let_go()
            self._tell_score()
        if not race.running:
            self.ticker.stop()
        self._show(*lines_of(self.vehicle, self.race), hurried=after == before)

    def stop(self) -> None:
        """Break off a game that runs; it does not count."""
        if self.race.running:
            self._halt()
            self._show("Stopped.", "Press Start, or the space bar.")

    def close(self) -> None:
        """Stop, and take the view away."""
        self.stop()
        self.view.close()

    @property
    def _pace(self) -> float:
        """Steps a second."""
        return self.race.you.env.metadata["render_fps"] * self.speed.value

    def _clicked_start(self) -> None:
        self.screen.attempt(self.restart)
        self.screen.take_focus()

    def _pressed(self, key: str) -> None:
        if key in STARTS:
            self.restart()
            return
        self._down = [*(each for each in self._down if each != key), key]
        self._tapped = self._pushes[key]
        self.hold(self._tapped)

    def _released(self, key: str) -> None:
        """Hold what the other keys say, or nothing where the env has such an action."""
        if key not in self._down:
            return
        self._down.remove(key)
        if self._down:
            self.hold(self._pushes[self._down[-1]])
        elif self.vehicle.rest is not None:
            self.hold(self.vehicle.rest)

    def _beat(self) -> None:
        if not self.screen.attempt(self.tick):
            self._halt()

    def _halt(self) -> None:
        self.ticker.stop()
        self.race.running = False
        self._let_go()

    def _let_go(self) -> None:
        self._tapped, self.again.description = None, "Start"
        self.hold(self.vehicle.held)

    # What is seen

    def _show(self, *lines: str, hurried: bool = False) -> None:
        """Show words and picture; hurried ones are left out where more follow soon."""
        self.say = " ".join(lines)
        steps = max(player.steps for player in self.race.players)
        if not hurried or steps % WORDS == 0:
            blank = 2 * len(self.race.players) - len(lines)
            self._words.value = paragraphs(*lines, *[""] * blank)
        beside = "" if self.race.rival is None else ", you at the left, the agent at the right"
        alt = f"{self.vehicle.name}{beside}. {self.say}"
        if not hurried:
            self.screen.news = self.say
            self._present(animation.picture(frame_of(self.race), alt=alt))
        elif not self.screen.behind:
            self.screen.show(animation.picture(frame_of(self.race), alt=alt, quick=True))

    def _tell_score(self) -> None:
        self._score.value = score_of(self.race)


def _checked(env: gymnasium.Env, policy: rollout.Policy | None) -> Vehicle:
    """Return what is to be driven; raises TypeError or ValueError for an unfit argument."""
    vehicle = vehicle_of(env)
    if vehicle is None:
        raise TypeError(f"env must be MountainCar-v0 or CartPole-v1, got {env!r}")
    check_pictures(env)
    if not has_time_limit(env):
        raise ValueError(f"env must have a time limit, as gymnasium.make gives it, got {env!r}")
    check_policy(policy)
    return vehicle


def _width(count: int) -> str:
    """Return how wide each of so many buttons in a row is."""
    return f"{ROOM // count - 4}px"


def _button(text: str, count: int, pressed: Any, **look: str) -> ipywidgets.Button:
    layout = ipywidgets.Layout(width=_width(count), **look)
    button = ipywidgets.Button(description=text, layout=layout)
    button.on_click(lambda _: pressed())
    return button
