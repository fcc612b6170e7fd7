"""Moves in a box, by hand and by their laws."""

from statistics import NormalDist

import hypothesis.extra.numpy as hnp
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from landscape import Box, LandscapeError
from landscape.domain import BOUNDS, SPREAD_INDEX, cauchy, draw_uniform, gaussian

BOX = Box([0.0, -2.0], [1.0, 2.0])
EVEN = (np.arange(2000) + 0.5) / 2000  # quantiles of the uniform law
finite = st.floats(-50, 50, allow_subnormal=False)
widths = st.floats(0.01, 9.0)


def test_gaussian_is_the_inverse_normal_distribution():
    uniform = np.array([1e-9, 0.001, 0.3, 0.5, 0.9, 1 - 1e-9])
    expected = [NormalDist().inv_cdf(u) for u in uniform]
    np.testing.assert_allclose(gaussian(jnp.asarray(uniform)), expected, rtol=1e-6, atol=1e-12)


def test_cauchy_has_its_closed_form_quantiles():
    uniform = np.array([0.01, 0.25, 0.5, 0.75, 0.99])
    expected = np.tan(np.pi * (uniform - 0.5))
    np.testing.assert_allclose(expected[1:4], [-1, 0, 1], atol=1e-12)
    np.testing.assert_allclose(cauchy(jnp.asarray(uniform)), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("law", [gaussian, cauchy])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_laws_are_finite_at_both_ends(law, dtype):
    ends = jnp.asarray([0.0, np.nextafter(dtype(1), dtype(0)), 1.0], dtype)
    numbers = law(ends)
    assert numbers.dtype == dtype
    assert np.all(np.isfinite(numbers))
    assert numbers[0] < -5
    assert numbers[1] > 5


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("none", [[-0.25, 3.0], [2.25, -2.5], [0.5, 1.0]]),
        ("clip", [[0.0, 2.0], [1.0, -2.0], [0.5, 1.0]]),
        ("reflect", [[0.25, 1.0], [0.25, -1.5], [0.5, 1.0]]),
        ("periodic", [[0.75, -1.0], [0.25, 1.5], [0.5, 1.0]]),
    ],
)
def test_confine_by_hand(bounds, expected):
    x = jnp.array([[-0.25, 3.0], [2.25, -2.5], [0.5, 1.0]])
    np.testing.assert_allclose(BOX.confine(x, bounds), expected, atol=1e-12)


@pytest.mark.parametrize("bounds", BOUNDS)
def test_confine_leaves_the_edge_alone(bounds):
    corners = jnp.array([BOX.lower, BOX.upper])
    np.testing.assert_array_equal(BOX.confine(corners, bounds), corners)


@pytest.mark.parametrize("bounds", ["clip", "reflect", "periodic"])
@given(hnp.arrays(float, 3, elements=finite), hnp.arrays(float, 3, elements=widths), st.data())
def test_confined_points_are_inside_and_inner_points_do_not_move(bounds, lower, width, data):
    box = Box(lower, lower + width)
    x = data.draw(hnp.arrays(float, 3, elements=st.floats(-1e4, 1e4, allow_subnormal=False)))
    inside = np.asarray(box.confine(jnp.asarray(x), bounds))
    assert np.all((box.lower <= inside) & (inside <= box.upper))
    np.testing.assert_array_equal(box.confine(jnp.asarray(inside), bounds), inside)


def test_sample_fills_the_box_evenly():
    points = np.asarray(BOX.sample(jax.random.key(1), 4000, jnp.float64))
    assert points.shape == (4000, 2)
    shares = (points - BOX.lower) / BOX.width
    assert np.all((shares >= 0) & (shares < 1))
    for decile in np.linspace(0.1, 0.9, 9):  # 4 standard errors of a share of 4000
        np.testing.assert_allclose((shares < decile).mean(axis=0), decile, atol=4 * 0.5 / np.sqrt(4000))


@pytest.mark.parametrize("shape", [(3, 5), (7,), (2, 3, 4), (0, 2), ()])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_drawn_numbers_are_those_of_jax(shape, dtype):
    key = jax.random.key(4)
    np.testing.assert_array_equal(draw_uniform(key, shape, dtype), jax.random.uniform(key, shape, dtype))


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_sample_has_the_wanted_precision(dtype):
    assert BOX.sample(jax.random.key(1), 3, dtype).dtype == dtype


