"""Q-learning and its relatives: one step, its edges, and Peter's board against the oracle."""

import inspect
import re
from functools import cache

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete

from peterwolf import CLASSIC, Board, Cell, planning, random_board
from peterwolf.tabular import (
    Bins,
    Run,
    epsilon_greedy,
    expected_sarsa,
    greedy,
    linear_decay,
    q_learning,
    sarsa,
    td_target,
)
from peterwolf.worlds.rules import Forage

FORAGE = Forage()
CART = Bins([-2.4, -3, -0.21, -3], [2.4, 3, 0.21, 3], (3, 3, 6, 6))


class Scripted(gymnasium.Env):
    """Every episode goes the same way, whatever Peter does.

    `steps`: what each step returns, (observation, reward, terminated, truncated).
    """

    observation_space = Discrete(3)
    action_space = Discrete(2)

    def __init__(self, *steps):
        self.script, self.seeds, self.taken = steps, [], 0

    def reset(self, *, seed=None, options=None):
        self.seeds.append(seed)
        self.at = 0
        return 0, {}

    def step(self, action):
        self.at += 1
        self.taken += 1
        return *self.script[self.at - 1], {}


class Untouched(gymnasium.Env):
    """An env that no one may begin to play: bad arguments are found before."""

    observation_space = Discrete(3)
    action_space = Discrete(2)

    def reset(self, *, seed=None, options=None):
        raise AssertionError("reset")


class UntouchedBox(Untouched):
    observation_space = Box(-1, 1, (1,))


class UntouchedSteering(Untouched):
    action_space = Box(-1, 1, (1,))


LEARNERS = [q_learning, sarsa, expected_sarsa]


def learn(env: gymnasium.Env, *, seed: int = 0, learner=q_learning, **changed) -> Run:
    told = {"episodes": 1, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.1}
    return learner(env, **({"rng": np.random.default_rng(seed)} | told | changed))


def forage(board: Board = CLASSIC) -> gymnasium.Env:
    return gymnasium.make("peterwolf/Forage-v0", board=board)


# The target


def test_the_target_is_the_reward_plus_the_discounted_best_value():
    assert td_target(-0.1, 0.9, np.array([1.0, 3.0, 2.0]), False) == pytest.approx(-0.1 + 0.9 * 3)


def test_termination_cuts_the_target():
    assert td_target(10.0, 0.9, np.array([1.0, 3.0]), True) == 10.0


def test_the_best_of_negative_values_is_still_the_best():
    assert td_target(0.0, 0.5, np.array([-4.0, -2.0]), False) == -1.0


def test_targets_of_a_batch_are_those_of_its_steps():
    rng = np.random.default_rng(0)
    reward, q_next, terminated = rng.normal(size=6), rng.normal(size=(6, 4)), np.arange(6) % 2 == 0
    each = [td_target(*step) for step in zip(reward, [0.9] * 6, q_next, terminated, strict=True)]
    batch = td_target(reward, 0.9, q_next, terminated)
    assert batch.shape == (6,)
    np.testing.assert_allclose(batch, each)


@pytest.mark.parametrize("kind", [bool, int, float, np.uint8])
def test_termination_is_data_of_any_kind(kind):
    terminated = np.array([0, 1]).astype(kind)
    assert td_target(1.0, 0.5, np.array([[2.0, 4.0]] * 2), terminated).tolist() == [3.0, 1.0]


# Exploration


def shares(q_row, epsilon, draws: int = 4000) -> np.ndarray:
    """How often each action was taken, as a share."""
    rng = np.random.default_rng(0)
    taken = [epsilon_greedy(np.array(q_row), epsilon, rng) for _ in range(draws)]
    return np.bincount(taken, minlength=len(q_row)) / draws


@pytest.mark.parametrize("best", range(4))
def test_epsilon_zero_never_explores(best):
    assert shares(np.eye(4)[best], 0)[best] == 1


def test_epsilon_one_always_explores():
    np.testing.assert_allclose(shares([0.0, 0.0, 9.0, 0.0], 1), 0.25, atol=0.03)


