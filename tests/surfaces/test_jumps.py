"""Jumps and level ground: what is there by closed form, and that gradients do not see it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape.surfaces import cliff, drop_wave, mixed_integer, needle, plateau, staircase

POINTS = np.random.default_rng(5).uniform(-4.0, 4.0, (200, 2))
RADIUS = np.linalg.norm(POINTS, axis=1)


@jax.jit
def evaluated(surface, x):
    """Values (n,) and gradients (n, d) at points (n, d)."""
    return jax.vmap(jax.value_and_grad(surface))(x)


def test_cliff_falls_by_its_drop_and_slopes_as_if_it_did_not():
    surface = cliff(edge=1.5, drop=3.0)
    edge = np.array([[1.5 - 1e-9, 0.7], [1.5, 0.7]])
    assert -np.diff(evaluated(surface, edge)[0])[0] == pytest.approx(3.0)
    np.testing.assert_allclose(evaluated(surface, POINTS)[1], POINTS)


@pytest.mark.parametrize(
    ("drop", "minima", "minimum"),
    [(1.0, [(0, 0)], 0.0), (2.0, [(0, 0), (2, 0)], 0.0), (3.5, [(2, 0)], -1.5)],
)
def test_cliff_has_its_minimum_where_it_is_deeper(drop, minima, minimum):
    surface = cliff(edge=2.0, drop=drop)
    np.testing.assert_array_equal(surface.minima, minima)
    assert surface.minimum == minimum


def test_level_stairs_are_the_floor_of_the_radius():
    np.testing.assert_array_equal(evaluated(staircase(width=0.5, tilt=0.0), POINTS)[0], np.floor(RADIUS / 0.5))
    assert not np.any(evaluated(staircase(width=0.5, tilt=0.0), POINTS)[1])


def test_stairs_tilted_to_the_middle_become_a_cone():
    values, _ = evaluated(staircase(width=0.5, tilt=-1.0), POINTS)
    np.testing.assert_allclose(values, np.maximum(0.0, RADIUS / 0.5 - 1.0), atol=1e-12)


def test_downhill_on_stairs_tilted_outwards_is_away_from_the_minimum():
    _, slopes = evaluated(staircase(), POINTS)
    away = np.sum(-slopes * POINTS, axis=1)
    assert np.all(away[RADIUS >= 1.0] > 0)
    assert not np.any(away[RADIUS < 1.0])


def test_mixed_integer_sees_whole_steps_of_its_second_coordinate_only():
    surface = mixed_integer(condition=3.0, spacing=0.5)
    whole = np.round(POINTS[:, 1] / 0.5) * 0.5
    values, slopes = evaluated(surface, POINTS)
    np.testing.assert_allclose(values, 0.5 * whole**2 + 1.5 * (POINTS[:, 0] - whole) ** 2, rtol=1e-12)
    np.testing.assert_allclose(slopes, np.column_stack([3.0 * (POINTS[:, 0] - whole), 0.0 * whole]), atol=1e-12)


def test_a_gradient_method_on_mixed_integer_never_leaves_its_line():
    walk = ls.run(mixed_integer(), ls.optimizers.sgd(learning_rate=0.3), steps=60)
    assert np.ptp(walk.positions[:, 0, 1]) == 0.0
    np.testing.assert_allclose(walk.positions[-1, 0], [4.0, 4.2], atol=1e-6)
    assert float(walk.values[-1, 0]) == pytest.approx(8.0)


def test_needle_is_level_but_for_its_funnel():
    surface = needle(width=0.8)
    far = np.linalg.norm(POINTS - surface.minima, axis=1)
    values, slopes = evaluated(surface, POINTS)
    np.testing.assert_allclose(values, np.minimum(1.0, far / 0.8), rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(slopes, axis=1), np.where(far < 0.8, 1.25, 0.0))
    assert (far < 0.8).sum() > 2


def test_plateau_is_a_bowl_inside_and_one_far_outside():
    surface = plateau(width=0.5)
    near = 1e-4 * POINTS
    np.testing.assert_allclose(evaluated(surface, near)[0], 2.0 * np.sum(near**2, axis=1), rtol=1e-5)
    np.testing.assert_allclose(evaluated(surface, POINTS)[0][RADIUS > 3.5], 1.0, rtol=1e-10)


def test_drop_wave_has_its_true_curvature_at_the_centre():
    # −(1 + cos 12r) / (r²/2 + 2) = −1 + (36 + ¼) r² + O(r⁴); the root of r² must not hide it.
    np.testing.assert_allclose(jax.jit(jax.hessian(drop_wave()))(jnp.zeros(2)), 72.5 * np.eye(2), rtol=1e-12)
