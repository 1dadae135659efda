"""The process of a sandbox and the pipe to it: messages out, lines of limited size and time in."""

import contextlib
import os
import secrets
import select
import signal
import struct
import subprocess
import time
from typing import Any

from peterwolf.sandbox import decoding

READ = 1 << 16
READY = 60.0  # seconds for a process to start, on a busy machine too


class LostError(BaseException):
    """The process of a sandbox is gone; no `except Exception` of a judge swallows it."""


class TimeUpError(LostError):
    """It was ended because its time was up."""


class SandboxError(Exception):
    """A sandbox cannot be started; that is no learner's fault."""


class Channel:
    """A process that is sent messages and answers each with lines of JSON.

    `command` says what to run for the two ends of its pipe. `deadline`, of
    `time.monotonic()`, holds for whatever is waited for. Where something goes
    wrong the process is ended and LostError says why.
    """

    def __init__(self, command: Any, environment: dict[str, str], most: int) -> None:
        self._most, self._buffer, self._number = most, b"", 0
        (theirs_in, self._write), (self._read, theirs_out) = os.pipe(), os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)  # only `_wait` waits, which knows the time
        try:
            self._process = subprocess.Popen(
                command(theirs_in, theirs_out),
                pass_fds=(theirs_in, theirs_out),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self.deadline: float | None = time.monotonic() + READY
        self._expect_ready()

    def _expect_ready(self) -> None:
        errors = self._process.stderr
        assert errors is not None
        with errors:
            try:
                self.line()
            except LostError:
                said = errors.read(4000).decode(errors="replace").strip()
                raise SandboxError(f"the sandbox does not start: {said[-400:]}") from None
        self.deadline = None

    @property
    def open(self) -> bool:
        """Whether the process is still there to be asked."""
        return self._process.returncode is None

    def close(self) -> None:
        """End the process and all that it started."""
        if self.open:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            os.close(self._read)
            os.close(self._write)

    def lose(self, why: str, kind: type[LostError] = LostError) -> None:
        """End the process and raise."""
        self.close()
        raise kind(why)

    def send(self, message: bytes) -> None:
        """Send a message with a number that nobody can guess; the answer must have it, too."""
        if not self.open:
            raise LostError("its process has ended")
        if self._waits(self._read, select.POLLIN, 0):
            self._read_on()  # which tells if it ended meanwhile
        if self._buffer:
            self.lose("it spoke without being asked")
        self._number = secrets.randbits(63)
        data = struct.pack("<QQ", 8 + len(message), self._number) + message
        while data:
            self._wait(self._write, select.POLLOUT)
            try:
                data = data[os.write(self._write, data) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                self.lose(ENDED)

    def line(self) -> dict[str, Any]:
        """Return the next line."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > self._most:
                self.lose(f"its reply is longer than {self._most >> 20} MiB")
            self._wait(self._read, select.POLLIN)
            self._read_on()
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            reply = decoding.read(line)
        except decoding.BrokenReplyError as error:
            self.lose(f"its reply was not understood: {error}")
        if reply.get("n") != self._number:
            self.lose("its reply was to another question")
        return reply

    def _read_on(self) -> None:
        try:
            part = os.read(self._read, READ)
        except BlockingIOError:
            return
        if not part:
            self.lose(ENDED)
        self._buffer += part

    def _wait(self, end: int, event: int) -> None:
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if left is not None and (left <= 0 or not self._waits(end, event, left)):
            self.lose("no answer in time", TimeUpError)

    def _waits(self, end: int, event: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(end, event)
        return bool(poll.poll(int(seconds * 1000) + (seconds > 0)))


ENDED = "its process ended before it answered: it left, crashed, or met the limit on memory or time"
