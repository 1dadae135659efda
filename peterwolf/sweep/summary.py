"""What a sweep found: a row a setting, and how far the best one is to be believed."""

import json
from typing import Any, NamedTuple

import numpy as np

from peterwolf.sweep.trials import Result

WARNING = """\
The best of {count} looks better than it is: it was also the luckiest on these seeds. Train it on
fresh seeds before you report a figure: --first-seed {fresh}."""


class Row(NamedTuple):
    """A setting; of its seeds, the scores that choose and those of held-out starts."""

    setting: dict[str, Any]
    scores: np.ndarray
    held_out: np.ndarray


def rows(results: list[Result]) -> list[Row]:
    """Return a row a setting, the best mean score first."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(json.dumps(result.trial.setting), []).append(result)
    every = []
    for group in found.values():
        group = sorted(group, key=lambda result: result.trial.seed)
        scores, held_out = zip(*((each.score, each.held_out) for each in group), strict=True)
        every.append(Row(group[0].trial.setting, np.array(scores), np.array(held_out)))
    return sorted(every, key=lambda row: -row.scores.mean())


def text(results: list[Result], most: int) -> str:
    """Return the table of the `most` best settings, and a warning about the first."""
    found = rows(results)
    lines = [f"{'score':>10} {'held out':>10} {'least':>10} {'most':>10}  seeds  setting"]
    for row in found[:most]:
        numbers = row.scores.mean(), row.held_out.mean(), row.held_out.min(), row.held_out.max()
        cells = " ".join(f"{number:10.2f}" for number in numbers)
        setting = ", ".join(f"{name}={json.dumps(v)}" for name, v in row.setting.items())
        lines.append(f"{cells} {len(row.scores):6}  {setting or 'as it is'}")
    if len(found) > most:
        lines.append(f"... and {len(found) - most} more in the file")
    if len(found) > 1:
        fresh = 1 + max(result.trial.seed for result in results)
        lines += ["", WARNING.format(count=len(found), fresh=fresh)]
    return "\n".join(lines)
