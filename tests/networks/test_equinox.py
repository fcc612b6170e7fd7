"""Modules of Equinox as surfaces: functions and plain numbers in them are structure, whole numbers stay."""

import runpy
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from landscape.networks import surface

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "equinox_model.py"
INPUTS = np.random.default_rng(0).normal(size=(8, 2)).astype(np.float32)


class Counted(eqx.Module):
    """A module with a float, a whole number in an array, a function, dropout, and a layer inside."""

    layer: eqx.nn.Linear
    norm: eqx.nn.LayerNorm
    dropout: eqx.nn.Dropout
    calls: jax.Array
    function: object
    power: float = 2.0

    def __call__(self, x):
        out = self.norm(self.function(self.layer(x)))
        return jnp.mean(self.dropout(out) ** self.power) * self.calls


def module() -> Counted:
    layer = eqx.nn.Linear(2, 3, key=jax.random.key(1))
    dropped = eqx.nn.Dropout(0.5, inference=True)
    return Counted(layer, eqx.nn.LayerNorm(3), dropped, jnp.asarray(2), jax.nn.gelu)


def loss(model, batch):
    return jnp.mean(jax.vmap(model)(batch))


def test_a_module_is_its_own_tree():
    given = module()
    made = surface(loss, given, INPUTS)
    assert [(block.path, block.kind, block.filters) for block in made.blocks] == [
        ("layer/weight", "weights", 0), ("layer/bias", "bias", None), ("norm/weight", "norm", None),
        ("norm/bias", "norm", None),
    ]  # fmt: skip
    assert float(made(made.start)) == pytest.approx(float(loss(given, INPUTS)), rel=1e-6)
    back = made.params(made.start)
    assert eqx.tree_equal(back, given)
    assert (back.function, back.power, back.dropout.inference) == (jax.nn.gelu, 2.0, True)


def test_parameters_that_were_parted_from_the_rest_are_a_tree_too():
    params, rest = eqx.partition(module(), eqx.is_inexact_array)
    made = surface(lambda params, batch: loss(eqx.combine(params, rest), batch), params, INPUTS)
    whole = surface(loss, module(), INPUTS)
    assert made.dim == whole.dim
    assert eqx.tree_equal(eqx.combine(made.params(made.start), rest), module())
    np.testing.assert_allclose(made(made.start), whole(whole.start), rtol=1e-6)


def test_the_example_finds_the_best_last_layer():
    found = runpy.run_path(str(EXAMPLE))["main"](epochs=30)
    assert found["trained"] < 0.5 * found["start"]
    model, (x, y) = found["model"], runpy.run_path(str(EXAMPLE))["wave"]()
    hidden = jax.vmap(lambda x: jnp.tanh(model.layers[0](x)))(x)
    design = np.c_[np.asarray(hidden, float), np.ones(len(x))]
    left = y - design @ np.linalg.lstsq(design, y.astype(float), rcond=1e-12)[0]
    assert 0.99 * np.mean(left**2) < found["solved"] < 1.2 * np.mean(left**2)  # features that are nearly dependent
    assert found["solved"] < 0.5 * found["trained"]
    assert found["weights"] == 33
