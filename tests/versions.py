"""The oldest and the newest packages allowed: `python tests/versions.py [oldest] [newest]`.

Each is put into an environment of its own in a temporary folder, where the
tests of what those packages do are run. "oldest" is what the stand-in for
Colab has, at the lower ends of pyproject.toml; "newest" is what pip finds. The
exit status is 1 where a test failed, or where pip could not have them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
OLDEST = ROOT / "tests" / "colab" / "requirements.txt"
TESTED = {
    "gymnasium": "env hunt planes rollout tabular copies dqn_games finite engines driving",
    "numpy": "board random_boards bins edges net replay saving features properties random_state",
    "matplotlib": "plots maps spread tilings_figure",
    "ipywidgets": "view play knobs stepper scrubber frames selftest",
    "numba": "compiled kernels tiles hill",
}


def needs() -> list[str]:
    """Return what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["dependencies"]


def calls_of_pip(which: str) -> list[list[str]]:
    """Return what pip is told to install, one call after the other."""
    tools = ["pytest>=8.2", "hypothesis>=6.100,<7"]
    if which == "newest":
        return [["--upgrade", *needs(), *tools, "ipykernel"]]
    listed = str(OLDEST)  # and that list is whole
    return [["--no-deps", "--requirement", listed], ["--constraint", listed, *tools]]


def versions(python: Path) -> str:
    """Return the versions that an environment has of what the package needs."""
    names = [Requirement(line).name for line in needs()]
    ask = "import sys, importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in sys"
    ask += ".argv[1:]))"
    done = subprocess.run([python, "-c", ask, *names], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def tried(which: str) -> bool:
    """Make an environment, run the tests in it, and return whether all of them passed."""
    paths = [f"tests/test_{name}.py" for names in TESTED.values() for name in names.split()]
    quietly = ["-q", "-p", "no:cacheprovider", "-o", "addopts="]
    if which == "oldest":
        quietly += ["-o", "filterwarnings=ignore"]  # old packages warn of one another
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "Scripts" if os.name == "nt" else "bin", "python")
        wheels = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        if any(subprocess.run([*wheels, *told]).returncode for told in calls_of_pip(which)):
            print(f"{which}: pip could not have them", flush=True)
            return False
        subprocess.run([*wheels[:-2], "--no-deps", str(ROOT)], check=True)
        print(f"{which}: {versions(python)}", flush=True)
        known = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        known["JUPYTER_PLATFORM_DIRS"] = "1"  # an old jupyter_core would tell of it
        done = subprocess.run([python, "-m", "pytest", *quietly, *paths], cwd=ROOT, env=known)
        print(f"{which}: {'all passed' if done.returncode == 0 else 'FAILED'}", flush=True)
        return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", nargs="*", help="oldest, newest or both (default)")
    which = parser.parse_args().which or ["oldest", "newest"]
    sys.exit(not all([tried(each) for each in which]))


if __name__ == "__main__":
    main()
