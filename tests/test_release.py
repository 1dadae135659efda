"""The learners' notebooks are what the release makes of the solved ones."""

import json
from pathlib import Path

import nbformat
import pytest

from peterwolf.grading import release

ROOT = Path(__file__).resolve().parent.parent
LESSONS = [path.name for path in sorted((ROOT / release.SOLUTIONS).glob("*.ipynb"))]


def read(folder: Path, name: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / folder / name, as_version=4)


@pytest.mark.parametrize("name", LESSONS)
def test_the_learners_notebook_is_made_from_the_solved_one(name):
    made, stored = release.learners(read(release.SOLUTIONS, name)), read(release.LEARNERS, name)
    assert [cell.id for cell in made.cells] == [cell.id for cell in stored.cells]
    for cell, kept in zip(made.cells, stored.cells, strict=True):
        assert cell.source == kept.source
        assert cell.metadata == kept.metadata


def test_every_learners_notebook_has_a_source():
    assert [path.name for path in sorted((ROOT / release.LEARNERS).glob("*.ipynb"))] == LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_no_solution_and_no_hidden_test_is_left_in_a_learners_notebook(name):
    text = (ROOT / release.LEARNERS / name).read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "HIDDEN TESTS" not in text and "checks.require" not in text


@pytest.mark.parametrize("folder", [release.SOLUTIONS, release.LEARNERS])
@pytest.mark.parametrize("name", LESSONS)
def test_notebooks_are_executed_and_stripped(folder, name):
    notebook = read(folder, name)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all("execution" not in cell.metadata for cell in code)
    assert release.WIDGET_VIEW not in json.dumps(notebook)


def test_what_was_printed_in_pieces_is_stored_as_one():
    def printed(name, text):
        return nbformat.v4.new_output("stream", name=name, text=text)

    result = nbformat.v4.new_output("display_data", data={"text/plain": "x"})
    pieces = [printed("stdout", "a"), printed("stdout", "b"), printed("stderr", "c"), result]
    whole = release.joined([*pieces, printed("stdout", "d")])
    assert [each.get("text") for each in whole] == ["ab", "c", None, "d"]


def test_a_progress_bar_that_a_slow_machine_showed_is_not_stored():
    view = {release.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "6%|6"}
    picture = {release.WIDGET_VIEW: {"model_id": "2"}, "image/png": "", "text/plain": "Play"}
    cell = nbformat.v4.new_code_cell("", metadata={"alt": "Peter"})
    cell.outputs = [nbformat.v4.new_output("display_data", data=d) for d in (view, picture)]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    release.strip(notebook)
    assert [output.data for output in cell.outputs] == [{"image/png": "", "text/plain": "Play"}]


def test_a_released_exercise_has_a_gap_and_a_locked_check_with_points():
    cells = {cell.id: cell for cell in read(release.LEARNERS, "03_q_learning.ipynb").cells}
    assert "raise NotImplementedError()" in cells["td-target"].source
    check = cells["td-target-check"].metadata
    assert check.nbgrader.points == 2 and check.nbgrader.checksum and check.deletable is False


@pytest.mark.parametrize(
    ("source", "released"),
    [
        ("[next](03_q_learning.ipynb)", "[next](03_q_learning.ipynb)"),
        ("[s](../solutions/03_q_learning.ipynb)", "[s](solutions/03_q_learning.ipynb)"),
        ("[r](../../README.md)", "[r](../README.md)"),
        ('<a href="../../README.md">', '<a href="../README.md">'),
        (
            "(https://x/blob/main/notebooks/solutions/a.ipynb)",
            "(https://x/blob/main/notebooks/a.ipynb)",
        ),
    ],
)
def test_links_move_up_one_folder(source, released):
    assert release.moved_up(source) == released


@pytest.fixture
def course(tmp_path):
    (tmp_path / release.SOLUTIONS).mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "notebooks/solutions/00_start_here.ipynb"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize("ending", ["", "/", ".git"])
def test_another_address_is_written_everywhere(course, ending):
    release.readdress(course, f"https://github.com/some-body/their.course{ending}")
    assert release.slug(course) == "some-body/their.course"
    for path in course.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert "OWNER/peterwolf" not in text and "some-body/their.course" in text


@pytest.mark.parametrize(
    "address", ["", "OWNER/peterwolf", "https://github.com/only", "ftp://x/y/z"]
)
def test_an_address_of_another_form_is_refused_and_nothing_is_written(course, address):
    before = (course / "README.md").read_bytes()
    with pytest.raises(ValueError, match="repository must have the form https://github.com/owner/"):
        release.readdress(course, address)
    assert (course / "README.md").read_bytes() == before


def test_badges_and_setup_cells_hold_the_projects_address():
    slug = release.slug(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in (release.SOLUTIONS, release.LEARNERS):
        for name in LESSONS:
            cells = {cell.id: cell.source for cell in read(folder, name).cells}
            path = (folder / name).as_posix()
            assert cells["title"].startswith(release.BADGE.format(slug=slug, path=path) + "\n\n# ")
            assert cells["setup"] == release.SETUP.format(slug=slug)
    for name in LESSONS:
        assert release.BADGE.format(slug=slug, path=f"notebooks/{name}") in readme


def test_an_unknown_lesson_is_named(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit):
        release.main(["99_none"])
    assert "name must be one of 00_start_here" in capsys.readouterr().err


def test_outside_the_repository_the_command_says_where_to_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        release.main([])
    assert "run this in the repository's root" in capsys.readouterr().err


def test_a_cell_that_fails_stops_the_release_and_changes_no_file(course, monkeypatch):
    path = course / release.SOLUTIONS / "00_start_here.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [nbformat.v4.new_code_cell("1 / 0", id="wrong")]
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        release.release(path.name, course)
    assert path.read_bytes() == before
    assert not (course / release.LEARNERS / path.name).exists()
