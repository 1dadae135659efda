"""What the replies of a sandbox become: errors, envs, tensors, and calls of what was lent."""

import builtins
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium

from peterwolf.sandbox import decoding, lending, lent_env
from peterwolf.sandbox.remote import KeptAgent, KeptEnv

MALFORMED = (
    decoding.BrokenReplyError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
LONGEST_NAME, LONGEST_TEXT = 60, 300


def error_of(reply: dict[str, Any]) -> Exception:
    """Return an error with the name and the text that a reply tells.

    NotImplementedError is that, and so is a NameError, with its `name`;
    anything else is a class of its own, derived from no other but Exception.
    """
    kinds, said, missing = reply["t"], str(reply["s"])[:LONGEST_TEXT], reply["m"]
    if "NotImplementedError" in kinds:
        return NotImplementedError(said)
    if "NameError" in kinds and isinstance(missing, str):
        return NameError(said, name=_name(missing))
    return type(_name(kinds[0]), (Exception,), {})(said)


def _name(told: Any) -> str:
    name = str(told)[:LONGEST_NAME]
    return name if name.isidentifier() else "Error"


def decoders(method: Callable) -> dict[str, Callable]:
    """Return what makes the kinds of an answer that are not plain; `method` calls theirs."""
    return {
        "e": lambda parts: KeptEnv(method, *parts),
        "g": lambda parts: KeptAgent(method, *parts),
    }


def replay(lender: lending.Lender, logs: list) -> None:
    """Make the moves that lent envs were told to have made."""
    for number, moves in logs:
        env = lender.lent(number)
        if not isinstance(env, gymnasium.Env):
            raise decoding.BrokenReplyError("it moves what is no env")
        try:
            lent_env.replay(env, moves)
        except Exception as error:
            raise decoding.BrokenReplyError("it tells of moves that cannot be") from error


def called(lender: lending.Lender, reply: dict[str, Any], decoded: Callable) -> bytes:
    """Call something that was lent, as a reply asks for, and return the message that tells."""
    value, method = lender.lent(reply["h"]), reply["m"]
    arguments = [decoded(each) for each in reply["a"]]
    named = {name: decoded(each) for name, each in reply["b"].items()}
    try:
        if method == "next":
            return lender.pack(("answer", _pulled(value)))
        result = _function(value, method)(*arguments, **named)
    except Exception as error:
        result = _thrown(error)
    else:
        result = ("answer", result)
    return pickle.dumps(result)


def _function(value: Any, method: str) -> Callable:
    """Return what may be called of something lent: a function, or two methods of an env."""
    if isinstance(value, gymnasium.Env):
        if method == "reset":
            return partial(lent_env.reset, value)
        if method == "step":
            return value.step
    elif method == "call" and callable(value):
        return value
    raise decoding.BrokenReplyError("it calls what cannot be called")


def _pulled(iterator: Any) -> tuple[bool, Any]:
    if not hasattr(iterator, "__next__"):
        raise decoding.BrokenReplyError("it pulls what is no iterator")
    for value in iterator:
        return True, value
    return False, None


def _thrown(error: Exception) -> tuple[str, Exception]:
    """Return an error as it can be thrown on the other side, which knows few of our types."""
    kind = type(error)
    known = kind.__module__ == "gymnasium.error" or getattr(builtins, kind.__name__, None) is kind
    return "throw", (kind if known else RuntimeError)(str(error))


def tensor(arguments: tuple, told: dict[str, Any]) -> Any:
    """Return a tensor with the numbers that were told and, for a single one, their gradient.

    The gradient goes to the parameters of the networks among `arguments`.
    """
    import torch

    kind = getattr(torch, _kind(told["kind"]))
    value = torch.tensor(told["v"], dtype=kind)
    if told["grad"] is not True:
        return value
    value.requires_grad_()
    if value.ndim or told["slopes"] is None:
        return value
    networks = dict.fromkeys(each for each in arguments if isinstance(each, torch.nn.Module))
    parameters = [each for network in networks for each in network.parameters()]
    for each, slope in zip(parameters, told["slopes"], strict=True):
        if slope is not None:
            along = torch.tensor(slope, dtype=each.dtype).reshape(each.shape)
            value = value + ((each - each.detach()) * along).sum()
    return value


def _kind(name: Any) -> str:
    if name not in ("float16", "float32", "float64", "int32", "int64", "bool"):
        raise decoding.BrokenReplyError("it holds a tensor of an unknown type")
    return name