def test_epsilon_is_the_probability_of_exploring():
    # The seed had it the other way round: 0.9 there meant greedy nine times in ten.
    expected = [0.9 / 4, 0.9 / 4, 0.1 + 0.9 / 4, 0.9 / 4]
    np.testing.assert_allclose(shares([0.0, -5.0, 9.0, 1.0], 0.9), expected, atol=0.03)


def test_the_worst_action_is_explored_as_often_as_the_second_best():
    taken = shares([10.0, 9.9, -1000.0], 0.6)
    assert taken[1] == pytest.approx(taken[2], abs=0.03) and taken[2] > 0.15


def test_ties_are_broken_at_random():
    taken = shares([2.0, -1.0, 2.0, 2.0], 0)
    np.testing.assert_allclose(taken, [1 / 3, 0, 1 / 3, 1 / 3], atol=0.03)


def test_an_explored_action_is_a_python_int():
    rng = np.random.default_rng(0)
    assert {type(epsilon_greedy(np.eye(2)[0], e, rng)) for e in (0, 0.5, 1)} == {int}


@pytest.mark.parametrize("epsilon", [-0.1, 1.1, np.nan, np.inf])
def test_epsilon_outside_0_to_1_is_an_error(epsilon):
    with pytest.raises(ValueError, match=f"epsilon must be a number from 0 to 1, got {epsilon}"):
        epsilon_greedy(np.zeros(4), epsilon, np.random.default_rng(0))


@pytest.mark.parametrize("epsilon", ["0.5", None, lambda episode: 0.5])
def test_epsilon_that_is_no_number_is_an_error(epsilon):
    with pytest.raises(TypeError, match="epsilon must be a number from 0 to 1, got "):
        epsilon_greedy(np.zeros(4), epsilon, np.random.default_rng(0))


# Policies and schedules


def test_the_greedy_policy_takes_the_lowest_action_among_ties():
    q = np.array([[0.0, 1.0, 1.0], [2.0, 2.0, 2.0], [0.0, 0.0, 5.0]])
    assert [greedy(q)(state) for state in range(3)] == [1, 0, 2]


def test_the_greedy_policy_reads_an_observation_with_two_axes():
    q = np.zeros((3, 2, 4))
    q[2, 1, 3] = 1
    action = greedy(q)(np.array([2, 1]))
    assert action == 3 and type(action) is int


def test_the_greedy_policy_reads_an_observation_through_encode():
    policy = greedy(np.eye(4), Bins([0.0], [1.0], [4]))
    assert [policy([value]) for value in (0.1, 0.4, 0.6, 2.0)] == [0, 1, 2, 3]


def test_the_greedy_policy_sees_a_table_that_goes_on_learning():
    q = np.array([[1.0, 0.0]])
    policy = greedy(q)
    q[0] = 0, 1
    assert policy(0) == 1


@pytest.mark.parametrize(("start", "stop"), [(1, 0.1), (0.2, 0.8), (0.5, 0.5)])
def test_a_linear_decay_begins_and_ends_where_it_was_told(start, stop):
    schedule = linear_decay(start, stop, 10)
    assert schedule(0) == start
    assert schedule(5) == pytest.approx((start + stop) / 2)
    assert schedule(10) == schedule(11) == schedule(10**9) == pytest.approx(stop)


def test_a_linear_decay_takes_equal_steps():
    schedule = linear_decay(1, 0, 4)
    assert [schedule(episode) for episode in range(5)] == [1, 0.75, 0.5, 0.25, 0]


@pytest.mark.parametrize(
    ("episodes", "error"), [(0, ValueError), (-5, ValueError), (2.5, TypeError), ("9", TypeError)]
)
def test_a_linear_decay_lasts_one_episode_or_more(episodes, error):
    with pytest.raises(error, match=f"episodes must be an integer of 1 or more, got {episodes!r}"):
        linear_decay(1, 0, episodes)


# One step of learning

ENDED, CUT_SHORT, ON = (True, False), (False, True), (False, False)
FIRST = np.array([[1.0, 1.0], [2.0, 8.0], [4.0, 3.0]])


