"""Sharpness against closed forms on bowls, dense Hessians of networks, and what must not change it."""

from types import SimpleNamespace

import hypothesis.strategies as st
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given
from scipy.optimize import brentq

import landscape as ls
from landscape.blocks import Block
from landscape.networks import hessian, sharpness

NET = ls.networks.network(data="xor", hidden="3", points=100)  # 50 rows for training, 13 weights
X = np.random.default_rng(0).normal(size=NET.dim)
BOWL = ls.surfaces.quadratic(condition=9.0, dim=3, rotation=0.0)  # ½ (x² + 3 y² + 9 z²)


def bowl(values, slope):
    """The operator of f(e) = slope · e + ½ Σ values e², as `rises` asks it."""
    values, slope = np.asarray(values), np.asarray(slope)
    return SimpleNamespace(
        slopes=lambda e: (e @ slope + 0.5 * (e * e) @ values, slope + e * values), dim=values.size, values=values
    )


def largest_rise(values, slope, radius):
    """max slope · e + ½ Σ values e² over ‖e‖ ≤ radius, by the multiplier m ≥ values: e = slope / (m − values)."""
    values, slope = np.asarray(values), np.asarray(slope)
    top = values.max()
    length = lambda m: np.linalg.norm(slope / (m - values)) - radius  # noqa: E731
    if top < 0 and length(0.0) <= 0:
        return float(-0.5 * np.sum(slope**2 / values))  # the top lies inside the ball
    least = max(top, 0.0)
    away = brentq(length, least + 1e-13, least + np.linalg.norm(slope) / radius + 1.0, xtol=1e-15)
    step = slope / (away - values)
    return float(slope @ step + 0.5 * np.sum(values * step**2))


@example([-4.0, -4.0], 0, 1.0)  # the top lies well inside the ball
@given(
    st.lists(st.sampled_from([-4.0, -1.0, 0.5, 1.0, 3.0]), min_size=2, max_size=5),
    st.integers(0, 99),
    st.floats(0.05, 2.0),
)
def test_the_worst_rise_in_a_ball_is_nearly_that_of_the_bowl(values, seed, radius):
    slope = np.random.default_rng(seed).normal(size=len(values))
    top = np.eye(len(values))[int(np.argmax(values))]
    _, steepness, found = sharpness.rises(bowl(values, slope), np.ones(len(values)), top, radius, steps=40)
    best = largest_rise(values, slope, radius)
    assert steepness == pytest.approx(np.linalg.norm(slope))
    first = radius * steepness + 0.5 * radius**2 * (slope**2 @ np.array(values)) / steepness**2
    assert found[1, 0] == pytest.approx(first)
    assert max(first, 0.0) - 1e-12 <= found.max() <= best * (1 + 1e-9) + 1e-12
    assert found.max() >= 0.95 * best


def test_a_bowl_has_the_sharpness_of_its_formula():
    found = sharpness.measures(BOWL, np.zeros(3), radius=0.2, probes=8)
    assert found.trace[:2] == pytest.approx((13.0, 0.0), abs=1e-12)  # H is diagonal: no chance in it
    assert found.square[:2] == pytest.approx((91.0, 0.0), abs=1e-12)
    assert [each.value for each in found.top] == pytest.approx([9.0, 3.0])
    assert found.bottom.value == pytest.approx(1.0)
    assert (found.first_order.value, found.gradient_norm, found.relative_worst.value) == (0.0, 0.0, 0.0)  # at zero
    assert found.worst.value == pytest.approx(0.5 * 9.0 * 0.2**2)
    assert (found.dim, found.rows, found.subset, found.told) == (3, 0, 0, "")
    assert np.isnan(found.trace.spread)

    moved = sharpness.measures(BOWL, np.array([2.0, -1.0, 0.5]), radius=0.2, relative_radius=0.1, probes=8)
    values = np.array([1.0, 3.0, 9.0])
    size = np.array([2.0, 1.0, 0.5])
    slope = values * [2.0, -1.0, 0.5]
    assert moved.loss == pytest.approx(0.5 * (4 + 3 + 9 / 4))
    assert moved.relative_trace[:2] == pytest.approx((np.sum(values * size**2), 0.0), abs=1e-12)
    assert moved.worst.value == pytest.approx(largest_rise(values, slope, 0.2), rel=1e-6)
    assert moved.relative_worst.value == pytest.approx(largest_rise(values * size**2, slope * size, 0.1), rel=1e-6)


