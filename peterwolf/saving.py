"""Runs in files: written whole or not at all, and read without trust in what a file holds.

A file is an .npz whose comment is the SHA-256 of all that stands before it.
"""

import hashlib
import io
import math
import os
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from peterwolf import files
from peterwolf.runs import Run, Snapshot

FORMAT = 1  # of the files that are written and read
LARGEST = 100_000_000  # bytes of all arrays of a run together
DIGEST = 64  # bytes of the comment
END = 22  # bytes of a zip's last record, without the comment
LONGEST_LIST = 10_000  # bytes of a zip's list of contents
FLOATS, COUNTS = ("<f8", "<f4"), ("<i8",)
KINDS = {"format": COUNTS, "engine": ("|S16",), "interrupted": ("|b1",), "q": FLOATS}
KINDS |= {"visits": COUNTS, "returns": ("<f8",), "lengths": COUNTS, "episodes": COUNTS}
KINDS |= {"snapshots_q": FLOATS, "snapshots_visits": COUNTS}
Header = tuple[tuple[int, ...], np.dtype]  # shape and kind of an array


class BrokenRunError(ValueError):
    """A file that holds no run that can be read, and why."""


def save(run: Run, path: str | os.PathLike) -> Path:
    """Write a run to a file, whole or not at all, and return its path.

    Raises TypeError for what is no run, ValueError for a path that does not
    end in .npz and for a run that `load` would refuse (over 100 MB);
    FileNotFoundError for a folder that does not exist and PermissionError for
    one that cannot be written.
    """
    if not isinstance(run, Run):
        raise TypeError(f"run must be a Run, as q_learning returns one, got {type(run).__name__}")
    if Path(path).suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {str(path)!r}")
    arrays = _arrays(run)
    _check({name: (array.shape, array.dtype) for name, array in arrays.items()})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                npy.write_array(member, array, version=(1, 0), allow_pickle=False)
        archive.comment = b"0" * DIGEST
    data = stream.getvalue()[:-DIGEST]
    return files.write(path, data + _digest(data))


def load(path: str | os.PathLike) -> Run:
    """Return the run that `save` wrote to a file.

    Raises BrokenRunError, saying why, for every other file: one that is
    missing, cut off, changed, of another format or shape, that holds more
    than arrays of numbers, or that would unpack to more than 100 MB. Nothing
    in a file is run, and nothing is read before its size is known to be fit.
    """
    try:
        return _run(_read(Path(path)))
    except Exception as error:  # whatever a file may cause
        raise BrokenRunError(f"{str(path)!r} holds no run that can be read: {error}") from error


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _arrays(run: Run) -> dict[str, np.ndarray]:
    """Return all that a run holds as arrays."""
    kept = run.snapshots or (Snapshot(0, run.q, run.visits),)  # the first has the shape of all
    some = slice(len(run.snapshots))
    arrays = {
        "format": np.array(FORMAT, "<i8"),
        "engine": np.array(run.engine.encode("ascii"), "S16"),
        "interrupted": np.array(run.interrupted, bool),
        "q": run.q,
        "visits": run.visits,
        "returns": run.returns,
        "lengths": run.lengths,
        "episodes": np.array([each.episode for each in kept], "<i8")[some],
        "snapshots_q": np.stack([each.q for each in kept])[some],
        "snapshots_visits": np.stack([each.visits for each in kept])[some],
    }
    return {name: np.asarray(array, order="C") for name, array in arrays.items()}


def _run(arrays: dict[str, np.ndarray]) -> Run:
    tables = zip(
        arrays["episodes"].tolist(), arrays["snapshots_q"], arrays["snapshots_visits"], strict=True
    )
    return Run(
        **{name: arrays[name] for name in ("q", "returns", "lengths", "visits")},
        interrupted=bool(arrays["interrupted"]),
        snapshots=tuple(Snapshot(*each) for each in tables),
        engine=arrays["engine"].item().decode("ascii"),
    )


def _read(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file, each checked before it is read."""
    if not path.is_file():
        raise ValueError("there is no such file")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    data = path.read_bytes()
    last, before = data[-DIGEST - END : -DIGEST], data[-DIGEST - END - 20 : -DIGEST - END]
    if last[:4] != b"PK\5\6" or data[-DIGEST:] != _digest(data[:-DIGEST]):
        raise ValueError("it was cut off or changed, or save() did not write it")
    if before[:4] == b"PK\6\7" or int.from_bytes(last[12:16], "little") > LONGEST_LIST:
        raise ValueError("its list of contents is too long")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        if any(info.compress_type != zipfile.ZIP_DEFLATED for info in infos.values()):
            raise ValueError("it is packed in another way")
        if sum(info.file_size for info in infos.values()) > LARGEST + 10_000:
            raise ValueError(f"it would unpack to more than {LARGEST:,} bytes")
        headers = {name: _header(archive, info) for name, info in infos.items()}
        if "format" in headers and (version := _array(archive, infos["format"])) != FORMAT:
            raise ValueError(f"it is of format {version}, and this package reads format {FORMAT}")
        _check(headers)
        return {name: _array(archive, info) for name, info in infos.items()}


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


def _check(headers: dict[str, Header]) -> None:
    """Raise ValueError for arrays that are not those of a run."""
    if headers.keys() != KINDS.keys():
        raise ValueError(f"it must hold {', '.join(KINDS)}, got {', '.join(headers)}")
    for name, (_, kind) in headers.items():
        if kind.str not in KINDS[name]:
            raise ValueError(f"{name} must be of kind {' or '.join(KINDS[name])}, got {kind}")
    table, episodes, kept = (headers[name][0] or (0,) for name in ("q", "returns", "episodes"))
    fit = dict.fromkeys(("format", "engine", "interrupted"), ())
    fit |= {"q": table, "visits": table, "returns": episodes[:1], "lengths": episodes[:1]}
    tables = (kept[0], *table)
    fit |= {"episodes": kept[:1], "snapshots_q": tables, "snapshots_visits": tables}
    for name, (shape, _) in headers.items():
        if shape != fit[name]:
            raise ValueError(f"{name} must have the shape {fit[name]}, got {shape}")
    size = sum(math.prod(shape) * kind.itemsize for shape, kind in headers.values())
    if size > LARGEST:
        raise ValueError(f"its arrays have {size:,} bytes, more than {LARGEST:,}")
