"""Let agents hunt on hidden boards: `python -m peterwolf.tournament AGENTS --out board.csv`.

AGENTS is a folder of files `ada.py`, each with a function `make_agent`, or of
notebooks of lesson 14. Each agent plays in a sandbox, without network, and
each move has a time limit; the course's own agents play along. The same seed
draws the same boards. Without bubblewrap every row says that it was not
isolated.
"""

import argparse
import secrets
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from peterwolf import files, workers
from peterwolf.drawing import animation
from peterwolf.progress import Bar
from peterwolf.sandbox import bubblewrap
from peterwolf.sandbox.channel import SandboxError
from peterwolf.sandbox.process import Sandbox
from peterwolf.tournament import baselines, films, games, leaderboard, sandboxed

CHUNK = 10  # games that one process plays on end, always the same ones


class Entry(NamedTuple):
    """Some games of one agent: its name, its source (None for the course's own), the games."""

    agent: str
    source: str | None
    meetings: list[games.Meeting]


def main(given: list[str] | None = None) -> int:
    """Play what the command line says; `given` stands in for it in tests."""
    parser = _parser()
    options = parser.parse_args(given)
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    limits = games.Limits(options.begin, options.act)
    try:
        theirs = sandboxed.sources(options.agents, baselines.POLICIES)
        entrants = {**dict.fromkeys(options.baselines), **theirs}
        if not options.out.resolve().parent.is_dir():
            raise ValueError(f"out must lie in a folder that exists, got {str(options.out)!r}")
        every = games.meetings(options.boards, seed)
        with tempfile.TemporaryDirectory() as folder:
            course = bubblewrap.write_course(Path(folder, sandboxed.LESSON), sandboxed.LESSON)
            safe = _isolates(course)
            work = partial(_played, course=course, limits=limits, safe=safe)
            played = _all(work, entrants, every, options)
    except (OSError, ValueError, SandboxError, workers.MissingError) as error:
        parser.error(str(error))
    how = {name: "bubblewrap" if safe else "no" for name in entrants if entrants[name]}
    board = leaderboard.rows(played, how)
    files.write(options.out, leaderboard.table(board).encode())
    if options.replays is not None:
        options.replays.mkdir(parents=True, exist_ok=True)
        for name, those in played.items():
            film = films.film(name, every, those)
            animation.save(film, options.replays / f"{films.file_name(name)}.webp")
    print(leaderboard.text(board))
    print(f"{options.boards} boards of the seed {seed}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = workers.command("tournament", __doc__)
    add, usual = parser.add_argument, games.USUAL
    add("agents", type=Path, metavar="AGENTS", help="the folder of agents")
    add("--out", type=Path, required=True, help="the leaderboard to write, as CSV")
    add("--boards", type=workers.positive, default=50, metavar="N", help="games each (50)")
    add("--seed", type=int, help="of the boards; a new one is drawn and told")
    add("--replays", type=Path, metavar="DIR", help="a folder for one film of each agent")
    add("--begin", type=float, default=usual.begin, metavar="S", help="seconds to begin a game")
    add("--act", type=float, default=usual.act, metavar="S", help="seconds for a move")
    known = tuple(baselines.POLICIES)
    told = "the course's own agents that play along (all)"
    add("--baselines", nargs="*", choices=known, default=known, help=told)
    return parser


def _isolates(course: Path) -> bool:
    """Say whether bubblewrap is here and works."""
    try:
        if bubblewrap.found():
            Sandbox(course).close()
            return True
    except SandboxError as error:
        print(error, file=sys.stderr)
    print("bubblewrap is missing or does not work: nothing is isolated", file=sys.stderr)
    return False


def _all(
    work: partial,
    entrants: dict[str, str | None],
    every: list[games.Meeting],
    options: argparse.Namespace,
) -> dict[str, list[games.Game]]:
    """Return the games of every agent, played on as many processes as the options say."""
    chunks = [every[k : k + CHUNK] for k in range(0, len(every), CHUNK)]
    entries = [Entry(name, source, part) for name, source in entrants.items() for part in chunks]
    played: dict[str, list[games.Game]] = {name: [] for name in entrants}
    how = {"jobs": options.jobs, "dask": options.dask, "in_order": True}
    with closing(Bar(len(entries) * CHUNK, True, "game")) as bar:
        for entry, done in zip(entries, workers.each(work, entries, **how), strict=True):
            played[entry.agent] += done
            bar.advance(CHUNK)
    return played


def _played(entry: Entry, course: Path, limits: games.Limits, safe: bool) -> list[games.Game]:
    """Play some games of one agent; the course's own have all the time that they need."""
    if entry.source is None:
        endless = games.Limits(float("inf"), float("inf"))
        return games.play_all(partial(baselines.make, entry.agent), entry.meetings, endless)
    with sandboxed.There(entry.source, course, limits, isolated=safe) as player:
        return [games.play(player, meeting) for meeting in entry.meetings]


if __name__ == "__main__":
    raise SystemExit(main())
