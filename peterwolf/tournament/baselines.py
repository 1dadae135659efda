"""Whom an agent meets: from a random walk to the oracle. Each learns the board it is told."""

import hashlib
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from peterwolf import dqn, tabular
from peterwolf.dqn.config import DQNConfig
from peterwolf.rollout import Policy
from peterwolf.tabular.run import Run
from peterwolf.worlds import planning
from peterwolf.worlds.board import Board
from peterwolf.worlds.rules import Hunt

EPISODES, GAMMA = 10_000, 0.95
DEEP: dict[str, Any] = {
    "steps": 6000,
    "epsilon_steps": 5500,
    "epsilon_stop": 0.3,
    "judge_every": 1500,
}
DEEP |= {"gamma": GAMMA, "reward_scale": 0.05, "learning_rate": 2e-3, "goal": None}


class Baseline:
    """An agent whose policy for a board is made by a function of the board and a generator."""

    def __init__(self, policy_of: Callable[[Board, np.random.Generator], Policy]) -> None:
        self._policy_of = policy_of

    def begin(self, board_text: str) -> None:
        """Learn, or plan; the generator's seed comes from the board."""
        digest = hashlib.sha256(board_text.encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest))
        self._policy = self._policy_of(Board.from_text(board_text), rng)

    def act(self, observation: np.ndarray) -> int:
        """Return the policy's action for an observation, int64 (4,)."""
        return self._policy(observation)


def _hunt(board: Board) -> gymnasium.Env:
    return gymnasium.make("peterwolf/Hunt-v0", board=board)


def _random(board: Board, rng: np.random.Generator) -> Policy:
    return lambda observation: int(rng.integers(4))


def _table(board: Board, rng: np.random.Generator, **where: Any) -> Run:
    epsilon = tabular.linear_decay(1.0, 0.1, EPISODES)
    how: dict[str, Any] = {"episodes": EPISODES, "alpha": 0.5, "gamma": GAMMA, "epsilon": epsilon}
    return tabular.q_learning(_hunt(board), **how, rng=rng, progress=False, **where)


def _place(board: Board, rng: np.random.Generator) -> Policy:
    """Learn a table of (x, y) alone, as an older tutorial does (lesson 5 says why it fails)."""
    where: dict[str, Any] = {
        "shape": (board.width, board.height),
        "encode": lambda seen: tuple(seen[:2].tolist()),
    }
    return tabular.greedy(_table(board, rng, **where).q, where["encode"])


def _full(board: Board, rng: np.random.Generator) -> Policy:
    return tabular.greedy(_table(board, rng).q)


def _deep(board: Board, rng: np.random.Generator) -> Policy:
    return dqn.train(_hunt(board), DQNConfig(**DEEP), rng=rng, progress=False).policy


def _oracle(board: Board, rng: np.random.Generator) -> Policy:
    return tabular.greedy(planning.value_iteration(board, Hunt(), gamma=GAMMA))


POLICIES = {
    "random": _random,
    "(x, y) table": _place,
    "table": _full,
    "DQN": _deep,
    "oracle": _oracle,
}


def make(name: str) -> Baseline:
    """Return a baseline by its name; KeyError for another."""
    return Baseline(POLICIES[name])
