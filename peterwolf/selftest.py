"""Whether everything the course needs works here, told in a few lines."""

import importlib.metadata
from collections.abc import Callable

import gymnasium
import numpy as np
from packaging.requirements import Requirement

from peterwolf import tabular
from peterwolf.drawing import animation, render
from peterwolf.widgets import Play
from peterwolf.worlds.board import CLASSIC


def run() -> bool:
    """Print a line for each thing the course needs; return whether all work."""
    checks = {
        "packages are there": _packages_fit,
        "Peter learns (engine: compiled)": _peter_learns,
        "pictures are drawn": _pictures_are_drawn,
        "widgets react": _widgets_react,
    }
    faults = {name: _fault(check) for name, check in checks.items()}
    for name, fault in faults.items():
        print(f"{'✓' if fault is None else '✗'} {name}{'' if fault is None else ': ' + fault}")
    works = not any(faults.values())
    print("All works. Have fun!" if works else "See the lines marked ✗; the README tells more.")
    return works


def _fault(check: Callable[[], None]) -> str | None:
    try:
        check()
    except Exception as error:
        return str(error) or type(error).__name__
    return None


def _packages_fit() -> None:
    """Hold what is installed to the ranges in the package's own metadata."""
    wrong = []
    for line in importlib.metadata.requires("peterwolf") or []:
        wanted = Requirement(line)
        try:
            found = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            found = None
        # Colab brings OpenCV under another name; that it imports is what counts.
        if found is None and not wanted.name.startswith("opencv"):
            wrong.append(f"{wanted.name} is missing")
        elif found is not None and not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} is {found}, not {wanted.specifier}")
    if wrong:
        raise RuntimeError("; ".join(wrong))


def _peter_learns() -> None:
    env = gymnasium.make("peterwolf/Forage-v0")
    rng = np.random.default_rng(0)
    run = tabular.q_learning(
        env, episodes=300, alpha=0.5, gamma=0.95, epsilon=0.3, rng=rng, progress=False
    )
    if run.returns[-100:].mean() <= run.returns[:100].mean():
        raise RuntimeError("300 episodes did not make him better")
    if run.engine != "compiled":
        raise RuntimeError("numba is missing; the lessons work without it, but slowly")


def _pictures_are_drawn() -> None:
    frames = [render.draw(CLASSIC, (x, 0)) for x in range(3)]
    animation.animate(frames, alt="Peter walks to the right")


def _widgets_react() -> None:
    game = Play(gymnasium.make("peterwolf/Forage-v0", render_mode="rgb_array"), seed=0)
    for button in game.buttons.values():
        button.click()
    if game.steps == 0:
        raise RuntimeError("a click on a button moved nothing")
