"""The network: its gradient against finite differences and PyTorch, its layers one vector."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peterwolf import net
from peterwolf.dqn import pytorch
from peterwolf.dqn.net import Adam, Network, random_network

LOSSES = {"squared": net.squared, "huber": net.huber, "huber 0.3": lambda e: net.huber(e, 0.3)}
SHAPES = [(4, 64, 64, 2), (2, 5, 3), (3, 2), (1, 1), (1, 1, 1, 1), (6, 2, 7, 2, 4)]


def some(widths=(4, 8, 8, 2), seed=0, dtype=np.float64, dueling=False) -> Network:
    rng = np.random.default_rng(seed)
    return random_network(widths, rng=rng, dtype=dtype, dueling=dueling)


def inputs(network: Network, n: int = 7, seed: int = 1) -> np.ndarray:
    x = np.random.default_rng(seed).normal(size=(n, network.widths[0]))
    return x.astype(network.parameters.dtype)


# Forward


@pytest.mark.parametrize("widths", SHAPES)
def test_the_output_is_what_the_formula_says_neuron_by_neuron(widths):
    network = some(widths)
    x = inputs(network)
    for row, got in zip(x, network(x), strict=True):
        numbers = row.tolist()
        for k, (weights, bias) in enumerate(network.layers):
            numbers = [
                sum(n * w for n, w in zip(numbers, weights[:, j], strict=True)) + bias[j]
                for j in range(len(bias))
            ]
            if k < len(network.layers) - 1:
                numbers = [max(0.0, n) for n in numbers]
        np.testing.assert_allclose(got, numbers, rtol=1e-12, atol=1e-12)


def test_forward_keeps_what_goes_into_each_layer_and_leaves_its_input_alone():
    network = some((3, 5, 4, 2))
    x = inputs(network)
    before = x.copy()
    values = network.forward(x)
    assert [each.shape for each in values] == [(7, 3), (7, 5), (7, 4), (7, 2)]
    assert values[0] is x and (x == before).all()
    assert all((each >= 0).all() for each in values[1:-1]) and (values[-1] < 0).any()


def test_a_network_without_a_hidden_layer_is_a_straight_line():
    network = some((3, 2))
    x, y = inputs(network, seed=1), inputs(network, seed=2)
    np.testing.assert_allclose(network((x + y) / 2), (network(x) + network(y)) / 2)


def test_dueling_values_are_the_state_s_value_plus_advantages_around_their_mean():
    network = some((4, 6, 3), dueling=True)
    plain = Network((4, 6, 4), network.parameters)
    x = inputs(network)
    value, advantages = plain(x)[:, :1], plain(x)[:, 1:]
    right = value + advantages - advantages.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(network(x), right)
    np.testing.assert_allclose(network(x).mean(axis=1, keepdims=True), value)


# Backward


def loss_and_slope(network, x, targets, loss):
    losses, slope = loss(network(x) - targets)
    return losses.sum(), slope


def by_finite_differences(network, x, targets, loss, step=1e-6) -> np.ndarray:
    gradient = np.empty_like(network.parameters)
    for i in range(len(gradient)):
        was = network.parameters[i]
        ends = []
        for moved in (was + step, was - step):
            network.parameters[i] = moved
            ends.append(loss_and_slope(network, x, targets, loss)[0])
        network.parameters[i] = was
        gradient[i] = (ends[0] - ends[1]) / (2 * step)
    return gradient


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dueling", [False, True])
@pytest.mark.parametrize("widths", SHAPES[1:])
def test_the_gradient_is_that_of_finite_differences(widths, dueling, loss):
    network = some(widths, seed=3, dueling=dueling)
    network.parameters *= 3  # so that neurons are off, and errors large, somewhere
    x = inputs(network, 20)
    targets = np.random.default_rng(5).normal(size=(20, widths[-1]))
    _, slope = loss_and_slope(network, x, targets, LOSSES[loss])
    gradient = network.backward(network.forward(x), slope)
    assert gradient.shape == network.parameters.shape and gradient.any()
    near = by_finite_differences(network, x, targets, LOSSES[loss])
    np.testing.assert_allclose(gradient, near, rtol=1e-5, atol=1e-6)


def test_backward_changes_neither_the_network_nor_what_it_is_given():
    network = some((4, 6, 3), dueling=True)
    values = network.forward(inputs(network))
    slope = np.ones((7, 3))
    kept = network.parameters.copy(), [each.copy() for each in values], slope.copy()
    network.backward(values, slope)
    assert (network.parameters == kept[0]).all() and (slope == kept[2]).all()
    assert all((one == other).all() for one, other in zip(values, kept[1], strict=True))


def test_a_slope_of_zero_has_a_gradient_of_zero():
    network = some()
    assert not network.backward(network.forward(inputs(network)), np.zeros((7, 2))).any()


def test_single_precision_stays_single_and_is_near_double():
    single, double = some(dtype=np.float32), some()
    slope = np.ones((7, 2))  # double
    gradient = single.backward(single.forward(inputs(single)), slope)
    assert single(inputs(single)).dtype == gradient.dtype == np.float32
    exact = double.backward(double.forward(inputs(double)), slope)
    np.testing.assert_allclose(gradient, exact, rtol=1e-4, atol=1e-5)


# Losses


@given(error=st.floats(-50, 50), delta=st.floats(0.01, 20))
def test_huber_is_half_the_square_inside_delta_and_a_line_outside(error, delta):
    loss, slope = net.huber(np.array([error]), delta)
    inside = abs(error) <= delta
    right = error**2 / 2 if inside else delta * (abs(error) - delta / 2)
    np.testing.assert_allclose(loss, right, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(slope, error if inside else delta * np.sign(error))


def test_huber_of_a_large_delta_is_half_the_square():
    error = np.linspace(-3, 3, 50)
    for one, other in zip(net.huber(error, 10.0), net.squared(error), strict=True):
        np.testing.assert_allclose(one, other)
    assert (net.squared(error)[0] == error**2 / 2).all()


# One vector


def test_layers_are_views_into_the_parameters():
    network = some((4, 8, 8, 2))
    assert network.parameters.size == 4 * 8 + 8 + 8 * 8 + 8 + 8 * 2 + 2
    assert all(np.shares_memory(a, network.parameters) for pair in network.layers for a in pair)
    network.parameters[:] = np.arange(130)
    whole = np.concatenate([array.ravel() for pair in network.layers for array in pair])
    assert (whole == np.arange(130)).all()


def test_a_network_keeps_the_vector_it_is_given_and_a_copy_has_its_own():
    vector = np.zeros(net.size((2, 3, 1)))
    network = Network((2, 3, 1), vector)
    copied = network.copy()
    vector[-1] = 5.0
    x = np.ones((1, 2))
    assert network(x)[0, 0] == 5.0 and copied(x)[0, 0] == 0.0
    assert copied.widths == network.widths and not copied.dueling
    assert some(dueling=True).copy().dueling


def test_a_gradient_is_read_layer_by_layer():
    network = some((2, 3, 1))
    gradient = network.backward(network.forward(np.ones((4, 2))), np.ones((4, 1)))
    (_, _), (_, last_bias) = network.views(gradient)
    assert last_bias.tolist() == [4.0]


# The beginning


@pytest.mark.parametrize("dueling", [False, True])
def test_a_random_network_fills_the_range_that_its_layers_have(dueling):
    network = some((4, 400, 100), dueling=dueling)
    for weights, bias in network.layers:
        reach = 1 / np.sqrt(len(weights))
        for array in (weights, bias):
            assert 0.9 * reach < abs(array).max() <= reach and abs(array.mean()) < 0.2 * reach


def test_the_same_rng_begins_the_same_and_seed_zero_is_a_seed():
    assert (some(seed=0).parameters == some(seed=0).parameters).all()
    assert (some(seed=0).parameters != some(seed=1).parameters).all()
    assert some(dtype=np.float32).parameters.dtype == np.float32


# Adam


def test_adam_s_first_step_is_the_learning_rate_against_the_sign_of_the_gradient():
    parameters = np.array([1.0, 2.0, 3.0])
    Adam(parameters, 0.1).step(np.array([1e-3, -50.0, 0.0]))
    np.testing.assert_allclose(parameters, [0.9, 2.1, 3.0], rtol=1e-4)


def test_adam_s_second_step_is_that_of_the_paper():
    parameters = np.array([0.0])
    adam = Adam(parameters, 0.1, beta1=0.5, beta2=0.8, epsilon=1e-8)
    adam.step(np.array([1.0]))
    adam.step(np.array([3.0]))
    mean = (0.5 * 0.5 * 1 + 0.5 * 3) / (1 - 0.5**2)
    square = (0.8 * 0.2 * 1 + 0.2 * 9) / (1 - 0.8**2)
    np.testing.assert_allclose(parameters, -0.1 - 0.1 * mean / np.sqrt(square))


@pytest.mark.parametrize("loss", [net.squared, net.huber])
def test_a_network_learns_a_curve(loss):
    network = some((1, 32, 32, 1), dtype=np.float32)
    adam = Adam(network.parameters, 1e-2)
    x = np.linspace(-3, 3, 64, dtype=np.float32)[:, None]
    for _ in range(500):
        values = network.forward(x)
        _, slope = loss(values[-1] - np.sin(x))
        adam.step(network.backward(values, slope / len(x)))
    assert abs(network(x) - np.sin(x)).max() < 0.1


# Against PyTorch


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # two threads of small sums wait for each other
    yield torch
    torch.set_num_threads(before)


def torch_loss(torch, loss):
    if loss == "squared":
        return lambda y, target: torch.nn.functional.mse_loss(y, target) / 2
    delta = 0.3 if "0.3" in loss else 1.0
    return lambda y, target: torch.nn.functional.huber_loss(y, target, delta=delta)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("widths", SHAPES)
def test_output_loss_and_gradient_are_pytorch_s_to_five_digits(widths, loss, torch):
    network = some(widths, dtype=np.float32)
    x = inputs(network, 64)
    targets = np.random.default_rng(5).normal(size=(64, widths[-1])).astype(np.float32)
    other = pytorch.module(network)
    theirs = other(torch.from_numpy(x))
    np.testing.assert_allclose(network(x), theirs.detach().numpy(), rtol=1e-5, atol=1e-5)
    lost = torch_loss(torch, loss)(theirs, torch.from_numpy(targets))
    lost.backward()
    losses, slope = LOSSES[loss](network(x) - targets)
    np.testing.assert_allclose(losses.mean(), lost.item(), rtol=1e-5)
    gradient = network.backward(network.forward(x), slope / slope.size)
    np.testing.assert_allclose(gradient, pytorch.gradient(other), rtol=1e-5, atol=1e-5)


def test_a_hundred_steps_of_adam_are_pytorch_s(torch):
    network = some((4, 64, 64, 2), dtype=np.float32)
    other = pytorch.module(network)
    adam = Adam(network.parameters, 3e-3)
    their_adam = torch.optim.Adam(other.parameters(), lr=3e-3)
    rng = np.random.default_rng(2)
    for _ in range(100):
        x, y = (rng.normal(size=(64, n)).astype(np.float32) for n in (4, 2))
        values = network.forward(x)
        adam.step(network.backward(values, (values[-1] - y) / y.size))
        their_adam.zero_grad()
        torch_loss(torch, "squared")(other(torch.from_numpy(x)), torch.from_numpy(y)).backward()
        their_adam.step()
    np.testing.assert_allclose(network.parameters, pytorch.parameters(other), atol=1e-4)


# How it shows itself


def test_a_network_says_what_it_is():
    assert repr(some((4, 64, 64, 2), dtype=np.float32)) == (
        "Network(4-64-64-2, 4610 parameters, float32)"
    )
    assert repr(some((1, 2), dueling=True)) == "Network(1-2, dueling, 6 parameters, float64)"


# Bad input


@pytest.mark.parametrize(
    ("widths", "error", "said"),
    [
        ((), ValueError, "widths must have two entries or more, inputs and outputs, got ()"),
        ((4,), ValueError, "widths must have two entries or more, inputs and outputs, got (4,)"),
        ((4, 0, 2), ValueError, "widths must be an integer of 1 or more, got 0"),
        ((4, -3, 2), ValueError, "widths must be an integer of 1 or more, got -3"),
        ((4, 2.5, 2), TypeError, "widths must be an integer of 1 or more, got 2.5"),
        ((4, 64.0, 2), TypeError, "widths must be an integer of 1 or more, got 64.0"),
        ((4, True, 2), TypeError, "widths must be an integer of 1 or more, got True"),
        ((4, None), TypeError, "widths must be an integer of 1 or more, got None"),
        (64, TypeError, "widths must be a row of whole numbers, got 64"),
        ("42", TypeError, "widths must be a row of whole numbers, got '42'"),
        ((2, 10**9), ValueError, "widths must make at most 10,000,000 parameters, got (2, 10000"),
    ],
)
def test_widths_that_make_no_network_are_refused(widths, error, said):
    for make in (
        lambda: random_network(widths, rng=np.random.default_rng(0)),
        lambda: Network(widths, np.zeros(3)),
    ):
        with pytest.raises(error, match=f"^{re.escape(said)}"):
            make()


@pytest.mark.parametrize(
    ("parameters", "error", "said"),
    [
        (
            np.zeros(8),
            ValueError,
            "parameters must have the shape (9,) for widths (2, 3), got (8,)",
        ),
        (np.zeros((9, 1)), ValueError, "parameters must have the shape (9,)"),
        (np.zeros(9, int), TypeError, "parameters must be a numpy array of floats"),
        ([0.0] * 9, TypeError, "parameters must be a numpy array of floats, got [0.0, 0.0"),
        (np.zeros(18)[::2], ValueError, "parameters must lie in one piece"),
    ],
    ids=["few", "turned", "integers", "list", "gaps"],
)
def test_parameters_that_do_not_fit_are_refused(parameters, error, said):
    with pytest.raises(error, match=f"^{re.escape(said)}"):
        Network((2, 3), parameters)


@pytest.mark.parametrize("shape", [(4,), (3, 5), (1, 1, 4)])
def test_inputs_of_another_shape_are_refused(shape):
    said = re.escape(f"x must have the shape (n, 4), got {shape}")
    with pytest.raises(ValueError, match=f"^{said}$"):
        some()(np.zeros(shape))


def test_a_network_needs_a_generator_and_floats():
    with pytest.raises(TypeError, match=r"^rng must be a numpy.random.Generator"):
        random_network((2, 3), rng=0)
    with pytest.raises(TypeError, match="^parameters must be a numpy array of floats"):
        some(dtype=int)
    with pytest.raises(ValueError, match="^dueling must be one of False, True, got 'yes'$"):
        Network((2, 3), np.zeros(9), dueling="yes")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", -1),
        ("learning_rate", np.nan),
        ("beta1", 1.0),
        ("beta2", 1),
        ("epsilon", 2),
    ],
)
def test_settings_of_adam_are_held_to_their_range(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be a number from 0 to"):
        Adam(np.zeros(3), **{name: value})


@settings(max_examples=30, deadline=None)
@given(
    widths=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    dueling=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_any_network_moves_against_its_gradient_towards_its_targets(widths, dueling, seed):
    network = some(tuple(widths), seed, dueling=dueling)
    x = inputs(network, 9, seed + 1)
    targets = np.random.default_rng(seed + 2).normal(size=(9, widths[-1]))
    before, slope = loss_and_slope(network, x, targets, net.squared)
    gradient = network.backward(network.forward(x), slope)
    network.parameters -= 1e-5 / (1 + np.linalg.norm(gradient)) * gradient
    after, _ = loss_and_slope(network, x, targets, net.squared)
    assert after < before or np.linalg.norm(gradient) < 1e-4
