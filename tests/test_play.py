"""The board to play by hand: buttons move Peter, and a picture of the board always stands."""

import base64
import re

import cv2
import gymnasium
import numpy as np
import pytest

from peterwolf import CLASSIC, MOVES, Action, Board
from peterwolf.render import draw
from peterwolf.widgets import Play

CENTRE = Board.from_text("""
    TTTT
    T.TT
    TTTT
    TTTA
""")  # one ground cell: every episode starts at (1, 1)


def play(board: Board = CENTRE, seed: int | None = None, **made) -> Play:
    env = gymnasium.make("peterwolf/Forage-v0", board=board, render_mode="rgb_array", **made)
    return Play(env, seed=seed)


def walk(game: Play, *actions: Action) -> None:
    for action in actions:
        game.buttons[action].click()


def place(game: Play) -> tuple[int, int]:
    return tuple(game.env.unwrapped.peter)


def pixels(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


@pytest.mark.parametrize("action", Action)
def test_a_button_moves_peter_along_its_move(action):
    game = play()
    walk(game, action)
    dx, dy = MOVES[action]
    assert place(game) == (1 + dx, 1 + dy)


@pytest.mark.parametrize(("action", "arrow"), list(zip(Action, "↑↓←→", strict=True)))
def test_a_button_says_where_it_leads(action, arrow):
    button = play().buttons[action]
    assert button.description == arrow and button.tooltip == f"move {action.name.lower()}"


def test_the_line_counts_moves_and_adds_rewards():
    game = play()
    walk(game, Action.UP, Action.LEFT, Action.LEFT)
    assert game.steps == 3 and game.episode_return == pytest.approx(-0.3)
    assert all(part in game.say for part in ("Reward -0.1", "Moves: 3", "-0.3"))
    assert repr(game) == f"Play: {game.say}"


def test_the_words_beside_the_board_say_how_the_game_stands():
    game = play()
    walk(game, Action.UP)
    shown = re.sub("<[^>]*>", " ", game._words.value)
    assert " ".join(shown.split()) == game.say


@pytest.mark.parametrize(
    ("text", "outcome", "total"),
    [
        (".A\nTT", "Peter found an apple", 10.0),
        (".~\nTA", "Peter drowned", -10.0),
        (".W\nTA", "The wolf ate Peter", -10.0),
    ],
)
def test_the_end_of_a_game_is_told(text, outcome, total):
    game = play(Board.from_text(text))
    assert not game.over
    walk(game, Action.RIGHT)
    assert game.over and outcome in game.say and game.episode_return == total
    assert "Moves: 1" in game.say and str(total) in game.say


def test_the_time_limit_ends_a_game():
    game = play(max_steps=2)
    walk(game, Action.UP, Action.UP)
    assert game.over and "Time is up" in game.say


def test_moves_are_disabled_when_the_game_is_over():
    game = play(Board.from_text(".A\nTT"))
    assert not any(button.disabled for button in game.buttons.values())
    walk(game, Action.RIGHT)
    assert all(button.disabled for button in game.buttons.values())
    assert not game.again.disabled


def test_a_late_click_after_the_end_changes_nothing(caplog):
    # A button logs what its handler raises.
    game = play(Board.from_text(".A\nTT"))
    walk(game, Action.RIGHT)
    before = place(game), game.say, game.steps, game.still.data
    walk(game, Action.LEFT, Action.DOWN)
    assert (place(game), game.say, game.steps, game.still.data) == before
    assert caplog.records == []


@pytest.mark.parametrize("actions", [[Action.UP], [Action.RIGHT, Action.DOWN] * 2])
def test_new_game_begins_again(actions):
    game = play()
    at_first = game.say, game.still.data
    walk(game, *actions)
    game.again.click()
    assert place(game) == (1, 1) and (game.say, game.still.data) == at_first
    assert (game.steps, game.episode_return, game.over) == (0, 0.0, False)
    assert not any(button.disabled for button in game.buttons.values())
    walk(game, Action.UP)
    assert place(game) == (1, 0)


def test_seed_zero_is_a_seed():
    starts = {(place(play(CLASSIC, seed=0)), place(play(CLASSIC, seed=0))) for _ in range(4)}
    assert len(starts) == 1 and len(set(starts.pop())) == 1


def test_new_games_after_a_seed_start_elsewhere():
    game = play(CLASSIC, seed=0)
    starts = set()
    for _ in range(10):
        game.again.click()
        starts.add(place(game))
    assert len(starts) > 3


# The still picture


@pytest.mark.parametrize("actions", [[], [Action.UP], [Action.RIGHT, Action.DOWN]])
def test_the_still_picture_is_the_current_board(actions):
    game = play()
    walk(game, *actions)
    expected = draw(CENTRE, place(game))
    assert np.array_equal(pixels(game.still.data), expected)
    assert game.screen.picture == game.still.data


def test_the_alt_text_is_the_current_board_in_words():
    game = play()
    walk(game, Action.UP)
    assert game.still.alt == f"Peter's board. {game.say}\nTPTT\nT.TT\nTTTT\nTTTA"


def test_a_board_that_changes_with_each_game_is_shown_as_it_is():
    boards = [Board.from_text(text) for text in (".A\nTT", ".T\nTA", "T.\nAT")]
    drawn = iter(boards * 2)
    game = play(lambda rng: next(drawn))
    for board in boards[2], *boards[:2]:
        game.again.click()
        assert np.array_equal(pixels(game.still.data), draw(board, place(game)))
        assert game.still.alt.endswith(board.to_text(place(game)))


def test_a_notebook_gets_the_widget_and_a_still_picture_with_alt_text():
    game = play()
    walk(game, Action.DOWN)
    data, metadata = game._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == game.still.data
    assert metadata["image/png"] == {"alt": game.still.alt}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == game.view.model_id
    assert "Peter's board" in data["text/plain"]


def test_the_view_holds_the_board_and_every_button():
    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    game = play()
    held = list(inside(game.view))
    for widget in (game.screen, game._words, game.again, *game.buttons.values()):
        assert widget in held


def test_200_quick_clicks_are_survived(caplog):
    game = play(CLASSIC, seed=0)
    rng = np.random.default_rng(0)
    games = 0
    for action in rng.integers(4, size=200):
        walk(game, Action(action))
        if game.over:
            games += 1
            game.again.click()
    assert games > 3 and place(game) in CLASSIC and caplog.records == []
    assert np.array_equal(pixels(game.still.data), draw(CLASSIC, place(game)))


# Bad input


@pytest.mark.parametrize("mode", [None, "ansi"])
def test_an_env_without_pictures_is_an_error(mode):
    env = gymnasium.make("peterwolf/Forage-v0", render_mode=mode)
    needed = f"^env must be made with render_mode='rgb_array', got {mode!r}$"
    with pytest.raises(ValueError, match=needed):
        Play(env)


def test_an_env_without_peter_is_an_error():
    env = gymnasium.make("FrozenLake-v1", render_mode="rgb_array")
    needed = "^env must be one of Peter's, .* MountainCar-v0 or CartPole-v1, got .*FrozenLake"
    with pytest.raises(TypeError, match=needed):
        Play(env)


@pytest.mark.parametrize("env", ["peterwolf/Forage-v0", None, CLASSIC])
def test_what_is_no_env_is_an_error(env):
    with pytest.raises(TypeError, match="^env must be one of Peter's, .*, got"):
        Play(env)
