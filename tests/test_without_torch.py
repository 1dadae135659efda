"""What needs PyTorch is left out, or says how to get it, where it is not installed."""

import importlib.util
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from fresh import loaded

from peterwolf import checks
from peterwolf.dqn import pytorch
from peterwolf.dqn.net import random_network

ROOT = Path(__file__).resolve().parent.parent
NAME = "13_dqn_in_pytorch.ipynb"


def small():
    return random_network((2, 3, 1), rng=np.random.default_rng(0))


def test_a_pytorch_that_is_too_old_is_told_what_to_do(monkeypatch):
    old = types.ModuleType("torch")
    old.__version__ = "1.13.1+cu117"
    monkeypatch.setitem(sys.modules, "torch", old)
    with pytest.raises(ImportError, match=r"2\.3 or newer, got 1\.13\.1\+cu117; .*--upgrade torch"):
        pytorch.module(small())


def test_a_pytorch_that_is_missing_is_told_how_to_get(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # so that importing it fails
    for ask in (lambda: pytorch.device("cpu"), lambda: pytorch.module(small())):
        with pytest.raises(ImportError, match="cannot be imported.*python -m pip install torch"):
            ask()


def test_neither_the_package_nor_the_checks_import_pytorch():
    assert not loaded("peterwolf.checks, peterwolf.dqn.pytorch", "torch")


def test_without_pytorch_the_check_says_how_to_get_it_and_judges_nothing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    checks.check("13_td_loss", lambda online, target, batch, gamma: 0.0)
    line = capsys.readouterr().out
    assert line.startswith("✗ 13_td_loss: PyTorch cannot be imported")
    assert "python -m pip install torch" in line and line.count("\n") == 1


# The lesson is collected only where it can run


def collected(*arguments):
    """The notebooks of lesson 13 that pytest collects, one line a cell."""
    command = [sys.executable, *arguments, "-q", "--collect-only", "-o", "addopts=", "--nbval"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "error" not in done.stdout.lower(), done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if NAME in line]
    return {line.split("::")[0] for line in lines}


WITHOUT = """
import sys, importlib.util, pytest
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == {name!r} else find(name, *rest)
sys.modules[{name!r}] = None
sys.exit(pytest.main(sys.argv[1:]))
"""
FEW = ("tests/test_readme.py", "notebooks/solutions", "--ignore-glob=*/0*.ipynb")


@pytest.mark.parametrize("name", ["torch", "stable_baselines3"])
def test_the_lesson_is_left_out_where_one_of_the_two_is_missing(name):
    assert collected("-c", WITHOUT.format(name=name), *FEW) == set()


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "stable_baselines3")),
    reason="one of the two is missing",
)
def test_the_lesson_is_collected_where_both_are_there():
    assert collected("-m", "pytest", *FEW) == {f"notebooks/solutions/{NAME}"}
