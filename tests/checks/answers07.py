"""Answers to the exercises of lesson 07 that must pass, and ones that must not."""

from bisect import bisect_right

import numpy as np

from peterwolf.checks.lesson07 import KEYS

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# discretize


def bins_by_loop(observation, low, high, counts):
    places = []
    for value, least, most, count in zip(observation, low, high, counts, strict=True):
        place = int((value - least) / (most - least) * count)
        places.append(min(max(place, 0), count - 1))
    return tuple(places)


def bins_by_edges(observation, low, high, counts):
    inner = [
        np.linspace(*ends, count + 1)[1:-1].tolist()
        for *ends, count in zip(low, high, counts, strict=True)
    ]
    return tuple(map(bisect_right, inner, observation))


def bins_by_clip(observation, low, high, counts):
    width = (high - low) / counts
    place = np.floor((observation - low) / width).astype(int)
    return tuple(np.clip(place, 0, np.array(counts) - 1))


RIGHT["07_discretize"] = {
    "a loop": bins_by_loop,
    "edges": bins_by_edges,
    "clip, and numpy's ints": bins_by_clip,
}


def bins_with(*, place, clip=True, entry=int, result=tuple):
    """Return an answer that is right but for the parts that are given."""

    def discretize(observation, low, high, counts):
        counts = np.array(counts)
        places = place(observation, low, high, counts)
        if clip:
            places = np.clip(places, 0, counts - 1)
        return result(entry(each) for each in places)

    return discretize


def place_of(observation, low, high, counts):
    return (observation - low) / (high - low) * counts


def place_from_the_middle(observation, low, high, counts):
    # Truncation towards zero makes the middle bin twice as wide.
    middle = (low + high) / 2
    return counts // 2 + ((observation - middle) / (high - low) * counts).astype(int)


def bins_in_place(observation, low, high, counts):
    observation -= low
    return tuple(
        int(min(max(value * count / size, 0), count - 1))
        for value, count, size in zip(observation, counts, high - low, strict=True)
    )


WRONG["07_discretize"] = {
    "20 of 20 at the right edge": (
        bins_with(place=place_of, clip=False),
        "counts=(20, 20) the answer is (19, 19), got (20, 20)",
    ),
    "only the right edge is held": (
        lambda observation, low, high, counts: tuple(
            min(int(place), count - 1)
            for place, count in zip(place_of(observation, low, high, counts), counts, strict=True)
        ),
        "observation=[-1.3, -0.0701], low=[-1.2, -0.07], high=[0.6, 0.07], counts=(20, 20) "
        "the answer is (0, 0), got (-1, 0)",
    ),
    "only the left edge is held": (
        bins_with(place=lambda *case: np.maximum(place_of(*case), 0), clip=False),
        "the answer is (19, 19), got (20, 20)",
    ),
    "rounded": (
        bins_with(place=lambda *case: np.round(place_of(*case))),
        "observation=[-0.5, 0.0301]",
    ),
    "rounded, the outer bins half as wide": (
        bins_with(place=lambda x, low, high, counts: np.round(place_of(x, low, high, counts - 1))),
        "observation=[-0.5, 0.0301]",
    ),
    "seed 000's table": (
        bins_with(place=lambda x, low, high, counts: np.round((x - low) * [10, 100][: len(x)])),
        "observation=[-0.5, 0.0301]",
    ),
    "one bin less": (
        bins_with(place=lambda x, low, high, counts: place_of(x, low, high, counts - 1)),
        "the answer is (7, 14), got (7, 13)",
    ),
    "truncated before it is shifted": (
        bins_with(place=place_from_the_middle),
        "observation=[-0.5, 0.0301], low=[-1.2, -0.07], high=[0.6, 0.07], counts=(20, 20) "
        "the answer is (7, 14), got (8, 14)",
    ),
    "counted from 1": (
        bins_with(place=lambda *case: 1 + place_of(*case), clip=False),
        "observation=[-0.5, 0.0301]",
    ),
    "counted from 1, as np.digitize does": (
        lambda observation, low, high, counts: tuple(
            int(np.digitize(value, np.linspace(*ends, count + 1)[:-1]))
            for value, *ends, count in zip(observation, low, high, counts, strict=True)
        ),
        "observation=[-0.5, 0.0301]",
    ),
    "an edge belongs to the bin below": (
        bins_with(place=lambda *case: np.ceil(place_of(*case)) - 1),
        "observation=[-1.5], low=[-2], high=[2], counts=(8,) the answer is (1,), got (0,)",
    ),
    "position and velocity exchanged": (
        bins_with(place=place_of, result=lambda places: tuple(places)[::-1]),
        "observation=[-0.5, 0.0301]",
    ),
    "the first number for all": (
        bins_with(place=lambda *case: np.full(len(case[0]), place_of(*case)[0])),
        "observation=[-0.5, 0.0301]",
    ),
    "the car's limits for every env": (
        lambda observation, low, high, counts: bins_by_clip(
            observation, *np.array([[-1.2, -0.07], [0.6, 0.07]])[:, : len(observation)], counts
        ),
        "low=[-2], high=[2]",
    ),
    "20 bins whatever was asked for": (
        lambda observation, low, high, counts: bins_by_clip(observation, low, high, (20, 20)),
        "counts=(40, 40)",
    ),
    "floats": (
        bins_with(place=place_of, entry=np.floor),
        "each entry must be an int, got",
    ),
    "a list": (
        bins_with(place=place_of, result=list),
        "a tuple of 2 ints was expected, got [7, 14]",
    ),
    "an array": (
        lambda *case: np.array(bins_by_loop(*case)),
        "a tuple of 2 ints was expected, got array([ 7, 14])",
    ),
    "the observation is changed": (bins_in_place, "must stay as they were"),
}


