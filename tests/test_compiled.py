"""The compiled engine: the same to the last bit as learning over `env.step`, and stopped soon."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from functools import cache
from pathlib import Path
from types import FunctionType, SimpleNamespace

import gymnasium
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core import caching

from peterwolf import random_board, tabular
from peterwolf.kernels import dynamics as kernel_worlds
from peterwolf.kernels import jit
from peterwolf.kernels import loops as kernels
from peterwolf.progress import Bar
from peterwolf.tabular import numba_engine as compiled
from peterwolf.tabular.bins import Bins
from peterwolf.tabular.run import Album

CAR = Bins([-1.2, -0.07], [0.6, 0.07], (12, 10))
POLE = Bins([-2.4, -3, -0.21, -3], [2.4, 3, 0.21, 3], (3, 3, 6, 6))
METHODS = kernels.METHODS
SEEDS = [0, 2**40]


def rocking() -> np.ndarray:
    """A table that drives with the velocity, and so out of the valley."""
    q = np.zeros((12, 10, 3))
    q[:, :5, 0] = q[:, 5:, 2] = 200.0
    return q


def balancing() -> np.ndarray:
    """A table that skates to the side to which the pole falls."""
    q = np.zeros((3, 3, 6, 6, 2))
    tilt, turn = np.indices((6, 6))
    q[..., 1] = np.where(2 * tilt + 3 * turn > 12, 20.0, 0.0)
    q[..., 0] = 10.0
    return q


def place(observation) -> tuple[int, int]:
    """Where Peter is, without his energy and his fatigue."""
    return int(observation[0]), int(observation[1])


HUNT_BY_PLACE = {"encode": place, "shape": (8, 8)}
SOON = tabular.linear_decay(1, 0.1, 30)
WORLDS = {
    "forage": ("peterwolf/Forage-v0", {}, {}),
    "forage, cut off": ("peterwolf/Forage-v0", {"max_episode_steps": 7}, {}),
    "forage, from a table": (
        "peterwolf/Forage-v0",
        {},
        {"q": np.random.default_rng(5).normal(size=(8, 8, 4))},
    ),
    "hunt": ("peterwolf/Hunt-v0", {}, {}),
    "hunt, the seed's reward": ("peterwolf/Hunt-v0", {"reward": "seed"}, {}),
    "hunt by place": ("peterwolf/Hunt-v0", {}, HUNT_BY_PLACE),
    "hunt by place, cut off": ("peterwolf/Hunt-v0", {"max_episode_steps": 7}, HUNT_BY_PLACE),
    "car": ("MountainCar-v0", {}, {"encode": CAR, "episodes": 8}),
    "car that arrives": (
        "MountainCar-v0",
        {},
        {"encode": CAR, "episodes": 12, "q": rocking(), "epsilon": 0.05, "gamma": 1},
    ),
    "car, cut off": ("MountainCar-v0", {"max_episode_steps": 7}, {"encode": CAR, "episodes": 60}),
    "pole": ("CartPole-v1", {}, {"encode": POLE, "episodes": 60}),
    "pole that stands": (
        "CartPole-v1",
        {},
        {"encode": POLE, "episodes": 12, "q": balancing(), "epsilon": 0.02},
    ),
    "pole, cut off": ("CartPole-v1", {"max_episode_steps": 7}, {"encode": POLE}),
}


class Walked(gymnasium.Wrapper):
    """Counts the steps that were really taken."""

    steps = 0

    def step(self, action):
        self.steps += 1
        return super().step(action)


def made(name: str, **changed) -> gymnasium.Env:
    """Make the env of one of the worlds."""
    known, given, _ = WORLDS[name]
    return gymnasium.make(known, **(given | changed))


def learnt(env: gymnasium.Env, engine: str, method: str = "q_learning", seed: int = 0, **changed):
    """Learn with an engine; return the run and all that it leaves behind, as bytes and numbers."""
    told = {"episodes": 80, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3} | changed
    rng = np.random.default_rng(seed)
    run = getattr(tabular, method)(env, rng=rng, engine=engine, progress=False, **told)
    assert run.engine == ("compiled" if engine == "auto" else engine)
    arrays = {"q": run.q, "returns": run.returns, "lengths": run.lengths, "visits": run.visits}
    for episode, q, visits in run.snapshots:
        arrays |= {f"q after {episode}": q, f"visits after {episode}": visits}
    left = {name: (a.dtype, a.shape, a.tobytes()) for name, a in arrays.items()}
    left["rng"] = rng.bit_generator.state
    left["the env's rng"] = env.unwrapped.np_random.bit_generator.state
    return run, left


def different(one: dict, other: dict) -> list[str]:
    """Return the names of what is not equal in what two runs left behind."""
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def all_the_same(make, **told) -> tabular.Run:
    """Learn over `env.step`, over arrays where there are any, and compiled; return the run."""
    walked = Walked(make())
    run, left = learnt(walked, "python", **told)
    assert walked.steps == run.lengths.sum() > 0
    for engine in ("python", "compiled"):
        assert not different(left, learnt(make(), engine, **told)[1]), engine
    return run


# The same to the last bit


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", WORLDS)
def test_every_engine_leaves_the_same_behind(name, method, seed):
    told = {"snapshots": 7} | WORLDS[name][2]
    run = all_the_same(lambda: made(name), method=method, seed=seed, **told)
    assert run.visits.sum() == run.lengths.sum() and 5 <= len(run.snapshots) <= 7


def test_the_worlds_compared_end_in_every_way():
    lengths = {name: learnt(made(name), "python", **WORLDS[name][2])[0].lengths for name in WORLDS}
    assert min(lengths["car that arrives"]) < 200 and max(lengths["car"]) == 200
    assert min(lengths["pole"]) < 30 and max(lengths["pole that stands"]) > 100
    for name in WORLDS:
        if name.endswith("cut off"):
            assert max(lengths[name]) == 7, name


@pytest.mark.parametrize("name", ["forage", "hunt by place", "car", "pole"])
def test_auto_is_the_compiled_engine_where_it_can_be(name):
    run, left = learnt(made(name), "auto", **WORLDS[name][2])
    assert run.engine == "compiled"
    assert not different(left, learnt(made(name), "compiled", **WORLDS[name][2])[1])


BOARDS = st.builds(
    lambda seed, width, height, ponds, more: random_board(
        np.random.default_rng(seed),
        width,
        height,
        ponds=ponds,
        pond_size=2,
        trees=more,
        apples=more,
    ),
    seed=st.integers(0, 2**32),
    width=st.integers(3, 6),
    height=st.integers(3, 6),
    ponds=st.integers(0, 1),
    more=st.integers(1, 2),
)
SCHEDULES = st.one_of(
    st.sampled_from([0, 0.0, 1, 1.0, 0.1, np.float32(0.3)]),
    st.floats(0, 1),
    st.builds(tabular.linear_decay, st.floats(0, 1), st.floats(0, 1), st.integers(1, 50)),
    st.sampled_from([lambda episode: 1 / (1 + episode), lambda episode: episode % 2]),
)


@settings(max_examples=25, deadline=None)
@given(
    board=BOARDS,
    world=st.sampled_from(["peterwolf/Forage-v0", "peterwolf/Hunt-v0"]),
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 2**63),
    alpha=SCHEDULES,
    epsilon=SCHEDULES,
    gamma=st.one_of(st.sampled_from([0, 1]), st.floats(0, 1)),
    steps=st.sampled_from([1, 2, 30]),
    snapshots=st.sampled_from([0, 2, 5]),
    first=st.sampled_from([None, 0, 1]),
)
def test_any_board_number_and_schedule_gives_the_same(board, world, steps, first, **told):
    def make():
        return gymnasium.make(world, board=board, max_episode_steps=steps)

    if first is not None:
        shape = (*make().observation_space.nvec, 4)
        told["q"] = np.random.default_rng(first).integers(-2, 3, size=shape).astype(float)
    all_the_same(make, episodes=25, **told)


@settings(max_examples=12, deadline=None)
@given(
    name=st.sampled_from(["car", "pole"]),
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 2**63),
    alpha=SCHEDULES,
    epsilon=SCHEDULES,
    gamma=st.floats(0, 1),
    counts=st.lists(st.integers(1, 7), min_size=4, max_size=4),
    steps=st.sampled_from([1, 25, 60]),
)
def test_any_bins_give_the_same(name, counts, steps, **told):
    usual = WORLDS[name][2]["encode"]
    bins = Bins(usual.low / 2, usual.high / 3, counts[: len(usual.shape)])
    all_the_same(lambda: made(name, max_episode_steps=steps), episodes=15, encode=bins, **told)


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_a_generator_of_another_kind_gives_the_same(bits):
    def left(engine):
        rng = np.random.Generator(bits(3))
        told = {"episodes": 50, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3, "engine": engine}
        run = tabular.q_learning(made("forage"), rng=rng, **told)
        return run.q.tobytes(), rng.random(), run.returns.tobytes()

    assert left("python") == left("compiled")


def test_a_first_table_in_single_precision_gives_the_same():
    first = np.random.default_rng(5).normal(size=(8, 8, 4)).astype(np.float32)
    run = all_the_same(lambda: made("forage"), q=first)
    assert run.q.dtype == float and first.dtype == np.float32


def test_a_second_run_with_one_generator_goes_on_with_it():
    def tables(engine):
        env, rng = made("forage"), np.random.default_rng(0)
        told = {"episodes": 30, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3, "engine": engine}
        return [tabular.q_learning(env, rng=rng, **told).q.tobytes() for _ in range(3)]

    assert tables("python") == tables("compiled")
    assert len(set(tables("compiled"))) == 3


def test_the_given_table_is_copied():
    given = np.ones((8, 8, 4))
    run, _ = learnt(made("forage"), "compiled", q=given)
    assert (given == 1).all() and not (run.q == 1).all()


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
def test_a_schedule_that_leaves_the_range_is_an_error_that_names_the_episode(name):
    with pytest.raises(ValueError, match=f"^{name} of episode 21 must be a number .*, got 1.05"):
        learnt(made("forage"), "compiled", **{name: lambda episode: episode / 20})


# The parts that it is learnt in


@pytest.mark.parametrize("pause", [0, 1e-5, 1e9], ids=["each alone", "some at once", "all at once"])
@pytest.mark.parametrize("method", METHODS)
def test_how_many_episodes_are_learnt_at_one_go_changes_nothing(method, pause, monkeypatch):
    told = {"episodes": 1500, "snapshots": 9, "epsilon": tabular.linear_decay(1, 0.1, 900)}
    usual = learnt(made("forage"), "python", method, **told)[1]
    monkeypatch.setattr(compiled, "PAUSE", pause)
    assert not different(usual, learnt(made("forage"), "compiled", method, **told)[1])


def test_many_episodes_give_the_same():
    told = {"episodes": 12_000, "snapshots": 30, "epsilon": tabular.linear_decay(1, 0.1, 6000)}
    assert not different(*(learnt(made("forage"), e, **told)[1] for e in ("python", "compiled")))


@pytest.mark.parametrize("most", [0, 2, 9])
@pytest.mark.parametrize("pause", [0, 1e9])
def test_the_parts_follow_each_other_and_none_passes_a_snapshot(most, pause, monkeypatch):
    monkeypatch.setattr(compiled, "PAUSE", pause)
    bar, album = Bar(500, False), Album(500, most, np.zeros((2, 2)))
    seen, inside = [], []
    for part in compiled._parts(bar, album):
        seen += part
        inside += [album.due] if album.due is not None and album.due in part else []
    assert seen == list(range(500)) and not inside and bar.done == 500
    assert len(album.snapshots) == max(most - 1, 0)  # the last one is taken at the end


# Gymnasium's worlds, step by step


FARTHEST = {"car": [0.9, 0.07], "pole": [2.6, 3.0, 0.25, 3.0]}  # beyond where games end
MIDDLE = {"car": [-0.3, 0.0], "pole": [0.0, 0.0, 0.0, 0.0]}


def walked_through(name: str, steps: int) -> tuple[np.ndarray, ...]:
    """Play in gymnasium's env, now and then from anywhere; return what each step led to."""
    env, rng = made(name).unwrapped, np.random.default_rng(7)
    env.reset(seed=0)
    before, actions, after, shown, over = [], [], [], [], []
    while len(actions) < steps:
        if rng.random() < 0.2:
            env.reset()
            away = np.clip(rng.uniform(-1.2, 1.2, len(FARTHEST[name])), -1, 1)
            env.state = MIDDLE[name] + away * FARTHEST[name]
        state = np.array(env.state, dtype=float)
        drive = 2 * int(state[1] >= 0) if name == "car" else int(state[2] + state[3] / 2 > 0)
        action = drive if rng.random() < 0.6 else int(rng.integers(env.action_space.n))
        observation, reward, terminated, truncated, _ = env.step(action)
        assert not truncated and reward == (-1 if name == "car" else 1)
        before.append(state)
        actions.append(action)
        after.append(np.array(env.state, dtype=float))
        shown.append(observation)
        over.append(terminated)
        if terminated:
            env.reset()
    return tuple(map(np.array, (before, actions, after, shown, over)))


