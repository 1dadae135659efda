"""A network that learns action values from batches of transitions, beside its target network."""

import numpy as np

from peterwolf.dqn import net
from peterwolf.dqn.config import DQNConfig
from peterwolf.dqn.features import Features
from peterwolf.dqn.replay import Batch
from peterwolf.tabular import td_target


class Learner:
    """The network, its target network and its optimiser.

    `network` learns; `target` is the copy of it that targets are made with,
    renewed every `config.target_every` updates.
    """

    def __init__(
        self, config: DQNConfig, features: Features, actions: int, rng: np.random.Generator
    ) -> None:
        self.config, self.features = config, features
        widths = (features.size, *config.hidden, actions)
        self.network = net.random_network(widths, rng=rng, dueling=config.dueling)
        self.network.layers[-1][1][:] += config.initial_value * config.reward_scale
        self.target = self.network.copy()
        self.adam = net.Adam(self.network.parameters, config.learning_rate)

    def targets(self, batch: Batch) -> np.ndarray:
        """Return what the values of the actions in a batch should have been, (n,).

        That is the rewards and then, unless the game ended, the best value of
        the next state as the target network has it. Double: the value of the
        action which the learning network would take (van Hasselt et al., Deep
        reinforcement learning with double Q-learning, 2016).
        """
        seen = self.features(batch.next_observations)
        q_next = self.target(seen)  # (n, actions)
        if self.config.double:
            best = self.network(seen).argmax(axis=1)
            q_next = np.take_along_axis(q_next, best[:, None], axis=1)  # (n, 1)
        discounts = self.config.gamma ** batch.steps.astype(float)
        rewards = self.config.reward_scale * batch.rewards
        return td_target(rewards, discounts, q_next, batch.terminated)

    def update(self, batch: Batch) -> float:
        """Take one step towards the targets of a batch and return its mean loss."""
        values = self.network.forward(self.features(batch.observations))
        q, rows = values[-1], np.arange(len(batch.actions))
        error = q[rows, batch.actions] - self.targets(batch)
        if self.config.loss == "huber":
            losses, slopes = net.huber(error, self.config.huber_delta)
        else:
            losses, slopes = net.squared(error)
        # Only the actions that were taken have an error.
        slope = np.zeros_like(q)  # (n, actions)
        slope[rows, batch.actions] = slopes / len(rows)
        self.adam.step(self.network.backward(values, slope))
        if self.adam.steps % self.config.target_every == 0:
            self.target.parameters[:] = self.network.parameters
        return float(losses.mean())
