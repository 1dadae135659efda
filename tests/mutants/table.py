"""Bugs to plant, one at a time, and the tests that must notice each: `run.py` plants them.

Most were found in older tutorials. `old` stands exactly once in the file.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    """A bug: in `file`, `old` becomes `new`; one of `tests`, at least, must fail then."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def bug(name: str, file: str, old: str, new: str, *tests: str) -> Mutant:
    """Return a mutant of a module of the package; tests are `module::function`."""
    paths = (f"tests/{'.py::'.join(test.split('::'))}" for test in tests)
    return Mutant(name, f"peterwolf/{file}.py", old, new, tuple(paths))


BOARD = (
    bug(
        "swapped moves",
        "worlds/board",
        "MOVES = ((0, -1), (0, 1), (-1, 0), (1, 0))",
        "MOVES = ((-1, 0), (1, 0), (0, -1), (0, 1))",
        "test_world::test_each_action_goes_where_its_name_says",
    ),
    bug(
        "a position below zero wraps round",
        "worlds/board",
        "if not (0 <= x < self.width and 0 <= y < self.height):",
        "if not (x < self.width and y < self.height):",
        "test_board::test_an_index_off_the_board_is_an_error_and_does_not_wrap",
    ),
    bug(
        "a text read with x and y exchanged",
        "worlds/board",
        "for row in rows], dtype=int).T)",
        "for row in rows], dtype=int))",
        "test_properties::test_any_board_comes_back_from_its_text",
        "test_board::test_text_to_board_and_back_changes_nothing",
    ),
    bug(
        "objects piled up on one another",
        "worlds/random_boards",
        "rng.permutation(np.flatnonzero(~wet))",
        "rng.choice(np.flatnonzero(~wet), np.count_nonzero(~wet)) if (~wet).any() else wet[0, :0]",
        "test_properties::test_a_random_board_of_any_size_holds_what_was_asked",
        "test_random_boards::test_a_board_holds_exactly_what_was_asked",
    ),
    bug(
        "ponds that share cells",
        "worlds/random_boards",
        "if inside and near not in reached and dry[near]:",
        "if inside and near not in reached:",
        "test_random_boards::test_a_board_holds_exactly_what_was_asked",
    ),
    bug(
        "the move that ends the game costs too",
        "worlds/rules",
        "return Outcome(Peter(*position), reward, outcome is not None, outcome)",
        "return Outcome(Peter(*position), reward - 0.1 * bool(outcome), bool(outcome), outcome)",
        "test_world::test_the_move_that_ends_the_game_pays_its_end_and_not_the_move",
    ),
    bug(
        "an apple that does not end the game",
        "worlds/rules",
        "return Outcome(Peter(*position), reward, outcome is not None, outcome)",
        'return Outcome(Peter(*position), reward, outcome not in (None, "apple"), outcome)',
        "test_world::test_the_move_that_ends_the_game_pays_its_end_and_not_the_move",
    ),
    bug(
        "a draw with the wolf is won",
        "worlds/rules",
        "wins = cell == Cell.WOLF and energy > fatigue",
        "wins = cell == Cell.WOLF and energy >= fatigue",
        "test_hunt::test_wolf_beats_a_tired_peter",
    ),
    bug(
        "a falsy seed: 0 is taken for none",
        "envs/board_env",
        "super().reset(seed=seed)",
        "super().reset(seed=seed or None)",
        "test_env::test_equal_seeds_give_equal_starts_and_seed_zero_is_a_seed",
    ),
    bug(
        "one step more than the limit",
        "envs/board_env",
        "self._steps >= self.max_steps",
        "self._steps > self.max_steps",
        "test_env::test_a_walk_into_the_wall_is_truncated_and_not_terminated",
    ),
    bug(
        "a time limit that terminates",
        "envs/board_env",
        "reward, terminated, truncated, {",
        "reward, terminated or truncated, truncated, {",
        "test_env::test_a_walk_into_the_wall_is_truncated_and_not_terminated",
    ),
    bug(
        "a start that depends on the process",
        "envs/board_env",
        "ground[self.np_random.integers(len(ground))]",
        'ground[hash(f"{self.np_random.integers(len(ground))}") % len(ground)]',
        "test_two_processes::test_equal_seeds_play_equal_games_in_two_processes",
    ),
    bug(
        "the global generator draws",
        "worlds/random_boards",
        "springs = iter(rng.permutation(free.size).tolist())",
        "springs = iter(np.random.permutation(free.size).tolist())",
        "test_random_state::test_a_public_call_leaves_the_shared_generators_alone[random_board]",
        "test_house::test_no_module_draws_from_the_generator_that_all_share[worlds.random_boards]",
    ),
    bug(
        "an oracle that looks beyond the end",
        "worlds/planning",
        "gamma * known.goes_on * values",
        "gamma * values",
        "test_planning::test_the_value_of_a_start_follows_from_its_distance",
    ),
    bug(
        "lengths that count a death as a win",
        "worlds/planning",
        "lengths = np.where(won, 1.0, np.inf)",
        "lengths = np.where(goes_on, np.inf, 1.0)",
        "test_planning::test_a_policy_that_drowns_never_arrives",
    ),
    bug(
        "an oracle that dies rather than walks",
        "worlds/planning",
        "q = known.reward + gamma",
        "q = np.abs(known.reward) + gamma",
        "test_properties::test_value_iteration_finds_every_shortest_way_to_an_apple",
        "test_properties::test_value_iteration_finds_every_shortest_way_to_beat_the_wolf",
    ),
    bug(
        "arrows in another order than the moves",
        "drawing/overlays",
        "for dx, dy in MOVES], dtype=float)",
        "for dx, dy in MOVES[::-1]], dtype=float)",
        "test_render::test_arrow_of_a_one_hot_row_points_along_its_move",
        "test_render::test_drawn_arrows_are_exactly_the_greedy_ones",
    ),
    bug(
        "one arrow only where actions tie",
        "drawing/overlays",
        "tied = q >= best - TIED * np.abs(best)",
        "tied = np.arange(4) == q.argmax(axis=-1, keepdims=True)",
        "test_render::test_directions_are_exactly_the_greedy_ones",
    ),
)

