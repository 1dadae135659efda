"""Tile coding and linear action values, on any gymnasium env that shows a row of numbers.

Sutton and Barto, Reinforcement Learning, 2nd edition, 2018, sections 9.5.4,
10.1 and 11.1; Sutton, Generalization in Reinforcement Learning: Successful
Examples Using Sparse Coarse Coding, 1996.
"""

from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.kernels import loops, tile_loops
from peterwolf.rollout import Policy
from peterwolf.tabular import engines
from peterwolf.tabular.run import Run
from peterwolf.tabular.settings import Schedule, Setting, count_actions
from peterwolf.tabular.tile_coding import Tiles as Tiles  # a learner finds it here


def learn(
    env: gymnasium.Env,
    tiles: Tiles,
    *,
    episodes: int,
    alpha: float | Schedule,
    gamma: float,
    epsilon: float | Schedule,
    rng: np.random.Generator,
    weights: np.ndarray | None = None,
    method: str = "q_learning",
    engine: str = "auto",
    progress: bool | None = None,
    snapshots: int = 0,
) -> Run:
    """Learn linear action values by semi-gradient updates and return the `Run`.

    The value of an action is the sum of its weights at the active features;
    the run's `q` holds the weights, float (features, actions), its `visits`
    how often each was moved. `weights` are those to begin with, and are
    copied; None begins with zeros.

    `alpha` is the part of its error by which a step corrects a value, as in a
    table: each active weight moves by alpha / tilings of the error. `method`
    is "q_learning", "sarsa" or "expected_sarsa". The env must show a Box of
    as many numbers as `tiles` has dimensions; it is seeded once, from `rng`.
    `engine="compiled"` plays MountainCar-v0 and CartPole-v1 as gymnasium
    makes them. All the rest, and the errors, are as in `tabular.q_learning`.
    """
    arguments.one_of("method", method, loops.METHODS)
    shape = _shape(env, tiles)
    first = np.zeros(shape) if weights is None else arguments.table("weights", weights, shape)
    table = first.astype(float)
    setting = Setting.checked(alpha, gamma, epsilon, tiles, table)
    return engines.learn(
        env,
        setting,
        table,
        method,
        episodes=episodes,
        rng=rng,
        engine=engine,
        progress=progress,
        snapshots=snapshots,
    )


def greedy(weights: np.ndarray, tiles: Tiles) -> Policy:
    """Return the policy that takes the action of the largest value, the lowest among ties.

    `weights`: (features, actions). Raises TypeError or ValueError, naming the argument.
    """
    shape = (_checked(tiles).features, *np.shape(weights)[-1:])
    arguments.table("weights", weights, shape)

    def best(observation: Any) -> int:
        row = [0.0] * weights.shape[1]
        tile_loops.values(weights, tiles.active(observation), row)
        return loops.best_action(row)

    return best


def evaluate(
    env: gymnasium.Env,
    weights: np.ndarray,
    tiles: Tiles,
    *,
    episodes: int = 100,
    seed: int = 0,
    engine: str = "auto",
) -> np.ndarray:
    """Return the undiscounted returns of the greedy policy, float (episodes,).

    They are those of `rollout.evaluate(env, greedy(weights, tiles), ...)`:
    episode k is reset with `seed + k`. `engine` is as in `learn`. Raises
    TypeError or ValueError, naming the argument.
    """
    table = arguments.table("weights", weights, _shape(env, tiles))
    setting = Setting.checked(0.0, 1.0, 0.0, tiles, table)
    return engines.evaluate(env, setting, table, episodes=episodes, seed=seed, engine=engine)


def _shape(env: gymnasium.Env, tiles: Tiles) -> tuple[int, int]:
    """Return (features, actions), which an env and the tiles that fit it tell."""
    actions, numbers = count_actions(env), len(_checked(tiles).tiles)
    space = env.observation_space
    if not isinstance(space, gymnasium.spaces.Box) or space.shape != (numbers,):
        raise ValueError(f"env must show a Box of {numbers} numbers, as tiles has, got {space}")
    return tiles.features, actions


def _checked(tiles: Tiles) -> Tiles:
    if not isinstance(tiles, Tiles):
        raise TypeError(f"tiles must be Tiles, got {tiles!r}")
    return tiles
