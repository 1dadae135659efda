"""Long use: `python tests/soak.py [--part PART ...] [--size SHARE]`.

Four parts. "boards": a million random boards; "steps": a million env steps, a
sixth of them drawn; "pictures": a thousand pictures and a hundred figures;
"cells": every code cell of every lesson, each run twice in a row in a kernel
of its own (or, with `--lesson`, of the lessons whose names hold these words).
After the first tenth, or 40 pieces, memory may grow by 20 MB at most, no figure
may be left open, and a cell must say the same text twice, which is the one that is
stored. `--size` takes a share of all that, such as 0.01; the exit status is 1
where something did not hold.
"""

import argparse
import contextlib
import io
import math
import resource
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import gymnasium
import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
from nbclient import NotebookClient
from nbformat import NotebookNode

from peterwolf import CLASSIC, Cell, animation, plots, random_board, render, tabular
from peterwolf.grading.release import WIDGET_VIEW, joined

ROOT = Path(__file__).parents[1]
MOST_GROWTH = 20  # MB
SETTLED = 40  # pieces of work after which memory has found its size, if not a tenth of all are more
SLOWEST = 30.0  # seconds between two signs of life: more is a hang
CELL_SECONDS = 60


def megabytes() -> float:
    """Return the memory that this process holds, in MB; where that is not told, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1e6


def watch(name: str, work: Iterator[None], count: int) -> list[str]:
    """Do `count` pieces of work; return what was wrong with growth and pace."""
    slowest, last, first = 0.0, time.perf_counter(), megabytes()
    for k in range(count):
        next(work)
        now = time.perf_counter()
        slowest, last = max(slowest, now - last), now
        if k == max(count // 10, min(count // 2, SETTLED)):
            first = megabytes()  # by then all that is kept for good is there
    growth = megabytes() - first
    print(f"{name}: {count:,} done, {growth:.1f} MB grown, {slowest:.3f} s the slowest", flush=True)
    faults = [f"{name} grew by {growth:.1f} MB"] if growth > MOST_GROWTH else []
    return faults + ([f"{name} stood for {slowest:.1f} s"] if slowest > SLOWEST else [])


def boards() -> Iterator[None]:
    """Make random boards of every kind, and hold each against what was asked."""
    rng = np.random.default_rng(0)
    while True:
        width, height = (int(n) for n in rng.integers(2, 13, size=2))
        size = width * height
        pond_size = int(rng.integers(1, size + 1))
        ponds = int(rng.integers(0, size // pond_size + 1))
        free = size - ponds * pond_size
        trees = int(rng.integers(0, free + 1))
        apples = int(rng.integers(0, free - trees + 1))
        things = {"trees": trees, "apples": apples, "wolves": free - trees - apples}
        board = random_board(rng, width, height, ponds=ponds, pond_size=pond_size, **things)
        found = np.bincount(board.cells.ravel(), minlength=len(Cell))
        asked = [0, ponds * pond_size, things["wolves"], trees, apples]
        if found.tolist() != asked:
            raise AssertionError(f"{board!r} holds {found.tolist()}, not {asked}")
        yield


def steps() -> Iterator[None]:
    """Take random steps in Peter's worlds; every sixth is drawn."""
    rng = np.random.default_rng(0)
    envs = [
        gymnasium.make(f"peterwolf/{name}-v0", board=board, render_mode=mode)
        for name, board, mode in (
            ("Forage", CLASSIC, None),
            ("Hunt", CLASSIC, None),
            ("Forage", random_board, None),
            ("Hunt", random_board, None),
            ("Forage", CLASSIC, "rgb_array"),
            ("Hunt", CLASSIC, "ansi"),
        )
    ]
    for env in envs:
        env.reset(seed=0)
    for env in cycle(envs):
        _, _, terminated, truncated, _ = env.step(int(rng.integers(4)))
        if env.render_mode:
            env.render()
        if terminated or truncated:
            env.reset()
        yield


def pictures() -> Iterator[None]:
    """Draw boards with values in every way, as pictures and in animations."""
    rng = np.random.default_rng(0)
    for k in cycle(range(12)):
        board = random_board(rng, *(int(n) for n in rng.integers(3, 13, size=2)), ponds=0, trees=1)
        q = rng.normal(size=(board.width, board.height, 4))
        overlay = render.OVERLAYS[k % 2]
        frame = render.draw(board, (0, 0), q, cell=20 + k, overlay=overlay)
        animation.picture(frame, alt="a board with values")
        if k == 0:
            animation.animate([frame, frame[::-1].copy()], alt="a board, turned over and back")
        yield


