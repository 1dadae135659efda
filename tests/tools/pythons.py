"""The suite with another Python: `python tests/tools/pythons.py PYTHON [pytest's arguments]`.

PYTHON is an interpreter, such as /usr/bin/python3.13. Clones the last commit
into a temporary folder, makes an environment of that Python there, installs
what the README says and runs pytest with the arguments given (none: the whole
suite). Says what was skipped. The exit status is pytest's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("PYTEST", "COV", "PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", help="an interpreter")
    options, chosen = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        copy, made = Path(folder, "project"), Path(folder, "venv")
        subprocess.run(["git", "clone", "--quiet", ROOT, copy], check=True)
        subprocess.run([options.python, "-m", "venv", made], check=True)
        known = {k: v for k, v in os.environ.items() if not k.startswith(LEFT_OUT)}
        known["PATH"] = os.pathsep.join([str(made / "bin"), known["PATH"]])
        python = str(made / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "-r", "requirements-test.txt"]
        subprocess.run(install, cwd=copy, env=known, check=True)
        done = subprocess.run([python, "-m", "pytest", "-rs", *chosen], cwd=copy, env=known)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
