"""A trial: one setting, trained from one seed, and judged on starts that did not choose."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from peterwolf import arguments, tabular
from peterwolf.worlds.board import CLASSIC
from peterwolf.worlds.random_boards import random_board

METHODS = ("q_learning", "sarsa", "expected_sarsa")
STARTS = 100
CHOOSING, HELD_OUT = 1_000_000, 3_000_000  # seeds of the starts that choose, and that judge
COMMON = {
    "method": "q_learning",
    "episodes": 10_000,
    "alpha": 0.5,
    "gamma": 0.95,
    "epsilon_start": 1.0,
    "epsilon_stop": 0.1,
    "epsilon_share": 1.0,  # of the episodes, over which epsilon falls
    "first_value": 0.0,  # of the whole table
    "looks": 1,  # tables on the way, of which the one with the best return is kept
}
BOARD = COMMON | {"board": None}  # the classic one, or the seed of a random one
CAR = {"bins": [20, 20], "alpha": 0.1, "gamma": 0.99, "epsilon_start": 0.0, "epsilon_stop": 0.0}
POLE = {"bins": [6, 4, 6, 16], "episodes": 6000, "alpha": 0.2, "gamma": 0.995}
POLE |= {"epsilon_start": 0.1, "looks": 60}
ENDS = {
    "car": ((-1.2, -0.07), (0.6, 0.07)),
    "pole": ((-2.4, -2.5, -0.21, -2.5), (2.4, 2.5, 0.21, 2.5)),
}  # of the bins
WORLDS = {
    "forage": ("peterwolf/Forage-v0", BOARD),
    "hunt": ("peterwolf/Hunt-v0", BOARD),
    "car": ("MountainCar-v0", COMMON | CAR),
    "pole": ("CartPole-v1", COMMON | POLE),
}  # name: the env, and what is not set


class Trial(NamedTuple):
    """A world, what is set in it, and the number of the training seed."""

    world: str
    setting: dict[str, Any]
    seed: int

    @property
    def key(self) -> str:
        """Its identity as text, the same in every process and on every machine."""
        return json.dumps([self.world, self.setting, self.seed], sort_keys=True)


class Result(NamedTuple):
    """A trial's mean return on the starts that chose the table, and on held-out ones."""

    trial: Trial
    score: float
    held_out: float


def grid(world: str, values: Mapping[str, Iterable[Any]]) -> list[dict[str, Any]]:
    """Return every combination of what is set, {name: values}, the last name fastest.

    Raises ValueError for a name that the world does not have, and for no or equal values.
    """
    arguments.one_of("world", world, tuple(WORLDS))
    known = WORLDS[world][1]
    for name, several in values.items():
        if name not in known:
            raise ValueError(f"a setting of {world} must be one of {', '.join(known)}, got {name}")
        texts = [json.dumps(value) for value in several]
        if not texts or len(set(texts)) < len(texts):
            told = ", ".join(texts) or "none"
            raise ValueError(f"{name} must have one value or several different ones, got {told}")
    return [
        dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())
    ]


def run(trial: Trial) -> Result:
    """Train and judge; TypeError or ValueError for values that cannot be.

    All that is random comes from the trial's identity, and so the result does
    not depend on where, when or beside what it is computed.
    """
    name, given = WORLDS[trial.world]
    setting = given | trial.setting
    env = gymnasium.make(name, **_board(setting))
    encode = _encode(trial.world, setting)
    best = max(_tables(env, setting, encode, _generator(trial)), key=lambda table: table[0])
    held_out = _mean(env, best[1], encode, HELD_OUT)
    return Result(trial, best[0], held_out)


def _generator(trial: Trial) -> np.random.Generator:
    digest = hashlib.sha256(trial.key.encode()).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest)))


def _tables(
    env: gymnasium.Env, setting: dict[str, Any], encode: Any, rng: np.random.Generator
) -> Iterable[tuple[float, np.ndarray]]:
    """Yield the tables that are looked at, each with the mean return that chooses among them."""
    episodes = arguments.integer("episodes", setting["episodes"], 1)
    looks = arguments.integer("looks", setting["looks"], 1, episodes)
    falls = round(arguments.real("epsilon_share", setting["epsilon_share"], 0, 1) * episodes)
    learn = getattr(tabular, arguments.one_of("method", setting["method"], METHODS))
    spaces: Any = env.observation_space, env.action_space
    states = spaces[0].nvec if encode is None else encode.shape
    ends = setting["epsilon_start"], setting["epsilon_stop"]
    how: dict[str, Any] = {
        "alpha": setting["alpha"],
        "gamma": setting["gamma"],
        "epsilon": tabular.linear_decay(*ends, max(falls, 1)),
        "q": np.full((*states, spaces[1].n), float(setting["first_value"])),
        "encode": encode,
        "progress": False,
    }
    learnt = learn(env, episodes=episodes, rng=rng, snapshots=looks if looks > 1 else 0, **how)
    for q in [snapshot.q for snapshot in learnt.snapshots] or [learnt.q]:
        yield _mean(env, q, encode, CHOOSING), q


def _mean(env: gymnasium.Env, q: np.ndarray, encode: Any, seed: int) -> float:
    returns = tabular.evaluate(env, q, encode=encode, episodes=STARTS, seed=seed)
    return float(returns.mean())


def _board(setting: dict[str, Any]) -> dict[str, Any]:
    """Return what a world of Peter's is made with."""
    if "board" not in setting:
        return {}
    if setting["board"] is None:
        return {"board": CLASSIC}
    seed = arguments.integer("board", setting["board"], 0)
    return {"board": random_board(np.random.default_rng(seed))}


def _encode(world: str, setting: dict[str, Any]) -> Any:
    """Return the bins of a world of real numbers, None for Peter's."""
    return tabular.Bins(*ENDS[world], setting["bins"]) if world in ENDS else None
