"""Entries and their bound values: checked, equal by value, transparent to JAX."""

import pickle
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bound, bowl
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape import LandscapeError
from landscape.optimizers import adam, genetic
from landscape.run import _single
from landscape.schedules import cosine
from landscape.surfaces import himmelblau, rosenbrock


def prepare(
    *,
    instance: Annotated[int, ls.Range(1, 10, legal=(1, 100))] = 1,
    shift: Annotated[float, ls.Range(0.0, 1.0)] = 0.0,
):
    """Where the bowl stands: read on the host, once."""
    return np.array([instance, 0.0]) + shift


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, -2.0), source="a placed bowl", data=prepare)
def placed(centre, *, depth: Annotated[float, ls.Range(0.1, 10.0)] = 1.0):
    """A bowl around a prepared centre."""
    return lambda x: depth * jnp.sum((x - centre) ** 2)


def corner(*, name: Annotated[str, ls.Choice("left", "right")] = "left"):
    return np.array([-1.0 if name == "left" else 1.0, 0.0])


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, -2.0), source="a bowl in a named place", data=corner)
def named(centre):
    """A bowl around a place that has a name."""
    return lambda x: jnp.sum((x - centre) ** 2)


@pytest.mark.parametrize("kind", ["surface", "optimizer", "schedule"])
@given(data=st.data())
def test_bound_values_survive_flattening(kind, data):
    value = data.draw(bound(kind))
    leaves, structure = jax.tree.flatten(value)
    assert jax.tree.unflatten(structure, leaves) == value
    assert all(isinstance(leaf, (float, np.ndarray)) for leaf in leaves)  # arrays: what `data` prepared


def test_numbers_are_leaves_and_options_are_structure():
    assert jax.tree.leaves(adam(learning_rate=0.1)) == [0.1, 0.9, 0.999]
    assert jax.tree.structure(adam(b1=0.1)) == jax.tree.structure(adam(b1=0.2))
    assert jax.tree.structure(genetic(size=8)) != jax.tree.structure(genetic(size=16))
    assert jax.tree.structure(genetic(bounds="clip")) != jax.tree.structure(genetic())


def test_replace_keeps_the_rest():
    assert adam(b1=0.5).replace(learning_rate=0.2) == adam(b1=0.5, learning_rate=0.2)
    with pytest.raises(LandscapeError, match="outside"):
        adam().replace(b1=3.0)


def test_equality_is_by_entry_and_values():
    assert adam(b1=0.5) == adam(b1=0.5)
    assert adam(b1=0.5) != adam(b1=0.6)
    assert adam() != ls.optimizers.rmsprop()
    assert adam(b1=cosine(peak=0.5)) == adam(b1=cosine(peak=0.5))
    assert adam(b1=cosine(peak=0.5)) != adam(b1=cosine(peak=0.6))
    assert adam() != "adam"


def test_numbers_of_any_sort_become_floats():
    assert himmelblau(a=np.float32(2.0)).values["a"] == 2.0
    assert himmelblau(a=3).values == {"a": 3.0, "b": 7.0}
    assert type(himmelblau(a=3).values["a"]) is float
    assert type(rosenbrock(dim=np.int64(3)).values["dim"]) is int


def test_moment_casts_numbers_and_asks_schedules():
    now = adam(learning_rate=cosine(peak=0.2, end=0.0)).now(0.5, jnp.float32)
    assert now["learning_rate"] == pytest.approx(0.1)
    assert {now[name].dtype for name in ("learning_rate", "b1", "b2")} == {np.dtype(np.float32)}
    assert now["noise"] is None  # zero switches it off


def test_scheduled_lists_what_a_schedule_drives():
    assert list(adam(b1=cosine(peak=0.5)).scheduled) == ["b1"]
    assert adam().scheduled == {}


def test_what_is_off_is_structure_and_what_is_usual_is_not_told():
    off, on = (ls.optimizers.sgd(learning_rate=0.01, noise=size) for size in (0.0, 0.5))
    assert len(jax.tree.leaves(off)) == len(jax.tree.leaves(on)) - 1
    assert jax.tree.map(lambda leaf: leaf, off).values["noise"] == 0.0
    assert repr(off) == "sgd(learning_rate=0.01)"
    assert repr(on) == "sgd(learning_rate=0.01, noise=0.5)"
    assert ls.catalog.optimizer(ls.catalog.text(on)) == on
    assert ls.catalog.bind("optimizer", ls.catalog.plain(on)) == on


