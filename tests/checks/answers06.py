"""Answers to the exercises of lesson 06 that must pass, and ones that must not."""

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete, MultiDiscrete

from peterwolf.rollout import play_episode

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# run_episode


def episode_by_break(env, policy, seed):
    seen, _ = env.reset(seed=seed)
    rewards = []
    while True:
        seen, reward, terminated, truncated, _ = env.step(policy(seen))
        rewards.append(reward)
        if terminated or truncated:
            return sum(rewards), terminated, truncated


def episode_by_recursion(env, policy, seed):
    def go(seen, total):
        seen, reward, *ends, _ = env.step(policy(seen))
        return (total + reward, *ends) if any(ends) else go(seen, total + reward)

    return go(env.reset(seed=seed)[0], 0)


def episode_by_the_wrapper(env, policy, seed):
    env = gymnasium.wrappers.RecordEpisodeStatistics(env)
    episode = play_episode(env, policy, seed=seed)
    return np.float64(sum(episode.rewards)), np.bool_(episode.terminated), episode.truncated


RIGHT["06_run_episode"] = {
    "a break": episode_by_break,
    "recursion": episode_by_recursion,
    "play_episode in a wrapper, and numpy's types": episode_by_the_wrapper,
}


def changed_episode(
    *,
    goes_on=lambda terminated, truncated: not (terminated or truncated),
    seed_of=lambda seed: seed,
    looks=True,
    factor=1.0,
    result=lambda rewards, terminated, truncated: (sum(rewards), terminated, truncated),
):
    """Return a right run_episode but for the parts that are given."""

    def run_episode(env, policy, seed):
        first, _ = env.reset(seed=seed_of(seed))
        seen, rewards, terminated, truncated = first, [], False, False
        while goes_on(terminated, truncated):
            action = policy(seen if looks else first)
            seen, reward, terminated, truncated, _ = env.step(action)
            rewards.append(factor ** len(rewards) * reward)
        return result(rewards, terminated, truncated)

    return run_episode


def episode_of_fixed_length(env, policy, seed):
    seen, _ = env.reset(seed=seed)
    total = 0.0
    for _ in range(200):
        seen, reward, terminated, truncated, _ = env.step(policy(seen))
        total += reward
    return total, terminated, truncated


def episode_of_four_values(env, policy, seed):
    seen, total, done = env.reset(seed=seed)[0], 0.0, False
    while not done:
        seen, reward, done, _ = env.step(policy(seen))
        total += reward
    return total, done, False


def episode_that_hands_on_the_pair(env, policy, seed):
    seen, total, over = env.reset(seed=seed), 0.0, False
    while not over:
        seen, reward, terminated, truncated, _ = env.step(policy(seen))
        total, over = total + reward, terminated or truncated
    return total, terminated, truncated


def episode_without_its_last_reward(env, policy, seed):
    seen, total = env.reset(seed=seed)[0], 0.0
    while True:
        seen, reward, terminated, truncated, _ = env.step(policy(seen))
        if terminated or truncated:
            return total, terminated, truncated
        total += reward


