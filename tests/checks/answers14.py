"""Answers to the exercises of lesson 14 that must pass, and ones that must not."""

from types import SimpleNamespace

import gymnasium
import numpy as np

from peterwolf import Board, Cell, planning, tabular
from peterwolf.worlds.rules import Hunt

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# objective


def objective_of(
    ask=lambda trial: {
        "alpha": trial.suggest_float("alpha", 0.01, 1, log=True),
        "gamma": trial.suggest_float("gamma", 0.5, 0.999),
        "epsilon": trial.suggest_float("epsilon", 0, 1),
    },
    seeds=lambda: (0, 1, 2),
    episodes=1000,
    earned=lambda run, env: tabular.evaluate(env, run.q, episodes=50, seed=1_000_000).mean(),
    result=lambda scores: float(np.mean(scores)),
):
    """Return an answer that is right in all that is not told otherwise."""

    def objective(trial):
        setting, env, scores = ask(trial), gymnasium.make("peterwolf/Hunt-v0"), []
        for seed in seeds():
            rng = np.random.default_rng(seed)
            run = tabular.q_learning(env, episodes=episodes, rng=rng, **setting)
            scores.append(earned(run, env))
        return result(scores)

    return objective


def objective_step_by_step(trial):
    epsilon = trial.suggest_float("epsilon", low=0.0, high=1.0)
    gamma = trial.suggest_float("gamma", 0.5, 0.999)
    alpha = trial.suggest_float("alpha", low=0.01, high=1.0, log=True)
    env, total = gymnasium.make("peterwolf/Hunt-v0"), 0.0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        q = tabular.q_learning(
            env, episodes=1000, alpha=alpha, gamma=gamma, epsilon=epsilon, rng=rng
        ).q
        returns = tabular.evaluate(env, q, episodes=50, seed=1_000_000)
        total += returns.mean()
        trial.report(total / (seed + 1), seed)
        if trial.should_prune():
            break
    return total / 3


RIGHT["14_objective"] = {
    "a list of scores": objective_of(),
    "step by step, and reports": objective_step_by_step,
    "other starts, and numpy's float": objective_of(
        earned=lambda run, env: tabular.evaluate(env, run.q, episodes=60, seed=77).mean(),
        result=np.mean,
    ),
}
COUNTER = iter(range(10**9))


def asked_for(name, low, high, **more):
    """Return an `ask` that asks for one name otherwise."""

    def ask(trial):
        usual = {"alpha": (0.01, 1), "gamma": (0.5, 0.999), "epsilon": (0, 1)}
        logs = {"alpha": {"log": True}}
        usual[name], logs[name] = (low, high), more
        return {
            each: trial.suggest_float(each, *usual[each], **logs.get(each, {})) for each in usual
        }

    return ask


WRONG["14_objective"] = {
    "less is better": (
        objective_of(result=lambda scores: -float(np.mean(scores))),
        "larger must be better",
    ),
    "never asks for epsilon": (
        objective_of(
            ask=lambda trial: {
                "alpha": trial.suggest_float("alpha", 0.01, 1, log=True),
                "gamma": trial.suggest_float("gamma", 0.5, 0.999),
                "epsilon": 0.1,
            }
        ),
        'was never asked for "epsilon"',
    ),
    "another name": (
        objective_of(ask=lambda trial: {"alpha": trial.suggest_float("learning_rate", 0.01, 1)}),
        "the trial must be asked for alpha, gamma, epsilon, got 'learning_rate'",
    ),
    "no log": (objective_of(ask=asked_for("alpha", 0.01, 1)), "alpha must be suggested from 0.01"),
    "a narrow range": (
        objective_of(ask=asked_for("gamma", 0.9, 0.99)),
        "gamma must be suggested from 0.5 to 0.999, got (0.9, 0.99, False)",
    ),
    "seeds that never come again": (
        objective_of(seeds=lambda: [next(COUNTER) for _ in range(3)]),
        "the same setting has got two scores",
    ),
    "what exploring Peter earned": (
        objective_of(earned=lambda run, env: run.returns.mean()),
        "a good setting gets",
    ),
    "hardly trained": (objective_of(episodes=20), "a good setting gets"),
    "the sum is halved away": (objective_of(result=lambda scores: 0.0), "at least 40 apart"),
    "a list": (objective_of(result=list), "a number was expected, got ["),
    "nothing": (objective_of(result=lambda scores: None), "a number was expected, got None"),
    "not a number": (
        objective_of(result=lambda scores: float("nan")),
        "number was expected, got nan",
    ),
}


