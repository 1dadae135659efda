"""The house: which room may import which, what belongs to others, and how large a room may be."""

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import peterwolf

PACKAGE = Path(peterwolf.__file__).parent
PATHS = sorted(PACKAGE.rglob("*.py"))
NAMES = [".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in PATHS]

# Room: its level, and the packages of others it may import. A module imports, anywhere in it,
# from its own room and from the levels below; the modules of a first row of several are one room.
ROOMS = {
    "arguments archive files progress rollout stats workers": (
        0,
        "numpy gymnasium tqdm joblib distributed",
    ),
    "kernels": (0, "numpy numba"),
    "worlds": (1, "numpy"),
    "drawing": (2, "numpy cv2 PIL"),
    "tabular": (2, "numpy gymnasium"),
    "plots": (2, "numpy matplotlib mpl_toolkits"),
    "envs": (3, "numpy gymnasium"),
    "dqn": (3, "numpy gymnasium packaging torch"),
    "sweep": (3, "numpy gymnasium"),
    "widgets": (4, "numpy gymnasium ipywidgets anywidget traitlets"),
    "sandbox": (4, "numpy gymnasium torch"),
    "saving": (4, "numpy"),
    "tournament": (5, "numpy gymnasium cv2"),
    "selftest": (5, "numpy gymnasium packaging"),
    "checks": (6, "numpy gymnasium"),
    "grading": (7, "numpy tqdm joblib nbformat nbclient nbconvert nbgrader"),
    "__init__": (8, ""),  # the public face
}
ROOM_OF = {name: room for room in ROOMS for name in room.split()}
# These two know nothing of each other: a learner plays any env, Peter's boards learn nothing.
WORLD_WING, LEARNING_WING = {"worlds", "drawing", "envs"}, {"tabular", "dqn"}
FACE = {
    "animation": "drawing.animation",
    "checks": "checks",
    "dqn": "dqn",
    "mountain_car": "worlds.mountain_car",
    "net": "dqn.net",
    "planning": "worlds.planning",
    "plots": "plots",
    "render": "drawing.render",
    "rollout": "rollout",
    "rules": "worlds.rules",
    "saving": "saving",
    "selftest": "selftest",
    "sweep": "sweep",
    "tabular": "tabular",
    "tiles": "tabular.linear",
    "widgets": "widgets",
}
LOADS_BY_NAME = {"__init__", "tabular.engines"}  # the public face, the registry of engines
MOST_ENTRIES = 26  # directly in the package
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 40
# of numpy.random
HARMLESS = {"default_rng", "Generator", "PCG64", "SeedSequence", "get_state", "set_state"}
PUT_BACK = {"random.getstate", "random.setstate"}  # after an answer drew from it
RAISERS = {
    "arguments.integer": "TypeError ValueError",
    "arguments.real": "TypeError ValueError",
    "arguments.table": "TypeError ValueError",
    "arguments.one_of": "ValueError",
    "arguments.generator": "TypeError",
}


def every_module(test):
    """Run a test with the name and the source of each module."""
    sources = [path.read_text(encoding="utf-8") for path in PATHS]
    return pytest.mark.parametrize(
        ("name", "source"), list(zip(NAMES, sources, strict=True)), ids=NAMES
    )(test)


def module_of(dotted):
    """The module of ours in which a dotted name without `peterwolf.` is looked for."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        for name in (".".join(parts[:end]), ".".join([*parts[:end], "__init__"])):
            if name in NAMES:
                return name
    return "__init__"


def imports(name, source):
    """What a module imports anywhere in it: our modules, and packages of others."""
    package = ["peterwolf", *name.split(".")[:-1]]
    dotted = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            dotted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = above + (node.module.split(".") if node.module else [])
            dotted |= {".".join([*module, alias.name]) for alias in node.names}
    ours, others = set(), set()
    for each in dotted - {"peterwolf.__version__"}:
        first, _, rest = each.partition(".")
        if first == "peterwolf":
            ours.add(module_of(rest))
        elif first not in sys.stdlib_module_names:
            others.add(first)
    return ours, others


def room_of(name):
    """The room of one of our modules, as the table has it."""
    return ROOM_OF[name.split(".")[0]]


def calls(source):
    """The full names of what a module calls, imports and their aliases resolved."""
    tree, means, called = ast.parse(source), {}, set()
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            if alias.asname or module:
                means[alias.asname or alias.name] = module + alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            first, *rest = ast.unparse(node.func).split(".")
            called.add(".".join([means.get(first, first), *rest]))
    return called


def global_random(source):
    """The calls of a source that draw from, or seed, a generator which all share."""
    shared = {call for call in calls(source) if call.startswith(("numpy.random.", "random."))}
    allowed = tuple(f"numpy.random.{name}" for name in HARMLESS)
    return {call for call in shared - PUT_BACK if not call.startswith(allowed)}


def functions(source):
    """Every function of a source, methods and inner functions too."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def lines_of_code(function, source):
    """Lines of a function without its docstring, comments and blank lines."""
    numbers = set(range(function.lineno, function.end_lineno + 1))
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        numbers -= set(range(docstring.lineno, docstring.end_lineno + 1))
    lines = [source.splitlines()[number - 1].strip() for number in numbers]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def without_docstring(source):
    """Public functions, classes and methods of a source that nobody described."""
    tree, missing = ast.parse(source), []
    levels = [("", tree)]
    for prefix, parent in levels:
        for node in parent.body:
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            if isinstance(node, kinds) and not node.name.startswith("_"):
                if not ast.get_docstring(node):
                    missing.append(prefix + node.name)
                if isinstance(node, ast.ClassDef):
                    levels.append((f"{prefix}{node.name}.", node))
    return missing


def raised(node):
    """The errors that a function raises, itself or through `arguments`, and does not catch."""
    if isinstance(node, ast.Try) and node.handlers:
        return set().union(*map(raised, [*node.handlers, *node.orelse, *node.finalbody]))
    found = set().union(*map(raised, ast.iter_child_nodes(node)))
    if isinstance(node, ast.Raise) and node.exc is not None:
        found.add(ast.unparse(node.exc).partition("(")[0])
    if isinstance(node, ast.Call) and ast.unparse(node.func) in RAISERS:
        found |= set(RAISERS[ast.unparse(node.func)].split())
    return found & {"TypeError", "ValueError"}


def unsaid_errors(source):
    """Public functions with an error that neither they nor, to make one, their class speak of."""
    tree, found = ast.parse(source), {}
    for prefix, parent in [("", tree), *((f"{c.name}.", c) for c in tree.body if is_public(c))]:
        for node in parent.body:
            made = getattr(node, "name", "") == "__init__"
            if isinstance(node, ast.FunctionDef) and (made or not node.name.startswith("_")):
                says = ast.get_docstring(parent if made else node) or ""
                missing = {error for error in raised(node) if error not in says}
                if missing and not re.search(r"[Rr]aises as |errors, are as", says):
                    found[prefix + node.name] = missing
    return found


def is_public(node):
    """Say whether something is a class for everybody."""
    return isinstance(node, ast.ClassDef) and not node.name.startswith("_")


# The house


@every_module
def test_a_module_imports_from_its_room_and_from_levels_below(name, source):
    assert name.split(".")[0] in ROOM_OF, f"{name} is in no room of this test's table"
    room = room_of(name)
    level, may_others = ROOMS[room]
    ours, others = imports(name, source)
    above = {each for each in ours if room_of(each) != room and ROOMS[room_of(each)][0] >= level}
    assert above == set()
    assert others - set(may_others.split()) == set()


@every_module
def test_only_the_face_and_the_registry_of_engines_load_a_module_by_name(name, source):
    by_name = {call for call in calls(source) if "import_module" in call or "__import__" in call}
    assert not by_name or name in LOADS_BY_NAME


@every_module
def test_no_module_is_longer_than_400_lines(name, source):
    assert len(source.splitlines()) <= MOST_LINES_OF_A_MODULE


@every_module
def test_no_function_is_longer_than_40_lines(name, source):
    sizes = {function.name: lines_of_code(function, source) for function in functions(source)}
    too_long = {name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_FUNCTION}
    assert too_long == {}


@every_module
def test_no_module_draws_from_the_generator_that_all_share(name, source):
    assert global_random(source) == set()


@every_module
def test_everything_public_has_a_docstring(name, source):
    assert without_docstring(source) == []
    assert ast.get_docstring(ast.parse(source)) or not source.strip(), "the module has none"


@every_module
def test_who_raises_for_bad_input_says_so(name, source):
    assert unsaid_errors(source) == {}


@every_module
def test_the_world_wing_and_the_learning_wing_do_not_know_each_other(name, source):
    seen = {room_of(each) for each in imports(name, source)[0]}
    for wing, other in ((WORLD_WING, LEARNING_WING), (LEARNING_WING, WORLD_WING)):
        assert room_of(name) not in wing or seen.isdisjoint(other)


def test_no_modules_import_one_another():
    sources = (path.read_text(encoding="utf-8") for path in PATHS)
    above = {name: imports(name, text)[0] for name, text in zip(NAMES, sources, strict=True)}
    while above:
        top = {name for name, needs in above.items() if not needs & above.keys()}
        assert top, f"{sorted(above)} import one another, or what does"
        above = {name: needs for name, needs in above.items() if name not in top}


def test_every_room_is_there_and_the_floor_is_not_crowded():
    entries = [each.name for each in PACKAGE.iterdir() if each.name != "__pycache__"]
    assert {each.split(".")[0] for each in entries} == ROOM_OF.keys()
    assert len(entries) <= MOST_ENTRIES


@pytest.mark.parametrize("name", FACE)
def test_lessons_find_a_module_at_the_root(name):
    found = {}
    exec(f"from peterwolf import {name}", found)
    module = importlib.import_module(f"peterwolf.{FACE[name]}")
    assert found[name] is module is getattr(peterwolf, name) and name in dir(peterwolf)


def test_another_name_is_no_attribute_of_the_package():
    with pytest.raises(AttributeError, match="module 'peterwolf' has no attribute 'rendre'"):
        peterwolf.rendre  # noqa: B018
    with pytest.raises(ImportError):
        exec("from peterwolf import rendre")


def test_the_public_names_are_there():
    from peterwolf import CLASSIC, MOVES, Action, Board, Cell, random_board

    assert {CLASSIC, MOVES, Action, Board, Cell, random_board}
    assert {"CLASSIC", "MOVES", "Action", "Board", "Cell", "random_board"} <= set(peterwolf.__all__)


# Importing the package in a fresh process

# Processor time: what other processes take of the machine does not count.
FRESH = """
import json, sys, time
begin = time.process_time()
import peterwolf
seconds = time.process_time() - begin
print(json.dumps({"seconds": seconds, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def fresh_imports():
    """What five fresh processes tell of `import peterwolf`."""
    command = [sys.executable, "-c", FRESH]
    runs = [subprocess.run(command, capture_output=True, check=True) for _ in range(5)]
    return [json.loads(run.stdout) for run in runs]


def test_importing_the_package_loads_few_modules(fresh_imports):
    assert len(fresh_imports[0]["modules"]) < 500


@pytest.mark.speed
def test_importing_the_package_takes_less_than_half_a_second(fresh_imports):
    assert min(run["seconds"] for run in fresh_imports) < 0.5


@pytest.mark.parametrize("module", ["matplotlib", "pygame", "numba", "ipywidgets", "cv2", "torch"])
def test_importing_the_package_leaves_heavy_modules_alone(fresh_imports, module):
    assert "peterwolf.envs.peter" in fresh_imports[0]["modules"]
    assert module not in fresh_imports[0]["modules"]


# The tests above can fail


@pytest.mark.parametrize(
    ("source", "ours", "others"),
    [
        ("import peterwolf.tabular as t, numpy.linalg, os", {"tabular.__init__"}, {"numpy"}),
        ("from peterwolf import files, Board", {"files", "__init__"}, set()),
        ("import peterwolf", {"__init__"}, set()),
        ("from peterwolf import render, __version__", {"__init__"}, set()),
        ("from peterwolf.worlds import board", {"worlds.board"}, set()),
        ("from peterwolf.worlds.board import MOVES", {"worlds.board"}, set()),
        ("from . import peter\nfrom .board_env import X", {"envs.peter", "envs.board_env"}, set()),
        ("def f():\n    if f:\n        from peterwolf.dqn import train", {"dqn.__init__"}, set()),
        ("class C:\n    def f(self):\n        import cv2", set(), {"cv2"}),
    ],
)
def test_imports_are_found_wherever_they_hide(source, ours, others):
    assert imports("envs.peter", source) == (ours, others)


def test_relative_imports_are_counted_from_their_folder():
    source = "from . import play\nfrom .. import files\nfrom ..drawing.render import draw"
    assert imports("widgets.knobs", source)[0] == {"widgets.play", "files", "drawing.render"}


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nnp.random.seed(0)",
        "import numpy\ndef f():\n    return numpy.random.rand(3)",
        "from numpy import random as r\nr.shuffle([])",
        "from numpy.random import randint\nrandint(3)",
        "import random\nrandom.seed(1)",
        "from random import choice\nchoice([1])",
    ],
)
def test_a_shared_generator_is_found_under_every_name(source):
    assert len(global_random(source)) == 1


def test_a_generator_of_ones_own_is_no_shared_one():
    source = "import numpy as np\nrng = np.random.default_rng(0)\nrng.random()\nrng.shuffle([])"
    assert global_random(source) == set()


def test_a_long_function_is_measured_without_docstring_comments_and_blank_lines():
    source = (
        'def f(a,\n      b):\n    """One\n\n    two."""\n    # why\n\n    a = 1\n    return a\n'
    )
    assert [lines_of_code(function, source) for function in functions(source)] == [4]


def test_a_missing_docstring_is_found():
    source = (
        "def f(): pass\ndef _g(): pass\n"
        "class C:\n    def m(self): pass\n    def __len__(self): pass\n"
    )
    assert without_docstring(source) == ["f", "C", "C.m"]


def test_an_error_that_nobody_spoke_of_is_found():
    source = (
        'def f(x):\n    "Raises TypeError."\n    arguments.real("x", x, 0, 1)\n'
        "def _g():\n    raise ValueError\n"
        'class C:\n    "A class."\n    def __init__(self):\n        raise TypeError("no")\n'
        "def h():\n    try:\n        raise ValueError\n    except ValueError:\n        pass\n"
        'def i():\n    "Raises as `f` does."\n    raise ValueError("no")\n'
    )
    assert unsaid_errors(source) == {"f": {"ValueError"}, "C.__init__": {"TypeError"}}


def test_every_package_is_installed():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = {path.parent for path in PATHS}
    dotted = {".".join(room.relative_to(PACKAGE.parent).parts) for room in rooms}
    assert set(project["tool"]["setuptools"]["packages"]) == dotted
