"""Which engine serves: what the compiled one refuses, and why, and what is left without numba."""

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import gymnasium
import numpy as np
import pytest
from fresh import loaded
from gymnasium.envs.classic_control import CartPoleEnv, MountainCarEnv
from gymnasium.envs.toy_text import TaxiEnv
from gymnasium.wrappers import TimeLimit, TransformReward

from peterwolf import CLASSIC, Board, random_board, tabular, tiles
from peterwolf.envs.board_env import BoardEnv
from peterwolf.envs.peter import ForageEnv, HuntEnv
from peterwolf.kernels.loops import METHODS
from peterwolf.tabular import numba_engine as compiled
from peterwolf.tabular.bins import Bins
from peterwolf.worlds.rules import Forage, Hunt

CAR = Bins([-1.2, -0.07], [0.6, 0.07], (6, 6))
POLE = Bins([-2.4, -3, -0.21, -3], [2.4, 3, 0.21, 3], (3, 3, 6, 6))


def learn(env: gymnasium.Env, engine: str, method: str = "q_learning", seed: int = 0, **changed):
    """Learn for some episodes; return the run and the state of the generator."""
    told = {"episodes": 4, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.4} | changed
    rng = np.random.default_rng(seed)
    run = getattr(tabular, method)(env, rng=rng, engine=engine, progress=False, **told)
    return run, (run.q.tobytes(), run.returns.tobytes(), rng.bit_generator.state)


def car(**changed) -> gymnasium.Env:
    """A car with other numbers, on a short drive."""
    env = gymnasium.make("MountainCar-v0", max_episode_steps=40)
    for name, value in changed.items():
        setattr(env.unwrapped, name, value)
    return env


def pole(**changed) -> gymnasium.Env:
    """A pole with other numbers."""
    env = gymnasium.make("CartPole-v1")
    for name, value in changed.items():
        setattr(env.unwrapped, name, value)
    return env


def forage(**changed) -> gymnasium.Env:
    return gymnasium.make("peterwolf/Forage-v0", **changed)


def replaced(env: gymnasium.Env, name: str = "step", layer: int = 0) -> gymnasium.Env:
    """An env with a method replaced on a layer, counted from outside, by one that does the same."""
    inner = env
    for _ in range(layer):
        inner = inner.env
    usual = getattr(inner, name)
    setattr(inner, name, lambda *given, **named: usual(*given, **named))
    return env


class Windy(ForageEnv):
    """Forage where the wind takes the first step's direction away."""

    def step(self, action):
        return super().step((action + 1) % 4)


class Shy(HuntEnv):
    """A hunt that says less."""

    def _observation(self):
        return np.minimum(super()._observation(), 5)


class Homely(ForageEnv):
    """Forage that always begins at one place."""

    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed, options={"start": (0, 0)})


class Downhill(MountainCarEnv):
    """A car that starts at its goal."""

    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed, options={"low": 0.4, "high": 0.45})


class Wide(Bins):
    """Bins of another kind."""

    def __call__(self, observation):
        return super().__call__(np.asarray(observation) / 2)


class Case(NamedTuple):
    """An env that no kernel plays, what its learner is told, and why it is refused."""

    env: Callable[[], gymnasium.Env]
    why: str
    told: dict = {}


