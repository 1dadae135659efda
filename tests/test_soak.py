"""Long use in small: what `tests/soak.py` does a million times, some thousands of times."""

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parent / "soak.py"


def soak(*told: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(SOAK), *told]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("part", ["boards", "steps", "pictures"])
def test_memory_and_figures_stay_as_they_are(part):
    done = soak("--part", part, "--size", "0.0005" if part != "pictures" else "0.01")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "all of it held"


def test_each_cell_of_the_first_lesson_says_the_same_twice():
    done = soak("--part", "cells", "--lesson", "00_")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("cells twice, 0 faults") == 2


LEAKS = """
import sys
sys.path.insert(0, {folder!r})
import soak

def leaking():
    kept = []
    while True:
        kept.append(b"x" * 1_000_000)
        yield

print(soak.watch("leak", leaking(), 100))
"""


def test_a_leak_is_noticed():
    source = LEAKS.format(folder=str(SOAK.parent))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert "['leak grew by" in done.stdout, done.stderr


def test_a_cell_that_counts_is_noticed(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.syspath_prepend(str(SOAK.parent))
    import soak

    monkeypatch.setattr(soak, "ROOT", tmp_path)
    new = nbformat.v4
    cell = new.new_code_cell("try:\n    n += 1\nexcept NameError:\n    n = 0\nprint(n)")
    cell.outputs = [new.new_output("stream", name="stdout", text="0\n")]
    path = tmp_path / "notebooks" / "counting.ipynb"
    path.parent.mkdir()
    nbformat.write(new.new_notebook(cells=[cell]), path)
    (fault,) = soak.cells(path)
    assert "its second run says\n['stream: 1\\n']\n  and not\n['stream: 0\\n']" in fault
