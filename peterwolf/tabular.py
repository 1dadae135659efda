"""Tabular Q-learning on any gymnasium env with discrete actions.

Watkins, Learning from Delayed Rewards, 1989; Sutton and Barto, Reinforcement
Learning, 2nd edition, 2018, section 6.5.
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.bins import Bins as Bins  # a learner finds it here
from peterwolf.progress import bar
from peterwolf.rollout import Policy
from peterwolf.settings import Encode, Schedule, Setting, as_state, first_table


def td_target(
    reward: float, gamma: float, q_next: np.ndarray, terminated: bool | np.ndarray
) -> np.ndarray:
    """Return reward + gamma · max q_next, without the second part where the game ended.

    `q_next` holds the values of the next state's actions, shape (..., actions);
    `reward` and `terminated` broadcast against its other axes.
    """
    return reward + gamma * (1 - np.asarray(terminated)) * np.max(q_next, axis=-1)


def epsilon_greedy(q_row: np.ndarray, epsilon: float, rng: np.random.Generator) -> int:
    """Return a random action with probability `epsilon`, else a best one (ties at random).

    `q_row` has the shape (actions,). Raises TypeError or ValueError for an
    epsilon outside [0, 1].
    """
    arguments.real("epsilon", epsilon, 0, 1)
    if rng.random() < epsilon:
        return int(rng.integers(len(q_row)))
    best = np.flatnonzero(q_row == q_row.max())
    return int(best[0]) if len(best) == 1 else int(best[rng.integers(len(best))])


def greedy(q: np.ndarray, encode: Encode | None = None) -> Policy:
    """Return the policy that takes the best action of `q`, the lowest among ties.

    `encode` turns an observation into the index of its row; None suits
    Discrete and MultiDiscrete observations.
    """
    encode = encode or as_state
    return lambda observation: int(np.argmax(q[encode(observation)]))


def linear_decay(start: float, stop: float, episodes: int) -> Schedule:
    """Return a schedule from `start` to `stop` over `episodes` episodes, then constant."""
    arguments.integer("episodes", episodes, 1)
    return lambda episode: start + (stop - start) * min(episode / episodes, 1.0)


@dataclass(repr=False)
class Run:
    """What learning left behind.

    `q`: the table, shape (*states, actions). `returns` (undiscounted) and
    `lengths` (steps): one entry an episode. `visits`: how often each action
    was taken in each state, of the shape of `q`. `interrupted`: whether the
    kernel was stopped before the last episode ended.
    """

    q: np.ndarray
    returns: np.ndarray
    lengths: np.ndarray
    visits: np.ndarray
    interrupted: bool = False

    def __repr__(self) -> str:
        last = self.returns[-100:]
        mean = f", mean return of the last {len(last)}: {last.mean():.2f}" if len(last) else ""
        stopped = ", interrupted" if self.interrupted else ""
        return (
            f"Run({len(self.returns)} episodes, {self.lengths.sum()} steps, "
            f"table {self.q.shape}{mean}{stopped})"
        )


def q_learning(
    env: gymnasium.Env,
    *,
    episodes: int,
    alpha: float | Schedule,
    gamma: float,
    epsilon: float | Schedule,
    rng: np.random.Generator,
    q: np.ndarray | None = None,
    shape: tuple[int, ...] | None = None,
    encode: Encode | None = None,
    engine: str = "auto",
    progress: bool | None = None,
) -> Run:
    """Learn action values by Q-learning and return the `Run`.

    `alpha` (learning rate) and `epsilon` (probability of exploring) are
    numbers in [0, 1] or schedules of the episode. `q` is the table to begin
    with, shape (*states, actions), and is copied; None begins with zeros, of
    the state `shape` where it is given, else of what `encode` or the env's
    observation space says. `encode` turns an observation into a tuple; None
    suits Discrete and MultiDiscrete observations. The env is seeded once,
    from `rng`. `engine`: "auto" or "python". `progress`: None shows a bar on
    long runs only. Stopping the kernel returns what was learnt so far.

    Raises TypeError or ValueError, naming the argument, before the first step.
    """
    arguments.one_of("engine", engine, ("auto", *ENGINES))
    arguments.integer("episodes", episodes, 1)
    arguments.generator("rng", rng)
    table = first_table(env, q, shape, encode)
    setting = Setting.checked(alpha, gamma, epsilon, encode, table)
    learn = ENGINES["python" if engine == "auto" else engine]
    with closing(bar(episodes, progress)) as counted:
        return learn(env, table, setting, rng, counted)


def _python(
    env: gymnasium.Env,
    q: np.ndarray,
    setting: Setting,
    rng: np.random.Generator,
    episodes: Iterable[int],
) -> Run:
    """Learn in plain Python, one step at a time; `q` is changed in place."""
    returns, lengths, visits = [], [], np.zeros(q.shape, dtype=np.int64)
    seed = int(rng.integers(2**31))
    interrupted = False
    try:
        for episode in episodes:
            observation, _ = env.reset(seed=seed if episode == 0 else None)
            total, steps = _learn_episode(env, observation, q, visits, setting, episode, rng)
            returns.append(total)
            lengths.append(steps)
    except KeyboardInterrupt:
        interrupted = True
    return Run(q, np.array(returns, float), np.array(lengths, int), visits, interrupted)


def _learn_episode(
    env: gymnasium.Env,
    observation: Any,
    q: np.ndarray,
    visits: np.ndarray,
    setting: Setting,
    episode: int,
    rng: np.random.Generator,
) -> tuple[float, int]:
    """Play one episode and learn from every step of it, the last one too."""
    alpha, epsilon = setting.alpha(episode), setting.epsilon(episode)
    total, steps = 0.0, 0
    state = setting.encode(observation)
    terminated = truncated = False
    while not (terminated or truncated):
        action = epsilon_greedy(q[state], epsilon, rng)
        observation, reward, terminated, truncated, _ = env.step(action)
        next_state = setting.encode(observation)
        target = td_target(reward, setting.gamma, q[next_state], terminated)
        q[state][action] += alpha * (target - q[state][action])
        visits[state][action] += 1
        state, total, steps = next_state, total + reward, steps + 1
    return total, steps


ENGINES = {"python": _python}
