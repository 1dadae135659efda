"""Forage as a gymnasium environment."""

import re
import warnings
from itertools import cycle

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

from peterwolf import CLASSIC, Action, Board, Cell, random_board
from peterwolf.envs.peter import ForageEnv

UP, DOWN, LEFT, RIGHT = Action
BOARD = Board.from_text("""
    .A.
    .T~
    ..W
""")
MIRRORED = Board.from_text("""
    W..
    ~T.
    .A.
""")
MODES = [None, "rgb_array", "ansi"]


def made(**kwargs):
    """The env as learners make it."""
    return gymnasium.make("peterwolf/Forage-v0", **kwargs)


def started(start, board=BOARD, **kwargs):
    """An env in which Peter stands at `start`."""
    env = ForageEnv(board, **kwargs)
    env.reset(options={"start": start})
    return env


# What gymnasium asks of an env


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("board", [CLASSIC, BOARD, random_board], ids=["8x8", "3x3", "function"])
def test_gymnasiums_checker_finds_nothing_to_say(board, mode):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made(board=board, render_mode=mode).unwrapped)


def test_make_gives_the_classic_board_and_passes_arguments_on():
    assert made().unwrapped.board == CLASSIC
    env = made(board=BOARD, render_mode="ansi", max_steps=3).unwrapped
    assert (env.board, env.render_mode, env.max_steps) == (BOARD, "ansi", 3)


def test_the_spaces_are_those_of_the_board():
    env = ForageEnv(Board.from_text("...\n..A"))
    assert env.observation_space == gymnasium.spaces.MultiDiscrete([3, 2])
    assert env.action_space == gymnasium.spaces.Discrete(4)


def test_observations_are_int64_positions():
    env = ForageEnv(BOARD)
    observations = [
        env.reset(options={"start": (0, 1)})[0],
        env.step(DOWN)[0],
        env.step(RIGHT)[0],
        env.step(RIGHT)[0],
    ]
    assert [tuple(o.tolist()) for o in observations] == [(0, 1), (0, 2), (1, 2), (2, 2)]
    assert all(o.dtype == np.int64 and o in env.observation_space for o in observations)


# How an episode begins


def test_starts_are_uniform_over_the_ground_cells():
    env = ForageEnv()
    starts = [tuple(env.reset(seed=0)[0].tolist())]
    starts += [tuple(env.reset()[0].tolist()) for _ in range(8999)]
    often = [starts.count(cell) for cell in CLASSIC.where(Cell.GROUND)]
    assert len(often) == 45
    assert sum(often) == 9000
    assert min(often) > 140 and max(often) < 260  # 200 each, more than four standard deviations


def test_equal_seeds_give_equal_starts_and_seed_zero_is_a_seed():
    for seed in (0, 1, 7):
        first, second = ForageEnv(), ForageEnv()
        first.reset(seed=3)
        for options in ({"seed": seed}, {}, {}, {}):
            assert np.array_equal(first.reset(**options)[0], second.reset(**options)[0])


def test_other_seeds_give_other_starts():
    env = ForageEnv()
    assert len({tuple(env.reset(seed=seed)[0].tolist()) for seed in range(50)}) > 20


def test_the_global_random_state_is_not_touched():
    before = np.random.get_state()[1:3]
    env = ForageEnv(random_board)
    env.reset()
    env.reset(seed=0)
    after = np.random.get_state()[1:3]
    assert np.array_equal(before[0], after[0])
    assert before[1] == after[1]


@pytest.mark.parametrize("start", [(0, 0), [2, 0], (1, 1), np.array([1, 2]), (np.int64(0), 1)])
def test_an_option_says_where_peter_starts_on_ground_or_at_a_tree(start):
    observation, info = ForageEnv(BOARD).reset(options={"start": start})
    assert observation.tolist() == list(start)
    assert info == {"outcome": None}


@pytest.mark.parametrize(
    ("start", "cell"), [((2, 1), "water"), ((2, 2), "wolf"), ((1, 0), "apple")]
)
def test_a_start_where_a_game_ends_is_an_error(start, cell):
    message = f"start must be a ground or tree cell, got {start}, which is {cell}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        started(start)


