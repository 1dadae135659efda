"""Plain functions of numbers and arrays, compiled by numba into one that is kept on disk."""

import contextlib
import hashlib
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba

from peterwolf.kernels.locks import STOPPING, UNSTOPPABLE


def whole(
    function: FunctionType,
    names: dict[str, Any],
    label: str,
    sources: Iterable[ModuleType],
    on_disk: bool = True,
) -> Callable:
    """Return `function` compiled with all the functions that it finds among `names` inside it.

    It is kept on disk where a folder can be written, beside this file, else
    in the user's cache, under `label` and a digest of the `sources`' text.
    """
    names = {"__name__": function.__module__} | names
    for name, plain in list(names.items()):
        if isinstance(plain, FunctionType):
            names[name] = numba.njit(inline="always")(FunctionType(plain.__code__, names, name))
    made = FunctionType(function.__code__, names, function.__name__)
    files = [*(str(source.__file__) for source in sources), __file__]
    digest = hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()
    made.__qualname__ = f"{label}-{digest[:8]}"  # its file on disk
    compiled = numba.njit(made)
    if on_disk:
        with contextlib.suppress(RuntimeError):  # raised where no folder can be written
            compiled.enable_caching()
    return compiled


def call(make: Callable[..., Callable], *arguments: Any) -> Any:
    """Run what `make()` returns; where it cannot be kept on disk, `make(on_disk=False)`.

    An interrupt is held back until the work is done.
    """
    with STOPPING:
        pass
    with _undisturbed(), UNSTOPPABLE:
        try:
            return make()(*arguments)
        except OSError:  # it could not be kept on disk, and has not run
            return make(on_disk=False)(*arguments)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold an interrupt back until the work is done: numba's way in does not survive one."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if asked:
            signal.raise_signal(signal.SIGINT)