# make_agent


def agent_that_learns():
    class Learner:
        def begin(self, board_text):
            env = gymnasium.make("peterwolf/Hunt-v0", board=Board.from_text(board_text))
            rng = np.random.default_rng(0)
            run = tabular.q_learning(
                env, episodes=5000, alpha=1.0, gamma=0.95, epsilon=0.2, rng=rng
            )
            self.policy = tabular.greedy(run.q)

        def act(self, observation):
            return self.policy(observation)

    return Learner()


def agent_that_plans():
    agent = SimpleNamespace()

    def begin(board_text):
        agent.q = planning.value_iteration(Board.from_text(board_text), Hunt())

    agent.begin = begin
    agent.act = lambda observation: agent.q[tuple(observation)].argmax()
    return agent


RIGHT["14_make_agent"] = {"learns each board": agent_that_learns, "plans": agent_that_plans}


def agent_of(begin=lambda self, board_text: None, act=lambda self, observation: 0):
    """Return a make_agent whose agents have these methods."""
    return lambda: type("Agent", (), {"begin": begin, "act": act})()


def look_for_the_wolf(self, board_text):
    self.wolf = Board.from_text(board_text).where(Cell.WOLF)[0]


def straight(self, observation):
    x, y = observation[:2]
    if x != self.wolf[0]:
        return 3 if x < self.wolf[0] else 2
    return 1 if y < self.wolf[1] else 0


def learn_by_place(self, board_text):
    board = Board.from_text(board_text)
    run = tabular.q_learning(
        gymnasium.make("peterwolf/Hunt-v0", board=board),
        episodes=3000,
        alpha=0.5,
        gamma=0.95,
        epsilon=0.3,
        shape=(board.width, board.height),
        encode=lambda seen: tuple(seen[:2].tolist()),
        rng=np.random.default_rng(0),
    )
    self.q = run.q


def learn_the_first(self, board_text):
    if not hasattr(self, "policy"):
        env = gymnasium.make("peterwolf/Hunt-v0", board=Board.from_text(board_text))
        rng = np.random.default_rng(0)
        run = tabular.q_learning(env, episodes=5000, alpha=1.0, gamma=0.95, epsilon=0.2, rng=rng)
        self.policy = tabular.greedy(run.q)


DICE = np.random.default_rng(0)
FEW = "of 24 hunts on boards that it has not seen; 14 are needed"
WRONG["14_make_agent"] = {
    "a random walk": (agent_of(act=lambda self, seen: int(DICE.integers(4))), FEW),
    "straight at the wolf": (agent_of(look_for_the_wolf, straight), FEW),
    "a table of (x, y)": (
        agent_of(learn_by_place, lambda self, seen: int(self.q[tuple(seen[:2])].argmax())),
        FEW,
    ),
    "has learnt another board": (
        agent_of(learn_the_first, lambda self, seen: self.policy(seen)),
        FEW,
    ),
    "a class that lacks act": (
        lambda: SimpleNamespace(begin=lambda board_text: None),
        "an agent with the method act was expected",
    ),
    "nothing": (lambda: None, "an agent with the method begin was expected, got None"),
    "an action that is none": (
        agent_of(act=lambda self, seen: 4),
        "24 of 24 hunts were lost without an end: act must return an int from 0 to 3, got 4",
    ),
    "actions by name": (agent_of(act=lambda self, seen: "up"), "from 0 to 3, got 'up'"),
    "half an action": (agent_of(act=lambda self, seen: 0.5), "from 0 to 3, got 0.5"),
    "an error in begin": (
        agent_of(lambda self, board_text: 1 / 0),
        "begin raised ZeroDivisionError: division by zero",
    ),
    "an error in act": (agent_of(act=lambda self, seen: [][0]), "act raised IndexError"),
}
