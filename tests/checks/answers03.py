"""Answers to the exercises of lesson 03 that must pass, and ones that must not."""

import random

import numpy as np

from peterwolf import tabular

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# td_target


def target_by_if(reward, gamma, q_next, terminated):
    if terminated:
        return reward
    return reward + gamma * max(q_next.tolist())


def target_by_loop(reward, gamma, q_next, terminated):
    best = -float("inf")
    for value in q_next:
        best = value if value > best else best
    return reward + (not terminated) * gamma * best


RIGHT["03_td_target"] = {
    "an if": target_by_if,
    "a loop": target_by_loop,
    "numpy's where": lambda reward, gamma, q_next, terminated: np.where(
        terminated, reward, reward + gamma * np.sort(q_next)[-1]
    ),
}


def target_that_sorts_in_place(reward, gamma, q_next, terminated):
    q_next.sort()
    return reward + gamma * (1 - terminated) * q_next[-1]


def target_with(future):
    """Return an answer that adds its own guess of the future while the game goes on."""
    return lambda reward, gamma, q_next, terminated: (
        reward + (0 if terminated else future(gamma, q_next))
    )


WRONG["03_td_target"] = {
    "no terminal mask": (
        lambda reward, gamma, q_next, terminated: reward + gamma * q_next.max(),
        "terminated=True the answer is 10, got 13.6",
    ),
    "the mask upside down": (
        lambda reward, gamma, q_next, terminated: reward + gamma * terminated * q_next.max(),
        "terminated=False the answer is 3.5, got -0.1",
    ),
    "the mask on the reward too": (
        lambda reward, gamma, q_next, terminated: (
            (1 - terminated) * (reward + gamma * q_next.max())
        ),
        "the answer is 10, got 0",
    ),
    "a minus at the end": (
        lambda reward, gamma, q_next, terminated: (
            -reward if terminated else reward + gamma * q_next.max()
        ),
        "the answer is 10, got -10",
    ),
    "the mean": (target_with(lambda gamma, q_next: gamma * q_next.mean()), "is 3.5, got 0.6875"),
    "the worst": (target_with(lambda gamma, q_next: gamma * q_next.min()), "is 3.5, got -1.9"),
    "the first action": (target_with(lambda gamma, q_next: gamma * q_next[0]), "3.5, got 0.8"),
    "the best action for its value": (
        target_with(lambda gamma, q_next: gamma * q_next.argmax()),
        "the answer is 3.5, got 1.7",
    ),
    "no discount": (target_with(lambda gamma, q_next: q_next.max()), "is 3.5, got 3.9"),
    "never below zero": (target_with(lambda gamma, q_next: gamma * max(0, *q_next)), "got -0.1"),
    "the reward discounted": (
        lambda reward, gamma, q_next, terminated: (
            gamma * (reward + (1 - terminated) * q_next.max())
        ),
        "the answer is 3.5, got 3.51",
    ),
    "the row is sorted in place": (target_that_sorts_in_place, "q_next must stay as it was"),
    "the whole row": (
        lambda reward, gamma, q_next, terminated: reward + gamma * (1 - terminated) * q_next,
        "a number was expected",
    ),
    "a text": (lambda *case: str(target_by_if(*case)), "a number was expected"),
}


# epsilon_greedy


def greedy_by_lists(q_row, epsilon, rng):
    actions = list(range(len(q_row)))
    if rng.random() >= epsilon:
        actions = [action for action in actions if q_row[action] == max(q_row)]
    return actions[rng.integers(len(actions))]


def greedy_by_probabilities(q_row, epsilon, rng):
    best = q_row == q_row.max()
    return rng.choice(len(q_row), p=epsilon / len(q_row) + (1 - epsilon) * best / best.sum())


def greedy_by_a_shuffle(q_row, epsilon, rng):
    explored, order = rng.integers(len(q_row)), rng.permutation(len(q_row))
    greedy = order[np.argmax(q_row[order])]
    return int(explored if rng.uniform() < epsilon else greedy)


RIGHT["03_epsilon_greedy"] = {
    "lists": greedy_by_lists,
    "probabilities and numpy's int": greedy_by_probabilities,
    "a shuffle, and exploring drawn first": greedy_by_a_shuffle,
}


