"""What the widgets share: a live view, and a still picture where there is no kernel."""

from typing import Any

import ipywidgets

from peterwolf.drawing import animation
from peterwolf.drawing.render import SMALLEST
from peterwolf.widgets.view import View
from peterwolf.worlds.board import Board

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SIDE, CELL = 400, 50  # pixels: the longest side of a board, and a cell where that leaves room
GAP, BESIDE = 10, 276  # pixels: the room right of a board; all fits a column of 700


class Still:
    """A widget that ends a cell: its `view` where there is a kernel, else its `still` picture.

    `say` tells in words what it shows; `screen` is the part of the view that
    shows the still picture, too, and listens to keys and clicks.
    """

    view: ipywidgets.Widget
    screen: View
    still: animation.Picture
    say: str

    def _present(self, picture: animation.Picture, *, hurried: bool = False) -> None:
        """Show a picture, and keep it as the still one."""
        self.still = picture
        self.screen.show(picture, hurried=hurried)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.say}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        data, metadata = self.still._repr_mimebundle_()
        told: Any = self.screen._repr_mimebundle_()
        shown, how = told  # on Colab it says how
        data[WIDGET_VIEW] = shown[WIDGET_VIEW] | {"model_id": self.view.model_id}
        return data, metadata | how


def check_policy(policy: Any) -> None:
    """Raise TypeError for what is neither None nor a function."""
    if policy is not None and not callable(policy):
        wanted = "a function from an observation to an action"
        raise TypeError(f"policy must be {wanted}, got {policy!r}")


def cell_of(board: Board, side: int = SIDE) -> int:
    """Return a cell in pixels with which a board has about `side` at most: the room it has."""
    return max(SMALLEST, min(CELL, side // max(board.width, board.height)))


def board_row(image: ipywidgets.Widget, *beside: ipywidgets.Widget) -> ipywidgets.Widget:
    """Return a board with other widgets stacked at its right, below it where room is scarce."""
    side = ipywidgets.VBox(beside)
    side.layout = ipywidgets.Layout(width=f"{BESIDE}px", margin=f"0 0 0 {GAP}px")
    row = ipywidgets.Layout(flex_flow="row wrap", align_items="flex-start")
    return ipywidgets.HBox([image, side], layout=row)


def paragraphs(*lines: str) -> str:
    """Return lines as HTML, one below the other."""
    return "".join(
        f'<div style="line-height:1.4;min-height:1.4em;padding:1px 0">{line}</div>'
        for line in lines
    )
