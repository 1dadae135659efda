"""The suite on a busy machine: `python tests/tools/busy.py [--times N] [pytest's arguments]`.

Keeps every core busy with a loop of its own and runs pytest beside that, with
the arguments given (none: the whole suite), once or several times in a row.
The exit status is 1 as soon as a run fails. No test may depend on a clock, so
the suite takes longer here, and that is all.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOP = "import os\nwhile os.getppid() == {parent}:\n    for _ in range(10**6): pass"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=1, help="runs in a row (default: 1)")
    parser.add_argument("--loops", type=int, default=os.cpu_count(), help="default: one per core")
    options, chosen = parser.parse_known_args()
    loop = [sys.executable, "-c", LOOP.format(parent=os.getpid())]
    loops = [subprocess.Popen(loop) for _ in range(options.loops)]
    try:
        for run in range(1, options.times + 1):
            begin = time.monotonic()
            status = subprocess.run([sys.executable, "-m", "pytest", *chosen], cwd=ROOT).returncode
            minutes = (time.monotonic() - begin) / 60
            verdict = "passed" if status == 0 else "FAILED"
            beside = f"beside {options.loops} busy loops"
            print(
                f"run {run} of {options.times} {beside}: {verdict}, {minutes:.1f} min", flush=True
            )
            if status:
                sys.exit(1)
    finally:
        for each in loops:
            each.kill()
            each.wait()


if __name__ == "__main__":
    main()
