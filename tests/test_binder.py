"""Binder and JupyterHub build the repository as it is, by repo2docker's own rules."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def pack(monkeypatch):
    """The first of repo2docker's packs that takes the repository, as it would for a build."""
    missing = "NOT RUN: jupyter-repo2docker is not installed"
    app = pytest.importorskip("repo2docker.app", reason=missing)
    monkeypatch.chdir(ROOT)
    docker = app.Repo2Docker(platform="linux/amd64")
    packs = (kind(docker.base_image) for kind in docker.buildpacks)
    found = next(each for each in packs if each.detect())
    found.platform = docker.platform
    return found


def test_it_is_taken_for_a_python_project(pack):
    assert type(pack).__name__ == "PythonBuildPack"


def test_its_python_is_one_for_which_every_package_has_wheels(pack):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert pack.python_version in SpecifierSet(project["requires-python"])
    assert pack.python_version in ("3.11", "3.12", "3.13")


def test_the_package_is_there_before_the_requirements_ask_for_it(pack):
    lines, source = pack.render().splitlines(), re.compile(r"COPY .* src/ \$\{REPO_DIR\}")
    (copied,) = (k for k, line in enumerate(lines) if source.match(line))
    (asked,) = (k for k, line in enumerate(lines) if '-r "requirements.txt"' in line)
    assert copied < asked


def test_a_repo2docker_that_reads_no_pyproject_finds_the_python_too():
    name, version = (ROOT / "runtime.txt").read_text(encoding="utf-8").strip().split("-")
    assert (name, version) == ("python", "3.11")
    assert not any((ROOT / folder).exists() for folder in ("binder", ".binder"))
