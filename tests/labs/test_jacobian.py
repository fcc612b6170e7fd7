"""The chain rule on graphs, against JAX; Jacobians three ways."""

import importlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lab_contract import Contract

from landscape import labs
from landscape.labs.functions import graphs
from landscape.parameters import LandscapeError

module = importlib.import_module("landscape.labs.jacobian")
WRITTEN = {
    "cost of a map": lambda w: (w[0] * w[1]) ** 2 + w[0] * w[1] * (jnp.sin(w[0]) + w[1]),
    "neuron": lambda w: (jnp.tanh(1.5 * w[0] + w[1]) - 1.0) ** 2,
    "fork": lambda w: jnp.sin(w[0] ** 2 * (w[0] + w[1])),
}


@pytest.mark.lab
@pytest.mark.parametrize("name", graphs.GRAPHS)
def test_derivatives_that_flow_back_are_those_of_the_formula(name):
    for w in ([0.8, -0.5], [-1.7, 0.3]):
        values, slopes = graphs.run(graphs.GRAPHS[name], tuple(w))
        with jax.enable_x64(True):
            value, gradient = jax.value_and_grad(WRITTEN[name])(jnp.array(w))
        assert values["C"] == pytest.approx(float(value), rel=1e-12)
        np.testing.assert_allclose([slopes["w₁"], slopes["w₂"]], gradient, rtol=1e-9)
        assert gradient.shape == (2,)


@pytest.mark.lab
@pytest.mark.parametrize(("inputs", "outputs"), [(6, 3), (12, 12), (1, 5), (7, 1)])
def test_forward_reverse_and_differences_agree(inputs, outputs):
    found = labs.jacobian(inputs=inputs, outputs=outputs, seed=3).run()
    forward = found.data["forward"]
    assert forward.shape == (outputs, inputs)
    np.testing.assert_allclose(found.data["reverse"], forward, atol=1e-6)
    np.testing.assert_allclose(found.data["differences"], forward, atol=1e-6)
    assert all(claim.holds for claim in found.claims)


def test_padding_does_not_change_the_map():
    """The same rows and columns by hand: J = B diag(1 − tanh²) A."""
    rng = np.random.default_rng(0)
    first = rng.normal(size=(12, 12))[:, :6] / np.sqrt(6)
    second, w = rng.normal(size=(12, 12))[:3] / np.sqrt(12), rng.normal(size=12)[:6]
    by_hand = second @ np.diag(1 - np.tanh(first @ w) ** 2) @ first
    np.testing.assert_allclose(labs.jacobian().run().data["forward"], by_hand, rtol=1e-9)


def test_differences_are_best_in_between():
    error = labs.jacobian().run().data["central_error"]
    best = int(np.argmin(error))
    assert 0 < best < len(error) - 1
    assert error[-1] > 1e4 * error[best]
    assert error[0] == pytest.approx(100 * error[1], rel=0.1)  # of second order


def test_the_last_moment_shows_every_derivative():
    sheet = labs.jacobian().run().sheet("chain rule")
    (notes,) = [mark for mark in sheet.panels[0].marks if getattr(mark, "boxed", False)]
    assert len(notes.texts) == sheet.moments == 2 * 5
    assert not any("∂C" in text for text in notes.texts[4])
    assert all("∂C" in text for text in notes.texts[-1])


def test_maps_without_inputs_are_refused():
    for bad in ({"inputs": 0}, {"outputs": 13}, {"w1": np.inf}):
        with pytest.raises(LandscapeError, match=next(iter(bad))):
            labs.jacobian(**bad)


class TestContract(Contract):
    lab = "jacobian"