def test_one_update_is_the_formula():
    run = learn(Scripted((1, 3.0, *CUT_SHORT)), q=FIRST, alpha=0.25, gamma=0.5)
    action = int(run.visits[0].argmax())
    expected = FIRST.copy()
    expected[0, action] = 1 + 0.25 * (3 + 0.5 * 8 - 1)
    np.testing.assert_allclose(run.q, expected)


def test_truncation_bootstraps():
    run = learn(Scripted((1, 3.0, *CUT_SHORT)), q=FIRST, alpha=1, gamma=0.5)
    assert run.q[0].max() == 3 + 0.5 * 8


@pytest.mark.parametrize("end", [ENDED, (True, True)], ids=["ended", "ended in the last step"])
def test_termination_does_not_bootstrap(end):
    run = learn(Scripted((1, 3.0, *end)), q=FIRST, alpha=1, gamma=0.5)
    assert run.q[0].max() == 3


def test_the_ending_step_still_updates_the_table():
    run = learn(Scripted((1, 0.0, *ON), (2, -10.0, *ENDED)), alpha=0.5)
    assert sorted(run.q[1]) == [-5, 0]


def test_the_row_of_the_last_state_is_left_alone():
    run = learn(Scripted((1, 0.0, *ON), (2, -10.0, *ENDED)), episodes=20)
    assert not run.q[2].any() and not run.visits[2].any()


def test_a_step_learns_from_what_earlier_steps_of_the_episode_learnt():
    # State 1 follows itself: its second update already sees its first.
    env = Scripted((0, 1.0, *ON), (0, 1.0, *ENDED))
    run = learn(env, alpha=0.5, epsilon=0, q=np.array([[5.0, 0.0], [0.0, 0.0], [0.0, 0.0]]))
    first = 5 + 0.5 * (1 + 0.9 * 5 - 5)
    assert run.q[0, 0] == pytest.approx(first + 0.5 * (1 - first))


def test_alpha_zero_learns_nothing():
    assert np.array_equal(learn(Scripted((1, 3.0, *ENDED)), q=FIRST, alpha=0).q, FIRST)


def test_gamma_zero_sees_the_reward_only():
    assert learn(Scripted((1, 3.0, *CUT_SHORT)), q=FIRST, alpha=1, gamma=0).q[0].max() == 3


def test_learning_rate_and_exploration_are_asked_once_an_episode_and_not_at_each_step():
    asked = {"alpha": [], "epsilon": []}
    schedules = {
        name: lambda episode, told=told: (told.append(episode), 0.5)[1]
        for name, told in asked.items()
    }
    learn(Scripted((1, 0.0, *ON), (2, 0.0, *ON), (0, 1.0, *ENDED)), episodes=4, **schedules)
    for told in asked.values():
        assert sorted(set(told)) == [0, 1, 2, 3] and len(told) <= 5  # episode 0 is tried before


def test_epsilon_zero_with_a_good_table_never_leaves_its_path():
    q = planning.value_iteration(CLASSIC, FORAGE)
    run = learn(forage(), episodes=30, epsilon=0, gamma=0.95, q=q)
    explored = run.visits[q < q.max(axis=-1, keepdims=True) - 1e-6]
    assert not explored.any() and (run.lengths <= 8).all()


# A run


def test_a_run_keeps_the_returns_and_lengths_of_every_episode():
    run = learn(Scripted((1, 0.5, *ON), (2, -2.0, *ENDED)), episodes=7)
    assert run.returns.tolist() == [-1.5] * 7 and run.lengths.tolist() == [2] * 7
    assert not run.interrupted


def test_visits_count_every_step():
    env = Scripted((1, 0.0, *ON), (1, 0.0, *ON), (2, 0.0, *CUT_SHORT))
    run = learn(env, episodes=10)
    assert run.visits.shape == run.q.shape
    assert run.visits.sum(axis=-1).tolist() == [10, 20, 0]
    assert run.visits.sum() == run.lengths.sum() == env.taken == 30


def test_the_given_table_is_copied():
    given = FIRST.copy()
    run = learn(Scripted((1, 3.0, *ENDED)), q=given)
    assert np.array_equal(given, FIRST) and not np.array_equal(run.q, FIRST)
    run.q[:] = 7
    assert np.array_equal(given, FIRST)


