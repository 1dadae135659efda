"""A game as arrays: the same game as the env plays, and the envs that cannot be had so."""

import re
from dataclasses import dataclass

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, TimeLimit
from hypothesis import given, settings
from hypothesis import strategies as st

from peterwolf import CLASSIC, Board, Cell, planning, random_board
from peterwolf.envs.board_env import BoardEnv
from peterwolf.envs.peter import ForageEnv, HuntEnv
from peterwolf.tabular.env_tables import LONGEST, UnfitError, bare, table_world
from peterwolf.tabular.settings import Setting, first_table
from peterwolf.worlds.rules import Forage, Hunt

POND = Board.from_text("""
    .A.
    .~W
    T..
""")


@st.composite
def boards(draw) -> Board:
    """Small boards of any shape with ground, an apple and the wolf."""
    width, height = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    others = st.lists(
        st.sampled_from(".~WTA"), min_size=width * height - 3, max_size=width * height - 3
    )
    cells = draw(st.permutations([".", "A", "W", *draw(others)]))
    rows = ["".join(cells[y * width : (y + 1) * width]) for y in range(height)]
    return Board.from_text("\n".join(rows))


def told(env: gymnasium.Env, encode=None, shape=None) -> Setting:
    """What a learner of the env is told."""
    return Setting.checked(0.5, 0.9, 0.1, encode, first_table(env, None, shape, encode))


def played(env: gymnasium.Env, seed: int, steps: int) -> tuple[list, list]:
    """Play at random in the env and in its arrays; return what each of them showed."""
    world, actions = table_world(env, told(env)), np.random.default_rng(seed)
    shape = tuple(env.observation_space.nvec)
    observation, _ = env.reset(seed=seed)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    shown, arrays = [tuple(observation)], [np.unravel_index(world.begin(rng), shape)]
    for _ in range(steps):
        action = int(actions.integers(4))
        observation, reward, terminated, truncated, _ = env.step(action)
        row, pays, ended, cut = world.step(action)
        shown.append((tuple(observation), reward, terminated, terminated or truncated))
        arrays.append((np.unravel_index(row, shape), pays, ended, ended or cut))
        if terminated or truncated:
            shown.append(tuple(env.reset()[0]))
            arrays.append(np.unravel_index(world.begin(rng), shape))
    return shown, arrays


# The same game


@settings(max_examples=20, deadline=None)
@given(board=boards(), seed=st.integers(0, 2**31), limit=st.sampled_from([None, 1, 5]))
@pytest.mark.parametrize("kind", [ForageEnv, HuntEnv])
def test_the_arrays_are_the_game_that_the_env_plays(kind, board, seed, limit):
    shown, arrays = played(kind(board, max_steps=limit), seed, 60)
    assert shown == arrays


@pytest.mark.parametrize("reward", ["outcome", "seed"])
def test_the_arrays_of_the_hunt_pay_what_the_env_pays(reward):
    shown, arrays = played(HuntEnv(CLASSIC, reward=reward), 0, 3000)
    assert shown == arrays


def test_the_arrays_have_a_row_for_every_state_and_a_start_for_every_ground_cell():
    spec = ForageEnv(POND).kernel_spec()
    assert spec.shape == (3, 3) and spec.max_steps == 100
    assert [tuple(int(i) for i in np.unravel_index(s, spec.shape)) for s in spec.starts] == list(
        POND.where(Cell.GROUND)
    )
    for array in spec[:3]:
        assert array.shape == (9, 4)
    hunt = HuntEnv(POND, max_steps=7).kernel_spec()
    assert hunt.shape == (3, 3, 11, 11) and hunt.next_state.shape == (9 * 121, 4)
    begins = {tuple(int(i) for i in np.unravel_index(s, hunt.shape)[2:]) for s in hunt.starts}
    assert begins == {(10, 0)} and hunt.max_steps == 7


def test_the_game_ends_where_the_rule_says_so():
    spec = ForageEnv(POND).kernel_spec()
    for x, y in POND.where(Cell.GROUND):
        for action in range(4):
            outcome = Forage().step(POND, Forage().start((x, y)), action)
            at = 3 * x + y, action
            assert spec.terminated[at] == outcome.terminated
            assert spec.reward[at] == outcome.reward
            assert spec.next_state[at] == 3 * outcome.peter.x + outcome.peter.y


