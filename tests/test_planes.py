"""Peter's board as planes of zeros and ones."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from peterwolf import Action, Board, Cell, random_board
from peterwolf.dqn.vector_envs import copies
from peterwolf.envs.board_observation import Planes

BOARD = Board.from_text("""
    .A.~
    .TW.
    ....
""")


def planes(board=BOARD, world="Forage", **kwargs):
    return Planes(gymnasium.make(f"peterwolf/{world}-v0", board=board), **kwargs)


def seen_from(start, **kwargs):
    env = planes(**kwargs)
    return env, env.reset(seed=0, options={"start": start})[0]


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("world", ["Forage", "Hunt"])
@pytest.mark.parametrize("board", [BOARD, random_board], ids=["4x3", "function"])
def test_gymnasiums_checker_finds_nothing_to_say(board, world, centred):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*different from the unwrapped version")
        check_env(planes(board, world, centred=centred), skip_render_check=True)


def test_each_kind_of_cell_has_a_plane_and_peter_the_last():
    _, seen = seen_from((2, 2))
    assert seen.shape == (6, 4, 3) and seen.dtype == np.float32
    for x, y in BOARD.positions():
        assert seen[:5, x, y].tolist() == [float(BOARD[x, y] == kind) for kind in Cell]
    assert np.argwhere(seen[5]).tolist() == [[2, 2]] and seen.max() == 1


@pytest.mark.parametrize("start", [(0, 0), (3, 2), (0, 2), (3, 1), (1, 2)])
def test_the_centred_board_is_the_board_as_peter_sees_it_from_the_middle(start):
    _, seen = seen_from(start, centred=True)
    assert seen.shape == (5, 7, 5) and seen.dtype == np.float32
    for i in range(7):
        for j in range(5):
            at = start[0] + i - 3, start[1] + j - 2
            here = [float(at in BOARD and BOARD[at] == kind) for kind in Cell]
            assert seen[:, i, j].tolist() == here


def test_a_move_moves_peter_on_the_planes_and_the_board_under_the_centred_ones():
    env, before = seen_from((2, 2))
    after = env.step(Action.RIGHT)[0]
    assert np.array_equal(before[:5], after[:5]) and after[5, 3, 2] == 1 == after[5].sum()
    env, before = seen_from((2, 2), centred=True)
    after = env.step(Action.RIGHT)[0]
    assert np.array_equal(after[:, :-1], before[:, 1:])


def test_the_last_step_shows_where_peter_ended():
    env, _ = seen_from((1, 2), centred=True)
    env.step(Action.UP)
    seen, _, terminated, _, _ = env.step(Action.UP)
    assert terminated and seen[Cell.APPLE, 3, 2] == 1


def test_a_board_drawn_anew_is_shown_at_once():
    env = planes(lambda rng: random_board(rng, 5, 4, pond_size=2))
    boards = set()
    for seed in range(5):
        seen, _ = env.reset(seed=seed)
        board = env.unwrapped.board
        assert np.array_equal(seen[:5].argmax(axis=0), board.cells)
        assert np.argwhere(seen[5]).tolist() == [list(env.unwrapped.peter)]
        boards.add(board)
    assert len(boards) == 5


def test_a_copy_shows_its_own_board():
    games = copies(planes(lambda rng: random_board(rng, 5, 4, pond_size=2)), 2)
    seen, _ = games.reset(seed=[1, 2])
    for each, env in zip(seen, games.envs, strict=True):
        assert np.array_equal(each[:5].argmax(axis=0), env.unwrapped.board.cells)


def test_observations_are_never_the_same_array():
    env, before = seen_from((2, 2))
    kept = before.copy()
    env.step(Action.LEFT)
    assert np.array_equal(before, kept)


@pytest.mark.parametrize("env", [None, "peterwolf/Forage-v0", gymnasium.make("CartPole-v1")])
def test_only_peters_worlds_have_planes(env):
    with pytest.raises(TypeError, match="env must be one of Peter's, such as .*, got"):
        Planes(env)


def test_centred_is_true_or_false():
    with pytest.raises(ValueError, match="centred must be one of"):
        planes(centred=2)
