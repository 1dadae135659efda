"""The sandbox: what goes in, what comes out, and what its process cannot do."""

import gymnasium
import numpy as np
import pytest
from patience import ENOUGH
from submitted import needs_bubblewrap

from peterwolf import CLASSIC, net
from peterwolf.sandbox import bubblewrap as bubble
from peterwolf.sandbox import decoding as incoming
from peterwolf.sandbox.channel import LostError, SandboxError, TimeUpError
from peterwolf.sandbox.process import Limits, Sandbox


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return bubble.write_course(tmp_path_factory.mktemp("course") / "11", "11")


@pytest.fixture(params=[pytest.param(True, marks=needs_bubblewrap), False], ids=["bwrap", "bare"])
def sandbox(request, course):
    with Sandbox(course, isolated=request.param) as made:
        made.within(ENOUGH)
        yield made


def define(sandbox, body, arguments="x"):
    """Define f in a sandbox and return what calls it."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    sandbox.load("cell", f"import numpy as np\ndef f({arguments}):\n{lines}")
    return lambda *given: sandbox.call("f", *given)


# What comes out


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2**100, -0.5, "a\u00e9", [1, [2.5]], (1, (2,)), {(1, 2): [3], "a": None}],
)
def test_plain_values_come_back_as_they_are(sandbox, value):
    got = define(sandbox, "return x")(value)
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize("kind", ["bool", "int8", "uint64", "float32", "float64"])
def test_numbers_and_arrays_keep_their_types(sandbox, kind):
    array = np.arange(6).reshape(2, 3).astype(kind)
    whole, one = define(sandbox, "return x.copy(), x[1, 1]")(array)
    assert np.array_equal(whole, array) and whole.dtype == array.dtype
    assert type(one) is array.dtype.type and one == array[1, 1]


@pytest.mark.parametrize(
    "value", ["float('nan')", "np.array([1, np.inf])", "{1}", "b''", "1j", "np.array(['a'])", "f"]
)
def test_anything_else_can_only_be_printed(sandbox, value):
    got = define(sandbox, f"return {value}")(0)
    assert type(got) is incoming.Odd
    assert repr(got).split(" at ")[0] == repr(eval(value, {"np": np, "f": 0})).split(" at ")[0] or (
        value == "f"
    )


def test_what_is_changed_in_place_is_changed_here(sandbox):
    array, row, table = np.zeros((2, 2)), [1, 2], {"a": array_of_ones()}
    change = define(sandbox, "x[0, :] = 7\ny.append(3)\nz['a'][0] = 5\nz['b'] = 1", "x, y, z")
    change(array, row, table)
    assert array.tolist() == [[7, 7], [0, 0]] and row == [1, 2, 3]
    assert table["b"] == 1 and table["a"].tolist() == [5, 1]


def array_of_ones():
    return np.ones(2)


def test_a_view_comes_back_as_a_view_and_a_copy_as_a_copy(sandbox):
    array = np.arange(6.0)
    view, copy, whole = define(sandbox, "return x[1:3], x[1:3].copy(), x")(array)
    assert np.shares_memory(view, array) and np.shares_memory(whole, array)
    assert not np.shares_memory(copy, array)
    assert view.tolist() == copy.tolist() == [1, 2]


def test_views_that_are_lent_share_their_memory_there(sandbox):
    array = np.zeros(4)
    define(sandbox, "x[0] = 1\nassert y[0] == 1\ny[1] = 2", "x, y")(array, array[:2])
    assert array.tolist() == [1, 2, 0, 0]


def test_a_generator_goes_on_where_the_sandbox_left_it(sandbox):
    here, there = np.random.default_rng(3), np.random.default_rng(3)
    draw = define(sandbox, "return x.random(), x.integers(9)")
    for _ in range(2):
        assert draw(there) == (here.random(), here.integers(9))
    assert there.random() == here.random()


def test_a_network_that_shares_parameters_shares_them_here(sandbox):
    rng = np.random.default_rng(0)
    one, other = (net.random_network((2, 3), rng=rng, dtype=float) for _ in range(2))
    define(sandbox, "y.parameters[:] = x.parameters", "x, y")(one, other)
    assert np.array_equal(one.parameters, other.parameters)
    assert not np.shares_memory(one.parameters, other.parameters)
    define(sandbox, "y.parameters = x.parameters", "x, y")(one, other)
    assert np.shares_memory(one.parameters, other.parameters)


def test_functions_and_iterators_are_called_here(sandbox):
    asked = []
    call = define(sandbox, "return [x(k) for k in y]", "x, y")
    assert call(lambda k: asked.append(k) or 2 * k, (k for k in range(3))) == [0, 2, 4]
    assert asked == [0, 1, 2]


def test_an_env_is_stepped_here_and_remembers_nothing_wrong(sandbox):
    """The log of remembered moves leads to the very episode that a plain loop plays."""
    source = """
total = []
for seed in (5, None, None, 5):
    seen, info = env.reset(seed=seed)
    over = cut = False
    while not (over or cut):
        seen, reward, over, cut, info = env.step(int(seen.sum()) % 4)
        total.append((seen.tolist(), reward, over, cut, info.get("outcome")))
