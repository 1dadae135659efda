"""Play an episode of any gymnasium env, and judge a policy by many of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments

Policy = Callable[[Any], int]  # observation -> action


@dataclass(repr=False)
class Episode:
    """What happened in one episode, from the first observation to the last.

    `observations` and `frames` (RGB pictures, empty unless they were kept)
    have one entry more than `actions` and `rewards`. `info` is that of the
    last step.
    """

    observations: list[Any] = field(default_factory=list)
    actions: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    frames: list[np.ndarray] = field(default_factory=list)
    terminated: bool = False
    truncated: bool = False
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def total_reward(self) -> float:
        """The undiscounted return."""
        return float(sum(self.rewards))

    @property
    def steps(self) -> int:
        """The number of actions taken."""
        return len(self.actions)

    @property
    def outcome(self) -> str | None:
        """The end that the env names in its info, if it names one."""
        return self.info.get("outcome")

    def __repr__(self) -> str:
        end = "terminated" if self.terminated else "truncated"
        named = f", outcome={self.outcome!r}" if self.outcome else ""
        return f"Episode({self.steps} steps, return {self.total_reward:g}, {end}{named})"


def play_episode(
    env: gymnasium.Env,
    policy: Policy,
    *,
    seed: int | None = None,
    keep_frames: bool = False,
    options: dict[str, Any] | None = None,
) -> Episode:
    """Play one episode until it is terminated or truncated.

    `policy(observation)` returns an action. `seed` and `options` go to
    `env.reset`. With `keep_frames` the env must be made with
    `render_mode="rgb_array"`; ValueError otherwise.
    """
    if keep_frames and env.render_mode != "rgb_array":
        raise ValueError(
            "keep_frames needs an env made with render_mode='rgb_array', "
            f"got render_mode={env.render_mode!r}"
        )
    episode = Episode()
    picture: Callable[[], Any] = env.render
    observation, episode.info = env.reset(seed=seed, options=options)
    episode.observations.append(observation)
    if keep_frames:
        episode.frames.append(picture())
    while not (episode.terminated or episode.truncated):
        action = policy(observation)
        observation, reward, episode.terminated, episode.truncated, episode.info = env.step(action)
        episode.observations.append(observation)
        episode.actions.append(action)
        episode.rewards.append(float(reward))
        if keep_frames:
            episode.frames.append(picture())
    return episode


def evaluate(
    env: gymnasium.Env, policy: Policy, *, episodes: int = 100, seed: int = 0
) -> np.ndarray:
    """Return the undiscounted returns of `episodes` episodes, float (episodes,).

    Episode k is reset with `seed + k`, so that two policies meet the same
    starts. Raises ValueError or TypeError for fewer than one episode.
    """
    arguments.integer("episodes", episodes, 1)
    arguments.integer("seed", seed, 0)
    runs = (play_episode(env, policy, seed=seed + k) for k in range(episodes))
    return np.array([run.total_reward for run in runs])
