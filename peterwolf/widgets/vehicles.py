"""What a game of driving must know of MountainCar-v0 and CartPole-v1: buttons and words."""

import copy
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.classic_control import CartPoleEnv, MountainCarEnv
from gymnasium.wrappers import TimeLimit

DRAWN_ON = ("screen", "surf", "clock")  # parts of these envs that cannot be copied
QUIET = {"XDG_RUNTIME_DIR": tempfile.gettempdir(), "SDL_AUDIODRIVER": "dummy"}


@dataclass(frozen=True)
class Vehicle:
    """One kind of env: `buttons` has a text for each action, `held` is the first action held.

    `rest` is the action while no key is down, None where the last one stays;
    `keys` tells that to the learner. `speed` is the one to begin with, as a
    part of the env's own. `tell(env)` puts a state into words,
    `end(env, terminated)` the end of an episode.
    """

    name: str
    task: str
    buttons: Mapping[int, str]
    held: int
    rest: int | None
    keys: str
    speed: float
    tell: Callable[[Any], str]
    end: Callable[[Any, bool], str]


def vehicle_of(env: Any) -> Vehicle | None:
    """Return what is to be driven in an env, None where it is neither of the two."""
    inner = getattr(env, "unwrapped", None)
    return next((known for kind, known in KNOWN.items() if isinstance(inner, kind)), None)


def check_pictures(env: gymnasium.Env) -> None:
    """Raise ValueError for an env that does not render pictures."""
    if env.render_mode != "rgb_array":
        raise ValueError(f"env must be made with render_mode='rgb_array', got {env.render_mode!r}")


def copy_of(env: gymnasium.Env) -> gymnasium.Env:
    """Return a copy of one of the two envs with its wrappers; neither moves the other."""
    drawn_on = (getattr(env.unwrapped, name, None) for name in DRAWN_ON)
    return copy.deepcopy(env, {id(part): None for part in drawn_on})


def has_time_limit(env: gymnasium.Env) -> bool:
    """Return whether gymnasium's TimeLimit is among an env's wrappers."""
    while isinstance(env, gymnasium.Wrapper) and not isinstance(env, TimeLimit):
        env = env.env
    return isinstance(env, TimeLimit)


def rendered(env: gymnasium.Env) -> np.ndarray:
    """Return a frame of one of the two envs, uint8 (height, width, 3).

    The first asks SDL for a display, and before gymnasium 1.4 for a sound
    card; both complain on stderr where there is none, as in Colab.
    """
    inner: Any = env.unwrapped
    picture: Callable[[], Any] = env.render
    first = inner.screen is None
    added = {name: text for name, text in QUIET.items() if first and name not in os.environ}
    os.environ.update(added)
    try:
        return picture()
    finally:
        for name in added:
            del os.environ[name]


def _tell_car(env: Any) -> str:
    position, velocity = env.unwrapped.state
    return f"Position {position:+.2f}, velocity {velocity:+.3f}."


def _end_car(env: Any, terminated: bool) -> str:
    return "🏁 The car is at the flag!" if terminated else "⏱ Time is up!"


def _tell_pole(env: Any) -> str:
    cart, _, angle, _ = env.unwrapped.state
    return f"Cart at {cart:+.2f}, pole at {math.degrees(angle):+.1f}°."


def _end_pole(env: Any, terminated: bool) -> str:
    if not terminated:
        return "🏆 The pole stood until time was up!"
    left = abs(env.unwrapped.state[0]) > env.unwrapped.x_threshold
    return "🚧 The cart left the track!" if left else "💥 The pole fell!"


KNOWN = {
    MountainCarEnv: Vehicle(
        "MountainCar",
        "Bring the car up to the flag.",
        {0: "◀ left", 1: "■ coast", 2: "▶ right"},
        held=1,
        rest=1,
        keys="Keys: hold ← or → to push, let go to coast.",
        speed=1.0,
        tell=_tell_car,
        end=_end_car,
    ),
    CartPoleEnv: Vehicle(
        "CartPole",
        "Keep the pole up, stay on the track.",
        {0: "◀ left", 1: "▶ right"},
        held=1,
        rest=None,
        keys="Keys: ← or → pushes until you press the other.",
        speed=0.25,
        tell=_tell_pole,
        end=_end_pole,
    ),
}
