"""Activations: slopes, deep nets, a race and dead units, each against a closed form or another computation."""

from statistics import NormalDist

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lab_contract import Contract
from scipy.optimize import minimize

import landscape as ls
from landscape.labs import races
from landscape.labs.activations import BIASES, RATES, SPOTS
from landscape.labs.signals import ACTIVATIONS
from landscape.parameters import LandscapeError

NAMES, NORMAL = list(ACTIVATIONS), NormalDist()


@pytest.fixture(scope="module")
def found():
    return ls.labs.activations(seeds=1, steps=100).run()


@pytest.mark.lab
def test_steepest_slopes_are_those_of_the_formulas(found):
    steepest = dict(zip(NAMES, found.data["slopes"].max(1), strict=True))
    assert steepest["sigmoid"] == pytest.approx(0.25, abs=1e-15)
    assert steepest["tanh"] == pytest.approx(1.0, abs=1e-15)
    assert steepest["gelu"] == pytest.approx(NORMAL.cdf(2**0.5) + 2**0.5 * NORMAL.pdf(2**0.5), abs=1e-12)
    step = 1e-6
    for name, slopes in zip(NAMES, found.data["slopes"], strict=True):
        smooth = np.abs(SPOTS) > 2 * step
        with jax.enable_x64(True):
            ahead, behind = (np.asarray(ACTIVATIONS[name](jnp.asarray(SPOTS + way))) for way in (step, -step))
        np.testing.assert_allclose(slopes[smooth], ((ahead - behind) / (2 * step))[smooth], atol=1e-7)


@pytest.mark.lab
def test_ten_layers_of_sigmoids_leave_less_than_a_ten_thousandth_of_what_relu_leaves(found):
    gradients = dict(zip(NAMES, found.data["gradients"], strict=True))
    assert gradients["sigmoid"].shape == (11,)
    assert gradients["sigmoid"][0] / gradients["relu"][0] < 1e-4


@pytest.mark.lab
def test_so_does_the_gradient_of_a_loss_with_respect_to_the_first_weights():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(64, 32)), rng.normal(size=(64, 8))

    def norm(activation, gain):
        weights = [jnp.asarray(rng.normal(size=(64, 64)) * np.sqrt(gain / 64)) for _ in range(10)]

        def loss(weights):
            h = jnp.asarray(x)
            for matrix in weights:
                h = activation(matrix @ h)
            return jnp.sum(h[:, :8] * y)

        return float(jnp.linalg.norm(jax.jit(jax.grad(loss))(weights)[0]))

    assert norm(jax.nn.sigmoid, 1.0) / norm(jax.nn.relu, 2.0) < 1e-4


@pytest.mark.lab
def test_units_are_dead_at_the_start_where_no_row_reaches_them(found):
    taken, rng = races.rows("circle", 0), np.random.default_rng(0)
    reach = (taken.x @ (rng.normal(size=(2, races.UNITS)) * np.sqrt(2.0 / 2))).max(0)
    expected = [np.mean(reach <= -bias) for bias in BIASES]
    np.testing.assert_allclose(found.data["dead"][0], np.tile(expected, (len(RATES), 1)).T, atol=1e-6)
    assert expected[0] > 0.8
    assert expected[-1] == 0


@pytest.mark.lab
def test_more_units_die_at_larger_steps_and_plain_descent_wakes_none(found):
    end = found.data["dead"][1]
    assert end[BIASES.index(0.0), -1] > 0.9 > end[BIASES.index(0.0), 0]
    deaths = races.deaths("circle", BIASES, RATES, 0.0, 100, 0)
    assert deaths.revived == 0
    assert np.all(np.diff(deaths.dead, axis=0) >= 0)
    assert races.deaths("circle", BIASES, RATES, 0.9, 100, 0).revived > 0  # velocity moves what has no gradient


def test_the_race_takes_the_steps_of_plain_descent():
    taken, rate = races.rows("xor", 2), 0.3
    losses = races.race("xor", rate, 0.0, 50, 2, 2)
    net = races._net("gelu", 2)

    @jax.jit
    @jax.value_and_grad
    def loss(net):
        h = jnp.asarray(taken.x)
        for weights, bias in net[:-1]:
            h = jax.nn.gelu(h @ weights + bias, approximate=False)
        return jnp.mean(jnp.log1p(jnp.exp(-taken.y * (h @ net[-1][0] + net[-1][1])[:, 0])))

    expected = []
    for _ in range(3):
        value, slope = loss(net)
        expected.append(float(value))
        net = [tuple(w - rate * np.asarray(g) for w, g in zip(*each, strict=True))
               for each in zip(net, slope, strict=True)]  # fmt: skip
    np.testing.assert_allclose(losses[NAMES.index("gelu"), :3], expected, rtol=1e-5)


def test_the_best_line_is_that_of_another_minimizer():
    taken = races.rows("xor", 0)
    inputs = np.column_stack([taken.x, np.ones(len(taken.x))])
    other = minimize(lambda w: np.mean(np.logaddexp(0.0, -taken.y * (inputs @ w))), np.zeros(3))
    assert races.best_line(taken) == pytest.approx(other.fun, abs=1e-6)


def test_claims_hold_and_say_when_momentum_changes_them(found):
    assert all(claim.holds is not False for claim in found.claims)
    other = ls.labs.activations(seeds=1, steps=50, momentum=0.9, depth=4).run()
    assert next(claim for claim in other.claims if "stays dead" in claim.sentence).holds is None


def test_nets_that_diverge_are_a_result():
    found = ls.labs.activations(seeds=1, steps=50, learning_rate=1000.0, activation="relu", depth=1).run()
    assert found.json()
    assert found.figure().data


@pytest.mark.parametrize("values", [{"depth": 0}, {"steps": 70}, {"momentum": 1.0}, {"activation": "step"}])
def test_bad_values_are_told(values):
    with pytest.raises(LandscapeError):
        ls.labs.activations(**values)


class TestContract(Contract):
    lab = "activations"
