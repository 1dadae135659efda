"""The knobs of a DQN, each with its meaning and where its value comes from."""

from dataclasses import dataclass

from peterwolf import arguments
from peterwolf.dqn.replay import MOST_STEPS

LOSSES = ("squared", "huber")
MANY = 10**9  # the most of anything that is counted
# Whole numbers: the least and the most.
COUNTS = {"steps": (1, MANY), "envs": (1, 10_000), "judge_every": (1, MANY)}
COUNTS |= {"judge_starts": (1, 10_000), "epsilon_steps": (1, MANY), "hold": (1, 10_000)}
COUNTS |= {"capacity": (1, 10_000_000), "batch": (1, 1_000_000), "begin": (1, MANY)}
COUNTS |= {"every": (1, MANY), "updates": (1, 1_000_000), "target_every": (1, MANY)}
COUNTS |= {"n_step": (1, MOST_STEPS)}
# Real numbers: likewise.
REALS = {"gamma": (0, 1), "learning_rate": (1e-9, 1), "huber_delta": (1e-9, MANY)}
REALS |= {"epsilon_start": (0, 1), "epsilon_stop": (0, 1), "reward_scale": (1e-9, MANY)}
REALS |= {"initial_value": (-MANY, MANY)}
CHOICES = {"loss": LOSSES, "double": (False, True), "dueling": (False, True)}
CHOICES |= {"scale_inputs": (True, False)}


@dataclass(frozen=True)
class DQNConfig:
    """How to learn; the values that stand here solve CartPole-v1.

    "Mnih" is Mnih et al., Human-level control through deep reinforcement
    learning, 2015; "measured" means that we tried several values on CartPole,
    over many seeds. Raises TypeError or ValueError, naming the knob.
    """

    # The games
    steps: int = 50_000  # the most env steps, all copies together
    envs: int = 8  # copies of the env that are stepped together; measured: 1 learns as well
    gamma: float = 0.99  # the discount; Mnih
    n_step: int = 1  # rewards in a target before a value takes over; Mnih; Sutton and Barto 7.1

    # Exploring: epsilon falls in a straight line, by env steps (Mnih)
    epsilon_start: float = 1.0  # at the first step: all actions are random; Mnih
    epsilon_stop: float = 0.04  # as Stable-Baselines3's zoo has it for CartPole
    epsilon_steps: int = 2400  # env steps until `epsilon_stop`; measured
    hold: int = 1  # a random action lasts 1 to `hold` steps; Dabney et al., 2020

    # The memory
    capacity: int = 50_000  # transitions; more than most runs make
    batch: int = 64  # transitions in an update; as the zoo
    begin: int = 512  # env steps before the first update; measured
    every: int = 64  # env steps from one round of updates to the next
    updates: int = 64  # in a round: one for each env step; measured

    # The network
    hidden: tuple[int, ...] = (64, 64)  # neurons in each hidden layer
    scale_inputs: bool = True  # observations with limits to -1..1; measured: it matters most
    dueling: bool = False  # value and advantages apart; Wang et al., 2016
    initial_value: float = 0.0  # what every action value begins near, in the env's rewards
    reward_scale: float = 1.0  # rewards are multiplied by it inside

    # Learning
    learning_rate: float = 4e-3  # Adam's; measured
    target_every: int = 64  # updates from one copy into the target network to the next; measured
    double: bool = False  # the network chooses, its target judges; van Hasselt et al., 2016
    loss: str = "squared"  # or "huber", as Mnih, who clips the error
    huber_delta: float = 1.0  # the error up to which Huber's loss is a square; Mnih

    # Judging: the best network so far is kept
    judge_every: int = 256  # env steps from one judgement to the next
    judge_starts: int = 100  # episodes in a judgement, without exploring
    goal: float | None = 495.0  # mean return at which learning stops; None: never

    def __post_init__(self) -> None:
        for name, ends in COUNTS.items():
            arguments.integer(name, getattr(self, name), *ends)
        for name, ends in REALS.items():
            arguments.real(name, getattr(self, name), *ends)
        for name, allowed in CHOICES.items():
            arguments.one_of(name, getattr(self, name), allowed)
        if self.goal is not None:
            arguments.real("goal", self.goal, -MANY, MANY)
        if not isinstance(self.hidden, tuple):
            raise TypeError(f"hidden must be a tuple of widths, as (64, 64), got {self.hidden!r}")
        if not self.hidden:
            raise ValueError("hidden must be one width or more, as (64, 64), got ()")
        for width in self.hidden:
            arguments.integer("hidden", width, 1)
        if self.batch > self.capacity:
            raise ValueError(f"batch must be at most capacity, {self.capacity}, got {self.batch}")


# One game at a time, every number of an observation as the env gives it.
PLAIN = DQNConfig(envs=1, scale_inputs=False, learning_rate=2e-3, epsilon_steps=4800)

# MountainCar-v0 with the rewards that it has: a flag at the end of a long random walk. Random
# actions are held, values begin at the top, and a target reaches five steps ahead.
MOUNTAIN_CAR = DQNConfig(
    envs=4,
    n_step=5,
    epsilon_start=0.1,
    epsilon_stop=0.01,
    epsilon_steps=10_000,
    hold=32,
    reward_scale=0.1,
    learning_rate=2e-3,
    target_every=128,
    judge_every=1000,
    judge_starts=50,
    goal=-106.0,
)
