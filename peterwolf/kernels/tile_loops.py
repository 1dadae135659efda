"""Tile coding, and learning and playing with it, written once for Python and for numba.

Plain functions, as in `loops`, whose `learn_episode` and `play` they stand
in for where a world is seen through tiles. A state is then the row of its
active features, one a tiling, and `weights[feature]` has one weight an
action: the value of an action is the sum of its active weights. Sutton and
Barto, Reinforcement Learning, 2nd edition, sections 9.5.4 and 10.1.
"""

from typing import Any, NamedTuple

import numpy as np

from peterwolf.kernels.loops import (
    EXPECTED_SARSA,
    SARSA,
    best_action,
    choose,
    expectation,
    largest,
    step,
)
from peterwolf.kernels.loops import begin as begin


def find(
    values: Any, low: Any, high: Any, scale: Any, counts: Any, shifts: Any, active: Any
) -> None:
    """Write the active features of some numbers into `active`, one a tiling.

    `scale`: tiles a unit; `counts`: tiles from `low` to `high`; `shifts`: by
    what part of a tile each tiling is shifted, (numbers, tilings).
    """
    for k in range(len(active)):
        active[k] = k
    for i in range(len(counts)):
        place = (min(max(values[i], low[i]), high[i]) - low[i]) * scale[i]
        for k in range(len(active)):
            active[k] = active[k] * (counts[i] + 1) + int(place + shifts[i][k])


class Tiled(NamedTuple):
    """A world of continuous numbers, seen through tiles.

    `now` and `limit` as in `dynamics.Binned`; `low` to `shifts` as in
    `find`. `seen`: the numbers as gymnasium shows them. `active`: (2,
    tilings), the active features of this state and of the one before, in
    turns; `turn[0]` says which of the two is this state's.
    """

    now: np.ndarray
    limit: int
    low: np.ndarray
    high: np.ndarray
    scale: np.ndarray
    counts: np.ndarray
    shifts: np.ndarray
    seen: np.ndarray
    active: np.ndarray
    turn: np.ndarray


def row_of_tiles(world: Tiled) -> np.ndarray:
    """Return the active features, (tilings,), of the world as gymnasium shows it, in 32 bits."""
    for i in range(len(world.seen)):
        world.seen[i] = float(np.float32(world.now[i]))
    world.turn[0] = 1 - world.turn[0]
    active = world.active[world.turn[0]]
    find(world.seen, world.low, world.high, world.scale, world.counts, world.shifts, active)
    return active


def value(weights: Any, active: Any, action: int) -> float:
    """Return the value of an action: the sum of its active weights."""
    total = 0.0
    for feature in active:
        total += weights[feature][action]
    return total


def values(weights: Any, active: Any, row: Any) -> None:
    """Write the value of every action into `row`."""
    for action in range(len(row)):
        row[action] = value(weights, active, action)


def update(weights: Any, visits: Any, active: Any, action: int, step: float) -> None:
    """Move the active weights of an action by `step` each, and count that."""
    for feature in active:
        weights[feature][action] += step
        visits[feature][action] += 1


def learn_episode(
    world: Any,
    state: Any,
    weights: Any,
    visits: Any,
    method: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    rng: np.random.Generator,
) -> tuple[float, int]:
    """Play one episode and learn from every step of it, the last one too.

    A step moves the value of its action by a part `alpha` of its error.
    Returns the undiscounted return and the length in steps.
    """
    row = [0.0] * len(weights[state[0]])
    total, steps, over, action = 0.0, 0, False, 0
    while not over:
        if method != SARSA or steps == 0:
            values(weights, state, row)
            action = choose(row, epsilon, rng)
        new, reward, terminated, truncated = step(world, action)
        over = terminated or truncated
        after, future = 0, 0.0  # nothing comes after the end of the game
        if not terminated:
            values(weights, new, row)
            if method == SARSA:
                after = choose(row, epsilon, rng)
                future = row[after]
            elif method == EXPECTED_SARSA:
                future = expectation(row, epsilon)
            else:
                future = largest(row)
        error = reward + gamma * future - value(weights, state, action)
        update(weights, visits, state, action, alpha * error / len(state))
        state, action, total, steps = new, after, total + reward, steps + 1
    return total, steps


def play(world: Any, world_rng: np.random.Generator, weights: Any) -> float:
    """Play an episode by the best actions; return its undiscounted return."""
    state, total, over = begin(world, world_rng), 0.0, False
    row = [0.0] * len(weights[state[0]])
    while not over:
        values(weights, state, row)
        state, reward, terminated, truncated = step(world, best_action(row))
        over = terminated or truncated
        total += reward
    return total
