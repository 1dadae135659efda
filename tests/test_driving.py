"""The car and the cart to drive by hand: real time, an agent from the same start, the score."""

import asyncio
import heapq
import itertools
import os
import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from frontend import pixels, tell
from gymnasium.envs.classic_control import CartPoleEnv, MountainCarEnv

from peterwolf import animation, rollout
from peterwolf.widgets import Play
from peterwolf.widgets.dashboard import lines_of
from peterwolf.widgets.drive import BOTH, Drive
from peterwolf.widgets.ticker import Ticker

CAR, CART = "MountainCar-v0", "CartPole-v1"
LEFT, COAST, RIGHT = 0, 1, 2  # of the car
FPS = {CAR: 30, CART: 50}


def made(name: str = CAR, **options) -> gymnasium.Env:
    return gymnasium.make(name, render_mode="rgb_array", **options)


def swing(observation) -> int:
    """Push the car the way it rolls."""
    return RIGHT if observation[1] >= 0 else LEFT


def balance(observation) -> int:
    """Push the cart under the pole."""
    return int(observation[2] + 0.3 * observation[3] > 0)


POLICIES = {CAR: swing, CART: balance}


def state(game: Drive) -> np.ndarray:
    return np.array(game.race.you.env.unwrapped.state)


def start_of(seed: int, name: str = CAR) -> np.ndarray:
    env = gymnasium.make(name)
    env.reset(seed=seed)
    return np.array(env.unwrapped.state)


def drive(game: Drive, policy=lambda observation: RIGHT, most: int = 1000) -> None:
    """Play a game to its end by hand."""
    game.again.click()
    for _ in range(most):
        if not game.race.running:
            return
        game.buttons[policy(state(game))].click()
        game.tick()


def drive_on(game: Drive) -> None:
    """Let a game run to its end."""
    while game.race.running:
        game.tick()


def drive_until_over(game: Drive) -> None:
    """Push left until the learner's game is over."""
    game.again.click()
    while not game.race.you.over:
        game.buttons[LEFT].click()
        game.tick()


def inside(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


class Clock:
    """An event loop whose time passes when it is told to."""

    def __init__(self) -> None:
        self.now, self._queue, self._count = 100.0, [], itertools.count()

    def time(self) -> float:
        return self.now

    def call_at(self, due, call, *arguments) -> None:
        heapq.heappush(self._queue, (due, next(self._count), call, arguments))

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while self._queue and self._queue[0][0] <= end:
            due, _, call, arguments = heapq.heappop(self._queue)
            self.now = max(self.now, due)
            call(*arguments)
        self.now = end

    @property
    def waiting(self) -> int:
        return len(self._queue)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: clock)
    return clock


# Driving


@pytest.mark.parametrize("name", FPS)
def test_play_gives_a_game_of_driving_for_the_car_and_the_cart(name):
    game = Play(made(name), seed=0)
    assert isinstance(game, Drive) and repr(game) == f"Drive: {game.say}"
    assert "Press Start" in game.say and not game.race.running


class Steeper(MountainCarEnv):
    """Someone's own car."""


@pytest.mark.parametrize(
    "env",
    [
        gymnasium.wrappers.TransformReward(made(), lambda reward: 2 * reward),
        gymnasium.wrappers.TimeLimit(Steeper(render_mode="rgb_array"), 50),
        made(max_episode_steps=50),
    ],
)
def test_a_wrapped_env_and_one_of_a_kind_are_driven_with_all_their_wrappers(env):
    game = Play(env, seed=0)
    drive(game)
    expected = rollout.play_episode(env, lambda observation: RIGHT, seed=0)
    assert game.race.returns == [expected.total_reward] and game.race.you.steps == expected.steps


def test_who_always_pushes_right_never_arrives():
    game = Play(made(), seed=0)
    drive(game)
    assert game.race.returns == [-200.0]
    assert "Time is up" in game.say and "Steps: 200. Return: -200." in game.say


