"""The exercises of lesson 11."""

from collections.abc import Callable

import numpy as np

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, ask, expect, short
from peterwolf.checks.lesson10 import expect_array
from peterwolf.dqn import net

CAPACITY = 50
Buffer = dict[str, np.ndarray]  # each (capacity, ...): one row a transition


def td_targets(
    rewards: np.ndarray, q_next: np.ndarray, terminated: np.ndarray, gamma: float
) -> np.ndarray:
    """Return the target of each transition, (n,).

    `rewards` and `terminated` have the shape (n,), `q_next`, the values of the
    next states, (n, actions).
    """
    return tabular.td_target(rewards, gamma, q_next, terminated)


def _judge_td_targets(answer: Callable, seed: int) -> None:
    rng = np.random.default_rng([11, seed])
    q_next = np.array([[1.0, 3.0], [-4.0, -2.0], [5.0, 0.0]])
    cases = [(np.array([1.0, 0.0, -10.0]), q_next, np.array([False, False, True]), 0.5)]
    cases += [
        (np.array([1.0]), np.array([[9.0, 7.0, 8.0]]), np.array([over]), 0.9) for over in (0, 1)
    ]
    for n, actions, gamma in ((2, 2, 1.0), (2, 2, 0.0), (3, 3, 0.99), (64, 2, 0.9), (5, 1, 0.5)):
        rewards, values = rng.normal(size=n).round(2), rng.normal(size=(n, actions)).round(2)
        cases.append((rewards, values, rng.random(n) < 0.4, gamma))
    for rewards, values, over, gamma in cases:
        parts = rewards.tolist(), values.tolist(), over.tolist()
        names = ("rewards", "q_next", "terminated")
        case = ", ".join(f"{name}={short(part)}" for name, part in zip(names, parts, strict=True))
        given = [array.copy() for array in (rewards, values, over)]
        got = ask(answer, (*given, gamma), f"{case}, gamma={gamma}")
        same = all(map(np.array_equal, given, (rewards, values, over)))
        expect(same, "rewards, q_next and terminated must stay as they were")
        future = [0.0 if end else max(row) for row, end in zip(values.tolist(), over, strict=True)]
        expect_array(got, rewards + gamma * np.array(future), f"{case}, gamma={gamma}")


def sample(buffer: Buffer, filled: int, batch: int, rng: np.random.Generator) -> Buffer:
    """Return `batch` transitions, drawn at random among the first `filled` rows of a buffer."""
    rows = rng.integers(filled, size=batch)
    return {name: array[rows] for name, array in buffer.items()}


def _buffer(filled: int) -> Buffer:
    """Return a buffer whose filled rows hold their number, and the others what nobody may see."""
    number = np.where(np.arange(CAPACITY) < filled, np.arange(CAPACITY), -1)
    return {
        "observations": np.stack([number, number + 0.25], axis=1),
        "actions": number % 3,
        "rewards": number + 0.5,
        "terminated": number % 2 == 1,
    }


def _drawn(answer: Callable, filled: int, batch: int, rng: np.random.Generator) -> np.ndarray:
    """Return which rows an answer drew, int (batch,), each held to be whole."""
    case = f"a buffer with {CAPACITY} rows, {filled} of them filled, and batch={batch}"
    buffer = _buffer(filled)
    got = ask(answer, (buffer, filled, batch, rng), case)
    fits = isinstance(got, dict) and got.keys() == buffer.keys()
    expect(
        fits, f"for {case} a dict with the keys {', '.join(buffer)} was expected, got {short(got)}"
    )
    for name, array in got.items():
        shape = (batch, *buffer[name].shape[1:])
        right = isinstance(array, np.ndarray) and array.shape == shape
        told = np.shape(array) if isinstance(array, np.ndarray) else short(array)
        expect(right, f"for {case} {name} must have the shape {shape}, got {told}")
        expect(not np.shares_memory(array, buffer[name]), f"{name} must be a copy, not a view")
    rows = got["observations"][:, 0].astype(int)
    expect((rows >= 0).all(), f"for {case} a row was drawn that is not filled")
    whole = _buffer(filled)
    for name, array in got.items():
        together = np.array_equal(array, whole[name][rows])
        expect(together, f"for {case} {name} is of other transitions than observations")
        expect(np.array_equal(buffer[name], whole[name]), "the buffer must stay as it was")
    return rows


