"""The exercises of lesson 10; the gradient is judged by finite differences."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from peterwolf import net
from peterwolf.checks.exercise import EXACT, Exercise, WrongError, ask, expect, short

NUDGE = 1e-4  # an output is a straight line in each single weight, up to where a neuron switches
# The 1-2-1 network that the lesson works out on paper.
PAPER = (
    (np.array([[1.0, -1.0]]), np.array([0.0, 1.0])),
    (np.array([[3.0], [2.0]]), np.array([-1.0])),
)
SHAPES = ((3, 2), (1, 5, 1), (3, 3, 3), (2, 4, 4, 2), (4, 6, 3, 1), (2, 3, 3, 3, 2))
Layers = Sequence[net.Layer]


def forward(x: np.ndarray, layers: Layers) -> np.ndarray:
    """Return the outputs (n, outputs) for inputs (n, inputs).

    `layers` holds pairs of weights (inputs, outputs) and bias (outputs,);
    between two layers, and only there, stands max(0, ...).
    """
    return _network(layers)(x)


def backward(x: np.ndarray, error: np.ndarray, layers: Layers) -> list[net.Layer]:
    """Return the gradient of a loss: a pair (by weights, by bias) a layer, summed over the rows.

    `error`, (n, outputs), is the slope of the loss by each output: of half
    the squared error, the error itself.
    """
    network = _network(layers)
    return network.views(network.backward(network.forward(x), error))


def huber(error: np.ndarray, delta: float) -> np.ndarray:
    """Return half the squared error up to `delta`, beyond it delta · (|error| − delta / 2)."""
    return net.huber(error, delta)[0]


def _network(layers: Layers) -> net.Network:
    """Return the package's network with the same numbers."""
    widths = [len(layers[0][0]), *(len(bias) for _, bias in layers)]
    return net.Network(widths, np.concatenate([each.ravel() for pair in layers for each in pair]))


def _named(layers: Layers, rows: int) -> str:
    widths = [len(layers[0][0]), *(len(bias) for _, bias in layers)]
    return f"a network {'-'.join(map(str, widths))} and {rows} row{'s' * (rows != 1)} of inputs"


def _draw(widths: Sequence[int], rows: int, rng: np.random.Generator) -> tuple:
    """Return random inputs, layers and errors; their outputs have both signs."""
    pairs = zip(widths, widths[1:], strict=False)
    layers = [(rng.normal(size=(n, m)), rng.normal(size=m)) for n, m in pairs]
    x, error = rng.normal(size=(rows, widths[0])), rng.normal(size=(rows, widths[-1]))
    return x, error, layers


@cache
def _cases() -> list[tuple]:
    """Return inputs, errors and layers of the networks that answers are asked about."""
    rng = np.random.default_rng(101)
    drawn = [_draw(widths, rows, rng) for widths in SHAPES for rows in (1, 7)]
    return [(np.array([[2.0]]), np.array([[1.0]]), PAPER), *drawn]


def _given(case: tuple) -> tuple:
    """Return a copy of a case for the answer, and a test of whether the copy stayed as it was."""
    x, error, layers = case
    copied = x.copy(), error.copy(), [(weights.copy(), bias.copy()) for weights, bias in layers]

    def expect_unchanged() -> None:
        expect(np.array_equal(copied[0], x), "x must stay as it was")
        expect(np.array_equal(copied[1], error), "error must stay as it was")
        both = [[each for pair in given for each in pair] for given in (copied[2], layers)]
        same = len(both[0]) == len(both[1]) and all(map(np.array_equal, *both))
        expect(same, "layers must stay as they were")

    return copied, expect_unchanged


def _expect_array(got: Any, right: np.ndarray, case: str, what: str) -> None:
    """Hold `got` to an array, number by number, to 1e-9; `what` names it."""
    numbers = isinstance(got, np.ndarray) and got.dtype.kind in "iuf"
    expect(numbers, f"for {case} {what} is an array of numbers, got {short(got)}")
    shapes = f"of shape {right.shape} was expected as {what}, got one of {got.shape}"
    expect(got.shape == right.shape, f"for {case} an array {shapes}")
    for at in np.argwhere(~np.isclose(got, right, rtol=EXACT, atol=EXACT)):
        place = ", ".join(map(str, at))
        one, other = right[tuple(at)], got[tuple(at)]
        raise WrongError(f"for {case} {what}[{place}] is {one:.6g}, got {other:.6g}")