def test_who_pushes_the_way_the_car_rolls_arrives():
    game = Play(made(), seed=0)
    drive(game, swing)
    assert "The car is at the flag" in game.say and -200 < game.race.returns[0] < -80
    assert f"Steps: {game.race.you.steps}. Return: {-game.race.you.steps}." in game.say


def test_the_pole_falls_when_the_cart_is_always_pushed_one_way():
    game = Play(made(CART), seed=0)
    drive(game, lambda observation: 0)
    assert "The pole fell" in game.say and 5 < game.race.returns[0] < 15


def test_a_cart_that_leaves_the_track_is_told_from_a_pole_that_falls():
    game = Play(made(CART), seed=0)
    game.again.click()
    game.race.you.env.unwrapped.state = np.array([2.39, 3.0, 0.0, 0.0])
    game.tick()
    assert "The cart left the track" in game.say and not game.race.running


def test_a_pole_that_stands_to_the_end_is_no_loss():
    game = Play(made(CART, max_episode_steps=40), seed=0)
    drive(game, balance)
    assert "The pole stood until time was up" in game.say and game.race.returns == [40.0]


def test_an_action_is_held_until_another_is_pressed():
    game, taken = Play(made(), seed=0), []
    step = game.race.you.env.step
    game.race.you.env.step = lambda action: (taken.append(action), step(action))[1]
    game.again.click()
    for pressed in (None, LEFT, RIGHT, None, COAST):
        if pressed is not None:
            game.buttons[pressed].click()
        game.tick()
        game.tick()
    assert taken == [COAST] * 2 + [LEFT] * 2 + [RIGHT] * 4 + [COAST] * 2


@pytest.mark.parametrize(
    ("name", "texts"),
    [(CAR, ["◀ left", "■ coast", "▶ right"]), (CART, ["◀ left", "▶ right"])],
)
def test_there_is_a_button_for_each_action_and_the_one_held_stands_out(name, texts):
    game = Play(made(name), seed=0)
    assert [button.description for button in game.buttons.values()] == texts
    for action in game.buttons:
        game.buttons[action].click()
        assert game.held == action
        held = [each for each, button in game.buttons.items() if button.button_style == "primary"]
        assert held == [action]


def test_a_button_pressed_before_start_is_held_from_the_first_step_on():
    game = Play(made(), seed=0)
    game.buttons[LEFT].click()
    game.again.click()
    game.tick()
    assert state(game)[1] < 0 and game.held == LEFT


def test_nothing_moves_before_start_nor_after_the_end():
    game = Play(made(CART), seed=0)
    before = state(game)
    game.tick()
    assert np.array_equal(state(game), before) and game.race.you.steps == 0
    drive(game, lambda observation: 0)
    end = game.say, game.race.you.steps, game.still.data
    game.tick()
    assert (game.say, game.race.you.steps, game.still.data) == end


def test_the_line_tells_step_return_and_state():
    game = Play(made(), seed=0)
    game.again.click()
    game.buttons[LEFT].click()
    game.tick()
    game.tick()
    position, velocity = state(game)
    told = f"Step 2. Return: -2. Position {position:+.2f}, velocity {velocity:+.3f}."
    assert game.say == told


def test_the_cart_is_told_in_degrees():
    game = Play(made(CART), seed=0)
    game.race.you.env.unwrapped.state = np.array([-0.5, 0.0, np.radians(-3.0), 0.0])
    game._show(*lines_of(game.vehicle, game.race))
    assert game.say.endswith("Cart at -0.50, pole at -3.0°.")


# Keys


def test_the_car_is_pushed_while_a_key_is_down_and_coasts_when_it_is_let_go():
    game = Play(made(), seed=0)
    for key, action in (("ArrowLeft", LEFT), ("d", RIGHT), ("a", LEFT), ("ArrowRight", RIGHT)):
        tell(game, kind="key", key=key)
        assert game.held == action and game.buttons[action].button_style == "primary"
        tell(game, kind="release", key=key)
        assert game.held == COAST


