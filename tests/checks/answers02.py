"""Answers to the exercises of lesson 02 that must pass, and ones that must not."""

import numpy as np

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# backup


def backup_by_a_loop(rewards, next_values, terminated, gamma):
    best = -np.inf
    for reward, value, over in zip(rewards, next_values, terminated, strict=True):
        best = max(best, reward if over else reward + gamma * value)
    return best


def backup_by_where(rewards, next_values, terminated, gamma):
    return np.where(terminated, rewards, rewards + gamma * next_values).max()


def backup_by_a_mask(rewards, next_values, terminated, gamma):
    worth = np.array(rewards, float)
    worth[~terminated] += gamma * next_values[~terminated]
    return sorted(worth)[-1]


RIGHT["02_backup"] = {
    "a loop": backup_by_a_loop,
    "where": backup_by_where,
    "a mask": backup_by_a_mask,
    "one minus": lambda r, v, over, gamma: np.amax(r + gamma * (1 - over) * v),
}


def backup_in_place(rewards, next_values, terminated, gamma):
    next_values[terminated] = 0.0
    return (rewards + gamma * next_values).max()


def backup_that_stops_at_an_end(rewards, next_values, terminated, gamma):
    if terminated.any():
        return rewards.max()
    return (rewards + gamma * next_values).max()


def backup_from_zero(rewards, next_values, terminated, gamma):
    best = 0.0
    for worth in rewards + gamma * (1 - terminated) * next_values:
        best = max(best, worth)
    return best


def backup_of_true_actions(rewards, next_values, terminated, gamma):
    # `if not action` drops action 0.
    worth = rewards + gamma * (1 - terminated) * next_values
    return max(worth[action] for action in range(len(worth)) if action or len(worth) == 1)


def backup_of_four(rewards, next_values, terminated, gamma):
    worth = rewards + gamma * (1 - terminated) * next_values
    return max(worth[action] for action in range(4))


WRONG["02_backup"] = {
    "no regard for the end": (
        lambda r, v, over, gamma: (r + gamma * v).max(),
        "the answer is 4.4, got 8",
    ),
    "the cut is the wrong way round": (
        lambda r, v, over, gamma: (r + gamma * over * v).max(),
        "the answer is 4.4, got 8",
    ),
    "one end ends all": (backup_that_stops_at_an_end, "the answer is 4.4, got -0.1"),
    "a minus sign": (
        lambda r, v, over, gamma: (r - gamma * ~over * v).max(),
        "the answer is 4.4, got -1",
    ),
    "the best reward and the best value": (
        lambda r, v, over, gamma: r.max() + gamma * (v * ~over).max(),
        "the answer is",
    ),
    "an end pays nothing": (
        lambda r, v, over, gamma: ((r + gamma * v) * ~over).max(),
        "the answer is",
    ),
    "no discount": (lambda r, v, over, gamma: (r + ~over * v).max(), "the answer is 4.4, got 4.9"),
    "the reward is discounted, too": (
        lambda r, v, over, gamma: (gamma * (r + ~over * v)).max(),
        "the answer is 4.4, got 4.41",
    ),
    "the mean": (
        lambda r, v, over, gamma: (r + gamma * ~over * v).mean(),
        "the answer is 4.4, got",
    ),
    "the worst": (lambda r, v, over, gamma: (r + gamma * ~over * v).min(), "4.4, got -10"),
    "the action instead of its worth": (
        lambda r, v, over, gamma: int((r + gamma * ~over * v).argmax()),
        "the answer is 4.4, got 1",
    ),
    "all actions": (lambda r, v, over, gamma: r + gamma * ~over * v, "a number was expected"),
    "never below zero": (backup_from_zero, "the answer is"),
    "action 0 is no action": (backup_of_true_actions, "the answer is"),
    "four actions only": (backup_of_four, "IndexError"),
    "in place": (backup_in_place, "next_values must stay as it was"),
    "rounded": (lambda *given: round(float(backup_by_where(*given)), 1), "the answer is"),
}


# greedy_actions


def greedy_by_loops(q):
    best = np.zeros(q.shape[:2], dtype=np.int8)
    for x in range(len(q)):
        for y in range(len(q[x])):
            for action in range(1, 4):
                if q[x, y, action] > q[x, y, best[x, y]]:
                    best[x, y] = action
    return best


RIGHT["02_greedy_actions"] = {
    "argmax": lambda q: np.argmax(q, axis=2),
    "loops": greedy_by_loops,
    "a stable sort": lambda q: np.argsort(-q, axis=-1, kind="stable")[..., 0],
    "unsigned": lambda q: (q == q.max(axis=-1, keepdims=True)).argmax(-1).astype(np.uint8),
}


def greedy_in_place(q):
    q -= q.max(axis=-1, keepdims=True)
    return q.argmax(axis=-1)


def greedy_with_ties_at_random(q):
    rng = np.random.default_rng(0)
    return (rng.random(q.shape) * (q == q.max(axis=-1, keepdims=True))).argmax(axis=-1)