WRONG["06_run_episode"] = {
    "while not terminated or truncated": (
        changed_episode(goes_on=lambda terminated, truncated: not terminated or truncated),
        "step() was called after the episode had ended",
    ),
    "while not terminated and truncated": (
        changed_episode(goes_on=lambda terminated, truncated: not terminated and truncated),
        "the return is",
    ),
    "until terminated only": (
        changed_episode(goes_on=lambda terminated, truncated: not terminated),
        "(False, True), seed=0, your code raised ResetNeeded",
    ),
    "until truncated only": (
        changed_episode(goes_on=lambda terminated, truncated: not truncated),
        "(True, False), seed=0, your code raised ResetNeeded",
    ),
    "until both": (
        changed_episode(goes_on=lambda terminated, truncated: not (terminated and truncated)),
        "your code raised ResetNeeded",
    ),
    "a fixed number of steps": (episode_of_fixed_length, "ResetNeeded"),
    "the old gym's four values": (episode_of_four_values, "ValueError: too many values"),
    "the pair of reset for an observation": (episode_that_hands_on_the_pair, "TypeError"),
    "no seed": (changed_episode(seed_of=lambda seed: None), "seed=0, the return is"),
    "0 is no seed": (changed_episode(seed_of=lambda seed: seed or None), "seed=0, the return is"),
    "always the same seed": (changed_episode(seed_of=lambda seed: 0), "seed=1, the return is"),
    "the policy never looks again": (changed_episode(looks=False), "the return is"),
    "the last reward is left out": (episode_without_its_last_reward, "the return is"),
    "discounted": (changed_episode(factor=0.99), "the return is"),
    "the number of steps": (
        changed_episode(result=lambda rewards, *ends: (len(rewards), *ends)),
        "the return is",
    ),
    "the list of rewards": (
        changed_episode(result=lambda *result: result),
        "the return is a number, got [",
    ),
    "the return alone": (
        changed_episode(result=lambda rewards, *ends: sum(rewards)),
        "(return, terminated, truncated) was expected",
    ),
    "one flag for both": (
        changed_episode(result=lambda rewards, *ends: (sum(rewards), any(ends))),
        "(return, terminated, truncated) was expected",
    ),
    "the flags exchanged": (
        changed_episode(result=lambda rewards, *ends: (sum(rewards), *ends[::-1])),
        "(terminated, truncated) should be (True, False), got (False, True)",
    ),
    "one flag twice": (
        changed_episode(result=lambda rewards, *ends: (sum(rewards), any(ends), any(ends))),
        "should be (True, False), got (True, True)",
    ),
    "never both": (
        changed_episode(result=lambda rewards, end, cut: (sum(rewards), end, cut and not end)),
        "should be (True, True), got (True, False)",
    ),
    "flags as numbers": (
        changed_episode(result=lambda rewards, *ends: (sum(rewards), *map(int, ends))),
        "terminated and truncated are True or False, got (1, 0)",
    ),
}


# bootstrap_factor


def factor_by_if(gamma, terminated, truncated):
    if terminated:
        return 0.0
    return gamma


RIGHT["06_bootstrap_factor"] = {
    "an if": factor_by_if,
    "a product": lambda gamma, terminated, truncated: gamma * (not terminated),
    "numpy's where": lambda gamma, terminated, truncated: np.where(terminated, 0, gamma),
}
WRONG["06_bootstrap_factor"] = {
    "both flags cut": (
        lambda gamma, terminated, truncated: 0.0 if terminated or truncated else gamma,
        "terminated=False, truncated=True the answer is 0.9, got 0",
    ),
    "only truncated cuts": (
        lambda gamma, terminated, truncated: 0.0 if truncated else gamma,
        "terminated=False, truncated=True the answer is 0.9, got 0",
    ),
    "nothing cuts": (
        lambda gamma, terminated, truncated: gamma,
        "terminated=True, truncated=False the answer is 0, got 0.9",
    ),
    "truncated wins where both are set": (
        lambda gamma, terminated, truncated: gamma if truncated else gamma * (1 - terminated),
        "terminated=True, truncated=True the answer is 0, got 0.9",
    ),
    "only both together cut": (
        lambda gamma, terminated, truncated: gamma * (1 - (terminated and truncated)),
        "terminated=True, truncated=False the answer is 0, got 0.9",
    ),
    "upside down": (
        lambda gamma, terminated, truncated: gamma if terminated else 0.0,
        "terminated=False, truncated=False the answer is 0.9, got 0",
    ),
    "no gamma": (
        lambda gamma, terminated, truncated: 1.0 - terminated,
        "terminated=False, truncated=False the answer is 0.9, got 1",
    ),
    "one gamma for all": (
        lambda gamma, terminated, truncated: 0.0 if terminated else 0.9,
        "gamma=0.0, terminated=False, truncated=False the answer is 0, got 0.9",
    ),
    "two flags added up": (
        lambda gamma, terminated, truncated: gamma * (1 - terminated - truncated),
        "terminated=False, truncated=True the answer is 0.9, got 0",
    ),
    "a text": (lambda gamma, terminated, truncated: str(gamma), "a number was expected"),
}


