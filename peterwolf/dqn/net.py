"""A small neural network with its gradient and an optimiser, readable in one sitting.

Numbers go through layers, `x @ weights + bias`, with max(0, ...) between two
of them. All weights and biases stand in one flat vector, so that a gradient,
an optimiser, a copy or a file is a matter of one array; the layers are views
into it. Rumelhart, Hinton and Williams, Learning representations by
back-propagating errors, 1986.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from peterwolf import arguments

Layer = tuple[np.ndarray, np.ndarray]  # weights (inputs, outputs) and bias (outputs,)
MOST_PARAMETERS = 10_000_000


class Network:
    """Layers of numbers: `network(x)` turns inputs (n, widths[0]) into outputs (n, widths[-1]).

    `widths`: how many numbers go in, are in each hidden layer, and come out.
    `parameters`: all weights and biases, float (count,); it is kept, not
    copied, and whoever changes it changes the network. With `dueling` the last
    layer has one output more, the value of the state, and the others are
    advantages: action values are value + advantage − mean advantage (Wang et
    al., Dueling network architectures, 2016, here on one common trunk).

    Raises TypeError or ValueError for widths that are no row of at least two
    whole numbers from 1 on, and for parameters of another kind or number.
    """

    def __init__(
        self, widths: Sequence[int], parameters: np.ndarray, *, dueling: bool = False
    ) -> None:
        self.widths = _checked(widths)
        self.dueling = arguments.one_of("dueling", dueling, (False, True))
        count = size(self.widths, dueling=dueling)
        if not isinstance(parameters, np.ndarray) or parameters.dtype.kind != "f":
            raise TypeError(f"parameters must be a numpy array of floats, got {parameters!r:.50}")
        if parameters.shape != (count,):
            raise ValueError(
                f"parameters must have the shape ({count},) for widths {self.widths}, "
                f"got {parameters.shape}"
            )
        if not parameters.flags.c_contiguous:
            raise ValueError("parameters must lie in one piece, got a vector with gaps")
        self.parameters = parameters
        self.layers = self.views(parameters)
        # Dueling: what the last layer's outputs (value, advantages) are multiplied by.
        actions = self.widths[-1]
        advantages = np.eye(actions) - 1 / actions
        self._mix = np.vstack([np.ones(actions), advantages]).astype(parameters.dtype)

    def views(self, vector: np.ndarray) -> list[Layer]:
        """Return views into a vector of the shape of `parameters`: weights and bias of each layer.

        A gradient is read layer by layer in this way.
        """
        layers, at = [], 0
        for inputs, outputs in _shapes(self.widths, self.dueling):
            weights = vector[at : at + inputs * outputs].reshape(inputs, outputs)
            at += inputs * outputs
            layers.append((weights, vector[at : at + outputs]))
            at += outputs
        return layers

    def forward(self, x: np.ndarray) -> list[np.ndarray]:
        """Return what goes into each layer, and the network's output as the last entry.

        `x` has the shape (n, widths[0]), the output (n, widths[-1]). Raises
        ValueError for another shape.
        """
        if x.ndim != 2 or x.shape[1] != self.widths[0]:
            raise ValueError(f"x must have the shape (n, {self.widths[0]}), got {x.shape}")
        values = [x]
        for weights, bias in self.layers:
            x = x @ weights  # (n, inputs) @ (inputs, outputs)
            x += bias
            if len(values) < len(self.layers):
                np.maximum(x, 0, out=x)  # between two layers only
            values.append(x)
        if self.dueling:
            values[-1] = x @ self._mix  # (n, 1 + actions) to (n, actions)
        return values

    def backward(self, values: list[np.ndarray], slope: np.ndarray) -> np.ndarray:
        """Return the gradient of a loss, of the shape of `parameters`.

        `values` is what `forward` returned, `slope` the loss's derivative by
        each output, (n, widths[-1]).
        """
        gradient = np.empty_like(self.parameters)
        if self.dueling:
            slope = slope @ self._mix.T
        for k, (by_weights, by_bias) in reversed(list(enumerate(self.views(gradient)))):
            np.matmul(values[k].T, slope, out=by_weights)  # (inputs, n) @ (n, outputs)
            np.sum(slope, axis=0, out=by_bias)
            if k > 0:
                slope = slope @ self.layers[k][0].T  # (n, outputs) @ (outputs, inputs)
                slope *= values[k] > 0  # nothing passes where max(0, ...) gave 0
        return gradient

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.forward(x)[-1]

    def copy(self) -> "Network":
        """Return a network with parameters of its own."""
        return Network(self.widths, self.parameters.copy(), dueling=self.dueling)

    def __repr__(self) -> str:
        dueling = ", dueling" if self.dueling else ""
        count, kind = self.parameters.size, self.parameters.dtype
        return f"Network({'-'.join(map(str, self.widths))}{dueling}, {count} parameters, {kind})"


def random_network(
    widths: Sequence[int],
    *,
    rng: np.random.Generator,
    dtype: type = np.float32,
    dueling: bool = False,
) -> Network:
    """Return a network to begin with: all numbers uniform, within ±1/√(inputs of their layer).

    That is how PyTorch's linear layers begin. Raises as `Network` does, and TypeError
    for an rng that is no Generator.
    """
    arguments.generator("rng", rng)
    widths = _checked(widths)
    network = Network(widths, np.empty(size(widths, dueling=dueling), dtype), dueling=dueling)
    for weights, bias in network.layers:
        reach = 1 / np.sqrt(len(weights))
        weights[:] = rng.uniform(-reach, reach, weights.shape)
        bias[:] = rng.uniform(-reach, reach, bias.shape)
    return network


def size(widths: Sequence[int], *, dueling: bool = False) -> int:
    """Return how many parameters a network has; raises ValueError for more than ten million."""
    shapes = _shapes(_checked(widths), dueling)
    count = sum(inputs * outputs + outputs for inputs, outputs in shapes)
    if count > MOST_PARAMETERS:
        raise ValueError(f"widths must make at most {MOST_PARAMETERS:,} parameters, got {widths!r}")
    return count


class Adam:
    """Changes parameters, (count,), in place, against their gradient.

    Each has a pace of its own: the mean gradient, divided by the root of the
    mean squared one. Kingma and Ba, Adam, 2015; their names and defaults.
    Raises TypeError or ValueError, naming the argument, for a number out of its range.
    """

    def __init__(
        self,
        parameters: np.ndarray,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.parameters = parameters
        self.learning_rate = arguments.real("learning_rate", learning_rate, 0, 10)
        self.beta1 = arguments.real("beta1", beta1, 0, 1 - 1e-9)
        self.beta2 = arguments.real("beta2", beta2, 0, 1 - 1e-9)
        self.epsilon = arguments.real("epsilon", epsilon, 0, 1)
        self.mean, self.square = np.zeros_like(parameters), np.zeros_like(parameters)
        self.steps = 0

    def step(self, gradient: np.ndarray) -> None:
        """Take one step; `gradient` has the shape of the parameters."""
        self.steps += 1
        self.mean += (1 - self.beta1) * (gradient - self.mean)
        self.square += (1 - self.beta2) * (gradient * gradient - self.square)
        # Both began at 0 and are too small by these factors, at first.
        pace = self.learning_rate / (1 - self.beta1**self.steps)
        root = np.sqrt(self.square / (1 - self.beta2**self.steps))
        root += self.epsilon
        self.parameters -= pace * self.mean / root


def squared(error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return half the squared error, and its slope, each of the shape of `error`."""
    return error * error / 2, error


def huber(error: np.ndarray, delta: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the Huber loss, and its slope, each of the shape of `error`.

    Half the squared error up to `delta`, beyond it a straight line with the
    slope `delta`, so that one large error does not outvote all others. Huber,
    Robust estimation of a location parameter, 1964.
    """
    slope = np.clip(error, -delta, delta)
    return slope * (error - slope / 2), slope


def _shapes(widths: tuple[int, ...], dueling: bool) -> list[tuple[int, int]]:
    """Return (inputs, outputs) of each layer."""
    return list(itertools.pairwise((*widths[:-1], widths[-1] + dueling)))


def _checked(widths: Sequence[int]) -> tuple[int, ...]:
    """Return widths as a tuple of ints."""
    if isinstance(widths, (str, bytes)) or not isinstance(widths, (Sequence, np.ndarray)):
        raise TypeError(f"widths must be a row of whole numbers, got {widths!r}")
    if len(widths) < 2:
        raise ValueError(
            f"widths must have two entries or more, inputs and outputs, got {widths!r}"
        )
    return tuple(arguments.integer("widths", width, 1) for width in widths)
