"""The learner: its targets by hand, its update by the definition, its target network's age."""

import numpy as np
import pytest
from gymnasium.spaces import Box

from peterwolf.dqn.config import DQNConfig
from peterwolf.dqn.features import Features
from peterwolf.dqn.learner import Learner
from peterwolf.dqn.replay import Batch

ACTIONS = 3
PLAIN = {"loss": "squared", "huber_delta": 0.1, "gamma": 0.9, "hidden": (8,), "learning_rate": 0.01}


def learner(seed: int = 0, **told) -> Learner:
    """A learner whose target network is another network than its own."""
    config = DQNConfig(**(PLAIN | told))
    made = Learner(config, Features(Box(-2, 2, (2,))), ACTIONS, np.random.default_rng(seed))
    made.target.parameters += 0.3
    return made


def batch(n: int = 6, seed: int = 1) -> Batch:
    rng = np.random.default_rng(seed)
    seen, new = rng.uniform(-2, 2, size=(2, n, 2)).astype(np.float32)
    return Batch(
        observations=seen,
        actions=rng.integers(ACTIONS, size=n).astype(np.uint8),
        rewards=rng.normal(size=n).astype(np.float32),
        next_observations=new,
        terminated=np.arange(n) % 3 == 0,
        steps=(1 + np.arange(n) % 2).astype(np.uint8),
    )


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("dueling", [False, True])
def test_targets_are_those_of_the_definition_one_by_one(double, dueling):
    made = learner(double=double, dueling=dueling, reward_scale=0.5)
    given = batch()
    for k, target in enumerate(made.targets(given)):
        new = given.next_observations[k : k + 1] / 2  # scaled
        values = made.target(new)[0]
        best = made.network(new)[0].argmax() if double else values.argmax()
        future = 0.0 if given.terminated[k] else 0.9 ** int(given.steps[k]) * values[best]
        assert target == pytest.approx(0.5 * given.rewards[k] + future, rel=1e-5)


def test_double_and_plain_targets_differ_where_the_networks_disagree():
    plain, double = learner(), learner(double=True)
    plain.target.parameters[:] = double.target.parameters[:] = learner(5).network.parameters
    given = batch(60)
    assert (plain.targets(given) >= double.targets(given)).all()
    assert (plain.targets(given) > double.targets(given)).any()


@pytest.mark.parametrize("loss", ["squared", "huber"])
def test_an_update_follows_the_loss_of_the_taken_actions_only(loss):
    made = learner(loss=loss)
    given, before = batch(), made.network.copy()
    error = before(given.observations / 2)[np.arange(6), given.actions] - made.targets(given)
    size = abs(error)
    losses = (
        error**2 / 2
        if loss == "squared"
        else np.where(size <= 0.1, error**2 / 2, 0.1 * (size - 0.05))
    )
    assert made.update(given) == pytest.approx(losses.mean(), rel=1e-5)
    slopes = error if loss == "squared" else np.clip(error, -0.1, 0.1)
    slope = np.zeros((6, ACTIONS))
    slope[np.arange(6), given.actions] = slopes / 6
    gradient = before.backward(before.forward(given.observations / 2), slope)
    np.testing.assert_allclose(made.adam.mean, 0.1 * gradient, rtol=1e-4, atol=1e-6)
    moved = made.network.parameters - before.parameters
    clear = abs(gradient) > 1e-5
    assert clear.any() and (np.sign(moved) == -np.sign(gradient))[clear].all()
    np.testing.assert_allclose(abs(moved[clear]), 0.01, rtol=1e-2)  # Adam's first step


def test_updates_bring_the_values_to_fixed_targets():
    made = learner(target_every=10_000)
    given = batch()
    wanted = made.targets(given)
    losses = [made.update(given) for _ in range(600)]
    assert losses[-1] < losses[0] / 100
    values = made.network(given.observations / 2)[np.arange(6), given.actions]
    np.testing.assert_allclose(values, wanted, atol=0.05)


def test_the_target_network_is_renewed_after_so_many_updates_and_is_a_copy():
    made = learner(target_every=3)
    given, first = batch(), made.target.parameters.copy()
    for _ in range(2):
        made.update(given)
    assert (made.target.parameters == first).all()
    made.update(given)
    assert (made.target.parameters == made.network.parameters).all()
    made.update(given)
    assert (made.target.parameters != made.network.parameters).any()


@pytest.mark.parametrize("dueling", [False, True])
def test_all_values_begin_near_the_initial_one(dueling):
    told = {"initial_value": 50.0, "reward_scale": 0.1, "dueling": dueling, "hidden": (64, 64)}
    low = learner(**(told | {"initial_value": 0.0}))
    high = learner(**told)
    x = np.random.default_rng(0).uniform(-1, 1, (50, 2)).astype(np.float32)
    np.testing.assert_allclose(high.network(x), low.network(x) + 5.0, atol=1e-5)
    assert abs(low.network(x)).max() < 1


def test_the_network_has_the_widths_that_were_asked_for():
    made = learner(hidden=(5, 7), dueling=True)
    assert made.network.widths == made.target.widths == (2, 5, 7, ACTIONS)
    assert made.network.dueling and made.target.dueling
    assert not np.shares_memory(made.network.parameters, made.target.parameters)
