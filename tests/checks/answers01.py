"""Answers to the exercises of lesson 01 that must pass, and ones that must not."""

import random

import gymnasium
import numpy as np

from peterwolf import MOVES, Action, Cell
from peterwolf.rollout import play_episode

ENDS = (Cell.APPLE, Cell.WATER, Cell.WOLF)
RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# random_policy

RIGHT["01_random_policy"] = {
    "a float times four": lambda observation, rng: int(rng.random() * 4),
    "numpy's int": lambda observation, rng: rng.integers(0, 3, endpoint=True),
    "an Action": lambda observation, rng: Action(rng.integers(4)),
    "two coins": lambda observation, rng: 2 * int(rng.random() < 0.5) + int(rng.random() < 0.5),
}


def not_into_the_corner(observation, rng):
    return int(rng.integers(4)) if observation.any() else int(rng.choice([1, 3]))


WRONG["01_random_policy"] = {
    "always up": (lambda observation, rng: 0, "drawn in 100.0%"),
    "never right": (lambda observation, rng: int(rng.integers(3)), "not in about 25.0%"),
    "five actions": (lambda observation, rng: int(rng.integers(5)), "an int from 0 to 3, got 4"),
    "counts from one": (lambda observation, rng: 1 + int(rng.integers(4)), "from 0 to 3, got 4"),
    "a float": (lambda observation, rng: rng.random() * 4, "an int from 0 to 3"),
    "a move for an action": (lambda observation, rng: MOVES[rng.integers(4)], "got ("),
    "an array for an int": (lambda observation, rng: rng.integers(4, size=1), "got array"),
    "a bool": (lambda observation, rng: bool(rng.integers(2)), "an int from 0 to 3"),
    "up drawn again as if it were nothing": (
        lambda observation, rng: int(rng.integers(4)) or int(rng.integers(4)),
        "action 0 was drawn in",
    ),
    "slightly loaded": (lambda observation, rng: int(rng.random() ** 1.15 * 4), "was drawn in"),
    "looks where it stands": (not_into_the_corner, "at [0 0]"),
    "numpy's global state": (lambda observation, rng: int(np.random.randint(4)), "come from rng"),
    "Python's global state": (lambda observation, rng: random.randrange(4), "come from rng"),
    "a generator of its own": (
        lambda observation, rng: int(np.random.default_rng().integers(4)),
        "come from rng",
    ),
    "a generator seeded anew": (
        lambda observation, rng: int(np.random.default_rng(7).integers(4)),
        "was drawn in",
    ),
}


# discounted_return


def by_a_running_factor(rewards, gamma):
    total, factor = 0, 1
    for reward in rewards:
        total, factor = total + factor * reward, factor * gamma
    return total


def by_recursion(rewards, gamma):
    return rewards[0] + gamma * by_recursion(rewards[1:], gamma) if rewards else 0.0


RIGHT["01_discounted_return"] = {
    "a dot product": lambda rewards, gamma: np.dot(rewards, gamma ** np.arange(len(rewards))),
    "a running factor": by_a_running_factor,
    "recursion": by_recursion,
    "a polynomial": lambda rewards, gamma: np.polyval(rewards[::-1], gamma),
}


def discounted(power):
    """Return an answer that discounts reward k by gamma ** power(k, how many)."""
    return lambda rewards, gamma: float(
        sum(reward * gamma ** power(k, len(rewards)) for k, reward in enumerate(rewards))
    )


def first_reward_apart(rewards, gamma):
    return rewards[0] + sum(reward * gamma**k for k, reward in enumerate(rewards) if k)


def nothing_for_no_rewards(rewards, gamma):
    return by_recursion(rewards, gamma) if rewards else None


