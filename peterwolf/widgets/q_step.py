"""Q-learning that stops after every step and tells what it did."""

import copy
from typing import NamedTuple

import gymnasium
import numpy as np

from peterwolf import arguments, tabular
from peterwolf.envs.board_env import peters
from peterwolf.tabular.settings import Schedule, Setting, State, as_state, first_table
from peterwolf.widgets.play import ARROWS
from peterwolf.worlds.board import Action


class Step(NamedTuple):
    """One update of the table, with all its numbers.

    `before` and `after` are the row of `state`, shape (actions,); `future` is
    the largest value in the row of `next_state`. `number` counts the steps of
    the episode, `episode` the episodes, both from 1.
    """

    episode: int
    number: int
    state: State
    action: int
    reward: float
    next_state: State
    terminated: bool
    truncated: bool
    before: np.ndarray
    after: np.ndarray
    future: float
    target: float
    alpha: float
    gamma: float

    @property
    def over(self) -> bool:
        """Whether the episode ended with this step."""
        return self.terminated or self.truncated

    @property
    def old(self) -> float:
        """The value of the action before the update."""
        return self.before[self.action]

    @property
    def new(self) -> float:
        """The value of the action after the update."""
        return self.after[self.action]


class Learner:
    """What `tabular.q_learning` does, one `step()` at a time, on a copy of the env.

    `q` is the table so far, `visits` how often each of its values was
    updated, both (*states, actions); `last` is the latest `Step`, None before
    the first. Raises TypeError or ValueError, naming the argument.
    """

    def __init__(
        self,
        env: gymnasium.Env,
        alpha: float | Schedule,
        gamma: float,
        epsilon: float | Schedule,
        rng: np.random.Generator,
        q: np.ndarray | None,
    ) -> None:
        world = peters(env)
        self.rng = arguments.generator("rng", rng)
        self.q = first_table(env, q, None, None)
        shape = world.rule.shape(world.board)
        if self.q.shape[:-1] != shape:
            raise ValueError(
                f"env must show Peter's whole state, of shape {shape}, "
                f"got observations {env.observation_space}"
            )
        self.setting = Setting.checked(alpha, gamma, epsilon, None, self.q)
        self.visits = np.zeros(self.q.shape, dtype=np.int64)
        self.env = copy.deepcopy(env)
        self.episode = 0
        self.last: Step | None = None
        self._begin(seed=int(rng.integers(2**31)))

    def _begin(self, seed: int | None = None) -> None:
        observation, _ = self.env.reset(seed=seed)
        self.state, self._number = as_state(observation), 0

    def step(self) -> Step:
        """Make one move, in a new episode where the last is over, and learn from it."""
        if self.last is not None and self.last.over:
            self.episode += 1
            self._begin()
        alpha, epsilon = self.setting.alpha(self.episode), self.setting.epsilon(self.episode)
        state, gamma = self.state, self.setting.gamma
        before = self.q[state].copy()
        action = tabular.epsilon_greedy(before, epsilon, self.rng)
        observation, paid, terminated, truncated, _ = self.env.step(action)
        self.state, reward = as_state(observation), float(paid)
        row = self.q[self.state].copy()
        target = float(tabular.td_target(reward, gamma, row, terminated))
        self.q[state][action] += alpha * (target - self.q[state][action])
        self.visits[state][action] += 1
        self._number += 1
        after, future = self.q[state].copy(), row.max()
        made = (self.episode + 1, self._number, state, action, reward)
        told = (*made, self.state, terminated, truncated)
        self.last = Step(*told, before, after, future, target, alpha, gamma)
        return self.last


def explain(step: Step) -> dict[str, str]:
    """Return the parts of an update in words and numbers, by what each is called."""
    r, old, target, error = map(
        number, (step.reward, step.old, step.target, step.target - step.old)
    )
    action = Action(step.action)
    over, sum_ = "no", f"{r} + {step.gamma:g} × {_bracketed(step.future)} = {target}"
    if step.terminated:
        over, sum_ = "yes", f"{target}: nothing comes after the end"
    elif step.truncated:
        over = "no, but time is up"
    return {
        "state s": cells(step.state),
        "action a": f"{ARROWS[action]} {action.name.lower()}",
        "which is": _kind(step),
        "reward r": r,
        "next s'": cells(step.next_state),
        "terminated": over,
        "target": sum_,
        "old value": old,
        "error": f"{target} - {_bracketed(step.old)} = {error}",
        "new value": f"{old} + {step.alpha:g} × {_bracketed(step.target - step.old)} "
        f"= {number(step.new)}",
    }


def _kind(step: Step) -> str:
    """Return whether the action was among the best that the table knew."""
    best = step.before == step.before.max()
    if not best[step.action]:
        return "not a best action: exploring"
    return "a best action" + (f" (one of {best.sum()})" if best.sum() > 1 else "")


def cells(state: State) -> str:
    """Return a state as it is written in Python."""
    return f"({', '.join(map(str, state))})"


def number(value: float) -> str:
    """Return a value with three decimals, or two where the third is 0."""
    text = f"{round(float(value), 3) + 0.0:.3f}"
    return text.removesuffix("0")


def _bracketed(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") else text
