"""Do the lessons print the same on other processors? `python tests/tools/processors.py [--help]`.

Runs every solved lesson as other processors, libraries and numbers of threads
would compute it, as far as this machine can act as if it were one of them, and
compares what it prints with what is stored. Prints every number that moves,
also within its tolerance, and the tolerance it would need. The exit status is
1 if a number moved further than it may.

The setting "last digits" is no processor of this world: there NumPy's exp, log,
sin and the like are wrong in the last digit at random, as they may be.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from peterwolf.grading.release import is_progress, joined

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from lesson_outputs import SIGN, differences, environment, numbers, older_processor, texts  # noqa: E402

SOLUTIONS = ROOT / "notebooks" / "solutions"
LAST_DIGITS = """
def _shaken(name):
    import zlib
    import numpy as np
    exactly = getattr(np, name)

    class Shaken:
        def __call__(self, *numbers, **more):
            result = exactly(*numbers, **more)
            if not isinstance(result, (float, np.floating, np.ndarray)):
                return result
            values = np.asarray(result)
            if values.dtype != np.float64:
                return result
            pick = (values.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(62)
            toward = np.where(pick == 0, -np.inf, np.where(pick == 1, np.inf, values))
            moved = np.nextafter(values, toward)
            if isinstance(result, np.ndarray):
                result[...] = moved
                return result
            return np.float64(moved)

        def __getattr__(self, other):
            return getattr(exactly, other)

    setattr(np, name, Shaken())

for _name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan",
              "tanh", "sinh", "cosh", "arctan", "arctan2", "arcsin", "arccos", "power", "cbrt",
              "hypot", "logaddexp"):
    _shaken(_name)
"""


def settings() -> dict[str, dict[str, str]]:
    """Return, by name, the variables that make this machine compute like another."""
    from numpy._core import _multiarray_umath as core

    every = [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]
    found = {
        "as it is": {},
        "older NumPy loops": {"NPY_DISABLE_CPU_FEATURES": older_processor()},
        "oldest NumPy loops": {"NPY_DISABLE_CPU_FEATURES": " ".join(every)},
        "numba for any processor": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
        "libm without FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"},
        "one thread": {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        "two threads": {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
    }
    for kernel in ("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen"):
        found[f"OpenBLAS for {kernel}"] = {"OPENBLAS_CORETYPE": kernel}
    old = ["oldest NumPy loops", "numba for any processor", "libm without FMA"]
    old += ["one thread", "OpenBLAS for Prescott"]
    found["all of them old"] = {k: v for name in old for k, v in found[name].items()}
    return found | {"last digits": {"PETERWOLF_LAST_DIGITS": "1"}}


def run(path: Path) -> nbformat.NotebookNode:
    """Return a lesson with the outputs of a run of now, in the current environment."""
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells[0]
    if "PETERWOLF_LAST_DIGITS" in os.environ:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(LAST_DIGITS))
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.execute(stderr=subprocess.DEVNULL)
    if notebook.cells[0] is not first:
        del notebook.cells[0]
    return notebook


def moved(path: Path) -> tuple[list[str], bool]:
    """Return what a lesson prints differently, line by line, and whether any of it is too far."""
    stored = nbformat.read(path, as_version=4)
    found, too_far = [], False
    for old, new in zip(stored.cells, run(path).cells, strict=True):
        before = [t for o in old.get("outputs", []) for k, t in texts(o).items() if is_text(k)]
        outputs = joined([each for each in new.get("outputs", []) if not is_progress(each)])
        after = [t for o in outputs for k, t in texts(o).items() if is_text(k)]
        if before == after:
            continue
        tolerance = old.metadata.get("tolerance")
        if tolerance == "clock" and not differences("\n".join(before), "\n".join(after), tolerance):
            continue
        found.append(f"  {path.stem}: {old.id}")
        if len(before) != len(after):
            found.append(f"    FAILS: {len(after)} outputs instead of {len(before)}")
        for was, now in zip(before, after, strict=False):
            wrong = differences(was, now, tolerance)
            too_far = too_far or bool(wrong)
            found += [f"    FAILS: {each}" for each in wrong]
            found += [f"    {line}" for line in steps(was, now)]
    return found, too_far


def is_text(key: str) -> bool:
    return key == "text" or key.startswith("text/")


def steps(was: str, now: str) -> list[str]:
    """Return for each line that differs how far its numbers moved."""
    lines = []
    for old, new in zip(was.splitlines(), now.splitlines(), strict=False):
        if old != new:
            pairs = list(zip(numbers(old), numbers(new), strict=False)) if SIGN in old else []
            share = max((abs(n - o) / abs(o) for o, n in pairs if o), default=None)
            far = "" if share is None else f"   ({share:.1%})"
            lines.append(f"{old!r} -> {new!r}{far}")
    return lines


def main() -> None:
    known = settings()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="such as 04 or 11_dqn (default: all)")
    parser.add_argument("--setting", action="append", choices=known, help="default: all")
    parser.add_argument("--jobs", type=int, default=2, help="lessons at once (default: 2)")
    options = parser.parse_args()
    starts = tuple(options.lessons) or ("",)
    paths = [path for path in sorted(SOLUTIONS.glob("*.ipynb")) if path.name.startswith(starts)]
    failed = False
    for name in options.setting or known:
        with environment(**known[name]), ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(moved, paths))
        print(f"{name}: {sum(bool(lines) for lines, _ in results)} of {len(paths)} lessons differ")
        for lines, too_far in results:
            failed |= too_far
            print(*lines, sep="\n", end="\n" if lines else "", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
