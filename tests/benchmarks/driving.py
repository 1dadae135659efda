"""How measured: tables that drive the car and balance the pole, their film and their bins."""

import time
from collections.abc import Callable
from functools import cache, partial

import gymnasium
import numpy as np

from peterwolf import animation, plots, rollout, tabular
from peterwolf.worlds import mountain_car as hill

CHOOSING = 1000  # the first start that chooses a table; the starts 0 to 99 judge it


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that a piece of work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def car_run(
    count: int,
    episodes: int,
    alpha: tuple[float, float],
    gamma: float,
    seed: int,
    snapshots: int,
) -> tuple[tabular.Run, tabular.Bins]:
    """Learn MountainCar-v0 with count x count bins; return the run and the bins.

    Alpha falls over all episodes, epsilon from 0.2 to 0 over four fifths of them.
    """
    env = gymnasium.make("MountainCar-v0")
    bins = tabular.Bins.of(env.observation_space, (count, count))
    run = tabular.q_learning(
        env,
        episodes=episodes,
        alpha=tabular.linear_decay(*alpha, episodes),
        gamma=gamma,
        epsilon=tabular.linear_decay(0.2, 0.0, 4 * episodes // 5),
        rng=np.random.default_rng(seed),
        encode=bins,
        progress=False,
        snapshots=snapshots,
    )
    return run, bins


def car_tables(*settings) -> Callable[[int], float]:
    """Return a measure of ten trainings: the mean return of the snapshots chosen, one of 40 each.

    `settings` are the first four of `car_run`.
    """

    def chosen(seed: int) -> float:
        run, bins = car_run(*settings, seed, 40)
        judged = partial(tabular.evaluate, gymnasium.make("MountainCar-v0"), encode=bins)
        best = max(run.snapshots, key=lambda each: judged(each.q, seed=CHOOSING).mean())
        return judged(best.q).mean()

    return lambda seed: float(np.mean([chosen(10 * seed + k) for k in range(10)]))


@cache
def car_optimum() -> float:
    """Return the mean return of the exact optimum."""
    env = gymnasium.make("MountainCar-v0")
    return float(rollout.evaluate(env, hill.policy(hill.value_iteration())).mean())


def film_run(seed: int) -> tuple[tabular.Run, tabular.Bins]:
    """Learn 25,000 episodes, 250 snapshots on the way."""
    return car_run(20, 25_000, (0.3, 0.01), 1.0, seed, 251)


def film(learnt: tuple[tabular.Run, tabular.Bins], mime: str) -> bytes:
    """Return the animation of the three maps."""
    run, bins = learnt
    ends = {"low": bins.low, "high": bins.high}
    names = {"actions": ("left", "coast", "right"), "labels": ("position", "velocity (per step)")}
    frames = plots.action_frames(run.snapshots, **ends, **names)
    assert len(frames) == 250
    return animation.animate(frames, fps=15, alt="Three maps change", mime=mime).data


def film_seconds(mime: str) -> Callable[[int], float]:
    """Return a measure of the CPU seconds that the animation takes, learning not counted."""

    def measure(seed: int) -> float:
        learnt = film_run(seed)
        return cpu_seconds(lambda: film(learnt, mime))

    return measure


def film_size(mime: str) -> Callable[[int], float]:
    """Return a measure of the megabytes of the animation."""
    return lambda seed: len(film(film_run(seed), mime)) / 1e6


POLE_BINS = tabular.Bins((-2.4, -2.5, -0.21, -2.5), (2.4, 2.5, 0.21, 2.5), (6, 4, 6, 16))
PART, PARTS, ENOUGH = 50, 120, 495.0  # episodes at a go, how many goes, when a table will do


def pole_table(seed: int, engine: str = "auto", kept: bool = True) -> np.ndarray:
    """Learn CartPole-v1 in parts; return the best table of those after each part.

    The first table that averages `ENOUGH` on 50 starts ends it. Without `kept` the last one of
    all parts is returned.
    """
    env, rng = gymnasium.make("CartPole-v1"), np.random.default_rng(seed)
    how = {"alpha": 0.2, "gamma": 0.995, "epsilon": 0.1, "encode": POLE_BINS, "engine": engine}
    judged = {"encode": POLE_BINS, "episodes": 50, "seed": CHOOSING, "engine": engine}
    q, best, score = None, None, -1.0
    for _ in range(PARTS):
        q = tabular.q_learning(env, episodes=PART, **how, rng=rng, q=q, progress=False).q
        mean = tabular.evaluate(env, q, **judged).mean() if kept else 0.0
        if mean > score:
            score, best = mean, q
        if score >= ENOUGH:
            break
    return best if kept else q


def pole_solved(kept: bool) -> Callable[[int], float]:
    """Return a measure of a hundred trainings: how many reach 475 on a hundred other starts."""
    env = gymnasium.make("CartPole-v1")

    def solved(seed: int) -> bool:
        q = pole_table(seed, kept=kept)
        return bool(tabular.evaluate(env, q, encode=POLE_BINS).mean() >= 475)

    return lambda seed: sum(solved(100 * seed + k) for k in range(100))


def pole_seconds(engine: str, seeds: int) -> Callable[[int], float]:
    """Return a measure of the CPU seconds of a training and its choice, the most of some seeds."""
    return lambda seed: max(
        cpu_seconds(lambda k=k: pole_table(k, engine))
        for k in range(seeds * seed, seeds * seed + seeds)
    )


def bins_many(seed: int) -> float:
    """Return the CPU milliseconds that 100,000 observations take in one call."""
    places = np.random.default_rng(seed).normal(size=(100_000, 4))
    return 1000 * cpu_seconds(lambda: POLE_BINS.many(places))


def bins_one(seed: int) -> float:
    """Return the CPU microseconds that one observation of four numbers takes."""
    places = list(np.random.default_rng(seed).normal(size=(20_000, 4)).astype(np.float32))
    return 1e6 * cpu_seconds(lambda: [POLE_BINS(place) for place in places]) / len(places)


def digitized(seed: int) -> float:
    """Return the CPU microseconds that four calls of np.digitize take instead."""
    places = list(np.random.default_rng(seed).normal(size=(20_000, 4)).astype(np.float32))
    parts = zip(POLE_BINS.low, POLE_BINS.high, POLE_BINS.shape, strict=True)
    edges = [np.linspace(low, high, count + 1)[1:-1] for low, high, count in parts]

    def row(place: np.ndarray) -> tuple[int, ...]:
        return tuple(int(np.digitize(*pair)) for pair in zip(place, edges, strict=True))

    return 1e6 * cpu_seconds(lambda: [row(place) for place in places]) / len(places)
