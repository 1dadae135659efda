"""Judge settings by how well the tables that they train drive the car up the hill."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from peterwolf import arguments, tabular
from peterwolf.checks.exercise import WrongError, ask, expect, short

# The rule: ten trainings return -150 or better on average; if less, but more than -170, thirty
# more are trained, and all forty must return -155. 200 honest runs, none failed: the worst ten that
# passed returned -149.9, the worst forty (20 runs needed them) -153.3. With gamma 0.9 or 0.95 and
# much epsilon none of 27 runs passed, the best returned -159.5; gamma 0.9 without epsilon passes
# 18 times of 20, so it is neither a right answer nor a wrong one.
PASS_LINE, DOUBT, HOPELESS = -150.0, -155.0, -170.0
TRAININGS, MORE, STARTS = 10, 30, 100
FIRST_START = 70_000  # the lesson's own starts have the seeds 0 to 99
MOST_CELLS = MOST_EPISODES = 10_000


class Settings(NamedTuple):
    """How a table for MountainCar-v0 is trained; epsilon falls in equal steps over all episodes."""

    counts: tuple[int, int]
    episodes: int
    alpha: float
    gamma: float
    epsilon_start: float
    epsilon_stop: float


def car_settings() -> dict[str, Any]:
    """Return settings that teach the car; a table of zeros explores without epsilon."""
    return {
        "counts": (20, 20),
        "episodes": 10_000,
        "alpha": 0.1,
        "gamma": 0.99,
        "epsilon_start": 0.0,
        "epsilon_stop": 0.0,
    }


@lru_cache(maxsize=16)  # check, require and use ask about the same settings
def mean_return(settings: Settings, seed: int, trainings: range) -> float:
    """Return the mean return of the greedy tables of some trainings, 100 starts each."""
    env = gymnasium.make("MountainCar-v0")
    bins = tabular.Bins.of(env.observation_space, settings.counts)
    ends = settings.epsilon_start, settings.epsilon_stop
    returns = []
    for k in trainings:
        run = tabular.q_learning(
            env,
            episodes=settings.episodes,
            alpha=settings.alpha,
            gamma=settings.gamma,
            epsilon=tabular.linear_decay(*ends, settings.episodes),
            rng=np.random.default_rng([seed, k]),
            encode=bins,
            progress=False,
        )
        first = FIRST_START + 1000 * seed
        judged = tabular.evaluate(env, run.q, encode=bins, episodes=STARTS, seed=first)
        returns.append(judged.mean())
    return float(np.mean(returns))


def judge_car_settings(answer: Callable, seed: int) -> None:
    """Hold settings to what they may be and to the tables that they train."""
    got = ask(answer, (), "no arguments")
    keys = ", ".join(Settings._fields)
    fits = isinstance(got, dict) and got.keys() == set(Settings._fields)
    expect(fits, f"a dict with the keys {keys} was expected, got {short(got)}")
    try:
        settings = _checked(**got)
    except (TypeError, ValueError) as error:
        raise WrongError(short(error, quoted=False)) from None
    mean, many = reached(settings, seed)
    short_of = f"{PASS_LINE:g} or better is needed"
    if many > TRAININGS:
        short_of = f"the first {TRAININGS} fell short of {PASS_LINE:g}, and all {many} of {DOUBT:g}"
    expect(
        mean >= (DOUBT if many > TRAININGS else PASS_LINE),
        f"trained {many} times with these settings, the greedy table returns {mean:.1f} "
        f"on average; {short_of}",
    )


def reached(settings: Settings, seed: int) -> tuple[float, int]:
    """Return the mean return, and of how many trainings: ten, or forty if ten leave a doubt."""
    mean = mean_return(settings, seed, range(TRAININGS))
    if not HOPELESS < mean < PASS_LINE:
        return mean, TRAININGS
    many = TRAININGS + MORE
    rest = mean_return(settings, seed, range(TRAININGS, many))
    return (TRAININGS * mean + MORE * rest) / many, many


def _checked(
    counts: Any, episodes: Any, alpha: Any, gamma: Any, epsilon_start: Any, epsilon_stop: Any
) -> Settings:
    """Return the settings; raises TypeError or ValueError, naming the one that is out of range."""
    if not isinstance(counts, (tuple, list)) or len(counts) != 2:
        raise TypeError(f"counts must be two integers, got {short(counts)}")
    across, up = (arguments.integer("counts", count, 1, MOST_CELLS) for count in counts)
    if across * up > MOST_CELLS:
        raise ValueError(f"counts must make at most {MOST_CELLS} cells, got {across} x {up}")
    return Settings(
        (across, up),
        arguments.integer("episodes", episodes, 1, MOST_EPISODES),
        arguments.real("alpha", alpha, 0, 1),
        arguments.real("gamma", gamma, 0, 1),
        arguments.real("epsilon_start", epsilon_start, 0, 1),
        arguments.real("epsilon_stop", epsilon_stop, 0, 1),
    )
