"""Statistics of learning: numbers in, numbers out."""

from collections.abc import Sequence

import numpy as np

from peterwolf import arguments

RESAMPLES = 2000  # of a bootstrap


def running_mean(values: Sequence[float] | np.ndarray, window: int) -> np.ndarray:
    """Return the means of all full windows, shape (len(values) − window + 1,).

    Raises ValueError for no values, TypeError or ValueError for a window that does not fit.
    """
    if len(values) == 0:
        raise ValueError("values must hold at least one number, got none")
    arguments.integer("window", window, 1, len(values))
    return np.convolve(values, np.ones(window) / window, mode="valid")


def windows(values: Sequence[float] | np.ndarray, window: int) -> dict[str, np.ndarray]:
    """Return the mean, min and max of each `window` values, one window after the other.

    "episode" is the index of each window's last value. Values at the end that
    fill no window are left out, so that every array has the shape
    (len(values) // window,). Raises as `running_mean` does.
    """
    if len(values) == 0:
        raise ValueError("values must hold at least one number, got none")
    arguments.integer("window", window, 1, len(values))
    count = len(values) // window
    rows = np.reshape(values[: count * window], (count, window))
    ends = window * np.arange(1, count + 1) - 1
    return {"episode": ends, "mean": rows.mean(1), "min": rows.min(1), "max": rows.max(1)}


def bootstrap_interval(
    scores: Sequence[float], rng: np.random.Generator, level: float
) -> tuple[float, float]:
    """Return the ends of the middle `level` of the means of resamples (percentile bootstrap).

    A resample has as many scores, each drawn from all of them, and so some
    twice. Efron, Bootstrap methods: another look at the jackknife, 1979.
    """
    rows = rng.integers(len(scores), size=(RESAMPLES, len(scores)))
    means = np.asarray(scores)[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
