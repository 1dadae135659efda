"""The oracle of MountainCar: held against gymnasium, against a search, and against tables."""

import math
from functools import cache

import gymnasium
import numpy as np
import pytest

from peterwolf import rollout
from peterwolf.kernels import dynamics as kernel_worlds
from peterwolf.worlds import mountain_car as hill

GRID = (300, 300)


@cache
def steps():
    found = hill.value_iteration(GRID)
    found.setflags(write=False)
    return found


def fewest(position: float, velocity: float, most: int) -> float:
    """The fewest steps to the flag, by trying every sequence of actions up to `most`."""
    places = {(position, velocity)}
    for taken in range(1, most + 1):
        after = [kernel_worlds.drive(*place, action) for place in places for action in range(3)]
        if any(over for *_, over in after):
            return taken
        places = {(x, y) for x, y, _ in after}
    return math.inf


@pytest.mark.parametrize("place", [(0.45, 0.05), (0.3, 0.05), (0.2, 0.06), (0.1, 0.07)])
def test_near_the_flag_the_steps_are_those_of_a_search(place):
    right = fewest(*place, 12)
    assert right < 12
    found = hill._run("costs", steps(), *place, hill.AHEAD)
    assert found.min() == pytest.approx(right, abs=0.6)


def test_the_drive_takes_as_many_steps_as_gymnasium_counts():
    env = gymnasium.make("MountainCar-v0")
    returns, starts = rollout.evaluate(env, hill.policy(steps()), episodes=20), []
    for seed in range(20):
        env.reset(seed=seed)
        starts.append(float(env.unwrapped.state[0]))
    ours = hill.drives(steps(), starts)
    assert np.abs(ours + returns).max() <= 1  # its observations are in single precision
    assert -97.9 < returns.mean() < -96


def test_a_finer_grid_drives_better_and_promises_what_it_keeps():
    starts = np.linspace(-0.6, -0.4, 101)
    taken = [hill.drives(hill.value_iteration((n, n)), starts).mean() for n in (50, 100, 300)]
    assert taken == sorted(taken, reverse=True) and taken[-1] < 98
    promised = [hill._run("between", steps(), float(start), 0.0) for start in starts]
    assert np.mean(promised) == pytest.approx(taken[-1], abs=1.5)


def test_no_action_value_is_better_than_the_best_drive_and_the_best_is_as_good():
    q = hill.action_values(steps(), (20, 10))
    assert q.shape == (20, 10, 3) and (q <= -1).all()
    rows = np.linspace(-1.2, 0.6, 41)[1::2], np.linspace(-0.07, 0.07, 21)[1::2]
    for i, j in ((0, 0), (10, 4), (18, 8)):
        place = float(rows[0][i]), float(rows[1][j])
        assert -q[i, j].max() == pytest.approx(hill._run("between", steps(), *place), abs=0.5)


def test_every_point_holds_what_one_more_step_says():
    again = steps().copy()
    assert hill._run("sweep", again) <= hill.TOLERANCE
    assert np.isfinite(again).all() and again.min() >= 1


def test_the_plain_functions_say_what_the_compiled_ones_say():
    small = hill.value_iteration((12, 9))
    again = small + 0.5
    changed = again.copy()
    assert hill.sweep(again) == pytest.approx(hill._run("sweep", changed))
    np.testing.assert_allclose(again, changed, atol=1e-12)
    for place in ((-0.5, 0.0), (0.49, 0.06), (-1.2, -0.07)):
        plain = hill.costs(small, *place, 3)
        np.testing.assert_allclose(plain, hill._run("costs", small, *place, 3), atol=1e-12)
    starts = np.array([-0.6, -0.5])
    plain = hill.lengths(steps(), starts, 2, 200)
    assert plain.tolist() == hill._run("lengths", steps(), starts, 2, 200).tolist()


@pytest.mark.parametrize("points", [(1, 50), (50, 0), (3000, 3000)])
def test_points_are_two_or_more_and_not_too_many(points):
    with pytest.raises(ValueError, match="^points"):
        hill.value_iteration(points)


@pytest.mark.parametrize("positions", [[-1.3], [0.7], [math.nan], -0.5])
def test_positions_lie_in_the_valley(positions):
    with pytest.raises(ValueError, match="^positions must be a row of numbers"):
        hill.drives(steps(), positions)


@pytest.mark.parametrize("grid", [np.zeros(5), np.zeros((1, 5)), np.full((3, 3), np.nan)])
def test_steps_are_a_grid(grid):
    for use in (hill.policy, lambda grid: hill.drives(grid, [-0.5])):
        with pytest.raises(ValueError, match="^steps must be"):
            use(grid)
