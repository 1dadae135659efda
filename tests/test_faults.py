"""Hard places to work in: stopped kernels, closed folders, no display, odd names."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import peterwolf

PACKAGE = Path(peterwolf.__file__).parent
# Learning with every engine, pictures, a figure and a widget; then a file beside the notebook.
USED = """
import warnings
warnings.simplefilter("error")
import gymnasium, numpy as np
from peterwolf import CLASSIC, animation, plots, render, saving, tabular, widgets

env = gymnasium.make("peterwolf/Forage-v0", render_mode="rgb_array")
told = {"episodes": 50, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3, "progress": False}
for engine in ("python", "compiled"):
    run = tabular.q_learning(env, **told, rng=np.random.default_rng(0), engine=engine)
frame = render.draw(CLASSIC, (0, 0), run.q)
moving = animation.animate([frame, frame[::-1].copy()], alt="a board, turned over and back")
picture = plots.pixels(plots.learning_curve(run.returns, window=10))
widgets.Play(env, seed=0).buttons[3].click()
pole = gymnasium.make("CartPole-v1", render_mode="rgb_array")
pole.reset(seed=0)
print(frame.shape, picture.shape, pole.render().shape)
try:
    saving.save(run, "run.npz")
    animation.save(moving, "walk.gif")
    print("saved", saving.load("run.npz"))
except OSError as error:
    print(type(error).__name__, error)
"""


def used(folder: Path, *before: str, **surroundings: str) -> subprocess.CompletedProcess:
    """Use the package in a process of its own that works in a folder."""
    known = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    return subprocess.run(
        [*before, sys.executable, "-c", USED],
        cwd=folder,
        env=known | {"PYTHONPATH": str(PACKAGE.parent)} | surroundings,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def lines(done: subprocess.CompletedProcess) -> list[str]:
    """What a process printed after the sizes of its pictures; all must have gone well."""
    assert done.returncode == 0, done.stdout + done.stderr
    first, *rest = done.stdout.splitlines()
    assert first.startswith("(400, 400, 3) (") and first.endswith(" (400, 600, 3)")
    return rest


def test_without_a_display_pictures_are_drawn(tmp_path):
    (said,) = lines(used(tmp_path))
    assert said.startswith("saved Run(50 episodes")


def test_a_folder_may_have_any_name(tmp_path):
    folder = tmp_path / "Peter and Волк 彼得與狼 ♪"
    shutil.copytree(PACKAGE, folder / "peterwolf", ignore=shutil.ignore_patterns("__pycache__"))
    (said,) = lines(used(folder, PYTHONPATH=str(folder)))
    assert said.startswith("saved Run(50 episodes")
    assert {path.name for path in folder.iterdir()} == {"peterwolf", "run.npz", "walk.gif"}
    assert list((folder / "peterwolf/kernels/__pycache__").glob("*.nbc"))  # so that copy was used


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_where_nothing_can_be_written_only_saving_fails_and_says_why(tmp_path):
    # All folders are read-only, the package's and home among them, even for root.
    closed = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--chdir", str(tmp_path)]
    kept = {"MPLCONFIGDIR": "/dev/shm", "TMPDIR": "/dev/shm"}  # matplotlib wants a place
    (said,) = lines(used(tmp_path, *closed, **kept))
    reason = "path must lie in a folder that can be written, got 'run.npz'"
    assert said == f"PermissionError {reason}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_a_home_folder_that_cannot_be_written_is_no_hindrance(tmp_path):
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir(), work.mkdir()
    closed = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(home), str(home)]
    told = {"HOME": str(home), "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""}
    (said,) = lines(used(work, *closed, **told))
    assert said.startswith("saved Run(50 episodes")
    assert list(home.iterdir()) == []


# A kernel that is stopped

BEGIN = """
import gymnasium, numpy as np
from peterwolf import dqn, tabular
shows = False

def begun(one):
    global shows
    if shows and one == 1:  # the first episode is over, so that something was learnt
        shows = False
        print("begun", flush=True)

def alpha(episode):
    begun(episode)
    return 0.5

class Shown(gymnasium.Wrapper):
    resets = -1  # at the second one an episode is over

    def reset(self, **told):
        self.resets += 1
        begun(self.resets)
        return super().reset(**told)

told = {"alpha": alpha, "gamma": 0.9, "epsilon": 0.3, "progress": False}
ways = {
    "python": lambda n: tabular.q_learning(
        forage, episodes=n, engine="python", rng=np.random.default_rng(0), **told),
    "compiled": lambda n: tabular.q_learning(
        forage, episodes=n, engine="compiled", rng=np.random.default_rng(0), **told),
    "dqn": lambda n: dqn.train(
        shown, dqn.DQNConfig(steps=n, goal=None), rng=np.random.default_rng(0), progress=False),
}
forage, shown = gymnasium.make("peterwolf/Forage-v0"), Shown(gymnasium.make("CartPole-v1"))
done = {name: way(600) for name, way in ways.items()}  # all is imported and compiled
"""
STOPPED = """
shows, shown.resets = True, -1
run = ways[{way!r}](10**8)
"""
KEPT = """
stopped = run.interrupted if hasattr(run, "interrupted") else run.ended == "interrupted"
print(stopped, 0 < len(run.returns) == len(run.lengths) < 10**8)
"""


@pytest.fixture(scope="module")
def kernel():
    manager = pytest.importorskip("jupyter_client").KernelManager(kernel_name="python3")
    manager.start_kernel(env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=600)  # guards only against hanging
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def said(client, code: str, then=None) -> tuple[str, str]:
    """Run a cell; return how it ended and what it printed. `then` is called once it prints."""
    printed = []

    def hear(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])
            if then and len(printed) == 1:
                then()

    # Guards only against hanging: a run that nothing stopped would go on for hours.
    reply = client.execute_interactive(code, timeout=600, output_hook=hear)
    return reply["content"]["status"], "".join(printed)


def test_a_kernel_stopped_at_20_random_moments_keeps_what_was_learnt(kernel):
    manager, client = kernel
    assert said(client, BEGIN) == ("ok", "")
    moments = np.random.default_rng(0).uniform(0.3, 1.2, 20)
    for moment, way in zip(moments, ["python", "compiled", "dqn"] * 7, strict=False):

        def stop(seconds=moment):
            time.sleep(seconds)
            manager.interrupt_kernel()

        assert said(client, STOPPED.format(way=way), stop) == ("ok", "begun\n"), (way, moment)
        assert said(client, KEPT) == ("ok", "True True\n"), (way, moment)
