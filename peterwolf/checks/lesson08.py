"""The exercises of lesson 08."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from peterwolf import stats
from peterwolf.checks.exercise import EXACT, Exercise, WrongError, ask, expect, short


def q_values(table: dict, state: tuple[int, ...], actions: tuple[int, ...]) -> np.ndarray:
    """Return the values of a state's `actions`, in their order, 0 where the table has none.

    `table` has a value for each pair (state, action) that was ever updated;
    it stays as it is. The result is (len(actions),).
    """
    return np.array([table.get((state, action), 0.0) for action in actions])


def _judge_q_values(answer: Callable, seed: int) -> None:
    known: dict[tuple, float] = {((0, 1, -3, 2), 0): 4.5, ((0, 1, -3, 2), 1): 5.25}
    known |= {((0, 0, 0, 0), 1): 1.5, ((1, 1), 0): 0.0, ((1, 1), 1): 2.0}
    known |= {((2, 0, 1, 0), 0): -3.0, ((2, 0, 1, 0), 2): -1.0}
    states = ((0, 1, -3, 2), (0, 0, 0, 0), (9, 9, 9, 9), (2, 0, 1, 0), (1, 1))
    cases: list[tuple] = [(known, state, (0, 1)) for state in states]
    cases += [(known, states[0], (1, 0)), (known, states[3], (0, 1, 2)), (known, states[3], (2,))]
    cases += [({}, (0, 0), (0, 1)), ({}, (3,), (0, 1, 2, 3))]
    rng = np.random.default_rng([85, seed])
    for _ in range(5):
        states = [tuple(state) for state in rng.integers(-3, 4, (4, 4)).tolist()]
        drawn = {(state, k): round(rng.normal(), 2) for state in states for k in range(3)}
        table = {pair: value for pair, value in drawn.items() if value < 0.5}
        cases.append((table, states[0], tuple(rng.permutation(3).tolist())))
    for table, state, actions in cases:
        right, before = q_values(table, state, actions), dict(table)
        stored = {key: value for key, value in table.items() if key[0] == state}
        case = f"state={state}, actions={actions} and a table that has {stored or 'nothing'} of it,"
        got = ask(answer, (table, state, actions), case)
        expect(table == before, f"for {case} the table must stay as it was")
        _expect_numbers(got, right, case)


def make_bins(observations: np.ndarray, count: int) -> np.ndarray:
    """Return the inner edges of `count` bins that hold equally many of the observations.

    `observations` has one number an observation, (n,). There are count - 1
    edges in rising order, fewer where values repeat so often that edges would
    be equal. A value on an edge belongs to the bin above it.
    """
    return np.unique(np.quantile(observations, np.arange(1, count) / count))


def _samples(seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (what they are, observations) without repeated values, in no order."""
    rng = np.random.default_rng([81, seed])
    yield "the numbers 1 to 12", np.arange(1.0, 13)
    yield "the numbers 1 to 12, from the last to the first", np.arange(12.0, 0, -1)
    yield "100 numbers, more of them near 0", rng.permutation(np.linspace(-1, 1, 100) ** 3)
    yield "240 numbers, all negative", -np.exp(rng.normal(size=240))
    yield "1000 angles", rng.normal(scale=0.1, size=1000)
    yield "999 velocities", rng.normal(scale=0.6, size=999)


def _judge_make_bins(answer: Callable, seed: int) -> None:
    for name, observations in _samples(seed):
        for count in (2, 3, 4, 6, 1):
            case = f"{name}, count={count}"
            edges = _asked_edges(answer, observations, count, case)
            expect(
                len(edges) == count - 1,
                f"for {case} the number of edges is {count - 1}, got {len(edges)}",
            )
            held = np.bincount(np.searchsorted(edges, observations, "right"), minlength=count)
            share = len(observations) / count
            # whichever way a quantile falls between two values
            expect(
                bool((np.abs(held - share) <= 2).all()),
                f"for {case} each bin holds about {share:.0f}, got {short(held.tolist())}",
            )
    repeated = np.concatenate([np.zeros(120), np.arange(1.0, 81)])
    case = "120 zeros and the numbers 1 to 80, count=4"
    edges = _asked_edges(answer, np.random.default_rng([82, seed]).permutation(repeated), 4, case)
    top = int((repeated >= edges[-1]).sum()) if len(edges) else len(repeated)
    expect(abs(top - 50) <= 2, f"for {case} the last bin holds about 50, got {top}")


def _asked_edges(answer: Callable, observations: np.ndarray, count: int, case: str) -> np.ndarray:
    """Return an answer's edges, held to be numbers that rise."""
    given = observations.copy()
    got = ask(answer, (given, count), case)
    expect(np.array_equal(given, observations), "observations must stay as they were")
    edges = _numbers(got)
    if edges is None:
        raise WrongError(f"for {case} a row of numbers was expected, got {short(got)}")
    rising = bool((np.diff(edges) > 0).all())
    expect(rising, f"for {case} each edge must be larger than the one before, got {short(got)}")
    return edges


