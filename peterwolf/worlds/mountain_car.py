"""The oracle of MountainCar-v0: how long the best drive takes, by value iteration.

Position and velocity are real numbers, so values are known on a grid of
points and blended from the four nearest ones in between. Sutton and Barto,
Reinforcement Learning, 2nd edition, section 4.4; Munos and Moore, Variable
Resolution Discretization in Optimal Control, 2002.
"""

import math
import sys
from functools import cache, partial
from typing import Any

import numpy as np

from peterwolf import arguments
from peterwolf.kernels import dynamics, jit
from peterwolf.kernels.dynamics import drive
from peterwolf.rollout import Policy

LOW, HIGH = (-1.2, -0.07), (0.6, 0.07)  # position and velocity
AHEAD = 4  # steps that a driver thinks through before asking the grid
MOST_STEPS = 1000  # of a drive
MOST_POINTS = 4_000_000  # some twenty seconds
TOLERANCE = 0.01  # steps: the largest change of a value in the last sweep


def between(values: np.ndarray, position: float, velocity: float) -> float:
    """Return the value between the four points of the grid, `values` (n, m), around a place."""
    x = (position + 1.2) / 1.8 * (values.shape[0] - 1)
    y = (velocity + 0.07) / 0.14 * (values.shape[1] - 1)
    i = min(max(int(x), 0), values.shape[0] - 2)
    j = min(max(int(y), 0), values.shape[1] - 2)
    s, t = x - i, y - j
    left = (1 - t) * values[i, j] + t * values[i, j + 1]
    right = (1 - t) * values[i + 1, j] + t * values[i + 1, j + 1]
    return (1 - s) * left + s * right


def sweep(steps: np.ndarray) -> float:
    """Improve every point of the grid (n, m) once, in place; return the largest change.

    Whatever rolls to the right is seen from right to left, and the other half
    from left to right, so that news of the flag travels a whole swing at once.
    """
    n, m = steps.shape
    largest = 0.0
    for k in range(n * m):
        i, j = k // m, m - 1 - k % m
        velocity = -0.07 + 0.14 * j / (m - 1)
        i = n - 1 - i if velocity >= 0 else i
        least = np.inf
        for action in range(3):
            x, y, over = drive(-1.2 + 1.8 * i / (n - 1), velocity, action)
            least = min(least, 1.0 if over else 1.0 + between(steps, x, y))
        largest = max(largest, abs(steps[i, j] - least))
        steps[i, j] = least
    return largest


def costs(steps: np.ndarray, position: float, velocity: float, ahead: int) -> np.ndarray:
    """Return the steps to the flag after each action, (3,), thinking `ahead` steps.

    `steps`: the grid (n, m).
    """
    found = np.full(3, np.inf)
    for plan in range(3**ahead):
        x, y, cost, over, rest = position, velocity, 0.0, False, plan
        while not over and cost < ahead:
            x, y, over = drive(x, y, rest % 3)
            rest, cost = rest // 3, cost + 1.0
        if not over:
            cost += between(steps, x, y)
        found[plan % 3] = min(found[plan % 3], cost)
    return found


def lengths(steps: np.ndarray, positions: np.ndarray, ahead: int, most: int) -> np.ndarray:
    """Return how many steps the best drive takes from rest at each position, at most `most`.

    `steps`: the grid (n, m); `positions` and what is returned: (count,).
    """
    taken = np.zeros(len(positions), np.int64)
    for k in range(len(positions)):
        x, y, over = positions[k], 0.0, False
        while not over and taken[k] < most:
            x, y, over = drive(x, y, int(np.argmin(costs(steps, x, y, ahead))))
            taken[k] += 1
    return taken


def value_iteration(points: tuple[int, int] = (1000, 1000)) -> np.ndarray:
    """Return how many steps the best drive takes to the flag, float `points`.

    Entry (i, j) belongs to position -1.2 + 1.8 i / (n - 1) and velocity
    -0.07 + 0.14 j / (m - 1). No discount. Sweeps until no value changes by
    more than a hundredth of a step. Raises TypeError or ValueError for
    points that are no two counts of 2 or more, 4 million together at most.
    """
    n, m = (arguments.integer("points", count, 2, MOST_POINTS // 2) for count in points)
    arguments.integer("points (n * m)", n * m, 4, MOST_POINTS)
    steps, change = np.zeros((n, m)), np.inf
    while change > TOLERANCE:
        change = _run("sweep", steps)
    return steps


def action_values(steps: np.ndarray, counts: tuple[int, int]) -> np.ndarray:
    """Return minus the steps to the flag after each action, float (*counts, 3).

    They belong to the middles of `counts` equal cells, as a learner's table
    has them; `steps` is what `value_iteration` returned.
    """
    _checked(steps)
    rows = (
        low + (np.arange(count) + 0.5) * (high - low) / count
        for low, high, count in zip(LOW, HIGH, counts, strict=True)
    )
    places = np.stack(np.meshgrid(*rows, indexing="ij"), axis=-1)
    found = [_run("costs", steps, *place, AHEAD) for place in places.reshape(-1, 2).tolist()]
    return -np.reshape(found, (*counts, 3))


def drives(steps: np.ndarray, positions: Any) -> np.ndarray:
    """Return how many steps the best drive takes from rest at each position, int (n,).

    It thinks four steps ahead and asks `steps` for the rest. Raises ValueError
    for positions outside the valley.
    """
    starts = np.asarray(positions, dtype=float)
    if starts.ndim != 1 or not ((starts >= LOW[0]) & (starts <= HIGH[0])).all():
        raise ValueError(f"positions must be a row of numbers from -1.2 to 0.6, got {positions!r}")
    return _run("lengths", _checked(steps), starts, AHEAD, MOST_STEPS)


def policy(steps: np.ndarray) -> Policy:
    """Return the policy of the best drive, for `rollout.play_episode` and `evaluate`.

    `steps` is what `value_iteration` returned, (n, m); raises TypeError or ValueError for
    anything else.
    """
    _checked(steps)

    def best(observation: Any) -> int:
        position, velocity = (float(number) for number in observation)
        return int(np.argmin(_run("costs", steps, position, velocity, AHEAD)))

    return best


def _checked(steps: np.ndarray) -> np.ndarray:
    arguments.table("steps", steps, np.shape(steps))
    if steps.ndim != 2 or min(steps.shape) < 2:
        raise ValueError(f"steps must be a grid, as value_iteration makes one, got {steps.shape}")
    return np.ascontiguousarray(steps, dtype=float)


@cache
def _compiled(name: str, on_disk: bool = True) -> Any:
    """Return one of the functions above that are plain enough, compiled."""
    here = sys.modules[__name__]
    names = {each: getattr(here, each) for each in ("between", "costs", "drive", "np")}
    names["math"] = math  # for drive
    return jit.whole(getattr(here, name), names, f"mountain_car-{name}", (here, dynamics), on_disk)


def _run(name: str, *given: Any) -> Any:
    return jit.call(partial(_compiled, name), *given)
