"""Answers to the exercises of lesson 08 that must pass, and ones that must not."""

import itertools
from collections import defaultdict

import numpy as np

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# q_values


def q_values_by_cases(table, state, actions):
    values = np.zeros(len(actions))
    for place, action in enumerate(actions):
        if (state, action) in table:
            values[place] = table[state, action]
    return values


def q_values_by_exception(table, state, actions):
    values = []
    for action in actions:
        try:
            values.append(table[state, action])
        except KeyError:
            values.append(0)
    return np.array(values)


RIGHT["08_q_values"] = {
    "get": lambda table, state, actions: np.array([table.get((state, a), 0) for a in actions]),
    "cases": q_values_by_cases,
    "an exception": q_values_by_exception,
    "a copy that stores zeros": lambda table, state, actions: np.array(
        [defaultdict(float, table)[state, action] for action in actions]
    ),
}
WRONG["08_q_values"] = {
    "no default": (
        lambda table, state, actions: np.array([table[state, action] for action in actions]),
        "state=(0, 0, 0, 0), actions=(0, 1) and a table that has {((0, 0, 0, 0), 1): 1.5} of it, "
        "your code raised KeyError",
    ),
    "zeros are stored": (
        lambda table, state, actions: np.array(
            [table.setdefault((state, action), 0.0) for action in actions]
        ),
        "the table must stay as it was",
    ),
    "values are taken out": (
        lambda table, state, actions: np.array(
            [table.pop((state, action), 0.0) for action in actions]
        ),
        "the table must stay as it was",
    ),
    "optimistic": (
        lambda table, state, actions: np.array([table.get((state, a), 1) for a in actions]),
        "state=(0, 0, 0, 0), actions=(0, 1) and a table that has {((0, 0, 0, 0), 1): 1.5} of it, "
        "number 0 is 0, got 1",
    ),
    "None for what is not there": (
        lambda table, state, actions: np.array([table.get((state, a)) for a in actions]),
        "an array of numbers was expected",
    ),
    "only what is there": (
        lambda table, state, actions: np.array(
            [table[state, action] for action in actions if (state, action) in table]
        ),
        "the shape is (2,), got (1,)",
    ),
    "always two actions": (
        lambda table, state, actions: np.array([table.get((state, a), 0) for a in (0, 1)]),
        "actions=(1, 0)",
    ),
    "negative values are dropped": (
        lambda table, state, actions: np.array(
            [max(0, table.get((state, action), 0)) for action in actions]
        ),
        "number 0 is -3, got 0",
    ),
    "a list": (
        lambda table, state, actions: [table.get((state, action), 0) for action in actions],
        "an array of numbers was expected, got [4.5, 5.25]",
    ),
    "the largest of them": (
        lambda table, state, actions: max(table.get((state, action), 0) for action in actions),
        "an array of numbers was expected, got 5.25",
    ),
    "the key is flat": (
        lambda table, state, actions: np.array([table.get((*state, a), 0) for a in actions]),
        "number 0 is 4.5, got 0",
    ),
}


# make_bins


