"""The car and the cart in the browser: driven in real time, by button and by key."""

import base64

import gymnasium
import numpy as np
import pytest
from cells import SKILLED, by_hand
from lab import wait_until
from look import ROUGH, decoded, difference, looks_well, pixels, wait_for_text
from screen import Screen
from twins import Driver

from peterwolf import animation

FILM = """image => {
    window.film = [];
    image.addEventListener('load', () => {
        if (!image.naturalWidth) return; // the next picture is on its way
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        canvas.getContext('2d').drawImage(image, 0, 0);
        window.film.push(canvas.toDataURL('image/png').split(',')[1]);
    });
}"""
MORE = {"race": by_hand(policy=SKILLED), "by-hand": by_hand(), "closed": "drawn.close()"}


@pytest.fixture(scope="module")
def cart(open_desk, lab):
    lesson = open_desk.open(lab.lesson("08_cartpole", "numbers", "play", more=MORE))
    lesson.run("numbers", "play")
    return lesson


@pytest.fixture(scope="module")
def car(open_desk, lab):
    lesson = open_desk.open(
        lab.lesson("07_mountain_car", "weak", "play", more={"by-hand": by_hand()})
    )
    lesson.run("weak", "play")
    return lesson


def press(shown, name):
    shown.get_by_role("button", name=name).click()


def frames_of(twin):
    """The pictures of a game from its start to its end; the twin is at the end again."""
    twin.env.reset(seed=0)
    frames = [twin.picture()]
    for _ in range(twin.steps):
        twin.env.step(1)
        frames.append(twin.picture())
    return frames


def test_the_cart_is_driven_till_the_pole_falls(desk, cart, theme):
    shown, twin = cart.run("play"), Driver("CartPole-v1", seed=0, action=1)
    screen = Screen(shown)
    screen.shows(twin.first)
    press(shown, "Start")
    wait_for_text(shown, "The pole fell!", f"Steps: {twin.steps}.")
    screen.shows(twin.picture())
    looks_well(shown, f"play-cartpole-{theme}")


@pytest.mark.parametrize(("key", "action"), [("ArrowLeft", 0), ("a", 0), ("d", 1)])
def test_a_key_pushes_the_cart_until_another_does(desk, cart, key, action):
    shown, twin = cart.run("play"), Driver("CartPole-v1", seed=0, action=action)
    screen = Screen(shown)
    screen.root.focus()
    screen.root.page.keyboard.down(key)
    screen.press(" ")
    wait_for_text(shown, "The pole fell!", f"Steps: {twin.steps}.")
    screen.root.page.keyboard.up(key)
    screen.shows(twin.picture())


def test_the_pictures_are_those_of_the_game(desk, cart):
    shown, twin = cart.run("play"), Driver("CartPole-v1", seed=0, action=1)
    screen, frames = Screen(shown), frames_of(twin)
    screen.begins()
    screen.image.evaluate(FILM)
    press(shown, "Start")
    wait_for_text(shown, "The pole fell!")
    screen.shows(twin.picture())
    seen = [decoded(base64.b64decode(each)) for each in shown.page.evaluate("window.film")]
    nearest = [min(range(len(frames)), key=lambda k: difference(s, frames[k])) for s in seen]
    assert nearest == sorted(nearest) and nearest[-1] == twin.steps  # a slow page leaves some out
    assert max(difference(s, frames[k]) for s, k in zip(seen, nearest, strict=True)) < ROUGH


def test_each_step_of_the_cart_is_seen(desk, cart):
    shown, twin = cart.run("by-hand"), Driver("CartPole-v1", seed=0, action=1)
    screen, frames = Screen(shown), frames_of(twin)
    press(shown, "Start")
    wait_until(lambda: screen.painted == 2, "the start is painted")
    for k, frame in enumerate(frames[1:], start=1):
        cart.ask("None", after="tick()")
        wait_until(lambda k=k: screen.painted == 2 + k, f"step {k} is painted")
        assert difference(pixels(screen.image), frame) < ROUGH
    wait_for_text(shown, "The pole fell!", f"Steps: {twin.steps}.")


def test_a_held_key_drives_the_car_and_letting_go_coasts(desk, car, theme):
    shown, twin = car.run("by-hand"), gymnasium.make("MountainCar-v0")
    screen, keyboard = Screen(shown), shown.page.keyboard
    twin.reset(seed=0)
    screen.press(" ")
    for key, action in (("ArrowRight", 2), ("ArrowLeft", 0), (None, 1)):
        if key:
            keyboard.down(key)
        screen.settle()
        car.ask("None", after="for _ in range(20): tick()")
        for _ in range(20):
            twin.step(action)
        position, velocity = twin.unwrapped.state
        wait_for_text(shown, f"Position {position:+.2f}, velocity {velocity:+.3f}.")
        if key:
            keyboard.up(key)
    coasts = shown.get_by_role("button", name="coast")
    wait_until(lambda: "mod-primary" in coasts.get_attribute("class"), "the car coasts")
    looks_well(shown, f"play-mountaincar-{theme}")
    car.ask("None", after="game.tick = tick")  # from here on by the clock
    wait_for_text(shown, "Time is up!", "Steps: 200.")


def test_the_agent_drives_beside_the_learner(desk, cart, theme):
    shown, twin = cart.run("race"), Driver("CartPole-v1", seed=0, action=1)
    screen = Screen(shown)
    titles = "You", "The agent"
    screen.shows(animation.side_by_side([twin.first, twin.first], titles))
    press(shown, "full")
    press(shown, "Start")
    wait_for_text(shown, "The agent: step 0.")
    further = 5 * (twin.steps // 5 + 1)  # words follow every fifth step
    cart.ask("None", after=f"for _ in range({further}): tick()")
    wait_for_text(shown, f"Steps: {twin.steps}.", f"The agent: step {further}.")
    looks_well(shown, f"race-cartpole-{theme}")
    mine = twin.picture()
    ended = animation.side_by_side([mine, mine], [f"You: over at step {twin.steps}", "The agent"])
    half = np.s_[:, : mine.shape[1]]
    wait_until(
        lambda: difference(pixels(screen.image)[half], ended[half]) < ROUGH, "the end is painted"
    )


# Bad input


def test_a_game_goes_on_when_its_env_is_closed(desk, cart):
    shown, twin = cart.run("play"), Driver("CartPole-v1", seed=0, action=1)
    cart.run("closed")
    press(shown, "Start")
    wait_for_text(shown, "The pole fell!", f"Steps: {twin.steps}.")
    Screen(shown).shows(twin.picture())
    assert Screen(shown).message == ""


def test_a_game_that_nobody_sees_any_more_stops(desk, cart):
    press(cart.run("by-hand"), "Start")
    wait_for_text(cart.output("by-hand"), "Step 0.")
    cart.ask("None", after="first = game")
    assert cart.ask("first.race.running, first.ticker.beats") == "(True, True)"
    cart.run("by-hand")
    stopped = "(False, False, False)"
    asked = "first.race.running, first.ticker.beats, first.race.you.over"
    wait_until(lambda: cart.ask(asked) == stopped, "the first game is broken off")