def test_a_run_tells_what_it_holds():
    run = learn(Scripted((1, 0.5, *ON), (2, -2.0, *ENDED)), episodes=7)
    assert repr(run) == "Run(7 episodes, 14 steps, table (3, 2), mean return of the last 7: -1.50)"


def test_the_env_is_seeded_once_from_rng():
    env = Scripted((1, 0.0, *ENDED))
    learn(env, episodes=5, seed=3)
    assert env.seeds == [int(np.random.default_rng(3).integers(2**31)), None, None, None, None]


class AlwaysZero(np.random.Generator):
    """A generator whose whole numbers are all 0."""

    def integers(self, *args, **kwargs):
        return np.int64(0)


def test_seed_zero_is_a_seed():
    env = Scripted((1, 0.0, *ENDED))
    learn(env, episodes=2, rng=AlwaysZero(np.random.PCG64(0)))
    assert env.seeds == [0, None]


@pytest.mark.parametrize("seed", [0, 1])
def test_equal_seeds_give_equal_tables(seed):
    one, other = (learn(forage(), episodes=100, seed=seed) for _ in range(2))
    assert np.array_equal(one.q, other.q) and np.array_equal(one.visits, other.visits)
    assert np.array_equal(one.returns, other.returns)


def test_an_env_that_was_played_before_gives_the_same_table():
    env = forage()
    one = learn(env, episodes=50)
    assert np.array_equal(learn(env, episodes=50).q, one.q)


def test_other_seeds_and_a_generator_used_before_give_other_tables():
    rng = np.random.default_rng(0)
    tables = [learn(forage(), episodes=50, rng=rng).q for _ in range(2)]
    tables.append(learn(forage(), episodes=50, seed=1).q)
    assert len({table.tobytes() for table in tables}) == 3


def test_numpys_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()
    learn(forage(), episodes=20)
    learn(gymnasium.make("CartPole-v1"), episodes=2, encode=CART)
    assert np.array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize(
    ("engine", "serves"), [("auto", "compiled"), ("compiled", "compiled"), ("python", "python")]
)
def test_every_engine_learns_the_same_and_the_run_says_which_served(engine, serves, learner):
    run = learn(forage(), learner=learner, episodes=50, engine=engine)
    assert run.engine == serves and np.array_equal(run.q, learnt_quickly(learner))


@cache
def learnt_quickly(learner) -> np.ndarray:
    return learn(forage(), learner=learner, episodes=50).q


# The relatives


class Corridor(gymnasium.Env):
    """Cells 0 to 4; 0 is left, 1 is right; the game is won in 4. It writes down every step."""

    observation_space = Discrete(5)
    action_space = Discrete(2)

    def __init__(self, longest=10**6):
        self.longest, self.log = longest, []

    def reset(self, *, seed=None, options=None):
        self.at, self.steps = 1, 0
        return self.at, {}

    def step(self, action):
        before, self.steps = self.at, self.steps + 1
        self.at = max(self.at + (1 if action else -1), 0)
        won = self.at == 4
        step = (3.0 if won else -0.25 * (1 + before), won, self.steps >= self.longest)
        self.log.append((before, action, self.at, *step))
        return self.at, *step, {}


VALUES = np.array([[0.5, 1.0], [2.0, -1.0], [0.25, 0.75], [4.0, 3.0], [9.0, 8.0]])


def by_the_book(log, learner, q, alpha: float, gamma: float, epsilon: float) -> np.ndarray:
    """Learn from a log of steps, by the formulas of the book."""
    q = q.copy()
    for k, (state, action, new, reward, terminated, truncated) in enumerate(log):
        if terminated:
            future = 0.0
        elif learner is sarsa:
            assert not truncated
            future = q[new, log[k + 1][1]]
        elif learner is expected_sarsa:
            chances = np.full(2, epsilon / 2)
            chances[q[new] == q[new].max()] += (1 - epsilon) / (q[new] == q[new].max()).sum()
            future = chances @ q[new]
        else:
            future = q[new].max()
        q[state, action] += alpha * (reward + gamma * future - q[state, action])
    return q


