"""Answers to the exercises of lesson 11 that must pass, and ones that must not."""

import copy

import numpy as np

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# td_targets


def targets_by_a_loop(rewards, q_next, terminated, gamma):
    targets = np.zeros(len(rewards))
    for k in range(len(rewards)):
        targets[k] = rewards[k]
        if not terminated[k]:
            targets[k] += gamma * np.max(q_next[k])
    return targets


RIGHT["11_td_targets"] = {
    "a loop": targets_by_a_loop,
    "a factor": lambda rewards, q_next, terminated, gamma: (
        rewards + gamma * (1 - terminated) * q_next.max(axis=1)
    ),
    "where": lambda rewards, q_next, terminated, gamma: np.where(
        terminated, rewards, rewards + gamma * np.amax(q_next, axis=-1)
    ),
}


def targets_in_place(rewards, q_next, terminated, gamma):
    rewards += gamma * (1 - terminated) * q_next.max(axis=1)
    return rewards


PAPER = "terminated=[False, False, True], gamma=0.5"
WRONG["11_td_targets"] = {
    "the end is forgotten": (
        lambda rewards, q_next, terminated, gamma: rewards + gamma * q_next.max(axis=1),
        PAPER + ", entry [2] the answer is -10, got -7.5",
    ),
    "the end turned round": (
        lambda rewards, q_next, terminated, gamma: rewards + gamma * terminated * q_next.max(1),
        PAPER + ", entry [0] the answer is 2.5, got 1",
    ),
    "the end cuts the reward too": (
        lambda rewards, q_next, terminated, gamma: (
            (1 - terminated) * (rewards + gamma * q_next.max(1))
        ),
        PAPER + ", entry [2] the answer is -10, got 0",
    ),
    "one maximum for the whole batch": (
        lambda rewards, q_next, terminated, gamma: (
            rewards + gamma * (1 - terminated) * q_next.max()
        ),
        PAPER + ", entry [0] the answer is 2.5, got 3.5",
    ),
    "the maximum of each column": (
        lambda rewards, q_next, terminated, gamma: (
            rewards + gamma * (1 - terminated) * q_next.max(axis=0)
        ),
        "ValueError",
    ),
    "the mean of the actions": (
        lambda rewards, q_next, terminated, gamma: (
            rewards + gamma * (1 - terminated) * q_next.mean(1)
        ),
        PAPER + ", entry [0] the answer is 2.5, got 2",
    ),
    "the number of the best action": (
        lambda rewards, q_next, terminated, gamma: (
            rewards + gamma * (1 - terminated) * q_next.argmax(axis=1)
        ),
        PAPER + ", entry [0] the answer is 2.5, got 1.5",
    ),
    "no discount": (
        lambda rewards, q_next, terminated, gamma: rewards + (1 - terminated) * q_next.max(axis=1),
        PAPER + ", entry [0] the answer is 2.5, got 4",
    ),
    "the reward with a minus at the end": (
        # mistake 22: the end of a game is punished whatever it was
        lambda rewards, q_next, terminated, gamma: np.where(
            terminated, -rewards, rewards + gamma * q_next.max(axis=1)
        ),
        PAPER + ", entry [2] the answer is -10, got 10",
    ),
    "negative values are lost": (
        lambda rewards, q_next, terminated, gamma: (
            rewards + gamma * (1 - terminated) * np.maximum(q_next, 0).max(axis=1)
        ),
        PAPER + ", entry [1] the answer is -1, got 0",
    ),
    "a column": (
        lambda *given: targets_by_a_loop(*given)[:, None],
        "the shape (3,) is right, got (3, 1)",
    ),
    "a list": (lambda *given: targets_by_a_loop(*given).tolist(), "an array of numbers was exp"),
    "rewards changed": (targets_in_place, "must stay as they were"),
}


# sample


def sample_by_take(buffer, filled, batch, rng):
    rows = (rng.random(batch) * filled).astype(int)
    return {name: np.take(array, rows, axis=0) for name, array in buffer.items()}


def sample_without_repeats(buffer, filled, batch, rng):
    rows = rng.choice(filled, size=batch, replace=False)
    return {name: array[rows] for name, array in buffer.items()}


def sample_by_a_loop(buffer, filled, batch, rng):
    rows = [int(rng.integers(0, filled)) for _ in range(batch)]
    return {name: np.array([array[row] for row in rows]) for name, array in buffer.items()}


RIGHT["11_sample"] = {
    "take": sample_by_take,
    "without repeats": sample_without_repeats,
    "a loop": sample_by_a_loop,
}


def of_rows(draw):
    """Return an answer that takes the rows that `draw(capacity, filled, batch, rng)` names."""

    def sample(buffer, filled, batch, rng):
        rows = draw(len(buffer["rewards"]), filled, batch, rng)
        return {name: array[rows] for name, array in buffer.items()}

    return sample


def rows_anew_for_each_array(buffer, filled, batch, rng):
    return {name: array[rng.integers(filled, size=batch)] for name, array in buffer.items()}


def a_block(capacity, filled, batch, rng):
    first = int(rng.integers(filled - batch + 1))
    return np.arange(first, first + batch)