@pytest.mark.parametrize(("outer", "inner", "limit"), [(7, 9, 7), (9, 7, 7), (500, 600, 100)])
def test_the_shortest_time_limit_counts(outer, inner, limit):
    env = TimeLimit(OrderEnforcing(TimeLimit(ForageEnv(POND), inner)), outer)
    assert table_world(env, told(env)).limit == limit


# The learner's table


class Asked:
    """An encode that remembers what it was asked, and answers the x of a position."""

    shape = (8,)

    def __init__(self):
        self.asked = []

    def __call__(self, observation):
        self.asked.append(tuple(observation.tolist()))
        return (int(observation[0]),)


def test_encode_is_asked_once_for_every_state_that_can_be_reached():
    env, encode = ForageEnv(CLASSIC), Asked()
    world = table_world(env, told(env, encode))
    playing = [xy for xy in CLASSIC.positions() if CLASSIC[xy] not in Forage.endings]
    assert len(encode.asked) == len(playing) and set(encode.asked) == set(playing)
    for x, y in playing:
        assert world.row[8 * x + y] == x


def test_encode_is_not_asked_for_a_state_that_no_game_passes_through():
    env, encode = HuntEnv(Board.from_text("....W\n.....")), Asked()
    table_world(env, told(env, encode))
    # Without a tree or an apple every move makes Peter one hungrier and one more tired.
    assert {energy + fatigue for _, _, energy, fatigue in encode.asked} == {10}
    assert len(encode.asked) == len(set(encode.asked)) == 9 * 11


def test_encode_gets_what_the_env_shows():
    env, seen = ForageEnv(POND), []
    shown, _ = env.reset(seed=0)

    def encode(observation):
        seen.append((type(observation), observation.dtype, observation.shape))
        return (0,)

    table_world(env, told(env, encode, (1,)))
    assert set(seen) == {(type(shown), shown.dtype, shown.shape)}


def test_an_encode_that_leaves_the_table_is_an_error():
    env = ForageEnv(POND)
    with pytest.raises(IndexError, match="^encode must return indices inside the shape"):
        table_world(env, told(env, lambda at: (9,), (3,)))


# What stands around an env


def test_gymnasiums_own_wrappers_are_looked_through():
    inner = ForageEnv(POND)
    assert bare(inner) == (inner, LONGEST + 1)
    wrapped = TimeLimit(OrderEnforcing(PassiveEnvChecker(inner)), 12)
    assert bare(wrapped) == (inner, 12)
    made = gymnasium.make("MountainCar-v0")
    assert bare(made) == (made.unwrapped, 200)


class Deaf(TimeLimit):
    """A time limit of another kind."""


@pytest.mark.parametrize(
    ("wrap", "named"),
    [
        (gymnasium.Wrapper, "Wrapper"),
        (lambda env: gymnasium.wrappers.TransformReward(env, lambda r: r), "TransformReward"),
        (lambda env: OrderEnforcing(gymnasium.Wrapper(env)), "Wrapper"),
        (lambda env: Deaf(env, 5), "Deaf"),
    ],
    ids=["plain", "reward", "inside", "subclass"],
)
def test_any_other_wrapper_is_refused_by_its_name(wrap, named):
    with pytest.raises(UnfitError, match=f"^it is wrapped in {named}$"):
        bare(wrap(ForageEnv(POND)))


@pytest.mark.parametrize("name", ["step", "reset"])
@pytest.mark.parametrize("layer", range(3))
def test_a_replaced_method_is_refused_on_every_layer(name, layer):
    env = top = TimeLimit(OrderEnforcing(ForageEnv(POND)), 5)
    for _ in range(layer):
        env = env.env
    setattr(env, name, getattr(env, name))
    with pytest.raises(UnfitError, match=f"^its {name} is replaced$"):
        bare(top)


def windy(name: str, kind: type[BoardEnv] = ForageEnv) -> BoardEnv:
    """An env of a subclass that has a method of its own."""
    return type("Windy", (kind,), {name: lambda self, *given, **named: None})(POND)


@pytest.mark.parametrize("kind", [ForageEnv, HuntEnv])
@pytest.mark.parametrize("name", ["step", "reset", "_observation", "_checked_start"])
def test_a_subclass_that_plays_otherwise_is_refused(name, kind):
    env = windy(name, kind)
    with pytest.raises(UnfitError, match=f"^its {name} is not that of Peter's boards$"):
        table_world(env, told(env))


def test_a_method_replaced_in_one_env_is_refused():
    env = ForageEnv(POND)
    env._observation = lambda: np.array([0, 0])
    with pytest.raises(UnfitError, match="^its _observation is not that of Peter's boards$"):
        table_world(env, told(env))