@pytest.mark.parametrize("epsilon", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("seed", range(3))
def test_each_learner_has_the_target_of_the_book(learner, epsilon, seed):
    env = Corridor(10**6 if learner is sarsa else 9)
    told = {"alpha": 0.5, "gamma": 0.75, "epsilon": epsilon}
    run = learn(env, learner=learner, seed=seed, episodes=15, q=VALUES, **told)
    assert len(env.log) == run.lengths.sum() >= 45
    np.testing.assert_allclose(run.q, by_the_book(env.log, learner, VALUES, **told), rtol=1e-12)


def test_the_learners_differ():
    tables = [learn(Corridor(), learner=each, episodes=5, epsilon=0.5).q for each in LEARNERS]
    assert len({table.tobytes() for table in tables}) == 3


def test_sarsa_learns_from_the_action_that_it_takes_next():
    # With alpha 1 a value is its target, which names the next action: all values differ.
    for seed in range(20):
        env = Corridor()
        run = learn(env, learner=sarsa, seed=seed, alpha=1, epsilon=1, q=VALUES)
        q = VALUES.copy()
        for (state, action, new, reward, *_), after in zip(env.log, env.log[1:], strict=False):
            q[state, action] = reward + 0.9 * q[new, after[1]]
        q[3, 1] = 3
        np.testing.assert_allclose(run.q, q, rtol=1e-12)


def test_sarsa_chooses_its_next_action_before_it_learns():
    # 0 follows itself; action 0 is best until it is punished, and is taken once more even so.
    steps = (0, -90.0, *ON), (1, 0.0, *ENDED)
    start = np.array([[5.0, 4.0], [0.0, 0.0], [0.0, 0.0]])
    told = {"epsilon": 0, "alpha": 0.5, "q": start}
    assert learn(Scripted(*steps), learner=sarsa, **told).visits[0].tolist() == [2, 0]
    assert learn(Scripted(*steps), learner=q_learning, **told).visits[0].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("learner", "future"),
    [(q_learning, 8.0), (sarsa, 8.0), (expected_sarsa, 0.8 * 8 + 0.2 * 5)],
    ids=["q_learning", "sarsa", "expected_sarsa"],
)
def test_every_learner_bootstraps_at_a_truncation_and_not_at_an_end(learner, future):
    told = {"learner": learner, "q": FIRST, "alpha": 1, "gamma": 0.5}
    epsilon = 0.2 if learner is expected_sarsa else 0
    cut = learn(Scripted((1, 3.0, *CUT_SHORT)), epsilon=epsilon, **told).q
    assert cut[0].max() == pytest.approx(3 + 0.5 * future, rel=1e-15)
    for end in (ENDED, (True, True)):
        run = learn(Scripted((1, 3.0, *end)), epsilon=epsilon, **told)
        assert run.q[0].max() == 3 and np.array_equal(run.q[1:], FIRST[1:])


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_first_action_of_an_episode_is_a_new_choice(learner):
    first = [
        learn(Scripted((1, 0.0, *ENDED)), learner=learner, epsilon=1, episodes=400).visits[0],
        learn(Scripted((1, 0.0, *CUT_SHORT)), learner=learner, epsilon=1, episodes=400).visits[0],
    ]
    assert all(150 < often < 250 for visits in first for often in visits)


@pytest.mark.parametrize("learner", [sarsa, expected_sarsa])
def test_the_relatives_have_the_arguments_of_q_learning(learner):
    assert inspect.signature(learner) == inspect.signature(q_learning)
    assert learner.__module__ == "peterwolf.tabular.learners" and learner.__name__ in repr(learner)
    assert "q_learning" in learner.__doc__


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize(
    ("given", "told", "error"),
    [
        ((), {"epsilon": 2}, "epsilon must be a number"),
        ((), {"episodes": 0}, "episodes must be an integer"),
        ((), {"engine": "fast"}, "engine must be one of"),
        ((), {"snapshots": -1}, "snapshots must be an integer of 0 or more, got -1"),
        ((), {"snapshots": 1.5}, "snapshots must be an integer of 0 or more, got 1.5"),
        ((), {"steps": 5}, "steps"),
        ((5,), {}, "positional"),
    ],
    ids=lambda part: str(part)[:20],
)
def test_every_learner_refuses_the_same_arguments(learner, given, told, error):
    usual = {"episodes": 1, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.1}
    with pytest.raises((TypeError, ValueError), match=error):
        learner(Untouched(), *given, **({"rng": np.random.default_rng(0)} | usual | told))


