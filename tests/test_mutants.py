"""The table of planted bugs does not rot, and the command that plants them can tell."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests" / "mutants"))
import run  # noqa: E402
import table  # noqa: E402


def test_there_are_25_bugs_or_more_and_each_has_a_name_of_its_own():
    names = {mutant.name for mutant in table.MUTANTS}
    assert len(names) == len(table.MUTANTS) >= 25


@pytest.mark.parametrize("mutant", table.MUTANTS, ids=lambda mutant: mutant.name)
def test_a_bug_still_has_its_place_and_its_tests(mutant):
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    compile(run.planted(text, mutant), mutant.file, "exec")
    assert mutant.tests
    for test in mutant.tests:
        path, name = test.partition("[")[0].split("::")
        assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_a_bug_whose_place_is_gone_is_an_error():
    gone = table.bug("gone", "worlds/board", "no such line", "", "test_board::test_x")
    with pytest.raises(ValueError, match="gone: 'no such line' stands 0 times in peterwolf/worlds"):
        run.planted("MOVES = ()", gone)


def proof(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(ROOT / "tests" / "mutants" / "run.py"), *words]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_catches_a_bug():
    done = proof("swapped moves")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 1 caught"
    assert done.stdout.startswith("caught")


def test_a_bug_that_no_test_notices_is_told(capsys):
    harmless = table.bug(
        "another name for the classic board's rows",
        "worlds/board",
        "SMALLEST, LARGEST = 2, 256",
        "SMALLEST, LARGEST = 2, 255 + 1",
        "test_board::test_cells_have_the_numbers_of_the_design",
    )
    assert run.prove([harmless]) == [harmless]
    assert capsys.readouterr().out.startswith("MISSED")