@pytest.mark.parametrize("start", [(-1, -1), (-1, 0), (0, -1), (3, 0), (0, 3), (2**40, 0)])
def test_a_start_off_the_board_is_an_error_and_does_not_wrap(start):
    with pytest.raises(IndexError, match="start .*x from 0 to 2 and y from 0 to 2, got") as error:
        started(start)
    assert str(start) in str(error.value)


@pytest.mark.parametrize("start", [5, "home", "ab", (1,), (0, 1, 2), (0.5, 0), (float("nan"), 0)])
def test_a_start_that_is_no_pair_of_whole_numbers_is_a_type_error(start):
    message = r"^start must be .*\(x, y\).* got " + re.escape(repr(start))
    with pytest.raises(TypeError, match=message):
        started(start)


def test_an_unknown_option_is_an_error_that_names_the_known_one():
    with pytest.raises(ValueError, match="^options must be one of 'start', got 'begin'$"):
        ForageEnv(BOARD).reset(options={"begin": (0, 0)})


@pytest.mark.parametrize("options", [5, ["start"], (0, 0), "start"])
def test_options_that_are_no_dict_are_a_type_error(options):
    with pytest.raises(TypeError, match="^options must be ") as error:
        ForageEnv(BOARD).reset(options=options)
    assert repr(options) in str(error.value)


def test_a_reset_that_fails_leaves_the_running_game_as_it_was():
    boards = cycle([BOARD, MIRRORED])
    env = ForageEnv(lambda rng: next(boards), render_mode="ansi")
    env.reset(seed=0)
    before = env.render()
    with pytest.raises(IndexError):
        env.reset(options={"start": (9, 9)})
    assert env.render() == before


# How it goes on and ends


@pytest.mark.parametrize(
    ("start", "action", "there"),
    [
        ((0, 1), UP, [0, 0]),
        ((0, 1), DOWN, [0, 2]),
        ((1, 1), LEFT, [0, 1]),
        ((0, 1), RIGHT, [1, 1]),
        ((0, 1), LEFT, [0, 1]),
    ],
)
def test_a_move_that_does_not_end_the_game_costs_a_tenth(start, action, there):
    observation, reward, terminated, truncated, info = started(start).step(action)
    assert observation.tolist() == there
    assert (reward, terminated, truncated, info) == (-0.1, False, False, {"outcome": None})


@pytest.mark.parametrize(
    ("start", "action", "reward", "outcome"),
    [
        ((0, 0), RIGHT, 10, "apple"),
        ((2, 0), DOWN, -10, "drowned"),
        ((1, 2), RIGHT, -10, "eaten"),
    ],
)
def test_each_end_has_its_reward_and_its_name(start, action, reward, outcome):
    assert started(start).step(action)[1:] == (reward, True, False, {"outcome": outcome})


@pytest.mark.parametrize("action", [Action.RIGHT, np.int64(3), np.array(3), np.uint8(3)])
def test_an_action_may_be_any_whole_number_type(action):
    assert started((0, 1)).step(action)[0].tolist() == [1, 1]


@pytest.mark.parametrize("action", [-1, 4, np.int64(7)])
def test_an_action_outside_0_to_3_is_an_error(action):
    with pytest.raises(ValueError, match=f"^action must be an integer from 0 to 3, got {action}$"):
        started((0, 1)).step(action)


@pytest.mark.parametrize("action", [float("nan"), "up", "0", 1.5, 1.0, True, None, [0]])
def test_an_action_that_is_no_whole_number_is_a_type_error(action):
    message = f"action must be an integer from 0 to 3, got {action!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        started((0, 1)).step(action)


def test_a_bad_action_is_not_a_move():
    env = started((0, 0), max_steps=1)
    with pytest.raises(ValueError, match="action"):
        env.step(4)
    assert env.step(DOWN)[0].tolist() == [0, 1]


def test_a_step_before_the_first_reset_is_an_error():
    with pytest.raises(ResetNeeded, match=r"before the first reset.*call reset\(\)"):
        ForageEnv(BOARD).step(0)
    with pytest.raises(ResetNeeded):
        made().step(0)


@pytest.mark.parametrize(
    ("start", "action", "end"),
    [((0, 0), RIGHT, "apple"), ((2, 0), DOWN, "drowned"), ((0, 0), LEFT, "truncated")],
)
def test_a_step_after_the_end_is_an_error_until_the_next_reset(start, action, end):
    env = started(start, max_steps=1)
    env.step(action)
    for _ in range(2):
        with pytest.raises(ResetNeeded, match=rf"after the episode ended \({end}\).*call reset"):
            env.step(UP)
    env.reset(options={"start": (0, 1)})
    assert env.step(DOWN)[0].tolist() == [0, 2]


