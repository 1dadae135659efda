"""What every test shares."""

import importlib.util
import signal

import matplotlib
import matplotlib.pyplot
import pytest

matplotlib.use("Agg")  # not through the environment: notebook kernels would inherit it

OPTIONAL = {"13_dqn_in_pytorch.ipynb": ("torch", "stable_baselines3")}  # lessons that need more


class WithoutOptional:
    """Leaves out, wherever they lie, the lessons whose optional requirements are missing."""

    def pytest_ignore_collect(self, collection_path):
        needs = OPTIONAL.get(collection_path.name, ())
        return True if any(importlib.util.find_spec(name) is None for name in needs) else None


def pytest_configure(config):
    # A shell starts what it runs in the background with interrupts ignored; some tests need them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A hook of this file itself would be asked about this folder only.
    config.pluginmanager.register(WithoutOptional())


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    matplotlib.pyplot.close("all")
