"""Noise, few digits and the edge: what gradient methods share, against laws, published numbers and IEEE formats."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, ramp, walk

import landscape as ls
from landscape import observe
from landscape.domain import BOUNDS
from landscape.optimizers import sgd
from landscape.surfaces import rosenbrock

DRAWS = 40_000
HALF = ("bfloat16", "float16")
FLAT = ramp(slope=0.0)


def noises(law: str, size: float = 0.5) -> np.ndarray:
    """What a walk over a plain shows: every step is minus its noise."""
    path = walk(sgd(learning_rate=1.0, noise=size, noise_law=law), FLAT, steps=DRAWS).positions[:, 0]
    return -np.diff(path, axis=0).ravel()


def test_gaussian_noise_has_its_standard_deviation():
    noise = noises("gaussian")
    assert noise.mean() == pytest.approx(0.0, abs=5 * 0.5 / np.sqrt(noise.size))
    assert noise.std() == pytest.approx(0.5, rel=5 / np.sqrt(2 * noise.size))


def test_heavy_tails_are_those_of_students_t():
    noise = np.sort(np.abs(noises("heavy_tailed")) / 0.5)
    for limit in (1.0, 3.0, 10.0):  # P(|t| < c) = c / sqrt(2 + c²) with two degrees of freedom
        share, expected = np.mean(noise < limit), limit / np.sqrt(2 + limit**2)
        assert share == pytest.approx(expected, abs=5 * np.sqrt(expected * (1 - expected) / noise.size))


def test_minibatch_noise_is_a_share_of_the_gradient_and_vanishes_with_it():
    np.testing.assert_array_equal(noises("minibatch"), 0.0)
    steep = walk(sgd(learning_rate=1e-6, noise=0.5, noise_law="minibatch"), ramp(slope=3.0), steps=DRAWS)
    slopes = -np.diff(steep.positions[:, 0], axis=0) / 1e-6
    np.testing.assert_allclose(slopes[:, 1], 0.0, atol=1e-9)  # no gradient along this coordinate
    assert slopes[:, 0].mean() == pytest.approx(3.0, abs=5 * 1.5 / np.sqrt(DRAWS))
    assert slopes[:, 0].std() == pytest.approx(1.5, rel=5 / np.sqrt(2 * DRAWS))


@pytest.mark.parametrize("law", observe.NOISE_LAWS)
def test_noise_leaves_the_recorded_values_true(law):
    path = walk(sgd(noise=1.0, noise_law=law), bowl())
    np.testing.assert_allclose(path.values[:, 0], np.sum(np.asarray(path.positions[:, 0]) ** 2, axis=-1), rtol=1e-12)


def test_noise_under_a_changing_surface_is_still_noise():
    growing = bowl(depth=ls.schedules.linear(start=1.0, end=2.0))
    quiet, noisy = (walk(sgd(noise=size), growing).positions for size in (0.0, 0.5))
    assert np.abs(quiet - noisy).max() > 1e-3


@pytest.fixture(scope="module")
def valley() -> dict:
    """Plain gradient descent for 20,000 steps down Rosenbrock's valley in every precision."""
    start, found = np.array([-1.2, 1.0], np.float32), {}
    for precision in ("float32", *HALF):
        for rounding in observe.ROUNDING:
            optimizer = sgd(learning_rate=1e-3, precision=precision, rounding=rounding)
            found[precision, rounding] = ls.run(rosenbrock(), optimizer, start, steps=20_000)
    return found


@pytest.mark.parametrize(
    ("precision", "rounding", "low", "high"),
    [
        ("float32", "nearest", 1e-8, 4e-8),
        ("bfloat16", "nearest", 4.10, 4.13),
        ("float16", "nearest", 6.9e-2, 7.1e-2),
        ("bfloat16", "master", 2e-4, 1e-3),
        ("float16", "master", 2e-5, 1e-4),
        ("bfloat16", "stochastic", 0.0, 1e-4),
        ("float16", "stochastic", 0.0, 1e-4),
    ],
)
def test_rosenbrock_in_few_digits_ends_where_it_was_measured(valley, precision, rounding, low, high):
    assert low <= float(valley[precision, rounding].values[-1, 0]) <= high