def running_average(values: np.ndarray, window: int) -> np.ndarray:
    """Return the means of all full windows, (len(values) - window + 1,)."""
    return stats.running_mean(values, window)


def _judge_running_average(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([83, seed])
    steps = np.array([10.0, 20, 60, 50, 20])
    cases = [(steps, window) for window in (3, 2, 1, 5, 4)] + [(steps[:1], 1)]
    for many, window in ((100, 10), (250, 100), (40, 39)):
        cases.append((rng.integers(9, 500, size=many).astype(float), window))
    cases.append((-rng.random(30).round(2), 7))
    for values, window in cases:
        case = f"values={short(values.tolist())}, window={window}"
        given = values.copy()
        got = ask(answer, (given, window), case)
        expect(np.array_equal(given, values), "values must stay as they were")
        _expect_numbers(got, running_average(values, window), case)


def keep_best(pairs: Iterable[tuple[float, np.ndarray]]) -> np.ndarray | None:
    """Return a copy of the table with the largest score, the first of them among ties.

    `pairs` yields (score, table) and is walked through once; None where it is
    empty. The table may be the same array each time, changed in between.
    """
    best, largest = None, -np.inf
    for score, table in pairs:
        if best is None or score > largest:
            best, largest = table.copy(), score
    return best


def _judge_keep_best(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([84, seed])
    lists = [[20.0, 480.0, 310.0], [7.0], [9.0, 9.5, 10.0], [400.0, 300.0, 20.0]]
    lists += [[-180.0, -150.0, -200.0], [50.0, 200.0, 200.0, 10.0], [0.0, 0.0], [-1.0, 0.0, 1e-3]]
    lists.append(rng.normal(200, 90, size=30).round(1).tolist())
    for scores in lists:
        right = int(np.argmax(scores))
        case = f"the scores {short(scores)}"
        tables = [np.full((2, 3, 2), float(k)) for k in range(len(scores))]
        got = ask(answer, (list(zip(scores, tables, strict=True)),), case)
        _expect_table(got, right, case)
        same = any(np.shares_memory(got, table) for table in tables)
        expect(not same, f"for {case} the result is one of the tables itself, not a copy")
        kept = all((table == k).all() for k, table in enumerate(tables))
        expect(kept, "the tables must stay as they were")
        got = ask(answer, (_training(scores),), f"{case}, one table that training changes,")
        _expect_table(got, right, f"{case}, one table that training changes,")


def _training(scores: list[float]) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each score with the same table, filled with the number of the score."""
    table = np.zeros((2, 3, 2))
    for k, score in enumerate(scores):
        table[:] = k
        yield score, table


def _expect_table(got: Any, right: int, case: str) -> None:
    """Hold a result to the table that is filled with one number."""
    fits = isinstance(got, np.ndarray) and got.shape == (2, 3, 2)
    expect(fits, f"for {case} a table was expected, got {short(got)}")
    found = got.flat[0]
    expect(
        bool((got == right).all()),
        f"for {case} the answer is table number {right}, as it was then; got number {found:.0f}",
    )


def _numbers(got: object) -> np.ndarray | None:
    """Return a list, tuple or array of real numbers in a row as floats, None for anything else."""
    if not isinstance(got, (list, tuple, np.ndarray)):
        return None
    try:
        row = np.asarray(got)
    except ValueError:  # of unequal parts
        return None
    fits = row.ndim == 1 and (row.dtype.kind in "iuf" or not row.size)
    return row.astype(float) if fits and np.isfinite(row.astype(float)).all() else None


def _expect_numbers(got: Any, right: np.ndarray, case: str) -> None:
    """Hold a result to an array of numbers, to 1e-9."""
    real = isinstance(got, np.ndarray) and got.dtype.kind in "iuf"
    expect(real, f"for {case} an array of numbers was expected, got {short(got)}")
    expect(got.shape == right.shape, f"for {case} the shape is {right.shape}, got {got.shape}")
    for place, (number, wanted) in enumerate(zip(got.tolist(), right.tolist(), strict=True)):
        close = bool(np.isclose(number, wanted, rtol=EXACT, atol=EXACT))
        expect(close, f"for {case} number {place} is {wanted:.6g}, got {number:.6g}")


EXERCISES = (
    Exercise(
        "08_q_values",
        1,
        q_values,
        _judge_q_values,
        "a dictionary can be asked for a key that it may not have, without storing it.",
        section=2,
    ),
    Exercise(
        "08_make_bins",
        2,
        make_bins,
        _judge_make_bins,
        "below which value does one part in `count` of the observations lie, below which two "
        "parts, and what if two edges are the same?",
        section=4,
    ),
    Exercise(
        "08_running_average",
        1,
        running_average,
        _judge_running_average,
        "how many full windows are there, and which values does the first one hold?",
        section=6,
    ),
    Exercise(
        "08_keep_best",
        1,
        keep_best,
        _judge_keep_best,
        "what will have become of that very array when the training is over, and can a score be "
        "below zero?",
        section=8,
    ),
)
