"""What a learner is told: how to learn, from which table, and how to read observations."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments
from peterwolf.kernels import loops, tile_loops
from peterwolf.tabular.bins import Bins
from peterwolf.tabular.tile_coding import Tiles

State = tuple[int, ...]
Encode = Callable[[Any], State]  # observation -> index of a row of the table
Schedule = Callable[[int], float]  # episode -> value


@dataclass(frozen=True)
class Setting:
    """How to learn: schedules of the episode, the discount, and the way into the table."""

    alpha: "Checked"
    gamma: float
    epsilon: "Checked"
    encode: Encode | Tiles
    shape: State  # of the states

    @classmethod
    def checked(
        cls,
        alpha: float | Schedule,
        gamma: float,
        epsilon: float | Schedule,
        encode: Encode | Tiles | None,
        table: np.ndarray,
    ) -> "Setting":
        """Return the setting, each part held to its range now and whenever it is used.

        `table`: (*states, actions). Raises TypeError or ValueError, naming the part.
        """
        return cls(
            alpha=Checked("alpha", alpha),
            gamma=arguments.real("gamma", gamma, 0, 1),
            epsilon=Checked("epsilon", epsilon),
            encode=as_state if encode is None else _checked(encode, table.shape[:-1]),
            shape=table.shape[:-1],
        )

    @property
    def loop(self) -> ModuleType:
        """Whose `learn_episode` and `play` serve: those of tables, or those of tiles."""
        return tile_loops if isinstance(self.encode, Tiles) else loops

    @property
    def read(self) -> Callable[[Any], Any]:
        """What turns an observation into the state that the loop takes."""
        return self.encode.active if isinstance(self.encode, Tiles) else self.encode


def as_state(observation: Any) -> State:
    """Return a Discrete or MultiDiscrete observation as a tuple of int."""
    return tuple(np.atleast_1d(observation).tolist())


@dataclass(frozen=True)
class Linear:
    """A schedule from `start` to `stop` over `episodes` episodes, then constant."""

    start: float
    stop: float
    episodes: int

    def _at(self, share: Any) -> Any:
        return self.start + (self.stop - self.start) * share

    def __call__(self, episode: int) -> float:
        return self._at(min(episode / self.episodes, 1.0))

    def over(self, episodes: np.ndarray) -> np.ndarray:
        """Return the values of many episodes, (n,), at once."""
        return self._at(np.minimum(episodes / self.episodes, 1.0))


class Checked:
    """A number or a schedule, every value of which is held to [0, 1].

    Raises TypeError or ValueError, naming it, for one that is not.
    """

    def __init__(self, name: str, value: float | Schedule) -> None:
        self.name = name
        if callable(value):
            self.schedule = value
        else:
            constant = arguments.real(name, value, 0, 1)
            self.schedule = Linear(constant, constant, 1)
        self(0)

    def __call__(self, episode: int) -> float:
        now = self.schedule(episode)
        if type(now) is float and 0 <= now <= 1:
            return now
        return arguments.real(f"{self.name} of episode {episode}", now, 0, 1)

    def over(self, episodes: range) -> np.ndarray:
        """Return the values of some episodes, float (len(episodes),)."""
        if isinstance(self.schedule, Linear):
            values = self.schedule.over(np.arange(episodes.start, episodes.stop))
            if ((values >= 0) & (values <= 1)).all():
                return values
        return np.array([self(episode) for episode in episodes], dtype=float)


def first_table(
    env: gymnasium.Env,
    q: np.ndarray | None,
    shape: tuple[int, ...] | None,
    encode: Encode | None,
) -> np.ndarray:
    """Return a copy of `q` as floats, or zeros of the shape that the arguments and the env tell.

    That is (*states, actions). Raises TypeError or ValueError, naming the argument.
    """
    actions = count_actions(env)
    known = _known_shape(env.observation_space, one_row(encode))
    if shape is not None:
        shape = tuple(arguments.integer("shape", n, 1) for n in shape)
        if known is not None and shape != known:
            raise ValueError(f"shape must be {known}, as env or encode tells, got {shape}")
    elif known is not None:
        shape = known
    elif q is None:
        raise ValueError("shape or q must be given with an encode that has no shape, got neither")
    else:
        shape = np.shape(q)[:-1]
    full = (*shape, actions)
    return np.zeros(full) if q is None else arguments.table("q", q, full).astype(float)


def one_row(encode: Encode | None) -> Encode | None:
    """Return `encode`; TypeError for what is no function, and for Tiles, which `tiles` takes."""
    if encode is not None and not callable(encode):
        raise TypeError(f"encode must be a function of an observation, got {encode!r}")
    if isinstance(encode, Tiles):
        raise TypeError(f"encode must give one row of a table, unlike tiles, got {encode!r}")
    return encode


def count_actions(env: gymnasium.Env) -> int:
    """Return how many actions an env has; TypeError where they are not Discrete from 0 on."""
    if not isinstance(env, gymnasium.Env):
        raise TypeError(f"env must be a gymnasium env, got {env!r}")
    actions = env.action_space
    if not isinstance(actions, gymnasium.spaces.Discrete) or actions.start != 0:
        raise TypeError(f"env must have a Discrete action space from 0 on, got {actions}")
    return int(actions.n)


def _known_shape(observations: gymnasium.Space, encode: Encode | None) -> tuple[int, ...] | None:
    """Return the shape that the observations or `encode` tell, None for an encode without one."""
    if encode is not None:
        return getattr(encode, "shape", None)
    if isinstance(observations, gymnasium.spaces.Discrete) and observations.start == 0:
        return (int(observations.n),)
    if isinstance(observations, gymnasium.spaces.MultiDiscrete) and not observations.start.any():
        return tuple(observations.nvec.tolist())
    raise ValueError(f"encode must turn observations of {observations} into a tuple, got None")


def _checked(encode: Encode | Tiles, shape: tuple[int, ...]) -> Encode | Tiles:
    """Return `encode` with its states held to the table, where it does not promise that."""
    if isinstance(encode, (Bins, Tiles)):
        return encode

    def inside(observation: Any) -> State:
        state = encode(observation)
        if type(state) is not tuple or not all(
            type(i) is int or isinstance(i, np.integer) for i in state
        ):
            raise TypeError(
                f"encode must return a tuple of int, got {state!r} "
                f"for the observation {observation}"
            )
        if len(state) != len(shape) or not all(
            0 <= i < n for i, n in zip(state, shape, strict=True)
        ):
            raise IndexError(
                f"encode must return indices inside the shape {shape}, got {state} "
                f"for the observation {observation}"
            )
        return state

    return inside
