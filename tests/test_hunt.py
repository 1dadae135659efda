"""The hunt: energy, fatigue and the fight, by the rule, the oracle, the env and the picture."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from peterwolf import CLASSIC, Action, Board, Cell, planning, random_board, render
from peterwolf.widgets import Play
from peterwolf.worlds.rules import HungryPeter, Hunt, check_start

PATH = Board.from_text("""
    .T.A
    ~..W
""")
HUNT = Hunt()


def step(peter, action, rule=HUNT, board=PATH):
    return rule.step(board, HungryPeter(*peter), action)


def test_peter_starts_full_of_energy_and_not_tired():
    assert HUNT.start((2, 1)) == HungryPeter(x=2, y=1, energy=10, fatigue=0)


def test_a_move_takes_one_energy_and_adds_one_fatigue():
    assert step((1, 1, 7, 3), Action.RIGHT) == ((2, 1, 6, 4), -0.1, False, None)


def test_energy_and_fatigue_stay_within_their_levels():
    assert step((1, 1, 0, 10), Action.RIGHT) == ((2, 1, 0, 10), -0.1, False, None)


def test_a_tree_takes_all_fatigue_and_gives_no_energy():
    assert step((0, 0, 7, 3), Action.RIGHT).peter == (1, 0, 6, 0)


def test_an_apple_gives_all_energy_and_takes_no_fatigue():
    assert step((2, 0, 1, 3), Action.RIGHT) == ((3, 0, 10, 4), -0.1, False, None)


@pytest.mark.parametrize(("at", "action"), [((1, 0), Action.UP), ((3, 0), Action.RIGHT)])
def test_a_move_into_the_edge_costs_a_move_and_the_cell_acts_again(at, action):
    after = step((*at, 5, 5), action).peter
    assert after == ((1, 0, 4, 0) if at == (1, 0) else (3, 0, 10, 6))


@pytest.mark.parametrize("energy", range(11))
@pytest.mark.parametrize("fatigue", range(11))
def test_wolf_beats_a_tired_peter(energy, fatigue):
    fight = step((2, 1, energy, fatigue), Action.RIGHT)
    won = fight.peter.energy > fight.peter.fatigue
    assert won == (max(energy - 1, 0) > min(fatigue + 1, 10))
    assert fight[1:] == ((100.0, True, "won") if won else (-100.0, True, "killed"))


@pytest.mark.parametrize("rule", [Hunt("outcome"), Hunt("seed")])
def test_water_drowns_whatever_the_reward(rule):
    assert step((0, 0, 10, 0), Action.DOWN, rule)[1:] == (-100.0, True, "drowned")


def test_the_seeds_reward_pays_energy_minus_fatigue():
    assert step((1, 1, 7, 3), Action.RIGHT, Hunt("seed")).reward == 2.0


@pytest.mark.parametrize("reward", ["Outcome", None, 1, ""])
def test_another_reward_is_an_error(reward):
    with pytest.raises(ValueError, match="^reward must be one of 'outcome', 'seed', got "):
        Hunt(reward)


def test_a_hunt_may_start_at_an_apple_but_not_in_water_or_at_the_wolf():
    check_start(HUNT, PATH, (3, 0))
    for at in ((0, 1), (3, 1)):
        with pytest.raises(ValueError, match="start must be a ground or tree or apple cell, got"):
            check_start(HUNT, PATH, at)


def test_the_oracle_wins_from_every_start_of_the_classic_board():
    lengths = planning.path_lengths(CLASSIC, HUNT, planning.value_iteration(CLASSIC, HUNT))
    starts = np.array([lengths[x, y, 10, 0] for x, y in CLASSIC.where(Cell.GROUND)])
    assert starts.shape == (45,) and starts.max() == 17
    assert starts.mean() == pytest.approx(10.1, abs=0.05)


def breadth_first(board, start):
    """Return the fewest moves that win from a start, inf where none do."""
    reached, edge, moves = {start}, [start], 0
    while edge:
        moves, ahead = moves + 1, []
        for peter in edge:
            for action in range(4):
                after = HUNT.step(board, peter, action)
                if after.outcome == "won":
                    return moves
                if not after.terminated and after.peter not in reached:
                    reached.add(after.peter)
                    ahead.append(after.peter)
        edge = ahead
    return np.inf


def test_the_oracle_wins_in_the_fewest_moves_wherever_the_wolf_can_be_beaten():
    hopeless = 0
    for seed in range(12):
        board = random_board(np.random.default_rng(seed), 6, 6, ponds=2, pond_size=4, trees=3)
        lengths = planning.path_lengths(board, HUNT, planning.value_iteration(board, HUNT))
        for x, y in board.where(Cell.GROUND):
            fewest = breadth_first(board, HUNT.start((x, y)))
            assert lengths[x, y, 10, 0] == fewest
            hopeless += fewest == np.inf
    assert hopeless > 0


def test_a_board_too_large_for_the_oracle_is_named():
    board = random_board(np.random.default_rng(0), 256, 65, ponds=0)
    with pytest.raises(ValueError, match="board must have at most 2000000 states .* 256 x 65"):
        planning.value_iteration(board, HUNT)


@pytest.mark.parametrize("reward", ["outcome", "seed"])
def test_the_env_passes_gymnasiums_check_without_a_warning(reward):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make("peterwolf/Hunt-v0", reward=reward, render_mode="rgb_array")
        check_env(env.unwrapped)


def test_the_env_plays_by_the_rule():
    env = gymnasium.make("peterwolf/Hunt-v0", reward="seed")
    peter, info = env.reset(seed=5)
    assert info == {"outcome": None} and peter.dtype == np.int64 and peter.shape == (4,)
    rule, rng, over = Hunt("seed"), np.random.default_rng(0), False
    while not over:
        action = int(rng.integers(4))
        right = rule.step(CLASSIC, HungryPeter(*peter.tolist()), action)
        peter, reward, over, _, info = env.step(action)
        assert (tuple(peter.tolist()), reward, over, info["outcome"]) == right


def test_a_board_without_a_wolf_is_an_error():
    with pytest.raises(ValueError, match="board must have at least one wolf cell to fight"):
        gymnasium.make("peterwolf/Hunt-v0", board=Board.from_text("..\n.A"))


def test_the_text_tells_energy_and_fatigue():
    env = gymnasium.make("peterwolf/Hunt-v0", render_mode="ansi")
    env.reset(options={"start": (0, 0)})
    env.step(Action.RIGHT)
    text = env.render().splitlines()
    assert text[0] == ".P......" and text[-2:] == ["energy 9", "fatigue 1"]


def coloured(picture, at, colour, cell=50):
    x, y = at
    own = picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]
    return np.argwhere((own == colour).all(axis=-1))


def test_bars_beside_peter_grow_with_energy_on_the_left_and_fatigue_on_the_right():
    from peterwolf.drawing.overlays import ENERGY, FATIGUE

    for colour, level, left in ((ENERGY, 2, True), (FATIGUE, 3, False)):
        sizes = []
        for much in (0, 3, 7, 10):
            peter = [1, 1, 0, 0]
            peter[level] = much
            pixels = coloured(render.draw(CLASSIC, peter), (1, 1), colour)
            sizes.append(len(pixels))
            assert not len(pixels) or (pixels[:, 1].max() < 25) == left
        assert sizes[0] == 0 and sizes == sorted(set(sizes))


@pytest.mark.parametrize("peter", [(1, 1, 11, 0), (1, 1, 0, -1), (1, 1, 0.5, 0)])
def test_levels_outside_their_range_are_an_error(peter):
    with pytest.raises((TypeError, ValueError), match="energy and fatigue of peter must be an int"):
        render.draw(CLASSIC, peter)


def test_play_tells_energy_and_fatigue_and_who_won():
    env = gymnasium.make("peterwolf/Hunt-v0", board=PATH, render_mode="rgb_array")
    game = Play(env, seed=0)
    assert "Beat the wolf" in game.say
    env.reset(options={"start": (2, 0)})
    game.move(Action.DOWN)
    assert "Energy: 9. Fatigue: 1." in game.say
    game.move(Action.RIGHT)
    assert "Peter beat the wolf" in game.say and game.over
