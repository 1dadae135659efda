"""What every test shares."""

import matplotlib
import matplotlib.pyplot
import pytest

matplotlib.use("Agg")  # not through the environment: notebook kernels would inherit it


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    matplotlib.pyplot.close("all")
