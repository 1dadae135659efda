"""Make the pictures that are kept in the repository: `python images/make.py learning sprites`.

learning   images/learning.webp, Peter learning on the classic board (the README shows it)
sprites    peterwolf/drawing/pictures/*.png from the drawings *.svg beside them (needs resvg_py)
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import gymnasium
import numpy as np

from peterwolf import CLASSIC, animation, files, render, tabular
from peterwolf.rollout import play_episode

ROOT = Path(__file__).resolve().parent.parent
STAGES = (0, 10, 40, 150, 600, 3000)  # episodes trained before each walk
STARTS = ((7, 0), (0, 6))
SPRITE_PIXELS = 128


def learning() -> None:
    """Peter walks greedily from two corners, after more and more episodes of training."""
    frames = [
        captioned(render.draw(CLASSIC, at, q, visits=visits, cell=48), f"after {episodes} episodes")
        for episodes in STAGES
        for q, visits in [trained(episodes)]
        for start in STARTS
        for at in walked(q, start)
    ]
    alt = "Peter on his board: at first he blunders, after 3000 episodes he finds every apple"
    picture = animation.animate(frames, alt=alt, fps=3, mime="image/webp")
    animation.save(picture, ROOT / "images" / "learning.webp")


def trained(episodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the table and the visits after so many episodes."""
    if episodes == 0:
        return np.zeros((8, 8, 4)), np.zeros((8, 8))
    run = tabular.q_learning(
        gymnasium.make("peterwolf/Forage-v0"),
        episodes=episodes,
        alpha=0.5,
        gamma=0.95,
        epsilon=tabular.linear_decay(1.0, 0.1, max(STAGES)),
        rng=np.random.default_rng(4),
    )
    return run.q, run.visits


def walked(q: np.ndarray, start: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the positions of a greedy walk of at most seven moves, the end twice."""
    env = gymnasium.make("peterwolf/Forage-v0", max_steps=7)
    episode = play_episode(env, tabular.greedy(q), options={"start": start})
    yield from (tuple(at.tolist()) for at in episode.observations)
    yield tuple(episode.observations[-1].tolist())


def captioned(picture: np.ndarray, text: str) -> np.ndarray:
    """Return a picture with a line of text above it."""
    band = np.full((34, picture.shape[1], 3), 255, dtype=np.uint8)
    cv2.putText(band, text, (8, 23), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (38, 42, 74), 1, cv2.LINE_AA)
    return np.vstack([band, picture])


def sprites() -> None:
    """Rasterise the drawings of the board's sprites."""
    import resvg_py

    for drawing in sorted((ROOT / "peterwolf" / "drawing" / "pictures").glob("*.svg")):
        size = {"width": SPRITE_PIXELS, "height": SPRITE_PIXELS}
        files.write(
            drawing.with_suffix(".png"),
            bytes(resvg_py.svg_to_bytes(svg_path=str(drawing), **size)),
        )


if __name__ == "__main__":
    makers = {"learning": learning, "sprites": sprites}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="+", choices=makers)
    for name in parser.parse_args().what:
        makers[name]()
