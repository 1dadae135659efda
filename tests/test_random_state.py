"""No public call draws from, or seeds, the generators that all of a notebook shares."""

import contextlib
import io
import random

import gymnasium
import numpy as np
import pytest

from peterwolf import (
    CLASSIC,
    Board,
    animation,
    checks,
    dqn,
    net,
    planning,
    plots,
    random_board,
    render,
    rollout,
    saving,
    stats,
    tabular,
    tiles,
    widgets,
)
from peterwolf.dqn import features
from peterwolf.envs import board_observation as planes
from peterwolf.envs import peter as env
from peterwolf.tabular import bins
from peterwolf.tabular import tile_coding as tilings
from peterwolf.worlds import mountain_car as hill
from peterwolf.worlds import rules as world
from peterwolf.worlds.board import Action, Cell

Q = np.random.default_rng(0).normal(size=(8, 8, 4))
HILL = np.random.default_rng(0).normal(size=(6, 5, 3))
PLACE = {"low": (-1.2, -0.07), "high": (0.6, 0.07), "labels": ("position", "velocity")}
LEARN = {"episodes": 3, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3}
SHORT = dqn.DQNConfig(steps=128, begin=64, every=32, updates=2, judge_every=64, judge_starts=2)
FRAMES = [np.zeros((8, 8, 3), np.uint8)] * 2
CAR = tilings.Tiles([-1.2, -0.07], [0.6, 0.07], 4, (3, 3))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def forage(**told) -> gymnasium.Env:
    return gymnasium.make("peterwolf/Forage-v0", **told)


def hunt() -> gymnasium.Env:
    return gymnasium.make("peterwolf/Hunt-v0")


def car() -> gymnasium.Env:
    return gymnasium.make("MountainCar-v0", max_episode_steps=30)


def learnt(snapshots: int = 0) -> tabular.Run:
    return tabular.q_learning(forage(), **LEARN, rng=rng(), snapshots=snapshots)


def network() -> net.Network:
    return net.random_network((4, 5, 2), rng=rng())


def right(observation) -> int:
    return int(Action.RIGHT)


def saved(folder) -> None:
    for each in (learnt(2), network()):
        saving.load(saving.save(each, folder / "kept.npz"))


def trained(folder) -> None:
    pole = gymnasium.make("CartPole-v1")
    run = dqn.train(pole, SHORT, rng=rng(), progress=False)
    dqn.evaluate(pole, run.policy, episodes=3)
    dqn.greedy(run.policy.network, pole)(pole.reset(seed=0)[0])


def stepped(make) -> None:
    made = make()
    made.reset(seed=0)
    made.step(1)
    made.render()
    made.close()


def by_tiles(folder) -> None:
    run = tiles.learn(car(), CAR, **LEARN, rng=rng())
    tiles.evaluate(car(), run.q, CAR, episodes=2)
    tiles.greedy(run.q, CAR)([-0.5, 0.0])


def by_the_hill(folder) -> None:
    steps = hill.value_iteration((20, 20))
    hill.action_values(steps, (2, 2))
    hill.drives(steps, [-0.5])
    hill.policy(steps)([-0.5, 0.0])


def judged(folder) -> None:
    for name, exercise in checks.EXERCISES.items():
        if name.startswith(("01", "02", "03_q", "03_t", "10", "11")):
            checks.check(name, exercise.reference)
        checks.check(name, None)
        checks.use(name, None)
        with contextlib.suppress(AssertionError):
            checks.require(name, None)


def played(folder) -> None:
    game = widgets.Play(forage(render_mode="rgb_array"))
    game.buttons[Action.RIGHT].click()
    game.again.click()


