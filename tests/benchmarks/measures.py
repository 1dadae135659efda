"""How the figures are measured: each measure is a function of a seed."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache

import gymnasium
import numpy as np
import plain_loops

from peterwolf import CLASSIC, Cell, planning, random_board, render, tabular
from peterwolf.widgets import Knobs
from peterwolf.worlds.rules import Forage, Hunt

CAR = {"low": (-1.2, -0.07), "high": (0.6, 0.07), "counts": (20, 20)}
POLE = {"low": (-2.4, -3.0, -0.21, -3.0), "high": (2.4, 3.0, 0.21, 3.0), "counts": (6, 4, 6, 16)}


def rate(work: Callable[[], int]) -> float:
    """Return steps per CPU second."""
    begin = time.process_time()
    steps = work()
    return steps / (time.process_time() - begin)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def learnt(name: str, episodes: int, seed: int, **given) -> tabular.Run:
    """Learn with the settings of the plain loops."""
    settings = {"alpha": 0.5, "gamma": 0.95, "epsilon": tabular.linear_decay(1, 0.1, episodes)}
    if name in ("MountainCar-v0", "CartPole-v1"):
        settings["encode"] = tabular.Bins(**(CAR if name == "MountainCar-v0" else POLE))
        settings["alpha"] = 0.1
    rng = np.random.default_rng(seed)
    return tabular.q_learning(
        gymnasium.make(name), episodes=episodes, rng=rng, **{**settings, **given}
    )


def ours_rate(name: str, episodes: int, engine: str) -> Callable[[int], float]:
    """Return a measure of the package's steps per CPU second."""
    return lambda seed: rate(lambda: learnt(name, episodes, seed, engine=engine).lengths.sum())


def plain_rate(name: str, episodes: int) -> Callable[[int], float]:
    """Return a measure of the plain loop's steps per CPU second."""
    if name == plain_loops.BOARD:
        return lambda seed: rate(lambda: plain_loops.board_loop(episodes, seed))
    bins, actions = (CAR, 3) if name == "MountainCar-v0" else (POLE, 2)
    return lambda seed: rate(
        lambda: plain_loops.binned_loop(name, **bins, actions=actions, episodes=episodes, seed=seed)
    )


def ours_time(name: str, episodes: int, **given) -> Callable[[int], float]:
    """Return a measure of the seconds that learning takes, compiled before."""
    return lambda seed: seconds(lambda: learnt(name, episodes, seed, **given))