def neighbors(uniform, rate, **options) -> np.ndarray:
    """Steps away from the origin in units of reach × width: (len(uniform), 2)."""
    both = jnp.stack([uniform, uniform], axis=1)
    moved = jax.vmap(lambda u: BOX.neighbor(u, jnp.zeros(2), 0.1, rate, **options))(both)
    return np.asarray(moved) / (0.1 * BOX.width)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_neighbor_moves_that_share_of_the_coordinates(rate):
    steps = neighbors(EVEN, rate)
    moved = np.abs(steps) > 0
    np.testing.assert_allclose(moved.mean(axis=0), rate, atol=1 / 1000)


@pytest.mark.parametrize("rate", [0.3, 1.0])
def test_moves_of_neighbor_are_normal_whatever_the_rate(rate):
    steps = neighbors(EVEN[rate > EVEN], rate)[:, 0]
    assert steps.std() == pytest.approx(1.0, abs=0.02)
    for quantile in (0.1, 0.5, 0.9):
        assert np.quantile(steps, quantile) == pytest.approx(NormalDist().inv_cdf(quantile), abs=0.01)


def test_cauchy_neighbor_has_heavy_tails():
    steps = neighbors(EVEN, 1.0, proposal="cauchy")[:, 1]
    assert np.quantile(steps, 0.75) == pytest.approx(1.0, abs=0.01)
    assert (np.abs(steps) > 5).mean() == pytest.approx(2 * (0.5 - np.arctan(5) / np.pi), abs=2e-3)


parents = hnp.arrays(np.float64, 2, elements=finite)


@given(parents, parents, hnp.arrays(np.float64, 2, elements=st.floats(0, 1, exclude_max=True)), st.floats(0, 1))
def test_the_two_children_have_the_mean_of_their_parents(a, b, uniform, rate):
    a, b, uniform = map(jnp.asarray, (a, b, uniform))
    one, other = BOX.recombine(uniform, a, b, rate), BOX.recombine(uniform, b, a, rate)
    np.testing.assert_allclose(one + other, a + b, atol=1e-9)


def test_crossover_spreads_children_by_its_published_law():
    uniform = jnp.asarray(EVEN)[:, None]
    box = Box([-1.0], [1.0])
    spread = np.asarray(jax.vmap(lambda u: box.recombine(u, jnp.ones(1), -jnp.ones(1), 1.0))(uniform))[:, 0]
    power = SPREAD_INDEX + 1  # P(β ≤ b) = b^(η+1) / 2 within the parents, 1 − b^−(η+1) / 2 outside
    law = np.where(spread <= 1, 0.5 * spread**power, 1 - 0.5 * spread**-power)
    np.testing.assert_allclose(law, EVEN, atol=1e-9)


@pytest.mark.parametrize("rate", [0.0, 0.25])
def test_crossover_mixes_that_share_of_the_coordinates(rate):
    box = Box([-1.0], [1.0])
    child = jax.vmap(lambda u: box.recombine(u, jnp.ones(1), -jnp.ones(1), rate))(jnp.asarray(EVEN)[:, None])
    assert np.mean(np.abs(np.asarray(child) - 1.0) > 1e-12) == pytest.approx(rate, abs=1e-3)


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        ([0.0], [1.0, 2.0], r"two vectors of one length, not \(1,\) and \(2,\)"),
        ([], [], "two vectors of one length"),
        ([[0.0]], [[1.0]], "two vectors of one length"),
        ([0.0, 1.0], [1.0, 1.0], r"finite lower < upper, not \[0.0, 1.0\] and \[1.0, 1.0\]"),
        ([0.0], [np.inf], "finite lower < upper"),
        ([np.nan], [1.0], "finite lower < upper"),
    ],
)
def test_box_refuses_what_is_none(lower, upper, words):
    with pytest.raises(LandscapeError, match=words):
        Box(lower, upper)


@given(st.floats(0.1, 100), st.integers(1, 50))
def test_cube_and_square(half, dim):
    assume(dim > 0)
    box = Box.cube(half, dim)
    assert (box.dim, box.draws) == (dim, dim)
    np.testing.assert_array_equal(box.upper, -box.lower)
    np.testing.assert_array_equal(box.width, 2 * half)
    assert Box.square(half).dim == 2