def drawn_shares(answer: Callable, seed: int) -> np.ndarray:
    """Return how 3,200 draws among 20 rows fall out, as shares, float (1 + 20,).

    First how often one of a batch takes the last one's row again or the next,
    by chance 0.1; then each row's share, 0.05.
    """
    rng = np.random.default_rng(seed)
    batches = [_drawn(answer, 20, 8, rng) for _ in range(400)]
    steps = np.concatenate([np.diff(rows) for rows in batches])
    shares = np.bincount(np.concatenate(batches), minlength=20) / 3200
    return np.array([np.mean((steps == 0) | (steps == 1)), *shares])


def _judge_sample(answer: Callable, seed: int) -> None:
    for filled, batch in ((1, 1), (3, 2), (CAPACITY, 10), (20, 20)):
        _drawn(answer, filled, batch, np.random.default_rng([filled, seed]))
    # 200 honest runs, none failed: 0.11 at most followed, rows were 0.038 to 0.063 of the draws
    followed, *shares = drawn_shares(answer, seed)
    expect(
        followed < 0.3,
        f"in {followed:.0%} of the draws the same row or the next one followed; "
        "each row must be drawn anew",
    )
    for row, share in enumerate(shares):
        expect(
            0.025 < share < 0.075,
            f"with 20 filled rows, row {row} was {share:.1%} of all draws, not about 5.0%",
        )
    first, again, other = (
        _drawn(answer, CAPACITY, 30, np.random.default_rng([k, seed])).tolist() for k in (5, 5, 6)
    )
    expect(first == again, "the draws must come from rng and from nothing else")
    expect(first != other, "another rng must give other draws")


def sync_target(online: net.Network, target: net.Network) -> None:
    """Give a target network the parameters that the online network has now."""
    target.parameters[:] = online.parameters


def _judge_sync_target(answer: Callable, seed: int) -> None:
    for k, widths in ((0, (2, 3, 2)), (1, (4, 8, 8, 3)), (2, (1, 1))):
        rng = np.random.default_rng([k, seed])
        online, target = (net.random_network(widths, rng=rng, dtype=float) for _ in range(2))
        kept, x = online.copy(), rng.normal(size=(5, widths[0]))
        got = ask(answer, (online, target), "two networks")
        expect(got is None, f"nothing is returned; target is changed in place, got {short(got)}")
        unchanged = np.array_equal(online.parameters, kept.parameters)
        expect(unchanged and np.array_equal(online(x), kept(x)), "online must stay as it was")
        equal = np.array_equal(target.parameters, kept.parameters)
        expect(equal, "target.parameters must be equal to online.parameters afterwards")
        expect(np.array_equal(target(x), kept(x)), "target(x) must give what online(x) gives")
        online.parameters += 1.0
        follows = not np.array_equal(target(x), kept(x))
        follows |= not np.array_equal(target.parameters, kept.parameters)
        expect(not follows, "when online learns on, target must stay; it changed with it")


EXERCISES = (
    Exercise(
        "11_td_targets",
        2,
        td_targets,
        _judge_td_targets,
        "one maximum for each row of q_next, and a factor that is 0 where a game ended: no loop "
        "is needed.",
        section=2,
    ),
    Exercise(
        "11_sample",
        2,
        sample,
        _judge_sample,
        "draw row numbers once, all below filled, then take the same rows of every array.",
        section=4,
    ),
    Exercise(
        "11_sync_target",
        1,
        sync_target,
        _judge_sync_target,
        "which line copies numbers into the array that target already has, and which only gives "
        "that array another name?",
        section=5,
    ),
)
