"""What a DQN remembers: transitions over one or more steps, drawn again at random.

Lin, Self-improving reactive agents, 1992; over several steps: Sutton and
Barto, Reinforcement Learning, 2nd edition, section 7.1.
"""

from collections import deque
from typing import Any, NamedTuple

import numpy as np

from peterwolf import arguments

MOST_STEPS = 255  # of a transition: its length is kept as one byte


class Batch(NamedTuple):
    """Some transitions: one row each.

    `rewards` are discounted sums over `steps` steps, from the observation on.
    `terminated` says that the game ended with the last of them; a time limit
    does not, and the value of `next_observations` still counts.
    """

    observations: np.ndarray  # (n, *shape)
    actions: np.ndarray  # (n,)
    rewards: np.ndarray  # (n,) float32
    next_observations: np.ndarray  # (n, *shape)
    terminated: np.ndarray  # (n,) bool
    steps: np.ndarray  # (n,) uint8


class Replay:
    """Room for `capacity` transitions, made at once; the newest takes the place of the oldest.

    `shape` and `dtype` are those of an observation, `actions` is their number.
    `len(replay)` says how many it holds. Raises TypeError or ValueError for a
    capacity that is no integer of 1 or more.
    """

    def __init__(self, capacity: int, shape: tuple[int, ...], dtype: Any, actions: int) -> None:
        self.capacity = arguments.integer("capacity", capacity, 1)
        self._kept = Batch(
            observations=np.zeros((capacity, *shape), dtype),
            actions=np.zeros(capacity, np.min_scalar_type(actions - 1)),
            rewards=np.zeros(capacity, np.float32),
            next_observations=np.zeros((capacity, *shape), dtype),
            terminated=np.zeros(capacity, bool),
            steps=np.zeros(capacity, np.uint8),
        )
        self._filled = self._next = 0

    def __len__(self) -> int:
        return self._filled

    @property
    def nbytes(self) -> int:
        """The bytes of the room."""
        return sum(array.nbytes for array in self._kept)

    def add(
        self,
        observation: Any,
        action: int,
        reward: float,
        next_observation: Any,
        terminated: bool,
        steps: int = 1,
    ) -> None:
        """Keep one transition."""
        row = observation, action, reward, next_observation, terminated, steps
        for array, value in zip(self._kept, row, strict=True):
            array[self._next] = value
        self._next = (self._next + 1) % self.capacity
        self._filled = max(self._filled, self._next or self.capacity)

    def sample(self, batch: int, rng: np.random.Generator) -> Batch:
        """Return `batch` transitions, each drawn from all that are held, and so some twice.

        Raises ValueError for more than the replay holds, TypeError for what is
        no count.
        """
        if not self._filled:
            raise ValueError("the replay holds no transition yet")
        arguments.integer("batch", batch, 1, self._filled)
        rows = rng.integers(self._filled, size=batch)
        return Batch(*(array[rows] for array in self._kept))


class Window:
    """Joins the steps of `envs` games to transitions over `n` steps and puts them into a replay.

    A transition is complete after `n` steps, or where its episode ends:
    terminated or truncated, the steps so far are all there will be.
    """

    def __init__(self, replay: Replay, envs: int, n: int, gamma: float) -> None:
        self.replay, self.n, self.gamma = replay, n, gamma
        self._open: list[deque] = [deque() for _ in range(envs)]

    def add(
        self,
        env: int,
        observation: Any,
        action: int,
        reward: float,
        next_observation: Any,
        terminated: bool,
        truncated: bool,
    ) -> None:
        """Take the next step of game number `env`."""
        waiting = self._open[env]
        for begun in waiting:
            begun[2] += self.gamma ** begun[3] * reward
            begun[3] += 1
        waiting.append([observation, action, reward, 1])
        while waiting and (terminated or truncated or waiting[0][3] == self.n):
            start, first, gained, steps = waiting.popleft()
            self.replay.add(start, first, gained, next_observation, terminated, steps)
