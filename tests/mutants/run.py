"""Proof of the tests: `python tests/mutants/run.py [NAME ...]` plants bugs, one at a time.

Each bug of `table.py` (or each whose name holds one of the words given) is
planted in a copy of this repository, where the tests named beside it are run:
without the bug they must pass, and with it fail. The last line counts those
that were caught; the exit status is 1 where one was not.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("peterwolf", "tests", "notebooks", "images")
SECONDS = 300  # for the tests of one mutant; a bug may well hang
PASSED, FAILED = 0, 1  # pytest's


def copy(folder: Path) -> None:
    """Copy what the tests read into a folder, without what Python made of it."""
    left_out = shutil.ignore_patterns("*.pyc", ".ipynb_checkpoints")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, folder)


def tested(folder: Path, tests: Sequence[str]) -> int | None:
    """Run tests in a copy and return pytest's exit status, None where they did not end."""
    told = ["-q", "-x", "-p", "no:nbval", "-p", "no:cacheprovider", "-o", "addopts="]
    surroundings = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *told, *tests],
            cwd=folder,
            env=surroundings,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def planted(text: str, mutant: Mutant) -> str:
    """Return a module's text with the bug in it; ValueError where its place is not found once."""
    if text.count(mutant.old) != 1:
        times = text.count(mutant.old)
        raise ValueError(f"{mutant.name}: {mutant.old!r} stands {times} times in {mutant.file}")
    return text.replace(mutant.old, mutant.new)


def caught(folder: Path, mutant: Mutant) -> bool:
    """Plant a bug in a copy and return whether each of its tests notices it; take it out again."""
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(planted(text, mutant), encoding="utf-8")
    try:
        return all(tested(folder, [test]) in (FAILED, None) for test in mutant.tests)
    finally:
        path.write_text(text, encoding="utf-8")


def prove(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Plant each bug, print what came of it, and return those that no test noticed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        if tested(folder, sorted({test for each in mutants for test in each.tests})) != PASSED:
            raise SystemExit("without any bug the tests must pass; they did not")
        missed = []
        for mutant in mutants:
            begin = time.perf_counter()
            if not caught(folder, mutant):
                missed.append(mutant)
            verdict = "MISSED" if mutant in missed else "caught"
            print(f"{verdict}  {time.perf_counter() - begin:5.1f} s  {mutant.name}", flush=True)
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="plant only bugs whose name holds one of these")
    words = parser.parse_args().words
    chosen = [each for each in MUTANTS if not words or any(word in each.name for word in words)]
    missed = prove(chosen)
    print(f"{len(chosen) - len(missed)} of {len(chosen)} caught")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