def plain_time(name: str, episodes: int, share: int) -> Callable[[int], float]:
    """Return a measure of the plain loop's seconds, from one part in `share` of the work."""
    speed = plain_rate(name, max(episodes // share, 1))
    steps = cache(lambda seed: int(learnt(name, episodes, seed).lengths.sum()))
    return lambda seed: steps(seed) / speed(seed)


FIRST = """
import os, sys, time
os.environ["NUMBA_CACHE_DIR"] = {folder!r}
import gymnasium, numba, numpy as np
numba.njit(lambda: 0)()  # numba's own start
import peterwolf
from peterwolf import tabular
from peterwolf.tabular import numba_engine as compiled
env = gymnasium.make("peterwolf/Forage-v0")
env.unwrapped.kernel_spec()
begin = time.perf_counter()
tabular.q_learning(env, episodes=1, alpha=1.0, gamma=1.0, epsilon=1.0,
                   rng=np.random.default_rng(0), engine="compiled")
print(time.perf_counter() - begin)
"""


def first_call(folder: str) -> float:
    """Return the seconds of the first compiled call of a new process."""
    command = [sys.executable, "-c", FIRST.format(folder=folder)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@cache
def warm_folder() -> str:
    """Return a folder in which the kernel lies compiled."""
    folder = tempfile.mkdtemp()
    first_call(folder)
    return folder


def uncached(seed: int) -> float:
    """Return the seconds of the first call where nothing lies compiled."""
    with tempfile.TemporaryDirectory() as folder:
        return first_call(folder)


def knob_moves(seed: int) -> float:
    """Return the 95th of 100 moves of a knob to its new picture, in milliseconds."""
    knobs = Knobs(episodes=2000)
    slider = knobs.sliders["alpha"]
    moves = np.random.default_rng(seed).permutation(np.linspace(0.05, 1, 100))
    spent = []
    for value in moves.tolist():
        spent.append(1000 * seconds(lambda v=value: setattr(slider, "value", v)))
    return float(np.percentile(spent, 95))


def plain_move(seed: int) -> float:
    """Return the milliseconds of a plain loop's training of 2,000 episodes, without a picture."""
    return 1000 * seconds(lambda: plain_loops.board_loop(2000, seed))


HUNT = {"episodes": 10_000, "alpha": 0.5, "gamma": 0.95}


def hunt(board, seed: int, engine: str = "auto", **given) -> tabular.Run:
    """Learn to hunt on a board."""
    env = gymnasium.make("peterwolf/Hunt-v0", board=board)
    settings = HUNT | {"epsilon": tabular.linear_decay(1, 0.1, HUNT["episodes"])} | given
    return tabular.q_learning(env, **settings, rng=np.random.default_rng(seed), engine=engine)


def won(board, q: np.ndarray) -> int:
    """Return from how many starts the greedy policy of a full table wins."""
    lengths = planning.path_lengths(board, Hunt(), q)
    return sum(bool(np.isfinite(lengths[(*at, 10, 0)])) for at in board.where(Cell.GROUND))


def hunt_wins(seed: int) -> float:
    """Return the starts won with the full state, the fewest of ten seeds."""
    return min(won(CLASSIC, hunt(CLASSIC, 10 * seed + k).q) for k in range(10))


def place(observation: np.ndarray) -> tuple[int, int]:
    """Return (x, y), without energy and fatigue."""
    return int(observation[0]), int(observation[1])


def hunt_wins_by_place(seed: int) -> float:
    """Return the starts won with (x, y) alone, the most of ten seeds."""
    best = 0
    for k in range(10):
        more = {"episodes": 50_000, "epsilon": tabular.linear_decay(1, 0.1, 50_000)}
        run = hunt(CLASSIC, 10 * seed + k, shape=(8, 8), encode=place, **more)
        full = np.broadcast_to(run.q[:, :, None, None, :], (8, 8, 11, 11, 4))
        best = max(best, won(CLASSIC, np.ascontiguousarray(full)))
    return best


def hunt_boards(seed: int) -> float:
    """Return the mean over 50 random boards of what is won in percent of the oracle's."""
    shares = []
    for k in range(50):
        board = random_board(np.random.default_rng(100 * seed + k))
        optimum = won(board, planning.value_iteration(board, Hunt()))
        if optimum:
            shares.append(100 * won(board, hunt(board, k).q) / optimum)
    return float(np.mean(shares))


def random_wins(seed: int) -> float:
    """Return the games of 45 that a random walker wins, one from each start."""
    env = gymnasium.make("peterwolf/Hunt-v0")
    rng, wins = np.random.default_rng(seed), 0
    for at in CLASSIC.where(Cell.GROUND):
        env.reset(seed=seed, options={"start": at})
        over = False
        while not over:
            _, _, terminated, truncated, info = env.step(int(rng.integers(4)))
            over = terminated or truncated
        wins += info["outcome"] == "won"
    return wins


GROWTH = """
import gymnasium, numpy as np, peterwolf, resource
from peterwolf import tabular
env = gymnasium.make("peterwolf/Forage-v0")
def learn(n, seed, snapshots):
    return tabular.q_learning(env, episodes=n, alpha=0.5, gamma=0.95, epsilon=0.3,
                              rng=np.random.default_rng(seed), snapshots=snapshots)
def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6
learn(100, 0, 0)
before = memory()
run = learn(100_000, 1, {snapshots})
print(memory() - before)
"""


def growth(snapshots: int) -> Callable[[int], float]:
    """Return a measure of the megabytes that 100,000 episodes keep."""

    def measure(seed: int) -> float:
        command = [sys.executable, "-c", GROWTH.format(snapshots=snapshots)]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    return measure


def pictures(with_values: bool) -> Callable[[int], float]:
    """Return a measure of pictures of the classic board per CPU second."""
    q = planning.value_iteration(CLASSIC, Forage()) if with_values else None

    def many() -> int:
        return sum(bool(render.draw(CLASSIC, q=q).size) for _ in range(300))

    return lambda seed: rate(many)
