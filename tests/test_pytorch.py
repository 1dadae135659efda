"""Our networks in PyTorch and back, and the devices of this machine."""

import numpy as np
import pytest

from peterwolf.dqn import pytorch
from peterwolf.dqn.net import random_network

torch = pytest.importorskip("torch")


def some(widths=(4, 8, 6, 2), dtype=np.float64, dueling=False):
    rng = np.random.default_rng(0)
    return random_network(widths, rng=rng, dtype=dtype, dueling=dueling)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("widths", [(4, 8, 6, 2), (3, 2), (1, 1, 1), (2, 5, 3)])
def test_the_module_says_what_the_network_says(widths, dtype):
    network = some(widths, dtype)
    x = np.random.default_rng(1).normal(size=(7, widths[0])).astype(dtype)
    theirs = pytorch.module(network)(torch.from_numpy(x)).detach().numpy()
    assert theirs.dtype == dtype
    np.testing.assert_allclose(theirs, network(x), rtol=1e-5, atol=1e-6)


def test_parameters_come_back_in_our_order_bit_for_bit():
    network = some(dtype=np.float32)
    back = pytorch.parameters(pytorch.module(network))
    assert back.dtype == np.float32 and np.array_equal(back, network.parameters)


def test_the_module_has_parameters_of_its_own():
    network = some()
    before = network.parameters.copy()
    module = pytorch.module(network)
    with torch.no_grad():
        for each in module.parameters():
            each += 1
    assert np.array_equal(network.parameters, before)
    assert np.array_equal(pytorch.parameters(module), before + 1)


def test_a_gradient_comes_back_in_our_order():
    network = some()
    x = np.random.default_rng(1).normal(size=(7, 4))
    module = pytorch.module(network)
    module(torch.from_numpy(x)).sum().backward()
    right = network.backward(network.forward(x), np.ones((7, 2)))
    np.testing.assert_allclose(pytorch.gradient(module), right, rtol=1e-9, atol=1e-12)


def test_a_module_that_learnt_nothing_has_no_gradient():
    assert np.array_equal(
        pytorch.gradient(pytorch.module(some())), np.zeros(some().parameters.size)
    )


def test_making_a_module_leaves_pytorch_s_own_generator_alone():
    before = torch.get_rng_state()
    pytorch.module(some())
    assert torch.equal(torch.get_rng_state(), before)


def test_a_dueling_network_is_refused():
    with pytest.raises(ValueError, match="network must not be dueling, got Network"):
        pytorch.module(some(dueling=True))


def test_a_device_that_is_here_is_found():
    here = "cuda" if torch.cuda.is_available() else "cpu"
    assert pytorch.device(here) == torch.device(here)


@pytest.mark.parametrize("name", ["cuda:99", "", "gpu", "CPU", "meta"])
def test_a_device_that_is_not_here_is_told_so(name):
    with pytest.raises(ValueError, match=f"device must be one that this machine has.*'{name}'"):
        pytorch.device(name)


@pytest.mark.parametrize("name", [0, None])
def test_a_device_that_is_no_name_is_refused(name):
    with pytest.raises(TypeError, match=f"device must be a name.*got {name}"):
        pytorch.device(name)
