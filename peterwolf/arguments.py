"""Clear errors for bad input: each names the argument, the value and what is allowed.

Every other module may import this one; it imports none of them.
"""

import operator
from typing import Any

import numpy as np


def integer(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return `value` as an int in [low, high]; a high of None means no upper end.

    Raises TypeError for anything that is not a whole-number type (True and
    2.0 included) and ValueError for a number out of range.
    """
    allowed = f"an integer of {low} or more" if high is None else f"an integer from {low} to {high}"
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be {allowed}, got {value!r}") from None
    if number < low or (high is not None and number > high):
        raise ValueError(f"{name} must be {allowed}, got {number}")
    return number


def real(name: str, value: Any, low: float, high: float) -> float:
    """Return `value` as a float in [low, high].

    Raises TypeError for what is not a real number, ValueError for NaN and for
    a number out of range.
    """
    allowed = f"a number from {low:g} to {high:g}"
    if isinstance(value, (str, bytes, bool, np.bool_)):
        raise TypeError(f"{name} must be {allowed}, got {value!r}")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be {allowed}, got {value!r}") from None
    except OverflowError:
        number = float("inf")
    if not low <= number <= high:
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    return number


def one_of(name: str, value: Any, allowed: tuple) -> Any:
    """Return `value` if it is among `allowed`; raises ValueError otherwise."""
    if not any(value is each or (type(value) is type(each) and value == each) for each in allowed):
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
    return value


def generator(name: str, value: Any) -> np.random.Generator:
    """Return `value` if it is a numpy Generator; raises TypeError otherwise."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, as numpy.random.default_rng(0) "
            f"makes one, got {value!r}"
        )
    return value


def table(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return `value` if it is a float array of `shape` without NaN or infinity.

    Raises TypeError for another type or dtype, ValueError for another shape
    or for values that are not finite.
    """
    if not isinstance(value, np.ndarray) or not np.issubdtype(value.dtype, np.floating):
        kind = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{name} must be a numpy array of floats, got {kind}")
    if value.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, got {value.shape}")
    if not np.isfinite(value).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
        raise ValueError(f"{name} must be finite everywhere, got {value[where]} at {where}")
    return value
