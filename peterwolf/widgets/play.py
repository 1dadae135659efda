"""Play by hand: Peter's board here, gymnasium's car and cart in `drive`."""

from typing import Any

import gymnasium
import ipywidgets

from peterwolf import rollout
from peterwolf.drawing import animation
from peterwolf.envs.board_env import peters
from peterwolf.widgets.base import SIDE, Still, cell_of, check_policy, paragraphs
from peterwolf.widgets.drive import Drive
from peterwolf.widgets.player_view import HALF, Around, Seat, alone, cross, facing, score
from peterwolf.widgets.turn_match import Duel
from peterwolf.widgets.vehicles import check_pictures, vehicle_of
from peterwolf.widgets.view import View
from peterwolf.worlds.board import MOVES, Action

ARROWS = {Action.UP: "↑", Action.DOWN: "↓", Action.LEFT: "←", Action.RIGHT: "→"}
ARROW_KEYS = dict(zip(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), Action, strict=True))
MOVE_KEYS = ARROW_KEYS | dict(zip("wsad", Action, strict=True))
NEW, NEW_AT_THE_END = "n", "Enter"
KEYS = "Click the board, then use the arrow keys or W A S D. N: new game."
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
ONE_CELL = "Peter moves one cell at a time: click a cell beside him."


class Play(Still):
    """Move Peter by key, click or button: `Play(env)` as the last line of a cell shows the game.

    `env` is one of Peter's envs made with `render_mode="rgb_array"`; it stays
    as it is, the game has a copy. Game k begins as after `reset(seed=seed + k)`.
    With `policy(observation) -> action` an agent plays each game from the very
    same start on a board of its own, a move for each of the learner's.

    Without a kernel a still picture stays. `say` tells how the game stands,
    `duel` has both players with their games; `move(action)` and `restart()`
    are what the keys do.

    For MountainCar-v0 and CartPole-v1 it gives a `Drive` instead: the same in
    real time. Raises TypeError for another env and for a policy that is no
    function, ValueError for another render mode.
    """

    def __new__(
        cls,
        env: gymnasium.Env,
        *,
        seed: int | None = None,
        policy: rollout.Policy | None = None,
    ) -> Any:  # a `Drive` is none of this class
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
        self.duel = Duel(env, seed=seed, policy=policy)
        self.screen, self.rival_screen = View(keys=_keys(over=False)), View()
        self.screen.on_key, self.screen.on_click = self._key, self._click
        cell = cell_of(peters(env).board, SIDE if policy is None else HALF)
        self.seats = [Seat(self.duel.you, "You", self.screen, cell)]
        if self.duel.agent is not None:
            self.seats.append(Seat(self.duel.agent, "The agent", self.rival_screen, cell))
        self._words, self._score = ipywidgets.HTML(), ipywidgets.HTML()
        self.buttons = {action: self._button(action) for action in Action}
        self.again = ipywidgets.Button(description="New game", icon="refresh")
        self.again.on_click(lambda _: self._new_by_button())
        keys, texts = ipywidgets.HTML(paragraphs(KEYS)), (self._words, self._score)
        told = Around(cross(self.buttons), self.again, keys, *texts)
        self.view = alone(self.seats[0], told) if policy is None else facing(self.seats, told)
        boards = [part for seat in self.seats for part in (seat.head, seat.levels)]
        self.screen.beside = [*texts, *boards, self.rival_screen]
        self._begun()

    def _button(self, action: Action) -> ipywidgets.Button:
        layout = ipywidgets.Layout(width="56px", height="44px")
        name = f"move {action.name.lower()}"
        button = ipywidgets.Button(description=ARROWS[action], tooltip=name, layout=layout)
        button.on_click(lambda _: self.screen.attempt(self._pressed, action))
        return button

    # What can be done

    @property
    def env(self) -> gymnasium.Env:
        """The copy of the env on which the learner plays."""
        return self.duel.you.env

    @property
    def steps(self) -> int:
        """The moves made in the game that is on."""
        return self.duel.you.steps

    @property
    def episode_return(self) -> float:
        """The rewards so far of the game that is on, added up."""
        return self.duel.you.episode_return

    @property
    def over(self) -> bool:
        """Whether the game has ended."""
        return self.duel.you.over

    def restart(self) -> None:
        """Begin a new game; one that has not ended does not count."""
        self.duel.begin()
        self._begun()

    def move(self, action: int) -> None:
        """Make one move and show what came of it."""
        before = self.seats[0].at
        reward = self.duel.move(int(action))
        x, y = after = self.seats[0].at
        head = f"{_end(self.duel.you.outcome)}!" if self.over else f"Reward {reward:g}."
        if after == before:
            head = f"The edge stops Peter. {head}"
        self._show(head)
        levels = self.seats[0].told_levels
        self.screen.news = f"Move {self.steps} to ({x}, {y}). {head} {levels}"

    def _key(self, key: str) -> None:
        if key in MOVE_KEYS:
            self._pressed(MOVE_KEYS[key])
        else:
            self.restart()

    def _click(self, x: int, y: int) -> None:
        at_x, at_y = self.seats[0].at
        step = x - at_x, y - at_y
        if step in MOVES:
            self._pressed(Action(MOVES.index(step)))
        elif not self.over:
            self._show(ONE_CELL)
            self.screen.news = ONE_CELL

    def _pressed(self, action: Action) -> None:
        if not self.over:
            self.move(action)

    def _new_by_button(self) -> None:
        self.screen.attempt(self.restart)
        self.screen.take_focus()

    # What is seen

    def _begun(self) -> None:
        goal = self.duel.you.world.rule.goal
        task = TASKS.get(goal, f"Bring the game to the end called {goal!r}.")
        self._show(task)
        x, y = self.seats[0].at
        self.screen.news = f"A new game: Peter stands at ({x}, {y}). {task}"

    def _show(self, head: str) -> None:
        """Show the boards, and in words `head` and how the game stands."""
        words = [head, self._agents_end] if self.duel.agent else [head, self.seats[0].status]
        self._words.value = paragraphs(*words)
        parts = head, self.seats[0].status, self.seats[0].told_levels, self._agents_end
        self.say = " ".join(filter(None, parts))
        self._score.value = score({seat.name.lower(): seat.player for seat in self.seats})
        self._picture()
        self.screen.takes = _keys(self.over)
        for button in self.buttons.values():
            button.disabled = self.over

    def _picture(self) -> None:
        """Show each board, and keep them as the still picture."""
        alt = f"Peter's board. {self.say}\n{self.seats[0].text}"
        frames = [seat.draw() for seat in self.seats]
        self._present(animation.picture(frames[0], alt=alt))
        if self.duel.agent is None:
            return
        agent = self.seats[1]
        told = f"The agent's board. {agent.status} {agent.told_levels}\n{agent.text}"
        self.rival_screen.show(animation.picture(frames[1], alt=told))
        self.rival_screen.message = self.duel.trouble
        both = animation.side_by_side(frames, [seat.name for seat in self.seats])
        self.still = animation.picture(both, alt=f"{alt}\n{told}")

    @property
    def _agents_end(self) -> str:
        """How the agent's game ended, in words, once the learner's has; else empty."""
        agent = self.duel.agent
        if agent is None or not (self.over or self.duel.trouble):
            return ""
        if self.duel.trouble:
            return "The agent cannot go on and sits this game out."
        return f"The agent: {agent.outcome or 'time is up'} after {agent.steps} moves."


def _end(outcome: str | None) -> str:
    """Return how a game ended in words; a rule of somebody's own has ends of its own."""
    return ENDS.get(outcome, f"The game ended: {outcome}")


def _keys(over: bool) -> list[str]:
    """Return the keys that mean something, in a game that goes on or is over."""
    return [*MOVE_KEYS, NEW, *([NEW_AT_THE_END] if over else [])]


def _check(env: gymnasium.Env, policy: rollout.Policy | None) -> None:
    """Raise TypeError or ValueError for what makes no game on Peter's board."""
    try:
        peters(env)
    except TypeError:
        allowed = "one of Peter's, such as peterwolf/Forage-v0, or MountainCar-v0 or CartPole-v1"
        raise TypeError(f"env must be {allowed}, got {env!r}") from None
    check_pictures(env)
    check_policy(policy)
