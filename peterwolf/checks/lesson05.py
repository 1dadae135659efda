"""The exercises of lesson 05."""

import dataclasses
import math
from collections.abc import Callable
from functools import lru_cache

import gymnasium
import numpy as np

from peterwolf import tabular
from peterwolf.checks.exercise import Exercise, ask, expect, expect_real, foresee, short
from peterwolf.envs.board_env import BoardEnv
from peterwolf.rollout import Policy, play_episode
from peterwolf.worlds import planning
from peterwolf.worlds.board import CLASSIC, Board, Cell
from peterwolf.worlds.random_boards import random_board
from peterwolf.worlds.rules import HungryPeter, Hunt, Outcome, Rule

ENDS = ("won", "killed", "drowned", "lost")
SMALL = Board.from_text("A..\n.~T\n..W")  # the wolf is two steps away, by way of a tree


def outcome_table(env: gymnasium.Env, policy: Policy, games: int, seed: int) -> dict[str, int]:
    """Return how many games ended each way; game k is reset with seed + k."""
    table = dict.fromkeys(ENDS, 0)
    for k in range(games):
        table[play_episode(env, policy, seed=seed + k).outcome or "lost"] += 1
    return table


def _judge_outcome_table(answer: Callable, seed: int) -> None:
    def policies() -> dict[str, Policy]:
        rng = np.random.default_rng([5, seed])
        hunter = tabular.greedy(planning.value_iteration(SMALL, Hunt()))
        return {
            "a random walker": lambda _: int(rng.integers(4)),
            "a wall-walker": lambda _: 0,
            "a good hunter": hunter,
        }

    cases: list[tuple] = [("a random walker", CLASSIC, None, 60, 7)]
    cases += [("a wall-walker", CLASSIC, None, 5, 0)]
    cases += [("a good hunter", SMALL, None, 30, 3), ("a random walker", SMALL, 6, 80, 500)]
    cases += [("a random walker", SMALL, None, 1, 11), ("a random walker", SMALL, None, 0, 1)]
    for name, board, patience, games, first in cases:
        first += 1000 * seed
        case = f"{name} on a board of {board.width} x {board.height}, games={games}, seed={first}"
        env = gymnasium.make("peterwolf/Hunt-v0", board=board, max_steps=patience)
        right = outcome_table(env, policies()[name], games, first)
        got = ask(answer, (env, policies()[name], games, first), case)
        expect(isinstance(got, dict), f"for {case} a dict was expected, got {short(got)}")
        missing = [end for end in ENDS if end not in got]
        expect(not missing, f"for {case} the keys {missing} are missing, got {short(got)}")
        whole = all(isinstance(count, (int, np.integer)) for count in got.values())
        expect(whole, f"for {case} the counts must be ints, got {short(got)}")
        expect(got == right, f"for {case} the table is {right}, got {short(got)}")


def encode(x: int, y: int, energy: int, fatigue: int) -> tuple[int, ...]:
    """Return the row of the table for a state; levels of 0 to 2 and of 8 to 10 share theirs.

    With 2 energy or less, or 8 fatigue or more, no move wins before an apple or a tree.
    """
    return x, y, max(energy - 2, 0), min(fatigue, 8)


def hunt_reward(outcome: str | None, energy: int, fatigue: int) -> float:
    """Return what a move pays: only how the game ends counts, and a little the time."""
    if outcome is None:
        return -0.01
    return 1.0 if outcome == "won" else -1.0


# Judge a state and a reward of the hunt by training through them on boards not seen before.

# Share of the oracle's wins that the greedy policy must reach. 200 honest runs through five
# sufficient states all reached 1, 200 on seven sensible rewards 0.991 or more: none failed. Of bad
# states the best reached 0.65; of 20 judgements of the nearest bad reward, to pay for victories
# alone, the best reached 0.83.
PASS_LINE = 0.95
STATE_EPISODES, REWARD_EPISODES = 20_000, 40_000
ALPHA, GAMMA = 0.5, 0.95
# Seeds of boards with long ways to the wolf, on which bad states, or rewards, fail.
STATE_SEEDS, REWARD_SEEDS = (205, 251, 257), (215, 249, 257)
TRAININGS = 3  # on each board
STATES = (8, 8, 11, 11)  # x, y, energy, fatigue
OUTCOMES = (None, "won", "killed", "drowned")
LARGEST = 1e6  # of a reward


