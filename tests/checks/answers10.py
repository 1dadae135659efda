"""Answers to the exercises of lesson 10 that must pass, and ones that must not."""

import numpy as np

from peterwolf import net

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


def relu(x):
    return np.maximum(x, 0)


# forward


def forward_by_a_counter(x, layers):
    for k, (weights, bias) in enumerate(layers):
        x = x @ weights + bias
        if k + 1 < len(layers):
            x = relu(x)
    return x


def forward_with_the_last_layer_apart(x, layers):
    *hidden, (weights, bias) = layers
    for before, shift in hidden:
        x = np.dot(x, before) + shift
        x = x * (x > 0)
    return x @ weights + bias


def forward_neuron_by_neuron(x, layers):
    rows = []
    for row in x.tolist():
        for k, (weights, bias) in enumerate(layers):
            sums = [
                shift + sum(n * w for n, w in zip(row, column, strict=True))
                for column, shift in zip(weights.T, bias, strict=True)
            ]
            row = sums if k == len(layers) - 1 else [max(0, each) for each in sums]
        rows.append(row)
    return np.array(rows)


def forward_by_recursion(x, layers):
    (weights, bias), *rest = layers
    y = x @ weights + bias
    return forward_by_recursion(np.where(y > 0, y, 0), rest) if rest else y


RIGHT["10_forward"] = {
    "a counter": forward_by_a_counter,
    "the last layer apart": forward_with_the_last_layer_apart,
    "neuron by neuron": forward_neuron_by_neuron,
    "recursion": forward_by_recursion,
}


def changed_forward(
    *, between=relu, last=lambda y: y, layer=lambda x, w, b: x @ w + b, first=lambda x: x
):
    """Return a right forward but for the parts that are given."""

    def forward(x, layers):
        x = first(x)
        for weights, bias in layers[:-1]:
            x = between(layer(x, weights, bias))
        return last(layer(x, *layers[-1]))

    return forward


def relu_before_the_layer(x, layers):
    for weights, bias in layers:
        x = relu(x) @ weights + bias
    return x


def relu_before_the_bias(x, layers):
    for k, (weights, bias) in enumerate(layers):
        x = x @ weights
        x = (relu(x) if k + 1 < len(layers) else x) + bias
    return x


def forward_that_uses_layers_up(x, layers):
    while len(layers) > 1:
        weights, bias = layers.pop(0)
        x = relu(x @ weights + bias)
    return x @ layers[0][0] + layers[0][1]


def forward_that_adds_to_the_bias(x, layers):
    for _, bias in layers:
        bias += 0.5
    return forward_by_a_counter(x, layers)


def forward_that_clips_its_input(x, layers):
    np.clip(x, -1, 1, out=x)
    return forward_by_a_counter(x, layers)


WRONG["10_forward"] = {
    "no ReLU": (changed_forward(between=lambda y: y), "the output[0, 0] is 5, got 3"),
    "a ReLU after the last layer, too": (changed_forward(last=relu), "got 0"),
    "a ReLU before the first layer": (changed_forward(first=relu), "the output["),
    "a ReLU before each layer": (relu_before_the_layer, "the output["),
    "the bias after the ReLU": (relu_before_the_bias, "is 5, got 7"),
    "no bias": (changed_forward(layer=lambda x, w, b: x @ w), "is 5, got 6"),
    "the bias is subtracted": (changed_forward(layer=lambda x, w, b: x @ w - b), "is 5, got 7"),
    "weights turned round": (
        changed_forward(layer=lambda x, w, b: x @ w.T.reshape(w.shape) + b),
        "the output[",
    ),
    "a sigmoid": (changed_forward(between=lambda y: 1 / (1 + np.exp(-y))), "is 5, got 2.18"),
    "tanh": (changed_forward(between=np.tanh), "is 5, got"),
    "the size instead of the positive part": (changed_forward(between=np.abs), "is 5, got 7"),
    "a leak": (changed_forward(between=lambda y: np.maximum(y, 0.1 * y)), "is 5, got 4.8"),
    "one layer only": (lambda x, layers: x @ layers[0][0] + layers[0][1], "got one of (1, 2)"),
    "the first row only": (
        lambda x, layers: forward_by_a_counter(x[:1], layers),
        "an array of shape (7, 2) was expected as the output, got one of (1, 2)",
    ),
    "flat": (lambda x, layers: forward_by_a_counter(x, layers).ravel(), "got one of (1,)"),
    "all layers": (
        lambda x, layers: [forward_by_a_counter(x, layers[: k + 1]) for k in range(len(layers))],
        "the output is an array of numbers",
    ),
    "a list": (
        lambda x, layers: forward_by_a_counter(x, layers).tolist(),
        "the output is an array of numbers",
    ),
    "single precision": (
        lambda x, layers: forward_by_a_counter(x, layers).astype(np.float32).round(3),
        "the output[",
    ),
    "the layers are used up": (forward_that_uses_layers_up, "layers must stay as they were"),
    "a bias changes": (forward_that_adds_to_the_bias, "layers must stay as they were"),
    "the input changes": (forward_that_clips_its_input, "x must stay as it was"),
}


