"""The exercises of lesson 06."""

import warnings
from collections.abc import Callable
from itertools import product
from numbers import Real
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Discrete
from gymnasium.utils.env_checker import check_env

from peterwolf.checks.exercise import EXACT, Exercise, ask, expect, expect_number, short
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


# Judge a corridor that a learner wrote: its spaces, its moves, and gymnasium's own check.

BOOLS = (bool, np.bool_)


def expect_close(got: Any, right: float, what: str) -> None:
    """Hold `got` to a number, to 1e-9."""
    real = isinstance(got, Real) and not isinstance(got, bool)
    expect(real, f"{what} is a number, got {short(got)}")
    close = bool(np.isclose(float(got), right, rtol=EXACT, atol=EXACT))
    expect(close, f"{what} is {right:.6g}, got {float(got):.6g}")


class Corridor(gymnasium.Env):
    """Cells 0 to `length`: 0 goes left, 1 goes right, a move costs 1, the last cell is the exit."""

    def __init__(self, length: int) -> None:
        self.length, self.cell = length, 0
        self.observation_space, self.action_space = Discrete(length + 1), Discrete(2)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Go back to cell 0."""
        super().reset(seed=seed)
        self.cell = 0
        return self.cell, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """Go left or right; the wall at cell 0 stops Peter."""
        self.cell = max(0, self.cell + (1 if action == 1 else -1))
        return self.cell, -1.0, self.cell == self.length, False, {}


def make_corridor_env(length: int) -> gymnasium.Env:
    """Return a `Corridor`."""
    return Corridor(length)


def _cell(seen: Any, case: str) -> int:
    """Return an observation as the number of a cell."""
    whole = isinstance(seen, (int, np.integer)) and not isinstance(seen, bool)
    expect(whole, f"{case} the observation is the number of a cell, got {short(seen)}")
    return int(seen)


def _expect_start(env: gymnasium.Env, seed: int, case: str) -> None:
    got = ask(lambda: env.reset(seed=seed), (), f"{case} reset(seed={seed})")
    pair = isinstance(got, tuple) and len(got) == 2 and isinstance(got[1], dict)
    expect(pair, f"{case} reset returns (observation, info), info a dict; got {short(got)}")
    expect(_cell(got[0], case) == 0, f"{case} reset leads to cell 0, got {short(got[0])}")
    expect(
        env.unwrapped.np_random_seed == seed,
        f"{case} reset must hand its seed on to gymnasium: super().reset(seed=seed)",
    )


def _expect_move(env: gymnasium.Env, cell: int, action: int, length: int) -> int:
    """Make one move from `cell`, hold it to the rules and return the next cell."""
    case = f"with length={length}, action {action} in cell {cell}:"
    got = ask(env.step, (action,), case)
    expect(
        isinstance(got, tuple) and len(got) == 5 and isinstance(got[4], dict),
        f"{case} step returns (observation, reward, terminated, truncated, info), info a dict; "
        f"got {short(got)}",
    )
    there = max(0, cell + 2 * action - 1)
    seen = _cell(got[0], case)
    expect(seen == there, f"{case} the next cell is {there}, got {seen}")
    expect_close(got[1], -1.0, f"{case} the reward")
    for name, flag, right in (
        ("terminated", got[2], there == length),
        ("truncated", got[3], False),
    ):
        expect(
            isinstance(flag, BOOLS) and bool(flag) is right,
            f"{case} {name} should be {right}, got {short(flag)}",
        )
    return there


def _expect_dynamics(env: gymnasium.Env, other: gymnasium.Env, length: int, seed: int) -> None:
    """Play several episodes; what happens in another env must not matter."""
    rng = np.random.default_rng([length, seed])
    plans = [[], [0] * 300, *(rng.integers(2, size=n).tolist() for n in (5, 30))]
    for k, plan in enumerate(plans):
        _expect_start(env, k + 4 * seed, f"with length={length}:")
        cell = 0
        for action in [*plan, *[1] * length]:
            cell = _expect_move(env, cell, action, length)
            ask(other.reset, (), f"length={length} and a second env's reset")
            if cell == length:
                break


def _expect_no_complaint(env: gymnasium.Env, case: str) -> None:
    """Hold an env to gymnasium's own check, warnings included."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            check_env(env.unwrapped, skip_render_check=True)
        except Exception as error:
            expect(False, f"{case} check_env says: {short(error, quoted=False)}")
    said = [str(warning.message).split("WARN: ")[-1] for warning in caught]
    expect(not said, f"{case} check_env warns: {short(said and said[0], quoted=False)}")


def judge_make_corridor_env(answer: Callable, seed: int) -> None:
    """Hold the env that `answer(length)` makes to the rules of the corridor."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _judge_corridors(answer, seed)


def _judge_corridors(answer: Callable, seed: int) -> None:
    for length in (4, 1, 2, int(np.random.default_rng([62, seed]).integers(5, 13))):
        case = f"with length={length}"
        env, other = (ask(answer, (length,), f"length={length}") for _ in range(2))
        expect(isinstance(env, gymnasium.Env), f"{case} an env was expected, got {short(env)}")
        for name, many in (("observation_space", length + 1), ("action_space", 2)):
            got = ask(lambda env=env, name=name: getattr(env, name), (), f"{name} {case}")
            fits = isinstance(got, Discrete) and (got.n, got.start) == (many, 0)
            expect(fits, f"{case} {name} is Discrete({many}), got {short(got)}")
        _expect_dynamics(env, other, length, seed)
        _expect_no_complaint(env, case)


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
