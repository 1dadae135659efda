"""The baselines: learning as tutorials write it, a loop over gymnasium.make and NumPy indexing."""

import gymnasium
import numpy as np

import peterwolf  # noqa: F401  registers the boards

BOARD = "peterwolf/Forage-v0"


def board_loop(episodes: int, seed: int) -> int:
    """Learn on Peter's board; return how many steps it took."""
    env = gymnasium.make(BOARD)
    rng = np.random.default_rng(seed)
    q, steps = np.zeros((8, 8, 4)), 0
    env.reset(seed=seed)
    for episode in range(episodes):
        epsilon = 1 - 0.9 * episode / episodes
        (x, y), _ = env.reset()
        over = False
        while not over:
            a = rng.integers(4) if rng.random() < epsilon else np.argmax(q[x, y])
            (x2, y2), reward, terminated, truncated, _ = env.step(a)
            target = reward + 0.95 * (1 - terminated) * np.max(q[x2, y2])
            q[x, y, a] += 0.5 * (target - q[x, y, a])
            x, y, over, steps = x2, y2, terminated or truncated, steps + 1
    return steps


def binned_loop(name: str, low, high, counts, actions: int, episodes: int, seed: int) -> int:
    """Learn on an env of gymnasium through equal bins; return how many steps it took."""
    env = gymnasium.make(name)
    rng = np.random.default_rng(seed)
    low, high, counts = np.array(low), np.array(high), np.array(counts)
    q, steps = np.zeros((*counts, actions)), 0

    def discrete(observation):
        place = (observation - low) / (high - low) * counts
        return tuple(np.clip(place.astype(int), 0, counts - 1))

    env.reset(seed=seed)
    for episode in range(episodes):
        epsilon = 1 - 0.9 * episode / episodes
        state, over = discrete(env.reset()[0]), False
        while not over:
            a = rng.integers(actions) if rng.random() < epsilon else np.argmax(q[state])
            seen, reward, terminated, truncated, _ = env.step(a)
            new = discrete(seen)
            target = reward + 0.95 * (1 - terminated) * np.max(q[new])
            q[state][a] += 0.1 * (target - q[state][a])
            state, over, steps = new, terminated or truncated, steps + 1
    return steps
