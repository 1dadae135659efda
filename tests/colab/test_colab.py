"""A learner's notebook alone on Colab, from its setup cell to its end.

A fresh virtual environment stands in for Colab: old packages, and a stand-in
for `google.colab`. git finds this very repository at the address of the setup
cell, so that the notebook runs as it is, in an empty folder.
"""

import copy
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from lesson_outputs import differences
from nbclient import NotebookClient
from packaging.requirements import Requirement
from packaging.version import Version

from peterwolf.grading import release

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SHIPPED = HERE / "requirements.txt"
WHEELS = ("--quiet", "--no-deps", "--no-compile", "--only-binary=:all:", "--retries=1")
ADDRESS = "https://example.org/custom-widget-manager.js"  # as the stand-in has it
# What the kernel tells when the lesson has ended
WITNESS = """
import json
import peterwolf
from google.colab import output
print(json.dumps({"package": peterwolf.__file__, "enabled": output.times_enabled}))
"""


@dataclass
class Case:
    """A lesson, the cells in which it shows a widget, and what Colab does not have this time."""

    name: str
    widgets: set[str]
    missing: tuple[str, ...] = ()


CASES = [
    Case("00_start_here", {"play"}, missing=("anywidget", "psygnal")),
    Case("03_q_learning", {"debugger", "scrubber", "duel"}),
]


@dataclass
class Machine:
    """The stand-in: where it lies, with the spec of its kernel; and the repository's commit."""

    home: Path
    python: Path
    environment: dict[str, str]
    commit: str

    def run(self, *arguments: object) -> str:
        """Return what its Python prints; raises RuntimeError with all that it said."""
        return run(self.python, *arguments, env=self.environment)


@dataclass
class Ran:
    """A lesson that ran: what was installed before and after, its notebook, the last words."""

    case: Case
    before: set[str]
    after: set[str]
    notebook: nbformat.NotebookNode
    package: Path
    enabled: int


def run(*command: object, **options) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def github(folder: Path) -> str:
    """Make a repository of the package as it lies here, and return its commit."""
    shutil.copytree(ROOT / "peterwolf", folder / "peterwolf")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    git = ("git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@example.org")
    run(*git, "init", "--quiet")
    run(*git, "add", "--all")
    run(*git, "commit", "--quiet", "--message=as it is")
    run(*git, "config", "uploadpack.allowFilter", "true")  # GitHub does; pip asks for it
    return run(*git, "rev-parse", "HEAD").strip()