def test_a_subclass_that_only_draws_otherwise_is_not_refused():
    class Painted(ForageEnv):
        def render(self):
            return "P"

    env = Painted(POND)
    assert table_world(env, told(env)).limit == 100


@pytest.mark.parametrize(
    ("env", "why"),
    [
        (lambda: ForageEnv(random_board), "its board is drawn anew at each reset"),
        (lambda: ForageEnv(lambda rng: POND), "its board is drawn anew at each reset"),
        (
            lambda: HuntEnv(Board.from_text("\n".join(["." * 40 + "W"] * 41))),
            "it has 203401 states, more than 200000",
        ),
        (
            lambda: ForageEnv(POND, max_steps=LONGEST + 1),
            "its episodes may last more than 1000000 steps",
        ),
        (
            lambda: gymnasium.make("FrozenLake-v1"),
            "it is none of Peter's boards, MountainCar-v0 and CartPole-v1",
        ),
    ],
    ids=["random", "function", "large", "long", "another"],
)
def test_what_cannot_be_had_as_arrays_says_why(env, why):
    env = env()
    with pytest.raises(UnfitError, match=f"^{re.escape(why)}$"):
        table_world(env, told(env))


def test_the_longest_episodes_allowed_are_not_refused():
    env = ForageEnv(POND, max_steps=LONGEST)
    assert table_world(env, told(env)).limit == LONGEST


# The model that is kept for the next question


def charged(self, board, peter, action):
    """The step of a rule that charges `tax` for every move."""
    outcome = Forage.step(self, board, peter, action)
    return outcome._replace(reward=outcome.reward - self.tax)


@dataclass(frozen=True)
class Taxed(Forage):
    """A frozen rule with a number of its own."""

    tax: float = 0.0
    step = charged


class Changeable:
    """A rule whose tax its owner may change."""

    step, move_reward, endings, goal = charged, -0.1, Forage.endings, Forage.goal
    shape, states, start = Forage.shape, Forage.states, Forage.start

    def __init__(self):
        self.tax = 0.0


@dataclass(eq=False)
class ChangeableData(Changeable):
    """The same as a dataclass that is not frozen; it is hashed by what it is, not by its tax."""

    tax: float = 0.0


def test_a_model_is_asked_once_and_cannot_be_written():
    known = planning.model(POND, Forage())
    assert planning.model(Board.from_text(POND.to_text()), Forage()) is known
    for array in known:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_arrays_of_an_env_cannot_change_the_model():
    spec = HuntEnv(POND).kernel_spec()
    before = [array.copy() for array in planning.model(POND, Hunt())]
    for array in (spec.next_state, spec.reward):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    spec.terminated[...] = False
    spec.starts[...] = 0
    after = planning.model(POND, Hunt())
    assert all(map(np.array_equal, before, after))


@pytest.mark.parametrize("rule", [Changeable, ChangeableData])
def test_a_rule_that_can_change_is_asked_anew(rule):
    rule = rule()
    first = planning.model(POND, rule)
    rule.tax = 3.0
    second = planning.model(POND, rule)
    goes_on = first.reward == -0.1
    assert goes_on.any() and (second.reward[goes_on] == -3.1).all()


def test_frozen_rules_with_other_numbers_have_other_models():
    rewards = [planning.model(POND, Taxed(tax)).reward[0, 0, 1] for tax in (0.0, 1.0, 2.0, 0.0)]
    assert rewards == [-0.1, -1.1, -2.1, -0.1]


@pytest.mark.parametrize("rule", [Hunt("seed"), Hunt("outcome"), Forage()], ids=repr)
def test_models_of_several_rules_and_boards_do_not_get_mixed_up(rule):
    turned = Board.from_text("W.A\n.~.\nT..")
    fresh = {board: planning._asked.__wrapped__(board, rule) for board in (POND, turned)}
    for board in (POND, turned, POND):
        for other in (Forage(), Hunt("seed"), Hunt("outcome")):
            planning.model(board, other)
        assert all(map(np.array_equal, planning.model(board, rule), fresh[board]))


def test_a_very_large_model_is_not_kept(monkeypatch):
    monkeypatch.setattr(planning, "MOST_KEPT", 8)
    assert planning.model(POND, Forage()) is not planning.model(POND, Forage())
    monkeypatch.setattr(planning, "MOST_KEPT", 9)
    assert planning.model(POND, Forage()) is planning.model(POND, Forage())