@cache
def stepper(kind: str):
    """Compile a kind's step, taken from many states."""
    names = vars(kernels) | vars(kernel_worlds)
    for name in ("row_of", "drive", f"step_{kind}"):
        plain = names[name]
        names[name] = numba.njit(FunctionType(plain.__code__, names, name))
    step = names[f"step_{kind}"]

    @numba.njit
    def each(world, before, actions, after, rows, rewards, over, cut):
        numbers = before.shape[1]
        for k in range(len(actions)):
            for i in range(numbers):
                world.now[i] = before[k, i]
            world.now[numbers] = k % 50
            rows[k], rewards[k], over[k], cut[k] = step(world, actions[k])
            for i in range(numbers):
                after[k, i] = world.now[i]

    return each


@pytest.mark.parametrize(("kind", "bins"), [("car", CAR), ("pole", POLE)])
def test_the_compiled_step_is_gymnasiums_own(kind, bins):
    before, actions, after, shown, over = walked_through(kind, 25_000)
    now = np.zeros(before.shape[1] + 1)
    world = kernel_worlds.Binned(now, 50, bins.low, bins.high, bins.scale, np.array(bins.shape))
    ours, count = np.zeros_like(after), len(actions)
    rows, rewards = np.zeros(count, dtype=int), np.zeros(count)
    ended, cut = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    stepper(kind)(world, before, actions, ours, rows, rewards, ended, cut)
    # Equal to the last bit where numpy's cosine and the C library's are; some machines' differ.
    np.testing.assert_allclose(ours, after, rtol=0, atol=1e-12)
    expected = [np.ravel_multi_index(bins(observation), bins.shape) for observation in shown]
    assert np.array_equal(rows, expected) and np.array_equal(ended, over)
    assert (rewards == (-1 if kind == "car" else 1)).all()
    assert np.array_equal(cut, np.arange(count) % 50 == 49)
    assert over.sum() > 50 and len(set(rows.tolist())) > 0.9 * np.prod(bins.shape)