CALLS = {
    "random_board": lambda folder: random_board(rng()),
    "Board": lambda folder: (
        Board.from_text(CLASSIC.to_text()),
        CLASSIC.where(Cell.APPLE),
        hash(CLASSIC),
        repr(CLASSIC),
        CLASSIC[0, 0],
        (0, 0) in CLASSIC,
    ),
    "world": lambda folder: [
        rule.step(CLASSIC, rule.start((0, 0)), 3)
        for rule in (world.Forage(), world.Hunt(), world.Hunt(reward="seed"))
    ],
    "planning": lambda folder: planning.path_lengths(
        CLASSIC, world.Forage(), planning.value_iteration(CLASSIC, world.Forage())
    ),
    "render": lambda folder: [
        render.draw(CLASSIC, (0, 0), Q, visits=np.ones((8, 8)), overlay=overlay)
        for overlay in render.OVERLAYS
    ],
    "forage": lambda folder: stepped(lambda: forage(render_mode="rgb_array")),
    "hunt": lambda folder: stepped(lambda: env.HuntEnv(render_mode="ansi")),
    "a board at each reset": lambda folder: stepped(lambda: forage(board=random_board)),
    "a reset without a seed": lambda folder: forage().reset(),
    "planes": lambda folder: stepped(lambda: planes.Planes(forage())),
    "play_episode": lambda folder: rollout.play_episode(forage(), right, seed=0),
    "play_episode without a seed": lambda folder: rollout.play_episode(forage(), right),
    "evaluate": lambda folder: rollout.evaluate(forage(), right, episodes=3),
    "epsilon_greedy": lambda folder: [tabular.epsilon_greedy(Q[0, 0], 1.0, rng())] * 2,
    "the target": lambda folder: tabular.td_target(1.0, 0.9, Q[0], np.zeros(8, bool)),
    "greedy": lambda folder: tabular.greedy(Q)(np.array([0, 0])),
    "linear_decay": lambda folder: tabular.linear_decay(1, 0, 5)(3),
    "Bins": lambda folder: bins.Bins([0], [1], [4])([0.3]),
    "q_learning": lambda folder: learnt(),
    "q_learning in Python": lambda folder: tabular.q_learning(
        hunt(), **LEARN, rng=rng(), engine="python"
    ),
    "sarsa": lambda folder: tabular.sarsa(forage(), **LEARN, rng=rng()),
    "expected_sarsa": lambda folder: tabular.expected_sarsa(forage(), **LEARN, rng=rng()),
    "evaluate a table": lambda folder: tabular.evaluate(forage(), Q, episodes=3),
    "tiles": by_tiles,
    "net": lambda folder: network().copy()(np.zeros((1, 4), np.float32)),
    "features": lambda folder: features.Features(hunt().observation_space)([[0, 0, 1, 1]]),
    "dqn": trained,
    "saving": saved,
    "hill": by_the_hill,
    "stats": lambda folder: (stats.running_mean(np.arange(9.0), 3), stats.windows([1.0] * 9, 3)),
    "plots of runs": lambda folder: (
        plots.learning_curve(learnt().returns, window=2),
        plots.value_map(Q.max(axis=-1)),
        plots.board_picture(render.draw(CLASSIC)),
        plots.histogram({"a": [1.0, 2.0]}, xlabel="steps"),
    ),
    "plots of the hill": lambda folder: (
        plots.cost_to_go(HILL, **PLACE),
        plots.action_maps(HILL, **PLACE, actions=("left", "none", "right")),
    ),
    "animation": lambda folder: (
        animation.picture(FRAMES[0], alt="a black square"),
        animation.animate(FRAMES, alt="a black square, twice"),
    ),
    "checks": judged,
    "Play": played,
    "Knobs": lambda folder: widgets.Knobs(),
    "Editor": lambda folder: widgets.Editor(CLASSIC),
    "Stepper": lambda folder: widgets.Stepper(forage(), rng=rng()),
    "Scrubber": lambda folder: widgets.Scrubber(learnt(2), CLASSIC),
    "Frames": lambda folder: widgets.Frames(FRAMES, ["a", "b"], "a black square"),
}


def shared() -> tuple:
    """The state of the two generators that all share."""
    kind, keys, *rest = np.random.get_state()
    return random.getstate(), kind, keys.tobytes(), *rest


def touches(call, folder) -> bool:
    """Whether a call leaves a generator that all share in another state."""
    random.seed(7)
    np.random.seed(7)
    before = shared()
    with contextlib.redirect_stdout(io.StringIO()):
        call(folder)
    return shared() != before


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_public_call_leaves_the_shared_generators_alone(call, tmp_path):
    assert not touches(call, tmp_path)


@pytest.mark.parametrize(
    "call",
    [
        lambda folder: np.random.random(),
        lambda folder: np.random.seed(0),
        lambda folder: random.random(),
        lambda folder: random.seed(0),
    ],
)
def test_a_touched_generator_is_noticed(call, tmp_path):
    assert touches(call, tmp_path)
