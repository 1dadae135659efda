"""Judge the exercises of one submission: its cells in a sandbox, the tutor's judges out here."""

import contextlib
import io
import re
import warnings
import zlib
from collections import deque
from operator import is_
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from peterwolf import checks
from peterwolf.checks.exercise import Exercise, WrongError, raised
from peterwolf.grading.lessons import Lesson
from peterwolf.grading.submissions import Submission
from peterwolf.sandbox.channel import LostError, SandboxError, TimeUpError
from peterwolf.sandbox.process import Limits, Sandbox

NOT_SOLVED = "not solved yet"
LARGEST_SEED = 100_000
TORCH_LIMITS = Limits(memory=8 << 30)  # PyTorch maps far more than it uses


class Setting(NamedTuple):
    """How a run grades: its seed, the most seconds an exercise, and whether it is isolated.

    `courses` holds what `bubblewrap.write_course` wrote for each lesson, in a
    folder with the lesson's number.
    """

    seed: int
    seconds: float
    isolated: bool
    courses: Path


class Answer:
    """A function of a submission, called in its sandbox as if it were here."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sandbox, self._name = sandbox, name
        self.missing: str | None = None
        self._foreseen: deque[tuple[tuple, Any]] = deque()

    def foresee(self, cases: list[tuple]) -> None:
        """Ask for all cases at once; the calls that follow take their results from here."""
        self._foreseen = deque(zip(cases, self._sandbox.each(self._name, cases), strict=False))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if self._foreseen and not named:
            case, result = self._foreseen.popleft()
            if len(case) == len(arguments) and all(map(is_, case, arguments)):
                return result
            self._foreseen.clear()
        try:
            return self._sandbox.call(self._name, *arguments, **named)
        except NameError as error:
            self.missing = error.name
            raise

    def __repr__(self) -> str:
        return self._name


class Desk:
    """Where the exercises of one submission are judged, in order; a lost process is replaced."""

    def __init__(self, submission: Submission, lesson: Lesson, setting: Setting) -> None:
        self.submission, self.lesson, self.setting = submission, lesson, setting
        self.sandbox: Sandbox | None = None
        self.loaded: list[str] = []
        self.right: set[str] = set()

    def judged(self, name: str) -> tuple[str, str]:
        """Return (verdict, reason) for an exercise."""
        if name in self.submission.faults:
            return "missing", self.submission.faults[name]
        exercise = checks.EXERCISES[name]
        seconds = min(self.setting.seconds, exercise.seconds)
        try:
            answer = Answer(self._process(seconds), function_of(name))
            fault = self._load(name) or self._fault(exercise, answer)
        except NotImplementedError:
            return "not solved", NOT_SOLVED
        except TimeUpError:
            return "failed", f"no answer within {seconds:g} seconds; does a loop never end?"
        except LostError as error:
            return "failed", str(error)
        except SandboxError as error:
            return "not graded", str(error)
        if fault == NOT_SOLVED:
            return "not solved", fault
        if fault is None:
            self.right.add(name)
            return "right", ""
        return "wrong", fault + self._because(name, answer)

    def _process(self, seconds: float) -> Sandbox:
        """Return a process with the cells so far, for so long."""
        if self.sandbox and self.sandbox.open:
            self.sandbox.within(seconds)
            with contextlib.suppress(LostError):
                self.sandbox.forget()
                return self.sandbox
        cells = self.loaded
        while True:
            course = self.setting.courses / self.lesson.number
            limits = TORCH_LIMITS if self.lesson.number == "13" else Limits()
            self.sandbox = Sandbox(course, limits, isolated=self.setting.isolated)
            self.sandbox.within(seconds)
            self.loaded = []
            try:
                for name in cells:
                    self._load(name)
                return self.sandbox
            except LostError:  # a cell that was good once is left out from now on
                cells = [each for each in cells if each != name]

    def _load(self, name: str) -> str | None:
        """Run a cell; return what is wrong if it does not define its function."""
        source, function = self.submission.cells[name], function_of(name)
        assert self.sandbox is not None
        fault = None
        try:
            self.sandbox.load(name, source, self.lesson.imports)
        except NotImplementedError:
            fault = NOT_SOLVED
        except NameError as error:
            fault = raised(error) + self._undefined(error.name)
        except Exception as error:
            fault = raised(error)
            if type(error).__name__ == "SyntaxError" and re.search(r"^\s*[%!]", source, re.M):
                fault += "; magics and shell lines are not run"
        if self.sandbox.has(function):
            self.loaded.append(name)
            return None
        return fault or f"the cell defines no function {function}"

    def _fault(self, exercise: Exercise, answer: Answer) -> str | None:
        seed = exercise_seed(self.setting.seed, exercise.name)
        silence = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(silence),
                contextlib.redirect_stderr(silence),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                exercise.judge(answer, seed)
        except WrongError as error:
            return str(error)
        except NotImplementedError:
            raise
        except Exception as error:
            return raised(error)
        return None

    def _because(self, name: str, answer: Answer) -> str:
        """Say which names an answer relies on that are not there, or not right."""
        if answer.missing:
            return self._undefined(answer.missing)
        source = self.submission.cells[name]
        for other in self.lesson.exercises[: self.lesson.exercises.index(name)]:
            used = re.search(rf"\b{re.escape(function_of(other))}\b", source)
            if used and other not in self.right:
                return f" (it uses {function_of(other)}, which is not right)"
        return ""

    def _undefined(self, name: str | None) -> str:
        if name in self.lesson.imports:
            return f" (it relies on `{self.lesson.imports[name]}`, which is not at hand here)"
        return (
            f" (it relies on {name}, which neither it nor an earlier exercise nor an import "
            "of the lesson defines)"
        )


def function_of(name: str) -> str:
    """Return the name of an exercise's function: "03_train" asks for `train`."""
    return name[3:]


def exercise_seed(run: int, name: str) -> int:
    """Return the seed of an exercise in a run; it is the same for all learners."""
    rng = np.random.default_rng([run, zlib.crc32(name.encode())])
    return int(rng.integers(1, LARGEST_SEED))
