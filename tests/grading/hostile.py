"""Submissions that want points without answers, or harm; each is one cell of lesson 02.

The cell is that of `value_at_distance`, worth 2 of 4 points, and the other two
exercises are solved. OUTSIDE stands for a folder beside the submissions,
REPOSITORY for ours, PORT for a port where somebody listens.
"""

CALLED = "def value_at_distance(steps, gamma):\n"  # what follows runs when it is called


def called(body: str) -> str:
    """A cell whose function has this body."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return CALLED + lines


# Time, and leaving

ENDLESS = {
    "loops": called("while True: pass"),
    "loops when loaded": "while True: pass",
    "sleeps": called("import time; time.sleep(1e6)"),
    "swallows interrupts": called(
        """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
    ),
    "ignores signals": called(
        """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
"""
    ),
    "answers a letter a second": called(
        """
import os, time
while True:
    for end in range(3, 64):
        try:
            os.write(end, b'{')
        except OSError:
            pass
    time.sleep(0.5)
"""
    ),
    "prints without end": called("while True: print('x' * 1_000_000)"),
    "a comparison without end": called(
        """
class Number(float):
    def __index__(self):
        while True:
            pass
    __bool__ = __float__ = __hash__ = __repr__ = __index__
return Number(4.9)
"""
    )
    + "\n_set = {}\n_value = value_at_distance\n"
    + "def value_at_distance(steps, gamma):\n    return bool(_value(steps, gamma))\n",
}
LEAVING = {
    "os._exit": called("import os; os._exit(0)"),
    "os._exit when loaded": "import os; os._exit(0)",
    "sys.exit": called("import sys; sys.exit(0)"),
    "sys.exit when loaded": "import sys; sys.exit(0)",
    "an interrupt": called("raise KeyboardInterrupt"),
    "a crash": called("import ctypes; return ctypes.string_at(8)"),
    "kills all it can": called(
        """
import os
for pid in (-1, os.getppid(), 0, 1):
    try:
        os.kill(pid, 9)
    except OSError:
        pass
"""
    ),
    "endless recursion": called("return value_at_distance(steps, gamma)"),
    "recursion without a limit": called(
        "import sys; sys.setrecursionlimit(10**9); return value_at_distance(steps, gamma)"
    ),
    "closes everything": called("import os; os.closerange(0, 1000)"),
}

# Resources

GREEDY = {
    "memory": called("return len([0] * 10**11)"),
    "memory bit by bit": called(
        """
kept = []
while True:
    kept.append(bytearray(1 << 26))
"""
    ),
    "memory again and again": called(
        """
kept = []
while True:
    try:
        kept.append(b'x' * (1 << 26))
    except MemoryError:
        pass
"""
    ),
    "disk": called(
        """
import itertools
for number in itertools.count():
    for folder in ('/tmp', '/home', '/dev/shm', '/var/tmp', '.'):
        try:
            with open(f'{folder}/{number}', 'wb') as file:
                file.write(b'x' * 1_000_000)
        except OSError:
            pass
    if number > 200:
        return 0
"""
    ),
    "forks": called("import os\nwhile True:\n    os.fork()"),
    "fork and setsid": called(
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
"""
    ),
    "a program": called("import subprocess; subprocess.Popen(['/bin/sleep', '1000'])"),
    "a shell": called("import os; return os.system('sleep 1000 &')"),
    "another Python": called(
        """
import multiprocessing, time
multiprocessing.get_context('spawn').Process(target=time.sleep, args=(1000,)).start()
"""
    ),
    "threads": called(
        """
import threading, time
for _ in range(100_000):
    threading.Thread(target=time.sleep, args=(1000,)).start()
"""
    ),
    "open files": called("return len([open('/dev/null') for _ in range(100_000)])"),
    "higher limits": called(
        """
import resource
for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE):
    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""
    ),
    "a source that breaks the parser": "value_at_distance = " + "(" * 40_000 + ")" * 40_000,
    "a source that breaks the compiler": "value_at_distance = " + "-" * 90_000 + "1",
}