@pytest.mark.parametrize("learner", LEARNERS)
def test_every_learner_needs_a_generator(learner):
    with pytest.raises(TypeError, match="rng"):
        learner(Untouched(), episodes=1, alpha=0.5, gamma=0.9, epsilon=0.1)


# Snapshots


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("wrap", [gymnasium.Wrapper, lambda env: env], ids=["steps", "arrays"])
def test_a_snapshot_is_the_table_of_a_run_of_that_many_episodes(wrap, learner):
    given = np.random.default_rng(1).normal(size=(8, 8, 4))
    told = {"learner": learner, "q": given, "engine": "python"}
    run = learn(wrap(forage()), episodes=60, snapshots=6, **told)
    assert [each.episode for each in run.snapshots] == [0, 2, 10, 22, 38, 60]
    assert np.array_equal(run.snapshots[0].q, given) and not run.snapshots[0].visits.any()
    for episode, q, visits in run.snapshots[1:]:
        shorter = learn(wrap(forage()), episodes=episode, **told)
        assert np.array_equal(q, shorter.q) and np.array_equal(visits, shorter.visits)


def test_the_last_snapshot_is_the_table_but_not_a_view_of_it():
    run = learn(forage(), episodes=30, snapshots=3)
    last = run.snapshots[-1]
    assert np.array_equal(last.q, run.q) and np.array_equal(last.visits, run.visits)
    run.q[:] = run.visits[:] = 7
    assert not (last.q == 7).any() and not (last.visits == 7).all()


@pytest.mark.parametrize("engine", ["python", "compiled"])
def test_snapshots_change_nothing_that_is_learnt(engine):
    without, kept = (learn(forage(), episodes=90, engine=engine, snapshots=n) for n in (0, 9))
    assert without.snapshots == () and len(kept.snapshots) == 9
    for name in ("q", "visits", "returns", "lengths"):
        assert np.array_equal(getattr(without, name), getattr(kept, name))


# Stopping the kernel


class Stopped(Scripted):
    """The kernel is stopped in the second step of one episode."""

    def __init__(self, episode, *steps):
        super().__init__(*steps)
        self.last = episode

    def step(self, action):
        if len(self.seeds) == self.last + 1 and self.at == 1:
            raise KeyboardInterrupt
        return super().step(action)


def test_stopping_the_kernel_in_a_step_keeps_what_was_learnt():
    run = learn(Stopped(50, (1, 0.0, *ON), (2, 4.0, *ENDED)), episodes=200)
    assert run.interrupted and len(run.returns) == len(run.lengths) == 50
    assert run.q.max() > 3.9 and run.visits.sum() == 101
    assert repr(run).endswith(", interrupted)")


def test_a_stopped_run_ends_with_a_snapshot_of_its_table():
    # It is stopped within episode 51, of which one step has been learnt.
    run = learn(Stopped(51, (1, 1.0, *ON), (2, 4.0, *ENDED)), episodes=200, snapshots=5)
    numbers = [each.episode for each in run.snapshots]
    assert run.interrupted and numbers == [0, 12, 50, 51]
    assert np.array_equal(run.snapshots[-1].q, run.q)
    assert run.snapshots[-1].visits.sum() == run.visits.sum() == 103


def test_stopping_the_kernel_between_episodes_keeps_what_was_learnt():
    def epsilon(episode: int) -> float:
        if episode == 50:
            raise KeyboardInterrupt
        return 0.5

    run = learn(Scripted((1, 0.0, *ON), (2, 4.0, *ENDED)), episodes=200, epsilon=epsilon)
    assert run.interrupted and len(run.returns) == 50 and run.visits.sum() == 100


def test_stopping_the_kernel_in_the_first_episode_still_gives_a_run():
    run = learn(Stopped(0, (1, 2.0, *ON), (2, 4.0, *ENDED)), episodes=9)
    assert run.interrupted and len(run.returns) == 0 and run.q.max() == 1
    assert repr(run) == "Run(0 episodes, 0 steps, table (3, 2), interrupted)"


