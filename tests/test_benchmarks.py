"""The benchmark measures what it is asked for, and its written table is whole."""

import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "benchmarks"


def run(*arguments):
    command = [sys.executable, str(FOLDER / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows_of(text):
    """The table's rows: name and cells."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {name: cells for name, *cells in rows[1:]}


def test_one_row_is_measured_by_its_name_with_its_baseline_beside_it():
    done = run("--quick", "forage-python")
    ((name, (what, ours, baseline, ratio, promised, verdict)),) = rows_of(done.stdout).items()
    assert name == "forage-python" and "Python engine" in what
    assert "steps per CPU s" in ours and "plain loop" in baseline and float(ratio) > 0
    assert promised == "at least 2 times the plain loop" and verdict in ("kept", "MISSED")
    assert done.returncode == (verdict == "MISSED"), done.stderr


def test_a_row_whose_peer_is_missing_is_not_run_and_breaks_no_promise():
    lines = "import sys; sys.modules['torch'] = None; sys.argv = ['run', 'net-step']; import run"
    hide = "find = run.importlib.util.find_spec; run.importlib.util.find_spec = lambda name: "
    hide += "None if name == 'torch' else find(name)"
    command = [sys.executable, "-c", f"{lines}\n{hide}\nsys.exit(run.main())"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    ((name, (_, ours, *_, verdict)),) = rows_of(done.stdout).items()
    assert name == "net-step" and ours == "not run, without torch" and verdict == "not run"
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_is_told_what_is_allowed():
    done = run("forrage")
    assert done.returncode == 2
    assert "name must be one of forage, car, pole" in done.stderr and "'forrage'" in done.stderr


def test_the_written_table_holds_every_row_and_the_machine():
    written = (FOLDER / "results.md").read_text(encoding="utf-8")
    promised = run("--list").stdout.split()
    assert len(promised) > 30 and list(rows_of(written)) == promised
    assert re.search(r"^Python \d.*numba .*cores, load", written, re.M)