return total
"""
    there = gymnasium.make("peterwolf/Hunt-v0", board=CLASSIC, max_steps=30)
    there = gymnasium.wrappers.RecordEpisodeStatistics(there)
    space = {}
    exec("def f(env):\n" + "".join(f"    {line}\n" for line in source.splitlines()), space)
    here = gymnasium.make("peterwolf/Hunt-v0", board=CLASSIC, max_steps=30)
    here = gymnasium.wrappers.RecordEpisodeStatistics(here)
    assert define(sandbox, source, "env")(there) == space["f"](here)
    assert list(there.return_queue) == list(here.return_queue) != []
    assert there.unwrapped.np_random.random() == here.unwrapped.np_random.random()


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ("raise KeyError('a')", "KeyError", "'a'"),
        ("raise SystemExit(3)", "SystemExit", "3"),
        ("return y", "NameError", "name 'y' is not defined"),
        ("raise NotImplementedError", "NotImplementedError", ""),
    ],
)
def test_errors_come_back_by_name(sandbox, body, kind, said):
    with pytest.raises(Exception, match=".*") as caught:
        define(sandbox, body)(0)
    assert (type(caught.value).__name__, str(caught.value)) == (kind, said)
    assert sandbox.open


def test_an_error_of_ours_is_no_error_of_theirs(sandbox):
    with pytest.raises(Exception, match="by hand") as caught:
        define(sandbox, "class WrongError(AssertionError): pass\nraise WrongError('by hand')")(0)
    assert type(caught.value).__mro__[1] is Exception


# What its process cannot do


def test_a_loop_is_ended_and_the_process_with_it(sandbox):
    sandbox.load("cell", "def f():\n    while True:\n        pass")
    with pytest.raises(TimeUpError):
        sandbox.call("f", seconds=0.5)
    assert not sandbox.open
    with pytest.raises(LostError, match="its process has ended"):
        sandbox.call("f", seconds=0.5)


@pytest.mark.parametrize(
    "body",
    [
        "import os; os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import socket; socket.socket()",
        "import os; os.kill(os.getppid(), 0)",
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))\n"
        "assert resource.getrlimit(resource.RLIMIT_AS)[0] != -1\nraise OSError",
        "return np.ones(10**9).sum()",
        "return [open('/dev/null') for _ in range(1000)]",
        "import tempfile; tempfile.TemporaryFile().write(b'x' * 10**7)",
    ],
)
def test_what_a_calculation_does_not_need_is_refused(sandbox, body):
    with pytest.raises(Exception, match=".*") as caught:
        define(sandbox, body)(0)
    kinds = "PermissionError OSError MemoryError ArrayMemoryError _ArrayMemoryError BlockingIOError"
    assert type(caught.value).__name__ in [*kinds.split(), "ValueError", "FileNotFoundError"]


def test_threads_may_start(sandbox):
    body = "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\nreturn 1"
    assert define(sandbox, body)(0) == 1


@needs_bubblewrap
def test_only_two_folders_can_be_written_and_they_are_small(course):
    body = """
import os
written = []
for folder, folders, names in os.walk("/"):
    if os.access(folder, os.W_OK):  # asked, not tried: were the sandbox off, nothing is written
        written.append(folder)
return sorted(written)
"""
    with Sandbox(course) as sandbox:
        sandbox.within(ENOUGH)
        written = define(sandbox, body)(0)
        assert {"/home", "/tmp"} <= set(written)
        # Python itself may lie under one of them, with folders on the way to it.
        assert all(folder.startswith(("/home", "/tmp")) for folder in written)
        fill = "for k in range(9):\n    open(f'/tmp/{k}', 'wb').write(b'x' * 8_000_000)"
        with pytest.raises(Exception, match="No space left"):
            define(sandbox, fill)(0)


@needs_bubblewrap
def test_only_its_own_processes_and_nothing_of_ours_is_in_sight(course):
    body = "import os\nreturn os.path.exists('/proc/self'), sorted(os.environ)"
    with Sandbox(course) as sandbox:
        sandbox.within(ENOUGH)
        proc, environment = define(sandbox, body)(0)
    assert not proc
    by_itself = {"PWD", "LC_CTYPE", "PYGAME_HIDE_SUPPORT_PROMPT"}
    assert set(environment) <= bubble.environment().keys() | by_itself


def test_what_is_said_twice_is_noticed_at_once(sandbox):
    body = """
import gc, os, time, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
line = b'{"n":%d,"k":"return","v":[1],"c":[]}' % worker.number + bytes([10])
os.write(worker.pipe._write, line * 2)
time.sleep(1000)
"""
    call = define(sandbox, body)
    assert call(0) == 1
    with pytest.raises(LostError, match="it spoke without being asked"):
        call(0)


def test_a_reply_has_a_limit(course):
    with Sandbox(course, Limits(reply=1 << 20), isolated=False) as sandbox:
        sandbox.within(ENOUGH)
        with pytest.raises(LostError, match="longer than 1 MiB"):
            define(sandbox, "return 'x' * 10**7")(0)


def test_a_sandbox_that_does_not_start_says_why(tmp_path):
    with pytest.raises(SandboxError, match="No module named 'inside'"):
        Sandbox(tmp_path, isolated=False)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"7",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": -Infinity}',
        b"\xff",
        b"[" * 9**6,
    ],
)
def test_only_finite_json_is_read(line):
    with pytest.raises(incoming.BrokenReplyError):
        incoming.read(line)
