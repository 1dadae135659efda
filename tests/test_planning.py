"""The oracle, held against another one: breadth-first search."""

from collections import deque
from itertools import islice

import numpy as np
import pytest

from peterwolf import CLASSIC, Action, Board, Cell, planning, random_board
from peterwolf.worlds.planning import path_lengths, sweeps, value_iteration
from peterwolf.worlds.rules import Forage

FORAGE = Forage()
ALONE = Board.from_text("""
    ~~~
    ~.~
    A~.
""")


def shortest_path(board, start):
    """Moves from `start` to the nearest apple past water and wolf, by breadth-first search."""
    reached, edge = {start}, deque([(start, 0)])
    while edge:
        (x, y), moves = edge.popleft()
        if board[x, y] == Cell.APPLE:
            return moves
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            safe = near in board and board[near] not in (Cell.WATER, Cell.WOLF)
            if safe and near not in reached:
                reached.add(near)
                edge.append((near, moves + 1))
    return np.inf


def walk(board, q, start):
    """Moves of the greedy policy from `start` to an apple, inf where it finds none."""
    peter = FORAGE.start(start)
    for moves in range(1, board.width * board.height + 1):
        after = FORAGE.step(board, peter, int(q[peter].argmax()))
        if after.terminated:
            return moves if after.outcome == "apple" else np.inf
        peter = after.peter
    return np.inf


