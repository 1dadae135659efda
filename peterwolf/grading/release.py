"""Make the learners' notebooks from the solved ones: `python -m peterwolf.grading.release`.

Run in the repository's root. `notebooks/solutions/NN_name.ipynb` is the only
source; this executes it, takes the solutions and hidden tests out with
nbgrader's own preprocessors and executes the learner's copy, too. Names
release only those lessons; `--repository URL` first writes another address
into the project, the README and the lessons.
"""

import argparse
import copy
import os
import re
import tomllib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from peterwolf import files

SOLUTIONS, LEARNERS = Path("notebooks/solutions"), Path("notebooks")
CELL_SECONDS = 600  # guards only against hanging: a slow machine needs a minute
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PLACES = ("pyproject.toml", "README.md")  # where the address stands, beside the lessons
BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{slug}/blob/main/{path})"
)
SETUP = """\
# Setup: on Colab this installs the course; elsewhere it does nothing.
import sys

if "google.colab" in sys.modules:
    %pip install --quiet --no-deps anywidget psygnal git+https://github.com/{slug}"""


def slug(root: Path) -> str:
    """Return "owner/name" of the repository's address in pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "/".join(project["urls"]["Repository"].rstrip("/").split("/")[-2:])


def readdress(root: Path, address: str) -> None:
    """Write another repository address, https://github.com/owner/name, everywhere it stands.

    Raises ValueError for an address of another form.
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", address)
    if not found:
        raise ValueError(
            f"repository must have the form https://github.com/owner/name, got {address!r}"
        )
    old = slug(root)
    for path in [*(root / name for name in PLACES), *sorted((root / SOLUTIONS).glob("*.ipynb"))]:
        text = path.read_text(encoding="utf-8")
        files.write(path, text.replace(old, found[1]).encode())


def learners(solved: NotebookNode) -> NotebookNode:
    """Return the learner's notebook, not yet executed; the solved one stays as it is."""
    from nbgrader.preprocessors import (
        ClearHiddenTests,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    notebook = copy.deepcopy(solved)
    for cell in notebook.cells:
        cell.source = moved_up(cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for step in (ClearSolutions, LockCells, ClearHiddenTests, ComputeChecksums):
        notebook, _ = step().preprocess(notebook, {})
    return notebook


def moved_up(source: str) -> str:
    """Return a cell's text with its links as they are one folder higher.

    Lessons link to each other by name alone, which is right in both folders.
    """
    source = source.replace(f"/blob/main/{SOLUTIONS.as_posix()}/", f"/blob/main/{LEARNERS}/")
    return re.sub(r"(\]\(|href=\"|src=\")\.\./", r"\1", source)


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in a fresh kernel in `folder`; an error or a slow cell raises."""
    from nbclient import NotebookClient

    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=CELL_SECONDS, kernel_name="python3", resources=where).execute()
    strip(notebook)


def strip(notebook: NotebookNode) -> None:
    """Take out what differs from run to run, and give pictures the alt text of their cell."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    notebook.metadata.kernelspec = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined([each for each in cell.outputs if not is_progress(each)])
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            for mime in output.get("data", {}):
                if mime.startswith("image/") and "alt" in cell.metadata:
                    output.metadata.setdefault(mime, {}).setdefault("alt", cell.metadata.alt)


def is_progress(output: NotebookNode) -> bool:
    """Return whether an output is a progress bar, which only slow machines show.

    It is a widget's view without a picture; every other view of ours has one.
    """
    data = output.get("data", {})
    return WIDGET_VIEW in data and not any(mime.startswith("image/") for mime in data)


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs with what was printed in one go, and came in pieces, as one piece."""
    whole: list[NotebookNode] = []
    for output in outputs:
        printed = output.output_type == "stream"
        if printed and whole and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def release(name: str, root: Path) -> None:
    """Execute the solved notebook `name`, make the learner's, execute it, write both."""
    notebook = nbformat.read(root / SOLUTIONS / name, as_version=4)
    execute(notebook, root / SOLUTIONS)
    learner = learners(notebook)
    execute(learner, root / LEARNERS)
    for folder, made in ((SOLUTIONS, notebook), (LEARNERS, learner)):
        files.write(root / folder / name, (nbformat.writes(made).rstrip() + "\n").encode())


def main(arguments: list[str] | None = None) -> None:
    """Release what the command line names; `arguments` stands in for it in tests."""
    parser = argparse.ArgumentParser(prog="python -m peterwolf.grading.release")
    parser.add_argument("names", nargs="*", help="lessons, such as 03_q_learning (default: all)")
    parser.add_argument("--repository", help="write this https://github.com/owner/name first")
    options = parser.parse_args(arguments)
    root = Path(os.curdir)
    if not (root / SOLUTIONS).is_dir():
        parser.error(f"run this in the repository's root: there is no folder {SOLUTIONS} here")
    known = {path.stem: path.name for path in sorted((root / SOLUTIONS).glob("*.ipynb"))}
    for name in options.names:
        if name not in known:
            parser.error(f"name must be one of {', '.join(known)}, got {name!r}")
    if options.repository:
        readdress(root, options.repository)
    for name in options.names or known:
        release(known[name], root)
        print(f"released {name}")


if __name__ == "__main__":
    main()
