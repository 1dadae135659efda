"""Answers to the exercises of lesson 05 that must pass, and ones that must not."""

from collections import Counter

from peterwolf.rollout import play_episode

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# outcome_table


def table_by_a_loop(env, policy, games, seed):
    table = {"lost": 0, "drowned": 0, "killed": 0, "won": 0}
    for game_seed in range(seed, seed + games):
        seen, _ = env.reset(seed=game_seed)
        over = truncated = False
        while not (over or truncated):
            seen, _, over, truncated, info = env.step(policy(seen))
        table["lost" if truncated else info["outcome"]] += 1
    return table


def table_by_a_counter(env, policy, games, seed):
    counts = Counter(play_episode(env, policy, seed=seed + k).outcome for k in range(games))
    return {"lost": counts[None], **{end: counts[end] for end in ("won", "killed", "drowned")}}


RIGHT["05_outcome_table"] = {"a loop": table_by_a_loop, "a counter": table_by_a_counter}


def changed_table(*, seed_of=lambda seed, k: seed + k, end=lambda walk: walk.outcome or "lost"):
    """Return a right outcome_table but for the parts that are given."""

    def outcome_table(env, policy, games, seed):
        table = {"won": 0, "killed": 0, "drowned": 0, "lost": 0}
        for k in range(games):
            table[end(play_episode(env, policy, seed=seed_of(seed, k)))] += 1
        return table

    return outcome_table


def by_the_reward(walk):
    if abs(walk.rewards[-1]) != 100:
        return "lost"
    return "won" if walk.rewards[-1] > 0 else "killed"


def only_what_happened(env, policy, games, seed):
    walks = [play_episode(env, policy, seed=seed + k) for k in range(games)]
    return dict(Counter(walk.outcome or "lost" for walk in walks))


def none_for_lost(env, policy, games, seed):
    table = table_by_a_loop(env, policy, games, seed)
    return {None if end == "lost" else end: count for end, count in table.items()}


def until_terminated_only(env, policy, games, seed):
    table = {"won": 0, "killed": 0, "drowned": 0, "lost": 0}
    for k in range(games):
        seen, _ = env.reset(seed=seed + k)
        over = False
        while not over:
            seen, _, over, _, info = env.step(policy(seen))
        table[info["outcome"]] += 1
    return table


def shares(env, policy, games, seed):
    table = table_by_a_loop(env, policy, games, seed)
    return {end: count / max(games, 1) for end, count in table.items()}


WRONG["05_outcome_table"] = {
    "one seed for all games": (changed_table(seed_of=lambda seed, k: seed), "the table is"),
    "the seed is left out": (changed_table(seed_of=lambda seed, k: k), "the table is"),
    "the seed only for the first game": (
        changed_table(seed_of=lambda seed, k: None if k else seed),
        "the table is",
    ),
    "the end told from the reward": (changed_table(end=by_the_reward), "the table is"),
    "the killed are lost": (
        changed_table(end=lambda walk: walk.outcome if walk.outcome != "killed" else "lost"),
        "the table is",
    ),
    "only the keys that occurred": (only_what_happened, "are missing"),
    "None for lost": (none_for_lost, "the keys ['lost'] are missing"),
    "until terminated only": (until_terminated_only, "after the episode ended (truncated)"),
    "shares": (shares, "the counts must be ints"),
    "one game more": (
        lambda env, policy, games, seed: table_by_a_loop(env, policy, games + 1, seed),
        "the table is",
    ),
    "a list of pairs": (
        lambda *given: list(table_by_a_loop(*given).items()),
        "a dict was expected",
    ),
}


# encode

RIGHT["05_encode"] = {
    "everything": lambda x, y, energy, fatigue: (x, y, energy, fatigue),
    "one number": lambda x, y, energy, fatigue: (((x * 8 + y) * 11 + energy) * 11 + fatigue,),
    "two numbers, levels first": lambda x, y, energy, fatigue: (
        11 * fatigue + energy,
        8 * y + x,
    ),
    "merged where the future is the same": lambda x, y, energy, fatigue: (
        x,
        y,
        max(energy, 2) - 2,
        min(fatigue, 8),
    ),
}
needed = "95% are needed"


def forgetful():
    """Return an answer that counts its calls."""
    calls = []

    def encode(x, y, energy, fatigue):
        calls.append(1)
        return x, y, energy, len(calls) % 10

    return encode