def test_the_cart_is_pushed_the_last_way_until_the_other_key_is_pressed():
    game = Play(made(CART), seed=0)
    for key, action in (("ArrowLeft", 0), ("ArrowRight", 1), ("a", 0)):
        tell(game, kind="key", key=key)
        tell(game, kind="release", key=key)
        assert game.held == action


def test_of_two_keys_the_later_acts_and_the_other_again_when_it_is_let_go():
    game = Play(made(), seed=0)
    tell(game, kind="key", key="ArrowLeft")
    tell(game, kind="key", key="ArrowRight")
    assert game.held == RIGHT
    tell(game, kind="release", key="ArrowRight")
    assert game.held == LEFT
    tell(game, kind="release", key="ArrowLeft")
    assert game.held == COAST


def test_a_key_that_is_let_go_before_the_next_step_acts_for_one_step():
    game = Play(made(), seed=0)
    game.again.click()
    tell(game, kind="key", key="ArrowRight")
    tell(game, kind="release", key="ArrowRight")
    speeds = [state(game)[1]]
    for _ in range(2):
        game.tick()
        speeds.append(state(game)[1])
    pull = [-0.0025 * np.cos(3 * position) for position in (start_of(0)[0],)]
    assert speeds[1] - speeds[0] == pytest.approx(0.001 + pull[0])
    assert speeds[2] - speeds[1] == pytest.approx(pull[0], abs=1e-4)


@pytest.mark.parametrize("key", [" ", "Enter"])
def test_the_space_bar_starts_and_restarts(key):
    game = Play(made(), seed=0)
    tell(game, kind="key", key=key)
    assert game.race.running
    game.tick()
    tell(game, kind="key", key=key)
    assert game.race.running and game.race.you.steps == 0 and game.race.returns == []


def test_a_key_that_is_down_at_the_start_acts_from_the_first_step_on():
    game = Play(made(), seed=0)
    drive(game)
    tell(game, kind="key", key="ArrowLeft")
    tell(game, kind="key", key=" ")
    game.tick()
    assert game.held == LEFT and state(game)[1] < -0.0009


def test_a_view_that_is_gone_holds_no_key():
    game = Play(made(), seed=0)
    game.view.set_trait("_view_count", 1)
    tell(game, kind="key", key=" ")
    tell(game, kind="key", key="ArrowLeft")
    game.view.set_trait("_view_count", 0)
    game.again.click()
    assert game.held == COAST


def test_a_click_on_start_sends_the_keys_to_the_picture(monkeypatch):
    game, sent = Play(made(), seed=0), []
    monkeypatch.setattr(game.screen, "send", sent.append)
    game.again.click()
    assert sent == [{"focus": True}]


# Starts, restarts and the score


@pytest.mark.parametrize("name", FPS)
def test_game_k_begins_where_reset_with_seed_plus_k_puts_it(name):
    game = Play(made(name, max_episode_steps=9), seed=7)
    for k in range(3):
        game.again.click()
        assert np.array_equal(state(game), start_of(7 + k, name))
        drive(game, lambda observation: 0)
    assert len(game.race.returns) == 3


def test_without_a_seed_games_begin_anywhere_and_the_agent_there_too():
    games = [Play(made(), policy=swing) for _ in range(4)]
    assert len({tuple(state(game)) for game in games}) == 4
    for game in games:
        assert np.allclose(game.race.agent.observations[0], state(game))


def test_a_game_that_is_broken_off_does_not_count_and_is_begun_again():
    game = Play(made(), seed=7)
    game.again.click()
    game.buttons[RIGHT].click()
    game.tick()
    assert game.again.description == "Restart"
    game.again.click()
    assert np.array_equal(state(game), start_of(7)) and game.race.you.steps == 0
    assert game.race.returns == [] and game.race.running and game.held == COAST


