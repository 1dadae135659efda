"""A fifth world, made as CONTRIBUTING says: a rule of one's own, and public names."""

import re
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from peterwolf import Action, Board, Cell, planning, render, rollout, tabular
from peterwolf.envs.board_env import BoardEnv
from peterwolf.widgets import Play, Scrubber
from peterwolf.worlds.rules import Forage, Outcome, Peter, move

ROOT = Path(__file__).resolve().parent.parent
LAKE = Board.from_text("""
    ....~.
    .T....
    ......
    ~...T.
    .....A
    .W....
""")


@dataclass(frozen=True)
class Ice(Forage):
    """The ground is ice: Peter slides on until the edge, or a cell that is no ice, stops him."""

    goal: ClassVar[str] = "fed"
    endings: ClassVar[dict] = {
        Cell.APPLE: (10.0, "fed"),
        Cell.WATER: (-10.0, "drowned"),
        Cell.WOLF: (-10.0, "eaten"),
    }

    def step(self, board, peter, action):
        at, after = tuple(peter), move(board, peter, action)
        while after != at and board[after] == Cell.GROUND:
            at, after = after, move(board, after, action)
        pays, outcome = self.endings.get(board[after], (self.move_reward, None))
        return Outcome(Peter(*after), pays, outcome is not None, outcome)


@pytest.fixture(scope="module", autouse=True)
def _registered():
    gymnasium.register("you/Ice-v0", entry_point=BoardEnv, kwargs={"rule": Ice()})
    yield
    del gymnasium.registry["you/Ice-v0"]


def lake(**made) -> gymnasium.Env:
    return gymnasium.make("you/Ice-v0", board=LAKE, **made)


@cache
def learnt(seed: int = 0, engine: str = "auto"):
    return tabular.q_learning(
        lake(), episodes=3000, alpha=1.0, gamma=0.95, epsilon=1.0,
        rng=np.random.default_rng(seed), engine=engine, snapshots=5,
    )  # fmt: skip


def test_peter_slides_until_something_stops_him():
    moves = {(0, 2): (5, 2), (5, 1): (2, 1), (0, 0): (4, 0), (3, 2): (5, 2)}
    actions = (Action.RIGHT, Action.LEFT, Action.RIGHT, Action.RIGHT)
    ends = [Ice().step(LAKE, Peter(*at), a).peter for at, a in zip(moves, actions, strict=True)]
    assert ends == [(5, 2), (1, 1), (4, 0), (5, 2)]


def test_the_env_passes_gymnasiums_check_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(lake(render_mode="rgb_array").unwrapped)


def test_the_compiled_engine_learns_it_to_the_last_bit():
    plain, fast = learnt(engine="python"), learnt(engine="compiled")
    assert np.array_equal(plain.q, fast.q) and np.array_equal(plain.returns, fast.returns)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_learnt_is_what_the_oracle_says(seed):
    exact, q = planning.value_iteration(LAKE, Ice(), gamma=0.95), learnt(seed).q
    starts = tuple(zip(*LAKE.where(Cell.GROUND), strict=True))
    fewest, found = (planning.path_lengths(LAKE, Ice(), each)[starts] for each in (exact, q))
    assert np.array_equal(found, fewest)
    # Where no way leads to an apple, Peter slides for ever, and his values near −2 slowly.
    won, values, right = np.isfinite(fewest), q.max(axis=-1)[starts], exact.max(axis=-1)[starts]
    assert 20 < won.sum() < len(won) and fewest[won].max() == 3
    assert np.allclose(values[won], right[won], rtol=0, atol=1e-9)


def test_a_policy_is_judged_on_it_by_both_evaluations():
    q = learnt().q
    judged = [tabular.evaluate(lake(), q, episodes=50, engine=e) for e in ("python", "compiled")]
    played = rollout.evaluate(lake(), tabular.greedy(q), episodes=50)
    assert np.array_equal(judged[0], judged[1]) and np.allclose(judged[0], played)


def test_the_renderer_draws_it():
    run = learnt()
    picture = render.draw(LAKE, (0, 2), run.q, visits=run.visits)
    assert picture.shape == (300, 300, 3)
    assert (picture != render.draw(LAKE, (0, 2))).any()


def test_it_is_played_by_hand_against_what_was_learnt():
    policy = tabular.greedy(learnt().q)
    game = Play(lake(render_mode="rgb_array"), seed=0, policy=policy)
    assert "Bring the game to the end called 'fed'" in game.say
    while not game.over:
        game.move(policy(game.duel.you.observation))
    assert "The game ended: fed!" in game.say and "The agent: fed" in game.say
    assert game.duel.you.wins == game.duel.agent.wins == 1


def test_its_training_is_replayed():
    shown = Scrubber(learnt(), LAKE, rule=Ice())
    assert "Starts lost: 0" in shown.say
    for at, told in (((5, 4), "the game ends here"), ((1, 1), "↑ ")):
        shown.asking.ask(*at)
        assert shown.asking.told[1].startswith(told)


def test_a_lake_without_a_way_says_so():
    closed = Board.from_text("..~\n..~\n~~A")
    run = tabular.q_learning(
        BoardEnv(Ice(), closed), episodes=5, alpha=1.0, gamma=0.95, epsilon=1.0,
        rng=np.random.default_rng(0), snapshots=2,
    )  # fmt: skip
    said = Scrubber(run, closed, rule=Ice()).say
    assert "no policy can come to the end called 'fed'" in said


def test_the_recipe_names_what_is_used_here():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = re.search(r"\*\*A world\*\*.*?\n\n(.*?)(\n\n|\Z)", text, flags=re.S)[1]
    named = re.findall(r"`([^`]+)`", steps)
    own = Path(__file__).name + Path(__file__).read_text(encoding="utf-8")
    assert len(steps.splitlines()) == 10 and len(named) > 10
    missing = [name for name in named if name not in own]
    assert missing == []
