"""What a row of the table is, and how its promise is judged."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One promise.

    `ours` and `baseline` take a seed and return a figure in `unit`; `target`
    says in words what `holds(ours, baseline)`, given the medians, asks for.
    `needs`: packages beside the course's; without them a row is not run.
    """

    name: str
    what: str
    unit: str
    ours: Callable[[int], float]
    baseline: Callable[[int], float] | None
    beside: str
    target: str
    holds: Callable[[float, float], bool]
    times: int = 5
    needs: tuple[str, ...] = ()


def times(least: float) -> Callable[[float, float], bool]:
    """Return whether ours is so many times the baseline."""
    return lambda ours, baseline: ours >= least * baseline


def under(most: float) -> Callable[[float, float], bool]:
    """Return whether ours is below a figure."""
    return lambda ours, baseline: ours < most


def at_least(figure: float) -> Callable[[float, float], bool]:
    """Return whether ours is at least a figure."""
    return lambda ours, baseline: ours >= figure
