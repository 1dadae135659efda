"""Tabular Q-learning and its relatives on any gymnasium env with discrete actions.

Watkins, Learning from Delayed Rewards, 1989; Sutton and Barto, Reinforcement
Learning, 2nd edition, 2018, sections 6.4 to 6.6.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.kernels import loops
from peterwolf.rollout import Policy
from peterwolf.tabular import engines
from peterwolf.tabular.run import Run
from peterwolf.tabular.settings import (
    Encode,
    Linear,
    Schedule,
    Setting,
    as_state,
    first_table,
    one_row,
)


def td_target(
    reward: float | np.ndarray,
    gamma: float | np.ndarray,
    q_next: np.ndarray,
    terminated: bool | np.ndarray,
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
    return loops.choose(q_row, epsilon, rng)


def greedy(q: np.ndarray, encode: Encode | None = None) -> Policy:
    """Return the policy that takes the best action of `q`, (*states, actions), the lowest of ties.

    `encode` turns an observation into the index of its row; None suits
    Discrete and MultiDiscrete observations. Raises TypeError for what is no
    such function.
    """
    encode = one_row(encode) or as_state
    return lambda observation: int(np.argmax(q[encode(observation)]))


def linear_decay(start: float, stop: float, episodes: int) -> Schedule:
    """Return a schedule from `start` to `stop` over `episodes` episodes, then constant.

    Raises TypeError or ValueError for fewer than one episode.
    """
    arguments.integer("episodes", episodes, 1)
    return Linear(start, stop, episodes)


def evaluate(
    env: gymnasium.Env,
    q: np.ndarray,
    *,
    encode: Encode | None = None,
    episodes: int = 100,
    seed: int = 0,
    engine: str = "auto",
) -> np.ndarray:
    """Return the undiscounted returns of the greedy policy of `q`, float (episodes,).

    They are those of `rollout.evaluate(env, greedy(q, encode), ...)`: episode
    k is reset with `seed + k`. `encode` and `engine` are as in `q_learning`.
    Raises TypeError or ValueError, naming the argument.
    """
    table = first_table(env, arguments.table("q", q, np.shape(q)), None, encode)
    setting = Setting.checked(0.0, 1.0, 0.0, encode, table)
    return engines.evaluate(env, setting, table, episodes=episodes, seed=seed, engine=engine)


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
    snapshots: int = 0,
) -> Run:
    """Learn action values by Q-learning and return the `Run`.

    `alpha` (learning rate) and `epsilon` (probability of exploring) are
    numbers in [0, 1] or schedules of the episode. `q` is the table to begin
    with, shape (*states, actions), and is copied; None begins with zeros, of
    the state `shape` where it is given, else of what `encode` or the env's
    observation space says. `encode` turns an observation into a tuple, always
    the same for the same observation; None suits Discrete and MultiDiscrete
    observations. The env is seeded once, from `rng`.

    `engine`: "python"; "compiled", which learns the same to the last bit, a
    hundred times as fast, on Peter's boards, MountainCar-v0 and CartPole-v1 as
    gymnasium makes them; or "auto", compiled where it can be. `progress`: None
    shows a bar on long runs only. `snapshots`: how many to keep of the table
    on its way, at most 16 MB of them. Stopping the kernel returns what was
    learnt so far.

    Raises TypeError or ValueError, naming the argument, before the first
    step; ValueError, saying why, where `engine="compiled"` cannot play the env.
    """
    given = locals()
    return _learn("q_learning", **given)


def _relative(named: Callable) -> Callable[..., Run]:
    """Return a learner with the name and docstring of `named` and the arguments of `q_learning`."""
    signature = inspect.signature(q_learning)

    @wraps(named)
    def learner(*values: Any, **named_values: Any) -> Run:
        given = signature.bind(*values, **named_values)
        given.apply_defaults()
        return _learn(named.__name__, **given.arguments)

    learner.__signature__ = signature  # type: ignore[attr-defined]
    return learner


@_relative
def sarsa() -> None:
    """Learn by SARSA, whose target holds the value of the action that is really taken next.

    Arguments, result and errors are those of `q_learning`. Rummery and
    Niranjan, 1994; Sutton and Barto, section 6.4.
    """


@_relative
def expected_sarsa() -> None:
    """Learn by expected SARSA, whose target holds the mean over what may be taken next.

    Arguments, result and errors are those of `q_learning`. Sutton and Barto,
    section 6.6.
    """


def _learn(
    method: str,
    env: gymnasium.Env,
    alpha: float | Schedule,
    gamma: float,
    epsilon: float | Schedule,
    q: np.ndarray | None,
    shape: tuple[int, ...] | None,
    encode: Encode | None,
    **how: Any,
) -> Run:
    """Check everything, then learn with the engine that was asked for: `how` it is told."""
    table = first_table(env, q, shape, encode)
    setting = Setting.checked(alpha, gamma, epsilon, encode, table)
    return engines.learn(env, setting, table, method, **how)
