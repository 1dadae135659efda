"""What a fresh process loads, for the tests of what is imported only where it is needed."""

import subprocess
import sys


def loaded(modules: str, *packages: str) -> set[str]:
    """Return which of the packages are loaded once a fresh process imported the modules."""
    lines = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    return set(packages) & set(done.stdout.split())