# The world outside

# Where the sandbox fails, what would hurt this machine must not run: the repository is in sight.
ONLY_INSIDE = "import os\nassert not os.path.exists('REPOSITORY')\n"
REACHING = {
    "a socket": called(
        "import socket; socket.create_connection(('127.0.0.1', PORT)).send(b'here I am')"
    ),
    "a download": called("import urllib.request; urllib.request.urlopen('http://127.0.0.1:PORT')"),
    "deletes outside": called("import shutil; shutil.rmtree('OUTSIDE')"),
    "deletes everything": called(
        ONLY_INSIDE + "import shutil; shutil.rmtree('/', ignore_errors=True)"
    ),
    "writes outside": called("open('OUTSIDE/written', 'w').write('I was here')"),
    "writes into Python": called(
        ONLY_INSIDE + "import numpy, pathlib; pathlib.Path(numpy.__file__).write_text('')"
    ),
    "a link to outside": called(
        """
import os, tempfile
link = tempfile.mkdtemp() + '/link'
os.symlink('OUTSIDE', link)
open(link + '/written', 'w').write('I was here')
"""
    ),
    "mounts": called(
        """
import ctypes
assert ctypes.CDLL(None).mount(b'/', b'/tmp', None, 4096, None) == 0
"""
    ),
    "the memory of the parent": called(
        """
import os
for pid in (os.getppid(), 1):
    with open(f'/proc/{pid}/mem', 'rb') as memory, open(f'/proc/{pid}/maps') as maps:
        start = int(maps.readline().split('-')[0], 16)
        memory.seek(start)
        memory.read(1000)
return 4.9
"""
    ),
}

# The answers

FINDING = {
    "the package's checks": called(
        """
from peterwolf.checks import lesson02
return lesson02.value_at_distance(steps, gamma)
"""
    ),
    "the oracle": called(
        """
from peterwolf import Board, planning
from peterwolf.worlds.rules import Forage
board = Board.from_text('.' * 40 + 'A' + chr(10) + '~' * 41)
values = planning.value_iteration(board, Forage(), gamma=gamma).max(axis=-1)
return float(values[40 - steps, 0])
"""
    ),
    "the checks under another name": called(
        """
import importlib.util, os
for folder, _, names in os.walk('/'):
    if 'lesson02.py' in names:
        spec = importlib.util.spec_from_file_location('innocent', f'{folder}/lesson02.py')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.value_at_distance(steps, gamma)
"""
    ),
    "the repository's checks": called(
        """
import sys
sys.path.insert(0, 'REPOSITORY')
for name in [name for name in sys.modules if name.startswith('peterwolf')]:
    del sys.modules[name]
from peterwolf.checks import lesson02
return lesson02.value_at_distance(steps, gamma)
"""
    ),
    "the solved notebook": called(
        """
import json, os, re
for folder, _, names in os.walk('/'):
    for name in names:
        if name.endswith('.ipynb'):
            for cell in json.load(open(f'{folder}/{name}'))['cells']:
                source = ''.join(cell['source'])
                if 'def value_at_distance' in source and 'NotImplemented' not in source:
                    space = {}
                    exec(source, space)
                    return space['value_at_distance'](steps, gamma)
"""
    ),
    "whatever is in memory": called(
        """
import gc
for each in gc.get_objects():
    if callable(each) and getattr(each, '__name__', '') == 'value_at_distance':
        if each is not value_at_distance:
            return each(steps, gamma)
"""
    ),
    "the caller's variables": called(
        """
import sys
frame = sys._getframe()
while frame:
    for name in ('right', '_corridor'):
        if name in frame.f_locals:
            return frame.f_locals[name]
    frame = frame.f_back
"""
    ),
    "the environment": called("import os; return float(os.environ['ANSWER'])"),
    "a fake package": """
import sys, types
fake = types.ModuleType('peterwolf')
fake.checks = types.ModuleType('peterwolf.checks')
fake.checks.require = fake.checks.check = lambda *anything: None
sys.modules['peterwolf'] = fake
sys.modules['peterwolf.checks'] = fake.checks
def value_at_distance(steps, gamma):
    return 0.0
""",
}

