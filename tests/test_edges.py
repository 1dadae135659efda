"""Bins between edges of one's own: which bin, what is refused, and the compiled engine."""

import math

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peterwolf import tabular
from peterwolf.kernels import dynamics as kernel_worlds
from peterwolf.tabular.bins import Bins, Edges

UNEVEN = Edges([[-1.0, 0.0, 0.25, 7.0]])
ANY_NUMBER = st.floats(allow_nan=False, allow_infinity=True)


@pytest.mark.parametrize(
    ("value", "index"),
    [(-9, 0), (-1, 1), (-0.5, 1), (0, 2), (0.2, 2), (0.25, 3), (6.9, 3), (7, 4), (1e300, 4)],
)
def test_a_value_falls_into_the_bin_that_begins_at_or_below_it(value, index):
    assert UNEVEN([value]) == (index,)


@pytest.mark.parametrize("edge", range(4))
def test_the_value_just_below_an_edge_falls_into_the_bin_below(edge):
    assert UNEVEN([np.nextafter(UNEVEN.edges[0][edge], -9)]) == (edge,)


def test_infinities_fall_into_the_outer_bins():
    assert UNEVEN([-math.inf]) == (0,) and UNEVEN([math.inf]) == (4,)
    assert UNEVEN.many([[-math.inf], [math.inf]]).tolist() == [[0], [4]]


def test_each_number_of_an_observation_has_its_own_edges():
    bins = Edges([[0, 1], [], [5]])
    assert bins.shape == (3, 1, 2)
    index = bins(np.array([0.5, 9, 5], dtype=np.float32))
    assert index == (1, 0, 1) and [type(i) for i in index] == [int, int, int]


@given(st.lists(ANY_NUMBER, min_size=1))
def test_one_and_many_agree_on_every_number(values):
    found = UNEVEN.many([[value] for value in values])
    assert list(map(tuple, found)) == [UNEVEN([value]) for value in values]


def test_edges_of_equal_width_are_equal_bins():
    equal, edges = Bins([0], [1], [8]), Edges([np.linspace(0, 1, 9)[1:-1]])
    values = np.random.default_rng(0).uniform(-0.2, 1.2, size=(2000, 1))
    values = np.concatenate([values, np.linspace(0, 1, 9)[:, None]])
    assert edges.shape == equal.shape
    assert np.array_equal(edges.many(values), equal.many(values))


def test_quantiles_of_data_make_bins_that_are_equally_full():
    data = np.random.default_rng(0).normal(size=(1000, 1))
    bins = Edges([np.quantile(data, np.linspace(0, 1, 6)[1:-1])])
    assert np.bincount(bins.many(data)[:, 0]).tolist() == [200] * 5


@pytest.mark.parametrize(
    "wrong",
    [[1, 0], [0, 0], [0, math.nan], [0, math.inf], [-math.inf], [[0, 1]], 3],
    ids=["falling", "twice", "nan", "inf", "-inf", "two axes", "a number"],
)
def test_edges_that_do_not_rise_are_an_error_that_names_the_dimension(wrong):
    with pytest.raises(ValueError, match="^edges of dimension 1 must be finite .* rising .*, got"):
        Edges([[0, 1], wrong])


def test_no_edges_at_all_are_an_error():
    with pytest.raises(ValueError, match="^edges must have one entry a dimension, got none"):
        Edges([])


@pytest.mark.parametrize("observation", [[math.nan, 0], [0, math.nan]])
def test_nan_has_no_bin(observation):
    with pytest.raises(ValueError, match=r"^observation must hold numbers, got \[.*nan"):
        Edges([[0], [0]])(observation)


@pytest.mark.parametrize("observation", [[0.5], [0.5] * 3, 0.5, [], [[0.5, 0.5]]])
def test_an_observation_of_another_length_is_an_error(observation):
    with pytest.raises(ValueError, match="^observation must hold 2 numbers, got"):
        Edges([[0], [0]])(observation)


def test_edges_stay_as_they_were_when_the_callers_array_changes():
    mine = np.array([0.0, 1.0])
    bins = Edges([mine])
    mine[1] = 5
    assert bins([2]) == (2,) and bins.many([[2]]).tolist() == [[2]]


def test_edges_show_how_they_were_made():
    assert repr(Edges([[0, 1.5], []])) == "Edges([[0.0, 1.5], []])"


# Compiled

ENVS = {"MountainCar-v0": (0.9, 0.05), "CartPole-v1": (1.0, 1.0, 0.1, 1.0)}


def left(name: str, engine: str, **told) -> dict:
    """Learn, and return everything that the run leaves behind."""
    env, rng = gymnasium.make(name), np.random.default_rng(told.pop("seed"))
    told = {"alpha": 0.5, "gamma": 0.95, "epsilon": 0.3, "snapshots": 3, "progress": False} | told
    run = tabular.q_learning(env, rng=rng, engine=engine, **told)
    assert run.engine == engine
    states = rng.bit_generator.state, env.unwrapped.np_random.bit_generator.state
    tables = [each.q.tobytes() for each in run.snapshots]
    arrays = [each.tobytes() for each in (run.q, run.visits, run.returns, run.lengths)]
    return {"rng": states, "arrays": arrays, "snapshots": tables, "visits": run.visits}


@settings(max_examples=15, deadline=None)
@given(
    name=st.sampled_from(list(ENVS)),
    counts=st.lists(st.integers(0, 9), min_size=4, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_any_edges_learn_the_same_compiled(name, counts, seed):
    rng, spread = np.random.default_rng(seed), ENVS[name]
    edges = [rng.normal(0, *each) for each in zip(spread, counts, strict=False)]
    edges = [np.unique([*each, 0.0]) for each in edges]  # a car starts with a velocity of 0
    told = {"encode": Edges(edges), "episodes": 4 if spread[1] < 0.1 else 40, "seed": seed}
    walked, kernel = (left(name, engine, **told) for engine in ("python", "compiled"))
    visits = walked.pop("visits")
    assert np.array_equal(visits, kernel.pop("visits")) and visits.shape[:-1] == Edges(edges).shape
    assert walked == kernel


def test_the_compiled_engine_uses_every_bin_between_the_edges():
    edges = Edges([[-0.9, -0.6, -0.5, -0.45, -0.2], [-0.01, 0.0, 0.001]])
    visits = left("MountainCar-v0", "compiled", encode=edges, episodes=300, seed=0)["visits"]
    assert (visits.sum(axis=-1) > 0).sum() > 20


def test_edges_of_another_number_of_dimensions_are_not_compiled():
    told = {"encode": Edges([[0.0]]), "shape": None, "episodes": 1, "seed": 0}
    with pytest.raises(ValueError, match="cannot play this env: encode is not Bins of 2 numbers"):
        left("MountainCar-v0", "compiled", **told)


@given(st.lists(st.tuples(ANY_NUMBER, ANY_NUMBER), min_size=1, max_size=5))
def test_the_compiled_loop_s_row_is_that_of_the_edges_in_single_precision(observations):
    edges = Edges([[-1.0, 0.0, 0.5], [0.25]])
    padded = np.full((2, 4), np.inf)
    padded[0, :3], padded[1, :1] = edges.edges
    with np.errstate(over="ignore"):
        for observation in observations:
            now = np.array([*observation, 0.0])
            world = kernel_worlds.Edged(now, 1, padded, np.array(edges.shape))
            row = np.ravel_multi_index(edges(np.float32(observation)), edges.shape)
            assert kernel_worlds.row_of_edges(world) == row
