"""The agent of lesson 13 is ours: from the same weights and batches, the same learning."""

import copy

import gymnasium
import numpy as np
import pytest

from peterwolf import dqn
from peterwolf.checks.lesson13 import td_loss
from peterwolf.dqn import pytorch
from peterwolf.dqn.features import Features
from peterwolf.dqn.learner import Learner
from peterwolf.dqn.replay import Batch, Replay

torch = pytest.importorskip("torch")
POLE = gymnasium.make("CartPole-v1")


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # two threads of small sums wait for each other
    yield
    torch.set_num_threads(before)


def learner(**told) -> Learner:
    rng = np.random.default_rng(0)
    return Learner(dqn.DQNConfig(**told), Features(POLE.observation_space), 2, rng)


def memory(steps: int = 2000) -> Replay:
    """What a random player of CartPole has seen."""
    rng, replay = np.random.default_rng(1), Replay(steps, (4,), np.float32, 2)
    seen, _ = POLE.reset(seed=0)
    for _ in range(steps):
        action = int(rng.integers(2))
        new, reward, terminated, truncated, _ = POLE.step(action)
        replay.add(seen, action, reward, new, terminated)
        seen = POLE.reset()[0] if terminated or truncated else new
    return replay


def tensors(batch: Batch, features: Features) -> Batch:
    """A batch as PyTorch's agent sees it."""
    batch = batch._replace(
        observations=features(batch.observations),
        next_observations=features(batch.next_observations),
        actions=batch.actions.astype(int),
    )
    return Batch(*(torch.from_numpy(array) for array in batch))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_loss_and_gradient_are_ours_to_five_digits(share):
    ours = learner()
    ours.target.parameters *= 1.5
    batch = memory(200).sample(64, np.random.default_rng(2))
    batch = batch._replace(terminated=np.arange(64) < 64 * share)
    online, target = pytorch.module(ours.network), pytorch.module(ours.target)
    loss = td_loss(online, target, tensors(batch, ours.features), ours.config.gamma)
    loss.backward()
    gradients = []
    ours.adam.step = gradients.append
    np.testing.assert_allclose(ours.update(batch), loss.item(), rtol=1e-5)
    np.testing.assert_allclose(gradients[0], pytorch.gradient(online), rtol=1e-5, atol=1e-5)


def test_a_hundred_updates_leave_the_same_parameters_to_four_digits():
    ours = learner()
    before = ours.network.parameters.copy()
    online = pytorch.module(ours.network)
    target = copy.deepcopy(online)
    adam = torch.optim.Adam(online.parameters(), lr=ours.config.learning_rate)
    replay, rng = memory(), np.random.default_rng(3)
    for update in range(1, 101):
        batch = replay.sample(64, rng)
        ours.update(batch)
        loss = td_loss(online, target, tensors(batch, ours.features), ours.config.gamma)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if update % ours.config.target_every == 0:
            target.load_state_dict(online.state_dict())
    assert abs(ours.network.parameters - before).max() > 0.05  # they did learn
    np.testing.assert_allclose(pytorch.parameters(online), ours.network.parameters, atol=1e-4)
    np.testing.assert_allclose(pytorch.parameters(target), ours.target.parameters, atol=1e-4)
