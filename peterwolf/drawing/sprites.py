"""The small pictures on the board: read once from the package, scaled once a size."""

from functools import lru_cache
from importlib.resources import files

import cv2
import numpy as np


@lru_cache(maxsize=256)
def sprite(name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return colour × opacity, float32 (size, size, 3), and 1 − opacity, (size, size, 1).

    Raises FileNotFoundError for a sprite that the package lacks and
    ValueError for a file that is no picture with an alpha channel.
    """
    source = files("peterwolf.drawing").joinpath("pictures", f"{name}.png")
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"sprite {name!r} is missing: no file {source}; install peterwolf again"
        ) from None
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
        raise ValueError(f"sprite {name!r} is broken: {source} must be a PNG with an alpha channel")
    # Scale colours that are already weighted by opacity, so that edges stay clean.
    rgba = cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA).astype(np.float32)
    opacity = rgba[..., 3:] / 255
    weighted = np.concatenate([rgba[..., :3] * opacity, opacity], axis=2)
    how = cv2.INTER_AREA if size < weighted.shape[0] else cv2.INTER_CUBIC
    scaled = cv2.resize(weighted, (size, size), interpolation=how)
    return scaled[..., :3], np.clip(1 - scaled[..., 3:], 0, 1)


def paste(picture: np.ndarray, name: str, left: int, top: int, size: int) -> None:
    """Draw a sprite of `size` pixels into an RGB picture, (height, width, 3), in place."""
    colour, rest = sprite(name, size)
    patch = picture[top : top + size, left : left + size]
    np.clip(patch * rest + colour + 0.5, 0, 255, out=patch, casting="unsafe")
