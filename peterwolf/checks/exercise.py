"""What an exercise is, and how an answer is judged within its time."""

import numbers
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from peterwolf.checks.limits import TooSlowError, within

EXACT = 1e-9  # relative and absolute


class WrongError(AssertionError):
    """An answer is wrong; the message says in which case and what was expected."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    `reference` is the package's own answer, `judge(answer, seed)` raises
    `WrongError` for a wrong one, `clue` helps without solving, `section` is
    the one of the lesson to reread, `seconds` is the answer's time. The seed,
    0 or more, chooses the cases that are drawn: numbers, boards, starts,
    trainings.
    """

    name: str
    points: int
    reference: Callable
    judge: Callable[[Callable, int], None]
    clue: str
    section: int
    seconds: float = 20.0

    @property
    def hint(self) -> str:
        """The clue and the section to reread, in one line."""
        stop = "" if self.clue.endswith("?") else "."
        return f"{self.clue.removesuffix('.')} (section {self.section}){stop}"

    def fault(self, answer: Any, seed: int = 0) -> str | None:
        """Return what is wrong with an answer in one line, None if nothing is. Never raises.

        The tutor's cases have the seed 0.
        """
        try:
            return within(self.seconds, lambda: self._fault(answer, seed))
        except TooSlowError:
            return f"no answer within {self.seconds:g} seconds; does a loop never end?"

    def _fault(self, answer: Any, seed: int) -> str | None:
        """Judge an answer; all that is asked of it, its name included, happens in here."""
        if not callable(answer):
            return f"expected a function, got {short(answer)}"
        try:
            self.judge(answer, seed)
        except TooSlowError:
            raise
        except NotImplementedError:
            return "not solved yet"
        except WrongError as error:
            return " ".join(str(error).split())
        except BaseException as error:
            return raised(error)
        return None


def raised(error: BaseException) -> str:
    """Say in one line what an answer raised."""
    said = short(error, quoted=False)
    return f"your code raised {type(error).__name__}" + (f": {said}" if said else "")


def short(value: Any, *, quoted: bool = True) -> str:
    """Return a value as one line of at most 90 characters."""
    if isinstance(value, float):
        value = float(value)  # numpy's floats print their type
    try:
        text = " ".join((repr(value) if quoted else str(value)).split())
    except TooSlowError:
        raise
    except BaseException:  # a value may do what it likes
        text = f"a {type(value).__name__} that cannot be printed"
    return text if len(text) <= 90 else text[:87] + "..."


def expect(holds: bool, message: str) -> None:
    """Raise WrongError with `message` unless something holds."""
    if not holds:
        raise WrongError(message)


def ask(answer: Callable, arguments: tuple, case: str) -> Any:
    """Return `answer(*arguments)`; what it raises is told together with the case."""
    try:
        return answer(*arguments)
    except NotImplementedError:
        raise
    except Exception as error:
        raise WrongError(f"for {case} {raised(error)}") from error


def foresee(answer: Callable, cases: list[tuple]) -> None:
    """Tell an answer what it will be asked next; one that runs elsewhere answers in one go."""
    if hasattr(answer, "foresee"):
        answer.foresee(cases)


def expect_real(got: Any, case: str) -> float:
    """Hold `got` to a real number and return it as a plain float."""
    real = isinstance(got, numbers.Real) or (
        isinstance(got, np.ndarray) and got.ndim == 0 and got.dtype.kind in "iuf"
    )
    expect(real, f"for {case} a number was expected, got {short(got)}")
    return float(got)


def expect_number(answer: Callable, arguments: dict[str, Any], right: float) -> None:
    """Hold `answer(**arguments)` to a number, to 1e-9."""
    case = ", ".join(f"{name}={short(value)}" for name, value in arguments.items())
    number = expect_real(ask(answer, tuple(arguments.values()), case), case)
    expect(
        bool(np.isclose(number, right, rtol=EXACT, atol=EXACT)),
        f"for {case} the answer is {right:.6g}, got {number:.6g}",
    )


def expect_action(got: Any, actions: int = 4) -> int:
    """Hold `got` to an int from 0 to actions − 1 and return it."""
    whole = isinstance(got, (int, np.integer)) and not isinstance(got, bool)
    fits = whole and 0 <= int(got) < actions
    expect(fits, f"an action is an int from 0 to {actions - 1}, got {short(got)}")
    return int(got)


def expect_draws(
    answer: Callable,
    arguments: tuple,
    shares: Iterable[float],
    case: str,
    seed: int,
    *,
    draws: int = 10_000,
    tolerance: float = 0.02,
) -> None:
    """Hold the actions that `answer(*arguments, rng)` returns to shares, and to `rng` alone."""
    shares = np.array(list(shares))
    few = draws // 5
    runs = []
    for k, many in ((0, draws), (0, few), (1, few)):
        given = (*arguments, np.random.default_rng([k, seed]))
        foresee(answer, [given] * many)
        runs.append([expect_action(answer(*given), len(shares)) for _ in range(many)])
    got = np.bincount(runs[0], minlength=len(shares)) / draws
    for action, (share, right) in enumerate(zip(got, shares, strict=True)):
        expect(
            abs(share - right) <= tolerance,
            f"{case}, action {action} was drawn in {share:.1%} of {draws} draws, "
            f"not in about {right:.1%}",
        )
    expect(runs[0][:few] == runs[1], f"{case}, the draws must come from rng and from nothing else")
    if (shares > 0).sum() > 1:
        expect(runs[1] != runs[2], f"{case}, another rng must give other draws")
