"""Widgets to play and look with, in JupyterLab and Colab."""

from peterwolf.widgets.play import Play

__all__ = ["Play"]