def test_a_row_is_that_of_the_single_precision_in_which_gymnasium_shows_a_state():
    edges = np.linspace(-1.2, 0.6, 13)
    places = np.concatenate([edges + away for away in (-0.1, -1e-9, -1e-17, 0, 1e-17, 1e-9, 0.1)])
    world = kernel_worlds.Binned(np.zeros(3), 1, CAR.low, CAR.high, CAR.scale, np.array(CAR.shape))
    rows, shown = [], []
    for world.now[0] in places:
        for world.now[1] in (-0.08, -0.07, 0.0, 0.013, 0.07, 0.09):
            rows.append(kernel_worlds.row_of(world))
            shown.append(np.array(world.now[:2], dtype=np.float32))
    assert rows == [np.ravel_multi_index(CAR(each), CAR.shape) for each in shown]
    in_double = [np.ravel_multi_index(CAR(place), CAR.shape) for place in np.c_[places, places * 0]]
    assert rows[2::6] != in_double and min(rows) == 0 and max(rows) == 119


# A comparison that cannot fail proves nothing


def a_draw_more(row, epsilon, rng):
    rng.random()
    return usual_choose(row, epsilon, rng)  # noqa: F821


def the_first_of_the_best(row, epsilon, rng):
    action = usual_choose(row, epsilon, rng)  # noqa: F821
    return action if row[action] != max(row) else list(row).index(max(row))