# Other envs


def test_it_learns_on_frozen_lake():
    env = gymnasium.make("FrozenLake-v1", is_slippery=False)
    run = learn(env, episodes=800, epsilon=linear_decay(1, 0.2, 800))
    assert run.q.shape == (16, 4) and run.visits.sum() == run.lengths.sum()
    state, _ = env.reset(seed=0)
    for _ in range(6):  # the shortest way to the present has six moves
        state, reward, *_ = env.step(greedy(run.q)(state))
    assert (state, reward) == (15, 1)


def test_it_runs_on_cartpole_with_bins():
    run = learn(gymnasium.make("CartPole-v1"), episodes=5, encode=CART)
    assert run.q.shape == (3, 3, 6, 6, 2) and run.q.any()
    assert run.visits.sum() == run.lengths.sum() == run.returns.sum()


def test_it_runs_with_an_encode_of_ones_own():
    def side(observation):
        return int(observation[2] > 0), int(observation[3] > 0)

    run = learn(gymnasium.make("CartPole-v1"), episodes=5, encode=side, shape=(2, 2))
    assert run.q.shape == (2, 2, 2) and run.q.all()


# Bad input

NEITHER = [(-0.1, ValueError), (1.5, ValueError), (np.nan, ValueError), ("a", TypeError)]


@pytest.mark.parametrize("name", ["alpha", "gamma", "epsilon"])
@pytest.mark.parametrize(("value", "error"), NEITHER + [(None, TypeError), (1j, TypeError)])
def test_a_number_outside_0_to_1_is_refused_before_the_first_step(name, value, error):
    with pytest.raises(error, match=f"^{name} must be a number from 0 to 1, got {value!r}$"):
        learn(Untouched(), **{name: value})


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
@pytest.mark.parametrize(("value", "error"), NEITHER)
def test_a_schedule_that_begins_outside_is_refused_before_the_first_step(name, value, error):
    outside = f"^{name} of episode 0 must be a number from 0 to 1, got {value!r}$"
    with pytest.raises(error, match=outside):
        learn(Untouched(), **{name: lambda episode: value})


@pytest.mark.parametrize("name", ["alpha", "epsilon"])
def test_a_schedule_that_leaves_the_range_is_an_error_in_that_episode(name):
    with pytest.raises(ValueError, match=f"{name} of episode 3 must be a number .*, got 1.5"):
        learn(Scripted((1, 0.0, *ENDED)), episodes=9, **{name: lambda episode: episode / 2})


@pytest.mark.parametrize(
    ("episodes", "error"),
    [(0, ValueError), (-3, ValueError), (1.5, TypeError), ("5", TypeError), (None, TypeError)],
)
def test_episodes_are_one_or_more(episodes, error):
    with pytest.raises(error, match=f"^episodes must be an integer of 1 or more, got {episodes!r}"):
        learn(Untouched(), episodes=episodes)


@pytest.mark.parametrize("rng", [0, None, "0", np.random, np.random.RandomState(0)])
def test_rng_is_a_generator(rng):
    needed = (
        rf"^rng must be a numpy.random.Generator, .*default_rng\(0\).*, got {re.escape(repr(rng))}$"
    )
    with pytest.raises(TypeError, match=needed):
        learn(Untouched(), rng=rng)


@pytest.mark.parametrize(
    ("q", "error", "needed"),
    [
        (np.zeros((2, 3)), ValueError, "q must have the shape (3, 2), got (2, 3)"),
        (np.zeros(6), ValueError, "q must have the shape (3, 2), got (6,)"),
        (np.zeros((3, 2), dtype=int), TypeError, "q must be a numpy array of floats, got int64"),
        ([[0.0, 0.0]] * 3, TypeError, "q must be a numpy array of floats, got list"),
        (FIRST * np.nan, ValueError, "q must be finite everywhere, got nan at (0, 0)"),
        (FIRST * np.inf, ValueError, "q must be finite everywhere, got inf at (0, 0)"),
    ],
    ids=["turned", "flat", "integers", "list", "nan", "infinite"],
)
def test_a_table_that_cannot_be_learnt_in_is_refused(q, error, needed):
    with pytest.raises(error, match=f"^{re.escape(needed)}$"):
        learn(Untouched(), q=q)