WRONG["05_encode"] = {
    "the position": (lambda x, y, energy, fatigue: (x, y), needed),
    "the levels": (lambda x, y, energy, fatigue: (energy, fatigue), needed),
    "no fatigue": (lambda x, y, energy, fatigue: (x, y, energy), needed),
    "no energy": (lambda x, y, energy, fatigue: (x, y, fatigue), needed),
    "who would win now": (lambda x, y, energy, fatigue: (x, y, int(energy > fatigue)), needed),
    "the difference": (lambda x, y, energy, fatigue: (x, y, energy - fatigue + 10), needed),
    "levels in steps of two": (
        lambda x, y, energy, fatigue: (x, y, energy // 2, fatigue // 2),
        needed,
    ),
    "levels in steps of three": (
        lambda x, y, energy, fatigue: (x, y, energy // 3, fatigue // 3),
        needed,
    ),
    "merged too far": (
        lambda x, y, energy, fatigue: (x, y, max(energy - 5, 0), min(fatigue, 5)),
        needed,
    ),
    "levels multiplied": (lambda x, y, energy, fatigue: (x, y, energy * fatigue), needed),
    "levels added": (lambda x, y, energy, fatigue: (x, y, energy + fatigue), needed),
    "x and y added": (lambda x, y, energy, fatigue: (x + y, energy, fatigue), needed),
    "x twice": (lambda x, y, energy, fatigue: (x, x, energy, fatigue), needed),
    "one number with steps too small": (
        lambda x, y, energy, fatigue: (((x * 8 + y) * 11 + energy) * 3 + fatigue,),
        needed,
    ),
    "nothing": (lambda x, y, energy, fatigue: (0,), needed),
    "a difference below zero": (
        lambda x, y, energy, fatigue: (x, y, energy - fatigue),
        "an int, 0 or more, got -1",
    ),
    "a table too large": (
        lambda x, y, energy, fatigue: (x, y, energy, 2 * fatigue),
        "needs 7744 rows",
    ),
    "hashes": (
        lambda x, y, energy, fatigue: (abs(hash((x, y, energy, fatigue))),),
        "needs 7744 rows",
    ),
    "true division": (
        lambda x, y, energy, fatigue: (x, y, energy / 2, fatigue / 2),
        "an int, 0 or more, got 0.0",
    ),
    "a truth": (
        lambda x, y, energy, fatigue: (x, y, energy > fatigue),
        "an int, 0 or more, got False",
    ),
    "a list": (
        lambda x, y, energy, fatigue: [x, y, energy, fatigue],
        "a tuple of 1 to 4 ints was expected, got [0, 0, 0, 0]",
    ),
    "a bare number": (lambda x, y, energy, fatigue: x, "a tuple of 1 to 4 ints was expected"),
    "five entries": (
        lambda x, y, energy, fatigue: (x, y, energy, fatigue, 0),
        "a tuple of 1 to 4 ints was expected",
    ),
    "shorter when tired": (
        lambda x, y, energy, fatigue: (x, y, energy)[: 2 + (fatigue < 5)],
        "the same number of entries",
    ),
    "another answer each time": (forgetful(), "always give the same answer"),
}


# hunt_reward


def paying(won, dead, move):
    """Return an answer that pays for each end, and for a move, the same whatever the levels."""
    return lambda outcome, energy, fatigue: {None: move, "won": won}.get(outcome, dead)


def by_ifs(outcome, energy, fatigue):
    if outcome == "won":
        return 10
    if outcome in ("killed", "drowned"):
        return -10
    return 0


RIGHT["05_hunt_reward"] = {
    "the game's own": paying(100.0, -100.0, -0.1),
    "ones": paying(1, -1, 0),
    "ifs": by_ifs,
    "in a hurry": paying(100, -100, -1),
    "a victory ends the cost": paying(0, -100, -1),
    "a strong victory pays more": lambda outcome, energy, fatigue: (
        100.0 + energy - fatigue if outcome == "won" else (-100.0 if outcome else -0.1)
    ),
}
WRONG["05_hunt_reward"] = {
    "energy - fatigue": (lambda outcome, energy, fatigue: energy - fatigue, needed),
    "energy - fatigue but for the ends": (
        lambda outcome, energy, fatigue: {None: energy - fatigue, "won": 100}.get(outcome, -100),
        needed,
    ),
    "a bonus for resting and eating": (
        lambda outcome, energy, fatigue: {None: 5 * (energy == 10 or fatigue == 0), "won": 100}.get(
            outcome, -100
        ),
        needed,
    ),
    "death is free": (paying(1, 0, 0), needed),
    "nothing": (paying(0, 0, 0), needed),
    "one for everything": (paying(1, 1, 1), needed),
    "a move is paid": (paying(10, -10, 1), needed),
    "death is paid": (paying(100, 100, -0.1), needed),
    "the signs exchanged": (paying(-100, 100, -0.1), needed),
    "a move costs too much": (paying(100, -100, -20), needed),
    "prints only": (lambda outcome, energy, fatigue: print(outcome), "a number was expected"),
    "nan": (paying(float("nan"), -1, 0), "a number of at most a million was expected, got nan"),
    "infinity": (paying(float("inf"), -1, 0), "a number of at most a million was expected"),
    "a text": (paying("100", -1, 0), "a number was expected, got '100'"),
    "the levels as well": (
        lambda outcome, energy, fatigue: (energy, fatigue),
        "a number was expected, got (0, 0)",
    ),
    "no move without an end": (
        lambda outcome, energy, fatigue: {"won": 1.0, "killed": -1.0, "drowned": -1.0}[outcome],
        "KeyError",
    ),
}
