"""Saved networks: as they were, and no file that is none; test_saving.py has the machinery."""

import numpy as np
import pytest
from test_saving import forged, header, sparingly

from peterwolf import saving
from peterwolf.dqn.net import Network, random_network
from peterwolf.saving import BrokenRunError, load, save


def some(dtype=np.float32, dueling=False, widths=(4, 8, 2)) -> Network:
    return random_network(widths, rng=np.random.default_rng(0), dtype=dtype, dueling=dueling)


ARRAYS = saving._network_arrays(some())  # widths 4-8-2, 58 parameters


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("dueling", [False, True])
@pytest.mark.parametrize("widths", [(4, 64, 64, 2), (1, 1)])
def test_a_network_comes_back_as_it_was(widths, dueling, dtype, tmp_path):
    network = some(dtype, dueling, widths)
    path = save(network, tmp_path / "net.npz")
    back = load(path)
    assert repr(back) == repr(network) and type(back.dueling) is bool
    assert back.parameters.dtype == dtype and (back.parameters == network.parameters).all()
    x = np.ones((3, widths[0]), dtype)
    assert (back(x) == network(x)).all()
    back.parameters[:] = 0  # it can be learnt on
    assert not back(x).any()


def test_a_network_that_could_not_be_loaded_is_not_saved(tmp_path):
    half = Network((2, 3), np.zeros(9, np.float16))
    with pytest.raises(ValueError, match="^parameters must be of kind <f8 or <f4, got float16"):
        save(half, tmp_path / "net.npz")
    with pytest.raises(ValueError, match=r"^path must end in \.npz"):
        save(some(), tmp_path / "net.pth")
    assert list(tmp_path.iterdir()) == []


WRONG = {
    "a parameter too few": ({"parameters": np.zeros(57, np.float32)}, "the shape (58,)"),
    "another network's": ({"dueling": np.array(True)}, "the shape (67,)"),
    "turned parameters": (
        {"parameters": np.zeros((58, 1))},
        "parameters must have the shape (58,)",
    ),
    "whole numbers": ({"parameters": np.zeros(58, int)}, "parameters must be of kind"),
    "no layer": ({"widths": np.array([4])}, "widths must have two entries"),
    "no widths": ({"widths": np.zeros(0, int)}, "widths must have two entries"),
    "a width of zero": ({"widths": np.array([4, 0, 2])}, "widths must be an integer of 1 or more"),
    "a fractional width": ({"widths": np.array([4, 8.5, 2])}, "widths must be of kind <i8"),
    "widths that overflow": ({"widths": np.array([2**62, 4])}, "at most 10,000,000 parameters"),
    "one width": ({"widths": np.array(4)}, "widths must have the shape (0,)"),
    "two truths": ({"dueling": np.zeros(2, bool)}, "dueling must have the shape ()"),
    "another format": ({"format": np.array(2)}, "it is of format 2"),
    "an array of a run more": ({"q": np.zeros(3)}, "it must hold format, widths"),
    "a pickle": ({"parameters": np.array([None] * 58)}, "parameters.npy holds no rows of numbers"),
}


@pytest.mark.parametrize(("changed", "says"), WRONG.values(), ids=WRONG)
def test_arrays_that_are_not_those_of_a_network_are_refused(changed, says, tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(forged(ARRAYS | changed))
    with pytest.raises(BrokenRunError, match="holds no run or network that can be read") as raised:
        load(path)
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_file_that_lacks_an_array_is_refused(name, tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(forged({key: array for key, array in ARRAYS.items() if key != name}))
    with pytest.raises(BrokenRunError, match="it must hold format"):
        load(path)


def test_parameters_that_are_only_promised_take_no_memory(tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(forged(ARRAYS | {"parameters": header((20_000_000,), "<f4") + bytes(100)}))
    sparingly(path, "parameters.npy has 228 bytes, but its shape is")
