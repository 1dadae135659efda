"""Answers to the exercises of lesson 12 that must pass, and ones that must not."""

import numpy as np

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# double_targets


def targets_by_a_loop(rewards, q_online, q_target, terminated, gamma):
    targets = []
    for i in range(len(rewards)):
        target = float(rewards[i])
        if not terminated[i]:
            row = list(q_online[i])
            target += gamma * q_target[i][row.index(max(row))]
        targets.append(target)
    return np.array(targets)


def targets_by_rows(rewards, q_online, q_target, terminated, gamma):
    best = q_online.argmax(axis=1)
    return rewards + gamma * ~terminated * q_target[np.arange(len(best)), best]


RIGHT["12_double_targets"] = {"a loop": targets_by_a_loop, "row and column": targets_by_rows}


def targets(
    value=lambda online, target: np.take_along_axis(target, online.argmax(1)[:, None], 1)[:, 0],
    goes_on=lambda terminated: 1 - terminated,
    result=lambda targets: targets,
):
    """Return an answer that is right in all that is not told otherwise."""

    def double_targets(rewards, q_online, q_target, terminated, gamma):
        return result(rewards + gamma * goes_on(terminated) * value(q_online, q_target))

    return double_targets


def targets_in_place(rewards, q_online, q_target, terminated, gamma):
    rewards += gamma * targets_by_rows(0 * rewards, q_online, q_target, terminated, 1)
    return rewards


FIRST = "for rewards=[1.0], q_online=[[5.0, 7.0]], q_target=[[6.0, 4.0]], terminated=[False]"
WRONG["12_double_targets"] = {
    "the plain DQN's": (targets(lambda online, target: target.max(1)), "is [3.0], got [4.0]"),
    "only the online network": (
        targets(lambda online, target: online.max(1)),
        "is [3.0], got [4.5]",
    ),
    "the roles exchanged": (
        targets(
            lambda online, target: np.take_along_axis(online, target.argmax(1)[:, None], 1)[:, 0]
        ),
        "is [3.0], got [3.5]",
    ),
    "the smaller of two maxima": (
        targets(lambda online, target: np.minimum(online.max(1), target.max(1))),
        "is [3.0], got [4.0]",
    ),
    "the mean of both networks": (
        targets(lambda online, target: ((online + target) / 2).max(1)),
        "is [3.0], got [3.75]",
    ),
    "the end is forgotten": (
        targets(goes_on=lambda terminated: 1),
        "terminated=[True], gamma=0.5 the answer is [1.0], got [3.0]",
    ),
    "upside down": (targets(goes_on=lambda terminated: terminated), "is [3.0], got [1.0]"),
    "ties to the highest": (
        targets(
            lambda online, target: np.take_along_axis(
                target, online.shape[1] - 1 - online[:, ::-1].argmax(1)[:, None], 1
            )[:, 0]
        ),
        "q_online=[[3.0, 3.0], [2.0, 1.0]]",
    ),
    "the best over all rows": (
        targets(lambda online, target: target[:, online.argmax() % online.shape[1]]),
        "the answer is [",
    ),
    "every pair of rows": (
        targets(lambda online, target: target[:, online.argmax(1)]),
        "an array of shape (1,) was expected, got array([[3.]])",
    ),
    "a column": (
        targets(result=lambda targets: targets[:, None]),
        "an array of shape (1,) was expected, got array([[3.]])",
    ),
    "a list": (targets(result=list), FIRST + ", gamma=0.5 an array of shape (1,) was expected"),
    "rewards are changed": (targets_in_place, "rewards must stay as it was"),
}


# dueling


def dueling_by_a_loop(value, advantage):
    q = np.zeros(advantage.shape)
    for i, row in enumerate(advantage):
        for action in range(len(row)):
            q[i, action] = value[i] + row[action] - sum(row) / len(row)
    return q


RIGHT["12_dueling"] = {
    "a loop": dueling_by_a_loop,
    "columns": lambda value, advantage: (
        value[:, None] + advantage - advantage.mean(axis=1, keepdims=True)
    ),
    "turned twice": lambda value, advantage: (value + advantage.T - advantage.mean(axis=1)).T,
}


def dueling_in_place(value, advantage):
    advantage -= advantage.mean(axis=1, keepdims=True)
    return value[:, None] + advantage


