"""The rows of scale: one process against several."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measures import seconds
from promises import Row

GRID = {"alpha": "0.1,0.3,0.5,0.8", "gamma": "0.9,0.95,0.98,0.99", "epsilon_stop": "0,0.1,0.2,0.3"}
SWEEP = [sys.executable, "-m", "peterwolf.sweep", "hunt"]
SWEEP += ["--seeds", "5", "--set", "episodes=200000"]


def sweep(jobs: int) -> Callable[[int], float]:
    """Return a measure of the seconds of a sweep, from starting Python to the printed table."""

    def measure(seed: int) -> float:
        grid = [word for name, values in GRID.items() for word in ("--set", f"{name}={values}")]
        with tempfile.TemporaryDirectory() as folder:
            more = ["--first-seed", str(5 * seed), "--out", str(Path(folder, "sweep.jsonl"))]
            command = [*SWEEP, *grid, *more, "--jobs", str(jobs)]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            return seconds(lambda: subprocess.run(command, check=True, **quiet))

    return measure


ROWS = (
    Row(
        "sweep-two",
        "hunt, 64 settings and 5 seeds each, two processes",
        "s",
        sweep(2),
        sweep(1),
        "one process",
        "at least 1.7 times as fast (2 idle cores)",
        lambda ours, baseline: baseline >= 1.7 * ours,
        times=3,
        needs=("joblib",),
    ),
)