def test_a_walk_into_the_wall_is_truncated_and_not_terminated():
    env = started((0, 0), max_steps=7)
    steps = [env.step(LEFT) for _ in range(7)]
    assert [step[2] for step in steps] == [False] * 7
    assert [step[3] for step in steps] == [False] * 6 + [True]
    assert [step[4]["outcome"] for step in steps] == [None] * 7


def test_the_count_of_steps_begins_again_with_each_episode():
    env = started((0, 0), max_steps=3)
    for _ in range(3):
        truncated = [env.step(LEFT)[3] for _ in range(3)]
        assert truncated == [False, False, True]
        env.reset(options={"start": (0, 0)})


def test_an_end_on_the_last_step_terminates_and_does_not_truncate():
    assert started((0, 0), max_steps=1).step(RIGHT)[2:4] == (True, False)


@pytest.mark.parametrize(("width", "height", "steps"), [(3, 3, 100), (5, 5, 100), (50, 2, 400)])
def test_without_a_limit_it_is_100_steps_or_4_for_each_cell(width, height, steps):
    text = "\n".join(["." * (width - 1) + "A"] * height)
    env = started((0, 0), Board.from_text(text))
    truncated = [env.step(LEFT)[3] for _ in range(steps)]
    assert truncated == [False] * (steps - 1) + [True]


@pytest.mark.parametrize(
    ("steps", "error"), [(0, ValueError), (-5, ValueError), (2.5, TypeError), ("9", TypeError)]
)
def test_a_limit_that_is_no_positive_whole_number_is_an_error(steps, error):
    with pytest.raises(error, match=f"^max_steps must be an integer of 1 or more, got {steps!r}$"):
        ForageEnv(BOARD, max_steps=steps)


def test_equal_seeds_and_actions_give_equal_rollouts():
    def rollout():
        env = made(board=random_board, render_mode="ansi")
        actions = np.random.default_rng(5)
        seen = [env.reset(seed=11)[0].tolist()]
        for _ in range(200):
            observation, reward, terminated, truncated, info = env.step(actions.integers(4))
            seen.append((observation.tolist(), reward, terminated, truncated, info, env.render()))
            if terminated or truncated:
                seen.append(env.reset()[0].tolist())
        return seen

    assert rollout() == rollout()


# Boards


def test_a_board_function_gets_the_envs_generator_at_each_reset():
    generators = []

    def board(rng):
        generators.append(rng)
        return BOARD

    env = ForageEnv(board)
    generators.clear()
    env.reset(seed=0)
    env.reset()
    assert [rng is env.np_random for rng in generators] == [True, True]


def test_a_board_function_gives_a_new_board_at_each_reset():
    env = ForageEnv(random_board)
    boards = []
    for seed in (0, None, None, None):
        env.reset(seed=seed)
        boards.append(env.board)
    assert len(set(boards)) == 4


def test_starts_lie_on_the_ground_of_the_board_of_this_episode():
    boards = cycle([BOARD, MIRRORED])
    env = ForageEnv(lambda rng: next(boards))
    for _ in range(100):
        observation, _ = env.reset()
        assert env.board[observation] is Cell.GROUND


def test_a_board_function_that_changes_the_size_is_an_error():
    boards = cycle([BOARD, CLASSIC])
    env = ForageEnv(lambda rng: next(boards))
    with pytest.raises(ValueError, match="^board must .* of one size: .* 3 x 3, now 8 x 8$"):
        env.reset()


def test_a_board_function_that_returns_no_board_is_a_type_error():
    with pytest.raises(TypeError, match="^board must return a Board, got str$"):
        ForageEnv(lambda rng: ".A\n..")


@pytest.mark.parametrize("board", [None, 8, ".A\n..", np.zeros((8, 8), int)])
def test_a_board_that_is_no_board_is_a_type_error(board):
    message = "^board must be a Board or a function of a generator that returns one, got "
    with pytest.raises(TypeError, match=message + type(board).__name__):
        ForageEnv(board)


