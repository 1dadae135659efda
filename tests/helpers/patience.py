"""Time enough for what has to end well: limits that no busy machine reaches."""

import dataclasses

import pytest

from peterwolf import checks

ENOUGH = 600.0  # seconds; on an idle machine nothing that must end well takes ten


def give_time(patch: pytest.MonkeyPatch) -> None:
    """Give each exercise's answer ten minutes, so that a busy machine changes no verdict."""
    for name, exercise in checks.EXERCISES.items():
        patch.setitem(checks.EXERCISES, name, dataclasses.replace(exercise, seconds=ENOUGH))
