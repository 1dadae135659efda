"""What the course promises of speed and learning, measured here: `python tests/benchmarks/run.py`.

Names run single rows, `--quick` measures each once and skips the long ones,
`--write` also writes them to results.md, where the others stay as they were.
Each figure stands beside its baseline, the two measured in turn in one run;
medians, and the least and the most in brackets. The exit status is 1 where a
promise is missed.
"""

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import statistics
from pathlib import Path

import rows
import rows_deep
import rows_driving
import rows_scale
import rows_tiles
from promises import Row

from peterwolf import files

TABLES = (rows, rows_driving, rows_tiles, rows_deep, rows_scale)
RESULTS = Path(__file__).with_name("results.md")
LONG = {"pole-100000", "car-25000", "hunt-boards", "hunt-wins", "hunt-place", "first-uncached"}
LONG |= {"car-20", "car-40", "car-100", "pole-475", "pole-table", "pole-table-python"}
LONG |= {"film", "film-size"}
LONG |= {"dqn-pole-475", "dqn-pole-mean", "dqn-pole-steps", "dqn-pole-time", "dqn-pole-sb3"}
LONG |= {"dqn-car-worst", "dqn-car-mean", "dqn-car-steps", "dqn-car-time"}
LONG |= {"sweep-two"}
PACKAGES = ("numpy", "gymnasium", "numba", "opencv-python-headless", "ipywidgets")
OPTIONAL = ("torch", "stable_baselines3")
HEAD = "| row | | ours | baseline | ratio | promised | |\n|---|---|---|---|---|---|---|"


def figure(number: float) -> str:
    """Return a number with three significant digits, large ones in full."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def spread(values: list[float]) -> str:
    """Return the median of some measurements, and how far they reach."""
    middle = figure(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({figure(min(values))} to {figure(max(values))})"


def measure(row: Row, times: int) -> tuple[str, bool]:
    """Return a row of the table, and False if its promise is missed."""
    missing = [name for name in row.needs if importlib.util.find_spec(name) is None]
    if missing:
        told = f"not run, without {' and '.join(missing)}"
        return f"| {row.name} | {row.what} | {told} |  |  | {row.target} | not run |", True
    row.ours(0)  # compiled, and in the caches
    ours, beside = [], []
    for seed in range(1, times + 1):
        if row.baseline:
            beside.append(row.baseline(seed))
        ours.append(row.ours(seed))
    middle = statistics.median(ours)
    base = statistics.median(beside) if beside else float("nan")
    kept = row.holds(middle, base)
    baseline = f"{spread(beside)}, {row.beside}" if beside else ""
    ratio = figure(middle / base) if beside and base else ""
    cells = (row.name, row.what, f"{spread(ours)} {row.unit}", baseline, ratio, row.target)
    return f"| {' | '.join(cells)} | {'kept' if kept else 'MISSED'} |", kept


def machine() -> str:
    """Return what the figures were measured with, and how busy the machine was."""
    there = [*PACKAGES, *(name for name in OPTIONAL if importlib.util.find_spec(name))]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in there)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}"
    return f"Python {platform.python_version()}, {versions}; {system}"


def write(lines: list[str], known: list[str]) -> None:
    """Write the table; rows that were not measured now stay as they were, in their order."""
    before = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    rows_of = {
        line.split(" | ")[0].strip("| "): line
        for line in before + lines
        if line[:2] == "| " and not line.endswith("| not run |")
    }
    table = [rows_of[name] for name in known if name in rows_of]
    text = "\n".join(["# Measured", "", lines[0], "", HEAD, *table, ""])
    files.write(RESULTS, text.encode())


def main() -> int:
    """Measure what the command line names and print the table."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks/run.py")
    parser.add_argument("names", nargs="*", help="rows to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="once each, without the long rows")
    parser.add_argument("--list", action="store_true", help="name the rows and measure nothing")
    parser.add_argument("--write", action="store_true", help=f"write the table to {RESULTS.name}")
    options = parser.parse_args()
    known = {row.name: row for table in TABLES for row in table.ROWS}
    if options.list:
        print("\n".join(known))
        return 0
    for name in options.names:
        if name not in known:
            parser.error(f"name must be one of {', '.join(known)}, got {name!r}")
    names = options.names or [name for name in known if not (options.quick and name in LONG)]
    lines, missed = [machine(), "", HEAD], []
    print("\n".join(lines), flush=True)
    for name in names:
        line, kept = measure(known[name], 1 if options.quick else known[name].times)
        lines.append(line)
        missed += [] if kept else [name]
        print(line, flush=True)
    if options.write:
        write(lines, list(known))
    print(f"missed: {', '.join(missed)}" if missed else "every promise kept")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