def test_the_end_of_a_game_lets_go_of_the_button():
    game = Play(made(max_episode_steps=9), seed=7)
    drive(game)
    assert game.held == COAST and game.buttons[COAST].button_style == "primary"
    assert game.again.description == "Start"


@pytest.mark.parametrize("name", FPS)
def test_the_agent_drives_each_game_from_the_very_same_start(name):
    game = Play(made(name, max_episode_steps=15), seed=7, policy=POLICIES[name])
    for k in range(3):
        game.again.click()
        assert np.allclose(game.race.agent.observations[0], start_of(7 + k, name))
        drive(game, lambda observation: 0)
        assert game.race.agent_returns[k] == game.race.agent.total_reward
    env = gymnasium.make(name, max_episode_steps=15)
    expected = rollout.evaluate(env, POLICIES[name], episodes=3, seed=7)
    assert game.race.agent_returns == list(expected)


def test_the_agent_is_asked_once_for_a_start():
    asked = []
    game = Play(made(), seed=7, policy=lambda observation: asked.append(observation) or RIGHT)
    assert len(asked) == 200
    for _ in range(3):
        game.again.click()
    assert len(asked) == 200


def test_the_agent_drives_in_step_with_the_learner_as_it_did():
    game = Play(made(), seed=7, policy=swing)
    game.again.click()
    for k in range(game.race.agent.steps):
        assert np.allclose(game.race.rival.env.unwrapped.state, game.race.agent.observations[k])
        assert game.say.startswith(f"You: step {k}. Return: {-k}.")
        assert f"The agent: step {k}. Return: {-k}." in game.say
        game.tick()
    assert "The agent: 🏁 The car is at the flag!" in game.say and game.race.running
    drive_on(game)
    assert game.race.returns == [-200.0] and not game.race.running
    assert game.say.startswith("You: ⏱ Time is up! Steps: 200. Return: -200.")
    assert f"The agent: 🏁 The car is at the flag! Steps: {game.race.agent.steps}." in game.say


def test_the_agent_goes_on_when_the_learner_is_over_and_the_game_counts_at_once():
    game = Play(made(CART, max_episode_steps=60), seed=7, policy=balance)
    drive_until_over(game)
    steps = game.race.you.steps
    assert game.race.running and game.race.agent_returns == [60.0] and steps < 20
    assert game.again.description == "Start" and "You: 💥 The pole fell!" in game.say
    drive_on(game)
    assert game.race.you.steps == steps and game.race.rival.steps == 60
    assert len(game.race.returns) == 1 and "The agent: 🏆 The pole stood" in game.say


def test_the_next_game_can_begin_while_the_agent_is_still_watched():
    game = Play(made(CART), seed=7, policy=balance)
    drive_until_over(game)
    game.tick()
    game.again.click()
    assert np.array_equal(state(game), start_of(8, CART)) and game.race.rival.steps == 0


def test_the_agent_stands_beside_the_learner_in_the_picture():
    game = Play(made(), seed=7, policy=swing)
    game.again.click()
    game.buttons[LEFT].click()
    for _ in range(30):
        game.tick()
    game.stop()
    mine, theirs = (animation.half(player.env.render()) for player in game.race.players)
    shown = pixels(game.still.data)
    assert np.array_equal(shown[-200:, :300], mine) and np.array_equal(shown[-200:, -300:], theirs)
    assert not np.array_equal(mine, theirs) and game.screen.size[0] == BOTH <= 700
    told = "MountainCar, you at the left, the agent at the right. Stopped."
    assert game.screen.label == game.still.alt and game.still.alt.startswith(told)


