"""Hunts on boards that agents have not seen, and the leaderboard."""

import csv
import io

import numpy as np
import pytest

from peterwolf import Board, planning
from peterwolf.tournament import baselines, games
from peterwolf.tournament import films as replays
from peterwolf.tournament import leaderboard as ranking
from peterwolf.tournament.games import ForfeitError, Game, Here, Limits, Meeting
from peterwolf.worlds.rules import HungryPeter, Hunt

CORRIDOR = Meeting(Board.from_text("...A...W\n........"), (0, 0), 7)
MEETINGS = games.meetings(6, 1)


def agent(begin=lambda self, text: None, act=lambda self, seen: 3):
    return type("Agent", (), {"begin": begin, "act": act})


# Games


def test_the_same_seed_draws_the_same_games_and_a_longer_list_begins_with_them():
    assert games.meetings(3, 1) == MEETINGS[:3]
    assert games.meetings(3, 2) != MEETINGS[:3]


@pytest.mark.parametrize("meeting", MEETINGS, ids=range(6))
def test_every_game_can_be_won_in_as_many_moves_as_it_says(meeting):
    q = planning.value_iteration(meeting.board, Hunt())
    lengths = planning.path_lengths(meeting.board, Hunt(), q)
    assert lengths[Hunt().start(meeting.start)] == meeting.fewest >= games.FAR


def test_where_there_is_no_way_there_are_no_fewest_moves():
    assert games.fewest_moves(Board.from_text(".......W\n........"), (0, 0)) is None
    assert games.fewest_moves(Board.from_text("..~W\n..~."), (0, 0)) is None
    assert games.fewest_moves(Board.from_text(".W\n.."), (0, 0)) == 1


def test_a_game_is_played_by_the_rules_of_the_hunt():
    game = games.play(Here(agent()), CORRIDOR)
    assert (game.outcome, game.moves, game.reason) == ("killed", 7, "")
    assert game.path[0] == HungryPeter(0, 0, 10, 0) and game.path[4] == HungryPeter(4, 0, 9, 4)
    board = Board.from_text("..~\n...")
    drowned = games.play(Here(agent()), CORRIDOR._replace(board=board))
    assert (drowned.outcome, drowned.moves) == ("drowned", 2)


def test_who_never_arrives_runs_out_of_moves():
    game = games.play(Here(agent(act=lambda self, seen: 2)), CORRIDOR)
    assert game.outcome is None and game.moves == games.MOST_MOVES


def test_an_agent_is_told_the_board_and_sees_copies():
    told = []

    def act(self, seen):
        told.append(seen.tolist())
        seen[:] = 99
        return np.int64(3)

    game = games.play(Here(agent(lambda self, text: told.append(text), act)), CORRIDOR)
    assert told[:3] == [CORRIDOR.board.to_text(), [0, 0, 10, 0], [1, 0, 9, 1]] and game.moves == 7


def test_one_agent_plays_all_games_and_begins_each():
    begun = []
    games.play_all(agent(lambda self, text: begun.append((id(self), text))), MEETINGS[:3])
    assert len({who for who, _ in begun}) == 1
    assert [text for _, text in begun] == [meeting.board.to_text() for meeting in MEETINGS[:3]]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (agent(act=lambda self, seen: 4), "act must return an int from 0 to 3, got 4"),
        (agent(act=lambda self, seen: True), "got True"),
        (agent(act=lambda self, seen: 1.0), "got 1.0"),
        (agent(act=lambda self, seen: None), "got None"),
        (agent(act=lambda self, seen: 1 / 0), "act raised ZeroDivisionError"),
        (agent(begin=lambda self, text: 1 / 0), "begin raised ZeroDivisionError"),
        (lambda: 1 / 0, "begin raised ZeroDivisionError"),
        (object, "begin raised AttributeError"),
    ],
)
def test_what_an_agent_cannot_do_loses_the_game_and_is_told(make, why):
    game = games.play(Here(make), CORRIDOR)
    assert game.outcome == "forfeit" and why in game.reason


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(begin=-1.0, act=9.0), "begin took longer than -1 s"),
        (Limits(begin=9.0, act=-1.0), "act took longer than -1 s"),
    ],
)
def test_thinking_too_long_loses_the_game(limits, why):
    assert games.play(Here(agent(), limits), CORRIDOR).reason == why


