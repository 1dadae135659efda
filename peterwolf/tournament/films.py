"""Games as animated pictures."""

import re
from collections.abc import Sequence

import cv2
import numpy as np

from peterwolf.drawing import animation, render
from peterwolf.tournament.games import Game, Meeting

CELL, SHOWN = 40, 3  # pixels; games in a film
LONGEST = 60  # moves of a game that are shown
INK = (38, 42, 74)


def film(agent: str, meetings: Sequence[Meeting], played: Sequence[Game]) -> animation.Picture:
    """Return the first games of an agent as one animated picture, each move a frame."""
    frames = []
    for number, (meeting, game) in enumerate(zip(meetings[:SHOWN], played, strict=False), 1):
        for peter in game.path[:LONGEST]:
            levels = f"energy {peter.energy}, fatigue {peter.fatigue}"
            picture = render.draw(meeting.board, peter, cell=CELL)
            frames.append(_captioned(picture, f"{number}: {levels}"))
        end = game.outcome or "time is up"
        frames += [_captioned(picture, f"{number}: {end} after {game.moves} moves")] * 3
    alt = f"{agent} hunts on the first {min(SHOWN, len(meetings))} boards"
    return animation.animate(frames, alt=alt, fps=3, mime="image/webp")


def _captioned(picture: np.ndarray, text: str) -> np.ndarray:
    """Return a picture with a line of text above it."""
    band = np.full((30, picture.shape[1], 3), 255, dtype=np.uint8)
    cv2.putText(band, text, (6, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    return np.vstack([band, picture])


def file_name(agent: str) -> str:
    """Return an agent's name as that of a file."""
    return re.sub(r"\W+", "_", agent).strip("_") or "agent"
