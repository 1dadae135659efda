"""How much a piece of work does, counted: a count is the same on every machine, a time is not."""

import cProfile
from collections.abc import Callable


def calls(work: Callable[[], object]) -> int:
    """Return how many functions `work()` calls, Python's own included.

    What runs inside a compiled function counts as one call.
    """
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(each.callcount for each in profile.getstats())