TABLES = (
    bug(
        "inverted epsilon",
        "kernels/loops",
        "if rng.random() < epsilon:",
        "if rng.random() >= epsilon:",
        "test_tabular::test_epsilon_is_the_probability_of_exploring",
        "test_kernels::test_a_draw_below_epsilon_explores_and_one_at_epsilon_does_not",
    ),
    bug(
        "action 0 dropped when exploring",
        "kernels/loops",
        "return int(rng.random() * len(row))",
        "return int(rng.random() * (len(row) - 1)) + 1",
        "test_kernels::test_actions_are_as_frequent_as_the_definition_says",
    ),
    bug(
        "skipped terminal update",
        "kernels/loops",
        "        target = reward + gamma * future\n",
        "        if terminated:\n            break\n        target = reward + gamma * future\n",
        "test_tabular::test_the_ending_step_still_updates_the_table",
    ),
    bug(
        "target that sees truncation",
        "kernels/loops",
        "if not terminated:",
        "if not over:",
        "test_tabular::test_truncation_bootstraps",
    ),
    bug(
        "no terminal mask",
        "kernels/loops",
        "if not terminated:",
        "if True:",
        "test_tabular::test_termination_does_not_bootstrap",
        "test_properties::test_one_update_is_the_formula",
    ),
    bug(
        "a minus sign in the update",
        "kernels/loops",
        "q[state][action] += alpha * (target - q[state][action])",
        "q[state][action] -= alpha * (target - q[state][action])",
        "test_properties::test_one_update_is_the_formula",
    ),
    bug(
        "SARSA with Q-learning's target",
        "kernels/loops",
        "future = q[new][after]",
        "future = largest(q[new])",
        "test_tabular::test_sarsa_learns_from_the_action_that_it_takes_next",
    ),
    bug(
        "an expectation without the greedy share",
        "kernels/loops",
        "return (1 - epsilon) * largest(row) + epsilon * total / len(row)",
        "return total / len(row)",
        "test_kernels::test_the_expectation_is_exact",
        "test_properties::test_one_update_is_the_formula",
    ),
    bug(
        "a batch target without the end",
        "tabular/learners",
        "return reward + gamma * (1 - np.asarray(terminated)) * np.max(q_next, axis=-1)",
        "return reward + gamma * np.max(q_next, axis=-1)",
        "test_tabular::test_termination_cuts_the_target",
        "test_properties::test_the_target_is_the_formula",
    ),
    bug(
        "the given table is learnt in",
        "tabular/settings",
        'arguments.table("q", q, full).astype(float)',
        'arguments.table("q", q, full).astype(float, copy=False)',
        "test_tabular::test_the_given_table_is_copied",
    ),
    bug(
        "snapshots that are the table itself",
        "tabular/run",
        "Snapshot(episode, self.q.copy(), self.visits.copy())",
        "Snapshot(episode, self.q, self.visits)",
        "test_runs::test_snapshots_are_copies_of_the_table_and_of_each_other",
    ),
    bug(
        "a schedule that goes on falling",
        "tabular/settings",
        "return self._at(min(episode / self.episodes, 1.0))",
        "return self._at(episode / self.episodes)",
        "test_tabular::test_a_linear_decay_begins_and_ends_where_it_was_told",
    ),
    bug(
        "off-by-one bin",
        "tabular/bins",
        "index.append(place if place < count else count - 1)",
        "index.append(min(place + 1, count - 1))",
        "test_bins::test_a_value_falls_into_the_bin_that_begins_at_or_below_it",
        "test_properties::test_any_bins_are_in_range_and_rise_with_the_value",
    ),
    bug(
        "bins cut towards zero",
        "tabular/bins",
        "place = int((value - low) * scale)",
        "place = int(value * scale) - int(low * scale)",
        "test_bins::test_bins_around_zero_are_equally_wide",
    ),
    bug(
        "a car that need not move to the right",
        "kernels/dynamics",
        "position >= 0.5 and velocity >= 0",
        "position >= 0.499 and velocity >= 0",
        "test_compiled::test_the_compiled_step_is_gymnasiums_own",
    ),
    bug(
        "tilings shifted by equal steps",
        "tabular/tile_coding",
        "odd = 2 * np.arange(len(self.tiles))[:, None] + 1",
        "odd = 0 * np.arange(len(self.tiles))[:, None] + 1",
        "test_tilings::test_the_features_are_those_of_the_definition",
    ),
    bug(
        "every judged episode begins alike",
        "rollout",
        "seed=seed + k)",
        "seed=seed)",
        "test_rollout::test_a_policy_is_judged_by_episodes_with_the_seeds_that_follow",
    ),
    bug(
        "an episode that only terminates",
        "rollout",
        "while not (episode.terminated or episode.truncated):",
        "while not episode.terminated and len(episode.actions) < 9999:",
        "test_rollout::test_an_episode_ends_when_it_is_truncated",
    ),
    bug(
        "a changed file is believed",
        "archive",
        'if last[:4] != b"PK\\5\\6" or data[-DIGEST:] != digest(data[:-DIGEST]):',
        'if last[:4] != b"PK\\5\\6":',
        "test_saving::test_a_flipped_byte_anywhere_is_refused",
    ),
    bug(
        "a run that forgets that it was stopped",
        "saving",
        'interrupted=bool(arrays["interrupted"]),',
        "interrupted=False,",
        "test_properties::test_any_run_comes_back_from_its_file",
    ),
    bug(
        "a stopped run that does not say so",
        "tabular/python_engine",
        "        interrupted = True\n",
        "        interrupted = False\n",
        "test_tabular::test_stopping_the_kernel_in_a_step_keeps_what_was_learnt",
    ),
)

