"""What holds for any board, table, update and file, and not for examples only.

Others stand with what they are about: greedy arrows in test_render, bins one
by one in test_bins and test_edges, the compiled engine against the Python one
in test_compiled and test_tiles, the game as arrays in test_finite.
"""

from collections import deque

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Discrete
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from peterwolf import Board, Cell, net, planning, random_board, tabular
from peterwolf.saving import load, save
from peterwolf.tabular.bins import Bins, Edges
from peterwolf.tabular.run import Run, Snapshot
from peterwolf.worlds.board import LARGEST
from peterwolf.worlds.rules import Forage, Hunt

SHARES = st.floats(0, 1)
VALUES = st.floats(-1e6, 1e6)
ANY_NUMBER = st.floats(allow_nan=False)


@st.composite
def boards(draw, most: int = 5) -> Board:
    """Boards of any shape and any cells."""
    sides = draw(st.integers(2, most)), draw(st.integers(2, most))
    return Board(draw(arrays(int, sides, elements=st.integers(0, len(Cell) - 1))))


# Boards of every size


@settings(max_examples=30)
@given(st.integers(2, LARGEST), st.integers(2, LARGEST), SHARES, SHARES, st.integers(0, 2**32))
@example(LARGEST, LARGEST, 1.0, 1.0, 0)
@example(2, LARGEST, 1.0, 0.5, 0)
def test_a_random_board_of_any_size_holds_what_was_asked(width, height, wet, full, seed):
    size = width * height
    water = int(wet * size)
    rest = int(full * (size - water))
    wish = {"trees": rest // 3, "apples": rest // 3, "wolves": rest - 2 * (rest // 3)}
    pond = {"ponds": min(water, 1), "pond_size": max(water, 1)}
    board = random_board(np.random.default_rng(seed), width, height, **pond, **wish)
    assert board.cells.shape == (board.width, board.height) == (width, height)
    counts = np.bincount(board.cells.ravel(), minlength=len(Cell))
    expected = [size - water - rest, water, wish["wolves"], wish["trees"], wish["apples"]]
    assert counts.tolist() == expected


@given(boards(12))
def test_any_board_comes_back_from_its_text(board):
    assert Board.from_text(board.to_text()) == board
    assert eval(repr(board), {"Board": Board}) == board


# The oracle


def distances(board: Board, rule) -> np.ndarray:
    """Moves to a win from each state, by breadth-first search backwards; inf without a way."""
    shape = rule.shape(board)
    before, edge = {}, deque()
    found = np.full(shape, np.inf)
    for state in rule.states(board):
        for action in range(4):
            after = rule.step(board, state, action)
            if after.outcome == rule.goal and found[state] == np.inf:
                found[state] = 1
                edge.append(tuple(state))
            if not after.terminated:
                before.setdefault(tuple(after.peter), []).append(tuple(state))
    while edge:
        state = edge.popleft()
        for earlier in before.get(state, ()):
            if found[earlier] == np.inf:
                found[earlier] = found[state] + 1
                edge.append(earlier)
    return found


@settings(max_examples=60)
@given(boards(), st.sampled_from([0.5, 0.9, 0.95]))
def test_value_iteration_finds_every_shortest_way_to_an_apple(board, gamma):
    rule = Forage()
    lengths = planning.path_lengths(board, rule, planning.value_iteration(board, rule, gamma=gamma))
    alive = ~np.isnan(lengths)
    assert set(zip(*map(np.ndarray.tolist, np.nonzero(alive)), strict=True)) == {
        tuple(state) for state in rule.states(board)
    }
    np.testing.assert_array_equal(lengths[alive], distances(board, rule)[alive])


@settings(max_examples=8)
@given(boards(3))
def test_value_iteration_finds_every_shortest_way_to_beat_the_wolf(board):
    rule = Hunt()
    lengths = planning.path_lengths(board, rule, planning.value_iteration(board, rule))
    alive = ~np.isnan(lengths)
    np.testing.assert_array_equal(lengths[alive], distances(board, rule)[alive])


# One update


class OneStep(gymnasium.Env):
    """An episode of a single step, from state 0 to state 1."""

    observation_space, action_space = Discrete(2), Discrete(3)

    def __init__(self, reward: float, terminated: bool) -> None:
        self.pays = reward, terminated, not terminated

    def reset(self, *, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return 1, *self.pays, {}


@given(
    q=arrays(float, (2, 3), elements=VALUES),
    alpha=SHARES,
    gamma=SHARES,
    epsilon=SHARES,
    reward=VALUES,
    terminated=st.booleans(),
    method=st.sampled_from(["q_learning", "expected_sarsa", "sarsa"]),
)
def test_one_update_is_the_formula(q, alpha, gamma, epsilon, reward, terminated, method):
    run = getattr(tabular, method)(
        OneStep(reward, terminated),
        episodes=1,
        alpha=alpha,
        gamma=gamma,
        epsilon=epsilon,
        rng=np.random.default_rng(0),
        q=q,
        engine="python",
    )
    action = int(run.visits[0].argmax())
    mean = (1 - epsilon) * q[1].max() + epsilon * q[1].mean()
    futures = {"q_learning": [q[1].max()], "expected_sarsa": [mean], "sarsa": q[1]}[method]
    updated = [
        q[0, action] + alpha * (reward + gamma * (0 if terminated else future) - q[0, action])
        for future in futures
    ]
    assert run.visits.sum() == 1 and (run.returns, run.lengths) == ([reward], [1])
    assert any(run.q[0, action] == pytest.approx(value, rel=1e-9, abs=1e-6) for value in updated)
    rest = run.visits == 0
    np.testing.assert_array_equal(run.q[rest], q[rest])


@given(
    st.floats(-1e3, 1e3),
    SHARES,
    arrays(float, (4, 3), elements=VALUES),
    arrays(bool, 4),
)
def test_the_target_is_the_formula(reward, gamma, q_next, terminated):
    targets = tabular.td_target(reward, gamma, q_next, terminated)
    for target, row, ended in zip(targets, q_next, terminated, strict=True):
        assert target == reward + (0.0 if ended else gamma * max(row))


# Bins


@st.composite
def bins(draw) -> Bins:
    """Equal bins, or bins between edges, of one to three numbers."""
    numbers = draw(st.integers(1, 3))
    if draw(st.booleans()):
        row = st.lists(VALUES, max_size=6, unique=True).map(sorted)
        return Edges([draw(row) for _ in range(numbers)])
    low = draw(st.lists(st.floats(-1e3, 1e3), min_size=numbers, max_size=numbers))
    width = draw(st.lists(st.floats(1e-3, 1e3), min_size=numbers, max_size=numbers))
    counts = draw(st.lists(st.integers(1, 40), min_size=numbers, max_size=numbers))
    return Bins(low, np.add(low, width), counts)


@given(bins(), st.data())
def test_any_bins_are_in_range_and_rise_with_the_value(bins, data):
    numbers = len(bins.shape)
    rows = st.lists(ANY_NUMBER, min_size=numbers, max_size=numbers)
    one, other = data.draw(rows), data.draw(rows)
    low, high = bins(np.minimum(one, other)), bins(np.maximum(one, other))
    for first, last, count in zip(low, high, bins.shape, strict=True):
        assert 0 <= first <= last < count
    assert bins.many([one, other]).tolist() == [list(bins(one)), list(bins(other))]


# Files


@st.composite
def runs(draw) -> Run:
    """Runs of any shape, with any numbers, nan and infinity too."""
    shape = draw(array_shapes(min_dims=1, max_dims=4, max_side=4))
    kind = draw(st.sampled_from([np.float64, np.float32]))
    width = 32 if kind is np.float32 else 64
    table = arrays(kind, shape, elements=st.floats(width=width))
    counts = arrays(np.int64, shape, elements=st.integers(0, 2**62))
    episodes = draw(st.integers(0, 5))
    kept = draw(st.lists(st.integers(0, 2**40), max_size=3))
    return Run(
        q=draw(table),
        returns=draw(arrays(float, episodes)),
        lengths=draw(arrays(np.int64, episodes)),
        visits=draw(counts),
        interrupted=draw(st.booleans()),
        snapshots=tuple(Snapshot(each, draw(table), draw(counts)) for each in kept),
        engine=draw(st.sampled_from(["python", "compiled"])),
    )


def bits(array: np.ndarray) -> tuple:
    """All that two arrays must share in order to be the same."""
    return array.dtype, array.shape, array.tobytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("saved") / "any.npz"


@settings(max_examples=50)
@given(run=runs())
def test_any_run_comes_back_from_its_file(run, path):
    back = load(save(run, path))
    for name in ("q", "returns", "lengths", "visits"):
        assert bits(getattr(back, name)) == bits(getattr(run, name)), name
    assert (back.interrupted, back.engine) == (run.interrupted, run.engine)
    pairs = zip(back.snapshots, run.snapshots, strict=True)
    assert all(one[0] == other[0] and one[0].__class__ is int for one, other in pairs)
    pairs = zip(back.snapshots, run.snapshots, strict=True)
    assert all(bits(one[k]) == bits(other[k]) for one, other in pairs for k in (1, 2))


@settings(max_examples=30)
@given(
    widths=st.lists(st.integers(1, 8), min_size=2, max_size=4),
    dueling=st.booleans(),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 2**32),
)
def test_any_network_comes_back_from_its_file(widths, dueling, dtype, seed, path):
    rng = np.random.default_rng(seed)
    network = net.random_network(widths, rng=rng, dueling=dueling, dtype=dtype)
    back = load(save(network, path))
    assert (back.widths, back.dueling) == (network.widths, network.dueling)
    assert bits(back.parameters) == bits(network.parameters)
    x = rng.normal(size=(5, widths[0])).astype(dtype)
    np.testing.assert_array_equal(back(x), network(x))