def best_of(q_row, rng):
    best = np.flatnonzero(q_row == q_row.max())
    return int(best[rng.integers(len(best))])


def changed_choice(*, explores=None, explore=None, exploit=best_of):
    """Return a right epsilon_greedy but for the parts that are given."""
    explores = explores or (lambda epsilon, rng: rng.random() < epsilon)
    explore = explore or (lambda q_row, rng: int(rng.integers(len(q_row))))

    def epsilon_greedy(q_row, epsilon, rng):
        return explore(q_row, rng) if explores(epsilon, rng) else exploit(q_row, rng)

    return epsilon_greedy


def any_but_the_best(q_row, rng):
    others = np.delete(np.arange(len(q_row)), q_row.argmax())
    return int(rng.choice(others))


def proportional(q_row, rng):
    weights = q_row - q_row.min() + 1e-4
    return int(rng.choice(len(q_row), p=weights / weights.sum()))


def action_0_is_no_action(q_row, epsilon, rng):
    action = None
    if rng.random() >= epsilon:
        action = best_of(q_row, rng)
    if not action:
        action = int(rng.integers(len(q_row)))
    return action


def best_above_zero(q_row, rng):
    action, best = 0, 0.0
    for other, value in enumerate(q_row):
        if value > best:
            action, best = other, value
    return action


def best_of_a_row_shifted_in_place(q_row, rng):
    q_row -= q_row.max()
    return best_of(q_row, rng)


WRONG["03_epsilon_greedy"] = {
    "epsilon is the probability of exploiting": (
        changed_choice(explores=lambda epsilon, rng: rng.random() > epsilon),
        "with epsilon=0.0",
    ),
    "ties to the lowest": (
        changed_choice(exploit=lambda q_row, rng: int(q_row.argmax())),
        "(two tied), action 0 was drawn in 100.0%",
    ),
    "ties to the highest": (
        changed_choice(exploit=lambda q_row, rng: int(np.flatnonzero(q_row == q_row.max())[-1])),
        "(two tied), action 0 was drawn in 0.0%",
    ),
    "exploring leaves out the greedy action": (
        changed_choice(explore=any_but_the_best),
        "was drawn in",
    ),
    "exploring leaves out the last action": (
        changed_choice(explore=lambda q_row, rng: int(rng.integers(len(q_row) - 1))),
        "(one best), action",
    ),
    "exploring in proportion to the values": (
        changed_choice(explore=proportional),
        "(one best), action",
    ),
    "never explores": (changed_choice(explores=lambda epsilon, rng: False), "epsilon=0.3"),
    "always explores": (changed_choice(explores=lambda epsilon, rng: True), "epsilon=0.0"),
    "explores half the time": (
        changed_choice(explores=lambda epsilon, rng: rng.random() < epsilon / 2),
        "epsilon=0.3",
    ),
    "four actions for any row": (
        changed_choice(explore=lambda q_row, rng: int(rng.integers(4))),
        "an int from 0 to 2, got 3",
    ),
    "action 0 is no action": (action_0_is_no_action, "(two tied), action"),
    "a best value must be above zero": (
        changed_choice(exploit=lambda q_row, rng: best_above_zero(q_row, rng)),
        "(all negative), action 0",
    ),
    "the best value for its action": (
        changed_choice(exploit=lambda q_row, rng: q_row.max()),
        "an int from 0 to 3, got 3.0",
    ),
    "the row is shifted in place": (
        changed_choice(exploit=best_of_a_row_shifted_in_place),
        "q_row must stay as it was",
    ),
    "numpy's global state decides": (
        changed_choice(explores=lambda epsilon, rng: np.random.random() < epsilon),
        "come from rng",
    ),
    "numpy's global state breaks ties": (
        changed_choice(
            exploit=lambda q_row, rng: int(np.random.choice(np.flatnonzero(q_row == q_row.max())))
        ),
        "come from rng",
    ),
    "Python's global state": (
        changed_choice(explore=lambda q_row, rng: random.randrange(len(q_row))),
        "come from rng",
    ),
}


# q_update


def update_by_a_blend(q, state, action, target, alpha):
    q[(*state, action)] = (1 - alpha) * q[(*state, action)] + alpha * target