NETWORKS = (
    bug(
        "gradient halved",
        "dqn/net",
        "np.matmul(values[k].T, slope, out=by_weights)",
        "np.matmul(values[k].T, slope / 2, out=by_weights)",
        "test_net::test_the_gradient_is_that_of_finite_differences",
    ),
    bug(
        "a gradient that passes dead neurons",
        "dqn/net",
        "slope *= values[k] > 0",
        "slope *= values[k] > -1",
        "test_net::test_the_gradient_is_that_of_finite_differences",
    ),
    bug(
        "Adam without its correction",
        "dqn/net",
        "pace = self.learning_rate / (1 - self.beta1**self.steps)",
        "pace = self.learning_rate",
        "test_net::test_adam_s_first_step_is_the_learning_rate_against_the_sign_of_the_gradient",
    ),
    bug(
        "target from the online network",
        "dqn/learner",
        "q_next = self.target(seen)",
        "q_next = self.network(seen)",
        "test_dqn_learner::test_targets_are_those_of_the_definition_one_by_one",
    ),
    bug(
        "double targets that are not double",
        "dqn/learner",
        "best = self.network(seen).argmax(axis=1)",
        "best = self.target(seen).argmax(axis=1)",
        "test_dqn_learner::test_double_and_plain_targets_differ_where_the_networks_disagree",
    ),
    bug(
        "a target network that is the network",
        "dqn/learner",
        "self.target = self.network.copy()",
        "self.target = self.network",
        "test_dqn_learner::test_the_target_network_is_renewed_after_so_many_updates_and_is_a_copy",
    ),
    bug(
        "every action learns the error",
        "dqn/learner",
        "slope[rows, batch.actions] = slopes / len(rows)",
        "slope[:] = (slopes / len(rows))[:, None]",
        "test_dqn_learner::test_an_update_follows_the_loss_of_the_taken_actions_only",
    ),
    bug(
        "alias of the best network",
        "dqn/training",
        "self.best = policy.network.copy()",
        "self.best = policy.network",
        "test_dqn::test_the_best_network_is_kept_and_not_the_last",
    ),
    bug(
        "starts that choose also judge",
        "dqn/training",
        "CHOOSING = 1_000_000",
        "CHOOSING = 0",
        "test_dqn::test_starts_that_choose_are_not_those_that_judge",
    ),
    bug(
        "overwritten replay slot",
        "dqn/replay",
        "self._next = (self._next + 1) % self.capacity",
        "self._next = (self._next + 1) % max(self.capacity - 1, 1)",
        "test_replay::test_only_filled_slots_are_drawn_and_they_hold_the_newest",
    ),
    bug(
        "empty slots are drawn",
        "dqn/replay",
        "rows = rng.integers(self._filled, size=batch)",
        "rows = rng.integers(self.capacity, size=batch)",
        "test_replay::test_only_filled_slots_are_drawn_and_they_hold_the_newest",
    ),
    bug(
        "a replay that merges falling with the time limit",
        "dqn/replay",
        "self.replay.add(start, first, gained, next_observation, terminated, steps)",
        "end = terminated or truncated\n"
        "            self.replay.add(start, first, gained, next_observation, end, steps)",
        "test_replay::test_a_truncated_episode_is_cut_short_too_but_its_last_value_still_counts",
    ),
    bug(
        "later rewards discounted once too often",
        "dqn/replay",
        "begun[2] += self.gamma ** begun[3] * reward",
        "begun[2] += self.gamma ** (begun[3] + 1) * reward",
        "test_replay::test_rewards_of_three_steps_are_discounted_and_the_end_cuts_the_last_ones_short",
    ),
    bug(
        "the reset between two games is remembered",
        "dqn/collector",
        "played = np.flatnonzero(self._playing).tolist()",
        "played = list(range(len(self._playing)))",
        "test_dqn_games::test_every_step_of_a_game_is_kept_and_the_reset_between_two_is_not",
    ),
)

