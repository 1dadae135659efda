"""Widgets to play and look with, in JupyterLab and Colab."""

from peterwolf.widgets.editor import Editor
from peterwolf.widgets.frames import Frames
from peterwolf.widgets.knobs import Knobs
from peterwolf.widgets.play import Play
from peterwolf.widgets.scrubber import Scrubber
from peterwolf.widgets.stepper import Stepper

__all__ = ["Editor", "Frames", "Knobs", "Play", "Scrubber", "Stepper"]