def bins_by_sorting(observations, count):
    rising = sorted(observations.tolist())
    edges = [rising[len(rising) * k // count] for k in range(1, count)]
    return [edge for place, edge in enumerate(edges) if edge not in edges[:place]]


def bins_by_splitting(observations, count):
    parts = np.array_split(np.sort(observations), count)
    pairs = itertools.pairwise(parts)
    return np.array(sorted({(below[-1] + above[0]) / 2 for below, above in pairs}))


def bins_by_percentiles(observations, count):
    edges = np.percentile(observations, np.linspace(0, 100, count + 1)[1:-1])
    return np.array(list(dict.fromkeys(edges.tolist())))


def bins_by_other_quantiles(observations, count):
    shares = np.arange(1, count) / count
    return np.unique(np.quantile(observations, shares, method="closest_observation"))


RIGHT["08_make_bins"] = {
    "sorted": bins_by_sorting,
    "split, and between the parts": bins_by_splitting,
    "percentiles": bins_by_percentiles,
    "another kind of quantile": bins_by_other_quantiles,
}


def bins_in_place(observations, count):
    observations.sort()
    return bins_by_sorting(observations, count)


WRONG["08_make_bins"] = {
    "equal width": (
        lambda x, count: np.linspace(x.min(), x.max(), count + 1)[1:-1],
        "100 numbers, more of them near 0, count=3 each bin holds about 33",
    ),
    "the outer edges too": (
        lambda x, count: np.unique(np.quantile(x, np.linspace(0, 1, count + 1))),
        "the numbers 1 to 12, count=2 the number of edges is 1, got 3",
    ),
    "count edges": (
        lambda x, count: np.unique(np.quantile(x, np.arange(1, count + 1) / count)),
        "the number of edges is 1, got 2",
    ),
    "one part more": (
        lambda x, count: np.unique(np.quantile(x, np.arange(1, count) / (count + 1))),
        "100 numbers, more of them near 0, count=2 each bin holds about 50",
    ),
    "one bin less": (
        lambda x, count: np.unique(np.quantile(x, np.arange(1, count - 1) / (count - 1))),
        "the number of edges is 1, got 0",
    ),
    "equal edges stay": (
        lambda x, count: np.quantile(x, np.arange(1, count) / count),
        "count=4 each edge must be larger than the one before",
    ),
    "falling": (
        lambda x, count: np.unique(np.quantile(x, np.arange(1, count) / count))[::-1],
        "count=3 each edge must be larger than the one before",
    ),
    "the data are taken as they come": (
        lambda x, count: np.array([x[len(x) * k // count] for k in range(1, count)]),
        "from the last to the first, count=3 each edge must be larger",
    ),
    "quantiles of the distinct values": (
        lambda x, count: np.quantile(np.unique(x), np.arange(1, count) / count),
        "120 zeros and the numbers 1 to 80, count=4 the last bin holds about 50, got 21",
    ),
    "sorted in place": (bins_in_place, "observations must stay as they were"),
    "the middle of each bin": (
        lambda x, count: np.unique(np.quantile(x, (np.arange(count) + 0.5) / count)),
        "the number of edges is 1, got 2",
    ),
    "the bins of the observations": (
        lambda x, count: np.digitize(x, np.quantile(x, np.arange(1, count) / count)),
        "each edge must be larger than the one before",
    ),
    "the share each": (
        lambda x, count: np.full(count - 1, 1 / count),
        "the numbers 1 to 12, count=2 each bin holds about 6, got [0, 12]",
    ),
    "one number": (lambda x, count: float(np.median(x)), "a row of numbers was expected"),
    "texts": (lambda x, count: ["a"] * (count - 1), "a row of numbers was expected"),
    "of unequal parts": (lambda x, count: [[1.0], [1.0, 2.0]], "a row of numbers was expected"),
    "no number": (lambda x, count: np.full(count - 1, np.nan), "a row of numbers was expected"),
}


# running_average


def running_average_by_sums(values, window):
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return (sums[window:] - sums[:-window]) / window


RIGHT["08_running_average"] = {
    "convolution": lambda x, window: np.convolve(x, np.ones(window) / window, mode="valid"),
    "sums": running_average_by_sums,
    "a loop": lambda x, window: np.array(
        [x[k : k + window].mean() for k in range(len(x) - window + 1)]
    ),
    "views": lambda x, window: np.lib.stride_tricks.sliding_window_view(x, window).mean(axis=1),
}


def running_average_in_place(values, window):
    values /= window
    return np.convolve(values, np.ones(window), mode="valid")


WRONG["08_running_average"] = {
    "half-filled windows at both ends": (
        lambda x, window: np.convolve(x, np.ones(window) / window, mode="same"),
        "window=3 the shape is (3,), got (5,)",
    ),
    "half-filled windows at the beginning": (
        lambda x, window: np.array(
            [x[max(0, k + 1 - window) : k + 1].mean() for k in range(len(x))]
        ),
        "window=3 the shape is (3,), got (5,)",
    ),
    "numpy's own mode": (
        lambda x, window: np.convolve(x, np.ones(window) / window),
        "window=3 the shape is (3,), got (7,)",
    ),
    "no number where no window is full": (
        lambda x, window: np.concatenate(
            [np.full(window - 1, np.nan), running_average_by_sums(x, window)]
        ),
        "window=3 the shape is (3,), got (5,)",
    ),
    "the last window is missing": (
        lambda x, window: np.array([x[k : k + window].mean() for k in range(len(x) - window)]),
        "window=3 the shape is (3,), got (2,)",
    ),
    "one window after the other": (
        lambda x, window: x[: len(x) // window * window].reshape(-1, window).mean(axis=1),
        "window=3 the shape is (3,), got (1,)",
    ),
    "sums": (
        lambda x, window: np.convolve(x, np.ones(window), mode="valid"),
        "window=3 number 0 is 30, got 90",
    ),
    "one value too many": (
        lambda x, window: np.array(
            [x[k : k + window + 1].mean() for k in range(len(x) - window + 1)]
        ),
        "window=3 number 0 is 30, got 35",
    ),
    "divided by all": (
        lambda x, window: np.convolve(x, np.ones(window) / len(x), mode="valid"),
        "window=3 number 0 is 30, got 18",
    ),
    "the median": (
        lambda x, window: np.array(
            [np.median(x[k : k + window]) for k in range(len(x) - window + 1)]
        ),
        "window=3 number 0 is 30, got 20",
    ),
    "whole steps": (
        lambda x, window: np.convolve(x, np.ones(window), mode="valid") // window,
        "window=3 number 1 is 43.3333, got 43",
    ),
    "a list": (
        lambda x, window: running_average_by_sums(x, window).tolist(),
        "an array of numbers was expected",
    ),
    "one average": (lambda x, window: x[-window:].mean(), "an array of numbers was expected"),
    "in place": (running_average_in_place, "values must stay as they were"),
}


# keep_best


def best_by_loop(pairs):
    largest = -np.inf
    for score, table in pairs:
        if score > largest:
            largest, best = score, table.copy()
    return best


def best_by_fold(pairs):
    copies = ((score, np.array(table)) for score, table in pairs)
    return max(copies, key=lambda pair: pair[0])[1]


RIGHT["08_keep_best"] = {"a loop": best_by_loop, "max over copies": best_by_fold}


def best_that_is_an_alias(pairs):
    # `best = q` keeps the name of the one table, not its values.
    largest = -np.inf
    for score, table in pairs:
        if score > largest:
            largest, best = score, table
    return best


def best_copied_too_late(pairs):
    return best_that_is_an_alias(pairs).copy()


def best_above_zero(pairs):
    # seed 002 begins with Qmax = 0: right as long as no return is negative.
    largest, best = 0, None
    for score, table in pairs:
        if score > largest:
            largest, best = score, table.copy()
    return best


def best_with(better, first=None):
    """Return an answer that is right but for what it calls better."""

    def keep_best(pairs):
        largest, best = first, None
        for score, table in pairs:
            if best is None or better(score, largest):
                largest, best = score, table.copy()
        return best

    return keep_best


WRONG["08_keep_best"] = {
    "an alias": (best_that_is_an_alias, "the result is one of the tables itself, not a copy"),
    "copied too late": (
        best_copied_too_late,
        "the scores [20.0, 480.0, 310.0], one table that training changes, the answer is table "
        "number 1, as it was then; got number 2",
    ),
    "all pairs first": (
        lambda pairs: max(list(pairs), key=lambda pair: pair[0])[1].copy(),
        "one table that training changes, the answer is table number 1",
    ),
    "the best is at least 0": (
        best_above_zero,
        "for the scores [-180.0, -150.0, -200.0] a table was expected, got None",
    ),
    "the last among ties": (
        best_with(lambda score, largest: score >= largest),
        "for the scores [50.0, 200.0, 200.0, 10.0] the answer is table number 1, as it was then; "
        "got number 2",
    ),
    "the last": (best_with(lambda score, largest: True), "is table number 1, as it was then"),
    "the first": (best_with(lambda score, largest: False), "is table number 1, as it was then"),
    "the worst": (
        best_with(lambda score, largest: score < largest),
        "is table number 1, as it was then; got number 0",
    ),
    "better than the one before": (
        lambda pairs: [
            after[1].copy()
            for before, after in itertools.pairwise([(-np.inf, None), *pairs])
            if after[0] > before[0]
        ][-1],
        "one table that training changes",
    ),
    "tables are compared as well": (
        lambda pairs: max((score, table.copy()) for score, table in pairs)[1],
        "for the scores [50.0, 200.0, 200.0, 10.0] your code raised ValueError",
    ),
    "the score too": (
        lambda pairs: max(((s, t.copy()) for s, t in pairs), key=lambda pair: pair[0]),
        "a table was expected, got (480.0",
    ),
    "walked through twice": (
        lambda pairs: [t.copy() for s, t in pairs if s == max(score for score, _ in pairs)][0],
        "one table that training changes",
    ),
}