@pytest.mark.parametrize(
    ("text", "missing"), [("..\n.~", "apple cell to find"), ("TA\nAW", "ground cell to start from")]
)
def test_a_board_without_apple_or_ground_is_an_error_when_the_env_is_made(text, missing):
    board = Board.from_text(text)
    for what in (board, lambda rng: board):
        with pytest.raises(ValueError, match=f"^board must have at least one {missing}"):
            made(board=what)


def test_a_board_function_that_runs_out_of_apples_is_an_error_at_that_reset():
    boards = iter([BOARD, BOARD, Board.from_text("...\n...\n...")])
    env = ForageEnv(lambda rng: next(boards))
    env.reset()
    with pytest.raises(ValueError, match="^board must have at least one apple"):
        env.reset()


# Pictures


def test_the_text_shows_the_board_and_peter_as_p():
    env = started((0, 0), render_mode="ansi")
    assert env.render() == "PA.\n.T~\n..W"
    env.step(DOWN)
    assert env.render() == ".A.\nPT~\n..W"
    env.step(RIGHT)
    assert env.render() == ".A.\n.P~\n..W"


def test_the_picture_is_rgb_and_shows_where_peter_went():
    env = started((0, 0), Board.from_text("...\n..A"), render_mode="rgb_array")
    before = env.render()
    assert before.shape == (100, 150, 3)
    assert before.dtype == np.uint8
    env.step(RIGHT)
    changed = (env.render() != before).any(axis=-1)
    assert changed[:50, :50].any() and changed[:50, 50:100].any()
    assert not changed[50:].any() and not changed[:, 100:].any()


def test_a_board_can_be_shown_before_the_first_reset():
    assert ForageEnv(BOARD, render_mode="ansi").render() == BOARD.to_text()
    assert ForageEnv(BOARD, render_mode="rgb_array").render().shape == (150, 150, 3)


def test_without_a_render_mode_there_is_no_picture():
    assert started((0, 0)).render() is None


@pytest.mark.parametrize("mode", ["human", "png", "", 0])
def test_an_unknown_render_mode_is_an_error_that_lists_the_known_ones(mode):
    message = f"^render_mode must be one of None, 'rgb_array', 'ansi', got {mode!r}$"
    with pytest.raises(ValueError, match=message):
        ForageEnv(render_mode=mode)


@pytest.mark.parametrize("mode", MODES)
def test_closing_twice_is_harmless(mode):
    for env in (ForageEnv(render_mode=mode), made(render_mode=mode)):
        env.reset()
        env.close()
        env.close()


# Several at once


def test_the_vectorised_form_plays_what_single_envs_play():
    vector = gymnasium.make_vec("peterwolf/Forage-v0", num_envs=5)
    singles = [made() for _ in range(5)]
    observations, info = vector.reset(seed=3)
    firsts = [env.reset(seed=3 + k)[0] for k, env in enumerate(singles)]
    assert observations.dtype == np.int64
    assert np.array_equal(observations, firsts)
    assert info["outcome"].tolist() == [None] * 5

    alive, ends = np.ones(5, bool), []
    for action in np.random.default_rng(0).integers(4, size=30):
        observations, rewards, terminated, truncated, info = vector.step(np.full(5, action))
        for k in np.flatnonzero(alive):
            step = singles[k].step(action)
            together = (rewards[k], terminated[k], truncated[k], {"outcome": info["outcome"][k]})
            assert np.array_equal(observations[k], step[0])
            assert together == step[1:]
            ends += [step[4]["outcome"]] if step[2] else []
        alive &= ~terminated
    assert len(ends) >= 2
    vector.close()
    vector.close()


def test_the_vectorised_form_takes_a_board_function():
    vector = gymnasium.make_vec("peterwolf/Forage-v0", num_envs=3, board=random_board)
    vector.reset(seed=0)
    assert len({env.unwrapped.board for env in vector.envs}) == 3
    for _ in range(300):  # through many episodes
        vector.step(vector.action_space.sample())
    vector.close()


@pytest.mark.parametrize(("side", "cell"), [(2, 50), (20, 50), (21, 48), (64, 16), (256, 8)])
def test_pictures_of_large_boards_have_smaller_cells(side, cell):
    board = random_board(np.random.default_rng(0), side, 2, ponds=0, trees=0, wolves=0, apples=1)
    env = gymnasium.make("peterwolf/Forage-v0", board=board, render_mode="rgb_array")
    env.reset(seed=0)
    assert env.render().shape == (2 * cell, side * cell, 3)
