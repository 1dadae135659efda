"""The exercise of lesson 13. PyTorch is imported only when an answer is judged or used."""

from collections.abc import Callable
from typing import Any

import numpy as np

from peterwolf.checks.exercise import Exercise, WrongError, ask, expect, short
from peterwolf.dqn import net, pytorch
from peterwolf.dqn.replay import Batch

# 32-bit numbers, as in the lesson. 200 honest runs, none failed; the worst of 40 measured was off
# by a thirtieth of this.
CLOSE = 1e-5  # relative and absolute


def td_loss(online: Any, target: Any, batch: Batch, gamma: float) -> Any:
    """Return half the mean squared error of the action values in a batch, a tensor.

    `online` and `target` are networks, the entries of `batch` tensors. The
    targets are data: nothing is learnt through them.
    """
    torch = pytorch.imported()
    q = online(batch.observations).gather(1, batch.actions[:, None]).squeeze(1)  # (n,)
    with torch.no_grad():
        best = target(batch.next_observations).max(dim=1).values  # (n,)
        wanted = batch.rewards + gamma * ~batch.terminated * best
    return (q - wanted).square().mean() / 2


def _right(
    online: net.Network, target: net.Network, batch: Batch, gamma: float
) -> tuple[float, np.ndarray]:
    """Return the loss and its gradient by the parameters of `online`, from NumPy."""
    values, rows = online.forward(batch.observations), np.arange(len(batch.actions))
    future = np.where(batch.terminated, 0, target(batch.next_observations).max(axis=1))
    error = values[-1][rows, batch.actions] - (batch.rewards + gamma * future)
    losses, slopes = net.squared(error)
    slope = np.zeros_like(values[-1])
    slope[rows, batch.actions] = slopes / len(rows)
    return float(losses.mean()), online.backward(values, slope)


def _batch(rng: np.random.Generator, n: int, inputs: int, actions: int, ends: float) -> Batch:
    """Return transitions at random, of which about the share `ends` ended the game."""
    seen, new = rng.normal(size=(2, n, inputs)).astype(np.float32)
    return Batch(
        observations=seen,
        actions=rng.integers(actions, size=n),
        rewards=rng.normal(size=n).astype(np.float32),
        next_observations=new,
        terminated=rng.random(n) < ends,
        steps=np.ones(n, np.uint8),
    )


def _judge_td_loss(answer: Callable, seed: int) -> None:
    try:
        pytorch.imported()
    except ImportError as error:
        raise WrongError(str(error)) from error
    rng = np.random.default_rng([131, seed])
    cases = [(1, 0.0, 0.9), (8, 0.0, 0.99), (8, 1.0, 0.9), (64, 0.3, 0.0), (2, 0.5, 1.0)]
    for n, ends, gamma in cases + [(int(rng.integers(1, 80)), 0.3, 0.99) for _ in range(5)]:
        inputs, actions = (int(count) for count in rng.integers(2, 5, size=2))
        online, target = (net.random_network((inputs, 8, 8, actions), rng=rng) for _ in range(2))
        target.parameters *= 2  # large enough to be seen
        batch = _batch(rng, n, inputs, actions, ends)
        case = f"a batch of {n} with {np.sum(batch.terminated)} ends and gamma={gamma:g},"
        _judge_once(answer, online, target, batch, gamma, case)
        _judge_once(answer, target, None, batch, gamma, case)


def _judge_once(
    answer: Callable,
    online: net.Network,
    target: net.Network | None,
    batch: Batch,
    gamma: float,
    case: str,
) -> None:
    """Hold one answer to value and gradient; without `target`, the network is its own target."""
    torch = pytorch.imported()
    module = pytorch.module(online)
    other = module if target is None else pytorch.module(target)
    given = Batch(*(torch.tensor(array) for array in batch))
    loss = ask(answer, (module, other, given, gamma), case)
    expect(isinstance(loss, torch.Tensor), f"for {case} a tensor was expected, got {short(loss)}")
    expect(
        loss.ndim == 0,
        f"for {case} one number was expected, got a tensor of the shape {tuple(loss.shape)}",
    )
    right, slope = _right(online, target or online, batch, gamma)
    got = float(loss.detach())
    close = bool(np.isclose(got, right, rtol=CLOSE, atol=CLOSE))
    expect(close, f"for {case} the loss is {right:.6g}, got {got:.6g}")
    expect(loss.requires_grad, f"for {case} the loss has no gradient: is online() called outside?")
    loss.backward()
    if target is not None:
        expect(
            not pytorch.gradient(other).any(),
            f"for {case} the target network got a gradient; its values are data",
        )
    whose = "the network is its own target and " if target is None else ""
    expect(
        np.allclose(pytorch.gradient(module), slope, rtol=CLOSE, atol=CLOSE),
        f"for {case} {whose}the loss is right, but its gradient is not that of NumPy",
    )
    same = np.array_equal(pytorch.parameters(module), online.parameters)
    expect(same, f"for {case} the parameters must stay as they were")


EXERCISES = (
    Exercise(
        "13_td_loss",
        3,
        td_loss,
        _judge_td_loss,
        "gather picks the actions' values; make the targets under torch.no_grad(), without a "
        "future where the game terminated.",
        section=3,
    ),
)
