"""Normalization: batch means, condition numbers, and nets with batches of every size."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs.normalisation import SCALES
from landscape.labs.races import batches
from landscape.mlp import initializers
from landscape.mlp.shapes import unraveled
from landscape.parameters import LandscapeError


@pytest.fixture(scope="module")
def found():
    return ls.labs.normalisation(steps=10, seeds=1, offset=0.0).run()


@pytest.mark.lab
def test_the_variance_of_a_batch_mean_falls_with_its_size(found):
    size, variance, sigma2 = (found.data[name] for name in ("batch", "variance", "sigma2"))
    slope = np.polyfit(np.log(size), np.log(variance), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.05)
    np.testing.assert_allclose(variance * size, sigma2, rtol=0.1)
    tied = sigma2 / size * (200 - size) / 199  # 200 rows, none twice
    np.testing.assert_allclose(found.data["variance_without_replacement"], tied, rtol=0.1)


@pytest.mark.lab
def test_standardising_scaled_inputs_makes_the_hessian_at_least_ten_times_rounder(found):
    raw, after = found.data["condition_raw"], found.data["condition_standardised"]
    assert np.all(raw[SCALES >= 4.0] / after[SCALES >= 4.0] >= 10.0)
    assert raw[-1] / raw[20] == pytest.approx(100.0, rel=0.02)  # scales 100 and 10
    x = batches.inputs("circle", 1.0, 0.0, 0).x * [1.0, 100.0]
    full = np.column_stack([x, np.ones(len(x))])
    basis = np.eye(3)  # second derivatives of half the mean square, entry by entry
    hessian = [[np.mean((full @ a) * (full @ b)) for a in basis] for b in basis]
    assert np.linalg.cond(hessian) == pytest.approx(raw[-1], rel=1e-6)


@pytest.mark.lab
def test_batch_norm_wants_more_than_two_rows():
    found = ls.labs.normalisation(seeds=1, steps=200).run()
    accuracy = found.data["accuracy"][batches.KINDS.index("batch"), -1, :, 0]
    assert accuracy[-1] > 0.9
    assert accuracy[1] < 0.75
    assert next(claim for claim in found.claims if "one row" in claim.sentence).holds


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_an_update_is_that_of_the_rows_in_the_batch_alone(kind):
    rows = batches.inputs("circle", 1.0, 0.0, 0)
    table = tuple(jnp.asarray(each, jnp.float32) for each in rows)
    model, size = batches._model(kind), 4
    start = initializers.drawn("kaiming", model.blocks, 1.0, 0).astype(np.float32)
    block = np.random.default_rng(0).integers(0, 200, (10, 64))
    moved = batches._trained(np.tile(start, (7, 1)), block, table, np.float32(0.05), kind)

    def loss(w, places):
        h = jnp.asarray(table[0])[places]
        for layer in unraveled(w, model.blocks)[:-1]:
            sums = h @ layer.weights + layer.bias
            axis = 0 if kind == "batch" else 1
            centred = sums - sums.mean(axis, keepdims=True)
            spread = jnp.sqrt((centred**2).mean(axis, keepdims=True) + 1e-5)
            h = jax.nn.relu(centred / spread * layer.scale + layer.shift)
        last = unraveled(w, model.blocks)[-1]
        return jnp.mean(jax.nn.softplus(-table[1][places] * (h @ last.weights + last.bias)[:, 0]))

    w, slope = jnp.asarray(start), jax.jit(jax.grad(loss))
    for places in block[:, :size]:
        w = w - 0.05 * slope(w, places)
    np.testing.assert_allclose(moved[batches.SIZES.index(size)], w, atol=2e-4)


def test_inputs_have_the_asked_scale_and_mean():
    rows = batches.inputs("xor", 20.0, 3.0, 1)
    np.testing.assert_allclose(rows.x.std(0), [1.0, 20.0])
    plain = batches.inputs("xor", 1.0, 0.0, 1)
    np.testing.assert_allclose(rows.x, (plain.x + 3.0) * [1.0, 20.0])
    assert len(rows.x) == len(rows.test_x) == 200


def test_descent_keeps_to_the_bound_of_its_condition_number(found):
    gaps = found.data["gap_raw"]
    kappa = found.data["condition_raw"][20]
    assert np.all(gaps[1:] <= gaps[:-1] * ((kappa - 1) / (kappa + 1)) ** 2 * (1 + 1e-6))


def test_claims_hold_as_far_as_they_are_made(found):
    closed = [claim for claim in found.claims if "closed form" in claim.source]
    assert len(closed) >= 8
    assert all(claim.holds for claim in closed)
    alike = ls.labs.normalisation(steps=10, seeds=1, scale=1.0).run()
    assert next(claim for claim in alike.claims if "over that after" in claim.sentence).holds is None


def test_nets_that_diverge_are_a_result():
    found = ls.labs.normalisation(steps=10, seeds=1, learning_rate=1000.0, shown="loss").run()
    assert found.figure(frame=1).data
    assert found.json()


@pytest.mark.parametrize("values", [{"steps": 15}, {"scale": 0.0}, {"data": "plane"}, {"seeds": 0}])
def test_bad_values_are_told(values):
    with pytest.raises(LandscapeError):
        ls.labs.normalisation(**values)


class TestContract(Contract):
    lab = "normalisation"
