"""The rows of the table: what is promised, and how and beside what it is measured."""

from collections.abc import Callable
from dataclasses import dataclass

from measures import (
    CLASSIC,
    first_call,
    growth,
    hunt,
    hunt_boards,
    hunt_wins,
    hunt_wins_by_place,
    knob_moves,
    ours_rate,
    ours_time,
    pictures,
    plain_move,
    plain_rate,
    plain_time,
    random_wins,
    seconds,
    uncached,
    warm_folder,
)
from plain_loops import BOARD


@dataclass(frozen=True)
class Row:
    """One promise.

    `ours` and `baseline` take a seed and return a figure in `unit`; `target`
    says in words what `holds(ours, baseline)`, given the medians, asks for.
    """

    name: str
    what: str
    unit: str
    ours: Callable[[int], float]
    baseline: Callable[[int], float] | None
    beside: str
    target: str
    holds: Callable[[float, float], bool]
    times: int = 5


def times(least: float) -> Callable[[float, float], bool]:
    """Return whether ours is so many times the baseline."""
    return lambda ours, baseline: ours >= least * baseline


def under(most: float) -> Callable[[float, float], bool]:
    """Return whether ours is below a figure."""
    return lambda ours, baseline: ours < most


CAR_ENV, POLE_ENV = "MountainCar-v0", "CartPole-v1"
PLAIN, PART = "plain loop", "plain loop, from a part of the work"
RATE, AT_LEAST = "steps per CPU s", "at least {} times the plain loop"
ROWS = (
    Row(
        "forage",
        "Peter's board, compiled",
        RATE,
        ours_rate(BOARD, 20_000, "compiled"),
        plain_rate(BOARD, 1500),
        PLAIN,
        AT_LEAST.format("100 (aim 200)"),
        times(100),
    ),
    Row(
        "car",
        "MountainCar, compiled",
        RATE,
        ours_rate(CAR_ENV, 2000, "compiled"),
        plain_rate(CAR_ENV, 100),
        PLAIN,
        AT_LEAST.format(100),
        times(100),
    ),
    Row(
        "pole",
        "CartPole, compiled",
        RATE,
        ours_rate(POLE_ENV, 5000, "compiled"),
        plain_rate(POLE_ENV, 300),
        PLAIN,
        AT_LEAST.format(100),
        times(100),
    ),
    Row(
        "forage-python",
        "Peter's board, Python engine",
        RATE,
        ours_rate(BOARD, 3000, "python"),
        plain_rate(BOARD, 1500),
        PLAIN,
        AT_LEAST.format(2),
        times(2),
    ),
    Row(
        "forage-10000",
        "Peter's board, 10,000 episodes",
        "s",
        ours_time(BOARD, 10_000),
        plain_time(BOARD, 10_000, 10),
        PART,
        "under 0.025 s",
        under(0.025),
    ),
    Row(
        "car-10000",
        "MountainCar, 10,000 episodes",
        "s",
        ours_time(CAR_ENV, 10_000),
        plain_time(CAR_ENV, 10_000, 100),
        PART,
        "under 2 s",
        under(2),
    ),
    Row(
        "car-25000",
        "MountainCar, 25,000 episodes",
        "s",
        ours_time(CAR_ENV, 25_000),
        plain_time(CAR_ENV, 25_000, 250),
        PART,
        "under 2 s",
        under(2),
        times=3,
    ),
    Row(
        "pole-100000",
        "CartPole, 100,000 episodes",
        "s",
        ours_time(POLE_ENV, 100_000),
        plain_time(POLE_ENV, 100_000, 500),
        PART,
        "under 10 s",
        under(10),
        times=1,
    ),
    Row(
        "first-cached",
        "first compiled call, kernel on disk",
        "s",
        lambda seed: first_call(warm_folder()),
        uncached,
        "kernel not on disk",
        "under 0.1 s",
        under(0.1),
        times=3,
    ),
    Row(
        "first-uncached",
        "first compiled call, kernel not on disk",
        "s",
        uncached,
        None,
        "",
        "under 4 s",
        under(4),
        times=3,
    ),
    Row(
        "knobs",
        "95th of 100 moves of a knob, 2,000 episodes each",
        "ms",
        knob_moves,
        plain_move,
        "plain loop's training alone",
        "under 100 ms",
        under(100),
    ),
    Row(
        "hunt-wins",
        "hunt, starts won of 45 after 10,000 episodes, fewest of ten seeds",
        "starts",
        hunt_wins,
        random_wins,
        "random walker",
        "all 45",
        lambda o, b: o == 45,
        times=1,
    ),
    Row(
        "hunt-place",
        "(x, y) alone, 50,000 episodes: most of ten seeds",
        "starts",
        hunt_wins_by_place,
        random_wins,
        "random walker",
        "at most 2",
        lambda o, b: o <= 2,
        times=1,
    ),
    Row(
        "hunt-compiled",
        "hunt, that training, compiled",
        "s",
        lambda seed: seconds(lambda: hunt(CLASSIC, seed)),
        lambda seed: seconds(lambda: hunt(CLASSIC, seed, "python")),
        "Python engine",
        "under 0.5 s",
        under(0.5),
        times=3,
    ),
    Row(
        "hunt-python",
        "hunt, that training, Python engine",
        "s",
        lambda seed: seconds(lambda: hunt(CLASSIC, seed, "python")),
        None,
        "",
        "under 5 s",
        under(5),
        times=3,
    ),
    Row(
        "hunt-boards",
        "hunt, 50 random boards: won, of what the oracle wins",
        "%",
        hunt_boards,
        None,
        "",
        "at least 99 %",
        lambda o, b: o >= 99,
        times=1,
    ),
    Row(
        "snapshots",
        "memory kept by 100,000 episodes with 60 snapshots",
        "MB",
        growth(60),
        growth(0),
        "without snapshots",
        "under 20 MB",
        under(20),
        times=3,
    ),
    Row(
        "pictures",
        "pictures of the board with arrows",
        "pictures per CPU s",
        pictures(True),
        pictures(False),
        "without arrows",
        "at least 300",
        lambda o, b: o >= 300,
    ),
)