def test_the_titles_say_who_is_over(monkeypatch):
    titles = []
    monkeypatch.setattr(
        animation, "side_by_side", lambda frames, told: titles.append(told) or frames[0]
    )
    game = Play(made(CART, max_episode_steps=60), seed=7, policy=balance)
    drive_until_over(game)
    assert titles[0] == ["You", "The agent"]
    assert titles[-1] == [f"You: over at step {game.race.you.steps}", "The agent"]


def test_the_score_has_games_best_and_mean_of_both():
    game = Play(made(CART, max_episode_steps=20), seed=7, policy=balance)
    assert game._score.value.count("<td") == 12 and game._score.value.count("–") == 4
    drive(game, lambda observation: 0)
    drive(game, balance)
    mine, agents = game.race.returns, game.race.agent_returns
    assert mine[0] < mine[1] == agents[1]
    for player, returns in (("you", mine), ("agent", agents)):
        row = game._score.value.split(f"<td>{player}</td>")[1].split("</tr>")[0]
        told = [cell.split("<")[0] for cell in row.split(">")[1::2]]
        assert [cell for cell in told if cell] == [
            "2",
            f"{max(returns):g}",
            f"{np.mean(returns):.1f}",
        ]


def test_the_score_of_one_has_one_row():
    game = Play(made(max_episode_steps=9), seed=7)
    drive(game)
    assert "agent" not in game._score.value and "-9.0" in game._score.value


@pytest.mark.parametrize("name", FPS)
def test_the_env_stays_as_it_is(name):
    env = made(name, max_episode_steps=20)
    env.reset(seed=1)
    env.render()
    before = np.array(env.unwrapped.state), env.unwrapped.np_random.bit_generator.state
    drive(Play(env, seed=0, policy=POLICIES[name]), lambda observation: 0)
    after = np.array(env.unwrapped.state), env.unwrapped.np_random.bit_generator.state
    assert np.array_equal(before[0], after[0]) and before[1] == after[1]


def test_two_games_of_one_env_do_not_move_each_other():
    env = made()
    one, other = Play(env, seed=0), Play(env, seed=0)
    one.again.click()
    one.buttons[RIGHT].click()
    one.tick()
    assert np.array_equal(state(other), start_of(0)) and not other.race.running
    env.close()
    one.tick()
    one.stop()
    assert one.race.you.steps == 2 and one.still.data != other.still.data


# Real time


@pytest.mark.parametrize("name", FPS)
@pytest.mark.parametrize("speed", [0.25, 0.5, 1.0])
def test_the_env_runs_at_its_own_speed_or_a_part_of_it(clock, name, speed):
    game = Play(made(name), seed=0)
    pictures = []
    game.screen.show = lambda picture, **how: pictures.append((clock.now, picture))
    game.speed.value = speed
    game.again.click()
    pictures.clear()
    game.race.step = lambda held, you=game.race.you: setattr(you, "steps", you.steps + 1)
    clock.pass_by(4.01)
    assert game.race.you.steps == 4 * FPS[name] * speed == len(pictures)
    times, shown = zip(*pictures, strict=True)
    assert np.allclose(np.diff(times), 1 / (FPS[name] * speed))
    assert all(picture.mime == "image/jpeg" and len(picture.data) < 10_000 for picture in shown)


@pytest.mark.parametrize(("name", "speed"), [(CAR, 1.0), (CART, 0.25)])
def test_the_car_begins_at_full_speed_and_the_cart_at_a_quarter(name, speed):
    assert Play(made(name)).speed.value == speed


def test_a_new_speed_counts_from_the_next_step_on(clock):
    game = Play(made(), seed=0)
    game.again.click()
    clock.pass_by(1.01)
    game.speed.value = 0.5
    clock.pass_by(1.0)
    assert game.race.you.steps in (45, 46)


def test_a_click_acts_at_the_next_step(clock):
    game = Play(made(), seed=0)
    game.again.click()
    clock.pass_by(0.05)
    game.buttons[RIGHT].click()
    slow = state(game)[1]
    clock.pass_by(1 / FPS[CAR])
    assert game.race.you.steps == 2 and state(game)[1] > slow + 0.0005