def update_by_a_row(q, state, action, target, alpha):
    row = q[state]  # a view
    error = target - row[action]
    row[action] = row[action] + alpha * error


def update_by_a_mask(q, state, action, target, alpha):
    chosen = np.zeros(q.shape, dtype=bool)
    chosen[state][action] = True
    np.copyto(q, q + alpha * (target - q), where=chosen)


RIGHT["03_q_update"] = {
    "a blend": update_by_a_blend,
    "a view of the row": update_by_a_row,
    "a mask over the table": update_by_a_mask,
}


def update_of_a_copy(q, state, action, target, alpha):
    q = q.copy()
    q[state][action] += alpha * (target - q[state][action])


def update_of_a_copied_row(q, state, action, target, alpha):
    row = np.array(q[state])
    row[action] += alpha * (target - row[action])


def update_that_returns_the_table(q, state, action, target, alpha):
    q[state][action] += alpha * (target - q[state][action])
    return q


def update_that_returns_a_new_table(q, state, action, target, alpha):
    return update_that_returns_the_table(q.copy(), state, action, target, alpha)


def update_of_the_row(q, state, action, target, alpha):
    q[state] += alpha * (target - q[state])


def update_of_the_best_action(q, state, action, target, alpha):
    update_by_a_row(q, state, q[state].argmax(), target, alpha)


def update_of_the_mirrored_state(q, state, action, target, alpha):
    update_by_a_row(q, (*state[1::-1], *state[2:]), action, target, alpha)


def update_of_two_axes(q, state, action, target, alpha):
    x, y = state
    q[x, y, action] += alpha * (target - q[x, y, action])


def update_to(value):
    """Return an answer that writes value(old, target, alpha)."""

    def q_update(q, state, action, target, alpha):
        q[state][action] = value(q[state][action], target, alpha)

    return q_update


WRONG["03_q_update"] = {
    "a copy": (update_of_a_copy, "the entry becomes"),
    "a copied row": (update_of_a_copied_row, "the entry becomes"),
    "in place and returned": (update_that_returns_the_table, "nothing is returned"),
    "a new table": (update_that_returns_a_new_table, "changed in place"),
    "alpha on the wrong side": (
        update_to(lambda old, target, alpha: alpha * old + (1 - alpha) * target),
        "alpha=0.0",
    ),
    "a minus for the plus": (
        update_to(lambda old, target, alpha: old - alpha * (target - old)),
        "alpha=0.1",
    ),
    "the old value is not taken off": (
        update_to(lambda old, target, alpha: old + alpha * target),
        "alpha=0.1",
    ),
    "the old value is forgotten": (update_to(lambda old, target, alpha: alpha * target), "0.0"),
    "no alpha": (update_to(lambda old, target, alpha: target), "alpha=0.0"),
    "alpha twice": (
        update_to(lambda old, target, alpha: (1 - alpha) * old + alpha**2 * target),
        "alpha=0.1",
    ),
    "the whole row": (update_of_the_row, "other entries of q were changed"),
    "the best action's entry": (update_of_the_best_action, "with state="),
    "x and y exchanged": (update_of_the_mirrored_state, ""),
    "states of two numbers only": (update_of_two_axes, "ValueError"),
}


# train


def train_on_lists(env, q, episodes, alpha, gamma, epsilon, rng):
    table = {state: q[state].tolist() for state in np.ndindex(q.shape[:-1])}
    returns, seed = np.zeros(episodes), int(rng.integers(2**31))
    for episode in range(episodes):
        at, _ = env.reset() if episode else env.reset(seed=seed)
        over = False
        while not over:
            row = table[tuple(at)]
            actions = [action for action, value in enumerate(row) if value == max(row)]
            if rng.random() < epsilon:
                actions = range(len(row))
            action = actions[int(rng.random() * len(actions))]
            at, reward, terminated, truncated, _ = env.step(action)
            future = 0.0 if terminated else max(table[tuple(at)])
            row[action] = (1 - alpha) * row[action] + alpha * (reward + gamma * future)
            returns[episode] += reward
            over = terminated or truncated
    for state, row in table.items():
        q[state] = row
    return returns


