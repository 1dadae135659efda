"""The rows about tile coding on MountainCar, and how they are measured."""

import time
from collections.abc import Callable
from functools import cache

import gymnasium
import numpy as np
from promises import Row, under

from peterwolf import tabular, tiles

SEEN = tiles.Tiles([-1.2, -0.07], [0.6, 0.07], tilings=32, tiles=(24, 24))
EPISODES = 10_000  # chosen, like the rest, on starts 1000 to 1199
PUBLISHED_DQN = -103.4  # of Stable-Baselines3, plus or minus 7.5, after 120,000 steps
OF_TEN = "MountainCar with tiles, starts 0 to 99"


def learnt(seed: int, **given) -> tabular.Run:
    """Learn to drive with tiles."""
    settings = {"episodes": EPISODES, "alpha": tabular.linear_decay(0.8, 0.02, EPISODES)}
    settings |= {"gamma": 1.0, "epsilon": 0.0, "rng": np.random.default_rng(seed)}
    return tiles.learn(gymnasium.make("MountainCar-v0"), SEEN, **settings | given)


@cache
def judged(seed: int) -> tuple[float, float]:
    """Return the mean return over gymnasium's seeds 0 to 99, and the CPU seconds of training."""
    begin = time.process_time()
    run = learnt(seed)
    spent = time.process_time() - begin
    return tiles.evaluate(gymnasium.make("MountainCar-v0"), run.q, SEEN).mean(), spent


def of_ten(pick: Callable, part: int) -> Callable[[int], float]:
    """Return a measure of ten training seeds: what `pick` makes of a part of `judged`."""
    return lambda seed: float(pick([judged(10 * seed + k)[part] for k in range(10)]))


def python_time(seed: int) -> float:
    """Return the CPU seconds of a training in Python, from its first 20 episodes."""
    begin = time.process_time()
    few = learnt(seed, episodes=20, engine="python").lengths.sum()
    return (time.process_time() - begin) * learnt(seed).lengths.sum() / few


ROWS = (
    Row(
        "tiles-car",
        f"{OF_TEN}: mean of ten seeds",
        "return",
        of_ten(np.mean, 0),
        lambda seed: PUBLISHED_DQN,
        "Stable-Baselines3's published DQN",
        "-97.8 or better",
        lambda o, b: o >= -97.8,
        times=2,
    ),
    Row(
        "tiles-car-worst",
        f"{OF_TEN}: worst of ten seeds",
        "return",
        of_ten(min, 0),
        lambda seed: PUBLISHED_DQN,
        "Stable-Baselines3's published DQN",
        "-98.8 or better",
        lambda o, b: o >= -98.8,
        times=2,
    ),
    Row(
        "tiles-car-time",
        "MountainCar with tiles, 10,000 episodes, longest of ten seeds",
        "CPU s",
        of_ten(max, 1),
        python_time,
        "Python engine, from a part of the work",
        "under 1 s",
        under(1),
        times=2,
    ),
)