UNKNOWN = "it is none of Peter's boards, MountainCar-v0 and CartPole-v1"
ANEW = "its board is drawn anew at each reset"
LONG = "its episodes may last more than 1000000 steps"
ON_CAR, ON_POLE = {"encode": CAR}, {"encode": POLE}
ABOVE = {"encode": lambda o: (int(o[0] > 0),), "shape": (2,)}
FAR = Board.from_text("\n".join(["." * 40 + "W"] * 41))
REFUSED = {
    "frozen lake": Case(lambda: gymnasium.make("FrozenLake-v1"), UNKNOWN),
    "taxi": Case(lambda: TimeLimit(TaxiEnv(), 30), UNKNOWN),
    "acrobot": Case(
        lambda: gymnasium.make("Acrobot-v1", max_episode_steps=30),
        UNKNOWN,
        ABOVE,
    ),
    "subclass of the car": Case(lambda: TimeLimit(Downhill(), 50), UNKNOWN, ON_CAR),
    "wrapped board": Case(lambda: gymnasium.Wrapper(forage()), "it is wrapped in Wrapper"),
    "wrapped pole": Case(
        lambda: TransformReward(pole(), lambda reward: 2 * reward),
        "it is wrapped in TransformReward",
        ON_POLE,
    ),
    "recorded pole": Case(
        lambda: gymnasium.wrappers.RecordEpisodeStatistics(pole()),
        "it is wrapped in RecordEpisodeStatistics",
        ON_POLE,
    ),
    "gravity": Case(lambda: pole(gravity=5), "its gravity is 5, not 9.8", ON_POLE),
    "heavy pole": Case(lambda: pole(masspole=0.5), "its masspole is 0.5, not 0.1", ON_POLE),
    "near goal": Case(
        lambda: car(goal_position=-0.45), "its goal_position is -0.45, not 0.5", ON_CAR
    ),
    "textbook's reward": Case(
        lambda: gymnasium.make("CartPole-v1", sutton_barto_reward=True),
        "its sutton_barto_reward is True, not False",
        ON_POLE,
    ),
    "step replaced": Case(lambda: replaced(forage()), "its step is replaced"),
    "step replaced inside": Case(lambda: replaced(forage(), layer=1), "its step is replaced"),
    "reset replaced inside": Case(lambda: replaced(pole(), "reset", 2), "its reset is", ON_POLE),
    "step of the env replaced": Case(lambda: replaced(car(), "step", 3), "its step is", ON_CAR),
    "other step": Case(Windy, "its step is not that of Peter's boards"),
    "other reset": Case(Homely, "its reset is not that of Peter's boards"),
    "other observation": Case(Shy, "its _observation is not that of Peter's boards"),
    "random boards": Case(lambda: forage(board=random_board), ANEW),
    "function of a board": Case(lambda: forage(board=lambda rng: CLASSIC), ANEW),
    "encode of one's own, car": Case(car, "encode is not Bins of 2 numbers", ABOVE),
    "encode of one's own, pole": Case(pole, "encode is not Bins of 4 numbers", ABOVE),
    "other bins": Case(
        pole, "encode is not Bins of 4 numbers", {"encode": Wide(POLE.low, POLE.high, POLE.shape)}
    ),
    "very large": Case(
        lambda: HuntEnv(FAR, max_steps=20), "it has 203401 states, more than 200000"
    ),
    "very long": Case(lambda: forage(max_steps=2_000_000), LONG),
    "car without end": Case(MountainCarEnv, LONG, ON_CAR),
    "pole without end": Case(CartPoleEnv, LONG, ON_POLE),
}
PLAYED = {name: case for name, case in REFUSED.items() if name != "car without end"}


# What the compiled engine refuses


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("method", METHODS)
def test_the_compiled_engine_says_why_it_cannot_play_an_env(name, method):
    case, rng = REFUSED[name], np.random.default_rng(0)
    before = rng.bit_generator.state
    env = case.env()
    told = {"episodes": 4, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.4} | case.told
    why = f"^engine='compiled' cannot play this env: {re.escape(case.why)}"
    with pytest.raises(ValueError, match=why) as refusal:
        getattr(tabular, method)(env, rng=rng, engine="compiled", **told)
    assert type(refusal.value) is ValueError
    assert rng.bit_generator.state == before  # nothing was drawn


@pytest.mark.parametrize("name", PLAYED)
def test_auto_then_learns_with_the_python_engine(name):
    case = PLAYED[name]
    run, auto = learn(case.env(), "auto", **case.told)
    assert run.engine == "python"
    assert auto == learn(case.env(), "python", **case.told)[1]


@pytest.mark.parametrize(
    ("name", "as_usual"),
    [
        ("wrapped pole", pole),
        ("gravity", pole),
        ("heavy pole", pole),
        ("near goal", car),
        ("textbook's reward", pole),
        ("other step", ForageEnv),
        ("other reset", ForageEnv),
        ("other observation", HuntEnv),
        ("other bins", pole),
    ],
)
def test_what_is_refused_would_have_learnt_something_else(name, as_usual):
    case = PLAYED[name]
    told = case.told | ({"encode": POLE} if name == "other bins" else {}) | {"episodes": 30}
    assert (
        learn(case.env(), "auto", **case.told | {"episodes": 30})[1]
        != learn(as_usual(), "python", **told)[1]
    )


def test_the_bins_of_another_world_are_refused():
    with pytest.raises(ValueError, match="encode is not Bins of 4 numbers$"):
        learn(pole(), "compiled", encode=CAR)


def altered(value):
    """Another value of the same kind."""
    if isinstance(value, str):
        return "semi-implicit euler"
    return not value if isinstance(value, bool) else value + 0.125


@pytest.mark.parametrize(
    ("make", "bins", "name", "value"),
    [(car, CAR, *known) for known in compiled.CAR.items()]
    + [(pole, POLE, *known) for known in compiled.POLE.items()],
)
def test_every_number_that_a_world_moves_by_is_held_to_gymnasiums(make, bins, name, value):
    env = make(**{name: altered(value)})
    with pytest.raises(ValueError, match=f"its {name.strip('_')} is .*, not "):
        learn(env, "compiled", encode=bins)


@pytest.mark.parametrize(
    ("kind", "known"), [(MountainCarEnv, compiled.CAR), (CartPoleEnv, compiled.POLE)]
)
def test_no_number_that_gymnasium_moves_by_is_forgotten(kind, known):
    harmless = {"state", "action_space", "render", "render_mode", "np_random"}
    read, harmless = set(), harmless | {"steps_beyond_terminated"}
    for method in (kind.step, kind.reset):
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(method)))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                read |= {node.attr} if node.value.id == "self" else set()
    built = {"masscart"} & set(known)  # part of total_mass, which is read
    assert read - harmless == set(known) - built


