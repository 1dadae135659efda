"""Answers to the exercises of lesson 10 that must pass, and ones that must not."""

import math

import numpy as np

from peterwolf.dqn.net import Network

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


def as_network(layers):
    """The package's network with these layers."""
    widths = [len(layers[0][0]), *(len(bias) for _, bias in layers)]
    vector = np.concatenate([array.ravel() for layer in layers for array in layer])
    return Network(widths, vector)


# forward


def forward_by_plain_loops(x, layers):
    rows = []
    for row in x.tolist():
        for k, (weights, bias) in enumerate(layers):
            row = [
                math.fsum(n * w for n, w in zip(row, weights[:, j], strict=True)) + bias[j]
                for j in range(len(bias))
            ]
            if k + 1 < len(layers):
                row = [max(n, 0.0) for n in row]
        rows.append(row)
    return np.array(rows)


def forward_before_each_layer(x, layers):
    values = None
    for weights, bias in layers:
        inputs = x if values is None else values * (values > 0)
        values = np.dot(inputs, weights) + bias
    return values


RIGHT["10_forward"] = {
    "plain loops": forward_by_plain_loops,
    "max before each layer but the first": forward_before_each_layer,
    "the package's": lambda x, layers: as_network(layers)(x),
}


def passing(*, between=lambda z: np.maximum(z, 0), last=lambda z: z, first=lambda x: x):
    """Return an answer that is right in all that is not told otherwise."""

    def forward(x, layers):
        x = first(x)
        for k, (weights, bias) in enumerate(layers):
            x = x @ weights + bias
            x = between(x) if k < len(layers) - 1 else last(x)
        return x

    return forward


def forward_without_bias(x, layers):
    for k, (weights, _) in enumerate(layers):
        x = x @ weights if k == len(layers) - 1 else np.maximum(x @ weights, 0)
    return x


def forward_bias_after_the_maximum(x, layers):
    for k, (weights, bias) in enumerate(layers):
        x = x @ weights if k == len(layers) - 1 else np.maximum(x @ weights, 0)
        x = x + bias
    return x


def forward_turned(x, layers):
    for k, (weights, bias) in enumerate(layers):
        x = x @ weights.T + bias
        if k < len(layers) - 1:
            x = np.maximum(x, 0)
    return x


def forward_in_place(x, layers):
    for k, (weights, bias) in enumerate(layers):
        weights *= 1.0 + (k == 0)
        x = x @ weights / (1.0 + (k == 0)) + bias
        if k < len(layers) - 1:
            np.maximum(x, 0, out=x)
    return x


def forward_first_layer(x, layers):
    weights, bias = layers[0]
    return x @ weights + bias


def forward_that_uses_layers_up(x, layers):
    while len(layers) > 1:
        weights, bias = layers.pop(0)
        x = np.maximum(x @ weights + bias, 0)
    return x @ layers[0][0] + layers[0][1]


PAPER = "for the network of 1-2-1 neurons of the worked example, entry [0, 0] the answer is 5, got "
WRONG["10_forward"] = {
    "nothing between the layers": (passing(between=lambda z: z), PAPER + "3"),
    "max(0, ...) after the last layer too": (
        passing(last=lambda z: np.maximum(z, 0)),
        "a network of 1-4-1 neurons and 5 rows of inputs, entry [0, 0] the answer is -1.45483",
    ),
    "max(0, ...) of the inputs": (passing(first=lambda x: np.maximum(x, 0)), "a network of 3-2"),
    "tanh": (passing(between=np.tanh), PAPER),
    "absolute values": (passing(between=np.abs), PAPER + "7"),
    "at least 1": (passing(between=lambda z: np.maximum(z, 1)), PAPER + "7"),
    "no bias": (forward_without_bias, PAPER + "6"),
    "the bias after the maximum": (forward_bias_after_the_maximum, PAPER),
    "weights turned": (forward_turned, "ValueError"),
    "weights changed": (forward_in_place, "what is given must stay as it was"),
    "layers used up": (forward_that_uses_layers_up, "what is given must stay as it was"),
    "the first row only": (
        lambda x, layers: passing()(x[:1], layers),
        "the shape (5, 1) is right, got (1, 1)",
    ),
    "a leak": (passing(between=lambda z: np.maximum(z, 0.1 * z)), PAPER + "4.8"),
    "single precision": (
        lambda x, layers: passing()(x, layers).astype(np.float32).round(3),
        "the answer is",
    ),
    "only the first layer": (forward_first_layer, "the shape (1, 1) is right, got (1, 2)"),
    "a row too few axes": (
        lambda x, layers: passing()(x, layers).ravel(),
        "the shape (1, 1) is right, got (1,)",
    ),
    "a list": (
        lambda x, layers: passing()(x, layers).tolist(),
        "an array of numbers was expected, got [[5.0]]",
    ),
}


