"""The board to play by hand: buttons move Peter, and a picture of the board always stands."""

import base64
import re

import gymnasium
import numpy as np
import pytest
from frontend import pixels, press, tell

from peterwolf import CLASSIC, MOVES, Action, Board, random_board
from peterwolf.drawing.render import draw
from peterwolf.widgets import Play

CENTRE = Board.from_text("""
    TTTT
    T.TT
    TTTT
    TTTA
""")  # one ground cell: every episode starts at (1, 1)


def play(board: Board = CENTRE, seed=None, policy=None, name: str = "Forage", **made) -> Play:
    env = gymnasium.make(f"peterwolf/{name}-v0", board=board, render_mode="rgb_array", **made)
    return Play(env, seed=seed, policy=policy)


def walk(game: Play, *actions: Action) -> None:
    for action in actions:
        game.buttons[action].click()


def place(game: Play) -> tuple[int, int]:
    return tuple(game.env.unwrapped.peter)


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


# Keys and clicks


KEYS = dict(
    zip(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", *"wsad"), [*Action] * 2, strict=True)
)


@pytest.mark.parametrize(("key", "action"), list(KEYS.items()))
def test_a_key_moves_peter_as_its_button_does(key, action):
    by_key, by_button = play(), play()
    press(by_key, key)
    walk(by_button, action)
    assert place(by_key) == place(by_button) != (1, 1) and by_key.say == by_button.say


def test_n_begins_a_new_game_at_any_time_and_enter_when_one_is_over():
    game = play(Board.from_text(".A\nTT"))
    press(game, "ArrowDown", "Enter")
    assert game.steps == 1 and "Enter" not in game.screen.takes
    press(game, "n")
    assert game.steps == 0
    for key in "n", "Enter":
        press(game, "ArrowRight")
        assert game.over and "Enter" in game.screen.takes
        press(game, key)
        assert (game.over, game.steps) == (False, 0) and "Enter" not in game.screen.takes


@pytest.mark.parametrize("content", [{"key": "x"}, {"key": ""}, {"key": 3}, {}])
def test_a_key_that_means_nothing_changes_nothing(content):
    game = play()
    tell(game, kind="key", **content)
    assert game.steps == 0 and game.screen.number == 1 and game.screen.message == ""


def test_a_key_after_the_end_moves_nobody():
    game = play(Board.from_text(".A\nTT"))
    press(game, "d")
    said = game.say
    press(game, "a", "ArrowLeft")
    tell(game, kind="click", cell=[0, 0])
    assert game.steps == 1 and game.say == said


@pytest.mark.parametrize("action", Action)
def test_a_click_beside_peter_moves_him_there(action):
    game = play()
    dx, dy = MOVES[action]
    tell(game, kind="click", cell=[1 + dx, 1 + dy])
    assert place(game) == (1 + dx, 1 + dy) and game.steps == 1


@pytest.mark.parametrize("cell", [[1, 1], [0, 0], [3, 1], [2, 2]])
def test_a_click_elsewhere_says_that_peter_moves_one_cell_at_a_time(cell):
    game = play()
    tell(game, kind="click", cell=cell)
    assert place(game) == (1, 1) and game.steps == 0
    assert game.say.startswith("Peter moves one cell at a time: click a cell beside him.")
    assert game.screen.news == "Peter moves one cell at a time: click a cell beside him."
    press(game, "w")
    assert game.steps == 1 and "one cell" not in game.say


@pytest.mark.parametrize("cell", [[4, 0], [-1, 1], [1, 4], None, "11"])
def test_a_click_outside_the_board_changes_nothing(cell):
    game = play()
    said = game.say
    tell(game, kind="click", cell=cell)
    assert game.say == said and game.steps == 0


def test_a_bump_is_a_move_and_is_told():
    game = play(Board.from_text(".T\nTA"))
    press(game, "ArrowUp")
    assert place(game) == (0, 0) and game.steps == 1
    assert game.say == "The edge stops Peter. Reward -0.1. Moves: 1. Return: -0.1."


def test_a_screen_reader_is_told_what_just_happened_and_how_things_are():
    game = play(name="Hunt", board=Board.from_text("T.\nWT"))
    task = "Beat the wolf. Rest under trees, eat apples, keep clear of the water."
    assert game.screen.news == f"A new game: Peter stands at (1, 0). {task}"
    press(game, "ArrowDown")
    assert game.screen.news == "Move 1 to (1, 1). Reward -0.1. Energy: 9. Fatigue: 0."
    told = "Reward -0.1. Moves: 1. Return: -0.1. Energy: 9. Fatigue: 0."
    assert game.screen.label == f"Peter's board. {told}\nT.\nWP"


def test_what_the_env_raises_is_said_in_the_widget(monkeypatch, caplog):
    game = play()

    def fails(action):
        raise RuntimeError("the env is closed")

    monkeypatch.setattr(game.env, "step", fails)
    walk(game, Action.UP)
    assert game.screen.message == "This does not go on: RuntimeError: the env is closed"
    game.again.click()
    press(game, "w")
    assert game.screen.message == "" and game.steps == 1 and caplog.records == []


def test_a_new_game_by_button_sends_keys_to_the_board(monkeypatch):
    game, sent = play(), []
    monkeypatch.setattr(game.screen, "send", sent.append)
    game.again.click()
    assert sent == [{"focus": True}]


def test_two_widgets_on_one_env_do_not_disturb_each_other():
    env = gymnasium.make("peterwolf/Forage-v0", board=CENTRE, render_mode="rgb_array")
    one, other = Play(env), Play(env)
    walk(one, Action.UP)
    env.close()
    walk(other, Action.LEFT)
    assert place(one) == (1, 0) and place(other) == (0, 1) and env.unwrapped.peter is None


# The hunt


def numbers(html: str) -> list[str]:
    return re.findall(r">(\d+) of 10<", html)


def widths(html: str) -> list[str]:
    return re.findall(r";width:(\d+)%", html)


@pytest.mark.parametrize(
    ("keys", "levels"), [("", [10, 0]), ("w", [9, 1]), ("www", [7, 3]), ("wd", [8, 0])]
)
def test_energy_and_fatigue_stand_as_bars_with_numbers(keys, levels):
    game = play(Board.from_text(".TT\nTTW"), name="Hunt", seed=0)
    press(game, *keys)
    bars = game.seats[0].levels.value
    assert numbers(bars) == [str(level) for level in levels]
    assert widths(bars) == [str(10 * level) for level in levels]
    assert bars.index("energy") < bars.index("fatigue")


def test_the_forage_has_no_bars():
    assert play().seats[0].levels.value == ""


# Against an agent


def right(observation) -> int:
    return Action.RIGHT


def against(policy=right, text="T~.TTA\nTTTTTT", seed=0, **made) -> Play:
    return play(Board.from_text(text), seed=seed, policy=policy, **made)


def test_the_agents_board_stands_beside_the_learners():
    game = against()
    press(game, "s")
    you, agent = (pixels(view.picture) for view in (game.screen, game.rival_screen))
    board = game.env.unwrapped.board
    assert np.array_equal(you, draw(board, (2, 1))) and np.array_equal(agent, draw(board, (3, 0)))
    assert "<b>You</b> Moves: 1. Return: -0.1." in game.seats[0].head.value
    assert "<b>The agent</b> Moves: 1. Return: -0.1." in game.seats[1].head.value


@pytest.mark.parametrize(("name", "size"), [("Forage", 8), ("Hunt", 8), ("Forage", 16)])
def test_both_boards_fit_the_column(name, size):
    board = random_board(np.random.default_rng(0), size, size)
    game = play(board, name=name, seed=1, policy=right)
    assert game.screen.size == game.rival_screen.size == (320, 320)


def test_the_still_picture_has_both_boards_and_its_alt_text_too():
    game = against()
    press(game, "s")
    shown = pixels(game.still.data)
    you, agent = (pixels(view.picture) for view in (game.screen, game.rival_screen))
    height, width, _ = you.shape
    assert np.array_equal(shown[-height:, :width], you)
    assert np.array_equal(shown[-height:, -width:], agent)
    assert "T~.TTA\nTTPTTT" in game.still.alt and "T~.PTA\nTTTTTT" in game.still.alt
    assert game.rival_screen.label in game.still.alt


def test_the_end_tells_what_became_of_the_agent_and_the_score_stands():
    game = against()
    press(game, "a")
    assert "Peter drowned" in game.say and "The agent: apple after 3 moves." in game.say
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", game._score.value)
    assert cells[5:10] == ["you", "1", "0", "-10.0", "-10.0"]
    assert cells[10:] == ["the agent", "1", "1", "9.8", "9.8"]


def test_an_agent_that_raises_says_so_on_its_board_and_the_learner_plays_on(caplog):
    def fails(observation):
        raise ValueError("what is this?")

    game = against(fails)
    press(game, "s")
    said = "The agent cannot go on: ValueError: what is this?"
    assert game.rival_screen.message == said and game.screen.message == ""
    assert "sits this game out" in game.say
    press(game, "w", "a")
    assert game.over and game.duel.you.returns == [pytest.approx(-10.2)]
    press(game, "Enter")
    assert game.rival_screen.message == "" and caplog.records == []


def test_what_is_no_policy_is_an_error():
    with pytest.raises(TypeError, match="^policy must be a function .*, got 3$"):
        against(3)


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