@pytest.mark.parametrize("make", [car, pole])
def test_an_env_that_was_played_before_is_played_again(make):
    env, bins = make(), CAR if make is car else POLE
    first = learn(env, "python", encode=bins)[1]
    assert learn(env, "compiled", encode=bins)[1] == first
    assert learn(env, "python", encode=bins)[1] == first


# A world of one's own


@dataclass(frozen=True)
class Generous(Forage):
    """Forage with another reward for a move."""

    gift: float = 0.5

    def step(self, board, peter, action):
        outcome = super().step(board, peter, action)
        return outcome if outcome.terminated else outcome._replace(reward=self.gift)


@dataclass(frozen=True)
class Drowsy(Hunt):
    """A hunt in which a fight is won by the one who is hungry."""

    def step(self, board, peter, action):
        outcome = super().step(board, peter, action)
        return outcome._replace(reward=-outcome.reward) if outcome.terminated else outcome


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rule", [Generous(), Generous(-2.0), Drowsy(), Drowsy("seed")], ids=repr)
def test_a_rule_of_ones_own_is_honoured_by_every_engine(rule, method):
    def env():
        return BoardEnv(rule, CLASSIC, None, None)

    told = {"method": method, "episodes": 40}
    run, walked = learn(gymnasium.Wrapper(env()), "python", **told)
    assert run.lengths.sum() > 40
    for engine in ("python", "compiled", "auto"):
        assert learn(env(), engine, **told)[1] == walked
    usual = BoardEnv(Hunt() if isinstance(rule, Hunt) else Forage(), CLASSIC, None, None)
    assert learn(usual, "python", **told)[1] != walked


def test_a_rule_put_into_an_env_later_is_honoured_by_every_engine():
    def env():
        changed = ForageEnv()
        changed.rule = Generous(0.25)
        return changed

    _, walked = learn(gymnasium.Wrapper(env()), "python")
    assert learn(env(), "python")[1] == learn(env(), "compiled")[1] == walked


# Without numba

WITHOUT = """
import sys, warnings
sys.modules["numba"] = None
import gymnasium, numpy as np, peterwolf
from peterwolf import tabular

def learn(engine, method="q_learning"):
    rng = np.random.default_rng(0)
    run = getattr(tabular, method)(gymnasium.make("peterwolf/Forage-v0"), episodes=20, alpha=0.5,
                                   gamma=0.9, epsilon=0.3, rng=rng, engine=engine)
    return run.engine, run.q.tobytes()

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("default")
    served = [learn("auto") for _ in range(3)]
assert [each[0] for each in served] == ["python"] * 3
assert len(told) == 1, [str(each.message) for each in told]
assert "Python engine serves" in str(told[0].message) and "numba" in str(told[0].message)
assert told[0].filename == "<string>", told[0].filename
with warnings.catch_warnings():
    warnings.simplefilter("error")
    assert learn("python") == served[0]
for method in ("q_learning", "sarsa", "expected_sarsa"):
    try:
        learn("compiled", method)
    except ImportError as error:
        assert "engine='compiled' needs numba" in str(error), error
    else:
        raise AssertionError("no ImportError")
assert "peterwolf.tabular.numba_engine" not in sys.modules
print("done")
"""


def test_without_numba_auto_warns_once_and_compiled_says_what_it_needs():
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr


@pytest.mark.parametrize("method", METHODS)
def test_the_warning_without_numba_points_at_the_callers_line(method, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "peterwolf.tabular.numba_engine")
    monkeypatch.delitem(sys.modules, "peterwolf.kernels.jit")
    monkeypatch.delattr("peterwolf.kernels.jit")
    told = {"episodes": 3, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3}
    with pytest.warns(UserWarning, match="^the Python engine serves, .*numba") as warned:
        run = getattr(tabular, method)(forage(), rng=np.random.default_rng(0), **told)
    assert run.engine == "python"
    assert [each.filename for each in warned] == [__file__]


def test_the_warning_of_those_who_judge_or_learn_with_tiles_points_there_too(monkeypatch):
    for name in ("tabular.numba_engine", "kernels.jit"):
        monkeypatch.delitem(sys.modules, f"peterwolf.{name}")
        monkeypatch.delattr(f"peterwolf.{name}")
    monkeypatch.setitem(sys.modules, "numba", None)
    seen, rng = tiles.Tiles(CAR.low, CAR.high, 2, (3, 3)), np.random.default_rng(0)
    told = {"episodes": 1, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3}
    with pytest.warns(UserWarning, match="^the Python engine serves, .*numba") as warned:
        tabular.evaluate(car(), np.zeros((6, 6, 3)), encode=CAR, episodes=1)
        run = tiles.learn(car(), seen, rng=rng, **told)
        tiles.evaluate(car(), run.q, seen, episodes=1)
    assert [each.filename for each in warned] == [__file__] * 3


def test_numba_is_not_loaded_before_it_is_needed():
    assert not loaded("peterwolf.tabular", "numba")