def greedy_in_the_order_of_another_world(q):
    return np.array([3, 1, 0, 2])[q.argmax(axis=-1)]


WRONG["02_greedy_actions"] = {
    "the values": (lambda q: q.max(axis=-1), "an array of ints was expected"),
    "one action for the whole table": (lambda q: q.argmax(), "an array of ints was expected"),
    "one action for all, as an array": (
        lambda q: np.array(q.argmax()),
        "an array of shape (8, 8) was expected, got one of ()",
    ),
    "the wrong axis": (lambda q: q.argmax(axis=0), "an array of shape (8, 8) was expected"),
    "rows before columns": (lambda q: q.argmax(axis=-1).T, "the action is"),
    "floats": (lambda q: q.argmax(axis=-1).astype(float), "an array of ints was expected"),
    "lists": (lambda q: q.argmax(axis=-1).tolist(), "an array of ints was expected"),
    "the worst": (lambda q: q.argmin(axis=-1), "the action is"),
    "the largest size": (lambda q: np.abs(q).argmax(axis=-1), "the action is"),
    "ties to the highest": (
        lambda q: 3 - q[..., ::-1].argmax(axis=-1),
        "for the row [0.0, 0.0, 0.0, 0.0] the action is 0, got 3",
    ),
    "ties at random": (greedy_with_ties_at_random, "for the row [0.0, 0.0, 0.0, 0.0] the action"),
    "another world's order of actions": (greedy_in_the_order_of_another_world, "the action is"),
    "action 0 is no action": (lambda q: 1 + q[..., 1:].argmax(axis=-1), "the action is"),
    "in place": (greedy_in_place, "q must stay as it was"),
}


# value_at_distance


def value_by_recursion(steps, gamma):
    return 10 if steps == 1 else -0.1 + gamma * value_by_recursion(steps - 1, gamma)


def value_by_a_sum(steps, gamma):
    rewards = [-0.1] * (steps - 1) + [10]
    return sum(reward * gamma**k for k, reward in enumerate(rewards))


def value_by_a_formula(steps, gamma):
    moves = steps - 1
    cost = moves if gamma == 1 else (1 - gamma**moves) / (1 - gamma)
    return gamma**moves * 10 - 0.1 * cost


RIGHT["02_value_at_distance"] = {
    "recursion": value_by_recursion,
    "a sum": value_by_a_sum,
    "a formula": value_by_a_formula,
    "numpy": lambda steps, gamma: np.polyval([10] + [-0.1] * (steps - 1), gamma),
}


def value_by_a_formula_that_divides(steps, gamma):
    return gamma ** (steps - 1) * 10 - 0.1 * (1 - gamma ** (steps - 1)) / (1 - gamma)


def value_that_forgets(steps, gamma):
    value = 10.0
    for _ in range(steps - 1):
        value = -0.1 - gamma * value
    return value


def value_of_one_backup(steps, gamma):
    return 10 if steps == 1 else -0.1 + gamma * 10


WRONG["02_value_at_distance"] = {
    "one discount too many": (
        lambda steps, gamma: gamma * value_by_a_sum(steps, gamma),
        "for steps=2, gamma=0.5 the answer is 4.9, got 2.45",
    ),
    "counted from zero": (
        lambda steps, gamma: value_by_a_sum(steps + 1, gamma),
        "for steps=2, gamma=0.5 the answer is 4.9, got 2.35",
    ),
    "the last move costs, too": (
        lambda steps, gamma: value_by_a_sum(steps, gamma) - 0.1 * gamma ** (steps - 1),
        "the answer is 4.9, got 4.85",
    ),
    "moves cost nothing": (
        lambda steps, gamma: 10 * gamma ** (steps - 1),
        "the answer is 4.9, got 5",
    ),
    "costs are not discounted": (
        lambda steps, gamma: 10 * gamma ** (steps - 1) - 0.1 * (steps - 1),
        "for steps=3, gamma=0.5 the answer is 2.35, got 2.3",
    ),
    "no discount": (
        lambda steps, gamma: 10 - 0.1 * (steps - 1),
        "the answer is 4.9, got 9.9",
    ),
    "a minus sign": (value_that_forgets, "the answer is 4.9, got -5.1"),
    "one neighbour is all": (value_of_one_backup, "for steps=3, gamma=0.5 the answer is 2.35"),
    "divides by one minus gamma": (
        value_by_a_formula_that_divides,
        "for steps=2, gamma=1.0 your code raised ZeroDivisionError",
    ),
    "moves are gains": (
        lambda steps, gamma: value_by_a_sum(steps, gamma) + 0.2 * (steps > 1),
        "the answer is 4.9, got 5.1",
    ),
    "rounded": (lambda steps, gamma: round(value_by_a_sum(steps, gamma), 2), "the answer is"),
    "a text": (lambda steps, gamma: str(value_by_a_sum(steps, gamma)), "a number was expected"),
}
