"""Pictures and animated pictures that a notebook shows and a file keeps, each with alt text."""

import base64
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from peterwolf import arguments, files

FASTEST = 50  # frames a second; browsers slow anything faster down
GAP, HEAD, PAPER, INK = 8, 24, 226, (20, 20, 20)  # between and above frames, and their colours
HOW = {"image/gif": {}, "image/webp": {"lossless": True, "method": 2, "quality": 20, "kmax": 1000}}
# Lines as they are, for what is drawn in flat colours: in a third of the time, mostly smaller.
AS_THEY_ARE = (
    (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE)
    if hasattr(cv2, "IMWRITE_PNG_FILTER")  # OpenCV has it since 4.12
    else ()
)
SMOOTH = "image/png", (cv2.IMWRITE_PNG_COMPRESSION, 3)
PNG = SMOOTH[0], (*SMOOTH[1], *AS_THEY_ARE)
QUICK = "image/jpeg", (cv2.IMWRITE_JPEG_QUALITY, 90)
SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
}


@dataclass(frozen=True, repr=False)
class Picture:
    """An encoded picture: a notebook shows it, or `alt` where it cannot show pictures."""

    data: bytes
    mime: str
    alt: str

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return Image.open(io.BytesIO(self.data)).size

    def __repr__(self) -> str:
        return f"[picture: {self.alt}]"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        encoded = base64.b64encode(self.data).decode()
        return {self.mime: encoded, "text/plain": repr(self)}, {self.mime: {"alt": self.alt}}


def picture(frame: np.ndarray, *, alt: str, quick: bool = False, smooth: bool = False) -> Picture:
    """Return an RGB frame, uint8 (height, width, 3), as a PNG picture.

    `alt` says in words what it shows. A `quick` one is a JPEG, made in a third
    of the time, but not without loss. One whose colours run into one another,
    as a figure's, gets smaller as a `smooth` one, made in three times the time.
    Raises TypeError or ValueError for another type, dtype or shape.
    """
    _check([frame], alt)
    mime, how = QUICK if quick else SMOOTH if smooth else PNG
    colours = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2BGR)
    data = cv2.imencode(f".{mime.removeprefix('image/')}", colours, how)[1]
    return Picture(data.tobytes(), mime, alt)


def half(frame: np.ndarray) -> np.ndarray:
    """Return an RGB frame, uint8 (height, width, 3), at half its size: the mean of 2 x 2 pixels."""
    height, width = (length // 2 for length in frame.shape[:2])
    whole = frame[: 2 * height, : 2 * width]
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)


def side_by_side(frames: Sequence[np.ndarray], titles: Sequence[str]) -> np.ndarray:
    """Return RGB frames of one shape in a row, each under its title, as one frame."""
    height, width, _ = frames[0].shape
    row = np.full((HEAD + height, (width + GAP) * len(frames) - GAP, 3), PAPER, dtype=np.uint8)
    for k, (frame, title) in enumerate(zip(frames, titles, strict=True)):
        left = k * (width + GAP)
        row[HEAD:, left : left + width] = frame
        at = (left + 6, HEAD - 7)
        cv2.putText(row, title, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    return row


def lighter(what: Picture) -> Picture:
    """Return a picture as a PNG with a palette of 256 colours: less than half of the bytes."""
    stream = io.BytesIO()
    whole = Image.open(io.BytesIO(what.data)).convert("RGB")
    few = whole.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(stream, format="png", compress_level=3)
    return Picture(stream.getvalue(), "image/png", what.alt)


def animate(
    frames: Sequence[np.ndarray],
    *,
    alt: str,
    fps: float = 4,
    hold: float = 1.5,
    mime: str = "image/gif",
) -> Picture:
    """Return RGB frames of one shape as an animated picture that repeats for ever.

    `fps`: frames a second, 0.1 to 50; `hold`: seconds the last frame stays;
    `mime`: "image/gif" (plays everywhere) or "image/webp" (without loss, and
    for flat colours a fourth of the size). Raises
    TypeError or ValueError for frames of another type, dtype or shape, for
    none at all, and for numbers out of range.
    """
    _check(frames, alt)
    arguments.real("fps", fps, 0.1, FASTEST)
    arguments.real("hold", hold, 0, 60)
    arguments.one_of("mime", mime, ("image/gif", "image/webp"))
    images = [Image.fromarray(frame) for frame in frames]
    if mime == "image/gif":
        images = [image.quantize(128, dither=Image.Dither.NONE) for image in images]
    durations = [round(1000 / fps)] * len(images)
    durations[-1] += round(1000 * hold)
    stream = io.BytesIO()
    images[0].save(
        stream,
        format=mime.removeprefix("image/"),
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        **HOW[mime],
    )
    return Picture(stream.getvalue(), mime, alt)


def save(what: Picture, path: str | os.PathLike) -> Path:
    """Write a picture to a file, whole or not at all, and return its path.

    Raises TypeError for what is no Picture, ValueError for a suffix that does
    not fit it, FileNotFoundError for a folder that does not exist and PermissionError for
    one that cannot be written.
    """
    if not isinstance(what, Picture):
        raise TypeError(
            f"what must be a Picture, as picture() makes one, got {type(what).__name__}"
        )
    path = Path(path)
    if path.suffix.lower() != SUFFIXES[what.mime]:
        raise ValueError(f"path must end in {SUFFIXES[what.mime]}, got {str(path)!r}")
    return files.write(path, what.data)


def _check(frames: Sequence[np.ndarray], alt: str) -> None:
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt must say in words what the picture shows, got {alt!r}")
    if len(frames) == 0:
        raise ValueError("frames must hold at least one frame, got none")
    for k, frame in enumerate(frames):
        if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
            kind = getattr(frame, "dtype", type(frame).__name__)
            raise TypeError(f"frames must be uint8 arrays, got {kind} as frame {k}")
        if (
            frame.ndim != 3
            or frame.shape[2] != 3
            or frame.shape != np.shape(frames[0])
            or not frame.size
        ):
            raise ValueError(
                "frames must all have one shape (height, width, 3), "
                f"got {frame.shape} as frame {k} after {frames[0].shape}"
            )