def test_label_and_repr_are_readable():
    assert ls.optimizers.simulated_annealing().label == "simulated annealing"
    assert repr(adam(learning_rate=0.1)) == "adam(learning_rate=0.1, b1=0.9, b2=0.999)"
    assert repr(adam) == "<optimizer adam>"


@pytest.mark.parametrize("values", [{"a": "wide"}, {"a": None}, {"a": True}, {"a": [1.0, np.nan]}])
def test_values_that_are_no_numbers_are_refused(values):
    with pytest.raises(LandscapeError, match=r"himmelblau\(a=.*(is not a number|is outside)"):
        himmelblau(**values)


def test_an_unknown_parameter_suggests_the_right_one():
    with pytest.raises(LandscapeError, match=r"adam has no parameter 'learning_rte'\. Did you mean 'learning_rate'"):
        adam(learning_rte=0.1)


def test_values_without_names_are_refused():
    with pytest.raises(LandscapeError, match="tsp takes its values by name: neighborhood, recombination, instance"):
        ls.problems.tsp("berlin52")


def test_prepared_arrays_travel_as_leaves():
    surface = placed(instance=3, shift=0.5)
    np.testing.assert_array_equal(surface.data, [3.5, 0.5])
    assert any(leaf is surface.data for leaf in jax.tree.leaves(surface))
    assert float(surface(np.array([3.5, 2.5]))) == pytest.approx(4.0)


def test_prepared_surface_is_prepared_anew_when_replaced():
    assert placed(instance=2).replace(instance=5).data[0] == 5


def test_what_prepare_alone_reads_is_checked_too():
    with pytest.raises(LandscapeError, match=r"instance=1\.5.* is not a whole number"):
        placed(instance=1.5)
    with pytest.raises(LandscapeError, match=r"instance=101.* is outside"):
        placed(instance=101)
    with pytest.raises(LandscapeError, match="takes no schedule"):
        placed(shift=cosine(peak=0.5))


@pytest.mark.parametrize(
    ("entry", "changes"),
    [(placed, [{"instance": 2}, {"shift": 0.25}, {"depth": 2.0}]), (named, [{"name": "right"}])],
)
def test_what_prepare_alone_reads_never_recompiles(entry, changes):
    def end(**values):
        return float(ls.run(entry(**values), adam(), steps=5).best_value[-1])

    first = end()
    programs = _single._cache_size()
    assert len({first, *(end(**change) for change in changes)}) == 1 + len(changes)
    assert _single._cache_size() == programs


def test_surface_is_an_argument_of_jit_grad_and_vmap():
    x = jnp.array([1.0, 2.0])
    np.testing.assert_allclose(jax.jit(lambda s, x: s(x))(bowl(depth=3.0), x), 15.0)
    np.testing.assert_allclose(jax.grad(bowl(depth=3.0))(x), 6.0 * x)
    np.testing.assert_allclose(jax.vmap(bowl())(jnp.eye(2)), [1.0, 1.0])
    np.testing.assert_allclose(jax.grad(lambda s: s(x))(bowl(depth=3.0)).values["depth"], 5.0)


def test_surfaces_are_made_inside_a_trace():
    np.testing.assert_allclose(jax.jit(lambda depth: bowl(depth=depth)(jnp.ones(2)))(4.0), 8.0)


@pytest.mark.parametrize(
    "value",
    [
        ls.surfaces.bbob(function=3, instance=7),
        ls.surfaces.formula("x*y"),
        ls.optimizers.adam(learning_rate=ls.schedules.cosine(peak=0.1)),
        ls.surfaces.rotate(surface=ls.surfaces.himmelblau(a=3.0)),
        ls.Surface.from_function(jnp.sum, domain=ls.Box.square(1.0)),
        ls.Surface.from_callable(sum, domain=ls.Box.square(1.0)),
    ],
    ids=lambda value: value.name,
)
def test_bound_values_go_to_other_processes(value):
    there = pickle.loads(pickle.dumps(value))
    assert there == value
    assert jax.tree.structure(there) == jax.tree.structure(value)
