"""Writes .ci/lock.txt: the exact versions of all that .ci/run installs, and their files' hashes.

`python .ci/lock.py`, after a change of what is required; needs uv, which keeps the lock. It is made
for Linux on x86-64 with Python 3.11, and of what pip's settings offer beside PyPI, such as a build
of PyTorch without CUDA.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, INPUTS = ".ci/lock.txt", ["requirements-test.txt", ".ci/extras.txt"]
COMPILE = ["uv", "pip", "compile", "--quiet", "--upgrade", "--generate-hashes", "--system-certs"]
COMPILE += ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"]
COMPILE += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-package", "peterwolf"]


def main() -> None:
    ask = [sys.executable, "-m", "pip", "config", "get", "global.find-links"]
    links = subprocess.run(ask, capture_output=True, text=True).stdout.split()
    beside = [told for link in links for told in ("--find-links", link)]
    made = subprocess.run(
        [*COMPILE, *beside, *INPUTS], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    lines = made.stdout.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("-e ")]  # the package itself
    head = f"# Made by .ci/lock.py from {' and '.join(INPUTS)}; not to be edited.\n"
    (ROOT / LOCK).write_text(head + "".join(kept))


if __name__ == "__main__":
    main()
