"""The command that starts a sandbox, and what lies in its sight."""

import json
import shutil
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import gymnasium
import numpy as np

PACKAGE = Path(__file__).resolve().parents[1]
COURSE = "/course"  # where the trimmed package lies in a sandbox
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
HOME = 16 << 20  # bytes in each of the two temporary folders
# Modules of the package without an answer to any exercise; further ones for single lessons, of
# whose exercises they hold none. A room whose `__init__` is not among them gets an empty one.
OFFERED = ("arguments", "worlds/board", "worlds/random_boards", "worlds/rules")
OFFERED += ("envs/board_env", "envs/peter")
ALSO_OFFERED: dict[str, tuple[str, ...]] = {"01": ("rollout",), "05": ("rollout",)}
ALSO_OFFERED |= {"11": ("dqn/net",), "13": ("dqn/replay",)}
ALSO_OFFERED["14"] = ("rollout", "progress", "worlds/planning")
ALSO_OFFERED["14"] += tuple(f"kernels/{name}" for name in ("loops", "tile_loops", "dynamics"))
ALSO_OFFERED["14"] += tuple(f"tabular/{name}" for name in ("__init__", "bins", "settings", "run"))
ALSO_OFFERED["14"] += tuple(f"tabular/{name}" for name in ("tile_coding", "env_tables", "engines"))
ALSO_OFFERED["14"] += tuple(f"tabular/{name}" for name in ("python_engine", "learners"))
EMPTY = ("worlds/planning",)  # `board_env` imports it, and needs it only to plan
START = "import sys; sys.path.insert(0, {0!r}); from inside.main import main; main()"


def write_course(folder: Path, lesson: str) -> Path:
    """Write what a sandbox of a lesson, as "03", may see of us into a new folder; return it."""
    package = folder / "peterwolf"
    package.mkdir(parents=True)
    for name in ("__init__", *OFFERED, *ALSO_OFFERED.get(lesson, ())):
        copied = package / f"{name}.py"
        copied.parent.mkdir(exist_ok=True)
        shutil.copy(PACKAGE / f"{name}.py", copied)
    rooms = [each for each in package.iterdir() if each.is_dir()]
    for empty in (*(package / f"{name}.py" for name in EMPTY), *(r / "__init__.py" for r in rooms)):
        if not empty.exists():
            empty.write_text('"""Not here."""\n', encoding="utf-8")
    inside = PACKAGE / "sandbox" / "inside"
    shutil.copytree(inside, folder / "inside", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def found() -> bool:
    """Say whether bubblewrap is here."""
    return shutil.which("bwrap") is not None


def interpreter() -> Path:
    """Return the Python outside any virtual environment."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def folders() -> list[str]:
    """Return the folders that numpy, gymnasium and, where it is, PyTorch are imported from."""
    places = [np.__file__, gymnasium.__file__]
    torch = find_spec("torch")
    places += [torch.origin] if torch and torch.origin else []
    return list(dict.fromkeys(str(Path(place).resolve().parents[1]) for place in places))


def command(course: Path, options: dict, *, isolated: bool) -> list[str]:
    """Return the command line of a process that sees `course` and what Python needs.

    `options` are those of `inside.main`, without the folders.
    """
    seen = COURSE if isolated else str(course)
    told = json.dumps({**options, "course": seen, "folders": folders()})
    python = [str(interpreter()), "-I", "-S", "-B", "-c", START.format(seen), told]
    return [*_bubble(course), *python] if isolated else python


def _bubble(course: Path) -> list[str]:
    """Return bubblewrap and its options: no network, nothing of the user's, all read-only."""
    bubble: list[str] = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent"]
    bubble += ["--new-session", "--cap-drop", "ALL", "--clearenv"]
    for name, value in environment().items():
        bubble += ["--setenv", name, value]
    for folder in ("/tmp", "/home"):
        bubble += ["--size", str(HOME), "--tmpfs", folder]
    libraries = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    base = interpreter().parents[1] / "lib"
    for place in (*SYSTEM, *sorted(libraries), str(base), str(interpreter()), *folders()):
        bubble += ["--ro-bind-try", place, place]
    bubble += ["--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"]
    for folder in folders():
        if PACKAGE.is_relative_to(folder):  # installed beside numpy
            bubble += ["--tmpfs", str(PACKAGE), "--remount-ro", str(PACKAGE)]
    bubble += ["--ro-bind", str(course), COURSE]
    return [*bubble, "--chdir", "/home", "--remount-ro", "/"]


def environment() -> dict[str, str]:
    """Return the environment of a sandbox, in which nothing is left of ours."""
    one = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {"HOME": "/home", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", **dict.fromkeys(one, "1")}