COURSE = (
    bug(
        "a file written in its place",
        "files",
        "        return written.replace(path)",
        "        path.write_bytes(data)\n        return path",
        "test_saving::test_a_process_killed_while_it_writes_leaves_the_old_file_or_the_new_one",
    ),
    bug(
        "a release that leaves a solution in",
        "grading/release",
        "for step in (ClearSolutions, LockCells,",
        "for step in (LockCells,",
        "test_release::test_the_learners_notebook_is_made_from_the_solved_one",
    ),
    bug(
        "a release that leaves the hidden tests in",
        "grading/release",
        "LockCells, ClearHiddenTests, ComputeChecksums):",
        "LockCells, ComputeChecksums):",
        "test_release::test_the_learners_notebook_is_made_from_the_solved_one",
    ),
    bug(
        "sandbox off",
        "sandbox/bubblewrap",
        "    seen = COURSE if isolated else str(course)\n",
        "    isolated = False\n    seen = str(course)\n",
        "grading/test_sandbox::test_only_two_folders_can_be_written_and_they_are_small",
    ),
    bug(
        "a running mean over one value less",
        "stats",
        "np.ones(window) / window",
        "np.ones(max(window - 1, 1)) / max(window - 1, 1)",
        "test_stats::test_a_window_is_the_running_mean_where_it_ends",
    ),
)

STOPS = (
    bug(
        "an answer stopped inside numba's way in",
        "checks/limits",
        "with STOPPING, UNSTOPPABLE:",
        "with STOPPING:",
        "checks/test_nasty::test_no_stop_falls_into_numbas_way_in",
    ),
    bug(
        "an answer stopped inside an import",
        "checks/limits",
        "if not _imports(thread.ident):",
        "if True:",
        "checks/test_nasty::test_no_stop_falls_into_an_import",
    ),
)

WIDGETS = (
    bug(
        "only the first of several quick clicks is played",
        "widgets/view",
        'for event in content["events"]:',
        'for event in content["events"][:1]:',
        "test_view::test_quick_events_come_together_and_the_page_is_told_once",
    ),
    bug(
        "events that overtake one another",
        "widgets/event_queue",
        "if first > due and now",
        "if first < due and now",
        "test_turns::test_an_event_waits_for_those_before_it",
        "test_turns::test_threads_take_turns",
    ),
    bug(
        "a page that is never waited for",
        "widgets/view",
        "return waits and self.number",
        "return False and self.number",
        "test_view::test_a_hurried_picture_waits_for_the_page_that_paints",
    ),
)

MUTANTS = BOARD + TABLES + NETWORKS + COURSE + STOPS + WIDGETS
