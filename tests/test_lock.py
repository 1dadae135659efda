"""What CI installs is locked: one version of each package, with the hashes of its files."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / ".ci" / "lock.txt").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([\w.-]+)==([\w.+!-]+) ", LOCK, flags=re.MULTILINE))


def required(name: str) -> list[str]:
    """All that a file of requirements asks for, those files too that it names."""
    found = []
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("-r "):
            found += required(line.removeprefix("-r "))
        elif line == "-e .":
            project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
            found += project["project"]["dependencies"]
        elif line:
            found.append(line)
    return found


REQUIRED = sorted({*required("requirements-test.txt"), *required(".ci/extras.txt")})


@pytest.mark.parametrize("line", REQUIRED)
def test_what_is_required_is_locked_at_a_version_that_fits(line):
    wanted = Requirement(line)
    version = LOCKED.get(canonicalize_name(wanted.name))
    assert version, f"{wanted.name} is not in .ci/lock.txt: run `python .ci/lock.py`"
    assert wanted.specifier.contains(version, prereleases=True), (line, version)


def test_every_package_is_locked_with_the_hashes_of_its_files_and_nothing_else():
    first, *entries = re.split(r"\n(?=\S)", LOCK.rstrip("\n"))
    assert first.startswith("# Made by .ci/lock.py")
    one = re.compile(r"[\w.-]+==[\w.+!-]+( \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries if not one.fullmatch(entry)] == []
    assert len(entries) == len(LOCKED) > 100
