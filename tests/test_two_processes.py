"""The same seed gives the same game in another process, whatever that process hashes to."""

import os
import subprocess
import sys

import pytest

SEEDS = 100
STEPS = 1000
# Forage and hunt in turn, each seed on its own board, every tenth on a new one at each reset.
PLAYED = f"""
import hashlib
import gymnasium, numpy as np
from peterwolf import random_board

def rollout(seed, name, **told):
    env = gymnasium.make(name, **told)
    actions, seen = np.random.default_rng(seed).integers(4, size={STEPS}), hashlib.sha256()
    observation, info = env.reset(seed=seed)
    for action in actions.tolist():
        seen.update(observation.tobytes())
        observation, reward, terminated, truncated, info = env.step(action)
        seen.update(repr((reward, terminated, truncated, info)).encode())
        if terminated or truncated:
            observation, info = env.reset()
    seen.update(observation.tobytes())
    return seen.hexdigest()

def small(rng):
    return random_board(rng, 5, 5, ponds=1, pond_size=3, trees=2, apples=1)

for seed in range({SEEDS}):
    board = small if seed % 10 == 0 else random_board(np.random.default_rng(seed))
    print(rollout(seed, f"peterwolf/{{('Forage', 'Hunt')[seed % 2]}}-v0", board=board))
"""


@pytest.fixture(scope="module")
def told() -> list[list[str]]:
    """What two processes with different hash seeds saw, one line a seed."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PLAYED],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    said = [process.communicate()[0].splitlines() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    return said


def test_equal_seeds_play_equal_games_in_two_processes(told):
    one, other = told
    assert len(one) == SEEDS
    assert one == other


def test_other_seeds_play_other_games(told):
    assert len(set(told[0])) == SEEDS
