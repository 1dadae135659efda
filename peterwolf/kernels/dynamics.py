"""Worlds that the learning loop of `loops` can be compiled with.

Plain functions of numbers and arrays, in the part of Python that numba knows.
Each kind of world has a `begin_...` and a `step_...` of its own.
"""

import math
from typing import Any, NamedTuple

import numpy as np


class Table(NamedTuple):
    """A finite world: what each action leads to in each state, as arrays or lists.

    `next_state`, `reward` and `terminated`: (states, actions). `row`: the row
    of the learner's table for each state. `starts`: states in which an
    episode may begin. `now`: the state and the steps so far. `limit`: steps
    before truncation.
    """

    next_state: Any
    reward: Any
    terminated: Any
    row: Any
    starts: Any
    now: Any
    limit: int

    def begin(self, rng: np.random.Generator) -> int:
        """Begin an episode; return the row of its first state."""
        return begin_table(self, rng)

    def step(self, action: int) -> tuple[int, float, bool, bool]:
        """Return the next row, the reward, terminated and truncated."""
        return step_table(self, action)


def begin_table(world: Table, rng: np.random.Generator) -> int:
    """Begin an episode; return the row of its first state."""
    state = world.starts[int(rng.integers(0, len(world.starts)))]
    world.now[0], world.now[1] = state, 0
    return world.row[state]


def step_table(world: Table, action: int) -> tuple[int, float, bool, bool]:
    """Return the next row, the reward, terminated and truncated."""
    state = world.now[0]
    after = world.next_state[state][action]
    world.now[0] = after
    world.now[1] += 1
    terminated = world.terminated[state][action]
    truncated = world.now[1] >= world.limit
    return world.row[after], world.reward[state][action], terminated, truncated


class Binned(NamedTuple):
    """A world of continuous numbers, seen through equal bins.

    `now`: its numbers, then the steps so far. `limit`: steps before
    truncation. `low`, `high`, `scale` (bins a unit) and `counts`: the bins.
    """

    now: np.ndarray
    limit: int
    low: np.ndarray
    high: np.ndarray
    scale: np.ndarray
    counts: np.ndarray


def row_of(world: Binned) -> int:
    """Return the row for the world as gymnasium shows it, in single precision."""
    row = 0
    for i in range(len(world.counts)):
        value = float(np.float32(world.now[i]))
        inside = min(max(value, world.low[i]), world.high[i])
        place = int(np.floor((inside - world.low[i]) * world.scale[i]))
        row = row * world.counts[i] + min(max(place, 0), world.counts[i] - 1)
    return row


class Edged(NamedTuple):
    """A world of continuous numbers, seen through bins between edges.

    `now`, `limit` and `counts` as in `Binned`. `edges`: (numbers, most), each
    row in rising order and filled up with infinity.
    """

    now: np.ndarray
    limit: int
    edges: np.ndarray
    counts: np.ndarray


def row_of_edges(world: Edged) -> int:
    """Return the row for the world as gymnasium shows it, in single precision."""
    row = 0
    for i in range(len(world.counts)):
        value = float(np.float32(world.now[i]))
        low, high = 0, world.counts[i] - 1
        while low < high:
            middle = (low + high) // 2
            if value < world.edges[i, middle]:
                high = middle
            else:
                low = middle + 1
        row = row * world.counts[i] + low
    return row


def begin_car(world: Any, rng: np.random.Generator) -> int:
    """Begin an episode of MountainCar-v0."""
    world.now[0], world.now[1], world.now[2] = rng.uniform(-0.6, -0.4), 0.0, 0.0
    return row_of(world)


def drive(position: float, velocity: float, action: int) -> tuple[float, float, bool]:
    """Return position, velocity and terminated one step on, in gymnasium's order of operations."""
    velocity += (action - 1) * 0.001 + math.cos(3 * position) * (-0.0025)
    velocity = min(max(velocity, -0.07), 0.07)
    position = min(max(position + velocity, -1.2), 0.6)
    if position == -1.2 and velocity < 0:
        velocity = 0.0
    return position, velocity, position >= 0.5 and velocity >= 0


def step_car(world: Any, action: int) -> tuple[int, float, bool, bool]:
    """Drive one step of MountainCar-v0."""
    steps = world.now[2] + 1
    position, velocity, terminated = drive(world.now[0], world.now[1], action)
    world.now[0], world.now[1], world.now[2] = position, velocity, steps
    return row_of(world), -1.0, terminated, steps >= world.limit


def begin_pole(world: Any, rng: np.random.Generator) -> int:
    """Begin an episode of CartPole-v1."""
    for i in range(4):
        world.now[i] = rng.uniform(-0.05, 0.05)
    world.now[4] = 0.0
    return row_of(world)


def step_pole(world: Any, action: int) -> tuple[int, float, bool, bool]:
    """Skate one step of CartPole-v1, in gymnasium's order of operations."""
    x, x_dot, theta, theta_dot, steps = world.now
    force = 10.0 if action == 1 else -10.0
    total_mass, mass_length = 0.1 + 1.0, 0.1 * 0.5
    cos, sin = math.cos(theta), math.sin(theta)
    temp = (force + mass_length * (theta_dot * theta_dot) * sin) / total_mass
    bend = 0.5 * (4.0 / 3.0 - 0.1 * (cos * cos) / total_mass)
    theta_acc = (9.8 * sin - cos * temp) / bend
    x_acc = temp - mass_length * theta_acc * cos / total_mass
    x, x_dot = x + 0.02 * x_dot, x_dot + 0.02 * x_acc
    theta, theta_dot = theta + 0.02 * theta_dot, theta_dot + 0.02 * theta_acc
    world.now[0], world.now[1], world.now[2], world.now[3] = x, x_dot, theta, theta_dot
    world.now[4] = steps + 1
    tilt = 12 * 2 * math.pi / 360
    terminated = x < -2.4 or x > 2.4 or theta < -tilt or theta > tilt
    return row_of(world), 1.0, terminated, steps + 1 >= world.limit