# backward


def backward_by_the_package(x, error, layers):
    network = as_network(layers)
    return network.views(network.backward(network.forward(x), error))


def backward_row_by_row(x, error, layers):
    total = [[np.zeros_like(weights), np.zeros_like(bias)] for weights, bias in layers]
    for row, slope in zip(x, error, strict=True):
        inputs = [row]
        for weights, bias in layers[:-1]:
            inputs.append(np.clip(inputs[-1] @ weights + bias, 0, None))
        for k in reversed(range(len(layers))):
            total[k][0] += np.outer(inputs[k], slope)
            total[k][1] += slope
            slope = np.where(inputs[k] > 0, layers[k][0] @ slope, 0)
    return total


def backward_recursive(x, error, layers):
    def behind(x, k):
        """The gradient of layer k and those after it, and the error of what goes into k."""
        weights, bias = layers[k]
        if k == len(layers) - 1:
            return [(x.T @ error, error.sum(0))], error @ weights.T
        before = x @ weights + bias
        later, slope = behind(np.maximum(before, 0), k + 1)
        slope = slope * (before > 0)
        return [(x.T @ slope, slope.sum(0)), *later], slope @ weights.T

    return behind(x, 0)[0]


RIGHT["10_backward"] = {
    "the package's": backward_by_the_package,
    "row by row": backward_row_by_row,
    "recursive": backward_recursive,
}


def going_back(
    *,
    mask=lambda before, seen: before > 0,
    by_weights=lambda seen, error: seen.T @ error,
    by_bias=lambda error: error.sum(axis=0),
    order=lambda gradient: gradient[::-1],
    seen_by=lambda before: np.maximum(before, 0),
    turned=lambda weights: weights.T,
):
    """Return an answer that is right in all that is not told otherwise."""

    def backward(x, error, layers):
        inputs, befores = [x], [np.ones_like(x)]
        for weights, bias in layers[:-1]:
            befores.append(inputs[-1] @ weights + bias)
            inputs.append(seen_by(befores[-1]))
        gradient = []
        for k in range(len(layers) - 1, -1, -1):
            gradient.append((by_weights(inputs[k], error), by_bias(error)))
            if k:
                error = (error @ turned(layers[k][0])) * mask(befores[k], inputs[k])
        return order(gradient)

    return backward


def backward_of_changed_errors(x, error, layers):
    gradient = going_back()(x, error, layers)
    error *= 0
    return gradient


def backward_without_the_weights(x, error, layers):
    inputs = [x]
    for weights, bias in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ weights + bias, 0))
    gradient = [(inputs[-1].T @ error, error.sum(0))]
    for k in range(len(layers) - 2, -1, -1):
        error = error.sum(axis=1, keepdims=True) * (inputs[k + 1] > 0)
        gradient.insert(0, (inputs[k].T @ error, error.sum(0)))
    return gradient


def backward_that_uses_layers_up(x, error, layers):
    gradient = going_back()(x, error, layers)
    while layers:
        layers.pop()
    return gradient


def backward_of_the_last_row(x, error, layers):
    for row in range(len(x)):
        gradient = going_back()(x[row : row + 1], error[row : row + 1], layers)
    return gradient