# The judge

FOOLING = {
    "patched NumPy": """
import numpy as np
np.isclose = np.allclose = np.array_equal = lambda *anything, **more: True
def value_at_distance(steps, gamma):
    return 0.0
""",
    "patched builtins": """
import builtins
builtins.isinstance = lambda *anything: True
builtins.abs = builtins.float = lambda *anything: 4.9
builtins.AssertionError = type('Nothing', (), {})
def value_at_distance(steps, gamma):
    return 0.0
""",
    "a number that equals everything": """
class Yes(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0.0
    __rsub__ = __lt__ = __le__ = __gt__ = __ge__ = __sub__
    __hash__ = float.__hash__
def value_at_distance(steps, gamma):
    return Yes(0)
""",
    "an array that equals everything": """
import numpy as np
class Yes(np.ndarray):
    def __array_ufunc__(self, *anything, **more): return True
    def __array_function__(self, *anything, **more): return True
    def __float__(self): return 4.9
def value_at_distance(steps, gamma):
    return np.zeros(()).view(Yes)
""",
    "an object that claims to be a number": """
import numbers
class Yes:
    def __getattr__(self, name): return lambda *anything: True
    __class__ = float
numbers.Real.register(Yes)
def value_at_distance(steps, gamma):
    return Yes()
""",
    "a pickle that runs code": """
class Bomb:
    def __reduce__(self):
        return open, ('OUTSIDE/written', 'w')
def value_at_distance(steps, gamma):
    return Bomb()
""",
    "a tracer and a profiler": """
import sys, threading
def tracer(frame, event, argument):
    for name in frame.f_locals:
        if name in ('got', 'right', 'fault'):
            frame.f_locals[name] = None
    return tracer
sys.settrace(tracer), sys.setprofile(tracer), threading.settrace(tracer)
def value_at_distance(steps, gamma):
    return 0.0
""",
    "import hooks": """
import sys
class Finder:
    def find_spec(self, *anything): raise SystemExit
sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, Finder().find_spec)
def value_at_distance(steps, gamma):
    import json.tool
    return 0.0
""",
    "input transformers": """
shell = get_ipython()
shell.input_transformers_cleanup.append(lambda lines: ['pass'])
shell.ast_transformers.append(lambda tree: tree)
def value_at_distance(steps, gamma):
    return 0.0
""",
    "a cell magic": "%%time\ndef value_at_distance(steps, gamma):\n    return 0.0\n",
    "a shell line": "!touch OUTSIDE/written\n" + called("return 0.0"),
    "a class for a function": "class value_at_distance(float):\n"
    "    def __new__(cls, steps, gamma):\n        return float.__new__(cls, 4.9)\n",
    "the error of the judge": """
class WrongError(AssertionError): pass
def value_at_distance(steps, gamma):
    raise WrongError
""",
    "an error that stops the judge": """
class TooSlowError(BaseException): pass
def value_at_distance(steps, gamma):
    raise TooSlowError
""",
    "an error that cannot be told": """
class Error(Exception):
    def __str__(self): raise self
    __repr__ = __str__
def value_at_distance(steps, gamma):
    raise Error
""",
    "a look-alike name": "def value_\u0430t_distance(steps, gamma):\n    return 4.9\n",
    "markup and formulas": called(
        "raise ValueError('=HYPERLINK() <script>alert(1)</script> \\u202e\\x00\\x1b[2J')"
    ),
    "half a letter": called("return '\\ud800' * 10"),
}

# The pipe