def _judge_forward(answer: Callable) -> None:
    for case in _cases():
        (x, _, layers), expect_unchanged = _given(case)
        named = _named(layers, len(x))
        got = ask(answer, (x, layers), named)
        expect_unchanged()
        _expect_array(got, forward(case[0], case[2]), named, "the output")


@cache
def _slopes() -> list[list[list[np.ndarray]]]:
    """Return the gradient of each case by finite differences."""
    found = []
    for case in _cases():
        (x, error, layers), _ = _given(case)
        found.append([[_by_nudges(numbers, x, error, layers) for numbers in p] for p in layers])
    return found


def _by_nudges(numbers: np.ndarray, x: np.ndarray, error: np.ndarray, layers: Layers) -> np.ndarray:
    """Return by how much each of a layer's `numbers` moves sum(error · output), per unit."""
    slopes = np.empty_like(numbers)
    for at in np.ndindex(numbers.shape):
        was, ends = numbers[at], []
        for nudged in (was + NUDGE, was - NUDGE):
            numbers[at] = nudged
            ends.append(np.sum(error * forward(x, layers)))
        numbers[at] = was
        slopes[at] = (ends[0] - ends[1]) / (2 * NUDGE)
    return slopes


def _judge_backward(answer: Callable) -> None:
    for case, slopes in zip(_cases(), _slopes(), strict=True):
        (x, error, layers), expect_unchanged = _given(case)
        named = _named(layers, len(x))
        got = ask(answer, (x, error, layers), named)
        expect_unchanged()
        rows = (list, tuple)
        fits = isinstance(got, rows) and len(got) == len(layers)
        fits = fits and all(isinstance(pair, rows) and len(pair) == 2 for pair in got)
        expect(fits, f"for {named} a list of {len(layers)} pairs was expected, got {short(got)}")
        for k, (pair, right) in enumerate(zip(got, slopes, strict=True)):
            _expect_array(pair[0], right[0], named, f"the slope by the weights of layer {k}")
            _expect_array(pair[1], right[1], named, f"the slope by the bias of layer {k}")


def _judge_huber(answer: Callable) -> None:
    rng = np.random.default_rng(102)
    cases = [([0.5, 3.0, -0.5, -3.0, 0.0, 1.0, -1.0], 1.0), ([0.1, 0.3, -4.0], 0.2)]
    cases += [([[2.0, -9.0], [1.5, 0.0]], 2.0), ([100.0], 5.0), ([0.1, -0.2], 1.0)]
    cases += [
        (rng.normal(scale=3, size=shape), float(rng.uniform(0.1, 4))) for shape in (9, (4, 3))
    ]
    for error, delta in cases:
        before = np.array(error)
        given = before.copy()
        got = ask(answer, (given, delta), f"error={short(before.tolist())}, delta={delta:.6g}")
        expect(np.array_equal(given, before), "error must stay as it was")
        size = np.abs(before)
        right = np.where(size <= delta, before**2 / 2, delta * (size - delta / 2))
        case = f"delta={delta:.6g} and error={short(before.round(3).tolist())}"
        _expect_array(got, right, case, "the loss")


EXERCISES = (
    Exercise(
        "10_forward",
        2,
        forward,
        _judge_forward,
        "each layer is x @ weights + bias; after which layers do negative numbers become 0, and "
        "after which not? (section 2)",
    ),
    Exercise(
        "10_huber",
        1,
        huber,
        _judge_huber,
        "np.where(condition, a, b) takes a where the condition holds, else b; how large is an "
        "error, whatever its sign? (section 3)",
    ),
    Exercise(
        "10_backward",
        3,
        backward,
        _judge_backward,
        "first keep what goes into each layer; then, from the last layer to the first: by weights, "
        "by bias, through the weights, through the ReLU (section 4).",
    ),
)
