"""Runs and networks in files: written whole or not at all, and read without trust."""

import os
from pathlib import Path

import numpy as np

from peterwolf import archive
from peterwolf.archive import Header
from peterwolf.dqn.net import Network
from peterwolf.tabular.run import Run, Snapshot

FORMAT = 1  # of the files that are written and read
FLOATS, COUNTS, TRUTH = ("<f8", "<f4"), ("<i8",), ("|b1",)
KINDS = {"format": COUNTS, "engine": ("|S16",), "interrupted": TRUTH, "q": FLOATS}
KINDS |= {"visits": COUNTS, "returns": ("<f8",), "lengths": COUNTS, "episodes": COUNTS}
KINDS |= {"snapshots_q": FLOATS, "snapshots_visits": COUNTS}
NETWORK_KINDS = {"format": COUNTS, "widths": COUNTS, "dueling": TRUTH, "parameters": FLOATS}


class BrokenRunError(ValueError):
    """A file that holds no run or network that can be read, and why."""


def save(saved: Run | Network, path: str | os.PathLike) -> Path:
    """Write a run or a network to a file, whole or not at all, and return its path.

    Raises TypeError for what is neither, ValueError for a path that does not
    end in .npz and for what `load` would refuse (over 100 MB);
    FileNotFoundError for a folder that does not exist and PermissionError for
    one that cannot be written.
    """
    if isinstance(saved, Network):
        return archive.write(path, _network_arrays(saved), _check)
    if not isinstance(saved, Run):
        raise TypeError(
            "saved must be a Run, as q_learning returns one, or a Network, "
            f"got {type(saved).__name__}"
        )
    return archive.write(path, _arrays(saved), _check)


def load(path: str | os.PathLike) -> Run | Network:
    """Return the run or the network that `save` wrote to a file.

    Raises BrokenRunError, saying why, for every other file: one that is
    missing, cut off, changed, of another format or shape, that holds more
    than arrays of numbers, or that would unpack to more than 100 MB. Nothing
    in a file is run, and nothing is read before its size is known to be fit.
    """
    try:
        arrays = archive.read(Path(path), _check, FORMAT)
        return _network(arrays) if "widths" in arrays else _run(arrays)
    except Exception as error:  # whatever a file may cause
        raise BrokenRunError(
            f"{str(path)!r} holds no run or network that can be read: {error}"
        ) from error


def _network_arrays(network: Network) -> dict[str, np.ndarray]:
    """Return all that a network holds as arrays."""
    return {
        "format": np.array(FORMAT, "<i8"),
        "widths": np.array(network.widths, "<i8"),
        "dueling": np.array(network.dueling, bool),
        "parameters": network.parameters,
    }


def _network(arrays: dict[str, np.ndarray]) -> Network:
    widths, dueling = arrays["widths"].tolist(), bool(arrays["dueling"])
    return Network(widths, arrays["parameters"], dueling=dueling)


def _arrays(run: Run) -> dict[str, np.ndarray]:
    """Return all that a run holds as arrays."""
    kept = run.snapshots or (Snapshot(0, run.q, run.visits),)  # the first has the shape of all
    some = slice(len(run.snapshots))
    return {
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


def _check(headers: dict[str, Header]) -> None:
    """Raise ValueError for arrays that are not those of a run or of a network."""
    kinds = NETWORK_KINDS if "widths" in headers else KINDS
    if headers.keys() != kinds.keys():
        raise ValueError(f"it must hold {', '.join(kinds)}, got {', '.join(headers)}")
    for name, (_, kind) in headers.items():
        if kind.str not in kinds[name]:
            raise ValueError(f"{name} must be of kind {' or '.join(kinds[name])}, got {kind}")
    fit = _network_shapes(headers) if kinds is NETWORK_KINDS else _run_shapes(headers)
    for name, (shape, _) in headers.items():
        if shape != fit[name]:
            raise ValueError(f"{name} must have the shape {fit[name]}, got {shape}")


def _network_shapes(headers: dict[str, Header]) -> dict[str, tuple[int, ...]]:
    """Return the shapes that the arrays of a network must have; how many, `Network` judges."""
    rows = {name: headers[name][0][:1] or (0,) for name in ("widths", "parameters")}
    return {"format": (), "dueling": ()} | rows


def _run_shapes(headers: dict[str, Header]) -> dict[str, tuple[int, ...]]:
    """Return the shapes that the arrays of a run must have."""
    table, episodes, kept = (headers[name][0] or (0,) for name in ("q", "returns", "episodes"))
    fit: dict[str, tuple[int, ...]] = dict.fromkeys(("format", "engine", "interrupted"), ())
    fit |= {"q": table, "visits": table, "returns": episodes[:1], "lengths": episodes[:1]}
    tables = (kept[0], *table)
    return fit | {"episodes": kept[:1], "snapshots_q": tables, "snapshots_visits": tables}