def test_a_box_env_without_encode_is_refused():
    with pytest.raises(ValueError, match=r"^encode must turn observations of Box.* got None$"):
        learn(UntouchedBox())


def test_an_encode_without_shape_and_table_is_refused():
    with pytest.raises(ValueError, match="^shape or q must be given"):
        learn(UntouchedBox(), encode=lambda observation: (0,))


@pytest.mark.parametrize("shape", [(4,), (3, 3)])
def test_a_shape_that_contradicts_the_env_is_refused(shape):
    with pytest.raises(ValueError, match=rf"shape must .*\(3,\).*, got {re.escape(str(shape))}"):
        learn(Untouched(), shape=shape)


@pytest.mark.parametrize("state", [(3,), (-1,), (0, 0)])
def test_an_encode_that_leaves_the_table_is_an_error(state):
    outside = re.escape(f"encode must return indices inside the shape (3,), got {state}")
    with pytest.raises(IndexError, match=f"^{outside} for the observation 0"):
        learn(Scripted((1, 0.0, *ENDED)), encode=lambda observation: state, shape=(3,))


@pytest.mark.parametrize("encode", [5, "bins", (1, 2)])
def test_encode_is_a_function(encode):
    with pytest.raises(TypeError, match=f"^encode must be .*, got {re.escape(repr(encode))}$"):
        learn(UntouchedBox(), encode=encode, shape=(3,))


@pytest.mark.parametrize("engine", ["fast", "Python", None, 1])
def test_an_unknown_engine_is_refused(engine):
    with pytest.raises(ValueError, match=f"^engine must be one of 'auto', .*, got {engine!r}$"):
        learn(Untouched(), engine=engine)


def test_an_env_whose_actions_are_not_discrete_is_refused():
    needed = r"^env must have a Discrete action space from 0 on, got Box\("
    with pytest.raises(TypeError, match=needed):
        learn(UntouchedSteering())


@pytest.mark.parametrize("env", ["CartPole-v1", None, CLASSIC])
def test_an_env_is_a_gymnasium_env(env):
    with pytest.raises(TypeError, match="^env must be a gymnasium env.*, got"):
        learn(env)


@pytest.mark.parametrize("progress", ["yes", 1])
def test_a_progress_that_is_neither_true_nor_false_is_refused(progress):
    needed = f"^progress must be one of None, True, False, got {progress!r}$"
    with pytest.raises(ValueError, match=needed):
        learn(Untouched(), progress=progress)


# Peter's board, against the oracle


def shortest_and_learnt(board: Board, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The lengths of the exact and of the learnt paths, one entry a ground cell."""
    run = learn(
        forage(board),
        seed=seed,
        episodes=3000,
        alpha=0.5,
        gamma=0.95,
        epsilon=linear_decay(1, 0.1, 3000),
    )
    ground = board.cells == Cell.GROUND
    tables = planning.value_iteration(board, FORAGE, gamma=0.95), run.q
    exact, learnt = (planning.path_lengths(board, FORAGE, q)[ground] for q in tables)
    return exact, learnt


@pytest.mark.parametrize("seed", range(10))
def test_on_the_classic_board_every_start_walks_a_shortest_path(seed):
    exact, learnt = shortest_and_learnt(CLASSIC, seed)
    assert len(exact) == 45 and exact.mean().round(2) == 3.02
    assert np.array_equal(learnt, exact)


def test_on_50_random_boards_99_percent_of_the_starts_walk_a_shortest_path():
    boards = [random_board(np.random.default_rng(seed)) for seed in range(50)]
    pairs = [shortest_and_learnt(board, seed) for seed, board in enumerate(boards)]
    exact, learnt = (np.concatenate(lengths) for lengths in zip(*pairs, strict=True))
    reachable = np.isfinite(exact)
    assert reachable.sum() > 1500
    assert (learnt == exact)[reachable].mean() >= 0.99