def test_a_forfeit_keeps_the_moves_made_before():
    with pytest.raises(ForfeitError):
        Here(lambda: 1 / 0).begin("W.")
    late = agent(act=lambda self, seen: 3 if seen[0] < 3 else None)
    assert games.play(Here(late), CORRIDOR).moves == 3


# Baselines


@pytest.mark.parametrize("name", ["random", "(x, y) table", "table", "oracle"])
def test_a_baseline_plays_the_same_wherever_it_plays(name):
    together = games.play_all(lambda: baselines.make(name), MEETINGS[:3])
    assert together[2] == games.play_all(lambda: baselines.make(name), MEETINGS[2:3])[0]


def test_the_oracle_wins_all_in_the_fewest_moves_and_the_table_all():
    oracle = games.play_all(lambda: baselines.make("oracle"), MEETINGS, Limits(60, 60))
    assert [game.moves for game in oracle] == [meeting.fewest for meeting in MEETINGS]
    table = games.play_all(lambda: baselines.make("table"), MEETINGS, Limits(60, 60))
    assert {game.outcome for game in oracle + table} == {"won"}


def test_a_dqn_takes_part(monkeypatch):
    monkeypatch.setattr(baselines, "DEEP", baselines.DEEP | {"steps": 600, "judge_every": 300})
    (game,) = games.play_all(lambda: baselines.make("DQN"), MEETINGS[:1], Limits(60, 60))
    assert game.outcome in ("won", "killed", "drowned", None)


# The leaderboard

WON, LATE, LOST = (
    Game(outcome, (HungryPeter(0, 0, 10, 0),) * (moves + 1), reason)
    for outcome, moves, reason in (("won", 4, ""), ("won", 9, ""), ("forfeit", 0, "act raised"))
)


def test_more_games_won_come_first_then_fewer_moves_and_equals_share_a_rank():
    board = ranking.rows(
        {
            "lost": [LOST] * 4,
            "late": [LATE] * 4,
            "won": [WON] * 4,
            "same": [WON] * 4,
            "half": [WON, LOST] * 2,
        }
    )
    assert [(row.rank, row.agent) for row in board] == [
        (1, "won"),
        (1, "same"),
        (3, "late"),
        (4, "half"),
        (5, "lost"),
    ]
    half = board[3]
    assert (half.won, half.moves, half.games, half.forfeits) == (50, 4, 4, 2)
    assert 0 <= half.low < 50 < half.high <= 100 and half.reason == "act raised"
    assert (board[0].low, board[0].high) == (100, 100)


def test_the_table_and_the_text_tell_the_same():
    board = ranking.rows({"ada": [WON, LOST], "b, c": [LOST, LOST]}, {"ada": "bubblewrap"})
    first, second = csv.DictReader(io.StringIO(ranking.table(board)))
    assert (first["agent"], first["won"], first["isolated"]) == ("ada", "50.000", "bubblewrap")
    assert (second["agent"], second["moves"], second["isolated"]) == ("b, c", "nan", "no")
    _, one, two = ranking.text(board).splitlines()
    assert one.split()[:4] == ["1.", "ada", "50", "%"] and "1 forfeited: act raised" in one
    assert two.split()[:5] == ["2.", "b,", "c", "0", "%"] and "2 forfeited" in two


# Replays


def test_a_film_shows_the_first_games_move_by_move():
    game = games.play(Here(agent()), CORRIDOR)
    picture = replays.film("ada", [CORRIDOR] * 5, [game] * 5)
    assert picture.mime == "image/webp" and "ada" in picture.alt
    assert picture.size == (8 * replays.CELL, 2 * replays.CELL + 30)


def test_a_film_of_an_agent_that_never_moved_is_a_film():
    forfeited = games.play(Here(lambda: 1 / 0), CORRIDOR)
    assert replays.film("ada", [CORRIDOR], [forfeited]).data


@pytest.mark.parametrize(
    ("name", "file"), [("ada", "ada"), ("(x, y) table", "x_y_table"), ("../x", "x"), ("?", "agent")]
)
def test_an_agents_name_becomes_a_file_name_in_the_folder(name, file):
    assert replays.file_name(name) == file
