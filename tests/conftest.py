"""What every test shares."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.pyplot
import pytest
from hypothesis import settings

matplotlib.use("Agg")  # not through the environment: notebook kernels would inherit it
# Every property tries the same examples on every machine, however slow that is.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")


def pytest_configure(config):
    # A shell starts what it runs in the background with interrupts ignored; some tests need them.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    matplotlib.pyplot.close("all")


CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a Dask cluster of two processes."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("NOT RUN: dask is missing")
    script = tmp_path_factory.mktemp("dask") / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    where = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = os.environ | {"PYTHONPATH": where}
    with subprocess.Popen([sys.executable, str(script)], env=environment, **pipes) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(600)  # guards only against hanging; how Dask ends on a busy machine is no test