@dataclasses.dataclass(frozen=True)
class PaidHunt(Hunt):
    """The hunt with rewards of one's own: `pay[outcome][energy][fatigue]`, levels after the move.

    Outcomes are numbered as in `OUTCOMES`.
    """

    pay: tuple = ()

    def step(self, board: Board, peter: HungryPeter, action: int) -> Outcome:
        """Return what `action` leads to, and pay what was asked for."""
        after = super().step(board, peter, action)
        *_, energy, fatigue = after.peter
        return after._replace(reward=self.pay[OUTCOMES.index(after.outcome)][energy][fatigue])


def paid_env(reward: Callable, board: Board = CLASSIC) -> BoardEnv:
    """Return the hunt paid by `reward(outcome, energy, fatigue)`, asked after each move.

    `outcome` is None while the game goes on, else "won", "killed" or "drowned"; a reward is
    a number of at most a million. Raises `WrongError` for anything else.
    """
    return BoardEnv(PaidHunt(pay=_pay(reward)), board, None, None)


def _pay(reward: Callable) -> tuple:
    """Return what an answer pays, `pay[outcome][energy][fatigue]`."""
    levels = range(Hunt.most + 1)
    return tuple(
        tuple(tuple(_paid(reward, outcome, e, f) for f in levels) for e in levels)
        for outcome in OUTCOMES
    )


@lru_cache(maxsize=2)
def hidden_boards(seeds: tuple[int, ...]) -> tuple[tuple[Board, int], ...]:
    """Return some boards, each with the number of starts from which the oracle wins.

    They serve every seed of the trainings: neither a state nor a reward can
    know them.
    """
    boards = [random_board(np.random.default_rng(seed)) for seed in seeds]
    tables = [planning.value_iteration(board, Hunt(), gamma=GAMMA) for board in boards]
    return tuple((board, _wins(board, Hunt(), q)) for board, q in zip(boards, tables, strict=True))


def _wins(board: Board, rule: Rule, q: np.ndarray) -> int:
    """Return from how many ground cells the greedy policy of `q` wins."""
    starts = tuple(zip(*(rule.start(at) for at in board.where(Cell.GROUND)), strict=True))
    return int(np.isfinite(planning.path_lengths(board, rule, q)[starts]).sum())


@lru_cache(maxsize=4)  # check, require and use ask about the same answer
def _trained_shares(
    seeds: tuple[int, ...], numbers: tuple[int, ...], pay: tuple | None, episodes: int, seed: int
) -> list[float]:
    """Train on some boards; return the greedy policy's wins over the oracle's, the worst first.

    `numbers` says which row of the table each of `STATES` uses, `pay` what
    moves pay if not the game's own.
    """
    rows, shares = np.array(numbers).reshape(STATES), []
    for k, (board, winnable) in enumerate(hidden_boards(seeds) * TRAININGS):
        env = BoardEnv(Hunt() if pay is None else PaidHunt(pay=pay), board, None, None)
        run = tabular.q_learning(
            env,
            episodes=episodes,
            alpha=ALPHA,
            gamma=GAMMA,
            epsilon=tabular.linear_decay(1.0, 0.1, episodes),
            rng=np.random.default_rng([seed, k]),
            shape=(int(rows.max()) + 1,),
            encode=lambda seen: (int(rows[tuple(seen)]),),
            progress=False,
        )
        shares.append(_wins(board, env.rule, run.q[rows]) / winnable)
    return sorted(shares)


def state_share(answer: Callable, seed: int = 0) -> float:
    """Return how many of the oracle's wins are learnt through an `encode`, as a share."""
    shares = _trained_shares(STATE_SEEDS, _numbers(answer), None, STATE_EPISODES, seed)
    return float(np.mean(shares))


