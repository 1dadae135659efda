"""How much of the package the tests reach: `python tests/covered.py`, with coverage.py installed.

Three runs of pytest under coverage.py, two of them side by side: all tests but
those in a browser, on the stand-in for Colab and with nbgrader; then some once
more with the plugin `in_sight`, since nobody sees into what numba has compiled
or what is isolated. The report names what is not reached; the exit status is 1
where lines and branches are reached to less than 95 %. Tests of how fast
something is may fail meanwhile: that is not judged here.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAST = 95  # percent
PYTEST = ["-m", "coverage", "run", "-m", "pytest", "-q", "-p", "no:nbval", "-o", "addopts="]
UNSEEN = ["-p", "in_sight", "tests/test_compiled.py", "tests/test_tiles.py", "tests/test_edges.py"]
UNSEEN += ["-k", "any_ or step_is or leaves_the_same or greedy_policy or bare or earns"]
EARNS = "test_right_answers.py::test_every_right_answer_earns_its_points"
UNSEEN += [f"tests/grading/{name}" for name in ("test_sandbox.py", f"{EARNS}[06]", f"{EARNS}[13]")]


def begun(*arguments: str) -> subprocess.Popen:
    """Begin a run of pytest under coverage.py."""
    where = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    known = os.environ | {"PYTHONPATH": where}
    return subprocess.Popen([sys.executable, *PYTEST, *arguments], cwd=ROOT, env=known)


def main() -> None:
    def coverage(*arguments: str) -> int:
        return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT).returncode

    coverage("erase")
    folders = begun("tests/checks", "tests/grading", "--ignore=tests/grading/test_nbgrader.py")
    files = [f"tests/{path.name}" for path in sorted((ROOT / "tests").glob("test_*.py"))]
    rest = begun(*files)
    rest.wait()
    begun(*UNSEEN).wait()
    folders.wait()
    coverage("combine", "--quiet")
    sys.exit(coverage("report", f"--fail-under={LEAST}"))


if __name__ == "__main__":
    main()
