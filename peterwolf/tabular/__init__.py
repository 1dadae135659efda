"""Learning with tables and tiles; here is what lessons use: `tabular.q_learning` and its kin."""

from peterwolf.tabular.bins import Bins
from peterwolf.tabular.engines import ENGINES
from peterwolf.tabular.learners import (
    epsilon_greedy,
    evaluate,
    expected_sarsa,
    greedy,
    linear_decay,
    q_learning,
    sarsa,
    td_target,
)
from peterwolf.tabular.run import Run, Snapshot
from peterwolf.tabular.settings import Encode, Linear, Schedule, Setting

__all__ = [
    "ENGINES",
    "Bins",
    "Encode",
    "Linear",
    "Run",
    "Schedule",
    "Setting",
    "Snapshot",
    "epsilon_greedy",
    "evaluate",
    "expected_sarsa",
    "greedy",
    "linear_decay",
    "q_learning",
    "sarsa",
    "td_target",
]
