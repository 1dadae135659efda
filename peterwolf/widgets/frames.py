"""Look through prepared pictures with a slider."""

from collections.abc import Sequence

import numpy as np

from peterwolf.drawing import animation
from peterwolf.widgets.slideshow import Slides


class Frames(Slides):
    """Prepared pictures behind a slider: `Frames(frames, labels, alt)` ends a cell.

    `frames` are RGB pictures of one shape, uint8 (height, width, 3), `labels`
    one line of text for each, `alt` says in words what all of them show. The
    picture number `start` comes first, by default the last; without a kernel
    it stays as a still picture. The button plays them, `milliseconds` each.
    Raises TypeError or ValueError for frames of another type, dtype or shape,
    and for an alt text, labels or numbers that do not fit.
    """

    def __init__(
        self,
        frames: Sequence[np.ndarray],
        labels: Sequence[str],
        alt: str,
        *,
        start: int | None = None,
        milliseconds: int = 600,
    ) -> None:
        _check(frames, labels, alt)
        self.frames, self.labels, self.alt = tuple(frames), tuple(labels), alt
        super().__init__(len(frames), start, milliseconds)

    def _picture(self, k: int) -> animation.Picture:
        alt = f"{self.alt}: {self.labels[k]}"
        return animation.picture(self.frames[k], alt=alt, smooth=True)

    def _label(self, k: int) -> str:
        return self.labels[k]


def _check(frames: Sequence[np.ndarray], labels: Sequence[str], alt: str) -> None:
    if len(frames) == 0:
        raise ValueError("frames must hold at least one frame, got none")
    animation.picture(frames[0], alt=alt)  # raises for what is none, and for no words
    first = (frames[0].dtype, frames[0].shape)
    for k, frame in enumerate(frames):
        kind = (getattr(frame, "dtype", type(frame).__name__), np.shape(frame))
        if kind != first:
            raise ValueError(
                "frames must all have one dtype and shape, "
                f"got {kind[0]} {kind[1]} as frame {k} after {first[0]} {first[1]}"
            )
    if isinstance(labels, str) or not all(isinstance(label, str) for label in labels):
        raise TypeError(f"labels must be texts, one a frame, got {labels!r}")
    if len(labels) != len(frames):
        raise ValueError(f"labels must be {len(frames)} texts, one a frame, got {len(labels)}")
