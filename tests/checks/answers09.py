"""Answers to the exercises of lesson 09 that must pass, and ones that must not."""

import math

import numpy as np

from peterwolf.tabular.linear import Tiles

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# tile_indices


def indices_by_plain_loops(x, low, high, tilings, tiles):
    active = []
    for k in range(tilings):
        number = k
        for d in range(len(tiles)):
            inside = min(max(float(x[d]), low[d]), high[d])
            place = (inside - low[d]) * tiles[d] / (high[d] - low[d])
            place += k * (2 * d + 1) % tilings / tilings
            number = number * (int(tiles[d]) + 1) + math.floor(place)
        active.append(number)
    return active


def indices_at_once(x, low, high, tilings, tiles):
    odd = np.arange(1, 2 * len(tiles), 2)
    shifts = np.outer(np.arange(tilings), odd) / tilings % 1
    width = (high - low) / tiles
    cells = ((np.minimum(np.maximum(x, low), high) - low) / width + shifts).astype(int)
    sizes = tiles + 1
    strides = [int(np.prod(sizes[d + 1 :])) for d in range(len(tiles))]
    return cells @ strides + np.arange(tilings) * np.prod(sizes)


RIGHT["09_tile_indices"] = {
    "plain loops and a list": indices_by_plain_loops,
    "all tilings at once": indices_at_once,
    "the package's": lambda x, low, high, tilings, tiles: Tiles(low, high, tilings, tiles)(x),
}


def indices(
    shift=lambda k, d, tilings: k * (2 * d + 1) / tilings % 1,
    inside=np.clip,
    cell=lambda place, shift: np.floor(place + shift),
    sizes=lambda tiles: tiles + 1,
    first=lambda k: k,
    scaled=lambda x, low, high: (x - low) / (high - low),
):
    """Return an answer that is right in all that is not told otherwise."""

    def tile_indices(x, low, high, tilings, tiles):
        place = scaled(inside(x, low, high), low, high) * tiles
        active = []
        for k in range(tilings):
            found = cell(place, shift(k, np.arange(len(tiles)), tilings)).astype(int)
            number = first(k)
            for size, at in zip(sizes(tiles), found, strict=True):
                number = number * size + at
            active.append(number)
        return np.array(active)

    return tile_indices


def indices_in_place(x, low, high, tilings, tiles):
    np.clip(x, low, high, out=x)
    return indices()(x, low, high, tilings, tiles)


def indices_as_one_hot(x, low, high, tilings, tiles):
    features = np.zeros(tilings * np.prod(tiles + 1), dtype=int)
    features[indices()(x, low, high, tilings, tiles)] = 1
    return features


def indices_the_other_way_round(x, low, high, tilings, tiles):
    return indices()(x[::-1], low[::-1], high[::-1], tilings, tiles[::-1])


WRONG["09_tile_indices"] = {
    "no shifts": (
        indices(shift=lambda k, d, tilings: 0),
        "the answer is [11, 37, 66, 91], got [11, 36, 61, 86]",
    ),
    "the same shift in every dimension": (
        indices(shift=lambda k, d, tilings: np.full(len(d), k / tilings)),
        "the answer is [11, 37, 66, 91], got [11, 36, 66, 92]",
    ),
    "whole tiles are left in": (
        indices(shift=lambda k, d, tilings: k * (2 * d + 1) / tilings),
        "got [11, 37, 67, 93]",
    ),
    "odd numbers that begin at 3": (
        indices(shift=lambda k, d, tilings: k * (2 * d + 3) / tilings % 1),
        "the answer is [11, 37, 66, 91], got",
    ),
    "a shift of whole tiles": (
        indices(shift=lambda k, d, tilings: k * (2 * d + 1) % tilings),
        "tiling 3 has the features 75 to 99, got 102",
    ),
    "shifted the other way": (
        indices(cell=lambda place, shift: np.floor(place - shift)),
        "the answer is [11, 37, 66, 91], got",
    ),
    "the tile is found before the shift": (
        indices(cell=lambda place, shift: np.floor(place) + shift),
        "the answer is [11, 37, 66, 91], got [11, 36, 61, 86]",
    ),
    "rounded": (
        indices(cell=lambda place, shift: np.round(place + shift)),
        "the answer is [11, 37, 66, 91], got [16",
    ),
    "no tile more": (
        indices(sizes=lambda tiles: tiles),
        "tiling 2 has the features 50 to 74, got 45",
    ),
    "every tiling begins at 0": (
        indices(first=lambda k: 0),
        "tiling 1 has the features 25 to 49, got 12",
    ),
    "a value outside stays outside": (
        indices(inside=lambda x, low, high: x),
        "for x=[4.5, -1.0]",
    ),
    "low is forgotten, and int cuts towards zero": (
        indices(
            scaled=lambda x, low, high: x / (high - low),
            cell=lambda place, shift: np.trunc(place + shift),
        ),
        "for x=[-0.9], low=[-1.0], high=[1.0]",
    ),
    "y before x": (indices_the_other_way_round, "the answer is [11, 37, 66, 91], got"),
    "floats": (
        lambda *given: indices()(*given).astype(float),
        "an array of 4 whole numbers is right, got array([11.",
    ),
    "a whole vector of features": (
        indices_as_one_hot,
        "an array of 4 whole numbers is right, got array([0,",
    ),
    "x is changed": (indices_in_place, "x, low, high and tiles must stay as they were"),
}


