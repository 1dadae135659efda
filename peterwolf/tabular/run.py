"""What learning leaves behind: the run, and snapshots of the table on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

MOST_BYTES = 16_000_000  # of all snapshots of a run


class Snapshot(NamedTuple):
    """The table after `episode` episodes: `q` and `visits` have the shape (*states, actions)."""

    episode: int
    q: np.ndarray
    visits: np.ndarray


@dataclass(repr=False)
class Run:
    """What learning left behind.

    `q`: the table, shape (*states, actions). `returns` (undiscounted) and
    `lengths` (steps): one entry an episode. `visits`: how often each action
    was taken in each state, of the shape of `q`. `interrupted`: whether the
    kernel was stopped before the last episode ended. `snapshots`: the table
    before the first episode, on the way, and at the end; empty unless they
    were asked for. `engine`: which engine served, "python" or "compiled".
    """

    q: np.ndarray
    returns: np.ndarray
    lengths: np.ndarray
    visits: np.ndarray
    interrupted: bool = False
    snapshots: tuple[Snapshot, ...] = ()
    engine: str = "python"

    def __repr__(self) -> str:
        last = self.returns[-100:]
        mean = f", mean return of the last {len(last)}: {last.mean():.2f}" if len(last) else ""
        stopped = ", interrupted" if self.interrupted else ""
        return (
            f"Run({len(self.returns)} episodes, {self.lengths.sum()} steps, "
            f"table {self.q.shape}{mean}{stopped})"
        )


class Album:
    """Holds the table `q`, (*states, actions), counts its visits and takes a run's snapshots.

    They are at most `most`, and at most 16 MB (or two), however long the run
    is. They lie closer together at the beginning, where a table changes most, and
    always hold the first table and the last.
    """

    def __init__(self, episodes: int, most: int, q: np.ndarray) -> None:
        self.q, self.visits = q, np.zeros(q.shape, dtype=np.int64)
        room = max(2, MOST_BYTES // (q.nbytes + self.visits.nbytes))
        parts = np.linspace(0, 1, min(most, room)) if most else np.zeros(0)
        self._due = sorted({round(episodes * part**2) for part in parts.tolist()}, reverse=True)
        self.snapshots: list[Snapshot] = []

    @property
    def due(self) -> int | None:
        """The number of episodes after which the next snapshot is taken, None after the last."""
        return self._due[-1] if self._due else None

    def take(self, episode: int) -> None:
        """Keep the table as it is after `episode` episodes."""
        self.snapshots.append(Snapshot(episode, self.q.copy(), self.visits.copy()))
        while self._due and self._due[-1] <= episode:
            self._due.pop()

    def close(
        self,
        returns: Sequence[float] | np.ndarray,
        lengths: Sequence[int] | np.ndarray,
        interrupted: bool,
        engine: str,
    ) -> Run:
        """Return the run; where snapshots were asked for, the last one shows the table's end.

        `returns` and `lengths`: (episodes,).
        """
        if self._due and (not self.snapshots or self.snapshots[-1].episode < len(returns)):
            self.take(len(returns))
        return Run(
            self.q,
            np.array(returns, dtype=float),
            np.array(lengths, dtype=int),
            self.visits,
            interrupted,
            tuple(self.snapshots),
            engine,
        )
