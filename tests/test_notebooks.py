"""The rules that every notebook keeps (nbval runs them; here they are read)."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from lesson_outputs import SIGN
from test_checks import POINTS

from peterwolf import checks

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb")) + sorted(
    (ROOT / "notebooks" / "solutions").glob("*.ipynb")
)
SOLVED = [path for path in PATHS if path.parent.name == "solutions"]
NAMES = [str(path.relative_to(ROOT)) for path in PATHS]
FORBIDDEN = ("input(", "clear_output", '"human"', "np.random.seed", "random.seed(", "MPLBACKEND")
MOST_COLUMNS, MOST_LINES, MOST_WORDS = 72, 20, 125
MOST_BYTES = 1_000_000  # of a file, so that GitHub and Colab open it at once


def cells(path: Path, kind: str) -> list:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def every(kind: str) -> list:
    return [
        pytest.param(cell, id=f"{path.parent.name}/{path.stem}:{cell.id}")
        for path in PATHS
        for cell in cells(path, kind)
    ]


@pytest.mark.parametrize("cell", every("code"))
def test_code_cells_are_short_and_plain(cell):
    shown = re.sub(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", "", cell.source, flags=re.S)
    lines = [line for line in shown.splitlines() if line.strip() and "SOLUTION" not in line]
    if cell.id != "setup":
        assert max(map(len, lines)) <= MOST_COLUMNS
    assert len(lines) <= MOST_LINES
    assert not any(word in cell.source for word in FORBIDDEN)
    assert not cell.source.rstrip().endswith(";")
    assert "import *" not in cell.source and "\nclass " not in "\n" + cell.source
    if cell.id != "setup":
        ast.parse(cell.source)  # no magics and no shell lines
    else:
        ast.parse(TransformerManager().transform_cell(cell.source))


@pytest.mark.parametrize("cell", every("code"))
def test_cells_write_no_warnings_and_raise_nothing(cell):
    for output in cell.outputs:
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text


@pytest.mark.parametrize("cell", every("code"))
def test_every_picture_has_alt_text(cell):
    for output in cell.outputs:
        for mime in output.get("data", {}):
            if mime.startswith("image/"):
                assert len(cell.metadata.alt.split()) >= 5
                assert output.metadata[mime]["alt"]


@pytest.mark.parametrize("cell", every("markdown"))
def test_prose_cells_are_short(cell):
    words = re.sub(r"\]\([^)]*\)|<[^>]*>|[|*#`$\\-]", " ", cell.source).split()
    assert len(words) <= MOST_WORDS


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_lesson_has_its_parts_in_order(path):
    notebook = nbformat.read(path, as_version=4)
    ids = [cell.id for cell in notebook.cells]
    assert ids[:2] == ["title", "setup"] and ids[-1] == "summary"
    title = notebook.cells[0].source
    assert re.search(rf"^# {int(path.stem[:2])}\. \w", title, flags=re.M)
    assert "**After this lesson you can**" in title and "**Minutes:**" in title
    assert "## Summary" in notebook.cells[-1].source and "## Next" in notebook.cells[-1].source
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "**Predict first.**" in text
    assert "## Quiz" in text and ids.index("quiz") == len(ids) - 2
    assert "## Museum" in text or path.stem == "00_start_here"


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_notebook_stays_below_a_megabyte(path):
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("path", SOLVED, ids=lambda path: path.stem)
def test_lesson_map_and_readme_promise_the_same_minutes(path):
    title = nbformat.read(path, as_version=4).cells[0].source
    minutes = int(re.search(r"\*\*Minutes:\*\* (\d+)", title)[1])
    rows = "\n".join(cell.source for cell in cells(SOLVED[0], "markdown") if "map" in cell.id)
    for text in (rows, (ROOT / "README.md").read_text(encoding="utf-8")):
        row = re.search(rf"^\| {int(path.stem[:2])} \|.*?\| (\d+) \|", text, flags=re.M)
        assert int(row[1]) == minutes


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_links_lead_to_files(path):
    for cell in cells(path, "markdown"):
        for link in re.findall(r"\]\(([^)#]+)", cell.source):
            if not link.startswith("http"):
                assert (path.parent / link).exists(), link


@pytest.mark.parametrize("path", SOLVED, ids=lambda path: path.stem)
def test_exercises_have_their_cells_their_names_and_their_points(path):
    code = cells(path, "code")
    graded = {c.metadata.nbgrader.grade_id: c for c in code if "nbgrader" in c.metadata}
    names = [name for name in checks.EXERCISES if name.startswith(path.stem[:2] + "_")]
    assert sorted(graded) == sorted(names + [f"{name}_check" for name in names])
    for name in names:
        answer, check = graded[name], graded[f"{name}_check"]
        function = name[3:]
        assert answer.metadata.nbgrader.solution and not answer.metadata.nbgrader.grade
        assert f"def {function}(" in answer.source and "### BEGIN SOLUTION" in answer.source
        assert check.metadata.nbgrader.grade and check.metadata.nbgrader.locked
        assert check.metadata.nbgrader.points == checks.EXERCISES[name].points
        assert f'checks.check("{name}", {function})' in check.source
        assert f'checks.require("{name}", {function})' in check.source
        used = re.compile(rf'{function} = checks\.use\(\s*"{name}", {function}\s*\)')
        assert any(used.search(cell.source) for cell in code)


def test_lessons_table_and_registry_hold_the_same_exercises_and_points():
    points = {}
    for path in SOLVED:
        for cell in cells(path, "code"):
            graded = cell.metadata.get("nbgrader", {})
            if graded.get("grade"):
                name = graded.grade_id.removesuffix("_check")
                assert name not in points and name[:2] == path.stem[:2]
                points[name] = graded.points
    assert points == POINTS
    assert points == {name: exercise.points for name, exercise in checks.EXERCISES.items()}


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_an_exercise_names_the_section_that_it_closes_as_the_one_to_reread(path):
    section = None
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for number in re.findall(r"^## (\d+)\. \w", cell.source, flags=re.M):
                section = int(number)
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in checks.EXERCISES:
            assert checks.EXERCISES[name].section == section
            assert f"(section {section})" in checks.EXERCISES[name].hint


def test_learners_and_readers_of_the_code_are_told_that_the_tutor_is_not_the_grade():
    for path in (PATHS[0], SOLVED[0]):
        text = " ".join(cell.source for cell in cells(path, "markdown"))
        assert path.stem == "00_start_here"
        assert "The check is a tutor. It is not the grade" in text
    for said in (checks.__doc__, checks.check.__doc__):
        assert "not the grade" in " ".join(said.split())


@pytest.mark.parametrize("path", SOLVED, ids=lambda path: path.stem)
def test_solved_notebooks_say_right_and_learners_say_unsolved(path):
    for folder, verdict in ((path.parent, "right."), (path.parent.parent, "not solved yet.")):
        for cell in cells(folder / path.name, "code"):
            if cell.metadata.get("nbgrader", {}).get("grade"):
                text = "".join(output.text for output in cell.outputs)
                assert verdict in text and len(text.splitlines()) == 1


CLOCK = re.compile(r"perf_counter|process_time|monotonic|\bspent\b|\bseconds\b")


@pytest.mark.parametrize("cell", every("code"))
def test_what_a_clock_says_is_printed_after_the_sign_and_any_number_passes(cell):
    """No other test or output may depend on a clock."""
    printed = "".join(output.get("text", "") for output in cell.outputs)
    if cell.metadata.get("tolerance") == "clock":
        assert CLOCK.search(cell.source) and SIGN in printed
    elif re.search(r"perf_counter\(|process_time\(|monotonic\(|run\.seconds", cell.source):
        assert printed == ""


def test_no_cell_is_left_out_of_the_comparison():
    """No tag keeps nbval from comparing outputs."""
    tagged = [
        cell.id
        for path in PATHS
        for cell in cells(path, "code")
        if "NBVAL" in cell.source or cell.metadata.get("tags")
    ]
    assert tagged == []