# semi_gradient_update


def update_by_a_loop(w, active, action, target, alpha):
    value = 0.0
    for feature in active:
        value += w[feature, action]
    for feature in active:
        w[feature, action] += alpha * (target - value)


def update_by_the_gradient(w, active, action, target, alpha):
    x = np.zeros(len(w))
    x[active] = 1
    w[:, action] += alpha * (target - w[:, action] @ x) * x


RIGHT["09_semi_gradient_update"] = {
    "a loop": update_by_a_loop,
    "the whole gradient, mostly zeros": update_by_the_gradient,
    "add.at": lambda w, active, action, target, alpha: np.add.at(
        w, (active, action), alpha * (target - np.sum(w[active, action]))
    ),
}


def update_of_each_alone(w, active, action, target, alpha):
    # as in a table, where a value is one entry
    w[active, action] += alpha * (target - w[active, action])


def update_one_after_the_other(w, active, action, target, alpha):
    for feature in active:
        w[feature, action] += alpha * (target - w[active, action].sum())


def update_divided(w, active, action, target, alpha):
    w[active, action] += alpha / len(active) * (target - w[active, action].sum())


def update_from_the_mean(w, active, action, target, alpha):
    w[active, action] += alpha * (target - w[active, action].mean())


def update_of_every_action(w, active, action, target, alpha):
    w[active] += alpha * (target - w[active, action].sum())


def update_of_every_feature(w, active, action, target, alpha):
    w[:, action] += alpha * (target - w[active, action].sum())


def update_with_a_minus(w, active, action, target, alpha):
    w[active, action] -= alpha * (target - w[active, action].sum())


def update_of_a_copy(w, active, action, target, alpha):
    w = w.copy()
    w[active, action] += alpha * (target - w[active, action].sum())


def update_of_picked_weights(w, active, action, target, alpha):
    picked = w[active, action]  # not a view
    picked += alpha * (target - picked.sum())


def update_that_returns(w, active, action, target, alpha):
    w[active, action] += alpha * (target - w[active, action].sum())
    return w


def update_without_alpha(w, active, action, target, alpha):
    w[active, action] += target - w[active, action].sum()


def update_of_the_first(w, active, action, target, alpha):
    w[active[0], action] += alpha * (target - w[active, action].sum())


FIRST = "they become [1.3, 2.3, 4.3], got "
WRONG["09_semi_gradient_update"] = {
    "each weight by itself": (update_of_each_alone, FIRST + "[1.9, 2.8, 4.6]"),
    "the error anew after each weight": (update_one_after_the_other, FIRST + "[1.3, 2.27, 4.243]"),
    "divided by the number of tilings": (update_divided, FIRST + "[1.1, 2.1, 4.1]"),
    "the mean instead of the sum": (update_from_the_mean, FIRST + "[1.766667"),
    "every action": (update_of_every_action, "other entries of w were changed"),
    "every feature": (update_of_every_feature, "other entries of w were changed"),
    "a minus for the plus": (update_with_a_minus, FIRST + "[0.7, 1.7, 3.7]"),
    "a copy": (update_of_a_copy, FIRST + "[1.0, 2.0, 4.0]"),
    "weights picked out of w": (update_of_picked_weights, FIRST + "[1.0, 2.0, 4.0]"),
    "in place and returned": (update_that_returns, "nothing is returned; w is changed in place"),
    "no alpha": (update_without_alpha, FIRST + "[4.0, 5.0, 7.0]"),
    "only one weight": (update_of_the_first, FIRST + "[1.3, 2.0, 4.0]"),
}