FORGING = {
    "a huge text": called("return 'x' * 50_000_000"),
    "a huge list": called("return [0] * 5_000_000"),
    "a huge array": called("import numpy as np; return np.zeros(5_000_000)"),
    "a wide view": called(
        """
import numpy as np
return np.broadcast_to(np.zeros(1), (10**6, 10**6))
"""
    ),
    "a list in itself": called("row = []; row.append(row); return row"),
    "a deep list": called("row = []\nfor _ in range(100_000):\n    row = [row]\nreturn row"),
    "a huge number": called("return 10 ** 10_000"),
    "not a number": called("return float('nan')"),
    "forged replies": called(
        """
import os
for end in range(3, 64):
    for number in range(10):
        try:
            os.write(end, b'{"n":%d,"k":"return","v":[4.9],"c":[]}' % number + bytes([10]))
        except OSError:
            pass
return 0.0
"""
    ),
    "two replies to one question": called(
        """
import gc, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
for _ in range(2):
    worker.pipe.send({'n': worker.number, 'k': 'return', 'v': [0.0], 'c': []})
return 0.0
"""
    ),
    "two replies in one breath": called(
        """
import gc, os, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
line = b'{"n":%d,"k":"return","v":[4.9],"c":[]}' % worker.number + bytes([10])
os.write(worker.pipe._write, line * 2)
import time
time.sleep(1000)
"""
    ),
    "no JSON": called(
        """
import gc, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
import os
os.write(worker.pipe._write, b'\\x80\\x04cposix' + bytes([10]))
"""
    ),
    "NaN in the JSON": called(
        """
import gc, os, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
line = b'{"n":%d,"k":"return","v":[NaN],"c":[]}' % worker.number
os.write(worker.pipe._write, line + bytes([10]))
"""
    ),
    "deep JSON": called(
        """
import gc, os, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
os.write(worker.pipe._write, b'[' * 60_000 + bytes([10]))
"""
    ),
    "calls what was never lent": called(
        """
import gc, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
return worker.ask(7, '__class__', ())
"""
    ),
    "changes what was never lent": called(
        """
import inside.values
inside.values.Loans.changes = lambda loans: [[0, {'t': []}], [-1, 5], ['x', None]]
return 0.0
"""
    ),
    "kinds that nobody knows": called(
        """
import inside.values
inside.values.encoded = lambda *anything: {'eval': '4.9'}
return 0.0
"""
    ),
    "arrays that do not fit": called(
        """
import inside.values
told = [{'a': ['<f8', [10**12], '']}, {'a': ['O', [1], 'AAAAAAAAAAA=']}]
told += [{'v': [0, 0, '<f8', [9], [8]]}]
inside.values.encoded = lambda *anything: told
return 0.0
"""
    ),
    "a thread that speaks later": """
import gc, threading, time, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
def speak():
    time.sleep(0.05)
    worker.pipe.send({'n': worker.number, 'k': 'return', 'v': [0.0], 'c': []})
threading.Thread(target=speak, daemon=True).start()
def value_at_distance(steps, gamma):
    time.sleep(0.02)
    return 0.0
""",
    "a thread that speaks": called(
        """
import gc, threading, time, inside.main
(worker,) = [each for each in gc.get_objects() if type(each) is inside.main.Worker]
def speak():
    while True:
        worker.pipe.send({'n': worker.number, 'k': 'return', 'v': [0.0], 'c': []})
threading.Thread(target=speak, daemon=True).start()
time.sleep(0.1)
return 0.0
"""
    ),
}

ATTACKS = ENDLESS | LEAVING | GREEDY | REACHING | FINDING | FOOLING | FORGING
# Those that go on while the other exercises are judged may cost these points, too.
CONTAGIOUS = {
    "patched builtins",
    "a tracer and a profiler",
    "import hooks",
    "kinds that nobody knows",
    "changes what was never lent",
    "arrays that do not fit",
    "a thread that speaks",
    "a thread that speaks later",
    "threads",
    "open files",
    "deletes everything",
    "a fake package",
    "patched NumPy",
}
