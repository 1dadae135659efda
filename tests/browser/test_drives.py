"""The car and the cart in the browser, in real time."""

import gymnasium
import pytest
from lab import wait_until
from look import cut_off, unreadable, wait_for_picture

from peterwolf.widgets.vehicles import half, rendered


class Twin:
    """A game that is driven with one action from its first step to its end."""

    def __init__(self, name, seed, action):
        self.env = gymnasium.make(name, render_mode="rgb_array")
        self.env.reset(seed=seed)
        self.steps, over = 0, False
        while not over:
            _, _, terminated, truncated, _ = self.env.step(action)
            self.steps, over = self.steps + 1, terminated or truncated

    def picture(self):
        return half(rendered(self.env))


@pytest.fixture(scope="module")
def cart(open_desk, lab):
    lesson = open_desk.open(lab.lesson("08_cartpole", "numbers", "play"))
    lesson.run("numbers")
    return lesson


@pytest.fixture(scope="module")
def car(open_desk, lab):
    lesson = open_desk.open(lab.lesson("07_mountain_car", "weak", "play"))
    lesson.run("weak")
    return lesson


def press(shown, name):
    shown.get_by_role("button", name=name).click()


def test_the_cart_is_driven_till_the_pole_falls(desk, cart, theme):
    shown, twin = cart.run("play"), Twin("CartPole-v1", seed=0, action=1)
    press(shown, "Start")
    wait_until(lambda: "The pole fell!" in shown.inner_text(), "the pole fell")
    assert f"Steps: {twin.steps}." in shown.inner_text()
    wait_for_picture(shown.locator("img"), twin.picture())
    desk.screenshot(f"play cartpole {theme}", shown)
    assert unreadable(shown) == {}
    assert cut_off(shown) == []


def test_the_car_rolls_until_time_is_up(desk, car, theme):
    shown, twin = car.run("play"), Twin("MountainCar-v0", seed=0, action=2)
    press(shown, "right")
    press(shown, "Start")
    press(shown, "right")
    wait_until(lambda: "Time is up!" in shown.inner_text(), "time is up")
    assert f"Steps: {twin.steps}." in shown.inner_text()
    desk.screenshot(f"play mountaincar {theme}", shown)
    assert unreadable(shown) == {}
    assert cut_off(shown) == []