WRONG["01_discounted_return"] = {
    "no discount": (lambda rewards, gamma: float(sum(rewards)), "the answer is 2.35, got 9.8"),
    "discount one step late": (discounted(lambda k, n: max(k - 1, 0)), "is 2.35, got 4.8"),
    "discount one step early": (discounted(lambda k, n: k + 1), "the answer is 5, got 0"),
    "from the wrong end": (discounted(lambda k, n: n - 1 - k), "is 2.35, got 9.925"),
    "gamma times k": (
        lambda rewards, gamma: sum(r * (gamma * k if k else 1) for k, r in enumerate(rewards)),
        "is 2.35, got 9.85",
    ),
    "one discount for all": (lambda rewards, gamma: gamma * sum(rewards), "got 0"),
    "the mean": (lambda rewards, gamma: by_recursion(rewards, gamma) / max(len(rewards), 1), "got"),
    "rounded": (lambda rewards, gamma: round(by_recursion(rewards, gamma), 3), "the answer is"),
    "the last reward is left out": (lambda rewards, gamma: by_recursion(rewards[:-1], gamma), "5"),
    "nothing for no rewards": (nothing_for_no_rewards, "rewards=[], gamma=0.9 a number was"),
    "no rewards are an error": (first_reward_apart, "rewards=[]"),
    "a text": (lambda rewards, gamma: str(by_recursion(rewards, gamma)), "a number was expected"),
}


# walk


def walk_by_a_time_limit(env, policy, max_steps, seed):
    limited = gymnasium.wrappers.TimeLimit(env, max_steps)
    episode = play_episode(limited, policy, seed=seed)
    return episode.steps, episode.outcome or "lost"


def walk_by_while(env, policy, max_steps, seed):
    seen, info = env.reset(seed=seed)
    steps, over = np.int64(0), False
    while not over and steps < max_steps:
        seen, _, terminated, truncated, info = env.step(policy(seen))
        steps, over = steps + 1, terminated or truncated
    return steps, "lost" if info["outcome"] is None else info["outcome"]


def walk_by_recursion(env, policy, max_steps, seed):
    def go(seen, steps):
        if steps == max_steps:
            return steps, "lost"
        seen, _, terminated, truncated, info = env.step(policy(seen))
        if terminated or truncated:
            return steps + 1, info["outcome"] if terminated else "lost"
        return go(seen, steps + 1)

    return go(env.reset(seed=seed)[0], 0)


RIGHT["01_walk"] = {
    "a time limit and play_episode": walk_by_a_time_limit,
    "a while loop and numpy's int": walk_by_while,
    "recursion": walk_by_recursion,
}


def changed_walk(
    *,
    reset=lambda env, seed: env.reset(seed=seed),
    choose=lambda env, policy, seen: policy(seen),
    goes_on=lambda terminated, truncated, steps, most: (
        not (terminated or truncated) and steps < most
    ),
    result=lambda steps, outcome, most: (steps, outcome or "lost"),
):
    """Return a right walk but for the parts that are given."""

    def walk(env, policy, max_steps, seed):
        seen, info = reset(env, seed)
        steps, terminated, truncated = 0, False, False
        while goes_on(terminated, truncated, steps, max_steps):
            seen, _, terminated, truncated, info = env.step(choose(env, policy, seen))
            steps += 1
        return result(steps, info["outcome"], max_steps)

    return walk


def walk_that_goes_on_after_the_end(env, policy, max_steps, seed):
    seen, info = env.reset(seed=seed)
    for _ in range(max_steps):
        seen, _, _, _, info = env.step(policy(seen))
    return max_steps, info["outcome"] or "lost"


def walk_that_begins_again(env, policy, max_steps, seed):
    seen, _ = env.reset(seed=seed)
    for steps in range(1, max_steps + 1):
        seen, _, terminated, truncated, info = env.step(policy(seen))
        if terminated:
            return steps, info["outcome"]
        if truncated:
            seen, _ = env.reset()
    return max_steps, "lost"


def policy_asked_only_once(env, policy, max_steps, seed):
    seen, _ = env.reset(seed=seed)
    action = policy(seen)
    return walk_by_while(env, lambda _: action, max_steps, seed)


def no_action_is_up(env, policy, seen):
    action = policy(seen)
    if not action:
        action = 1
    return action


