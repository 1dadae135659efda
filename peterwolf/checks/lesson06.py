"""The exercises of lesson 06."""

from collections.abc import Callable
from itertools import product
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Discrete

from peterwolf.checks.corridor import (
    BOOLS,
    expect_close,
    judge_make_corridor_env,
    make_corridor_env,
)
from peterwolf.checks.exercise import Exercise, ask, expect, expect_number, short
from peterwolf.rollout import Policy, play_episode


def run_episode(env: gymnasium.Env, policy: Policy, seed: int) -> tuple[float, bool, bool]:
    """Return (return, terminated, truncated) of one episode."""
    episode = play_episode(env, policy, seed=seed)
    return episode.total_reward, episode.terminated, episode.truncated


class Watched(gymnasium.Wrapper):
    """Refuses a step after the end of an episode."""

    over = True

    def reset(self, **given: Any) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        self.over = False
        return super().reset(**given)

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Make a move, if the episode is not over."""
        if self.over:
            raise ResetNeeded("step() was called after the episode had ended")
        result = super().step(action)
        self.over = result[2] or result[3]
        return result


class Chance(gymnasium.Env):
    """A game of which the seed decides everything but its end: (terminated, truncated)."""

    observation_space, action_space = Discrete(1000), Discrete(3)

    def __init__(self, end: tuple[bool, bool]) -> None:
        self.end = end

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Draw the number of steps and the first observation."""
        super().reset(seed=seed)
        self.left = int(self.np_random.integers(1, 9))
        return int(self.np_random.integers(1000)), {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """Draw the reward, which the action scales, and the next observation."""
        self.left -= 1
        reward = (1 + action) * round(self.np_random.normal(), 2)
        end = (False, False) if self.left else self.end
        return int(self.np_random.integers(1000)), reward, *end, {}


def _games(seed: int) -> list[tuple[str, gymnasium.Env, Policy]]:
    """Return games with a policy for each, all new."""
    rng = np.random.default_rng(100 + seed)
    steps = 20 + seed % 8
    car = gymnasium.make("MountainCar-v0", max_episode_steps=steps)
    forest = gymnasium.make("peterwolf/Forage-v0", max_steps=10)
    ends = ((True, False), (False, True), (True, True))
    return [
        *((f"a game that ends with {end}", Chance(end), lambda seen: seen % 3) for end in ends),
        ("CartPole", gymnasium.make("CartPole-v1"), lambda seen: int(seen[2] > 0)),
        (f"MountainCar truncated after {steps} steps", car, lambda seen: 2),
        ("Peter's forest truncated after 10 moves", forest, lambda seen: int(rng.integers(4))),
    ]


def _judge_run_episode(answer: Callable, seed: int) -> None:
    for first in (0, *(8 * seed + k for k in (1, 2, 7))):  # seed 0 is a seed
        for (name, env, policy), asked in zip(_games(first), _games(first), strict=True):
            right = run_episode(env, policy, first)
            case = f"{name}, seed={first},"
            got = ask(answer, (Watched(asked[1]), asked[2], first), case)
            expect(
                isinstance(got, tuple) and len(got) == 3,
                f"for {case} (return, terminated, truncated) was expected, got {short(got)}",
            )
            expect_close(got[0], right[0], f"for {case} the return")
            expect(
                all(isinstance(flag, BOOLS) for flag in got[1:]),
                f"for {case} terminated and truncated are True or False, got {short(got[1:])}",
            )
            expect(
                got[1:] == right[1:],
                f"for {case} (terminated, truncated) should be {right[1:]}, got {short(got[1:])}",
            )


def bootstrap_factor(gamma: float, terminated: bool, truncated: bool) -> float:
    """Return what the next state's value counts in the target: gamma, or 0 at the game's end."""
    return gamma * (1.0 - terminated)


def _judge_bootstrap_factor(answer: Callable, seed: int) -> None:
    drawn = np.random.default_rng([61, seed]).random(3).round(3).tolist()
    for gamma in (0.9, 0.0, 0.5, 0.95, 1.0, *drawn):
        for kind, terminated, truncated in product(BOOLS, (False, True), (False, True)):
            case = {"gamma": gamma, "terminated": kind(terminated), "truncated": kind(truncated)}
            expect_number(answer, case, 0.0 if terminated else gamma)


EXERCISES = (
    Exercise(
        "06_run_episode",
        1,
        run_episode,
        _judge_run_episode,
        "the loop of section 2 with the policy in place of chance, and a sum of rewards.",
        section=3,
    ),
    Exercise(
        "06_bootstrap_factor",
        1,
        bootstrap_factor,
        _judge_bootstrap_factor,
        "which of the two flags says that nothing can come after?",
        section=5,
    ),
    Exercise(
        "06_make_corridor_env",
        3,
        make_corridor_env,
        judge_make_corridor_env,
        "go through the list of rules once more, one by one.",
        section=7,
    ),
)
