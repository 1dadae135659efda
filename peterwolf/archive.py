"""Arrays in files: written whole or not at all, and read without trust in what a file holds.

A file is an .npz whose comment is the SHA-256 of all that stands before it.
"""

import hashlib
import io
import math
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from peterwolf import files

LARGEST = 100_000_000  # bytes of all arrays of a file together
DIGEST = 64  # bytes of the comment
END = 22  # bytes of a zip's last record, without the comment
LONGEST_LIST = 10_000  # bytes of a zip's list of contents
Header = tuple[tuple[int, ...], np.dtype]  # shape and kind of an array
Check = Callable[[dict[str, Header]], None]  # raises ValueError for arrays that do not fit


def write(path: str | os.PathLike, arrays: dict[str, np.ndarray], check: Check) -> Path:
    """Write arrays of any shape to a file, whole or not at all, and return its path.

    `check` is asked first. Raises ValueError for a path that does not end in
    .npz and for arrays that `read` would refuse, FileNotFoundError and
    PermissionError as `files.write` does.
    """
    if Path(path).suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {str(path)!r}")
    arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    _check({name: (array.shape, array.dtype) for name, array in arrays.items()}, check)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                npy.write_array(member, array, version=(1, 0), allow_pickle=False)
        archive.comment = b"0" * DIGEST
    data = stream.getvalue()[:-DIGEST]
    return files.write(path, data + digest(data))


def read(path: Path, check: Check, version: int) -> dict[str, np.ndarray]:
    """Return the arrays of a file, each checked before it is read.

    Where there is an array "format", it must be `version`. `check` is given
    the shapes and kinds of all arrays. Raises ValueError, and whatever else
    reading a foreign file may raise.
    """
    data = _sealed(path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        if any(info.compress_type != zipfile.ZIP_DEFLATED for info in infos.values()):
            raise ValueError("it is packed in another way")
        if sum(info.file_size for info in infos.values()) > LARGEST + 10_000:
            raise ValueError(f"it would unpack to more than {LARGEST:,} bytes")
        headers = {name: _header(archive, info) for name, info in infos.items()}
        if "format" in headers and (found := _array(archive, infos["format"])) != version:
            raise ValueError(f"it is of format {found}, and this package reads format {version}")
        _check(headers, check)
        return {name: _array(archive, info) for name, info in infos.items()}


def digest(data: bytes) -> bytes:
    """Return what a file's comment says of all that stands before it."""
    return hashlib.sha256(data).hexdigest().encode()


def _sealed(path: Path) -> bytes:
    """Return the bytes of a file that `write` wrote and nobody changed."""
    if not path.is_file():
        raise ValueError("there is no such file")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    data = path.read_bytes()
    last, before = data[-DIGEST - END : -DIGEST], data[-DIGEST - END - 20 : -DIGEST - END]
    if last[:4] != b"PK\5\6" or data[-DIGEST:] != digest(data[:-DIGEST]):
        raise ValueError("it was cut off or changed, or save() did not write it")
    if before[:4] == b"PK\6\7" or int.from_bytes(last[12:16], "little") > LONGEST_LIST:
        raise ValueError("its list of contents is too long")
    return data


def _check(headers: dict[str, Header], check: Check) -> None:
    """Raise ValueError for arrays that do not fit or are too large together."""
    check(headers)
    size = sum(math.prod(shape) * kind.itemsize for shape, kind in headers.values())
    if size > LARGEST:
        raise ValueError(f"its arrays have {size:,} bytes, more than {LARGEST:,}")


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Header:
    """Return the shape and the kind of an array that has not been read yet."""
    with archive.open(info) as member:
        if npy.read_magic(member) != (1, 0):
            raise ValueError(f"{info.filename} is of another version")
        shape, turned, kind = npy.read_array_header_1_0(member)
        size = member.tell() + math.prod(shape) * kind.itemsize
    if turned or kind.hasobject or any(type(n) is not int or n < 0 for n in shape):
        raise ValueError(f"{info.filename} holds no rows of numbers")
    if size != info.file_size:
        raise ValueError(f"{info.filename} has {info.file_size} bytes, but its shape is {shape}")
    return shape, kind


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    """Return an array whose header was found to be fit."""
    return npy.read_array(io.BytesIO(archive.read(info)), allow_pickle=False)
