"""What the figures have in common: colours, line styles, sizes.

Colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#999999"
LINES = ((BLUE, "-o"), (RED, "--s"), (GREEN, ":^"), (ORANGE, "-.D"), ("black", "-x"))
FILLS = ((ORANGE, ""), (BLUE, "//"), (GREY, ".."), (GREEN, "xx"), (RED, "--"))


def axes(ax: Axes | None, width: float = 7.0, height: float = 3.4) -> Axes:
    """Return `ax`, or the axes of a new figure of that many inches."""
    if ax is not None:
        return ax
    return plt.subplots(figsize=(width, height), layout="constrained")[1]
