"""The fast engine: the loops of `kernels`, compiled by numba for four worlds.

Forage and hunt come as arrays from the env's own rules (`kernel_spec()`);
MountainCar-v0 and CartPole-v1 of gymnasium are known here.
"""

import math
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.classic_control import CartPoleEnv, MountainCarEnv

from peterwolf.kernels import dynamics, jit, loops, tile_loops
from peterwolf.progress import Bar
from peterwolf.tabular import engines
from peterwolf.tabular.bins import Bins, Edges
from peterwolf.tabular.env_tables import LONGEST, UnfitError, bare, table_world
from peterwolf.tabular.run import Album, Run
from peterwolf.tabular.settings import Setting
from peterwolf.tabular.tile_coding import Tiles

PAUSE = 0.02  # seconds of compiled work between two looks at the kernel
# What the kernels take for granted, beside what the table of `kernels` needs.
CAR = {"min_position": -1.2, "max_position": 0.6, "max_speed": 0.07, "goal_position": 0.5}
CAR |= {"goal_velocity": 0, "force": 0.001, "gravity": 0.0025}
POLE: dict[str, Any] = {"gravity": 9.8, "masscart": 1.0, "masspole": 0.1, "total_mass": 1.1}
POLE |= {"length": 0.5, "polemass_length": 0.05, "force_mag": 10.0, "tau": 0.02}
POLE |= {"kinematics_integrator": "euler", "theta_threshold_radians": 12 * 2 * math.pi / 360}
POLE |= {"x_threshold": 2.4, "_sutton_barto_reward": False}
CLASSIC_CONTROL = {MountainCarEnv: ("car", 2, CAR), CartPoleEnv: ("pole", 4, POLE)}


def fit(env: gymnasium.Env, setting: Setting) -> tuple[str, Any]:
    """Return the kind of an env, as `kernel` takes it, and its world.

    Raises UnfitError, saying why, for an env that no kernel plays.
    """
    inner, limit = bare(env)
    if type(inner) not in CLASSIC_CONTROL:
        return "table", table_world(env, setting)
    kind, numbers, known = CLASSIC_CONTROL[type(inner)]
    for name, value in known.items():
        if getattr(inner, name, None) != value:
            was = f"{getattr(inner, name, None)!r}, not {value!r}"
            raise UnfitError(f"its {name.strip('_')} is {was}")
    if limit > LONGEST:
        raise UnfitError(f"its episodes may last more than {LONGEST} steps")
    seen, world = _seen_through(setting.encode, np.zeros(numbers + 1), limit)
    return kind + seen, world


def _seen_through(encode: Any, now: np.ndarray, limit: int) -> tuple[str, Any]:
    """Return what follows the kind's name, and the world of the numbers `now`."""
    numbers = len(now) - 1
    if type(encode) is Tiles:
        active, turn = np.zeros((2, encode.tilings), dtype=np.int64), np.zeros(1, dtype=np.int64)
        parts = (*encode.parts, np.zeros(numbers), active, turn)
        return "_tiles", tile_loops.Tiled(now, limit, *parts)
    if type(encode) not in (Bins, Edges) or len(encode.shape) != numbers:
        raise UnfitError(f"encode is not Bins of {numbers} numbers")
    counts = np.array(encode.shape)
    if type(encode) is Bins:
        return "", dynamics.Binned(now, limit, encode.low, encode.high, encode.scale, counts)
    edges = np.full((numbers, max(counts)), np.inf)
    for row, each in zip(edges, encode.edges, strict=True):
        row[: len(each)] = each
    return "_edges", dynamics.Edged(now, limit, edges, counts)


@cache
def kernel(kind: str, work: str, on_disk: bool = True) -> Callable:
    """Return `learn` or `play`, as `work` says, compiled for one kind of world.

    Kinds: "table"; "car" and "pole" seen through Bins, or, with "_edges" or "_tiles" behind,
    through Edges or Tiles.
    """
    world, _, seen = kind.partition("_")
    sources = (loops, dynamics) + ((tile_loops,) if seen == "tiles" else ())
    names = {name: value for source in sources for name, value in vars(source).items()}
    names["begin"], names["step"] = names[f"begin_{world}"], names[f"step_{world}"]
    names["row_of"] = names[f"row_of_{seen}" if seen else "row_of"]
    return jit.whole(names[work], names, f"{work}-{kind}", sources, on_disk)


def learn(
    env: gymnasium.Env,
    setting: Setting,
    method: str,
    rng: np.random.Generator,
    bar: Bar,
    album: Album,
) -> Run:
    """Learn as the Python engine does, to the last bit, some hundred times as fast.

    Raises UnfitError, before anything is drawn, for an env that no kernel plays.
    """
    kind, world = fit(env, setting)
    inner = env.unwrapped
    gymnasium.Env.reset(inner, seed=int(rng.integers(2**31)))
    rows, visits = (array.reshape(-1, array.shape[-1]) for array in (album.q, album.visits))
    number = loops.METHODS.index(method)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    interrupted = False
    try:
        for part in _parts(bar, album):
            count = len(part)
            parts.append((np.empty(count), np.empty(count, dtype=np.int64), np.zeros(1, int)))
            schedule = setting.alpha.over(part), setting.gamma, setting.epsilon.over(part)
            given = world, inner.np_random, rows, visits, number, *schedule, rng, *parts[-1]
            _call(kind, "learn", *given)
    except KeyboardInterrupt:
        interrupted = True
    over = [(returns[: done[0]], lengths[: done[0]]) for returns, lengths, done in parts]
    returns, lengths = map(np.concatenate, zip(*over, strict=True)) if over else ((), ())
    return album.close(returns, lengths, interrupted, "compiled")


def evaluate(
    env: gymnasium.Env, q: np.ndarray, setting: Setting, episodes: int, seed: int
) -> np.ndarray:
    """Play as the Python engine does and return the returns, (episodes,), to the last bit.

    Raises UnfitError, before the env is reset, for an env that no kernel plays.
    """
    kind, world = fit(env, setting)
    inner = env.unwrapped
    rows = np.ascontiguousarray(q, dtype=float).reshape(-1, q.shape[-1])
    returns = np.empty(episodes)
    for k in range(episodes):
        gymnasium.Env.reset(inner, seed=seed + k)
        returns[k] = _call(kind, "play", world, inner.np_random, rows)
    return returns


def _parts(bar: Bar, album: Album) -> Iterator[range]:
    """Yield the numbers of the episodes to learn at one go; take snapshots in between.

    A part lasts about `PAUSE` seconds, so that stopping the kernel stops it soon.
    """
    count, first = 1, 0
    while first < bar.episodes:
        if album.due == first:
            album.take(first)
        last = min(first + count, bar.episodes if album.due is None else album.due)
        begin = time.perf_counter()
        yield range(first, last)
        speed = (last - first) / max(time.perf_counter() - begin, 1e-6)
        bar.advance(last - first)
        first = last
        count = max(1, min(8 * count, int(speed * PAUSE)))


def _call(kind: str, work: str, *arguments: Any) -> Any:
    return jit.call(partial(kernel, kind, work), *arguments)


engines.ENGINES["compiled"] = engines.Engine(learn, evaluate)