# aggregate_returns


def windows_by_slices(returns, window):
    parts = [returns[k : k + window] for k in range(0, len(returns) - window + 1, window)]
    return {
        "mean": np.array([sum(part) / window for part in parts]),
        "min": np.array([min(part) for part in parts]),
        "max": np.array([max(part) for part in parts]),
        "episode": np.array([(k + 1) * window - 1 for k in range(len(parts))]),
    }


def windows_by_episodes(returns, window):
    ends = [k for k in range(len(returns)) if (k + 1) % window == 0]
    found = {"episode": np.array(ends)}
    for key in ("mean", "min", "max"):
        found[key] = np.array([getattr(returns[k - window + 1 : k + 1], key)() for k in ends])
    return found


def windows_by_sorting(returns, window):
    rows = np.sort(returns[: len(returns) - len(returns) % window].reshape(-1, window))
    ends = np.arange(window - 1, len(returns), window, dtype=float)
    return {"episode": ends, "mean": rows.mean(axis=1), "min": rows[:, 0], "max": rows[:, -1]}


RIGHT["07_aggregate_returns"] = {
    "slices": windows_by_slices,
    "every episode asked whether a window ends": windows_by_episodes,
    "sorted rows, and float indices": windows_by_sorting,
}


def windows_at(
    ends,
    *,
    episode=lambda k, window: k,
    mean=lambda part, window: part.mean(),
    least=lambda part, window: part.min(),
    largest=lambda part, window: part.max(),
):
    """Return an answer with windows up to `ends(many, window)`, right but for what is given."""

    def aggregate_returns(returns, window):
        at = ends(len(returns), window)
        parts = [returns[max(0, k - window + 1) : k + 1] for k in at]
        return {
            "episode": np.array([episode(k, window) for k in at]),
            "mean": np.array([mean(part, window) for part in parts]),
            "min": np.array([least(part, window) for part in parts]),
            "max": np.array([largest(part, window) for part in parts]),
        }

    return aggregate_returns


def full(many, window):
    return range(window - 1, many, window)


def every_window(many, window):
    return range(0, many, window)


def windows_and_a_rest(returns, window):
    parts = np.split(returns, range(window, len(returns), window))
    found = {key: np.array([getattr(part, key)() for part in parts]) for key in KEYS[1:]}
    return {"episode": np.cumsum([len(part) for part in parts]) - 1, **found}


def windows_begun_too_early(returns, window):
    # Seed 001's first point, -200 / 20 = -10, in the place of the first window.
    found = windows_by_slices(returns, window)
    found["mean"][0] = returns[0] / window
    return found


def windows_of_sorted_returns(returns, window):
    returns.sort()
    return windows_by_slices(returns, window)


