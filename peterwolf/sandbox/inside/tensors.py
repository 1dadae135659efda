"""PyTorch's networks and tensors, told as arrays; nothing here imports PyTorch."""

import sys
from typing import Any


def modules_among(arguments: tuple) -> list[tuple[Any, list[bytes]]]:
    """Return the networks among arguments, each once, with the bytes of their parameters."""
    torch: Any = sys.modules.get("torch")
    found: list[Any] = []
    for each in arguments if torch else ():
        if isinstance(each, torch.nn.Module) and not any(each is known for known in found):
            found.append(each)
    return [(each, _bytes(each)) for each in found]


def told(value: Any, modules: list[tuple[Any, list[bytes]]]) -> dict[str, Any]:
    """Return a tensor's numbers and, for a single one, its gradient by each network's parameters.

    The gradient is None where the tensor needs none, else a list a network,
    with None for a parameter that it does not depend on.
    """
    torch = sys.modules["torch"]
    slopes = None
    if value.requires_grad and value.ndim == 0:
        parameters = [each for module, _ in modules for each in module.parameters()]
        wanted = [each for each in parameters if each.requires_grad]
        found = iter(torch.autograd.grad(value, wanted, allow_unused=True))
        slopes = [next(found) if each.requires_grad else None for each in parameters]
        slopes = [None if each is None else each.tolist() for each in slopes]
    numbers = value.detach().cpu()
    kind = str(value.dtype).removeprefix("torch.")
    return {"kind": kind, "v": numbers.tolist(), "grad": value.requires_grad, "slopes": slopes}


def changed(modules: list[tuple[Any, list[bytes]]]) -> bool:
    """Say whether a parameter of these networks was changed."""
    return any(_bytes(module) != before for module, before in modules)


def _bytes(module: Any) -> list[bytes]:
    return [each.detach().cpu().numpy().tobytes() for each in module.parameters()]