def test_the_beat_ends_with_the_game(clock):
    game = Play(made(), seed=0)
    game.again.click()
    assert game.ticker.beats
    clock.pass_by(7)
    assert game.race.returns == [-200.0] and "Time is up" in game.say
    assert clock.waiting == 0 and not game.ticker.beats


def test_restarting_in_the_middle_does_not_double_the_speed(clock):
    game = Play(made(), seed=0)
    for _ in range(5):
        game.again.click()
        clock.pass_by(0.01)
    clock.pass_by(1)
    assert game.race.you.steps == 30 and clock.waiting == 1


@pytest.mark.parametrize(
    "leave",
    [
        lambda game: game.stop(),
        lambda game: game.close(),
        lambda game: game.view.set_trait("_view_count", 0),
    ],
    ids=["stop", "close", "nobody looks"],
)
def test_a_game_that_is_left_stops_and_does_not_count(clock, leave):
    game = Play(made(), seed=0)
    game.view.set_trait("_view_count", 1)
    game.again.click()
    clock.pass_by(1)
    leave(game)
    steps = game.race.you.steps
    clock.pass_by(10)
    game.tick()
    assert game.race.you.steps == steps and steps in (29, 30) and not game.race.running
    assert clock.waiting == 0 and game.race.returns == [] and "Stopped" in game.say


def test_a_second_view_of_a_game_may_be_closed(clock):
    game = Play(made(), seed=0)
    game.view.set_trait("_view_count", 2)
    game.again.click()
    game.view.set_trait("_view_count", 1)
    clock.pass_by(1)
    assert game.race.running and game.race.you.steps > 20


def test_frontends_are_asked_to_count_their_views():
    assert Play(made()).view._view_count == 0


def test_a_stopped_game_can_be_started(clock):
    game = Play(made(), seed=0)
    game.again.click()
    clock.pass_by(1)
    game.stop()
    game.again.click()
    clock.pass_by(1.01)
    assert game.race.you.steps == 30 and game.race.running


def test_a_loop_that_was_busy_for_long_is_not_caught_up_with(clock):
    game = Play(made(), seed=0)
    game.again.click()
    clock.pass_by(1.01)
    clock.now += 3  # another cell ran
    clock.pass_by(0.0)
    assert 30 <= game.race.you.steps <= 35
    clock.pass_by(1.0)
    assert 60 <= game.race.you.steps <= 65


def test_a_loop_that_was_busy_for_a_moment_is_caught_up_with():
    clock, beats = Clock(), []

    def tick():
        beats.append(clock.now)
        clock.now += 0.08 if len(beats) % 10 == 0 else 0

    ticker = Ticker(tick, lambda: 0.03)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "get_running_loop", lambda: clock)
        ticker.start()
    clock.pass_by(3.01)
    assert len(beats) == 100


def test_without_an_event_loop_nothing_beats_and_nothing_hangs():
    game = Play(made(), seed=0)
    game.again.click()
    assert game.race.running and not game.ticker.beats
    game.tick()
    assert game.race.you.steps == 1


def test_what_beat_in_a_loop_is_silent_when_it_is_started_without_one():
    clock, beats = Clock(), []
    ticker = Ticker(lambda: beats.append(clock.now), lambda: 0.1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "get_running_loop", lambda: clock)
        ticker.start()
    ticker.start()
    clock.pass_by(1)
    assert beats == [] and not ticker.beats


def test_in_a_real_event_loop_clicks_are_served_while_the_game_runs():
    game = Play(made(), seed=0)

    async def learner():
        game.again.click()
        clicks = 0
        while game.race.you.steps < 10 and clicks < 2000:  # half a second is enough
            game.buttons[swing(state(game))].click()
            await asyncio.sleep(0.05)
            clicks += 1
        return clicks

    assert asyncio.run(learner()) > 1  # the game let others have their turn in between
    assert game.race.you.steps >= 10 and game.race.running
    assert state(game)[1] != 0