WRONG["01_walk"] = {
    "walks until terminated only": (
        changed_walk(goes_on=lambda terminated, truncated, n, most: not terminated and n < most),
        "after the episode ended (truncated)",
    ),
    "not terminated or truncated": (
        changed_walk(
            goes_on=lambda terminated, truncated, n, most: not terminated or truncated and n < most
        ),
        "with max_steps=100 and seed=0 your code raised ResetNeeded",
    ),
    "no regard for max_steps": (
        changed_walk(goes_on=lambda terminated, truncated, n, most: not (terminated or truncated)),
        "the walk is (100, 'lost')",
    ),
    "goes on after the end": (walk_that_goes_on_after_the_end, "after the episode ended"),
    "begins again where time ran out": (walk_that_begins_again, "truncates after 15 steps"),
    "one step too few": (
        changed_walk(result=lambda n, outcome, most: (n - 1, outcome or "lost")),
        "the walk is (4, 'apple'), got (3, 'apple')",
    ),
    "one step more than max_steps": (
        changed_walk(
            goes_on=lambda terminated, truncated, n, most: (
                not (terminated or truncated) and n <= most
            )
        ),
        "the walk is (100,",
    ),
    "max_steps for every lost walk": (
        changed_walk(result=lambda n, outcome, most: (n if outcome else most, outcome or "lost")),
        "truncates after 15 steps the walk is (15, 'lost')",
    ),
    "None for lost": (
        changed_walk(result=lambda n, outcome, most: (n, outcome)),
        "the walk is (100, 'lost'), got (100, None)",
    ),
    "lost for every end": (
        changed_walk(result=lambda n, outcome, most: (n, "lost")),
        "got (",
    ),
    "outcome before steps": (
        changed_walk(result=lambda n, outcome, most: (outcome or "lost", n)),
        "got ('apple', 4)",
    ),
    "steps without an outcome": (
        changed_walk(result=lambda n, outcome, most: n),
        "a pair (steps, outcome) was expected",
    ),
    "no seed": (changed_walk(reset=lambda env, seed: env.reset()), "the walk is"),
    "seed 0 is no seed": (
        changed_walk(reset=lambda env, seed: env.reset(seed=seed) if seed else env.reset()),
        "seed=0",
    ),
    "action 0 is no action": (changed_walk(choose=no_action_is_up), "the walk is"),
    "the policy is asked once": (policy_asked_only_once, "the walk is"),
    "a policy of its own": (
        changed_walk(choose=lambda env, policy, seen: int(env.action_space.sample())),
        "the walk is",
    ),
}


# walk_without_returning


def near(board, at):
    """Return the neighbours of a position that lie on the board."""
    return [(at[0] + dx, at[1] + dy) for dx, dy in MOVES if (at[0] + dx, at[1] + dy) in board]


def by_shuffled_moves(board, start, rng):
    path, stuck = [start], False
    while not stuck and board[path[-1]] not in ENDS:
        stuck = True
        for move in rng.permutation(MOVES):
            there = tuple(path[-1] + move)  # numpy's ints
            if there in board and there not in path:
                path.append(there)
                stuck = False
                break
    return path


def by_recursion_on_a_list(board, start, rng):
    def go(path):
        free = sorted(set(near(board, path[-1])) - set(path))
        if board[path[-1]] in ENDS or not free:
            return path
        return go([*path, free[int(rng.random() * len(free))]])

    return go([start])


def by_drawing_until_it_is_free(board, start, rng):
    x, y = start
    path, entered = [[x, y]], np.zeros((board.width, board.height), dtype=bool)
    entered[x, y] = True
    while board[x, y] not in ENDS and not all(entered[at] for at in near(board, (x, y))):
        dx, dy = MOVES[rng.choice(4)]
        if (x + dx, y + dy) in board and not entered[x + dx, y + dy]:
            x, y = x + dx, y + dy
            entered[x, y] = True
            path.append([x, y])
    return [tuple(at) for at in path]


RIGHT["01_walk_without_returning"] = {
    "shuffled moves and numpy's ints": by_shuffled_moves,
    "recursion": by_recursion_on_a_list,
    "drawn until it is free": by_drawing_until_it_is_free,
}


