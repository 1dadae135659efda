"""Our networks in PyTorch, where it is installed.

The course does not require PyTorch: nothing is imported before one of these
functions is called. Lesson 13 says how to get it.
"""

from types import ModuleType
from typing import Any

import numpy as np
from packaging.version import Version

from peterwolf.dqn.net import Network

OLDEST = "2.3"  # the first that knows NumPy 2


def imported() -> ModuleType:
    """Return the module `torch`; raises ImportError, with what to do, if it is missing or old."""
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            f"PyTorch cannot be imported ({error}); `python -m pip install torch` installs it"
        ) from error
    if Version(torch.__version__) < Version(OLDEST):
        raise ImportError(
            f"PyTorch must be {OLDEST} or newer, got {torch.__version__}; "
            "`python -m pip install --upgrade torch` renews it"
        )
    return torch


def device(name: str) -> Any:
    """Return the `torch.device` of that name, as "cpu" or "cuda".

    Raises TypeError or ValueError for what is no device of this machine.
    """
    torch = imported()
    if not isinstance(name, str):
        raise TypeError(f'device must be a name, as "cpu" or "cuda", got {name!r}')
    try:
        found = torch.device(name)
        torch.zeros(1, device=found).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ValueError(
            f'device must be one that this machine has, as "cpu", got {name!r}'
        ) from error
    return found


def module(network: Network) -> Any:
    """Return a `torch.nn.Sequential` with the same layers and a copy of the same parameters.

    PyTorch keeps the weights of a layer as (outputs, inputs), the transpose of
    ours. Raises ValueError for a dueling network, which is no row of layers.
    """
    torch = imported()
    if network.dueling:
        raise ValueError(f"network must not be dueling, got {network}")
    layers: list[Any] = []
    for weights, bias in network.layers:
        kind = torch.from_numpy(bias).dtype
        # Not drawn first: that would take from the generator that all share.
        linear = torch.nn.utils.skip_init(torch.nn.Linear, *weights.shape, dtype=kind)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def parameters(module: Any) -> np.ndarray:
    """Return all parameters of such a module as one vector, (count,), in the order of ours."""
    return _vector([each.detach() for each in module.parameters()])


def gradient(module: Any) -> np.ndarray:
    """Return the gradient that `backward()` left, likewise (count,); 0 where it left none."""
    torch = imported()
    return _vector(
        [
            torch.zeros_like(each) if each.grad is None else each.grad.detach()
            for each in module.parameters()
        ]
    )


def _vector(tensors: list[Any]) -> np.ndarray:
    return np.concatenate([each.cpu().numpy().T.ravel() for each in tensors])