def test_a_network_is_measured_with_its_error_and_its_spread():
    found = sharpness.measures(NET, X, probes=64, subsets=5)
    dense = hessian.dense(NET, X)
    values = np.linalg.eigvalsh(dense)
    expected = np.trace(dense), np.trace(dense @ dense), np.sum(np.diag(dense) * X**2)
    for each, exact in zip((found.trace, found.square, found.relative_trace), expected, strict=True):
        assert 0 < each.error < 0.5 * np.sqrt(found.square.value) * max(1, np.abs(values).max())
        assert abs(each.value - exact) <= 4 * each.error
    assert [each.value for each in (*found.top, found.bottom)] == pytest.approx(values[[-1, -2, 0]], abs=1e-9)
    assert (found.rows, found.subset, found.dim) == (50, 10, 13)
    assert 0 < found.first_order.value <= found.worst.value
    assert all(row[3] > 0 for row in found.table())  # every measure depends on the data
    again = sharpness.measures(NET, X, probes=64, subsets=5)
    assert str(again) == str(found)  # the same seed, the same bits
    short = sharpness.measures(NET, X, probes=64, subsets=0, steps=5)
    assert "Lanczos ended before" in short.told
    assert 0 < values[-1] - short.top[0].value < short.top[0].error
    assert sharpness.measures(NET, X, probes=64, subsets=0, steps=5, tol=0.9).told == ""


def test_the_spread_over_data_is_that_of_the_hessians_of_disjoint_parts():
    random = np.random.default_rng(7)
    vectors = sharpness.signs(random, 8, 13)
    order = random.permutation(50).reshape(5, 10)
    whole = hessian.product(NET, X)
    traces = [np.mean(np.sum(vectors * whole.over(rows).many(vectors), axis=1)) for rows in order]
    found = sharpness.measures(NET, X, probes=8, subsets=5, seed=7)
    assert found.trace.spread == pytest.approx(np.std(traces, ddof=1))
    assert np.mean(traces) == pytest.approx(found.trace.value)  # each row is in one part


def test_relative_sharpness_ignores_how_layers_share_their_scale():
    rows = np.random.default_rng(0).normal(size=(20, 2)), np.random.default_rng(1).normal(size=20)

    def loss_fn(params, batch):
        return jnp.mean((jnp.maximum(batch[0] @ params["a"], 0.0) @ params["b"] - batch[1]) ** 2)

    first, second = np.array([[1.0, -0.5], [0.3, 0.8]]), np.array([0.7, -0.4])
    net = ls.networks.surface(loss_fn, {"a": first, "b": second}, rows)
    plain, scaled = (
        sharpness.measures(net, net.vector({"a": s * first, "b": second / s}), subsets=0, probes=8, relative_radius=0.1)
        for s in (1.0, 4.0)
    )
    assert scaled.loss == pytest.approx(plain.loss)
    assert scaled.relative_trace.value == pytest.approx(plain.relative_trace.value, rel=1e-9)
    assert scaled.relative_worst.value == pytest.approx(plain.relative_worst.value, rel=1e-3)
    assert scaled.top[0].value > 3 * plain.top[0].value


def test_layers_are_measured_by_themselves():
    found = sharpness.by_layer(NET, X, k=1, probes=4, subsets=0)
    dense = hessian.dense(NET, X)
    assert list(found) == ["layer 1", "layer 2"]
    for each, part in zip(found.values(), (slice(0, 9), slice(9, 13)), strict=True):
        assert each.top[0].value == pytest.approx(np.linalg.eigvalsh(dense[part, part])[-1], abs=1e-9)
        assert each.gradient_norm > 0
    assert sharpness.trace(NET, X, probes=4, block="layer 2") == pytest.approx(found["layer 2"].trace[:2])


def test_a_single_coordinate_has_a_single_eigenvalue():
    found = sharpness.measures(BOWL, np.zeros(3), block=Block("last", (1,), 2), probes=2)
    assert (found.trace.value, found.top[0].value, found.bottom.value) == pytest.approx((9.0, 9.0, 9.0))
    assert len(found.top) == found.dim == 1
    assert found.worst.value == pytest.approx(0.5 * 9.0 * 0.05**2)


def test_a_loss_without_a_number_nearby_is_told():
    box = ls.Box.square(2.0)
    for function, told, value in (
        (lambda x: jnp.sum(x**2) - jnp.log(1.0 - x[0]), "infinite", np.inf),
        (lambda x: jnp.sum(x**2) - jnp.sqrt(1.0 - x[0]), "no number (NaN)", np.nan),
    ):
        surface = ls.Surface.from_function(function, domain=box, name="edge")
        found = sharpness.measures(surface, np.array([0.5, 0.0]), radius=0.5 if value == np.inf else 0.7)
        assert told in found.told
        np.testing.assert_equal(found.worst.value, value)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"radius": 0.0}, "radius=0.0"), ({"radius": "x"}, "radius=x"),
     ({"relative_radius": np.inf}, "relative_radius=inf"), ({"ascent": -1}, "ascent"),
     ({"tol": 2}, "tol=2"), ({"k": 0}, "k=0"), ({"probes": 0}, "probes=0"), ({"subsets": 51}, "part 50 rows")],
)  # fmt: skip
def test_measures_that_cannot_be_are_told(given, told):
    with pytest.raises(ls.LandscapeError, match=told):
        sharpness.measures(NET, X, **given)