def figures() -> Iterator[None]:
    """Draw the course's figures, as a cell does that shows each of them."""
    rng = np.random.default_rng(0)
    place = {"low": (-1.2, -0.07), "high": (0.6, 0.07), "labels": ("position", "velocity")}
    run = tabular.q_learning(
        gymnasium.make("peterwolf/Forage-v0"),
        episodes=300,
        alpha=0.5,
        gamma=0.95,
        epsilon=0.3,
        rng=rng,
        progress=False,
    )
    q = rng.normal(size=(12, 10, 3))
    snapshots = [(k, q, np.ones_like(q)) for k in range(2)]
    maps = place | {"actions": ("left", "none", "right")}
    shown: list[Callable] = [
        lambda: plots.learning_curve(run.returns),
        lambda: plots.value_map(run.q.max(axis=-1), text=CLASSIC.to_text()),
        lambda: plots.board_picture(render.draw(CLASSIC)),
        lambda: plots.histogram({"returns": run.returns}, xlabel="return"),
        lambda: plots.cost_to_go(q, **place),
        lambda: plots.cost_to_go(q, **place, surface=True),
        lambda: plots.action_maps(q, **maps),
    ]
    drawn: list[Callable] = [
        lambda: plots.pixels(plots.learning_curve(run.returns)),
        lambda: plots.action_frames(snapshots, **maps),
    ]
    matplotlib.use("module://matplotlib_inline.backend_inline")  # as in a notebook
    for draw in cycle(shown + drawn):
        draw()
        if draw in shown:
            with contextlib.redirect_stdout(io.StringIO()):
                plt.show()
        if plt.get_fignums():
            raise AssertionError(f"figures {plt.get_fignums()} are left open")
        yield


# Cells


def texts(cell: NotebookNode) -> list[str]:
    """Return all that a cell said, but for pictures and widgets."""
    said = []
    for output in joined(cell.outputs):
        data = output.get("data", {output.output_type: output.get("text", output.get("ename"))})
        kinds = sorted(kind for kind in data if kind != WIDGET_VIEW and "image/" not in kind)
        said += [f"{kind}: {data[kind]}" for kind in kinds]
    return said


def cells(path: Path) -> list[str]:
    """Run every code cell of a lesson twice in a row; return what was not said twice."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources=where, allow_errors=True
    )
    faults, codes = [], 0
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            stored, codes = texts(cell), codes + 1
            said = [texts(client.execute_cell(cell, index)) for _ in range(2)]
            for run, now, before in (("first", said[0], stored), ("second", said[1], said[0])):
                if now != before:
                    differs = f"{path.parent.name}/{path.name}, cell {cell.id}, its {run} run"
                    faults.append(f"{differs} says\n{now}\n  and not\n{before}")
    print(f"{path.relative_to(ROOT)}: {codes} cells twice, {len(faults)} faults", flush=True)
    return faults


def all_cells(size: float, words: list[str]) -> list[str]:
    """Run the cells of a share of the lessons, learner's and solved; return the faults."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    chosen = [path for path in paths if not words or any(word in path.name for word in words)]
    chosen = chosen[: math.ceil(size * len(chosen))]
    both = [folder for path in chosen for folder in (path, path.parent / "solutions" / path.name)]
    return [fault for path in both for fault in cells(path)]


PARTS = {
    "boards": lambda size, _: watch("boards", boards(), round(1_000_000 * size)),
    "steps": lambda size, _: watch("steps", steps(), round(1_000_000 * size)),
    "pictures": lambda size, _: (
        watch("pictures", pictures(), round(1_000 * size))
        + watch("figures", figures(), math.ceil(100 * size))
    ),
    "cells": all_cells,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--size", type=float, default=1.0, help="a share of all, such as 0.01")
    parser.add_argument("--lesson", nargs="+", default=[], help="only lessons named like this")
    told = parser.parse_args()
    faults = [fault for part in told.part for fault in PARTS[part](told.size, told.lesson)]
    print("\n".join(faults) or "all of it held")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