def environment(home: Path) -> dict[str, str]:
    """Return this process's environment without what points to its packages, and with ours."""
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "MPLBACKEND", "JUPYTER_", "PYTEST_", "GIT_")
    ours = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
    return ours | {
        "IPYTHONDIR": str(home / "ipython"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{(home / 'github').as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{release.slug(ROOT)}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def install(machine: Machine, *arguments: object) -> None:
    """Install with pip; where not even a small package can be had, the test is not run."""
    try:
        machine.run("-m", "pip", "install", *WHEELS, *arguments)
    except RuntimeError:
        again = ("--force-reinstall", "packaging")
        try:
            machine.run("-m", "pip", "install", *WHEELS, *again)
        except RuntimeError as nothing:
            last = str(nothing).strip().splitlines()[-1]
            pytest.skip(f"NOT RUN: pip finds no packages here ({last})")
        raise


@pytest.fixture(scope="session")
def machine(tmp_path_factory):
    if not (3, 11) <= sys.version_info < (3, 14):
        pytest.skip("NOT RUN: the old packages are for Python 3.11 to 3.13")
    if shutil.which("git") is None:
        pytest.skip("NOT RUN: there is no git here")
    home = tmp_path_factory.mktemp("colab")
    commit = github(home / "github")
    venv.create(home / "venv", with_pip=True, symlinks=os.name != "nt")
    python = home / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made = Machine(home, python, environment(home), commit)
    install(made, "-r", SHIPPED)
    packages = made.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    shutil.copytree(HERE / "standin", packages, dirs_exist_ok=True)
    start = [str(python), "-m", "colab_kernel_launcher", "-f", "{connection_file}"]
    (home / "kernels/colab").mkdir(parents=True)
    spec = {"argv": start, "display_name": "Colab", "language": "python"}
    (home / "kernels/colab/kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return made


def play(machine: Machine, case: Case, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook as it is, alone in a folder, and then the witness."""
    shutil.copy(ROOT / release.LEARNERS / f"{case.name}.ipynb", folder)
    notebook = nbformat.read(folder / f"{case.name}.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(WITNESS))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="colab", resources=where)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(machine.home))
        client.execute(env=machine.environment)
    return notebook


@pytest.fixture(scope="session", params=CASES, ids=lambda case: case.name)
def ran(request, machine, tmp_path_factory):
    case = request.param
    install(machine, "-r", SHIPPED)  # whatever the lesson before has done
    machine.run("-m", "pip", "uninstall", "--quiet", "--yes", "peterwolf", *case.missing)
    before = set(machine.run("-m", "pip", "freeze", "--all").splitlines())
    notebook = play(machine, case, tmp_path_factory.mktemp("a folder of my own"))
    after = set(machine.run("-m", "pip", "freeze", "--all").splitlines())
    told = json.loads(notebook.cells.pop().outputs[0].text)
    return Ran(case, before, after, notebook, Path(told["package"]), told["enabled"])


def outputs(notebook: nbformat.NotebookNode) -> list[tuple[nbformat.NotebookNode, list]]:
    """Return every code cell but the setup cell with its outputs, joined as they are stored.

    Without progress bars, views with no picture: a fast machine shows none.
    """
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id != "setup":
            shown = release.joined(copy.deepcopy(cell.outputs))
            found.append((cell, [each for each in shown if not release.is_progress(each)]))
    return found


def views(ran: Ran) -> dict[str, list[nbformat.NotebookNode]]:
    """Return for each cell that shows widgets those outputs."""
    found = {}
    for cell, shown in outputs(ran.notebook):
        with_view = [each for each in shown if release.WIDGET_VIEW in each.get("data", {})]
        if with_view:
            found[cell.id] = with_view
    return found


def modules(model: str, states: dict) -> set[str]:
    """Return the JavaScript modules that the view of a model, and the views in it, come from."""
    state = states[model]["state"]
    inside = [name.removeprefix("IPY_MODEL_") for name in state.get("children", [])]
    return {state["_view_module"]}.union(*(modules(name, states) for name in inside))


# A lesson on Colab


def test_a_lesson_alone_runs_to_its_end_without_a_warning(ran):
    assert all(cell.execution_count for cell, _ in outputs(ran.notebook))
    for _, shown in outputs(ran.notebook):
        assert [each for each in shown if each.get("name") == "stderr"] == []
    (setup,) = (cell for cell in ran.notebook.cells if cell.id == "setup")
    assert "error" not in "".join(each.get("text", "") for each in setup.outputs).lower()


def test_nothing_that_colab_ships_is_replaced(ran):
    new = {line.split("==")[0].split(" @")[0] for line in ran.after - ran.before}
    assert ran.before - ran.after == set()
    assert new == {"peterwolf", *ran.case.missing}


def test_the_package_comes_from_the_repository(ran, machine):
    assert machine.python.parent.parent in ran.package.parents
    (line,) = (line for line in ran.after if line.startswith("peterwolf"))
    assert line == f"peterwolf @ git+https://github.com/{release.slug(ROOT)}@{machine.commit}"


def test_a_lesson_prints_what_its_stored_notebook_shows(ran):
    stored = nbformat.read(ROOT / release.LEARNERS / f"{ran.case.name}.ipynb", as_version=4)
    for (cell, shown), (_, kept) in zip(outputs(ran.notebook), outputs(stored), strict=True):
        new, old = (
            [each.get("text") or each.data.get("text/plain") for each in some]
            for some in (shown, kept)
        )
        assert len(new) == len(old), cell.id
        for fresh, known in zip(new, old, strict=True):
            wrong = differences(known or "", fresh or "", cell.metadata.get("tolerance"))
            assert wrong == [], cell.id


def test_widgets_have_a_view_and_a_still_picture(ran):
    assert views(ran).keys() == ran.case.widgets
    for shown in views(ran).values():
        for each in shown:
            (mime,) = (mime for mime in each.data if mime.startswith("image/"))
            assert each.data[mime] and each.metadata[mime]["alt"]


def test_colab_is_asked_to_load_views_that_are_not_of_ipywidgets(ran):
    states = ran.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    for shown in views(ran).values():
        for each in shown:
            view = each.data[release.WIDGET_VIEW]["model_id"]
            assert "anywidget" in modules(view, states)
            asked = each.metadata[release.WIDGET_VIEW]["colab"]["custom_widget_manager"]
            assert asked == {"url": ADDRESS}
    assert ran.enabled > 0


# The stand-in


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_stand_in_has_the_lower_ends_of_what_the_package_needs(python):
    lines = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    pins = [Requirement(line) for line in lines]
    held = {
        pin.name: Version(next(iter(pin.specifier)).version)
        for pin in pins
        if pin.marker is None or pin.marker.evaluate({"python_version": python})
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for need in map(Requirement, project["dependencies"]):
        assert held[need.name] in need.specifier
        (lowest,) = (Version(each.version) for each in need.specifier if each.operator == ">=")
        if python == "3.11":
            assert held[need.name].release[: len(lowest.release)] == lowest.release