def emptying(buffer, filled, batch, rng):
    rows = rng.integers(filled, size=batch)
    drawn = {name: array[rows] for name, array in buffer.items()}
    buffer["rewards"][rows] = 0
    return drawn


WRONG["11_sample"] = {
    "all rows, filled or not": (
        of_rows(lambda capacity, filled, batch, rng: rng.integers(capacity, size=batch)),
        "a row was drawn that is not filled",
    ),
    "one row too many": (
        of_rows(
            lambda capacity, filled, batch, rng: rng.integers(filled + 1, size=batch) % capacity
        ),
        "a row was drawn that is not filled",
    ),
    "never the last row": (
        of_rows(lambda capacity, filled, batch, rng: rng.integers(max(filled - 1, 1), size=batch)),
        "row 19 was 0.0% of all draws",
    ),
    "never the first row": (
        of_rows(
            lambda capacity, filled, batch, rng: rng.integers(
                min(1, filled - 1), filled, size=batch
            )
        ),
        "row 0 was 0.0% of all draws",
    ),
    "the newest rows": (
        of_rows(lambda capacity, filled, batch, rng: np.arange(filled - batch, filled)),
        "in 100% of the draws the same row or the next one followed",
    ),
    "the newest rows as they lie": (
        of_rows(lambda capacity, filled, batch, rng: slice(filled - batch, filled)),
        "must be a copy, not a view",
    ),
    "a block of neighbours": (of_rows(a_block), "each row must be drawn anew"),
    "a ring of neighbours": (
        of_rows(
            lambda capacity, filled, batch, rng: (rng.integers(filled) + np.arange(batch)) % filled
        ),
        "each row must be drawn anew",
    ),
    "one row, many times": (
        of_rows(lambda capacity, filled, batch, rng: np.full(batch, rng.integers(filled))),
        "each row must be drawn anew",
    ),
    "other rows for each array": (rows_anew_for_each_array, "of other transitions than observ"),
    "a generator of its own": (
        of_rows(
            lambda capacity, filled, batch, rng: np.random.default_rng().integers(
                filled, size=batch
            )
        ),
        "the draws must come from rng",
    ),
    "always the same rows": (
        of_rows(
            lambda capacity, filled, batch, rng: np.random.default_rng(0).integers(
                filled, size=batch
            )
        ),
        "of all draws",
    ),
    "only the numbers of the rows": (
        lambda buffer, filled, batch, rng: rng.integers(filled, size=batch),
        "a dict with the keys observations",
    ),
    "without the ends": (
        lambda buffer, filled, batch, rng: {
            name: rows
            for name, rows in sample_by_take(buffer, filled, batch, rng).items()
            if name != "terminated"
        },
        "a dict with the keys observations",
    ),
    "twice as many": (
        lambda buffer, filled, batch, rng: sample_by_take(buffer, filled, 2 * batch, rng),
        "observations must have the shape (1, 2), got (2, 2)",
    ),
    "rows are used up": (emptying, "the buffer must stay as it was"),
}


# sync_target


def sync_layer_by_layer(online, target):
    for mine, other in zip(target.layers, online.layers, strict=True):
        for array, new in zip(mine, other, strict=True):
            array[:] = new


def sync_by_copyto(online, target):
    np.copyto(target.parameters, online.parameters)


RIGHT["11_sync_target"] = {
    "layer by layer": sync_layer_by_layer,
    "copyto": sync_by_copyto,
    "a slice": lambda online, target: target.parameters.__setitem__(slice(None), online.parameters),
}


def sync_by_another_name(online, target):
    target = online  # noqa: F841


def sync_by_a_new_copy(online, target):
    target = online.copy()  # noqa: F841


def sync_with_one_vector(online, target):
    target.parameters = online.parameters


def sync_with_a_new_vector(online, target):
    target.parameters = online.parameters.copy()


def sync_with_everything(online, target):
    target.__dict__.update(online.__dict__)


def sync_the_layers_only(online, target):
    target.layers = copy.deepcopy(online.layers)


def sync_the_other_way(online, target):
    online.parameters[:] = target.parameters


def sync_softly(online, target):
    target.parameters += 0.005 * (online.parameters - target.parameters)


def sync_by_adding(online, target):
    target.parameters += online.parameters


def sync_and_return(online, target):
    target.parameters[:] = online.parameters
    return target


NOT_EQUAL = "target.parameters must be equal to online.parameters"
WRONG["11_sync_target"] = {
    "another name": (sync_by_another_name, NOT_EQUAL),
    "a copy that is lost": (sync_by_a_new_copy, NOT_EQUAL),
    "one vector for both": (sync_with_one_vector, "target(x) must give what online(x) gives"),
    "a vector that no layer sees": (sync_with_a_new_vector, "target(x) must give what online(x)"),
    "all parts shared": (sync_with_everything, "it changed with it"),
    "layers without their vector": (sync_the_layers_only, NOT_EQUAL),
    "the other way": (sync_the_other_way, "online must stay as it was"),
    "a small part": (sync_softly, NOT_EQUAL),
    "a sum": (sync_by_adding, NOT_EQUAL),
    "the target returned": (sync_and_return, "nothing is returned; target is changed in place"),
}
