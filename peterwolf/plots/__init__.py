"""Arrays in, axes out: the course's figures.

Every function draws on `ax`, or on a new figure's axes, and returns them; none
shows the figure. No figure relies on colour alone.
"""

from peterwolf.plots.boards import board_picture, pixels, value_map
from peterwolf.plots.lines import (
    against_oracle,
    bands,
    curves,
    learning_curve,
    learning_windows,
    walk_statistics,
)
from peterwolf.plots.maps import action_frames, action_maps, cost_to_go, paint_actions
from peterwolf.plots.spread import histogram
from peterwolf.plots.studies import parallel, shares
from peterwolf.plots.tilings import tilings
from peterwolf.stats import running_mean

__all__ = [
    "action_frames",
    "action_maps",
    "against_oracle",
    "bands",
    "board_picture",
    "cost_to_go",
    "curves",
    "histogram",
    "learning_curve",
    "learning_windows",
    "paint_actions",
    "parallel",
    "pixels",
    "running_mean",
    "shares",
    "tilings",
    "value_map",
    "walk_statistics",
]