LAST, FIRST = "the weights of layer 1", "the weights of layer 0"
WRONG["10_backward"] = {
    "no mask": (going_back(mask=lambda before, seen: 1.0), FIRST),
    "the mask of the values, at least 0": (going_back(mask=lambda before, seen: seen >= 0), FIRST),
    "the mask turned round": (going_back(mask=lambda before, seen: before < 0), FIRST),
    "the values instead of the mask": (going_back(mask=lambda before, seen: seen), FIRST),
    "the mean over the rows": (
        going_back(
            by_weights=lambda seen, error: seen.T @ error / len(error),
            by_bias=lambda error: error.mean(axis=0),
        ),
        "a network of 1-4-1 neurons and 5 rows of inputs",
    ),
    "the mean for the bias only": (
        going_back(by_bias=lambda error: error.mean(axis=0)),
        "the bias of layer 1, entry [0] the answer is",
    ),
    "a minus": (going_back(by_weights=lambda seen, error: -(seen.T @ error)), LAST),
    "layers in the order of the way back": (
        going_back(order=lambda gradient: gradient),
        "the weights of layer 1 the shape (2, 1) is right, got (1, 2)",
    ),
    "what went in before max(0, ...)": (
        going_back(seen_by=lambda before: before),
        LAST + ", entry [1, 0] the answer is",
    ),
    "weights not turned": (going_back(turned=lambda weights: weights), "ValueError"),
    "an error that forgets the weights": (backward_without_the_weights, FIRST),
    "the bias summed over the wrong axis": (
        going_back(by_bias=lambda error: error.sum(axis=1)),
        "the bias of layer 0 the shape (2,) is right, got (1,)",
    ),
    "only the last layer": (
        lambda x, error, layers: going_back()(x, error, layers)[-1:],
        "a list of 2 pairs was expected",
    ),
    "one sample at a time, and the last one counts": (
        backward_of_the_last_row,
        "a network of 1-4-1 neurons and 5 rows of inputs, the weights of layer 1",
    ),
    "a bias with two axes": (
        going_back(by_bias=lambda error: error.sum(axis=0, keepdims=True)),
        "the bias of layer 1 the shape (1,) is right, got (1, 1)",
    ),
    "layers used up": (backward_that_uses_layers_up, "what is given must stay as it was"),
    "three parts a layer": (
        going_back(order=lambda gradient: [(*pair, None) for pair in gradient[::-1]]),
        "a list of 2 pairs was expected",
    ),
    "bias before weights": (
        going_back(order=lambda gradient: [pair[::-1] for pair in gradient[::-1]]),
        LAST + " the shape (2, 1) is right, got (1,)",
    ),
    "one vector": (
        going_back(order=lambda gradient: np.concatenate([w.ravel() for w, _ in gradient])),
        "a list of 2 pairs was expected",
    ),
    "rounded": (
        going_back(by_weights=lambda seen, error: (seen.T @ error).round(2)),
        "the answer is",
    ),
    "weights only": (
        lambda x, error, layers: [pair[0] for pair in going_back()(x, error, layers)],
        "a list of 2 pairs was expected",
    ),
    "errors changed": (backward_of_changed_errors, "what is given must stay as it was"),
    "layers changed by a step": (
        lambda x, error, layers: [
            (np.subtract(w, by_w, out=w), b)
            for (w, b), (by_w, _) in zip(layers, going_back()(x, error, layers), strict=True)
        ],
        "what is given must stay as it was",
    ),
}


# huber


def huber_by_a_loop(error, delta):
    losses = np.zeros(np.shape(error))
    for at in np.ndindex(losses.shape):
        size = abs(float(error[at]))
        losses[at] = 0.5 * size**2 if size <= delta else delta * (size - 0.5 * delta)
    return losses


def huber_by_parts(error, delta):
    inner = np.minimum(abs(error), delta)
    return 0.5 * inner**2 + delta * (abs(error) - inner)


RIGHT["10_huber"] = {
    "a loop": huber_by_a_loop,
    "two parts": huber_by_parts,
    "where": lambda error, delta: np.where(
        np.abs(error) < delta, 0.5 * error**2, delta * np.abs(error) - 0.5 * delta**2
    ),
}


def pieces(inner, outer):
    """Return an answer of two pieces, each a function of |error| and delta."""

    def huber(error, delta):
        size = np.abs(error)
        return np.where(size <= delta, inner(size, delta), outer(size, delta))

    return huber


def half(size, delta):
    return size**2 / 2


def line(size, delta):
    return delta * (size - delta / 2)


def huber_in_place(error, delta):
    np.abs(error, out=error)
    return pieces(half, line)(error, delta)


WRONG["10_huber"] = {
    "no half": (pieces(lambda size, delta: size**2, line), "the answer is 0.125, got 0.25"),
    "half the square everywhere": (pieces(half, half), "entry [5] the answer is 1.5, got 2"),
    "the bare distance outside": (
        pieces(half, lambda size, delta: size),
        "entry [5] the answer is 1.5, got 2",
    ),
    "a line that begins at delta": (
        pieces(half, lambda size, delta: delta * (size - delta)),
        "entry [5] the answer is 1.5, got 1",
    ),
    "a line of slope 1": (
        pieces(half, lambda size, delta: size - 0.5),
        "delta=0.25, entry [0] the answer is 0.71875, got 2.5",
    ),
    "pieces that do not meet": (
        pieces(half, lambda size, delta: delta * (size - 0.5)),
        "delta=0.25, entry [0] the answer is 0.71875, got 0.625",
    ),
    "constant outside": (
        pieces(half, lambda size, delta: delta**2 / 2),
        "entry [5] the answer is 1.5, got 0.5",
    ),
    "without the absolute value": (
        lambda error, delta: np.where(error <= delta, error**2 / 2, delta * (error - delta / 2)),
        "entry [6] the answer is 2.5, got 4.5",
    ),
    "the slope": (
        lambda error, delta: np.clip(error, -delta, delta),
        "the answer is 0.125, got 0.5",
    ),
    "the mean": (lambda error, delta: pieces(half, line)(error, delta).mean(), "the shape (7,)"),
    "one loss, by an if": (
        lambda error, delta: error**2 / 2 if abs(error) <= delta else delta * abs(error),
        "ValueError",
    ),
    "the error changed": (huber_in_place, "error must stay as it was"),
}