def a_hair_more(row):
    return usual_largest(row) * (1 + 2**-52)  # noqa: F821


def with_names(function, **names):
    """Return a function that finds `names` among its globals."""
    return FunctionType(function.__code__, globals() | names)


@pytest.mark.parametrize(
    ("name", "other", "seen"),
    [
        ("choose", a_draw_more, {"q", "visits", "rng"}),
        ("choose", the_first_of_the_best, {"q", "visits"}),
        ("largest", a_hair_more, {"q"}),
    ],
)
def test_the_comparison_sees_another_loop(name, other, seen, monkeypatch):
    _, usual = learnt(made("forage"), "compiled")  # compiled before the change
    plain = getattr(kernels, name)
    monkeypatch.setattr(kernels, name, with_names(other, **{f"usual_{name}": plain}))
    _, changed = learnt(made("forage"), "python")
    assert seen <= set(different(usual, changed))
    monkeypatch.undo()
    assert not different(usual, learnt(made("forage"), "python")[1])


# Stopping the kernel


class Stop:
    """A schedule that stops the kernel, as Jupyter's button does, some CPU time after its begin.

    The time only chooses the place. Once the stop is heard, nobody may ask for another episode.
    """

    def __init__(self, seconds: float, value: float) -> None:
        self.seconds, self.value = seconds, value
        self.due, self.heard = None, False

    def __enter__(self) -> "Stop":
        self.before = signal.signal(signal.SIGPROF, self.stop)
        return self

    def stop(self, *told) -> None:
        self.heard = True
        signal.raise_signal(signal.SIGINT)

    def __call__(self, episode: int) -> float:
        assert not self.heard, "another part was begun"
        if episode == 1:
            self.due = time.process_time() + self.seconds
            signal.setitimer(signal.ITIMER_PROF, self.seconds)
        return self.value

    def __exit__(self, *error) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self.before)


