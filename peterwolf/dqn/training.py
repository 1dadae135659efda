"""Deep Q-learning: action values from a network, on any gymnasium env with discrete actions.

Mnih et al., Human-level control through deep reinforcement learning, Nature
518, 2015; its relatives as `DQNConfig` names them.
"""

import time
import warnings
from contextlib import closing

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.dqn.collector import Games, StoppedError
from peterwolf.dqn.config import DQNConfig
from peterwolf.dqn.features import Features
from peterwolf.dqn.learner import Learner
from peterwolf.dqn.net import Network
from peterwolf.dqn.replay import Replay
from peterwolf.dqn.run import Greedy, Run
from peterwolf.dqn.vector_envs import Judge
from peterwolf.progress import Bar
from peterwolf.tabular import linear_decay
from peterwolf.tabular.settings import count_actions

CHOOSING = 1_000_000  # the seed of the first start that chooses the best network


def train(
    env: gymnasium.Env,
    config: DQNConfig | None = None,
    *,
    rng: np.random.Generator,
    progress: bool | None = None,
) -> Run:
    """Learn by deep Q-learning and return the `Run`, whose `policy` is the best network's.

    `env` has Box, Discrete or MultiDiscrete observations and Discrete actions;
    it is left alone, copies of it are played, seeded once from `rng`. `config`
    None is `DQNConfig()`, which suits CartPole-v1; `MOUNTAIN_CAR` and `PLAIN`
    stand beside it. Every `config.judge_every` env steps the network plays
    greedily from the starts of the seeds 1,000,000 on, and the best one so far
    is kept: judge it on others, as `evaluate` does. `progress`: None shows a
    bar on long runs only.

    Learning ends at the goal or after the last step. Stopping the kernel, or a
    reward, an observation or a loss that is not finite, of which a
    RuntimeWarning tells, ends it too; what was learnt so far is returned.
    Raises TypeError or ValueError, naming the argument, before the first step.
    """
    config = DQNConfig() if config is None else config
    if not isinstance(config, DQNConfig):
        raise TypeError(f"config must be a DQNConfig, got {config!r}")
    arguments.generator("rng", rng)
    actions = count_actions(env)
    features = Features(env.observation_space, scaled=config.scale_inputs)
    learner = Learner(config, features, actions, rng)
    replay = Replay(config.capacity, features.shape, features.dtype, actions)
    games = Games(env, config, replay, actions, rng)
    judge = Judge(env, config.judge_starts, CHOOSING)
    with closing(Bar(config.steps, progress, "step")) as bar:
        training = _Training(config, learner, replay, games, judge, bar)
        try:
            ended = training.learn(rng)
        except KeyboardInterrupt:
            ended = "interrupted"
        except StoppedError as reason:
            ended = str(reason)
            warnings.warn(f"learning stopped: {reason}", RuntimeWarning, stacklevel=2)
    return training.run(ended)


def greedy(network: Network, env: gymnasium.Env, *, scale_inputs: bool = True) -> Greedy:
    """Return the policy that takes the best action of a network, as one that was loaded.

    `scale_inputs` must be what it was when the network learnt. Raises
    TypeError or ValueError for a network that does not fit the env.
    """
    features, actions = Features(env.observation_space, scaled=scale_inputs), count_actions(env)
    ends = network.widths[0], network.widths[-1]
    if ends != (features.size, actions):
        raise ValueError(
            f"network must have {features.size} inputs and {actions} outputs for this env, "
            f"got {network}"
        )
    return Greedy(network, features)


def evaluate(
    env: gymnasium.Env, policy: Greedy, *, episodes: int = 100, seed: int = 0
) -> np.ndarray:
    """Return the undiscounted returns of `episodes` episodes, played at once, float (episodes,).

    Episode k begins as after `env.reset(seed=seed + k)`, as in
    `rollout.evaluate`; copies of the env are played. An episode that lasts
    more than 10,000 steps is left there. Raises TypeError or ValueError.
    """
    if not isinstance(policy, Greedy):
        raise TypeError(
            "policy must be a network's, as run.policy or greedy() makes one (rollout.evaluate "
            f"takes any), got {policy!r}"
        )
    arguments.integer("episodes", episodes, 1)
    arguments.integer("seed", seed, 0)
    count_actions(env)
    return Judge(env, episodes, seed).returns(policy.many)


class _Training:
    """The parts of a training, and what it has found so far."""

    def __init__(
        self,
        config: DQNConfig,
        learner: Learner,
        replay: Replay,
        games: Games,
        judge: Judge,
        bar: Bar,
    ) -> None:
        self.config, self.learner, self.replay = config, learner, replay
        self.games, self.judge, self.bar = games, judge, bar
        self.best = learner.network.copy()
        self.scores: list[float] = []
        self.judged: list[int] = []
        self.losses: list[float] = []
        self.begun, self.judging = time.process_time(), 0.0

    def learn(self, rng: np.random.Generator) -> str:
        """Learn until there is a reason to end, and return it."""
        config, games = self.config, self.games
        epsilon = linear_decay(config.epsilon_start, config.epsilon_stop, config.epsilon_steps)
        policy = Greedy(self.learner.network, self.learner.features)
        next_round = next_judgement = config.begin
        games.begin()
        while games.steps < config.steps:
            self.bar.advance(games.step(policy.many, epsilon(games.steps)))
            while games.steps >= next_round:
                next_round += config.every
                self._update(rng)
            if games.steps >= min(next_judgement, config.steps):
                next_judgement += config.judge_every
                if self._judge(policy):
                    return "the goal was reached"
        return "all steps were taken"

    def _update(self, rng: np.random.Generator) -> None:
        """Learn from some batches, once there are transitions enough."""
        if len(self.replay) < self.config.batch:
            return
        batches = (self.replay.sample(self.config.batch, rng) for _ in range(self.config.updates))
        self.losses.append(float(np.mean([self.learner.update(batch) for batch in batches])))
        if not np.isfinite(self.losses[-1]):
            raise StoppedError(f"the loss was {self.losses[-1]} at step {self.games.steps}")

    def _judge(self, policy: Greedy) -> bool:
        """Keep the network if it is the best so far; return whether it reaches the goal."""
        begin = time.process_time()
        score = float(self.judge.returns(policy.many).mean())
        if not np.isfinite(score):
            raise StoppedError(
                f"the mean return was {score} when judged at step {self.games.steps}"
            )
        if score > max(self.scores, default=-np.inf):
            self.best = policy.network.copy()
        self.scores.append(score)
        self.judged.append(self.games.steps)
        self.judging += time.process_time() - begin
        return self.config.goal is not None and score >= self.config.goal

    def run(self, ended: str) -> Run:
        """Return what was found so far; without any judgement, the network as it is."""
        network, features, games = self.learner.network, self.learner.features, self.games
        if not self.scores and np.isfinite(network.parameters).all():
            self.best = network.copy()
        return Run(
            policy=Greedy(self.best, features),
            last=Greedy(network, features),
            steps=games.steps,
            returns=np.array(games.returns, dtype=float),
            lengths=np.array(games.lengths, dtype=int),
            ends=np.array(games.ends, dtype=int),
            scores=np.array(self.scores, dtype=float),
            judged=np.array(self.judged, dtype=int),
            losses=np.array(self.losses, dtype=float),
            ended=ended,
            seconds=time.process_time() - self.begun - self.judging,
        )
