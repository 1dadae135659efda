"""Which engine serves: a registry, into which `numba_engine` enters itself when it is asked for."""

import importlib
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.progress import Bar
from peterwolf.tabular import python_engine
from peterwolf.tabular.env_tables import UnfitError
from peterwolf.tabular.run import Album, Run
from peterwolf.tabular.settings import Setting

NAMES = ("auto", "python", "compiled")


class Engine(NamedTuple):
    """How to learn and how to play a table greedily; both raise UnfitError for a foreign env."""

    learn: Callable[..., Run]
    evaluate: Callable[..., np.ndarray]


ENGINES = {
    "python": Engine(python_engine.learn, python_engine.evaluate)
}  # `numba_engine` adds itself


def learn(
    env: gymnasium.Env,
    setting: Setting,
    table: np.ndarray,
    method: str,
    *,
    episodes: int,
    rng: np.random.Generator,
    engine: str,
    progress: bool | None,
    snapshots: int,
) -> Run:
    """Learn with the engine that was asked for; `table` (..., actions) is changed in place.

    Raises TypeError or ValueError, naming the argument; ValueError, saying
    why, and ImportError where `engine="compiled"` cannot serve.
    """
    arguments.one_of("engine", engine, NAMES)
    arguments.integer("episodes", episodes, 1)
    arguments.integer("snapshots", snapshots, 0)
    arguments.generator("rng", rng)
    album = Album(episodes, snapshots, table)
    with closing(Bar(episodes, progress)) as bar:
        return _serve(engine, "learn", env, setting, method, rng, bar, album)


def evaluate(
    env: gymnasium.Env,
    setting: Setting,
    table: np.ndarray,
    *,
    episodes: int,
    seed: int,
    engine: str,
) -> np.ndarray:
    """Return the returns of the greedy policy, float (episodes,); episode k begins at seed + k.

    Raises as `learn` does.
    """
    arguments.one_of("engine", engine, NAMES)
    arguments.integer("episodes", episodes, 1)
    arguments.integer("seed", seed, 0)
    return _serve(engine, "evaluate", env, table, setting, episodes, seed)


def _serve(engine: str, work: str, *given: Any) -> Any:
    """Do a work of the `Engine` that was asked for, or that serves for "auto"."""
    if engine == "python":
        return getattr(ENGINES["python"], work)(*given)
    try:
        return getattr(_compiled(engine), work)(*given)
    except UnfitError as reason:
        if engine == "compiled":
            raise ValueError(f"engine='compiled' cannot play this env: {reason}") from None
        return getattr(ENGINES["python"], work)(*given)


def _compiled(engine: str) -> Engine:
    """Return the compiled engine; without numba the Python engine serves, and a warning says so."""
    try:
        importlib.import_module("peterwolf.tabular.numba_engine")
    except ImportError as error:
        if engine == "compiled":
            raise ImportError(f"engine='compiled' needs numba: {error}") from error
        what = f"the Python engine serves, which is slow: {error}"
        warnings.warn(what, stacklevel=1 + _depth())
        return ENGINES["python"]
    return ENGINES["compiled"]


def _depth() -> int:
    """Return how many calls of ours stand between here and the caller's line."""
    frame, depth = sys._getframe(1), 0
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "peterwolf":
        frame, depth = frame.f_back, depth + 1
    return depth
