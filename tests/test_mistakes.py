"""What older tutorials got wrong, and where each of it would be noticed here.

`TESTS` are tests that fail when the mistake is made in the package, `WRONG` answers to exercises
that make it and are refused (tests/checks/test_answers.py tries them all).
"""

import sys
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS_FOLDER = Path(__file__).parent
sys.path.append(str(TESTS_FOLDER / "checks"))
from test_answers import WRONG  # noqa: E402


class Mistake(NamedTuple):
    """What goes wrong; tests, `module::function`; wrong answers, `exercise: what is wrong`."""

    what: str
    tests: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


MISTAKES = {
    1: Mistake(
        "arrows in another order than the table's, or summed over all actions; no ties, no "
        "cell that was never visited",
        (
            "test_render::test_arrow_of_a_one_hot_row_points_along_its_move",
            "test_render::test_drawn_arrows_are_exactly_the_greedy_ones",
            "test_render::test_tied_actions_are_all_drawn",
            "test_render::test_a_cell_never_visited_is_marked",
        ),
        ("02_greedy_actions: another world's order of actions",),
    ),
    2: Mistake(
        "the loop breaks before the update of the last step",
        ("test_tabular::test_the_ending_step_still_updates_the_table",),
        ("03_train: the terminal update is skipped",),
    ),
    3: Mistake(
        "an apple ends a walk but no training episode",
        (
            "test_world::test_the_move_that_ends_the_game_pays_its_end_and_not_the_move",
            "test_finite::test_the_game_ends_where_the_rule_says_so",
            "test_env::test_each_end_has_its_reward_and_its_name",
        ),
        ("06_make_corridor_env: never ends",),
    ),
    4: Mistake(
        "a greedy walk asks for the same move into a wall for ever",
        (
            "test_planning::test_a_policy_that_walks_into_a_wall_never_arrives",
            "test_env::test_a_walk_into_the_wall_is_truncated_and_not_terminated",
            "test_rollout::test_an_episode_ends_when_it_is_truncated",
        ),
        ("05_outcome_table: until terminated only",),
    ),
    5: Mistake(
        "the game of the training has other rules than that of the walk",
        (
            "test_finite::test_the_arrays_are_the_game_that_the_env_plays",
            "test_hunt::test_the_env_plays_by_the_rule",
            "test_world::test_the_edge_stops_peter_and_costs_a_move",
        ),
    ),
    6: Mistake(
        "the learning rate falls with the steps of an episode and begins anew in the next",
        (
            "test_tabular::"
            "test_learning_rate_and_exploration_are_asked_once_an_episode_and_not_at_each_step",
        ),
        ("04_epsilon_schedule: it falls by a factor",),
    ),
    7: Mistake(
        "seed 0 is none; boards pile up, cannot be small or oblong, or never get finished; "
        "positions wrap round; saving fails in silence",
        (
            "test_env::test_equal_seeds_give_equal_starts_and_seed_zero_is_a_seed",
            "test_random_boards::test_seed_zero_is_a_seed",
            "test_random_boards::test_a_board_holds_exactly_what_was_asked",
            "test_random_boards::test_too_much_for_the_board_is_told_at_once_with_both_numbers",
            "test_board::test_sides_of_2_to_256_cells_are_allowed",
            "test_env::test_a_start_off_the_board_is_an_error_and_does_not_wrap",
            "test_saving::test_a_folder_that_does_not_exist_is_an_error",
        ),
        ("06_run_episode: 0 is no seed",),
    ),
    8: Mistake(
        "exploring in proportion to the values: the worst action is never tried again",
        ("test_tabular::test_the_worst_action_is_explored_as_often_as_the_second_best",),
        ("03_epsilon_greedy: exploring in proportion to the values",),
    ),
    9: Mistake(
        "a printed line an episode",
        (
            "test_progress::test_learning_prints_nothing",
            "test_progress::test_learning_shows_no_bar_on_a_short_run",
            "test_notebooks::test_code_cells_are_short_and_plain",
        ),
    ),
    10: Mistake(
        "a table of positions where energy and fatigue decide",
        answers=("05_encode: the position", "14_make_agent: a table of (x, y)"),
    ),
    11: Mistake(
        "the end of a game told from the size of the reward",
        (
            "test_hunt::test_energy_and_fatigue_stay_within_their_levels",
            "test_hunt::test_the_env_plays_by_the_rule",
        ),
        ("05_outcome_table: the end told from the reward",),
    ),
    12: Mistake(
        "a reward for being well, and not for winning",
        answers=(
            "05_hunt_reward: energy - fatigue",
            "05_hunt_reward: energy - fatigue but for the ends",
        ),
    ),
    13: Mistake(
        "epsilon as the probability of exploiting",
        ("test_tabular::test_epsilon_is_the_probability_of_exploring",),
        (
            "03_epsilon_greedy: epsilon is the probability of exploiting",
            "03_train: epsilon is the probability of exploiting",
        ),
    ),
    14: Mistake(
        "the best table is the last one under another name",
        (
            "test_tabular::test_the_last_snapshot_is_the_table_but_not_a_view_of_it",
            "test_dqn::test_the_best_network_is_kept_and_not_the_last",
        ),
        ("08_keep_best: an alias", "11_sync_target: one vector for both"),
    ),
    15: Mistake(
        "a game that is over is worth what its bin is worth",
        (
            "test_tabular::test_termination_does_not_bootstrap",
            "test_tabular::test_the_row_of_the_last_state_is_left_alone",
        ),
        ("03_td_target: no terminal mask", "03_train: no terminal mask"),
    ),
    16: Mistake(
        "ints are cut towards zero; nan has a bin",
        (
            "test_bins::test_bins_around_zero_are_equally_wide",
            "test_bins::test_nan_has_no_bin",
            "test_edges::test_nan_has_no_bin",
        ),
        (
            "07_discretize: truncated before it is shifted",
            "09_tile_indices: low is forgotten, and int cuts towards zero",
        ),
    ),
    17: Mistake(
        "solved at 195, the line of an older CartPole; films faster than a browser shows",
        (
            "test_dqn::test_the_defaults_solve_cartpole",
            "test_animation::test_a_browser_shows_up_to_50_frames_a_second",
        ),
    ),
    18: Mistake(
        "the end is written into the row of the state after it; the goal is worth 0",
        ("test_tabular::test_the_row_of_the_last_state_is_left_alone",),
        (
            "03_train: the end is written a state too late",
            "03_train: the step into the goal is worth 0",
        ),
    ),
    19: Mistake(
        "attributes of a wrapped env; a bin too many at the edge; a file that nobody saved; one "
        "return divided by the window's length",
        (
            "test_driving::test_a_wrapped_env_and_one_of_a_kind_are_driven_with_all_their_wrappers",
            "test_bins::test_every_number_has_a_bin_inside_the_table",
            "test_saving::test_a_missing_file_and_a_folder_are_refused",
            "test_stats::test_values_that_fill_no_window_are_left_out",
        ),
        (
            "07_discretize: 20 of 20 at the right edge",
            "07_aggregate_returns: a first point that is one return divided by the window's length",
        ),
    ),
    20: Mistake(
        "gamma 0.9 on a way of a hundred steps",
        answers=("07_car_settings: seed 000's gamma",),
    ),
    21: Mistake(
        "a call to draw each cell of each frame; films that no browser plays",
        (
            "test_maps::test_each_map_is_one_picture_in_the_units_of_the_observation",
            "test_maps::test_50_frames_draw_the_figure_twice_and_take_400_kilobytes",
            "test_animation::test_an_animation_is_a_gif_or_a_webp",
        ),
    ),
    22: Mistake(
        "the last reward with a minus; falling and the time limit are one",
        ("test_dqn::test_truncation_bootstraps_and_termination_does_not",),
        (
            "11_td_targets: the reward with a minus at the end",
            "06_bootstrap_factor: both flags cut",
        ),
    ),
    23: Mistake(
        "a prediction and a fit for each transition",
        (
            "test_dqn::test_learning_is_rounds_of_updates_of_batches",
            "test_dqn_learner::test_targets_are_those_of_the_definition_one_by_one",
        ),
    ),
    24: Mistake(
        "a gamma that sees three steps; a second learning rate in the targets; one greedy game "
        "as evidence",
        (
            "test_dqn_learner::test_targets_are_those_of_the_definition_one_by_one",
            "test_rollout::test_without_a_wish_100_episodes_from_seed_zero_are_played",
        ),
        (
            "07_car_settings: seed 003's gamma",
            "13_td_loss: targets that are half the old values",
        ),
    ),
    25: Mistake(
        "the last network for the best one",
        ("test_dqn::test_the_best_network_is_kept_and_not_the_last",),
        ("08_keep_best: the last",),
    ),
    26: Mistake(
        "loops that never end, truncation in the target, action 0 as none, a minus in the update, "
        "UP to the left, the old gym's step and envs",
        (
            "test_rollout::test_an_episode_ends_when_it_is_truncated",
            "test_tabular::test_truncation_bootstraps",
            "test_rollout::test_action_zero_is_an_action",
            "test_board::test_actions_and_moves_are_those_of_the_story_with_y_pointing_down",
            "test_env::test_gymnasiums_checker_finds_nothing_to_say",
            "test_notebooks::test_cells_write_no_warnings_and_raise_nothing",
        ),
        (
            "06_run_episode: while not terminated or truncated",
            "06_run_episode: the old gym's four values",
            "03_train: the target sees truncation",
            "03_epsilon_greedy: action 0 is no action",
            "03_q_update: a minus for the plus",
        ),
    ),
    27: Mistake(
        "an answer that is judged in its own process can fool the judge, read the answers, or "
        "send code to the grader",
        (
            "grading/test_hostile::test_an_attack_earns_nothing_and_costs_only_its_own_exercise",
            "grading/test_grader::test_a_canary_in_the_hidden_answers_is_nowhere_to_be_found",
            "grading/test_sandbox::test_only_finite_json_is_read",
        ),
    ),
}


def is_there(test: str) -> bool:
    """Whether a test, `module::function`, exists."""
    module, function = test.split("::")
    path = TESTS_FOLDER / f"{module}.py"
    return path.exists() and f"\ndef {function}(" in path.read_text(encoding="utf-8")


def is_refused(answer: str) -> bool:
    """Whether an answer, `exercise: what is wrong`, is among those that must be refused."""
    exercise, what = answer.split(": ", 1)
    return what in WRONG.get(exercise, {})


def test_all_27_mistakes_are_here():
    assert list(MISTAKES) == list(range(1, 28))


@pytest.mark.parametrize("number", MISTAKES)
def test_a_mistake_is_noticed_by_a_test_or_refused_as_an_answer(number):
    what, tests, answers = MISTAKES[number]
    assert what and (tests or answers)
    assert [test for test in tests if not is_there(test)] == []
    assert [answer for answer in answers if not is_refused(answer)] == []


def test_a_test_or_an_answer_that_is_gone_is_noticed():
    assert not is_there("test_board::test_x") and not is_there("test_nothing::test_x")
    assert not is_refused("03_train: all is well") and not is_refused("99_x: all is well")