MOMENTS = np.random.default_rng(0).uniform(0.05, 0.3, 8).tolist()


needs_a_timer = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="no timer that interrupts"
)
each_stop = pytest.mark.parametrize(
    ("moment", "name", "method"),
    list(zip(MOMENTS, ["forage", "hunt by place", "car", "pole"] * 2, METHODS * 3, strict=False)),
)


@needs_a_timer
@each_stop
def test_stopping_the_kernel_keeps_exactly_the_episodes_that_were_learnt(moment, name, method):
    told = WORLDS[name][2] | {"method": method}
    learnt(made(name), "compiled", **told | {"episodes": 1})  # compiled before the clock runs
    env, rng = made(name), np.random.default_rng(4)
    told = WORLDS[name][2] | {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.3}
    learn = getattr(tabular, method)
    with Stop(moment, told["alpha"]) as stop:
        run = learn(env, rng=rng, engine="compiled", **told | {"episodes": 10**8, "alpha": stop})
    assert run.interrupted and stop.heard
    assert 0 < len(run.returns) == len(run.lengths) < 10**8
    assert run.visits.sum() == run.lengths.sum() and np.isfinite(run.q).all()
    again, fresh = made(name), np.random.default_rng(4)
    whole = learn(again, rng=fresh, engine="compiled", **told | {"episodes": len(run.returns)})
    for array in ("q", "visits", "returns", "lengths"):
        assert np.array_equal(getattr(run, array), getattr(whole, array)), array
    assert rng.bit_generator.state == fresh.bit_generator.state
    states = [each.unwrapped.np_random.bit_generator.state for each in (env, again)]
    assert states[0] == states[1]


