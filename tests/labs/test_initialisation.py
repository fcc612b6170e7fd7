"""Signals through untrained nets: known ratios, where float32 ends, and the same numbers computed another way."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs import signals
from landscape.labs.signals import ACTIVATIONS, LAWS
from landscape.mlp.initializers import INITIALIZERS
from landscape.parameters import LandscapeError


@pytest.fixture(scope="module")
def found():
    return ls.labs.initialisation(width=512, depth=30, seeds=4).run()


def at(name, activation):
    return list(LAWS).index(name), list(ACTIVATIONS).index(activation)


@pytest.mark.lab
@pytest.mark.parametrize(
    ("name", "activation", "expected"),
    [("kaiming", "relu", 0.0), ("lecun", "relu", -1.0), ("double", "relu", 1.0), ("lecun", "linear", 0.0)],
)
def test_a_layer_multiplies_both_second_moments_by_the_known_factor(found, name, activation, expected):
    place = at(name, activation)
    assert abs(found.data["forward_rate"][place] - expected) < 0.02
    logs = np.log2(found.data["backward"][place])
    assert abs((logs[:, 0] - logs[:, -1]).mean() / 30 - expected) < 0.02


@pytest.mark.lab
def test_weights_of_standard_deviation_one_overflow_near_layer_28(found):
    assert np.all(np.isin(found.data["lost"][at("normal", "linear")], (27, 28, 29, 30)))
    parts = signals.together([signals.followed(512, 30, 1.0, seed) for seed in range(4)])
    squares = parts.narrow[at("normal", "linear")]
    assert set(np.isfinite(squares).argmin(-1)) <= {13, 14, 15}  # the mean square, twice as early
    small = parts.narrow[at("small", "linear")]
    assert set((small == 0).argmax(-1)) <= {29, 30}
    assert np.all(found.data["forward"][at("small", "linear")] > 0)  # what is squared is not 0 there


@pytest.mark.lab
def test_claims_about_the_full_size_hold(found):
    assert len(found.claims) == 10
    assert all(claim.holds for claim in found.claims), [claim for claim in found.claims if not claim.holds]


@pytest.mark.parametrize(("name", "activation"), [("lecun", "tanh"), ("playground", "relu")])
def test_moments_are_those_of_a_net_computed_otherwise(name, activation):
    with jax.enable_x64(True):
        width, depth, gain = 12, 3, 1.5
        parts = signals.followed(width, depth, gain, 7)
    law, size = signals.scale(name, width)
    weights = [np.asarray(gain * size * signals._drawn(width, 7, layer)[law]) for layer in (1, 2, 3)]
    first, last = np.random.default_rng([7, 0]).standard_normal((2, width, signals.ROWS), dtype=np.float32)

    def upper(h, below):
        for matrix in weights[below:]:
            h = ACTIVATIONS[activation](jnp.asarray(matrix.T, jnp.float32) @ h)
        return h

    layers = [jnp.asarray(first)]
    for k, matrix in enumerate(weights):
        layers.append(ACTIVATIONS[activation](jnp.asarray(matrix.T, jnp.float32) @ layers[k]))
    slopes = [jax.grad(lambda h, k=k: jnp.sum(upper(h, k) * last))(h) for k, h in enumerate(layers)]
    np.testing.assert_allclose(parts.forward[at(name, activation)], [np.mean(h**2) for h in layers], rtol=1e-4)
    np.testing.assert_allclose(parts.backward[at(name, activation)], [np.mean(g**2) for g in slopes], rtol=1e-4)


@pytest.mark.parametrize("name", ["kaiming", "lecun", "xavier", "playground", "uniform"])
def test_variances_are_those_that_networks_draw(name):
    weights = INITIALIZERS[name](np.random.default_rng(0), (300, 300))
    assert weights.var() == pytest.approx(signals.variance(name, 300), rel=0.02)


@pytest.mark.parametrize("gain", [1e6, 1e-6])
def test_what_leaves_float32_at_once_is_a_result(gain):
    found = ls.labs.initialisation(width=12, depth=20, seeds=1, gain=gain).run()
    reached = found.data["forward"][at("kaiming", "linear")]
    assert np.isnan(reached[0, -1]) if gain > 1 else reached[0, -1] == 0
    assert "float32" in found.sheet().title or "multiplies" in found.sheet().title
    assert found.json()
    assert all(claim.measured for claim in found.claims)


def test_claims_are_not_made_for_nets_that_end_before():
    claims = ls.labs.initialisation(width=12, depth=3, seeds=1).run().claims
    assert not any("std" in claim.sentence for claim in claims)


@pytest.mark.parametrize("values", [{"width": 0}, {"depth": 0}, {"gain": 0.0}, {"activation": "sgd"}, {"width": 2.5}])
def test_bad_values_are_told(values):
    with pytest.raises(LandscapeError):
        ls.labs.initialisation(**values)


class TestContract(Contract):
    lab = "initialisation"
