"""Precision is the start's choice: no number is promoted behind anybody's back, none falls back to float32."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import OPTIMIZERS, OWN, SURFACES, between, moving, small

import landscape as ls
from landscape.optimizers.optax_table import INCLUDED
from landscape.schedules import linear
from landscape.simulate import simulate
from landscape.surfaces import quadratic

# optax raises a traced decay to an integer power, which strict promotion refuses: ours alone are asked.
FROM_OPTAX = {name for names in INCLUDED.values() for name in names}
STRICT = [name for name in OPTIMIZERS if name not in FROM_OPTAX]


def shapes(surface, optimizer, dtype, record="evaluated"):
    """What a run would record, without compiling it."""
    start = jax.ShapeDtypeStruct((1, surface.dim), dtype)
    seed = jax.ShapeDtypeStruct((), jnp.uint32)
    return jax.eval_shape(partial(simulate, steps=3, record=record, every=1), surface, optimizer, start, seed, None)


def hardening(name: str) -> ls.Surface:
    """The surface with every number scheduled."""
    entry = ls.catalog.surfaces()[name]
    return entry(**{n: linear(start=between(p.kind, 0.4), end=between(p.kind, 0.6)) for n, p in moving(entry).items()})


@pytest.mark.parametrize("name", STRICT)
def test_optimizers_promote_no_number_silently(name):
    with jax.numpy_dtype_promotion("strict"):
        surface = quadratic(condition=linear(start=1.0, end=9.0))
        assert shapes(surface, small(name), jnp.float32)["positions"].dtype == jnp.float32


@pytest.mark.parametrize("name", SURFACES)
def test_surfaces_promote_no_number_silently(name):
    surface = ls.catalog.surfaces()[name]()
    point = jax.ShapeDtypeStruct((surface.dim,), jnp.float32)
    with jax.numpy_dtype_promotion("strict"):
        still = jax.eval_shape(lambda ground, x: jax.value_and_grad(ground.at(0.0, x.dtype).loss)(x), surface, point)
        assert {each.dtype for each in still} == {np.dtype(np.float32)}
        assert shapes(hardening(name), ls.optimizers.sgd(), jnp.float32)["values"].dtype == jnp.float32


@pytest.mark.parametrize(
    ("name", "record", "dtype"),
    [(name, "evaluated", jnp.float32) for name in OPTIMIZERS]
    + [(name, record, dtype) for name in ("sgd", "genetic") for record in ("all", "best", "last")
       for dtype in (jnp.float32, jnp.float64)],
)  # fmt: skip
def test_everything_recorded_has_the_precision_of_the_start(name, record, dtype):
    recorded = shapes(hardening("quadratic"), small(name), dtype, record)
    found = {leaf.dtype for leaf in jax.tree.leaves(recorded) if jnp.issubdtype(leaf.dtype, jnp.floating)}
    assert found == {np.dtype(dtype)}
    assert recorded["evaluations"].dtype == recorded["gradients"].dtype == jnp.int32


@pytest.mark.parametrize("name", OWN)
def test_shapes_in_five_dimensions(name):
    recorded, size = shapes(quadratic(dim=5), small(name), jnp.float64), small(name).members(5)
    assert recorded["positions"].shape == (4, size, 5)
    assert recorded["values"].shape == (4, size)
    assert {recorded[field].shape for field in ("best_value", "evaluations", "gradients")} == {(4,)}
    points, values, kind = recorded["metrics"]["evaluated"]
    assert values.shape == kind.shape == points.shape[:2]
    assert points.shape[::2] == (3, 5)