@pytest.mark.speed
@needs_a_timer
@each_stop
def test_stopping_the_kernel_takes_less_than_a_second(moment, name, method):
    learnt(made(name), "compiled", **WORLDS[name][2] | {"method": method, "episodes": 1})
    told = WORLDS[name][2] | {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.3}
    with Stop(moment, told["alpha"]) as stop:
        told |= {"episodes": 10**8, "alpha": stop, "rng": np.random.default_rng(4)}
        getattr(tabular, method)(made(name), engine="compiled", **told)
        assert time.process_time() - stop.due < 1


@pytest.mark.parametrize("each", [0.0001, 0.001, 0.5])
def test_a_part_holds_as_many_episodes_as_its_time_allows(each, monkeypatch):
    """A stop waits for a part's end: it must stay short, however long an episode lasts."""
    now = [0.0]
    monkeypatch.setattr(compiled.time, "perf_counter", lambda: now[0])
    sizes = []
    for part in compiled._parts(Bar(10_000, False), Album(10_000, 0, np.zeros((2, 2)))):
        sizes.append(len(part))
        now[0] += each * len(part)
    assert sizes[0] == 1 and sum(sizes) == 10_000
    assert max(sizes) <= max(1, compiled.PAUSE / each * 1.001)


def test_a_stopped_run_ends_with_a_snapshot_of_its_table():
    def epsilon(episode):
        if episode == 700:
            raise KeyboardInterrupt
        return 0.3

    run, _ = learnt(made("forage"), "compiled", episodes=1000, epsilon=epsilon, snapshots=20)
    last = run.snapshots[-1]
    assert run.interrupted and 0 < len(run.returns) <= 700
    assert last.episode == len(run.returns) and len(run.snapshots) <= 20
    assert np.array_equal(last.q, run.q) and np.array_equal(last.visits, run.visits)


# Memory


@pytest.mark.parametrize("snapshots", [0, 60])
def test_a_hundred_thousand_episodes_take_less_than_20_megabytes(snapshots):
    learnt(made("forage"), "compiled", episodes=1)
    tracemalloc.start()
    try:
        run, _ = learnt(made("forage"), "compiled", episodes=100_000, snapshots=snapshots)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(run.returns) == 100_000 and len(run.snapshots) == snapshots
    assert kept < most < 20e6


def test_snapshots_of_a_large_table_are_few():
    told = {"encode": lambda at: (int(at[0]),), "shape": (100_000,), "snapshots": 60}
    run, _ = learnt(made("forage"), "compiled", episodes=50, **told)
    assert [each.episode for each in run.snapshots] == [0, 50]
    assert 3 * (run.q.nbytes + run.visits.nbytes) > 16e6


# On disk

SCRIPT = """
import gymnasium, numba, numpy as np, peterwolf
from peterwolf import tabular
from peterwolf.tabular import numba_engine as compiled
def learn(engine):
    rng = np.random.default_rng(0)
    told = dict(episodes=50, alpha=0.5, gamma=0.9, epsilon=0.3, rng=rng)
    env = gymnasium.make("peterwolf/Forage-v0")
    run = tabular.q_learning(env, engine=engine, progress=False, **told)
    return run.q.tobytes(), rng.random()
assert learn("python") == learn("compiled") == learn("compiled")
stats = compiled.kernel("table", "learn").stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def process(folder) -> list[int]:
    """Learn in a process of its own; return how often the kernel was on disk, and how often not."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return [int(number) for number in done.stdout.split()]


def test_a_second_process_reads_the_kernel_that_the_first_one_compiled(tmp_path):
    assert process(tmp_path) == [0, 1]
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*.nb?")}
    assert {path.suffix for path in kept} == {".nbi", ".nbc"}
    assert process(tmp_path) == [1, 0]
    assert kept == {path: path.read_bytes() for path in tmp_path.rglob("*.nb?")}


def count_one(counted):
    counted[0] += 1


