"""The car and the cart in the browser: driven in real time, by button and by key."""

import base64
import re

import numpy as np
import pytest
from lab import wait_until
from look import ROUGH, decoded, difference, looks_well, pixels, wait_for_text, words
from screen import Screen
from twins import Driver

from peterwolf import animation

RACE = """import gymnasium
from peterwolf.widgets import Play
drawn = gymnasium.make("CartPole-v1", render_mode="rgb_array")
skilled = lambda seen: int(3 * seen[2] + seen[3] > 0)
Play(drawn, seed=0, policy=skilled)"""
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
MORE = {"race": RACE, "closed": "drawn.close()"}


@pytest.fixture(scope="module")
def cart(open_desk, lab):
    lesson = open_desk.open(lab.lesson("08_cartpole", "numbers", "play", more=MORE))
    lesson.run("numbers")
    return lesson


@pytest.fixture(scope="module")
def car(open_desk, lab):
    lesson = open_desk.open(lab.lesson("07_mountain_car", "weak", "play"))
    lesson.run("weak")
    return lesson


def press(shown, name):
    shown.get_by_role("button", name=name).click()


def velocity(shown):
    """The velocity of the car as the words tell it, 0 where they do not."""
    told = re.search(r"velocity ([+-][0-9.]+[0-9])", words(shown))
    return float(told[1]) if told else 0.0


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
    screen, frames = Screen(shown), []
    twin.env.reset(seed=0)
    for _ in range(twin.steps):
        frames.append(twin.picture())
        twin.env.step(1)
    screen.image.evaluate(FILM)
    press(shown, "Start")
    wait_for_text(shown, "The pole fell!")
    seen = [decoded(base64.b64decode(each)) for each in shown.page.evaluate("window.film")]
    nearest = [min(range(len(frames)), key=lambda k: difference(s, frames[k])) for s in seen[:-1]]
    assert nearest == sorted(nearest) and len(set(nearest)) > 2
    assert max(difference(s, frames[k]) for s, k in zip(seen, nearest, strict=False)) < ROUGH


def test_a_held_key_drives_the_car_and_letting_go_coasts(desk, car, theme):
    shown = car.run("play")
    screen, keyboard = Screen(shown), shown.page.keyboard
    screen.press(" ")
    for key, sign in (("ArrowRight", 1), ("ArrowLeft", -1)):
        keyboard.down(key)
        wait_until(lambda s=sign: velocity(shown) * s > 0.005, f"{key} pushes")
        keyboard.up(key)
    pushed = shown.get_by_role("button", name="coast")
    wait_until(lambda: "mod-primary" in pushed.get_attribute("class"), "the car coasts")
    looks_well(shown, f"play-mountaincar-{theme}")
    wait_for_text(shown, "Time is up!", "Steps: 200.")


def test_the_agent_drives_beside_the_learner(desk, cart, theme):
    shown, twin = cart.run("race"), Driver("CartPole-v1", seed=0, action=1)
    screen = Screen(shown)
    titles = "You", "The agent"
    screen.shows(animation.side_by_side([twin.first, twin.first], titles))
    press(shown, "full")
    press(shown, "Start")
    wait_for_text(shown, f"Steps: {twin.steps}.", "The agent: step")
    looks_well(shown, f"race-cartpole-{theme}")
    mine = twin.picture()
    ended = animation.side_by_side([mine, mine], [f"You: over at step {twin.steps}", "The agent"])
    half = np.s_[:, : mine.shape[1]]
    assert difference(pixels(screen.image)[half], ended[half]) < ROUGH


# Bad input


def test_a_game_goes_on_when_its_env_is_closed(desk, cart):
    shown, twin = cart.run("play"), Driver("CartPole-v1", seed=0, action=1)
    cart.run("closed")
    press(shown, "Start")
    wait_for_text(shown, "The pole fell!", f"Steps: {twin.steps}.")
    Screen(shown).shows(twin.picture())
    assert Screen(shown).message == ""


def test_a_game_that_nobody_sees_any_more_stops(desk, cart):
    cart.run("play")
    press(cart.output("play"), "Start")
    shown = cart.run("play")
    wait_for_text(shown, "Press Start")
    screen = Screen(shown)
    painted = screen.painted
    shown.page.wait_for_timeout(500)
    assert screen.painted == painted
