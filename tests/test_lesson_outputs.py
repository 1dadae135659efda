"""How stored outputs of lessons are compared with fresh ones."""

import os
import subprocess
import sys
from pathlib import Path

import lesson_outputs
import nbformat
import pytest
from lesson_outputs import differences

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("stored", "fresh", "tolerance"),
    [
        ("starts ≈ 63 of 100", "starts ≈ 65 of 100", None),
        ("≈ 1.00", "≈ 1.10", None),
        ("≈ −1.5 and 2", "≈ -1.6 and 2.1", None),
        ("≈ [65. 59. 70. 57.]", "≈ [ 65. 58. 70. 57.]", None),
        ("≈ 16,550 games", "≈ 17,001 games", None),
        ("≈ 3.1e-05", "≈ 3.0e-05", None),
        ("≈ .52", "≈ 0.5", None),
        ("≈ 20", "≈ 26", 0.3),
        ("seed 3: ≈ 0", "seed 3: ≈ 2", {"absolute": 2}),
        ("≈ 100", "≈ 110", {"absolute": 2}),
        ("≈ 100 s", "≈ 0.1 s", "clock"),
        ("one\ntwo ≈ 20", "one\ntwo ≈ 21", None),
    ],
)
def test_numbers_after_the_sign_may_differ_a_little(stored, fresh, tolerance):
    assert differences(stored, fresh, tolerance) == []


@pytest.mark.parametrize(
    ("stored", "fresh", "tolerance"),
    [
        ("median ≈ 1.50", "median ≈ 1.70", None),
        ("≈ 1.00", "≈ 1.11", None),
        ("≈ 5", "≈ -5", None),
        ("≈ 20", "≈ 27", 0.3),
        ("≈ 0", "≈ 3", {"absolute": 2}),
        ("≈ 0", "≈ 0.1", None),
        ("≈ 16,550 games", "≈ 16.550 games", None),
        ("≈ [65. 59.]", "≈ [65. 70.]", None),
        ("≈ 65 59", "≈ 65", None),
        ("≈ 65 starts", "≈ 65 games", None),
        ("≈ 65", "≈ nan", None),
        ("≈ 65", "= 65", None),
        ("= 65", "≈ 65", None),
        ("65", "66", None),
        ("seed 3: ≈ 65", "seed 4: ≈ 65", None),
        ("≈ 65", "≈ 65\nmore", None),
        ("≈ 3 s", "≈ 3 ms", "clock"),
        ("≈ 3 s", "no time", "clock"),
    ],
)
def test_more_than_that_is_a_difference(stored, fresh, tolerance):
    assert len(differences(stored, fresh, tolerance)) == 1


@pytest.mark.parametrize("tolerance", [0, 1, 10, -0.1, True, "10 %", {}, {"share": 0.1}, [0.1]])
def test_a_tolerance_that_means_nothing_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance must be a share between 0 and 1"):
        differences("≈ 1", "≈ 1", tolerance)


def notebook(folder: Path, source: str, printed: str, **metadata) -> Path:
    """Write a notebook of one cell, with what it is said to have printed."""
    cell = nbformat.v4.new_code_cell(source, execution_count=1, metadata=metadata)
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
    folder.mkdir(exist_ok=True)
    path = folder / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def judged(path: Path) -> tuple[bool, str]:
    """Return whether the notebooks' test passes, and what it says."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-n", "0"]
    command += ["-p", "no:cacheprovider", f"--rootdir={ROOT}", "-p", "lesson_outputs", str(path)]
    known = os.environ | {"PYTHONPATH": str(ROOT / "tests" / "helpers")}
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True)
    return done.returncode == 0, done.stdout


def test_the_notebooks_test_holds_a_number_to_the_tolerance_of_its_cell(tmp_path):
    passed, said = judged(notebook(tmp_path, "print('error ≈ 1.70')", "error ≈ 1.63\n"))
    assert passed, said
    passed, said = judged(notebook(tmp_path, "print('error ≈ 1.80')", "error ≈ 1.63\n"))
    assert not passed and "line 1: 1.8 is more than 0.163 away from 1.63" in said
    path = notebook(tmp_path, "print('error ≈ 1.80')", "error ≈ 1.63\n", tolerance=0.2)
    assert judged(path)[0]
    passed, said = judged(notebook(tmp_path, "print('error', 1.7)", "error 1.63\n", tolerance=0.2))
    assert not passed


def test_a_progress_bar_of_a_slow_machine_is_no_difference(tmp_path):
    source = (
        "from ipywidgets import IntProgress\nprint('begin')\ndisplay(IntProgress())\nprint('end')"
    )
    passed, said = judged(notebook(tmp_path, source, "begin\nend\n"))
    assert passed, said


def test_learners_notebooks_are_run_as_on_an_older_processor(tmp_path):
    source = "import os\nprint(os.environ.get('NPY_DISABLE_CPU_FEATURES'))"
    before = os.environ.get("NPY_DISABLE_CPU_FEATURES")
    older = lesson_outputs.older_processor()
    if not older:
        pytest.skip("NOT RUN: NumPy knows only one kind of this processor")
    for name, printed in (("solutions", before), ("notebooks", older)):
        passed, said = judged(notebook(tmp_path / name, source, f"{printed}\n"))
        assert passed, said
    assert os.environ.get("NPY_DISABLE_CPU_FEATURES") == before


def test_lessons_store_only_tolerances_that_mean_something():
    for path in sorted((ROOT / "notebooks").glob("**/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            lesson_outputs.bounds(cell.metadata.get("tolerance"))
            text = "".join(
                t for o in cell.get("outputs", []) for t in lesson_outputs.texts(o).values()
            )
            if "tolerance" in cell.metadata:
                assert lesson_outputs.SIGN in text, (
                    f"{path.name}: {cell.id} has nothing to tolerate"
                )
