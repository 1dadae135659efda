"""The exercises of lesson 12; the interval is judged by what it holds in a hundred experiments."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np

from peterwolf.checks.exercise import EXACT, Exercise, ask, expect, short
from peterwolf.dqn.net import Network
from peterwolf.stats import bootstrap_interval
from peterwolf.tabular import td_target

WORKED = np.array([500.0, 480.0, 500.0, 140.0, 490.0])  # the scores of the lesson's example
MEAN, SEEDS, EXPERIMENTS = 300.0, 10, 100


def double_targets(
    rewards: np.ndarray,
    q_online: np.ndarray,
    q_target: np.ndarray,
    terminated: np.ndarray,
    gamma: float,
) -> np.ndarray:
    """Return the targets (n,): one network chooses the next action, the other says its value.

    `q_online` and `q_target`: the values of the next states, (n, actions);
    among equal ones of `q_online` the lowest action is chosen.
    """
    chosen = q_online.argmax(axis=1)[:, np.newaxis]
    return td_target(rewards, gamma, np.take_along_axis(q_target, chosen, axis=1), terminated)


def _judge_double_targets(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([120, seed])
    cases: list[tuple] = [([1.0], [[5.0, 7.0]], [[6.0, 4.0]], [False], 0.5)]  # the worked example
    cases += [([1.0], [[5.0, 7.0]], [[6.0, 4.0]], [True], 0.5)]
    cases += [([-1.0, -1.0], [[3.0, 3.0], [2.0, 1.0]], [[1.0, 9.0], [8.0, 0.0]], [False] * 2, 1.0)]
    for rows, actions in ((1, 3), (4, 2), (3, 3), (7, 4), (64, 2)):
        q_online, q_target = rng.normal(size=(2, rows, actions)).round(2)
        ends = rng.random(rows) < 0.4
        cases.append((rng.normal(size=rows).round(2), q_online, q_target, ends, 0.9))
    names = "rewards", "q_online", "q_target", "terminated", "gamma"
    for case in cases:
        given = [*map(np.array, case[:4]), case[4]]
        _expect_array(answer, dict(zip(names, given, strict=True)), double_targets(*given))


def dueling(value: np.ndarray, advantage: np.ndarray) -> np.ndarray:
    """Return action values (n, actions): the state's value, (n,), plus what an action has over
    the mean action; `advantage` is (n, actions).
    """
    q = np.empty_like(advantage, dtype=float)
    for row, (v, a) in enumerate(zip(value, advantage, strict=True)):
        q[row] = _dueling_head(len(a))(np.append(v, a)[np.newaxis])
    return q


@cache
def _dueling_head(actions: int) -> Network:
    """Return the package's network that hands value and advantages straight to its last part."""
    straight = np.append(np.eye(1 + actions).ravel(), np.zeros(1 + actions))
    return Network((1 + actions, actions), straight, dueling=True)