# huber


def huber_by_a_mask(error, delta):
    loss = error**2 / 2
    large = np.abs(error) > delta
    loss[large] = delta * (np.abs(error[large]) - delta / 2)
    return loss


def huber_one_by_one(error, delta):
    def one(e):
        return e * e / 2 if abs(e) <= delta else delta * abs(e) - delta**2 / 2

    return np.vectorize(one, otypes=[float])(error)


RIGHT["10_huber"] = {
    "where": lambda e, d: np.where(abs(e) < d, e**2 / 2, d * (abs(e) - d / 2)),
    "a mask": huber_by_a_mask,
    "one by one": huber_one_by_one,
    "two parts of the error": lambda e, d: (
        np.minimum(abs(e), d) ** 2 / 2 + d * np.maximum(abs(e) - d, 0)
    ),
}


def huber_in_place(error, delta):
    np.clip(error, -delta, delta, out=error)
    return error**2 / 2


WRONG["10_huber"] = {
    "the squared loss": (lambda e, d: e**2 / 2, "the loss[1] is 2.5, got 4.5"),
    "the size of the error": (lambda e, d: np.abs(e), "the loss[0] is 0.125, got 0.5"),
    "no half": (
        lambda e, d: np.where(abs(e) <= d, e**2, d * (2 * abs(e) - d)),
        "the loss[0] is 0.125, got 0.25",
    ),
    "the error is cut off": (
        lambda e, d: np.clip(e, -d, d) ** 2 / 2,
        "the loss[1] is 2.5, got 0.5",
    ),
    "a jump at delta": (
        lambda e, d: np.where(abs(e) <= d, e**2 / 2, d * abs(e)),
        "the loss[1] is 2.5, got 3",
    ),
    "the sign is forgotten": (
        lambda e, d: np.where(e <= d, e**2 / 2, d * (e - d / 2)),
        "the loss[3] is 2.5, got 4.5",
    ),
    "negative losses": (
        lambda e, d: np.where(abs(e) <= d, e**2 / 2, d * (e - d / 2)),
        "the loss[3] is 2.5, got -3.5",
    ),
    "delta is always 1": (
        lambda e, d: np.where(abs(e) <= 1, e**2 / 2, abs(e) - 0.5),
        "delta=0.2",
    ),
    "the slope": (lambda e, d: np.clip(e, -d, d), "the loss[0] is 0.125, got 0.5"),
    "the other way round": (
        lambda e, d: np.where(abs(e) > d, e**2 / 2, d * (abs(e) - d / 2)),
        "the loss[0] is 0.125, got 0",
    ),
    "the mean": (
        lambda e, d: np.mean(net.huber(e, d)[0]),
        "the loss is an array of numbers",
    ),
    "loss and slope": (net.huber, "the loss is an array of numbers"),
    "one number only": (
        lambda e, d: e**2 / 2 if abs(e) <= d else d * (abs(e) - d / 2),
        "ValueError",
    ),
    "in place": (huber_in_place, "error must stay as it was"),
}


# backward


def backward_through_kept_values(x, error, layers):
    values = [x]
    for weights, bias in layers:
        values.append(relu(values[-1] @ weights + bias))
    gradient, slope = [], error
    for (weights, _), into in zip(reversed(layers), reversed(values[:-1]), strict=True):
        gradient.append((into.T @ slope, slope.sum(axis=0)))
        slope = (slope @ weights.T) * (into > 0)
    return gradient[::-1]


def backward_by_recursion(x, error, layers):
    def go(into, rest):
        """Return the gradient of the layers in `rest`, and the slope by what goes into them."""
        if not rest:
            return [], error
        (weights, bias), *others = rest
        raw = into @ weights + bias
        gradient, slope = go(relu(raw) if others else raw, others)
        slope = slope * (raw > 0) if others else slope
        return [[np.einsum("ni,nj->ij", into, slope), slope.sum(0)], *gradient], slope @ weights.T

    return go(x, layers)[0]


def backward_row_by_row(x, error, layers):
    total = [[np.zeros_like(weights), np.zeros_like(bias)] for weights, bias in layers]
    for row in range(len(x)):
        one = backward_through_kept_values(x[row : row + 1], error[row : row + 1], layers)
        for sums, pair in zip(total, one, strict=True):
            sums[0] += pair[0]
            sums[1] += pair[1]
    return total


RIGHT["10_backward"] = {
    "kept values": backward_through_kept_values,
    "recursion": backward_by_recursion,
    "row by row, summed": backward_row_by_row,
}


