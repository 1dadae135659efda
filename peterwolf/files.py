"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path


def write(path: str | os.PathLike, data: bytes) -> Path:
    """Write `data` to a temporary name beside `path`, rename it, and return the path.

    Raises FileNotFoundError for a folder that does not exist and
    PermissionError for one that cannot be written; then nothing is left behind.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path must lie in a folder that exists, got {str(path)!r}")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"path must lie in a folder that can be written, got {str(path)!r}")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        written = Path(folder, path.name)
        written.write_bytes(data)
        return written.replace(path)
