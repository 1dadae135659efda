"""The file of a sweep: what is swept, then one line a finished trial, written as it is finished."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from peterwolf import __version__, files
from peterwolf.sweep.trials import Result, Trial


class Record:
    """The results of one sweep, kept in a file that a kill in the middle of a line does not spoil.

    Raises ValueError where the file is not that of this world and grid, and
    says what differs; OSError where it cannot be written.
    """

    def __init__(self, path: str | os.PathLike, world: str, values: dict[str, list[Any]]) -> None:
        self.path = Path(path)
        self._head: dict[str, Any] = {
            "sweep": world,
            "settings": values,
            "peterwolf": __version__,
        }
        self.results: dict[str, Result] = {}  # key of the trial: result
        whole = self._whole()
        if whole:
            self._check(whole[0])
        for number, line in enumerate(whole[1:], 2):
            self._read(number, line)

    def _whole(self) -> list[bytes]:
        """Return the lines that were written to their end; half a line at the end is cut off."""
        if not self.path.exists():
            return []
        data = self.path.read_bytes()
        written = data[: data.rfind(b"\n") + 1]
        if data and not written:
            raise ValueError(f"out must be a new file or that of a sweep, got {str(self.path)!r}")
        if len(written) < len(data):
            files.write(self.path, written)
        return written.splitlines()

    def _check(self, line: bytes) -> None:
        try:
            head = json.loads(line)
        except ValueError:
            head = None
        if not isinstance(head, dict) or head.keys() != self._head.keys():
            raise ValueError(f"out must be a new file or that of a sweep, got {str(self.path)!r}")
        for name, now in self._head.items():
            before = head[name]
            if json.dumps(before) != json.dumps(now):
                raise ValueError(
                    f"out must be the file of the same sweep: in {self.path} {name} is "
                    f"{json.dumps(before)}, now {json.dumps(now)}; take another file"
                )

    def _read(self, number: int, line: bytes) -> None:
        try:
            told = json.loads(line)
            trial = Trial(self._head["sweep"], told["setting"], told["seed"])
            result = Result(trial, float(told["score"]), float(told["held_out"]))
        except (ValueError, TypeError, KeyError) as error:
            told = f"line {number} of {self.path} is no result of a trial ({error!r})"
            raise ValueError(f"out must be the file of a sweep: {told}") from None
        self.results[trial.key] = result

    def add(self, result: Result) -> None:
        """Append one result, and see that it is on the disk; the first one makes the file."""
        if not self.path.exists():
            files.write(self.path, _line(self._head))
        with self.path.open("ab") as file:
            file.write(_line(_row(result)))
            file.flush()
            os.fsync(file.fileno())
        self.results[result.trial.key] = result

    def sort(self, trials: Iterable[Trial]) -> None:
        """Write the file anew with the results in the order of `trials`, others after them.

        So a finished sweep has the same bytes however it was worked off.
        """
        keys = [trial.key for trial in trials]
        order = [key for key in keys if key in self.results]
        order += sorted(self.results.keys() - set(keys))
        lines = [_line(self._head)] + [_line(_row(self.results[key])) for key in order]
        files.write(self.path, b"".join(lines))


def _row(result: Result) -> dict[str, Any]:
    trial = {"setting": result.trial.setting, "seed": result.trial.seed}
    return trial | {"score": result.score, "held_out": result.held_out}


def _line(told: dict[str, Any]) -> bytes:
    return (json.dumps(told) + "\n").encode()