def changed_path(
    *,
    steps=near,
    may_enter=lambda path, at: at not in path,
    pick=lambda free, rng: free[rng.integers(len(free))],
    ends=ENDS,
    most=60,
    result=lambda path: path,
):
    """Return a right walk_without_returning but for the parts that are given."""

    def walk_without_returning(board, start, rng):
        path = [start]
        while board[path[-1]] not in ends and len(path) < most:
            free = [at for at in steps(board, path[-1]) if may_enter(path, at)]
            if not free:
                break
            path.append(pick(free, rng))
        return result(path)

    return walk_without_returning


def diagonal_too(board, at):
    steps = [(at[0] + dx, at[1] + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    return [there for there in steps if there in board]


def round_the_edge(board, at):
    return [((at[0] + dx) % board.width, (at[1] + dy) % board.height) for dx, dy in MOVES]


def against_the_edge(board, at):
    steps = [(at[0] + dx, at[1] + dy) for dx, dy in MOVES]
    return [there if there in board else at for there in steps]


def off_the_board(board, at):
    return [(at[0] + dx, at[1] + dy) for dx, dy in MOVES]


def gives_up_at_the_first_known_cell(board, start, rng):
    path = [start]
    while board[path[-1]] not in ENDS:
        steps = near(board, path[-1])
        there = steps[rng.integers(len(steps))]
        if there in path:
            break
        path.append(there)
    return path


def as_a_generator(board, start, rng):
    yield from by_shuffled_moves(board, start, rng)


WRONG["01_walk_without_returning"] = {
    "enters known cells": (changed_path(may_enter=lambda path, at: True), "entered twice"),
    "only never turns back": (
        changed_path(may_enter=lambda path, at: at not in path[-2:]),
        "entered twice",
    ),
    "returns to the start": (changed_path(may_enter=lambda path, at: at not in path[1:]), "twice"),
    "diagonal steps": (changed_path(steps=diagonal_too), "is no move"),
    "round the edge": (changed_path(steps=round_the_edge), "is no move"),
    "stands still at the edge": (
        changed_path(steps=against_the_edge, may_enter=lambda path, at: at not in path[:-1]),
        "is no move",
    ),
    "off the board": (changed_path(steps=off_the_board), "on the board"),
    "walks on after an apple": (changed_path(ends=(Cell.WATER, Cell.WOLF)), "after its end"),
    "walks on through water": (changed_path(ends=(Cell.APPLE, Cell.WOLF)), "after its end"),
    "walks on past the wolf": (changed_path(ends=(Cell.APPLE, Cell.WATER)), "after its end"),
    "stops at a tree": (changed_path(ends=(*ENDS, Cell.TREE)), "though it could go on"),
    "stops after five moves": (changed_path(most=6), "though it could go on"),
    "gives up at the first known cell": (
        gives_up_at_the_first_known_cell,
        "though it could go on",
    ),
    "without the end": (
        changed_path(result=lambda path: path[:-1] or path),
        "though it could go on",
    ),
    "without the start": (changed_path(result=lambda path: path[1:]), "begin with the start"),
    "back to front": (changed_path(result=lambda path: path[::-1]), "begin with the start"),
    "an empty list": (changed_path(result=lambda path: []), "begin with the start"),
    "forgets to return": (changed_path(result=lambda path: None), "list of positions"),
    "the number of steps": (changed_path(result=len), "list of positions"),
    "actions for positions": (
        changed_path(result=lambda path: [0] * len(path)),
        "position",
    ),
    "a generator for a list": (as_a_generator, "list of positions"),
    "always the first free cell": (
        changed_path(pick=lambda free, rng: free[0]),
        "at random",
    ),
    "numpy's global state": (
        changed_path(pick=lambda free, rng: free[np.random.randint(len(free))]),
        "from rng",
    ),
    "a generator of its own": (
        changed_path(pick=lambda free, rng: free[np.random.default_rng().integers(len(free))]),
        "from rng",
    ),
}
