"""Deep Q-learning in numpy: `dqn.train`, `dqn.DQNConfig`, and what a training is made of."""

from peterwolf.dqn.collector import Games, StoppedError
from peterwolf.dqn.config import MOUNTAIN_CAR, PLAIN, DQNConfig
from peterwolf.dqn.features import Features
from peterwolf.dqn.learner import Learner
from peterwolf.dqn.net import Network
from peterwolf.dqn.replay import Replay
from peterwolf.dqn.run import Greedy, Run
from peterwolf.dqn.training import CHOOSING, evaluate, greedy, train
from peterwolf.dqn.vector_envs import Judge

__all__ = [
    "CHOOSING",
    "MOUNTAIN_CAR",
    "PLAIN",
    "DQNConfig",
    "Features",
    "Games",
    "Greedy",
    "Judge",
    "Learner",
    "Network",
    "Replay",
    "Run",
    "StoppedError",
    "evaluate",
    "greedy",
    "train",
]
