"""The plain engine: learns in Python, from any env with discrete actions."""

from typing import Any

import gymnasium
import numpy as np

from peterwolf.kernels import loops
from peterwolf.kernels.dynamics import Table
from peterwolf.progress import Bar
from peterwolf.tabular.env_tables import UnfitError, table_world
from peterwolf.tabular.run import Album, Run
from peterwolf.tabular.settings import Setting, State


class Rows(dict):
    """The rows of a table (*states, actions) that learning came by, as lists: Python's fastest."""

    def __init__(self, table: np.ndarray) -> None:
        self.table = table

    def __missing__(self, state: State | int) -> list:
        row = self[state] = self.table[state].tolist()
        return row

    def write(self) -> None:
        """Write the rows back into the table."""
        for state, row in self.items():
            self.table[state] = row


class EnvWorld:
    """Any env as the learning loop asks for it."""

    def __init__(self, env: gymnasium.Env, setting: Setting, seed: int) -> None:
        self.env, self.read, self.taken = env, setting.read, 0
        self.seed: int | None = seed

    def begin(self, rng: None) -> State:
        """Reset the env, seeded the first time; return the first state."""
        observation, _ = self.env.reset(seed=self.seed)
        self.seed, self.taken = None, 0
        return self.read(observation)

    def step(self, action: int) -> tuple[State, float, bool, bool]:
        """Return the next state, the reward, terminated and truncated; ValueError for nan."""
        observation, reward, terminated, truncated, _ = self.env.step(action)
        self.taken += 1
        if reward != reward:
            raise ValueError(f"env must pay numbers, got nan in step {self.taken} of an episode")
        return self.read(observation), float(reward), terminated, truncated


def learn(
    env: gymnasium.Env,
    setting: Setting,
    method: str,
    rng: np.random.Generator,
    bar: Bar,
    album: Album,
) -> Run:
    """Learn one episode after the other; the table of `album` is changed in place."""
    world, world_rng, (q, visits) = _world(env, setting, album, int(rng.integers(2**31)))
    number = loops.METHODS.index(method)
    done: list[tuple[float, int]] = []
    interrupted = False
    try:
        for episode in range(bar.episodes):
            if album.due == episode:
                _keep(album, episode, q, visits)
            alpha, epsilon = setting.alpha(episode), setting.epsilon(episode)
            state = world.begin(world_rng)
            how = (number, alpha, setting.gamma, epsilon, rng)
            done.append(setting.loop.learn_episode(world, state, q, visits, *how))
            bar.advance()
    except KeyboardInterrupt:
        interrupted = True
    q.write()
    visits.write()
    returns, lengths = zip(*done, strict=True) if done else ((), ())
    return album.close(returns, lengths, interrupted, "python")


def evaluate(
    env: gymnasium.Env, q: np.ndarray, setting: Setting, episodes: int, seed: int
) -> np.ndarray:
    """Play episode k by the best actions of `q` from `seed + k`: the returns, (episodes,)."""
    rows = Rows(q)
    worlds = (EnvWorld(env, setting, seed + k) for k in range(episodes))
    return np.array([setting.loop.play(world, None, rows) for world in worlds])


def _world(
    env: gymnasium.Env, setting: Setting, album: Album, seed: int
) -> tuple[Any, np.random.Generator | None, tuple[Rows, Rows]]:
    """Return the world to learn in, its generator, and the rows of table and visits.

    A game that the env tells as arrays is played from them: that is the same
    game, without the cost of `env.step`.
    """
    try:
        arrays = table_world(env, setting)
    except UnfitError:
        return EnvWorld(env, setting, seed), None, (Rows(album.q), Rows(album.visits))
    gymnasium.Env.reset(env.unwrapped, seed=seed)
    parts = (part.tolist() if isinstance(part, np.ndarray) else part for part in arrays)
    flat = (array.reshape(-1, array.shape[-1]) for array in (album.q, album.visits))
    q, visits = map(Rows, flat)
    return Table(*parts), env.unwrapped.np_random, (q, visits)


def _keep(album: Album, episode: int, q: Rows, visits: Rows) -> None:
    q.write()
    visits.write()
    album.take(episode)
