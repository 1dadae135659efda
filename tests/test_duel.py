"""Games of a learner and of an agent on Peter's board: starts, turns, the score."""

import re

import gymnasium
import numpy as np
import pytest

from peterwolf import Action, Board, random_board
from peterwolf.widgets.turn_match import Duel

ROW = Board.from_text("TT.TTA\nTTTTTT")  # the only start is (2, 0), the apple three moves away


def duel(policy=None, seed=0, name="Forage", **made) -> Duel:
    return Duel(gymnasium.make(f"peterwolf/{name}-v0", **made), seed=seed, policy=policy)


def right(observation) -> int:
    return Action.RIGHT


def place(player) -> tuple[int, ...]:
    return tuple(player.env.unwrapped.peter)


@pytest.mark.parametrize("seed", [0, 7])
def test_game_k_begins_as_after_a_reset_with_seed_plus_k(seed):
    env = gymnasium.make("peterwolf/Hunt-v0")
    games = duel(right, seed=seed, name="Hunt")
    for k in range(5):
        start, _ = env.reset(seed=seed + k)
        assert place(games.you) == place(games.agent) == tuple(start)
        games.begin()


def test_without_a_seed_the_starts_differ():
    assert len({place(duel(seed=None).you) for _ in range(20)}) > 3


def test_both_play_on_the_same_board_where_boards_are_drawn_anew():
    drawn = np.random.default_rng(0)  # not the env's generator
    games = duel(right, board=lambda rng: random_board(drawn, 6, 6, ponds=1))
    boards = set()
    for _ in range(4):
        assert games.you.env.unwrapped.board == games.agent.env.unwrapped.board
        assert place(games.you) == place(games.agent)
        boards.add(games.you.env.unwrapped.board)
        games.begin()
    assert len(boards) == 4


def test_the_agent_makes_one_move_for_each_of_the_learners():
    games = duel(right, board=ROW)
    for k in (1, 2):
        assert games.move(Action.LEFT) == -0.1
        assert place(games.agent) == (2 + k, 0) and place(games.you) == (2 - k, 0)
        assert games.agent.steps == games.you.steps == k


def test_the_agent_plays_to_its_end_when_the_learner_has_come_to_his():
    games = duel(right, board=Board.from_text("T~.TTA\nTTTTTT"))
    games.move(Action.LEFT)
    assert games.you.outcome == "drowned" and games.agent.outcome == "apple"
    assert games.agent.steps == 3 and games.agent.returns == [pytest.approx(9.8)]


def test_an_agent_at_its_end_waits_for_the_learner():
    games = duel(right, board=ROW)
    for _ in range(5):
        games.move(Action.DOWN)
    assert games.agent.over and games.agent.steps == 3 and not games.you.over
    assert games.agent.returns == games.you.returns == []


def test_returns_and_wins_are_those_of_the_games_that_ended():
    games = duel(right, board=ROW, max_steps=4)
    for actions in ([Action.RIGHT] * 3, [Action.LEFT] * 4, [Action.LEFT]):
        for action in actions:
            games.move(action)
        games.begin()
    assert games.you.returns == [pytest.approx(9.8), pytest.approx(-0.4)]
    assert games.agent.returns == [pytest.approx(9.8)] * 2
    assert (games.you.wins, games.agent.wins) == (1, 2)


def test_a_game_that_was_left_does_not_count():
    games = duel(right, board=ROW)
    for _ in range(4):
        games.move(Action.DOWN)
    games.begin()
    assert games.you.returns == games.agent.returns == [] and games.you.steps == 0


def test_the_hunt_is_won_by_beating_the_wolf():
    games = duel(name="Hunt", board=Board.from_text(".W\nTT"))
    games.move(Action.RIGHT)
    assert games.you.outcome == "won" and games.you.wins == 1 and games.agent is None


@pytest.mark.parametrize("made", [{}, {"board": ROW}])
def test_the_env_stays_as_it_is_and_two_duels_do_not_disturb_each_other(made):
    env = gymnasium.make("peterwolf/Forage-v0", **made)
    env.reset(seed=3)
    before = tuple(env.unwrapped.peter)
    one, other = (Duel(env, seed=3, policy=right) for _ in range(2))
    one.move(Action.DOWN)
    assert place(other.you) == place(other.agent) == before == tuple(env.unwrapped.peter)
    one.begin()
    env.close()
    other.move(Action.DOWN)
    assert other.you.steps == 1 and one.you.steps == 0


# Agents that go wrong


def fails(observation):
    raise KeyError("no such state")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (fails, "KeyError: 'no such state'"),
        (lambda observation: 4, "ValueError: action must be an integer from 0 to 3, got 4"),
        (lambda observation: "up", "TypeError: action must be an integer from 0 to 3, got 'up'"),
        (lambda observation: None, "TypeError: action must be an integer from 0 to 3, got None"),
        (lambda: 0, "TypeError: .* takes 0 positional arguments"),
    ],
)
def test_an_agent_that_goes_wrong_sits_the_game_out_and_the_learner_plays_on(policy, said):
    games = duel(policy, board=ROW)
    for _ in range(3):
        games.move(Action.RIGHT)
        assert re.fullmatch(f"The agent cannot go on: {said}.*", games.trouble)
    assert games.you.wins == 1 and games.agent.returns == [] and games.agent.steps == 0


def test_an_agent_that_went_wrong_may_play_the_next_game():
    moods = iter([9, 3, 3, 3])
    games = duel(lambda observation: next(moods), board=ROW)
    games.move(Action.LEFT)
    assert games.trouble
    games.begin()
    assert not games.trouble
    for _ in range(3):
        games.move(Action.RIGHT)
    assert games.agent.wins == 1 and games.trouble == ""