def changed_backward(
    *,
    mask=lambda slope, into: slope * (into > 0),
    back=lambda slope, weights: slope @ weights.T,
    by_weights=lambda into, slope: into.T @ slope,
    by_bias=lambda slope: slope.sum(axis=0),
    start=lambda error: error,
    activation=relu,
):
    """Return a right backward but for the parts that are given."""

    def backward(x, error, layers):
        values = [x]
        for weights, bias in layers[:-1]:
            values.append(activation(values[-1] @ weights + bias))
        gradient, slope = [], start(error)
        for (weights, _), into in zip(reversed(layers), reversed(values), strict=True):
            gradient.insert(0, (by_weights(into, slope), by_bias(slope)))
            slope = mask(back(slope, weights), into)
        return gradient

    return backward


def backward_that_masks_the_outputs(x, error, layers):
    error = error * (forward_by_a_counter(x, layers) > 0)
    return backward_through_kept_values(x, error, layers)


def backward_of_the_last_row(x, error, layers):
    for row in range(len(x)):
        gradient = backward_through_kept_values(x[row : row + 1], error[row : row + 1], layers)
    return gradient


def backward_that_descends(x, error, layers):
    gradient = backward_through_kept_values(x, error, layers)
    for layer, pair in zip(layers, gradient, strict=True):
        for numbers, slope in zip(layer, pair, strict=True):
            numbers -= 0.1 * slope
    return gradient


def backward_that_scales_the_error(x, error, layers):
    error /= 2
    return [(2 * w, 2 * b) for w, b in backward_through_kept_values(x, error, layers)]


WRONG["10_backward"] = {
    "the ReLU is forgotten": (
        changed_backward(mask=lambda slope, into: slope),
        "the slope by the weights of layer 0[0, 1] is 0, got 4",
    ),
    "no ReLU on the way up": (
        changed_backward(activation=lambda y: y),
        "the slope by the weights of layer 1[1, 0] is 0, got -1",
    ),
    "the ReLU of the slope instead of the value": (
        changed_backward(mask=lambda slope, into: relu(slope)),
        "the slope by the weights of layer 0[0, 1] is 0, got 4",
    ),
    "the values instead of a mask": (
        changed_backward(mask=lambda slope, into: slope * into),
        "is 6, got 12",
    ),
    "a ReLU after the last layer": (backward_that_masks_the_outputs, "got 0"),
    "weights not turned round": (
        changed_backward(back=lambda slope, weights: slope @ weights.reshape(weights.T.shape)),
        "the slope by the weights of layer 0",
    ),
    "the slope stays as it is": (
        changed_backward(
            back=lambda slope, weights: slope.sum(1, keepdims=True) + 0 * weights[:, 0]
        ),
        "the slope by the weights of layer 0[0, 0] is 6, got 2",
    ),
    "a minus sign": (changed_backward(start=lambda error: -error), "is 6, got -6"),
    "the error squared": (changed_backward(start=lambda e: e**2 / 2), "is 6, got 3"),
    "twice the error": (changed_backward(start=lambda error: 2 * error), "is 6, got 12"),
    "the mean over the rows": (
        changed_backward(start=lambda error: error / len(error)),
        "and 7 rows of inputs the slope by the weights of layer 0",
    ),
    "the mean for the bias": (
        changed_backward(by_bias=lambda slope: slope.mean(axis=0)),
        "and 7 rows of inputs the slope by the bias of layer 0",
    ),
    "one sum for the whole bias": (
        changed_backward(by_bias=lambda slope: slope.sum()),
        "an array of numbers",
    ),
    "a bias with two axes": (
        changed_backward(by_bias=lambda slope: slope.sum(axis=0, keepdims=True)),
        "as the slope by the bias of layer 0, got one of (1, 2)",
    ),
    "weights with their axes turned": (
        changed_backward(by_weights=lambda into, slope: slope.T @ into),
        "an array of shape (1, 2) was expected as the slope by the weights of layer 0",
    ),
    "from the last layer to the first": (
        lambda *given: backward_through_kept_values(*given)[::-1],
        "an array of shape (1, 2) was expected as the slope by the weights of layer 0",
    ),
    "bias before weights": (
        lambda *given: [pair[::-1] for pair in backward_through_kept_values(*given)],
        "an array of shape (1, 2) was expected as the slope by the weights of layer 0",
    ),
    "one sample at a time, and the last one counts": (
        backward_of_the_last_row,
        "and 7 rows of inputs the slope by the weights of layer 0",
    ),
    "the last layer only": (
        lambda *given: backward_through_kept_values(*given)[-1:],
        "a list of 2 pairs was expected",
    ),
    "weights only": (
        lambda *given: [pair[0] for pair in backward_through_kept_values(*given)],
        "a list of 2 pairs was expected",
    ),
    "one vector": (
        lambda *given: np.concatenate(
            [each.ravel() for pair in backward_through_kept_values(*given) for each in pair]
        ),
        "a list of 2 pairs was expected",
    ),
    "it descends at once": (backward_that_descends, "layers must stay as they were"),
    "the error changes": (backward_that_scales_the_error, "error must stay as it was"),
    "rounded": (
        lambda *given: [(w.round(3), b) for w, b in backward_through_kept_values(*given)],
        "the slope by the weights of layer 0",
    ),
}