def fifty_boards():
    """Boards of many sizes, from sparse to so wet that some apples cannot be reached."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        width, height = (int(n) for n in rng.integers(4, 13, size=2))
        ponds = int(rng.integers(0, width * height // 10 + 1))
        trees, apples, wolves = (int(n) for n in rng.integers(1, 4, size=3))
        yield random_board(
            rng, width, height, ponds=ponds, pond_size=4, trees=trees, apples=apples, wolves=wolves
        )


BOARDS = list(fifty_boards())
STARTS = [(board, start) for board in BOARDS for start in board.where(Cell.GROUND)]


def test_the_fifty_boards_are_a_fair_trial():
    lengths = [shortest_path(board, start) for board, start in STARTS]
    assert len(BOARDS) == 50
    assert len({(board.width, board.height) for board in BOARDS}) > 20
    assert sum(np.isinf(lengths)) > 20
    assert max(length for length in lengths if np.isfinite(length)) > 10


def test_the_greedy_walk_is_a_shortest_path_from_every_start_of_fifty_boards():
    for board in BOARDS:
        q = value_iteration(board, FORAGE)
        for start in board.where(Cell.GROUND) + board.where(Cell.TREE):
            assert walk(board, q, start) == shortest_path(board, start), (board, start)


def test_path_lengths_are_the_shortest_ones_on_every_start_of_fifty_boards():
    for board in BOARDS:
        lengths = path_lengths(board, FORAGE, value_iteration(board, FORAGE))
        for start in board.where(Cell.GROUND) + board.where(Cell.TREE):
            assert lengths[start] == shortest_path(board, start), (board, start)


@pytest.mark.parametrize("gamma", [0.95, 0.5, 1])
def test_the_value_of_a_start_follows_from_its_distance(gamma):
    for board in BOARDS[:20]:
        values = value_iteration(board, FORAGE, gamma=gamma).max(axis=-1)
        for start in board.where(Cell.GROUND):
            moves = shortest_path(board, start)
            if np.isfinite(moves):
                cost = -0.1 * sum(gamma**k for k in range(moves - 1))
                assert values[start] == pytest.approx(cost + 10 * gamma ** (moves - 1))


def test_the_classic_board_is_three_moves_from_an_apple_on_average():
    lengths = path_lengths(CLASSIC, FORAGE, value_iteration(CLASSIC, FORAGE))
    from_starts = [lengths[start] for start in CLASSIC.where(Cell.GROUND)]
    assert len(from_starts) == 45
    assert sum(from_starts) == 136
    assert np.mean(from_starts) == pytest.approx(3.02, abs=0.005)
    assert max(from_starts) == 6


@pytest.mark.parametrize("gamma", [0, 0.5, 0.95, 1])
@pytest.mark.parametrize("board", [CLASSIC, *BOARDS[:5]], ids=lambda b: f"{b.width}x{b.height}")
def test_the_values_satisfy_the_bellman_equation(board, gamma):
    q = value_iteration(board, FORAGE, gamma=gamma)
    for peter in FORAGE.states(board):
        for action in Action:
            after = FORAGE.step(board, peter, action)
            target = after.reward + gamma * (1 - after.terminated) * q[after.peter].max()
            assert q[peter][action] == pytest.approx(target, abs=1e-9)


def test_values_are_zero_where_the_game_is_over():
    q = value_iteration(CLASSIC, FORAGE)
    for cell in (Cell.WATER, Cell.WOLF, Cell.APPLE):
        for position in CLASSIC.where(cell):
            assert not q[position].any()


def test_the_table_has_a_row_for_every_cell_of_an_oblong_board():
    q = value_iteration(Board.from_text("....A\n.~..."), FORAGE)
    assert q.shape == (5, 2, 4)
    assert q.dtype == np.float64
    assert q[3, 0].tolist() == pytest.approx([-0.1 + 0.95 * 10, 8.83, 8.83, 10], abs=0.01)
    assert q[0, 1, Action.RIGHT] == -10


def test_without_foresight_only_the_next_move_counts():
    q = value_iteration(CLASSIC, FORAGE, gamma=0)
    assert q[3, 1].tolist() == [-0.1, 10, -0.1, -0.1]


def test_waiting_for_ever_costs_what_all_the_moves_cost():
    q = value_iteration(Board.from_text("..\n.."), FORAGE, gamma=0.9)
    assert q == pytest.approx(-0.1 / (1 - 0.9))


def test_the_first_sweep_is_one_move_deep_and_later_ones_come_closer():
    exact = value_iteration(CLASSIC, FORAGE)
    tables = list(islice(sweeps(CLASSIC, FORAGE), 8))
    assert np.array_equal(tables[0], value_iteration(CLASSIC, FORAGE, gamma=0))
    far = [np.abs(table - exact).max() for table in tables]
    assert far == sorted(far, reverse=True)
    assert far[0] > 1 > far[-1]


def test_a_sweep_leaves_the_tables_before_it_alone():
    running = sweeps(CLASSIC, FORAGE)
    first = next(running)
    kept = first.copy()
    next(running)
    assert np.array_equal(first, kept)


@pytest.mark.parametrize("gamma", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_gamma_outside_0_to_1_is_an_error(gamma):
    message = f"^gamma must be a number from 0 to 1, got {gamma}$"
    with pytest.raises(ValueError, match=message):
        value_iteration(CLASSIC, FORAGE, gamma=gamma)
    with pytest.raises(ValueError, match=message):
        next(sweeps(CLASSIC, FORAGE, gamma=gamma))


@pytest.mark.parametrize("gamma", ["0.9", None, True])
def test_a_gamma_that_is_no_number_is_a_type_error(gamma):
    with pytest.raises(TypeError, match=f"^gamma must be a number from 0 to 1, got {gamma!r}$"):
        value_iteration(CLASSIC, FORAGE, gamma=gamma)


def test_values_that_grow_for_ever_are_an_error_before_the_first_sweep(monkeypatch):
    monkeypatch.setattr(planning, "sweeps", lambda *told, **named: pytest.fail("it swept"))
    with pytest.raises(ValueError, match="^gamma must be below 1 on a board where no game ends"):
        value_iteration(Board.from_text("..\n.."), FORAGE, gamma=1)


def test_values_that_do_not_settle_are_an_error_after_the_last_sweep_allowed(monkeypatch):
    made, sweeping = [], planning.sweeps

    def counted(*told, **named):
        for table in sweeping(*told, **named):
            made.append(None)
            yield table

    monkeypatch.setattr(planning, "sweeps", counted)
    monkeypatch.setattr(planning, "MOST_SWEEPS", 20)
    with pytest.raises(RuntimeError, match="^gamma must be lower .* settled after 20 sweeps$"):
        value_iteration(Board.from_text("..\n.."), FORAGE, gamma=0.999)
    assert len(made) == 21  # the last one tells that they had not settled


def test_a_policy_that_walks_into_a_wall_never_arrives():
    lengths = path_lengths(Board.from_text("A..\n..."), FORAGE, np.zeros((3, 2, 4)))
    assert lengths[0, 1] == 1  # ties go to the lowest action, which is up
    assert np.isinf(lengths[1:]).all()


def test_two_cells_that_point_at_each_other_never_arrive():
    q = np.zeros((3, 2, 4))
    q[1, 0, Action.RIGHT] = q[2, 0, Action.LEFT] = 1
    q[:, 1, Action.LEFT] = 1
    q[0, 1, Action.UP] = 2
    lengths = path_lengths(Board.from_text("A..\n..."), FORAGE, q)
    assert np.isinf(lengths[1:, 0]).all()
    assert lengths[:, 1].tolist() == [1, 2, 3]


def test_a_policy_that_drowns_never_arrives():
    q = np.zeros((2, 2, 4))
    q[..., Action.RIGHT] = 1
    lengths = path_lengths(Board.from_text(".~\n.A"), FORAGE, q)
    assert lengths[0].tolist() == [np.inf, 1]


def test_where_no_game_can_begin_there_is_no_length():
    lengths = path_lengths(CLASSIC, FORAGE, value_iteration(CLASSIC, FORAGE))
    over = [xy for cell in (Cell.WATER, Cell.WOLF, Cell.APPLE) for xy in CLASSIC.where(cell)]
    assert sorted((int(x), int(y)) for x, y in np.argwhere(np.isnan(lengths))) == sorted(over)


def test_a_start_between_four_waters_has_a_game_that_is_lost():
    lengths = path_lengths(ALONE, FORAGE, value_iteration(ALONE, FORAGE))
    assert lengths[1, 1] == np.inf
    assert lengths[2, 2] == np.inf


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 3), (4, 8, 8), (7, 8, 4)])
def test_a_table_of_the_wrong_shape_is_an_error_with_both_shapes(shape):
    with pytest.raises(ValueError, match=r"^q must have the shape \(8, 8, 4\), got ") as error:
        path_lengths(CLASSIC, FORAGE, np.zeros(shape))
    assert str(error.value).endswith(f"got {shape}")


@pytest.mark.parametrize("q", [np.zeros((8, 8, 4), int), np.zeros((8, 8, 4), bool), [0.0], None])
def test_a_table_that_does_not_hold_floats_is_a_type_error(q):
    with pytest.raises(TypeError, match="^q must be a numpy array of floats, got "):
        path_lengths(CLASSIC, FORAGE, q)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_a_table_with_nan_or_infinity_is_an_error_that_says_where(bad):
    q = np.zeros((8, 8, 4))
    q[3, 2, 1] = bad
    with pytest.raises(ValueError, match=rf"^q must be finite .* got {bad} at \(3, 2, 1\)$"):
        path_lengths(CLASSIC, FORAGE, q)


def test_values_that_do_not_settle_are_an_error_that_names_gamma(monkeypatch):
    monkeypatch.setattr(planning, "MOST_SWEEPS", 5)
    with pytest.raises(RuntimeError, match="^gamma must be lower .* 0.999 .* after 5 sweeps$"):
        value_iteration(CLASSIC, FORAGE, gamma=0.999)
