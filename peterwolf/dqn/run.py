"""What a DQN leaves behind: the best policy that it found, and its history."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from peterwolf.dqn.features import Features
from peterwolf.dqn.net import Network


@dataclass(frozen=True, repr=False)
class Greedy:
    """The policy that takes the best action of a network, the lowest among ties.

    `policy(observation)` returns an action, `policy.many(observations)` the
    actions for many, int (n,), `policy.values(observations)` their action
    values, (n, actions).
    """

    network: Network
    features: Features

    def values(self, observations: Any) -> np.ndarray:
        """Return the action values of many observations, float32 (n, actions)."""
        return self.network(self.features(observations))

    def many(self, observations: Any) -> np.ndarray:
        """Return the actions for many observations, int (n,)."""
        return self.values(observations).argmax(axis=1)

    def __call__(self, observation: Any) -> int:
        return int(self.many(np.asarray(observation)[None])[0])

    def __repr__(self) -> str:
        return f"Greedy({self.network})"


@dataclass(repr=False)
class Run:
    """What learning left behind.

    `policy`: greedy, with the best network that was judged on the way; `last`:
    with the network that learning ended with. `steps`: env steps taken.
    `returns` (undiscounted, exploring), `lengths` and `ends` (after how many
    env steps): one entry an episode. `scores`: the mean returns of the
    judgements, without exploring; `judged`: after how many env steps each was.
    `losses`: the mean loss of each round of updates. `ended`: why it ended.
    `seconds`: CPU time without the judgements.
    """

    policy: Greedy
    last: Greedy
    steps: int
    returns: np.ndarray
    lengths: np.ndarray
    ends: np.ndarray
    scores: np.ndarray
    judged: np.ndarray
    losses: np.ndarray
    ended: str
    seconds: float

    @property
    def network(self) -> Network:
        """The best network."""
        return self.policy.network

    def __repr__(self) -> str:
        best = f", best score {self.scores.max():.1f}" if len(self.scores) else ""
        return f"Run({self.steps} steps, {len(self.returns)} episodes{best}; {self.ended})"
