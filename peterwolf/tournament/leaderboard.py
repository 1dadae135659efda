"""The leaderboard: who won how much, and how sure that is."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from peterwolf import stats
from peterwolf.tournament.games import Game

LEVEL = 0.9  # of the intervals


@dataclass(frozen=True)
class Row:
    """One agent's games: how many were won, in percent, and an interval for that.

    `moves`: the mean of the games won, nan for none; `forfeits`: games lost
    without being played out, the first of them for `reason`.
    """

    rank: int
    agent: str
    won: float
    low: float
    high: float
    moves: float
    games: int
    forfeits: int
    reason: str
    isolated: str = "no"


def rows(
    played: Mapping[str, Sequence[Game]], isolated: Mapping[str, str] | None = None
) -> list[Row]:
    """Return the leaderboard, {agent: games} with the same games for each; the best first.

    More games won come first, then fewer moves to the victories; whoever is equal in both
    shares a rank. The interval is a bootstrap over the games, whose boards are drawn.
    """
    found = [_row(name, games, (isolated or {}).get(name, "no")) for name, games in played.items()]
    found.sort(key=_order)
    places = [_order(row) for row in found]
    ranks = [1 + places.index(place) for place in places]
    return [Row(rank, *astuple(row)[1:]) for rank, row in zip(ranks, found, strict=True)]


def _order(row: Row) -> tuple[float, float]:
    return -row.won, 0.0 if np.isnan(row.moves) else row.moves


def _row(agent: str, games: Sequence[Game], isolated: str) -> Row:
    wins = np.array([100.0 * (game.outcome == "won") for game in games])
    low, high = stats.bootstrap_interval(wins.tolist(), np.random.default_rng(0), LEVEL)
    moves = [game.moves for game in games if game.outcome == "won"]
    lost = [game.reason for game in games if game.outcome == "forfeit"]
    mean = float(np.mean(moves)) if moves else float("nan")
    reason = lost[0] if lost else ""
    return Row(0, agent, wins.mean(), low, high, mean, len(games), len(lost), reason, isolated)


def text(board: Sequence[Row]) -> str:
    """Return the leaderboard as lines of text."""
    wide = max(len("agent"), *(len(row.agent) for row in board))
    lines = [f"{'':4} {'agent':{wide}}   won  ({LEVEL:.0%} interval)   moves to win"]
    for row in board:
        moves = "" if np.isnan(row.moves) else f"{row.moves:8.1f}"
        interval = f"({row.low:3.0f} to {row.high:3.0f} %)"
        line = f"{row.rank:3}. {row.agent:{wide}} {row.won:4.0f} %  {interval} {moves:>12}"
        if row.forfeits:
            line += f"   {row.forfeits} forfeited: {row.reason}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def table(board: Sequence[Row]) -> str:
    """Return the leaderboard as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    for row in board:
        numbers = (f"{each:.3f}" if isinstance(each, float) else each for each in astuple(row))
        writer.writerow(numbers)
    return out.getvalue()