@pytest.fixture
def called_with(monkeypatch):
    """Call a small kernel, compiled afresh; return how often it ran."""

    def call() -> int:
        monkeypatch.setattr(kernels, "learn", count_one)
        monkeypatch.setattr(compiled, "kernel", cache(compiled.kernel.__wrapped__))
        counted = np.zeros(1, dtype=int)
        compiled._call("table", "learn", counted)
        return int(counted[0])

    return call


def test_where_no_folder_can_be_written_the_kernel_runs_once(called_with, monkeypatch):
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(count_one).enable_caching()
    assert called_with() == 1


def test_where_the_disk_is_full_the_kernel_runs_once(called_with, monkeypatch):
    tried = []

    def full(self, signature, data):
        tried.append(signature)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.FunctionCache, "save_overload", full)
    assert called_with() == 1 and tried


class Dispatcher:
    """Stands in for a compiled function, one that cannot always be kept on disk."""

    def __init__(self, function, fails=None):
        self.function, self.fails, self.kept = function, fails, False

    def enable_caching(self):
        if self.fails == "enabling":
            raise RuntimeError("cannot cache function: no locator available")
        self.kept = True

    def __call__(self, *given):
        if self.kept and self.fails == "saving":
            raise OSError(28, "No space left on device")
        return self.function(*given)


def uncompiled(monkeypatch, fails=None) -> list[Dispatcher]:
    """Let the kernels be made and kept, but not compiled; return the list of those made."""
    made_so_far = []

    def njit(function=None, **how):
        if how:
            return lambda function: function
        made_so_far.append(Dispatcher(function, fails))
        return made_so_far[-1]

    monkeypatch.setattr(compiled, "kernel", cache(compiled.kernel.__wrapped__))
    monkeypatch.setattr(jit, "numba", SimpleNamespace(njit=njit))
    return made_so_far


@pytest.mark.parametrize(
    ("fails", "kept"), [(None, [True]), ("enabling", [False]), ("saving", [True, False])]
)
def test_learning_is_the_same_whether_a_kernel_can_be_kept_or_not(fails, kept, monkeypatch):
    _, usual = learnt(made("forage"), "python", episodes=20)
    dispatchers = uncompiled(monkeypatch, fails)
    for _ in range(2):
        assert not different(usual, learnt(made("forage"), "compiled", episodes=20)[1])
    assert [each.kept for each in dispatchers] == kept


@pytest.mark.parametrize("name", ["forage", "car", "pole"])
def test_a_kernel_is_made_of_the_functions_of_kernels(name, monkeypatch):
    told = WORLDS[name][2] | {"episodes": 5}
    _, usual = learnt(made(name), "python", **told)
    uncompiled(monkeypatch)
    assert not different(usual, learnt(made(name), "compiled", **told)[1])
    monkeypatch.setattr(kernels, "usual_choose", kernels.choose, raising=False)
    monkeypatch.setattr(kernels, "choose", a_draw_more)
    compiled.kernel.cache_clear()
    assert "rng" in different(usual, learnt(made(name), "compiled", **told)[1])


@pytest.mark.parametrize("changed", [kernels, kernel_worlds])
def test_a_kernel_of_another_source_has_another_name_on_disk(changed, tmp_path, monkeypatch):
    def name():
        return compiled.kernel.__wrapped__("table", "learn", on_disk=False).py_func.__qualname__

    before = name()
    other = tmp_path / "other.py"
    other.write_bytes(Path(changed.__file__).read_bytes() + b"#")
    monkeypatch.setattr(changed, "__file__", str(other))
    assert before.startswith("learn-table-") and name() != before
    assert name().startswith("learn-table-")


def test_each_kind_of_world_has_a_kernel_and_a_name_of_its_own():
    kinds = [(kind, work) for kind in ("table", "car", "pole") for work in ("learn", "play")]
    kernels_known = [compiled.kernel(*kind) for kind in kinds]
    assert len(set(map(id, kernels_known))) == 6
    assert len({each.py_func.__qualname__ for each in kernels_known}) == 6
    assert compiled.kernel("table", "learn") is kernels_known[0]