def test_a_page_that_does_not_keep_up_gets_fewer_pictures_and_the_game_goes_on(clock):
    game = Play(made(CART, max_episode_steps=200), seed=0)
    game.speed.value = 1.0
    game.race.you.env.step = lambda action: (None, 1.0, False, False, {})
    game.again.click()
    sent = game.screen.number
    clock.pass_by(1.01)
    assert game.race.you.steps == 50 and game.screen.number - sent <= 3
    game.screen._handle_custom_msg({"kind": "painted", "picture": game.screen.number}, [])
    clock.pass_by(0.05)
    assert game.screen.number - sent > 3


def test_words_change_ten_times_a_second_at_most(clock):
    game = Play(made(CART), seed=0)
    game.speed.value = 1.0
    game.race.you.env.step = lambda action: (None, 1.0, False, False, {})
    game.again.click()
    changed = []
    game._words.observe(changed.append, "value")
    clock.pass_by(2.01)
    assert len(changed) == 20


# What goes wrong


def failing(times: int):
    """A policy that drives so many games of 9 steps and then raises."""
    asked = []

    def policy(observation) -> int:
        asked.append(observation)
        if len(asked) > 9 * times:
            raise RuntimeError("no idea")
        return LEFT

    return policy


def test_a_policy_that_raises_at_once_is_an_error_of_the_cell():
    with pytest.raises(RuntimeError, match="^no idea$"):
        Play(made(max_episode_steps=9), seed=0, policy=failing(0))


def test_a_policy_that_raises_later_is_told_in_the_view_and_nothing_runs(clock):
    game = Play(made(max_episode_steps=9), seed=0, policy=failing(1))
    game.again.click()
    clock.pass_by(5)
    assert game.race.returns == [-9.0] and game.screen.message == ""
    game.again.click()
    assert game.screen.message == "This does not go on: RuntimeError: no idea"
    assert not game.race.running and clock.waiting == 0 and game.again.description == "Start"


def test_an_env_that_breaks_in_the_middle_is_told_in_the_view_and_nothing_runs(clock):
    game = Play(made(), seed=0)
    game.again.click()
    clock.pass_by(1)
    game.race.you.env.unwrapped.state = None
    clock.pass_by(1)
    assert game.screen.message.startswith("This does not go on: TypeError")
    assert not game.race.running and clock.waiting == 0
    game.again.click()
    clock.pass_by(1.01)
    assert game.race.running and game.race.you.steps == 30


def test_an_env_that_is_closed_under_the_game_leaves_it_alone(clock):
    game = Play(env := made(), seed=0)
    game.again.click()
    env.close()
    game.race.you.env.close()
    clock.pass_by(1.01)
    assert game.race.you.steps == 30 and game.screen.message == ""


# The picture


@pytest.mark.parametrize("name", FPS)
def test_the_still_picture_is_what_the_env_renders_at_half_its_size(name):
    game = Play(made(name), seed=0)
    game.again.click()
    for _ in range(4):
        game.tick()
    game.stop()
    assert np.array_equal(pixels(game.still.data), animation.half(game.race.you.env.render()))
    assert pixels(game.still.data).shape == (200, 300, 3)
    assert game.screen.picture == game.still.data and len(game.still.data) < 10_000
    assert game.still.alt == f"{game.vehicle.name}. {game.say}"


def test_the_view_holds_every_button_and_fits_a_narrow_notebook():
    game = Play(made(), seed=0, policy=swing)
    held = list(inside(game.view))
    parts = game.screen, game.again, game.speed, *game.buttons.values()
    for part in (*parts, game._words, game._score):
        assert part in held
    assert {part for part in held if not part.__module__.startswith("ipywidgets.")} == {game.screen}
    alone = Play(made(), seed=0)
    assert alone.screen.size[0] == 400 and alone.view.layout.flex_flow == "row wrap"


