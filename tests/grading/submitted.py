"""Notebooks as learners hand them in, for the tests of the grader."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
needs_bubblewrap = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="NOT RUN: bubblewrap is missing"
)
SOLUTIONS = ROOT / "notebooks" / "solutions"


def solved(name: str) -> dict[str, str]:
    """The sources of a lesson's exercises as solved, by grade id; `name` begins with its number."""
    (path,) = SOLUTIONS.glob(f"{name[:2]}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    marked = [(cell["metadata"].get("nbgrader", {}), "".join(cell["source"])) for cell in cells]
    return {marks["grade_id"]: source for marks, source in marked if marks.get("solution")}


def cell(grade_id: str, source: str, kind: str = "code") -> dict:
    """A cell with nbgrader's metadata."""
    marks = {"grade": False, "grade_id": grade_id, "solution": True, "schema_version": 3}
    return {"cell_type": kind, "metadata": {"nbgrader": marks}, "source": source}


def notebook(cells: dict[str, str] | list[dict]) -> str:
    """A notebook's text, of cells or of sources by grade id."""
    if isinstance(cells, dict):
        cells = [cell(*each) for each in cells.items()]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