# make_corridor_env


def corridor_with(
    *,
    observations=lambda length: Discrete(length + 1),
    actions=lambda: Discrete(2),
    move=lambda cell, action, length: max(0, cell + 2 * int(action) - 1),
    seen_as=lambda cell: cell,
    reward=lambda cell, length: -1.0,
    over=lambda cell, length: cell == length,
    patience=10**9,
    hands_the_seed_on=True,
    first=lambda rng, length: 0,
    begins_again=True,
    first_info=dict,
    info=dict,
    answer=lambda *five: five,
):
    """Return a right make_corridor_env but for the parts that are given."""

    class Corridor(gymnasium.Env):
        def __init__(self, length):
            self.length, self.cell = length, None
            self.observation_space, self.action_space = observations(length), actions()

        def reset(self, *, seed=None, options=None):
            if hands_the_seed_on:
                super().reset(seed=seed)
            if begins_again or self.cell is None:
                self.cell = first(self.np_random, self.length)
            self.steps = 0
            return seen_as(self.cell), first_info()

        def step(self, action):
            self.cell, self.steps = move(self.cell, action, self.length), self.steps + 1
            ends = over(self.cell, self.length), self.steps >= patience
            return answer(seen_as(self.cell), reward(self.cell, self.length), *ends, info())

    return Corridor


def corridor_by_a_list(length):
    class Corridor(gymnasium.Env):
        observation_space = Discrete(length + 1)
        action_space = Discrete(2)
        moves = [[max(cell - 1, 0), cell + 1] for cell in range(length)]

        def reset(self, seed=None, options=None):
            super().reset(seed=seed)
            self.state = 0
            return self.state, {"cells": length}

        def step(self, action):
            self.state = self.moves[self.state][action]
            return self.state, -1, np.bool_(self.state >= length), False, {"cells": length}

    return Corridor()


def registered_corridor(length):
    gymnasium.register(id="test/Corridor-v0", entry_point=corridor_with(), kwargs={"length": 1})
    return gymnasium.make("test/Corridor-v0", length=length)


RIGHT["06_make_corridor_env"] = {
    "a class": corridor_with(),
    "a list of moves": corridor_by_a_list,
    "numpy's int": corridor_with(seen_as=np.int64),
    "registered, in gymnasium's wrappers": registered_corridor,
}


class SharedCell(corridor_with()):
    @property
    def cell(self):
        return SharedCell.shared

    @cell.setter
    def cell(self, cell):
        SharedCell.shared = cell


class WithoutSeed(corridor_with()):
    def reset(self):
        return super().reset()


class WithoutOptions(corridor_with()):
    def reset(self, *, seed=None):
        return super().reset(seed=seed)


class WithAFixedSeed(corridor_with()):
    def reset(self, *, seed=7, options=None):
        return super().reset(seed=seed)


class WithoutInfo(corridor_with()):
    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed)[0]


class OneInfoForAll(corridor_with()):
    kept = {"cells": [0]}

    def step(self, action):
        return (*super().step(action)[:4], self.kept)


class WithASeedMethod(corridor_with()):
    def seed(self, seed):
        self.reset(seed=seed)


class WithAGeneratorOfItsOwn(corridor_with(hands_the_seed_on=False)):
    def reset(self, *, seed=None, options=None):
        self.np_random = np.random.default_rng(seed)
        return super().reset(seed=seed)