def reward_share(answer: Callable, seed: int = 0) -> float:
    """Return how many of the oracle's wins are learnt from a `hunt_reward`, as a share.

    The worst training does not count: one in some hundred fails though nothing is wrong.
    """
    every = tuple(range(math.prod(STATES)))
    shares = _trained_shares(REWARD_SEEDS, every, _pay(answer), REWARD_EPISODES, seed)
    return float(np.mean(shares[1:]))


def _numbers(answer: Callable) -> tuple[int, ...]:
    """Return the number of the table's row for each state."""
    foresee(answer, [*np.ndindex(*STATES)] * 2)
    indices = [_index(answer, state) for state in np.ndindex(*STATES)]
    lengths = {len(index) for index in indices}
    expect(len(lengths) == 1, "all answers must have the same number of entries")
    again = [_index(answer, state) for state in np.ndindex(*STATES)]
    expect(again == indices, "the same state must always give the same answer")
    shape = tuple(max(entries) + 1 for entries in zip(*indices, strict=True))
    most = math.prod(STATES)
    expect(
        math.prod(shape) <= most,
        f"a table for your answers has the shape {short(shape)}; "
        f"the full state needs {most} rows, and more are too many",
    )
    return tuple(np.ravel_multi_index(tuple(np.array(indices).T), shape).tolist())


def _index(answer: Callable, state: tuple[int, ...]) -> tuple[int, ...]:
    """Return what `encode` answers for a state, held to a tuple of 1 to 4 indices."""
    case = "x={}, y={}, energy={}, fatigue={}".format(*state)
    got = ask(answer, state, case)
    fits = type(got) is tuple and 1 <= len(got) <= len(STATES)
    expect(fits, f"for {case} a tuple of 1 to 4 ints was expected, got {short(got)}")
    for entry in got:
        whole = type(entry) is int or isinstance(entry, np.integer)
        expect(
            whole and entry >= 0,
            f"for {case} each entry must be an int, 0 or more, got {short(entry)}",
        )
    return tuple(int(entry) for entry in got)


def _paid(reward: Callable, outcome: str | None, energy: int, fatigue: int) -> float:
    """Return what an answer pays for one move, held to a number of sensible size."""
    case = f"outcome={outcome!r}, energy={energy}, fatigue={fatigue}"
    got = expect_real(ask(reward, (outcome, energy, fatigue), case), case)
    inside = bool(abs(got) <= LARGEST)
    expect(inside, f"for {case} a number of at most a million was expected, got {short(got)}")
    return got


def _expect_wins(share: float, boards: int, what: str) -> None:
    expect(
        share >= PASS_LINE,
        f"trained {what} on {boards} boards, the greedy policy wins {share:.0%} of the games "
        f"that the oracle wins; {PASS_LINE:.0%} are needed",
    )


def judge_encode(answer: Callable, seed: int) -> None:
    """Hold a state to its size and to what is learnt through it."""
    _expect_wins(state_share(answer, seed), len(STATE_SEEDS), "with your state")


def judge_hunt_reward(answer: Callable, seed: int) -> None:
    """Hold a reward to what is learnt from it."""
    _expect_wins(reward_share(answer, seed), len(REWARD_SEEDS), "on your reward")


EXERCISES = (
    Exercise(
        "05_outcome_table",
        1,
        outcome_table,
        _judge_outcome_table,
        "game k is reset with seed + k, and a game that was truncated is lost.",
        section=2,
    ),
    Exercise(
        "05_encode",
        2,
        encode,
        judge_encode,
        "which two states can you tell apart by their future, but not by your answer?",
        seconds=60.0,
        section=7,
    ),
    Exercise(
        "05_hunt_reward",
        2,
        hunt_reward,
        judge_hunt_reward,
        "what would a Peter do who wants nothing but your reward?",
        seconds=60.0,
        section=9,
    ),
)