def _judge_dueling(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([121, seed])
    cases: list[tuple] = [([10.0], [[1.0, 3.0]]), ([10.0, 20.0], [[1.0, 3.0], [0.0, 0.0]])]
    for rows, actions in ((1, 2), (4, 3), (3, 3), (2, 2), (30, 4)):
        drawn = rng.normal(size=(rows, 1 + actions)).round(2)
        cases.append((drawn[:, 0], drawn[:, 1:]))
    for value, advantage in cases:
        given = {"value": np.array(value), "advantage": np.array(advantage)}
        _expect_array(answer, given, dueling(np.array(value), np.array(advantage)))


def _expect_array(answer: Callable, given: dict[str, Any], right: np.ndarray) -> None:
    """Hold `answer(**given)` to an array, to 1e-9, and what is given to staying as it was."""
    plain = {
        name: getattr(each, "tolist", lambda each=each: each)() for name, each in given.items()
    }
    case = "for " + ", ".join(f"{name}={short(each)}" for name, each in plain.items())
    got = ask(answer, tuple(given.values()), case[4:])
    for name, before in plain.items():
        expect(np.array_equal(given[name], before), f"{name} must stay as it was")
    fits = isinstance(got, np.ndarray) and got.dtype.kind in "iuf" and got.shape == right.shape
    expect(fits, f"{case} an array of shape {right.shape} was expected, got {short(got)}")
    wanted, told = short(right.round(6).tolist()), short(got.astype(float).round(6).tolist())
    same = np.allclose(got, right, rtol=EXACT, atol=EXACT)
    expect(same, f"{case} the answer is {wanted}, got {told}")


@lru_cache(maxsize=2)
def _experiments(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores (experiments, seeds) around a known mean, and the ends of honest intervals.

    The ends are from 5,000 resamples, at the level 0.9.
    """
    rng = np.random.default_rng([122, seed])
    scores = rng.normal(MEAN, 60, (EXPERIMENTS, SEEDS)).round(1)
    ends = []
    for row in scores:
        means = row[rng.integers(SEEDS, size=(5000, SEEDS))].mean(axis=1)
        ends.append(np.quantile(means, [0.05, 0.95]))
    return scores, np.array(ends)


def _interval(answer: Callable, scores: np.ndarray, seeds: tuple, level: float) -> np.ndarray:
    """Return the two ends that an answer tells, of any kind of pair."""
    case = f"scores={short(scores.tolist())}, level={level}"
    kept = scores.copy()
    got = ask(answer, (scores, np.random.default_rng(seeds), level), case)
    pair = isinstance(got, (tuple, list, np.ndarray)) and len(got) == 2
    pair = pair and all(np.isscalar(end) and np.isrealobj(end) for end in got)
    expect(pair, f"for {case} a pair (low, high) was expected, got {short(got)}")
    expect(np.array_equal(scores, kept), "scores must stay as they were")
    low, high = map(float, got)
    expect(low <= high, f"for {case} low must not lie above high, got {short((low, high))}")
    return np.array([low, high])


def distances(answer: Callable, seed: int) -> tuple[float, ...]:
    """Return how an answer's intervals differ from honest ones.

    How many of its intervals, and of the honest ones, hold the true mean; how
    far low and high are off on average, in widths of the honest interval; its
    width at the level 0.5, of that at the level 0.9.
    """
    scores, honest = _experiments(seed)
    ends = np.array([_interval(answer, row.copy(), (k, seed), 0.9) for k, row in enumerate(scores)])
    held, right = (
        float(np.sum((low <= MEAN) & (high >= MEAN))) for low, high in (ends.T, honest.T)
    )
    off = ((ends - honest) / np.diff(honest)).mean(axis=0)
    halves = [_interval(answer, row.copy(), (k, seed), 0.5) for k, row in enumerate(scores[:20])]
    return held, right, *off, float(np.diff(halves).mean() / np.diff(ends[:20]).mean())


def _judge_bootstrap_interval(answer: Callable, seed: int) -> None:
    """What an interval must hold, and what 200 honest runs came to, of which none failed.

    Coverage: of 100 experiments as many intervals hold the mean as the
    reference's, with 5,000 resamples, do (76 to 93 by the seed); the line is 5
    more or less, the worst run 4. Ends, in widths of the interval, averaged
    over the experiments: the line is 0.02, the worst run off by 0.009. Width at
    the level 0.5, of that at 0.9: the line is 0.37 to 0.46, the runs from 0.404
    to 0.426. So 600 resamples are enough, and 50 are not.
    """
    first = _interval(answer, WORKED.copy(), (0, seed), 0.9)
    scores, _ = _experiments(seed)
    one, again = (_interval(answer, scores[0].copy(), (0, seed), 0.9) for _ in range(2))
    expect(
        np.array_equal(one, again),
        "two generators with one seed gave two intervals: draw from rng and from nothing else",
    )
    expect(
        WORKED.min() <= first[0] and first[1] <= WORKED.max(),
        f"no mean of resamples of {WORKED.tolist()} is below 140 or above 500, "
        f"got {short(tuple(first.round(1).tolist()))}",
    )
    expect(
        _interval(answer, np.full(4, 7.0), (1, seed), 0.9).tolist() == [7, 7],
        "four scores of 7 leave no doubt: the interval is (7.0, 7.0)",
    )
    held, right, *off, share = distances(answer, seed)
    expect(
        abs(held - right) <= 5,
        f"of {EXPERIMENTS} intervals of the level 0.9, from {SEEDS} scores each, about {right:g} "
        f"hold the true mean, got {held:g}",
    )
    for name, apart in zip(("low", "high"), off, strict=True):
        expect(
            abs(apart) <= 0.02,
            f"with the level 0.9, {name} is off by {apart:+.0%} of the interval's width on average",
        )
    expect(
        0.37 <= share <= 0.46,
        f"the level 0.5 has about 0.41 of the width of the level 0.9, got {share:.2f}",
    )


EXERCISES = (
    Exercise(
        "12_double_targets",
        2,
        double_targets,
        _judge_double_targets,
        "argmax over q_online says which column, and q_target[row, column] says its value; where "
        "terminated, nothing follows.",
        section=2,
    ),
    Exercise(
        "12_dueling",
        1,
        dueling,
        _judge_dueling,
        "subtract from each row of advantage its own mean, then add the row's value: "
        "value[:, None] is a column.",
        section=3,
    ),
    Exercise(
        "12_bootstrap_interval",
        2,
        bootstrap_interval,
        _judge_bootstrap_interval,
        "rng.choice(scores, (2000, len(scores))) draws 2,000 resamples, one a row; a mean for each "
        "row, then two quantiles with half of what is left out on either side.",
        section=4,
    ),
)