WRONG["12_dueling"] = {
    "nothing subtracted": (
        lambda value, advantage: value[:, None] + advantage,
        "the answer is [[9.0, 11.0]], got [[11.0, 13.0]]",
    ),
    "the largest subtracted": (
        lambda value, advantage: value[:, None] + advantage - advantage.max(1, keepdims=True),
        "the answer is [[9.0, 11.0]], got [[8.0, 10.0]]",
    ),
    "the mean over all rows": (
        lambda value, advantage: value[:, None] + advantage - advantage.mean(),
        "got [[10.0, 12.0], [19.0, 19.0]]",
    ),
    "the mean of each action": (
        lambda value, advantage: value[:, None] + advantage - advantage.mean(axis=0),
        "the answer is [[9.0, 11.0]], got [[10.0, 10.0]]",
    ),
    "a minus for the plus": (
        lambda value, advantage: value[:, None] - advantage + advantage.mean(axis=1, keepdims=True),
        "the answer is [[9.0, 11.0]], got [[11.0, 9.0]]",
    ),
    "the value as a row": (
        lambda value, advantage: value + advantage - advantage.mean(axis=1, keepdims=True),
        "got [[9.0, 21.0], [10.0, 20.0]]",
    ),
    "no value": (
        lambda value, advantage: advantage - advantage.mean(axis=1, keepdims=True),
        "the answer is [[9.0, 11.0]], got [[-1.0, 1.0]]",
    ),
    "the sum subtracted": (
        lambda value, advantage: value[:, None] + advantage - advantage.sum(1, keepdims=True),
        "the answer is [[9.0, 11.0]], got [[7.0, 9.0]]",
    ),
    "advantage is changed": (dueling_in_place, "advantage must stay as it was"),
}


# bootstrap_interval


def interval(
    resamples=1000,
    size=lambda count: count,
    replace=True,
    statistic=np.mean,
    ends=lambda level: ((1 - level) / 2, (1 + level) / 2),
    rng_of=lambda rng: rng,
    result=lambda low, high: (low, high),
):
    """Return an answer that is right in all that is not told otherwise."""

    def bootstrap_interval(scores, rng, level):
        rng, count = rng_of(rng), size(len(scores))
        if replace:
            drawn = rng.choice(scores, (resamples, count))
        else:
            drawn = rng.permuted(np.tile(scores, (resamples, 1)), axis=1)[:, :count]
        return result(*np.quantile(statistic(drawn, axis=1), ends(level)))

    return bootstrap_interval


def interval_by_a_loop(scores, rng, level):
    means = sorted(rng.choice(scores, len(scores)).mean() for _ in range(600))
    left_out = round((1 - level) / 2 * 600)
    return means[left_out], means[-1 - left_out]


def interval_by_percentiles(scores, rng, level):
    rows = rng.integers(len(scores), size=(3000, len(scores)))
    outside = 50 * (1 - level)
    return np.percentile(scores[rows].mean(axis=1), [outside, 100 - outside])


RIGHT["12_bootstrap_interval"] = {
    "choice and quantiles": interval(),
    "a loop and sorting": interval_by_a_loop,
    "percentiles, and an array": interval_by_percentiles,
}


def interval_from_the_normal_law(scores, rng, level):
    half = {0.9: 1.645, 0.5: 0.674}[level] * scores.std() / len(scores) ** 0.5
    return scores.mean() - half, scores.mean() + half


def interval_of_the_scores(scores, rng, level):
    return tuple(np.quantile(scores, [(1 - level) / 2, (1 + level) / 2]))


WRONG["12_bootstrap_interval"] = {
    "one tail takes it all": (
        interval(ends=lambda level: (1 - level, level)),
        "about 86 hold the true mean, got 7",
    ),
    "nearly everything": (
        interval(ends=lambda level: ((1 - level) / 4, 1 - (1 - level) / 4)),
        "low is off by -",
    ),
    "always the level 0.9": (
        interval(ends=lambda level: (0.05, 0.95)),
        "about 0.41 of the width of the level 0.9, got 1.00",
    ),
    "quantiles of the scores": (interval_of_the_scores, "about 86 hold the true mean, got 99"),
    "one score a resample": (interval(size=lambda count: 1), "hold the true mean, got 100"),
    "half as many scores": (interval(size=lambda count: count // 2), "hold the true mean, got 9"),
    "ten times as many scores": (interval(size=lambda count: 10 * count), "true mean, got 4"),
    "without replacement": (interval(replace=False), "hold the true mean, got 0"),
    "half of them without replacement": (
        interval(replace=False, size=lambda count: max(1, count * 2 // 3)),
        "low is off by",
    ),
    "the median": (interval(statistic=np.median), "is off by"),
    "too few resamples": (interval(resamples=20), "hold the true mean, got 7"),
    "the normal law": (interval_from_the_normal_law, "is below 140 or above 500, got (3"),
    "a generator of its own": (
        interval(rng_of=lambda rng: np.random.default_rng()),
        "draw from rng and from nothing else",
    ),
    "high before low": (interval(result=lambda low, high: (high, low)), "low must not lie above"),
    "the width": (interval(result=lambda low, high: high - low), "a pair (low, high) was expected"),
    "mean and half a width": (
        interval(result=lambda low, high: ((low + high) / 2, (high - low) / 2)),
        "low must not lie above high",
    ),
}
