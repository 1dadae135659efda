"""The oracle: exact action values for a board whose rules are known."""

import dataclasses
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from peterwolf import arguments
from peterwolf.worlds.board import Action, Board
from peterwolf.worlds.rules import Rule

TOLERANCE = 1e-12  # largest change of a value in the last sweep
MOST_SWEEPS = 100_000
MOST_STATES = 2_000_000  # some ten seconds of asking the rules
MOST_KEPT = 200_000  # states of a model that is kept for the next question


class Model(NamedTuple):
    """The rules of one board as arrays, one entry for every state and action.

    `reward`, `goes_on` and `won` have the shape `rule.shape(board) + (4,)`;
    `next_state` holds flat indices of states. States in which the game is
    over keep a reward of 0 and do not go on.
    """

    next_state: np.ndarray  # int64
    reward: np.ndarray  # float64
    goes_on: np.ndarray  # bool
    won: np.ndarray  # bool


def model(board: Board, rule: Rule) -> Model:
    """Ask the rule for the outcome of every action in every state.

    Raises ValueError for a board with more than 2,000,000 states.
    """
    shape = rule.shape(board)
    if math.prod(shape) > MOST_STATES:
        raise ValueError(
            f"board must have at most {MOST_STATES} states for the oracle, got "
            f"{math.prod(shape)} with a board of {board.width} x {board.height}"
        )
    fixed = dataclasses.is_dataclass(rule) and rule.__dataclass_params__.frozen
    kept = fixed and math.prod(shape) <= MOST_KEPT
    ask: Any = _asked if kept else _asked.__wrapped__
    return ask(board, rule)


@lru_cache(maxsize=4)
def _asked(board: Board, rule: Rule) -> Model:
    shape = rule.shape(board)
    full = shape + (len(Action),)
    arrays = Model(np.zeros(full, int), np.zeros(full), np.zeros(full, bool), np.zeros(full, bool))
    strides = np.cumprod((1,) + shape[:0:-1])[::-1].tolist()
    for peter in rule.states(board):
        for action in range(len(Action)):
            after = rule.step(board, peter, action)
            at = peter + (action,)
            arrays.next_state[at] = sum(i * n for i, n in zip(after.peter, strides, strict=True))
            arrays.reward[at] = after.reward
            arrays.goes_on[at] = not after.terminated
            arrays.won[at] = after.outcome == rule.goal
    for array in arrays:
        array.setflags(write=False)
    return arrays


def sweeps(board: Board, rule: Rule, *, gamma: float = 0.95) -> Iterator[np.ndarray]:
    """Yield the table after each sweep of value iteration, without end.

    Each table has the shape `rule.shape(board) + (4,)`; the first is one move
    deep. Raises TypeError or ValueError for a gamma outside [0, 1]. Sutton and
    Barto, Reinforcement Learning, 2nd edition, section 4.4, here with action
    values.
    """
    gamma = arguments.real("gamma", gamma, 0, 1)
    known = model(board, rule)
    values = np.zeros(known.reward[..., 0].size)
    while True:
        q = known.reward + gamma * known.goes_on * values[known.next_state]
        yield q
        values = q.max(axis=-1).ravel()


def value_iteration(board: Board, rule: Rule, *, gamma: float = 0.95) -> np.ndarray:
    """Return the exact action values, shape `rule.shape(board) + (4,)`.

    States in which the game is over have zeros. Sweeps until no value changes
    by more than 1e-12. Raises TypeError or ValueError for a gamma outside
    [0, 1] or of 1 on a board where no game ends, RuntimeError where gamma is
    so near to 1 that the values do not settle.
    """
    if gamma == 1 and not any(board.where(cell) for cell in rule.endings):
        raise ValueError("gamma must be below 1 on a board where no game ends, got 1")
    before = None
    for sweep, q in enumerate(sweeps(board, rule, gamma=gamma)):
        if before is not None and np.abs(q - before).max() <= TOLERANCE:
            return q
        if sweep == MOST_SWEEPS:
            raise RuntimeError(
                f"gamma must be lower for this board: with {gamma} the values had not "
                f"settled after {sweep} sweeps"
            )
        before = q
    raise AssertionError("sweeps never ends")


def path_lengths(board: Board, rule: Rule, q: np.ndarray) -> np.ndarray:
    """Return how many moves the greedy policy of `q` needs to win from each state.

    The float array has the shape `rule.shape(board)`: inf where the policy
    dies or walks in circles, nan where no game can begin. `q` is a table of
    shape `rule.shape(board) + (4,)`; ties go to the lowest action. Raises
    TypeError or ValueError for another table.
    """
    shape = rule.shape(board)
    arguments.table("q", q, shape + (len(Action),))
    known = model(board, rule)
    best = q.argmax(axis=-1)[..., np.newaxis]
    after, goes_on, won = (
        np.take_along_axis(array, best, axis=-1).ravel()
        for array in (known.next_state, known.goes_on, known.won)
    )
    lengths = np.where(won, 1.0, np.inf)
    for _ in range(lengths.size):
        longer = np.where(goes_on, 1 + lengths[after], lengths)
        if np.array_equal(longer, lengths):
            break
        lengths = longer
    lengths = lengths.reshape(shape)
    playing = np.zeros(shape, dtype=bool)
    for peter in rule.states(board):
        playing[peter] = True
    return np.where(playing, lengths, np.nan)
