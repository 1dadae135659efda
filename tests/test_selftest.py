"""The self-test of lesson 00 sees what is missing."""

import importlib.metadata

import pytest

from peterwolf import selftest


def test_all_works_here(capsys):
    assert selftest.run()
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("All works") and all(line[0] == "✓" for line in lines[:-1])


@pytest.mark.parametrize("found", [None, "0.1"])
def test_a_missing_or_old_package_is_named(monkeypatch, capsys, found):
    versions = importlib.metadata.version

    def version(name):
        if name != "tqdm":
            return versions(name)
        if found is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert not selftest.run()
    text = capsys.readouterr().out
    assert "✗ packages are there: tqdm is " + ("missing" if found is None else "0.1, not") in text


def test_a_part_that_breaks_is_told_and_the_others_still_run(monkeypatch, capsys):
    def broken(*_, **__):
        raise OSError("no pictures today")

    monkeypatch.setattr(selftest.animation, "animate", broken)
    assert not selftest.run()
    text = capsys.readouterr().out
    assert "✗ pictures are drawn: no pictures today" in text and "✓ widgets react" in text
