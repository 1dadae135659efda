"""Learning and playing, written once: Python runs these lines, and `numba_engine` compiles them.

Plain functions of numbers, lists or arrays, in the part of Python that numba
knows. `q[state]` is a row with one value an action, of an array or of a dict
of lists. Python asks a `world` itself to begin and to step; where `numba_engine`
compiles the loop for one kind of world, `begin` and `step` are that kind's
own functions in `dynamics`.
"""

from typing import Any

import numpy as np

Q_LEARNING, SARSA, EXPECTED_SARSA = 0, 1, 2
METHODS = ("q_learning", "sarsa", "expected_sarsa")


def largest(row: Any) -> float:
    """Return the largest value of a row."""
    best = row[0]
    for value in row:
        if value > best:
            best = value
    return best


def choose(row: Any, epsilon: float, rng: np.random.Generator) -> int:
    """Return a random action with probability `epsilon`, else a best one (ties at random)."""
    if rng.random() < epsilon:
        return int(rng.random() * len(row))
    best, first, tied = row[0], 0, 1
    for action in range(1, len(row)):
        if row[action] > best:
            best, first, tied = row[action], action, 1
        elif row[action] == best:
            tied += 1
    if tied == 1:
        return first
    skip = int(rng.random() * tied)
    for action in range(first, len(row)):
        if row[action] == best:
            if skip == 0:
                return action
            skip -= 1
    return first


def best_action(row: Any) -> int:
    """Return the action with the largest value of a row, the lowest among ties."""
    first = 0
    for action in range(1, len(row)):
        if row[action] > row[first]:
            first = action
    return first


def expectation(row: Any, epsilon: float) -> float:
    """Return the mean value of the action that `choose` takes."""
    total = 0.0
    for value in row:
        total += value
    return (1 - epsilon) * largest(row) + epsilon * total / len(row)


def begin(world: Any, rng: np.random.Generator) -> Any:
    """Begin an episode of `world`; return its first state."""
    return world.begin(rng)


def step(world: Any, action: int) -> tuple[Any, float, bool, bool]:
    """Take an action; return the next state, the reward, terminated and truncated."""
    return world.step(action)


def learn_episode(
    world: Any,
    state: Any,
    q: Any,
    visits: Any,
    method: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    rng: np.random.Generator,
) -> tuple[float, int]:
    """Play one episode and learn from every step of it, the last one too.

    Returns its undiscounted return and its length in steps. Sutton and Barto,
    Reinforcement Learning, 2nd edition, sections 6.4 to 6.6.
    """
    total, steps, over, action = 0.0, 0, False, 0
    while not over:
        if method != SARSA or steps == 0:
            action = choose(q[state], epsilon, rng)
        new, reward, terminated, truncated = step(world, action)
        over = terminated or truncated
        after, future = 0, 0.0  # nothing comes after the end of the game
        if not terminated:
            if method == SARSA:
                after = choose(q[new], epsilon, rng)
                future = q[new][after]
            elif method == EXPECTED_SARSA:
                future = expectation(q[new], epsilon)
            else:
                future = largest(q[new])
        target = reward + gamma * future
        q[state][action] += alpha * (target - q[state][action])
        visits[state][action] += 1
        state, action, total, steps = new, after, total + reward, steps + 1
    return total, steps


def learn(
    world: Any,
    world_rng: np.random.Generator,
    q: Any,
    visits: Any,
    method: int,
    alphas: np.ndarray,
    gamma: float,
    epsilons: np.ndarray,
    rng: np.random.Generator,
    returns: np.ndarray,
    lengths: np.ndarray,
    done: np.ndarray,
) -> None:
    """Learn one episode for each entry of `alphas`; `done[0]` counts those that are over.

    `returns` and `lengths`, of the shape of `alphas` (episodes,), and `done`,
    (1,), are written as it goes, so that they are true whenever it is stopped.
    """
    for k in range(len(alphas)):
        state = begin(world, world_rng)
        total, steps = learn_episode(
            world, state, q, visits, method, alphas[k], gamma, epsilons[k], rng
        )
        returns[k], lengths[k] = total, steps
        done[0] = k + 1


def play(world: Any, world_rng: np.random.Generator, q: Any) -> float:
    """Play an episode by the best actions of `q`; return its undiscounted return."""
    state, total, over = begin(world, world_rng), 0.0, False
    while not over:
        state, reward, terminated, truncated = step(world, best_action(q[state]))
        over = terminated or truncated
        total += reward
    return total
