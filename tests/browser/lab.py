"""A JupyterLab server of one's own, on copies of the lessons: the Lab saves what it opens."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import nbformat

ROOT = Path(__file__).resolve().parent.parent.parent
LEARNERS = ROOT / "notebooks"
# Seconds before a wait is given up. It only guards against hanging, and no test measures it: it
# is ten times what a slow machine with other work needs for the slowest of these waits.
PATIENCE = 600.0
QUIET = {  # Lab settings: nothing asks the network or stands in the way
    "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "themes": {"theme": "JupyterLab Light"},
}


class Lab:
    """A running server; `folder` is what it shows, `url` where."""

    def __init__(self, folder: Path) -> None:
        self.folder, home = folder / "lessons", folder / "home"
        self.folder.mkdir()
        settings = home / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        for name, values in QUIET.items():
            text = json.dumps(values)
            (settings / f"{name}.jupyterlab-settings").write_text(text, encoding="utf-8")
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._log = (folder / "lab.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *self._options()],
            env=_environment(home),
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(self._answers, "JupyterLab answers")

    def _options(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.url.rsplit(":", 1)[1],
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.root_dir": self.folder,
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
        }
        root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        return root + [f"--{name}={value}" for name, value in options.items()]

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"JupyterLab ended:\n{Path(self._log.name).read_text()[-3000:]}")
        try:
            self.ask("status")
        except OSError:
            return False
        return True

    def ask(self, what: str) -> dict | list:
        """Return what the server's API answers to GET."""
        with urlopen(f"{self.url}/api/{what}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def kernel(self, name: str) -> dict:
        """Return what the server knows of the kernel of a notebook; empty where it has none."""
        for session in self.ask("sessions"):
            if session["path"] == name:
                return session["kernel"] or {}
        return {}

    def wait_for_kernel(self, name: str) -> None:
        """Wait until a notebook's kernel is idle and connected."""

        def ready() -> bool:
            kernel = self.kernel(name)
            return kernel.get("execution_state") == "idle" and kernel["connections"] > 0

        wait_until(ready, f"the kernel of {name} is idle and connected")

    def close(self) -> None:
        """Stop the server and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def lesson(self, name: str, *cells: str, more: dict[str, str] | None = None) -> str:
        """Copy a learner's lesson, or only some of its cells by their ids, and return its path.

        `more` are further code cells, by ids, that stand below.
        """
        lesson = nbformat.read(LEARNERS / f"{name}.ipynb", as_version=4)
        found = {cell.id: cell for cell in lesson.cells}
        if cells:
            lesson.cells = [found[each] for each in cells]
        for each, source in (more or {}).items():
            lesson.cells.append(nbformat.v4.new_code_cell(source, id=each))
        for cell in lesson.cells:
            if cell.cell_type == "code":  # what is seen was made here and now
                cell.outputs, cell.execution_count = [], None
        number = len(list(self.folder.iterdir()))
        path = self.folder / f"{number:02}_{name}.ipynb"
        nbformat.write(lesson, path)
        return path.name


def wait_until(true, what: str, patience: float = PATIENCE) -> None:
    """Ask until it is true; fails with `what` did not become so."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"not within {patience:g} s: {what}"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(home: Path) -> dict[str, str]:
    """Return an environment in which nobody's own Jupyter settings count."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV", "JUPYTER"))}
    kept.pop("MPLBACKEND", None)
    ours = {"CONFIG": "config", "DATA": "data", "RUNTIME": "runtime"}
    kept |= {f"JUPYTER_{name}_DIR": str(home / folder) for name, folder in ours.items()}
    kept |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "IPYTHONDIR": str(home / "ipython")}
    kept |= {"JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "PYTHONPATH": str(ROOT)}
    return kept
