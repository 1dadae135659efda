"""Grade submissions: `python -m peterwolf.grading SUBMISSIONS --out grades.csv`.

SUBMISSIONS is a folder of notebooks: `ada.ipynb`, `ada__03_q_learning.ipynb`,
or any notebooks in a folder `ada`. Only the exercise cells are taken from
them, by grade id; they run in a sandbox, without network and answers, and are
judged from outside it, as the tutor judges, on cases that the run's seed
draws. The same submissions and the same seed give the same files. With
`--dask` the cluster's machines must see the same temporary folder (TMPDIR).

It needs Linux, bubblewrap and `pip install -r requirements-grading.txt`.
Without bubblewrap each row says "not isolated". Whether somebody copied an
answer is not its business.
"""

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from peterwolf import workers
from peterwolf.grading import lessons, report
from peterwolf.grading.grader import Setting
from peterwolf.grading.report import Row, grade
from peterwolf.grading.submissions import Submission, collected
from peterwolf.sandbox import bubblewrap
from peterwolf.sandbox.channel import SandboxError
from peterwolf.sandbox.process import Sandbox


def main(arguments: list[str] | None = None) -> None:
    """Grade what the command line names; `arguments` stands in for it in tests."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(os, "killpg"):
        parser.error("this needs Linux; on Windows it runs in WSL")
    if find_spec("joblib") is None:
        parser.error("joblib is missing: python -m pip install -r requirements-grading.txt")
    if not options.submissions.is_dir():
        parser.error(f"SUBMISSIONS must be a folder, got {str(options.submissions)!r}")
    if not options.out.resolve().parent.is_dir():
        parser.error(f"--out must lie in a folder that exists, got {str(options.out)!r}")
    known = lessons.released(options.lessons)
    with tempfile.TemporaryDirectory() as courses:
        for number in known:
            bubblewrap.write_course(Path(courses, number), number)
        setting = Setting(
            secrets.randbelow(2**31) if options.seed is None else options.seed,
            options.seconds,
            not options.no_bwrap and _isolates(Path(courses, min(known))),
            Path(courses),
        )
        found = collected(options.submissions, known)
        try:
            rows = [row for rows in _graded(found, setting, options) for row in rows]
        except workers.MissingError as error:
            parser.error(str(error))
    report.write_csv(options.out, rows)
    if options.feedback:
        report.write_feedback(options.feedback, rows)
    print(report.summary(rows))
    print(f"run seed {setting.seed}, {'in bubblewrap' if setting.isolated else 'not isolated'}")


def _parser() -> argparse.ArgumentParser:
    parser = workers.command("grading", __doc__, os.cpu_count() or 1)
    parser.add_argument("submissions", type=Path, metavar="SUBMISSIONS", help="the folder")
    parser.add_argument("--out", type=Path, required=True, help="the CSV to write")
    parser.add_argument("--feedback", type=Path, help="a folder for one HTML page a learner")
    parser.add_argument("--seed", type=_number(0), help="of the run; a new one is drawn and told")
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="the most for one exercise (default: 60)"
    )
    parser.add_argument(
        "--lessons", type=Path, default=lessons.WHERE, help="the released notebooks"
    )
    parser.add_argument("--no-bwrap", action="store_true", help="do not isolate")
    return parser


def _number(least: int):
    def number(text: str) -> int:
        if not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least}, got {text!r}")
        return int(text)

    return number


def _isolates(course: Path) -> bool:
    """Say whether bubblewrap is here and works; tell why not."""
    if not bubblewrap.found():
        print("bubblewrap is missing: nothing is isolated", file=sys.stderr)
        return False
    try:
        Sandbox(course).close()
    except SandboxError as error:
        print(f"bubblewrap does not work here, nothing is isolated: {error}", file=sys.stderr)
        return False
    return True


def _graded(
    found: list[Submission], setting: Setting, options: argparse.Namespace
) -> Iterator[list[Row]]:
    """Yield the rows of each submission, in order, and show how far it is."""
    from tqdm import tqdm

    how = {"jobs": min(options.jobs, len(found) or 1), "dask": options.dask, "in_order": True}
    rows = workers.each(partial(grade, setting=setting), found, **how)
    yield from tqdm(rows, total=len(found), desc="submissions", disable=None)


if __name__ == "__main__":
    main()
