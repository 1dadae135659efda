"""What an exercise is, and how an answer is judged within its time."""

import contextlib
import ctypes
import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

EXACT = 1e-9  # relative and absolute


class WrongError(AssertionError):
    """An answer is wrong; the message says in which case and what was expected."""


class TooSlowError(Exception):
    """An answer used up its time."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    `reference` is the package's own answer, `judge(answer)` raises
    `WrongError` for a wrong one, `hint` helps without solving, `seconds` is
    the answer's time.
    """

    name: str
    points: int
    reference: Callable
    judge: Callable[[Callable], None]
    hint: str
    seconds: float = 20.0

    def fault(self, answer: Any) -> str | None:
        """Return what is wrong with an answer in one line, None if nothing is. Never raises."""
        if not callable(answer):
            return f"expected a function, got {short(answer)}"
        try:
            within(self.seconds, lambda: self.judge(answer))
        except NotImplementedError:
            return "not solved yet"
        except WrongError as wrong:
            return str(wrong)
        except TooSlowError:
            return f"no answer within {self.seconds:g} seconds; does a loop never end?"
        except Exception as error:
            return f"your code raised {type(error).__name__}: {short(str(error), quoted=False)}"
        return None


def within(seconds: float, work: Callable[[], Any]) -> None:
    """Run `work` in a thread of its own, silently, for at most `seconds`.

    Raises what `work` raises, and TooSlowError where time runs out; a loop
    that is still running is then stopped.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    with contextlib.redirect_stdout(io.StringIO()):
        thread.start()
        try:
            thread.join(seconds)
        finally:
            if thread.is_alive():
                stop = ctypes.py_object(TooSlowError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), stop)
                thread.join(1)
                raised[:] = [TooSlowError()]
    if raised:
        raise raised[0]


def short(value: Any, *, quoted: bool = True) -> str:
    """Return a value as one line of at most 90 characters."""
    if isinstance(value, float):
        value = float(value)  # numpy's floats print their type
    text = " ".join((repr(value) if quoted else value).split())
    return text if len(text) <= 90 else text[:87] + "..."


def expect(holds: bool, message: str) -> None:
    """Raise WrongError with `message` unless something holds."""
    if not holds:
        raise WrongError(message)


def expect_number(answer: Callable, arguments: dict[str, Any], right: float) -> None:
    """Hold `answer(**arguments)` to a number, to 1e-9."""
    got = answer(*arguments.values())
    case = ", ".join(f"{name}={short(value)}" for name, value in arguments.items())
    try:
        number = float(got)
    except (TypeError, ValueError):
        raise WrongError(f"for {case} a number was expected, got {short(got)}") from None
    expect(
        bool(np.isclose(number, right, rtol=EXACT, atol=EXACT)),
        f"for {case} the answer is {right:.6g}, got {number:.6g}",
    )


def expect_action(got: Any, actions: int = 4) -> int:
    """Hold `got` to an int from 0 to actions − 1 and return it."""
    fits = isinstance(got, (int, np.integer)) and not isinstance(got, bool) and 0 <= got < actions
    expect(fits, f"an action is an int from 0 to {actions - 1}, got {short(got)}")
    return int(got)


def expect_draws(
    draw: Callable[[np.random.Generator], Any],
    shares: Iterable[float],
    case: str,
    *,
    draws: int = 10_000,
    tolerance: float = 0.02,
) -> None:
    """Hold the actions that `draw(rng)` returns to their shares, and to `rng` alone."""
    shares = np.array(list(shares))
    seeds = 0, 0, 1
    runs = []
    state = np.random.get_state()[1].copy()
    for seed in seeds:
        rng = np.random.default_rng(seed)
        runs.append([expect_action(draw(rng), len(shares)) for _ in range(draws)])
    got = np.bincount(runs[0], minlength=len(shares)) / draws
    for action, (share, right) in enumerate(zip(got, shares, strict=True)):
        expect(
            abs(share - right) <= tolerance,
            f"{case}, action {action} was drawn in {share:.1%} of {draws} draws, "
            f"not in about {right:.1%}",
        )
    own = np.array_equal(state, np.random.get_state()[1]) and runs[0] == runs[1]
    expect(own, f"{case}, the draws must come from rng and from nothing else")
    if (shares > 0).sum() > 1:
        expect(runs[0] != runs[2], f"{case}, another rng must give other draws")