WRONG["06_make_corridor_env"] = {
    "the class for an env": (lambda length: corridor_with(), "an env was expected, got <class"),
    "no gymnasium.Env": (lambda length: object(), "an env was expected, got <object"),
    "one cell too few": (
        corridor_with(observations=lambda length: Discrete(length)),
        "with length=4 observation_space is Discrete(5), got Discrete(4)",
    ),
    "cells from 1 on": (
        corridor_with(observations=lambda length: Discrete(length + 1, start=1)),
        "observation_space is Discrete(5), got Discrete(5, start=1)",
    ),
    "a box for an observation": (
        corridor_with(observations=lambda length: Box(0, length, (1,))),
        "observation_space is Discrete(5), got Box",
    ),
    "a vector for an observation": (
        corridor_with(observations=lambda length: MultiDiscrete([length + 1])),
        "observation_space is Discrete(5), got MultiDiscrete",
    ),
    "a third action": (
        corridor_with(actions=lambda: Discrete(3)),
        "action_space is Discrete(2), got Discrete(3)",
    ),
    "no spaces": (lambda length: gymnasium.Env(), "AttributeError"),
    "left and right exchanged": (
        corridor_with(move=lambda cell, action, length: max(0, cell + 1 - 2 * int(action))),
        "action 1 in cell 0: the next cell is 1, got 0",
    ),
    "no wall at the start": (
        corridor_with(move=lambda cell, action, length: cell + 2 * int(action) - 1),
        "action 0 in cell 0: the next cell is 0, got -1",
    ),
    "a ring": (
        corridor_with(move=lambda cell, action, length: (cell + 2 * int(action) - 1) % length),
        "action 1 in cell 3: the next cell is 4, got 0",
    ),
    "the action is the move": (
        corridor_with(move=lambda cell, action, length: cell + int(action)),
        "action 0 in cell",
    ),
    "ends one cell early": (
        corridor_with(over=lambda cell, length: cell == length - 1),
        "action 1 in cell 2: terminated should be False, got True",
    ),
    "never ends": (
        corridor_with(over=lambda cell, length: False),
        "action 1 in cell 3: terminated should be True, got False",
    ),
    "ends at the wall too": (
        corridor_with(over=lambda cell, length: cell in (0, length)),
        "action 0 in cell 0: terminated should be False, got True",
    ),
    "no price for the last move": (
        corridor_with(reward=lambda cell, length: 0.0 if cell == length else -1.0),
        "action 1 in cell 3: the reward is -1, got 0",
    ),
    "a prize at the exit": (
        corridor_with(reward=lambda cell, length: float(cell == length)),
        "the reward is -1, got 0",
    ),
    "a time limit": (corridor_with(patience=200), "truncated should be False, got True"),
    "flags as numbers": (
        corridor_with(over=lambda cell, length: int(cell == length)),
        "terminated should be False, got 0",
    ),
    "an array for a cell": (
        corridor_with(seen_as=lambda cell: np.array([cell])),
        "the observation is the number of a cell, got array",
    ),
    "a random start": (
        corridor_with(first=lambda rng, length: int(rng.integers(length))),
        "reset leads to cell 0, got",
    ),
    "reset does not begin again": (corridor_with(begins_again=False), "reset leads to cell 0, got"),
    "one cell for all corridors": (SharedCell, "the next cell is"),
    "the old gym's four values": (
        corridor_with(answer=lambda seen, reward, over, cut, info: (seen, reward, over, info)),
        "step returns (observation, reward, terminated, truncated, info)",
    ),
    "step without info": (corridor_with(info=lambda: None), "info a dict"),
    "reset without info": (WithoutInfo, "reset returns (observation, info), info a dict; got 0"),
    "reset with None for info": (corridor_with(first_info=lambda: None), "info a dict; got (0, No"),
    "reset without a seed": (WithoutSeed, "unexpected keyword argument 'seed'"),
    "reset without options": (WithoutOptions, "check_env says"),
    "the seed goes nowhere": (corridor_with(hands_the_seed_on=False), "super().reset(seed=seed)"),
    "a generator of its own": (WithAGeneratorOfItsOwn, "super().reset(seed=seed)"),
    "always one seed": (WithAFixedSeed, "check_env warns: The default seed argument"),
    "a method of the old gym": (
        WithASeedMethod,
        "check_env warns: Official support",
    ),
}
