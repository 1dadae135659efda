"""Agents of people one does not know, each in a process of its own: their files and notebooks."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np

from peterwolf.sandbox.channel import LostError, SandboxError
from peterwolf.sandbox.process import Sandbox
from peterwolf.tournament.games import ForfeitError, Limits

LESSON, MAKE = "14", "make_agent"
IMPORTS = {
    "np": "import numpy as np",
    "gymnasium": "import gymnasium",
    "tabular": "from peterwolf import tabular",
    "planning": "from peterwolf import planning",
    **{name: f"from peterwolf import {name}" for name in ("Action", "Board", "Cell", "MOVES")},
}  # what a cell of the lesson relies on


class There:
    """An agent in a sandbox, whose time is measured here; a lost process loses its game only."""

    def __init__(self, source: str, course: Path, limits: Limits, *, isolated: bool) -> None:
        self._source, self._course, self._limits = source, course, limits
        self._isolated = isolated
        self._sandbox: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._sandbox is not None:
            self._sandbox.close()

    def begin(self, board_text: str) -> None:
        """Make the agent, where there is none any more, and tell it the board."""
        self._asked("begin", self._limits.begin, self._begin, board_text)

    def _begin(self, board_text: str) -> None:
        if self._sandbox is None or not self._sandbox.open:
            self._sandbox = Sandbox(self._course, isolated=self._isolated)
            self._sandbox.within(self._limits.begin)
            self._sandbox.load("agent", self._source, IMPORTS)
            if not self._sandbox.has(MAKE):
                raise ForfeitError(f"there is no function {MAKE}")
            self._agent = self._sandbox.call(MAKE)
            if not hasattr(self._agent, "begin"):
                raise ForfeitError(f"{MAKE} must return an agent, got {self._agent!r}")
        self._sandbox.within(self._limits.begin)
        self._agent.begin(board_text)

    def act(self, observation: np.ndarray) -> Any:
        """Return what the agent answers to an observation, int64 (4,)."""
        self._sandbox.within(self._limits.act)
        return self._asked("act", self._limits.act, self._agent.act, observation)

    def _asked(self, name: str, seconds: float, work: Any, given: Any) -> Any:
        begin = time.monotonic()
        try:
            return work(given)
        except (ForfeitError, SandboxError):
            raise
        except LostError as error:
            late = time.monotonic() - begin >= seconds
            why = f"{name} took longer than {seconds:g} s" if late else str(error)
            raise ForfeitError(why) from error
        except Exception as error:
            raise ForfeitError(f"{name} raised {type(error).__name__}: {error}"[:200]) from error


def sources(folder: Path, taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the source of each agent in a folder by its name, sorted; no name may be `taken`.

    A file `ada.py` is taken whole; of a notebook `ada.ipynb` the cell with the
    grade id of the exercise. Raises ValueError for a name that is there twice
    and for a notebook without the cell, FileNotFoundError where there is none.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".py", ".ipynb"):
            continue
        if path.stem in {*found, *taken}:
            raise ValueError(f"agents must have different names, got {path.stem} twice")
        text = path.read_text(encoding="utf-8")
        found[path.stem] = text if path.suffix == ".py" else _cell(path.name, text)
    if not found:
        raise FileNotFoundError(f"agents must lie in {str(folder)!r}, as .py or .ipynb; none do")
    return found


def _cell(name: str, text: str) -> str:
    grade_id = f"{LESSON}_{MAKE}"
    try:
        for cell in json.loads(text)["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
                return "".join(cell["source"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{name} is no notebook: {error!r}") from error
    raise ValueError(f"{name} has no cell with the grade id {grade_id}")
