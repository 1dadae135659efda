"""One process, several, or the machines of a Dask cluster: by one argument, through joblib."""

import argparse
import contextlib
import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from peterwolf import arguments

PATIENCE = 10  # seconds for a cluster to answer


class MissingError(Exception):
    """What was asked for needs a package, or a cluster, that is not there."""


def command(name: str, about: str | None, jobs: int = 1) -> argparse.ArgumentParser:
    """Return the parser of `python -m peterwolf.name`, with `--jobs` and `--dask` for `each`.

    `about` is shown as it is written.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m peterwolf.{name}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told = f"processes on this machine (default: {jobs})"
    parser.add_argument("--jobs", type=positive, default=jobs, metavar="N", help=told)
    told = "the scheduler of a Dask cluster that does the work instead"
    parser.add_argument("--dask", metavar="tcp://HOST:PORT", help=told)
    return parser


def positive(text: str) -> int:
    """Return the number that an option's text says, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be an integer of 1 or more, got {text!r}")
    return int(text)


def each(
    work: Callable[[Any], Any],
    items: Iterable[Any],
    *,
    jobs: int = 1,
    dask: str | None = None,
    in_order: bool = False,
) -> Iterator[Any]:
    """Yield `work(item)` for each item as soon as it is done, or, if asked, in order.

    With one job nothing but this process works. `dask` is the address of a
    scheduler, tcp://host:port; then `jobs` does not count, and the course
    must be installed on the cluster's machines. Raises MissingError where a
    package or the cluster is missing, TypeError or ValueError for fewer jobs
    than one; what `work` raises comes through.
    """
    arguments.integer("jobs", jobs, 1)
    if jobs == 1 and dask is None:
        yield from map(work, items)
        return
    joblib = _joblib(dask)
    order = "generator" if in_order else "generator_unordered"
    with contextlib.ExitStack() as stack:
        how: dict[str, Any]
        if dask is None:
            how = {"backend": "loky", "n_jobs": jobs, "inner_max_num_threads": 1}
        else:
            how = {"backend": "dask", "n_jobs": -1, "client": stack.enter_context(_client(dask))}
        with joblib.parallel_config(**how):  # is asked for once, by the next line
            parallel = joblib.Parallel(return_as=order, batch_size=1)
        calls = (joblib.delayed(work)(item) for item in items)
        results = parallel(calls)
        stack.callback(_give_up, results)
        yield from itertools.chain(results)  # a chain does not hand on a close()


def _give_up(results: Any) -> None:
    """Cancel what is not done, without joblib's warning that it is a pity."""
    with warnings.catch_warnings(action="ignore"):
        results.close()


def _joblib(dask: str | None) -> Any:
    """Return joblib, having made sure of Dask where a cluster is asked for."""
    try:
        import joblib

        if dask is not None:
            import distributed  # noqa: F401  joblib's backend needs it
    except ImportError as error:
        what, packages = ("dask", "joblib 'dask[distributed]'") if dask else ("jobs", "joblib")
        raise MissingError(f"{what} needs: python -m pip install {packages} ({error})") from error
    return joblib


def _client(address: str) -> Any:
    """Return a client of a Dask cluster."""
    from distributed import Client

    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MissingError(
            f"dask must be the address of a running scheduler, such as tcp://10.0.0.5:8786, "
            f"got {address!r}: {error}"
        ) from error