def changed_train(
    *,
    masked=lambda terminated, truncated: terminated,
    over=lambda terminated, truncated: terminated or truncated,
    epsilon_of=lambda epsilon: epsilon,
    alpha_of=lambda alpha: alpha,
    chance=lambda rng: rng,
    table_of=lambda q: q,
    skips_the_end=False,
    end_at=lambda before, after: before,
    end_of=lambda target: target,
    discount=1.0,
    result=lambda returns: returns,
):
    """Return a right train but for the parts that are given."""

    def train(env, q, episodes, alpha, gamma, epsilon, rng):
        q, rng, returns = table_of(q), chance(rng), []
        seed = int(rng.integers(2**31))
        for _ in range(episodes):
            (x, y), _ = env.reset(seed=seed)
            seed, total, factor, terminated, truncated = None, 0.0, 1.0, False, False
            while not over(terminated, truncated):
                action = tabular.epsilon_greedy(q[x, y], epsilon_of(epsilon), rng)
                at = x, y, action
                (x, y), reward, terminated, truncated, _ = env.step(action)
                total, factor = total + factor * reward, factor * discount
                if skips_the_end and terminated:
                    break
                future = 0 if masked(terminated, truncated) else q[x, y].max()
                target = reward + gamma * future
                if terminated:
                    at, target = end_at(at, (x, y, action)), end_of(target)
                q[at] += alpha_of(alpha) * (target - q[at])
            returns.append(total)
        return result(returns)

    return train


def train_by_the_next_action(env, q, episodes, alpha, gamma, epsilon, rng):
    returns, seed = [], int(rng.integers(2**31))
    for _ in range(episodes):
        (x, y), _ = env.reset(seed=seed)
        seed, total, over = None, 0.0, False
        action = tabular.epsilon_greedy(q[x, y], epsilon, rng)
        while not over:
            at = x, y, action
            (x, y), reward, terminated, truncated, _ = env.step(action)
            action = tabular.epsilon_greedy(q[x, y], epsilon, rng)
            q[at] += alpha * (reward + gamma * (not terminated) * q[x, y, action] - q[at])
            total, over = total + reward, terminated or truncated
        returns.append(total)
    return returns


RIGHT["03_train"] = {
    "the loop of the lesson": changed_train(),
    "lists in a dictionary, written back at the end": train_on_lists,
}
WRONG["03_train"] = {
    "the terminal update is skipped": (changed_train(skips_the_end=True), "shortest path"),
    "the end is written a state too late": (
        changed_train(end_at=lambda before, after: after),
        "from exact values, the table changed",
    ),
    "the step into the goal is worth 0": (
        changed_train(end_of=lambda target: 0.0),
        "from exact values, the table changed",
    ),
    "no terminal mask": (changed_train(masked=lambda terminated, truncated: False), ""),
    "the target sees truncation": (
        changed_train(masked=lambda terminated, truncated: terminated or truncated),
        "",
    ),
    "loops until terminated only": (
        changed_train(over=lambda terminated, truncated: terminated),
        "after the episode ended (truncated)",
    ),
    "the target of the action taken next": (train_by_the_next_action, ""),
    "epsilon is the probability of exploiting": (
        changed_train(epsilon_of=lambda epsilon: 1 - epsilon),
        "",
    ),
    "alpha on the wrong side": (changed_train(alpha_of=lambda alpha: 1 - alpha), ""),
    "a copy of the table": (changed_train(table_of=np.copy), "in place"),
    "numpy's global state": (
        changed_train(chance=lambda rng: np.random.default_rng(np.random.randint(2**31))),
        "from rng",
    ),
    "one return too many": (
        changed_train(result=lambda returns: [0.0, *returns]),
        "one return an episode",
    ),
    "the last return is left out": (
        changed_train(result=lambda returns: returns[:-1]),
        "one return an episode",
    ),
    "the sum of the returns": (changed_train(result=sum), "one return an episode"),
    "no returns": (changed_train(result=lambda returns: None), "one return an episode"),
    "discounted returns": (changed_train(discount=0.95), "return"),
    "returns of nothing": (changed_train(result=lambda returns: [0.0] * len(returns)), "return"),
}
