"""A process of its own for code that nobody trusts; its functions are called over a pipe.

    with Sandbox(course) as sandbox:
        sandbox.load("answer", "def double(x): return 2 * x")
        sandbox.call("double", 4, seconds=1.0)  # 8

What is sent may be anything; what comes back is plain: None, bools, numbers,
texts, tuples, lists, dicts, arrays of numbers, and envs, which stay there.
Anything else arrives as a `decoding.Odd`, which can only be printed.
"""

import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from peterwolf.sandbox import bubblewrap, decoding, lending, replies
from peterwolf.sandbox.channel import Channel


@dataclass(frozen=True)
class Limits:
    """What a process may use: CPU seconds in all, bytes of memory, a file and a reply; files."""

    seconds: int = 300
    memory: int = 2 << 30
    file_size: int = 8 << 20
    files: int = 64
    reply: int = 4 << 20


class Sandbox:
    """One process, from now until `close()` or the first LostError.

    `course` is a folder that `bubblewrap.write_course` made; without `isolated`
    it is a process with limits and no more. Raises `channel.SandboxError`
    where it does not start.
    """

    def __init__(
        self, course: Path, limits: Limits | None = None, *, isolated: bool = True
    ) -> None:
        told = asdict(limits or Limits())
        reply = told.pop("reply")
        self._lender, self._decoders = lending.Lender(), replies.decoders(self.method)
        self._channel = Channel(
            lambda *pipe: bubblewrap.command(
                course, {"pipe": pipe, "limits": told}, isolated=isolated
            ),
            bubblewrap.environment(),
            reply,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and all that it started."""
        self._channel.close()

    @property
    def open(self) -> bool:
        """Whether it can still be asked."""
        return self._channel.open

    def within(self, seconds: float | None) -> None:
        """Give all that follows so much time together, counted from now."""
        self._channel.deadline = None if seconds is None else time.monotonic() + seconds

    def load(self, name: str, source: str, imports: dict[str, str] | None = None) -> None:
        """Run a cell of code; errors in it are told with `name`.

        `imports`: statements to run before it, each if the cell uses the name
        that it gives. Raises what the code raises, as `replies.error_of` says.
        """
        self._ask("load", name, source, imports or {})

    def has(self, name: str) -> bool:
        """Say whether the code that was loaded defines a function of that name."""
        return self._ask("has", name)[0] is True

    def forget(self) -> None:
        """Forget what was lent; what was loaded stays."""
        self._ask("forget")
        self._lender = lending.Lender()

    def call(self, name: str, *arguments: Any, seconds: float | None = None, **named: Any) -> Any:
        """Return what a function returns; what it changed in place is changed here, too.

        Raises what it raises, as `replies.error_of` says, and LostError where
        no answer came, above all within `seconds`.
        """
        if seconds is not None:
            self.within(seconds)
        return self._ask("call", name, arguments, named)[0]

    def each(self, name: str, cases: list[tuple]) -> list[Any]:
        """Return what a function returns for each case, up to the first where it raises."""
        return self._ask("each", name, cases)

    def method(self, handle: int, name: str, *arguments: Any, **named: Any) -> tuple[Any, ...]:
        """Call a method of what is kept there; return its result and, of an env, its state."""
        return tuple(self._ask("method", (handle, name), arguments, named))

    def _ask(self, what: str, *parts: Any) -> list[Any]:
        """Ask one question and return the results; whatever was lent is called meanwhile."""
        self._channel.send(self._lender.pack((what, *parts)))
        reply = self._channel.line()
        try:
            replies.replay(self._lender, reply.get("g", []))
            while reply.get("k") == "ask":
                self._channel.send(replies.called(self._lender, reply, self._decoded))
                reply = self._channel.line()
                replies.replay(self._lender, reply.get("g", []))
            if reply.get("k") == "raise":
                error = replies.error_of(reply)
            else:
                return self._results(reply, parts)
        except replies.MALFORMED as broken:
            self._channel.lose(f"its reply was not understood ({type(broken).__name__})")
        raise error

    def _results(self, reply: dict[str, Any], parts: tuple) -> list[Any]:
        decoders = dict(self._decoders)
        if len(parts) > 1:
            decoders["T"] = partial(replies.tensor, parts[1])
        results = [
            decoding.decoded(told, self._lender.lent, decoders) for told in reply.get("v", [None])
        ]
        for number, told in reply.get("c", []):
            self._lender.change(number, told, self._decoded)
        if reply.get("w"):
            raise decoding.UnfitError("the parameters of a network were changed")
        return [*results, reply["s"]] if "s" in reply else results

    def _decoded(self, told: Any) -> Any:
        return decoding.decoded(told, self._lender.lent, self._decoders)
