"""How the rows of networks are measured: steps of one, and trainings judged on other starts."""

import time
from collections.abc import Callable
from functools import cache

import gymnasium
import numpy as np
from measures import rate

from peterwolf import dqn, net
from peterwolf.dqn.vector_envs import Judge

CAR_ENV, POLE_ENV = "MountainCar-v0", "CartPole-v1"
CONFIGS = {POLE_ENV: dqn.DQNConfig(), CAR_ENV: dqn.MOUNTAIN_CAR}
PUBLISHED_CAR = -103.4  # Stable-Baselines3's published DQN, plus or minus 7.5, 120,000 steps
# Stable-Baselines3's zoo for CartPole-v1.
ZOO = {"learning_rate": 2.3e-3, "batch_size": 64, "buffer_size": 100_000, "learning_starts": 1000}
ZOO |= {"gamma": 0.99, "target_update_interval": 10, "train_freq": 256, "gradient_steps": 128}
ZOO |= {"exploration_fraction": 0.16, "exploration_final_eps": 0.04}
ZOO |= {"policy_kwargs": {"net_arch": [256, 256]}}
BATCH, WIDTHS = 64, (4, 64, 64, 2)


@cache
def trained(name: str, seed: int) -> tuple[float, float, float]:
    """Return a training's mean return on held-out starts, its env steps and its CPU seconds."""
    env = gymnasium.make(name)
    run = dqn.train(env, CONFIGS[name], rng=np.random.default_rng(seed), progress=False)
    return float(dqn.evaluate(env, run.policy).mean()), run.steps, run.seconds


def of_seeds(name: str, count: int, part: int, pick: Callable) -> Callable[[int], float]:
    """Return a measure of many training seeds: what `pick` makes of a part of `trained`."""
    return lambda seed: float(pick([trained(name, count * seed + k)[part] for k in range(count)]))


def reaching(score: float) -> Callable[[list[float]], int]:
    """Return how to count the trainings that reach a score."""
    return lambda scores: sum(each >= score for each in scores)


def sb3_seconds(seed: int) -> float:
    """Return the CPU seconds of Stable-Baselines3's DQN to its first 475, without evaluation."""
    import torch
    from stable_baselines3 import DQN
    from stable_baselines3.common.callbacks import BaseCallback

    torch.set_num_threads(1)
    judge, judging = Judge(gymnasium.make(POLE_ENV), 100, dqn.CHOOSING), 0.0

    class Until475(BaseCallback):
        def _on_step(self) -> bool:
            nonlocal judging
            if self.num_timesteps % 1000:
                return True
            begin = time.process_time()
            returns = judge.returns(lambda seen: self.model.predict(seen, deterministic=True)[0])
            judging += time.process_time() - begin
            return returns.mean() < 475

    model = DQN("MlpPolicy", gymnasium.make(POLE_ENV), seed=seed, device="cpu", **ZOO)
    begin = time.process_time()
    model.learn(50_000, callback=Until475())
    return time.process_time() - begin - judging


def _data(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, targets = rng.normal(size=(BATCH, 4)), rng.normal(size=BATCH)
    return x.astype(np.float32), rng.integers(2, size=BATCH), targets.astype(np.float32)


def our_steps(seed: int, steps: int = 2000) -> float:
    """Return gradient steps (forward, backward, Adam) per CPU second."""
    x, actions, targets = _data(seed)
    network = net.random_network(WIDTHS, rng=np.random.default_rng(seed))
    adam, rows = net.Adam(network.parameters), np.arange(BATCH)

    def work() -> int:
        for _ in range(steps):
            values = network.forward(x)
            _, slopes = net.squared(values[-1][rows, actions] - targets)
            slope = np.zeros_like(values[-1])
            slope[rows, actions] = slopes / BATCH
            adam.step(network.backward(values, slope))
        return steps

    return rate(work)


def torch_steps(seed: int, steps: int = 500) -> float:
    """Return the same of PyTorch as one writes it."""
    import torch

    torch.set_num_threads(1)
    x, actions, targets = map(torch.from_numpy, _data(seed))
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    network = torch.nn.Sequential(linear(4, 64), relu(), linear(64, 64), relu(), linear(64, 2))
    adam = torch.optim.Adam(network.parameters())

    def work() -> int:
        for _ in range(steps):
            values = network(x).gather(1, actions[:, None]).squeeze(1)
            loss = torch.nn.functional.mse_loss(values, targets)
            adam.zero_grad()
            loss.backward()
            adam.step()
        return steps

    return rate(work)
