"""What tests and notebooks share: how stored outputs are compared, and what is left out."""

import importlib.util

pytest_plugins = ["lesson_outputs"]  # in tests/helpers

OPTIONAL = {"13_dqn_in_pytorch.ipynb": ("torch", "stable_baselines3")}  # lessons that need more


def pytest_ignore_collect(collection_path):
    """Leave out the lessons whose optional packages aren't installed."""
    needs = OPTIONAL.get(collection_path.name, ())
    return True if any(importlib.util.find_spec(name) is None for name in needs) else None
