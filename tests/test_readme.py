"""What the README promises is what the repository does."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LEARN = (
    "python -m pip install -r requirements.txt "
    "&& python -m jupyter lab notebooks/00_start_here.ipynb"
)
TEST = "python -m pip install -r requirements-test.txt && python -m pytest"


def test_both_commands_stand_in_the_readme_and_ci_runs_the_second():
    assert f"\n{LEARN}\n" in README and f"\n{TEST}\n" in README
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith(f"\n{TEST}\n")


def test_every_link_and_picture_exists():
    links = re.findall(r"\]\(([^)]+)\)", README + CONTRIBUTING)
    assert len(links) > 5
    for link in links:
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_every_lesson_stands_in_the_table():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"(notebooks/{path.name})" in README


def test_every_file_that_contributors_are_sent_to_exists():
    named = re.findall(r"`((?:\w+/)+[\w.]+\.py)`", CONTRIBUTING)
    assert len(named) > 20
    for name in set(named):
        if "NN" not in name:
            assert (ROOT / name).exists() or (ROOT / "peterwolf" / name).exists(), name


def test_the_readme_is_short():
    prose = [line for line in README.splitlines() if not line.startswith("|")]
    assert len(" ".join(prose).split()) < 600


def test_the_top_level_holds_what_the_design_says():
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    top = {path.split("/")[0] for path in listed if path}
    allowed = {
        ".ci", ".gitattributes", ".gitignore", "CONTRIBUTING.md", "LICENSE", "README.md",
        "conftest.py", "images", "notebooks", "peterwolf", "pyproject.toml",
        "requirements-grading.txt", "requirements-test.txt", "requirements.txt",
        "runtime.txt", "tests",
    }  # fmt: skip
    assert top <= allowed