WRONG["07_aggregate_returns"] = {
    "a first point that is one return divided by the window's length": (
        windows_at(every_window, mean=lambda part, window: part.sum() / window),
        '"episode" holds 2 numbers, one a full window; got an array of shape (3,)',
    ),
    "that point for the first window": (
        windows_begun_too_early,
        '"mean" is [-190, -140] at first, got [-66.6667, -140]',
    ),
    "a first window of one return": (windows_at(every_window), "got an array of shape (3,)"),
    "a half-filled window at the end": (windows_and_a_rest, "got an array of shape (3,)"),
    "a running mean": (
        windows_at(lambda many, window: range(window - 1, many)),
        "got an array of shape (5,)",
    ),
    "an episode too late": (
        windows_at(lambda many, window: range(window, many, window)),
        '"episode" is [2, 5] at first, got [3, 6]',
    ),
    "the sum": (
        windows_at(full, mean=lambda part, window: part.sum()),
        '"mean" is [-190, -140] at first, got [-570, -420]',
    ),
    "the median": (
        windows_at(full, mean=lambda part, window: np.median(part)),
        '"mean" is [-190, -140] at first, got [-190, -150]',
    ),
    "the middle between least and largest": (
        windows_at(full, mean=lambda part, window: (part.min() + part.max()) / 2),
        '"mean" is [-190, -140] at first, got [-190, -135]',
    ),
    "numbers of windows": (
        windows_at(full, episode=lambda k, window: k // window),
        '"episode" is [2, 5] at first, got [0, 1]',
    ),
    "the windows' first episodes": (
        windows_at(full, episode=lambda k, window: k - window + 1),
        '"episode" is [2, 5] at first, got [0, 3]',
    ),
    "episodes counted from 1": (
        windows_at(full, episode=lambda k, window: k + 1),
        '"episode" is [2, 5] at first, got [3, 6]',
    ),
    "min and max exchanged": (
        windows_at(
            full,
            least=lambda part, window: part.max(),
            largest=lambda part, window: part.min(),
        ),
        '"min" is [-200, -160] at first, got [-180, -110]',
    ),
    "the returns at the windows' ends": (
        windows_at(full, largest=lambda part, window: part[-1]),
        '"max" is [-180, -110] at first, got [-190, -110]',
    ),
    "windows of 3 always": (lambda returns, window: windows_by_slices(returns, 3), "window=2"),
    "lists": (
        lambda *case: {key: each.tolist() for key, each in windows_by_slices(*case).items()},
        '"episode" must be an array of numbers, got [2, 5]',
    ),
    "the names of seed 001": (
        lambda *case: dict(
            zip(("ep", "avg", "min", "max"), windows_by_slices(*case).values(), strict=True)
        ),
        "a dict with the keys episode, mean, min, max was expected",
    ),
    "a table": (
        lambda *case: np.stack(list(windows_by_slices(*case).values())),
        "a dict with the keys episode, mean, min, max was expected",
    ),
    "the returns are sorted": (
        windows_of_sorted_returns,
        "is [-190, -140] at first, got [-190, -143.333]",
    ),
    "the returns are sorted, for nothing": (
        lambda returns, window: (windows_by_slices(returns, window), returns.sort())[0],
        "returns must stay as they were",
    ),
}


# action_maps


def maps_by_loop(q):
    found = np.zeros(q.shape, bool)
    for position, velocity, action in np.ndindex(*q.shape):
        found[position, velocity, action] = (
            q[position, velocity, action] == q[position, velocity].max()
        )
    return found


def maps_by_comparisons(q):
    left, idle, right = np.moveaxis(q, -1, 0)
    pairs = ((left, idle, right), (idle, left, right), (right, left, idle))
    return np.stack([(one >= two) & (one >= three) for one, two, three in pairs], axis=-1)


RIGHT["07_action_maps"] = {
    "a loop": maps_by_loop,
    "comparisons": maps_by_comparisons,
    "what is missing to the best": lambda q: np.ptp([q, q.max(2)[..., None] + 0 * q], axis=0) == 0,
}
WRONG["07_action_maps"] = {
    "only the first of the best": (
        lambda q: np.eye(3, dtype=bool)[q.argmax(axis=-1)],
        "for the values [-50, -40, -40] the answer is [False, True, True], "
        "got [False, True, False] in cell (0, 0)",
    ),
    "only the last of the best": (
        lambda q: np.eye(3, dtype=bool)[2 - q[..., ::-1].argmax(axis=-1)],
        "for the values [-50, -40, -40] the answer is [False, True, True], got [False, F",
    ),
    "the best of the whole table": (
        lambda q: q == q.max(),
        "for the values [-50, -40, -40] the answer is [False, True, True]",
    ),
    "the best position for each action": (
        lambda q: q == q.max(axis=0),
        "for the values [-50, -40, -45] the answer is [False, True, False], got [True, True, True]",
    ),
    "the worst": (
        lambda q: q == q.min(axis=-1, keepdims=True),
        "the answer is [False, True, False], got [True, False, False]",
    ),
    "nearly the best": (
        lambda q: np.isclose(q, q.max(axis=-1, keepdims=True)),
        "for the values [-66, -66.0001, -66.0002] the answer is [True, False, False]",
    ),
    "better than the mean": (
        lambda q: q >= q.mean(axis=-1, keepdims=True),
        "[-50, -40, -45] the answer is [False, True, False], got [False, True, True]",
    ),
    "an untried cell has no best": (
        lambda q: maps_by_loop(q) & (np.ptp(q, axis=-1, keepdims=True) > 0),
        "[-7, -7, -7] the answer is [True, True, True], got [False, False, False]",
    ),
    "velocity first": (
        lambda q: maps_by_loop(q).swapaxes(0, 1),
        "[-40, -50, -40] the answer is [True, False, True], got [True, True, True] in cell (0, 1)",
    ),
    "a map an action": (
        lambda q: np.moveaxis(maps_by_loop(q), -1, 0),
        "for a table of the shape (1, 1, 3) a bool array of that shape was expected",
    ),
    "numbers": (
        lambda q: maps_by_loop(q).astype(int),
        "a bool array of that shape was expected, got shape (1, 1, 3), int64",
    ),
    "the best action": (
        lambda q: q.argmax(axis=-1),
        "a bool array of that shape was expected, got shape (1, 1), int64",
    ),
    "a list": (lambda q: maps_by_loop(q).tolist(), "was expected, got [[[False, True, False]]]"),
    "q is changed": (
        lambda q: np.equal(np.subtract(q, q.max(axis=-1, keepdims=True), out=q), 0),
        "q must stay as it was",
    ),
}


# car_settings


def settings(**changed):
    """Return an answer with the settings that lesson 07 ends with, but for `changed`."""
    usual = {"counts": (20, 20), "episodes": 10_000, "alpha": 0.1, "gamma": 0.99}
    usual |= {"epsilon_start": 0.1, "epsilon_stop": 0.0}
    return lambda: usual | changed


needed = "on average; -150 or better is needed"
fell_short = "on average; the first 10 fell short of -150, and all 40 of -155"
RIGHT["07_car_settings"] = {
    "little epsilon": settings(),
    "30 x 30 cells, more epsilon": settings(counts=(30, 30), alpha=0.2, epsilon_start=0.2),
    "no discount, no epsilon, and a list": settings(counts=[20, 20], gamma=1, epsilon_start=0),
    "40 x 40 cells, numpy's numbers": settings(
        counts=(np.int64(40), 40), alpha=np.float64(0.3), epsilon_start=0.0
    ),
}
WRONG["07_car_settings"] = {
    "seed 000's gamma": (settings(gamma=0.9, epsilon_start=0.5), fell_short),
    "seed 000's table, gamma and epsilon": (
        settings(counts=(19, 15), gamma=0.9, epsilon_start=0.9),
        "with these settings, the greedy table returns -1",
    ),
    "seed 003's gamma": (settings(gamma=0.618), needed),
    "seed 001's": (settings(episodes=4000, gamma=0.95, epsilon_start=0.5), fell_short),
    "seed 004's epsilon": (
        settings(epsilon_start=1.5),
        "epsilon_start must be a number from 0 to 1, got 1.5",
    ),
    "always random": (settings(epsilon_start=1.0, epsilon_stop=1.0), "returns -200.0 on average"),
    "one cell": (settings(counts=(1, 1)), "returns -200.0 on average"),
    "too few episodes": (settings(episodes=1000), needed),
    "too many cells for 10,000 episodes": (settings(counts=(100, 100)), needed),
    "nothing is learnt": (settings(alpha=0.0), needed),
    "more cells than allowed": (
        settings(counts=(200, 100)),
        "counts must make at most 10000 cells, got 200 x 100",
    ),
    "25,000 episodes": (
        settings(episodes=25_000),
        "episodes must be an integer from 1 to 10000, got 25000",
    ),
    "a count of episodes that is no int": (
        settings(episodes=1e4),
        "episodes must be an integer from 1 to 10000, got 10000.0",
    ),
    "one count": (settings(counts=20), "counts must be two integers, got 20"),
    "no cell": (settings(counts=(20, 0)), "counts must be an integer from 1 to 10000, got 0"),
    "gamma in percent": (settings(gamma=99), "gamma must be a number from 0 to 1, got 99"),
    "nan": (settings(alpha=float("nan")), "alpha must be a number from 0 to 1, got nan"),
    "a text": (settings(alpha="0.1"), "alpha must be a number from 0 to 1, got '0.1'"),
    "below zero": (
        settings(epsilon_stop=-0.1),
        "epsilon_stop must be a number from 0 to 1, got -0.1",
    ),
    "one key too many": (
        settings(seed=3),
        "a dict with the keys counts, episodes, alpha, gamma, epsilon_start, epsilon_stop was",
    ),
    "a key is missing": (
        lambda: {"counts": (20, 20), "episodes": 10_000},
        "a dict with the keys counts, episodes, alpha, gamma, epsilon_start, epsilon_stop was",
    ),
    "a list": (lambda: list(settings()().values()), "a dict with the keys"),
}
