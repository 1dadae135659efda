"""A plugin for pytest that brings into coverage.py's sight what runs outside of it.

Compiled loops stay in Python, and the sandbox, not isolated here, notes what
it ran of `sandbox/inside` before each question that it is asked.
"""

import os
from pathlib import Path
from types import FunctionType

import coverage

from peterwolf.kernels import jit
from peterwolf.sandbox import bubblewrap as bubble

START = """
import sys
sys.path[:0] = [{{0!r}}, {here!r}]
import coverage
seen = coverage.Coverage({data!r}, True, branch=True, config_file=False, include="*/inside/*")
seen.start()
del sys.path[1]
from inside import main
receive = main.Pipe.receive
def noting(pipe):
    seen.save()
    return receive(pipe)
main.Pipe.receive = noting
main.main()
"""
command = bubble.command


def plain(function, names, label, sources, on_disk=True):
    """Return what `jit.whole` compiles, as it is."""
    names = {"__name__": function.__module__} | names
    for name, part in list(names.items()):
        if isinstance(part, FunctionType):
            names[name] = FunctionType(part.__code__, names, name)
    return FunctionType(function.__code__, names, function.__name__)


def pytest_configure(config):
    here = str(Path(coverage.__file__).parents[1])
    bubble.START = START.format(here=here, data=str(Path(os.curdir, ".coverage").resolve()))
    bubble.command = lambda *told, isolated: command(*told, isolated=False)
    jit.whole = plain
