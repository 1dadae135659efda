"""The exercises of lesson 10; finite differences judge the gradient."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from peterwolf.checks.exercise import EXACT, Exercise, ask, expect, short
from peterwolf.dqn import net

Layers = Sequence[net.Layer]
PLACES = ("weights", "bias")
NUDGE = 1e-4  # an output is a straight line in each single number, up to where a neuron switches


def forward(x: np.ndarray, layers: Layers) -> np.ndarray:
    """Return a network's outputs, (n, outputs), for the inputs `x`, (n, inputs).

    Each layer is x @ weights + bias; max(0, ...) stands between two layers.
    """
    return _network(layers)(x)


def backward(x: np.ndarray, error: np.ndarray, layers: Layers) -> list[net.Layer]:
    """Return the gradient, (by weights, by bias) of each layer in the order of `layers`.

    `error`: the loss's derivative by each output, (n, outputs).
    """
    network = _network(layers)
    return network.views(network.backward(network.forward(x), error))


def _network(layers: Layers) -> net.Network:
    """Return the package's network with the numbers of these layers."""
    widths = [len(layers[0][0]), *(len(bias) for _, bias in layers)]
    return net.Network(widths, np.concatenate([each.ravel() for pair in layers for each in pair]))


def huber(error: np.ndarray, delta: float) -> np.ndarray:
    """Return Huber's loss of each error: half its square up to `delta`, a line beyond.

    The loss has the shape of `error`.
    """
    return net.huber(error, delta)[0]


@lru_cache(maxsize=2)
def _networks(seed: int) -> list[tuple[str, np.ndarray, np.ndarray, Layers]]:
    """Return what to ask about: in words, inputs, errors, layers. The first one fits on paper."""
    first = np.array([[1.0, -1.0]]), np.array([0.0, 1.0])
    last = np.array([[3.0], [2.0]]), np.array([-1.0])
    named = "the network of 1-2-1 neurons of the worked example"
    cases: list[tuple[str, np.ndarray, np.ndarray, Layers]]
    cases = [(named, np.array([[2.0]]), np.array([[1.0]]), [first, last])]
    rng = np.random.default_rng([10, seed])
    for widths, n in (((3, 2), 1), ((1, 4, 1), 5), ((4, 3, 2), 6), ((2, 5, 5, 3), 8), ((1, 1), 3)):
        named = f"a network of {'-'.join(map(str, widths))} neurons and {n} rows of inputs"
        drawn = _draw(rng, widths, n)
        while _nearly_switches(*drawn):
            drawn = _draw(rng, widths, n)
        x, layers = drawn
        cases.append((named, x, rng.normal(size=(n, widths[-1])).round(2), layers))
    return cases


def _draw(rng: np.random.Generator, widths: Sequence[int], n: int) -> tuple[np.ndarray, Layers]:
    """Return inputs and layers at random."""
    layers = [
        (rng.normal(size=(inputs, outputs)).round(2), rng.normal(size=outputs).round(2))
        for inputs, outputs in zip(widths, widths[1:], strict=False)
    ]
    return rng.normal(size=(n, widths[0])).round(2), layers


def _nearly_switches(x: np.ndarray, layers: Layers) -> bool:
    """Tell whether a hidden neuron is so near 0 that finite differences would miss its slope."""
    hidden = (forward(x, layers[:k]) for k in range(1, len(layers)))
    return any(np.abs(each).min() < 100 * NUDGE for each in hidden)


def _asked(answer: Callable, case: str, arrays: Sequence[np.ndarray], layers: Layers) -> Any:
    """Return an answer for copies of some arrays and layers, and hold it to leaving them alone."""
    given = [array.copy() for array in arrays]
    copied = [(weights.copy(), bias.copy()) for weights, bias in layers]
    got = ask(answer, (*given, copied), case)
    flat = [*arrays, *(array for layer in layers for array in layer)]
    now = [*given, *(array for layer in copied for array in layer)]
    same = len(flat) == len(now) and all(map(np.array_equal, flat, now))
    expect(same, "what is given must stay as it was")
    return got