@pytest.mark.parametrize("policy", [None, swing])
def test_a_notebook_gets_the_view_and_a_still_picture_with_alt_text(policy):
    game = Play(made(), seed=0, policy=policy)
    data, metadata = game._repr_mimebundle_()
    assert metadata["image/png"] == {"alt": game.still.alt}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == game.view.model_id


SILENT = """
import gymnasium
from peterwolf.widgets import Play
env = gymnasium.make("MountainCar-v0", render_mode="rgb_array")
game = Play(env, policy=lambda observation: 2)
game.restart()
game.tick()
"""


def test_no_word_is_printed_where_there_is_no_display(pytestconfig):
    shown = {"XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"}
    bare = {name: value for name, value in os.environ.items() if name not in shown}
    filters = [f"-W{each}" for each in pytestconfig.getini("filterwarnings")]
    run = subprocess.run(
        [sys.executable, *filters, "-c", SILENT], capture_output=True, text=True, env=bare
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["XDG_RUNTIME_DIR", "SDL_AUDIODRIVER"])
def test_the_environment_stays_as_it_is(monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    Play(made(), seed=0)
    assert name not in os.environ
    monkeypatch.setenv(name, "mine")
    Play(made(), seed=0)
    assert os.environ[name] == "mine"


def test_no_sound_card_is_asked_for(monkeypatch):
    monkeypatch.delenv("SDL_AUDIODRIVER", raising=False)
    drivers, drawn = [], MountainCarEnv.render

    def render(env):
        drivers.append(os.environ.get("SDL_AUDIODRIVER"))
        return drawn(env)

    monkeypatch.setattr(MountainCarEnv, "render", render)
    Play(made(), seed=0)
    assert drivers[0] == "dummy"


# Bad input


@pytest.mark.parametrize("name", FPS)
@pytest.mark.parametrize("mode", [None, "human"])
def test_an_env_without_pictures_is_an_error(name, mode):
    inner = gymnasium.make(name)
    inner.unwrapped.render_mode = mode
    needed = f"^env must be made with render_mode='rgb_array', got {mode!r}$"
    with pytest.raises(ValueError, match=needed):
        Play(inner)


@pytest.mark.parametrize("kind", [MountainCarEnv, CartPoleEnv])
def test_an_env_without_a_time_limit_is_an_error(kind):
    with pytest.raises(ValueError, match="^env must have a time limit, as gymnasium.make gives it"):
        Play(kind(render_mode="rgb_array"), policy=lambda observation: 1)


@pytest.mark.parametrize("name", ["Acrobot-v1", "Pendulum-v1"])
def test_another_env_is_an_error(name):
    needed = "^env must be one of Peter's, .*, or MountainCar-v0 or CartPole-v1, got .*" + name
    with pytest.raises(TypeError, match=needed):
        Play(made(name))
    with pytest.raises(TypeError, match="^env must be MountainCar-v0 or CartPole-v1, got"):
        Drive(made(name))


@pytest.mark.parametrize("policy", ["greedy", np.zeros((2, 3)), 1])
def test_a_policy_that_is_no_function_is_an_error(policy):
    with pytest.raises(TypeError, match="^policy must be a function from an observation to an"):
        Play(made(), policy=policy)


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (1.5, TypeError), ("0", TypeError)])
def test_a_seed_that_is_none_is_an_error(seed, error):
    with pytest.raises(error, match="^seed must be an integer of 0 or more, got"):
        Play(made(), seed=seed)


@pytest.mark.parametrize(("action", "error"), [(3, ValueError), (-1, ValueError), ("l", TypeError)])
def test_an_action_that_does_not_exist_is_an_error(action, error):
    with pytest.raises(error, match="^action must be an integer from 0 to 2, got"):
        Play(made()).hold(action)