@pytest.mark.parametrize(("precision", "step"), [("bfloat16", 2), ("float16", 2062)])
def test_rounding_to_nearest_stalls(valley, precision, step):
    path = valley[precision, "nearest"].positions[:, 0]
    moves = np.flatnonzero(np.any(np.diff(path, axis=0) != 0, axis=1))
    assert moves[-1] == pytest.approx(step, abs=0.02 * step + 1)


def test_float32_kept_three_ways_is_one_path(valley):
    paths = [valley["float32", rounding].positions for rounding in observe.ROUNDING]
    np.testing.assert_array_equal(paths[0], paths[1])
    np.testing.assert_array_equal(paths[0], paths[2])


@pytest.mark.parametrize("rounding", ["nearest", "stochastic"])
@pytest.mark.parametrize("precision", HALF)
def test_points_stand_on_numbers_of_their_precision(valley, precision, rounding):
    path = np.asarray(valley[precision, rounding].positions)
    np.testing.assert_array_equal(path, np.asarray(path.astype(jnp.dtype(precision)).astype(np.float32)))


@pytest.mark.parametrize("precision", observe.LOW)
def test_stochastic_rounding_is_unbiased_and_takes_the_neighbours(precision):
    kind = np.float64 if precision == "float32" else np.float32
    x = jnp.asarray([1.0 + 1 / 7000, -3.14159265, 1e-3 / 3, 250.123, 1.0, 1e-6 / 7 * 64, -0.0], kind)
    rounded = jax.vmap(lambda u: observe.stochastic(x, precision, u))(
        jax.random.uniform(jax.random.key(0), (DRAWS, x.size), kind)
    )
    rounded = np.asarray(rounded, np.float64)
    below, above = rounded.min(axis=0), rounded.max(axis=0)
    near = np.asarray(x).astype(jnp.dtype(precision)).astype(np.float64)
    assert np.all((below <= x) & (x <= above) & ((near == below) | (near == above)))
    assert all(
        len(np.unique(column)) == (1 if start == end else 2)
        for column, start, end in zip(rounded.T, below, above, strict=True)
    )
    error = rounded.mean(axis=0) - np.asarray(x, np.float64)
    assert np.all(np.abs(error) <= 5 * (above - below) / 2 / np.sqrt(DRAWS))


def test_stochastic_rounding_leaves_what_is_not_finite():
    x = jnp.asarray([np.inf, -np.inf, np.nan, 1e30], jnp.float32)
    np.testing.assert_array_equal(observe.stochastic(x, "float16", jnp.full(4, 0.5)), [np.inf, -np.inf, np.nan, np.inf])


@pytest.mark.parametrize("bounds", BOUNDS)
def test_the_edge_is_where_the_rule_says(bounds):
    path = walk(sgd(learning_rate=1.0, bounds=bounds), ramp(), start=np.array([0.0, 1.0]), steps=10)
    first = np.asarray(path.positions[:, 0, 0])
    free = -np.arange(11.0)
    where = {
        "none": free,
        "clip": np.maximum(free, -4.0),
        "periodic": np.where(free < -4, free + 8, free),
        "reflect": [0, -1, -2, -3, -4, -3, -4, -3, -4, -3, -4],
    }
    if bounds == "penalty":
        assert np.all(np.diff(first[:5]) == -1)
        assert first.min() > -12  # it turns back
        assert path.best[1] == pytest.approx(-4.0, abs=1e-12)
    else:
        np.testing.assert_allclose(first, where[bounds], atol=1e-12)


def test_the_penalty_is_the_loss_at_the_edge_and_more():
    loss = observe.penalized(lambda x: jnp.sum(x), ls.Box.square(2.0))
    assert loss(jnp.asarray([1.0, -1.5])) == -0.5
    assert loss(jnp.asarray([4.0, 1.0])) == pytest.approx(3.0 + (1 + 3.0) * 0.25)
    assert loss(jnp.asarray([-6.0, 0.0])) == pytest.approx(-2.0 + (1 + 2.0) * 1.0)


def test_what_is_off_or_unknown_is_told_before_anything_runs():
    with pytest.raises(ls.LandscapeError, match="noise=-1"):
        sgd(noise=-1.0)
    with pytest.raises(ls.LandscapeError, match="precision"):
        sgd(precision="float8")