def expect_array(got: Any, right: np.ndarray, case: str) -> None:
    """Hold `got` to an array of numbers, its shape and, to 1e-9, each of its entries."""
    numbers = isinstance(got, (np.ndarray, np.number)) and np.asarray(got).dtype.kind in "iuf"
    expect(numbers, f"for {case} an array of numbers was expected, got {short(got)}")
    expect(
        np.shape(got) == right.shape,
        f"for {case} the shape {right.shape} is right, got {np.shape(got)}",
    )
    off = ~np.isclose(got, right, rtol=EXACT, atol=EXACT)
    if off.any():
        at = tuple(int(i) for i in np.argwhere(off)[0])
        entry = f", entry {list(at)}" if at else ""
        expect(False, f"for {case}{entry} the answer is {right[at]:.6g}, got {got[at] + 0.0:.6g}")


def _judge_forward(answer: Callable, seed: int) -> None:
    for case, x, _, layers in _networks(seed):
        expect_array(_asked(answer, case, (x,), layers), forward(x, layers), case)


@lru_cache(maxsize=2)
def _slopes(seed: int) -> list[list[list[np.ndarray]]]:
    """Return the gradient in each case, by finite differences."""
    found = []
    for _, x, error, layers in _networks(seed):
        copied = [(weights.copy(), bias.copy()) for weights, bias in layers]
        found.append([[_by_nudges(each, x, error, copied) for each in pair] for pair in copied])
    return found


def _by_nudges(numbers: np.ndarray, x: np.ndarray, error: np.ndarray, layers: Layers) -> np.ndarray:
    """Return by how much each of a layer's `numbers` moves the sum of error · output, per unit."""
    slopes = np.empty_like(numbers)
    for at in np.ndindex(numbers.shape):
        was, ends = numbers[at], []
        for nudged in (was + NUDGE, was - NUDGE):
            numbers[at] = nudged
            ends.append(np.sum(error * forward(x, layers)))
        numbers[at] = was
        slopes[at] = (ends[0] - ends[1]) / (2 * NUDGE)
    return slopes


def _judge_backward(answer: Callable, seed: int) -> None:
    for (case, x, error, layers), slopes in zip(_networks(seed), _slopes(seed), strict=True):
        got = _asked(answer, case, (x, error), layers)
        pairs = isinstance(got, (list, tuple)) and all(
            isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in got
        )
        fits = pairs and len(got) == len(layers)
        many = "one pair" if len(layers) == 1 else f"{len(layers)} pairs"
        expect(fits, f"for {case} a list of {many} was expected, got {short(got)}")
        # From the last layer to the first, as an error travels.
        for k in reversed(range(len(layers))):
            for place, part, right in zip(PLACES, got[k], slopes[k], strict=True):
                expect_array(part, right, f"{case}, the {place} of layer {k}")


def _judge_huber(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([1000, seed])
    cases = [(np.array([0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.0]), 1.0)]
    cases += [(np.array([3.0, -3.0, 5.0, -0.1]), delta) for delta in (0.25, 2.0, 4.0)]
    cases += [(rng.normal(size=shape).round(3), 0.5) for shape in ((1,), (3, 4), (50,))]
    cases += [(np.array([]), 1.0), (np.array([-7, 0, 7]), 1.0)]
    for error, delta in cases:
        case = f"error={short(error.tolist())}, delta={delta}"
        given = error.copy()
        got = ask(answer, (given, delta), case)
        expect(np.array_equal(given, error), "error must stay as it was")
        size = np.abs(error)
        right = np.where(size <= delta, error * error / 2, delta * (size - delta / 2))
        expect_array(got, right, case)


EXERCISES = (
    Exercise(
        "10_forward",
        2,
        forward,
        _judge_forward,
        "each layer is x @ weights + bias; between which layers does max(0, ...) stand, and what "
        "goes into the next one?",
        section=2,
    ),
    Exercise(
        "10_huber",
        1,
        huber,
        _judge_huber,
        "at the distance delta both pieces must have the same height and the same slope.",
        section=3,
    ),
    Exercise(
        "10_backward",
        3,
        backward,
        _judge_backward,
        "keep what went into each layer, then go from the last layer to the first: into.T @ slope, "
        "the sum of the slopes, and the slope that goes on to the layer before, which passes only "
        "where that layer gave more than 0.",
        section=4,
    ),
)
