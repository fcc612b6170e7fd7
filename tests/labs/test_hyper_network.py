"""A net that writes a net: what is trained, and when it is a plain net again."""

from importlib import import_module

import jax
import numpy as np
import pytest
from lab_contract import Contract

from landscape.labs import hyper_network
from landscape.parameters import LandscapeError

lab = import_module("landscape.labs.hyper_network")


@pytest.fixture(scope="module")
def found():
    return hyper_network(width=4, hidden=8, steps=250).run()


@pytest.mark.lab
def test_gradients_flow_into_h_alone(found):
    hyper = lab.begun(4, 8, 0)
    points = lab.places()[1][:50]
    inputs = np.array([0.2, 0.7], np.float32)
    targets = lab.targets_of("turning wave", inputs, points)
    slopes = jax.jit(jax.grad(lab.loss), static_argnums=4)(hyper, inputs, points, targets, 4)
    assert all(np.any(np.asarray(slope) != 0.0) for slope in slopes)
    by_weights = np.zeros(4 * 4 + 1)
    slope = jax.jit(jax.grad(lambda w, target: ((lab.small(w, points, 4) - target) ** 2).mean()))
    for z, target in zip(inputs, targets, strict=True):  # what the weights of G would get is what H's offset gets
        written = lab.weights_of(hyper, z)
        by_weights += np.asarray(slope(written, target)) / 2
    np.testing.assert_allclose(slopes.offset, by_weights, rtol=1e-4, atol=1e-6)
    assert [claim.holds for claim in found.claims[:2]] == [True, True]


@pytest.mark.lab
def test_a_linear_h_with_a_constant_input_is_a_plain_net(found):
    assert found.claims[2].holds
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (20, 2))
    assert lab.twins(3, points, rng.normal(size=20), 1) < 1e-12


def test_g_is_a_net_of_tanh_units():
    rng = np.random.default_rng(1)
    weights, points = rng.normal(size=13), rng.uniform(-1, 1, (7, 2))
    expected = [sum(weights[9 + k] * np.tanh(x * weights[k] + y * weights[3 + k] + weights[6 + k]) for k in range(3))
                + weights[12] for x, y in points]  # fmt: skip
    np.testing.assert_allclose(lab.small(weights, points, 3), expected, rtol=1e-12)


def test_training_brings_the_error_down_and_the_surface_morphs(found):
    losses = found.data["loss"]
    assert losses[-1] < 0.3 * losses[0]
    assert np.ptp(found.data["surfaces"], axis=0).max() > 0.3
    assert found.sheet().moments == len(found.data["inputs"])


def test_a_net_of_few_weights_and_one_that_saturates_are_told_as_they_are():
    found = hyper_network(width=2, hidden=4, steps=250, learning_rate=10.0).run()
    assert found.sheet().panels[-1].title == "9 of the 9 weights that H writes"
    assert found.claims[1].holds  # gradients are those before training


def test_bad_input_is_refused():
    for values in ({"steps": 100}, {"width": 0}, {"shape": "cube"}):
        with pytest.raises(LandscapeError, match=next(iter(values))):
            hyper_network(**values)


class TestContract(Contract):
    lab = "hyper_network"
