"""Clear errors for bad input: class, argument, value and what is allowed."""

import re

import numpy as np
import pytest

from peterwolf import Action, arguments

NAN, INFINITY = float("nan"), float("inf")
HUGE = pytest.param(10**400, id="no float is that large")


@pytest.mark.parametrize("value", [2, 5, np.int64(3), np.uint8(4), np.array(2), Action.RIGHT])
def test_a_whole_number_in_range_comes_back_as_an_int(value):
    number = arguments.integer("size", value, 2, 5)
    assert type(number) is int
    assert number == value


@pytest.mark.parametrize("value", [1, 6, -3, 10**30, np.int64(6)])
def test_a_whole_number_out_of_range_is_named_with_what_is_allowed(value):
    with pytest.raises(ValueError, match=f"^size must be an integer from 2 to 5, got {value}$"):
        arguments.integer("size", value, 2, 5)


@pytest.mark.parametrize("value", [2.0, 2.5, "3", None, True, np.True_, NAN, [3], np.array([3])])
def test_what_is_not_a_whole_number_is_a_type_error(value):
    message = f"size must be an integer from 2 to 5, got {value!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        arguments.integer("size", value, 2, 5)


def test_without_an_upper_end_only_the_lower_one_is_held_and_told():
    assert arguments.integer("trees", 10**30, 0) == 10**30
    with pytest.raises(ValueError, match="^trees must be an integer of 0 or more, got -1$"):
        arguments.integer("trees", -1, 0)


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(0.25), np.int64(1)])
def test_both_ends_of_a_range_belong_to_it(value):
    number = arguments.real("gamma", value, 0, 1)
    assert type(number) is float
    assert number == value


@pytest.mark.parametrize("value", [-0.1, 1.0000001, NAN, INFINITY, -INFINITY, 2, HUGE])
def test_a_number_out_of_range_is_named_with_what_is_allowed(value):
    with pytest.raises(ValueError, match="^gamma must be a number from 0 to 1, got ") as error:
        arguments.real("gamma", value, 0, 1)
    assert repr(value) in str(error.value)


@pytest.mark.parametrize("value", ["0.5", b"1", None, True, np.False_, 1j, [0.5], {}])
def test_what_is_not_a_real_number_is_a_type_error(value):
    message = f"gamma must be a number from 0 to 1, got {value!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        arguments.real("gamma", value, 0, 1)


@pytest.mark.parametrize("value", [None, "ansi"])
def test_one_of_the_allowed_values_comes_back(value):
    assert arguments.one_of("render_mode", value, (None, "ansi")) is value


@pytest.mark.parametrize("value", ["ANSI", "", 0, False, ["ansi"], np.zeros(2)])
def test_any_other_value_is_an_error_that_lists_the_allowed_ones(value):
    message = f"render_mode must be one of None, 'ansi', got {value!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        arguments.one_of("render_mode", value, (None, "ansi"))


def test_zero_is_not_taken_for_false():
    with pytest.raises(ValueError, match="^progress must be one of True, False, got 0$"):
        arguments.one_of("progress", 0, (True, False))


def test_a_generator_comes_back_untouched():
    rng = np.random.default_rng(0)
    assert arguments.generator("rng", rng) is rng
    assert rng.random() == np.random.default_rng(0).random()


@pytest.mark.parametrize("value", [0, None, np.random, np.random.RandomState(0)])
def test_anything_but_a_generator_is_a_type_error_that_shows_how_to_make_one(value):
    message = r"^rng must be a numpy.random.Generator, as numpy.random.default_rng\(0\) .* got "
    with pytest.raises(TypeError, match=message + re.escape(repr(value))):
        arguments.generator("rng", value)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_finite_table_of_floats_comes_back_itself(dtype):
    q = np.zeros((2, 3, 4), dtype)
    assert arguments.table("q", q, (2, 3, 4)) is q


@pytest.mark.parametrize("shape", [(2, 3), (3, 2, 4), (2, 3, 4, 1), (0,)])
def test_a_table_of_another_shape_is_told_with_both_shapes(shape):
    message = f"q must have the shape (2, 3, 4), got {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        arguments.table("q", np.zeros(shape), (2, 3, 4))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.zeros(2, int), "int64"),
        (np.zeros(2, complex), "complex128"),
        (np.array(["a", "b"]), "<U1"),
        (np.array([None, None]), "object"),
        ([0.0, 0.0], "list"),
        (None, "NoneType"),
    ],
)
def test_a_table_that_does_not_hold_floats_is_a_type_error(value, kind):
    with pytest.raises(TypeError, match=f"^q must be a numpy array of floats, got {kind}$"):
        arguments.table("q", value, (2,))


@pytest.mark.parametrize("bad", [NAN, INFINITY, -INFINITY])
def test_a_table_with_a_value_that_is_not_finite_says_which_and_where(bad):
    q = np.zeros((2, 3, 4))
    q[1, 2, 3] = bad
    message = f"q must be finite everywhere, got {bad} at (1, 2, 3)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        arguments.table("q", q, (2, 3, 4))
