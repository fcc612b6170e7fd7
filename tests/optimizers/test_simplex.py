"""The simplex of Nelder and Mead against SciPy's, iterate by iterate, and on functions with known minima."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import walk
from scipy.optimize import minimize

import landscape as ls
from landscape.optimizer import ACCEPTED, NONE, REJECTED
from landscape.optimizers import nelder_mead
from landscape.surfaces import booth, himmelblau, matyas, mixed_ellipsoid, quadratic, rosenbrock

SEVERAL = quadratic(dim=5, condition=30.0)


def simplex(surface) -> np.ndarray:
    """A first simplex (d + 1, d), with no two edges alike."""
    return surface.start + np.vstack([np.zeros(surface.dim), np.diag(0.3 + 0.1 * np.arange(surface.dim))])


@pytest.mark.parametrize("coefficients", ["standard", "adaptive"])
@pytest.mark.parametrize(
    "surface", [rosenbrock(), himmelblau(), SEVERAL], ids=["rosenbrock", "himmelblau", "quadratic"]
)
def test_iterates_and_evaluations_are_those_of_scipy(surface, coefficients):
    steps, first = 60, simplex(surface)
    ours = walk(nelder_mead(coefficients=coefficients, bounds="none"), surface, first, steps=steps)
    height, counts = jax.jit(lambda x: surface(x)), []
    adaptive = coefficients == "adaptive"
    options = {"initial_simplex": first, "maxiter": steps + 1, "xatol": 0.0, "fatol": 0.0, "adaptive": adaptive}

    def counted(x):
        counts.append(len(counts))
        return float(height(x))

    seen = []
    options["return_all"] = True
    result = minimize(
        counted, surface.start, method="Nelder-Mead", options=options, callback=lambda x: seen.append(len(counts))
    )
    lowest = np.asarray(ours.values).argmin(axis=1)
    best = np.asarray(ours.positions)[np.arange(steps + 1), lowest]
    np.testing.assert_allclose(best[1:], result.allvecs[1:], rtol=1e-7, atol=1e-9)
    np.testing.assert_array_equal(ours.evaluations[1:], seen)
    order = np.argsort(ours.values[-1], kind="stable")
    np.testing.assert_allclose(ours.positions[-1][order], result.final_simplex[0], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("surface", [rosenbrock(), himmelblau(), matyas(), booth()], ids=lambda surface: surface.name)
def test_it_arrives_at_a_known_minimum(surface):
    ended = walk(nelder_mead(), surface, surface.start, steps=200)
    assert ended.best_value[-1] < 1e-12
    distance = np.linalg.norm(np.asarray(surface.minima) - ended.positions[-1, 0], axis=-1)
    assert distance.min() < 1e-5


def test_a_simplex_is_built_at_a_single_start_and_inside_the_domain():
    corners = np.asarray(walk(nelder_mead(edge=0.25), quadratic(), np.array([3.9, 0.0])).positions[0])
    width = quadratic().domain.width[0]
    assert corners.shape == (3, 2)
    np.testing.assert_allclose(corners[0], [3.9, 0.0])
    np.testing.assert_allclose(corners[1:] - corners[0], 0.25 * width * np.diag([-1.0, 1.0]), rtol=1e-12)


@ls.surface(domain=ls.Box.square(4.0), start=(0.0, 0.0), source="one hole in a plain")
def hole():
    """Every move fails, so every step shrinks."""
    return lambda x: counted(x, jnp.where(jnp.all(x == 0.0), -1.0, 1.0))


CALLS: Counter = Counter()


def counted(x, value):
    jax.debug.callback(lambda _: CALLS.update(["evaluations"]), x)
    return value


def test_where_nothing_helps_it_shrinks_and_counts_what_that_takes():
    CALLS.clear()
    trajectory = walk(nelder_mead(edge=0.1), hole(), np.zeros(2), steps=5, record="evaluated")
    jax.effects_barrier()
    assert np.all(trajectory.metrics["shrinks"])
    assert int(trajectory.evaluations[-1]) == CALLS["evaluations"] == 3 + 5 * 4
    points, _, kind = (np.asarray(part) for part in trajectory.metrics["evaluated"])
    np.testing.assert_array_equal(kind, np.tile([REJECTED, REJECTED, ACCEPTED, ACCEPTED], (5, 1)))
    np.testing.assert_array_equal(points[:, 2:], trajectory.positions[1:, 1:])
    edges = np.linalg.norm(trajectory.positions[:, 1], axis=-1)
    np.testing.assert_allclose(edges, 0.8 * 0.5 ** np.arange(6), rtol=1e-12)


def test_the_evaluated_points_of_a_step_say_what_became_of_them():
    trajectory = walk(nelder_mead(), rosenbrock(), rosenbrock().start, steps=60, record="evaluated")
    points, values, kind = (np.asarray(part) for part in trajectory.metrics["evaluated"])
    used = kind != NONE
    assert used[:, 0].all()
    assert not used[:, 1].all()
    assert np.isnan(points[~used]).all()
    assert np.isnan(values[~used]).all()
    np.testing.assert_allclose(jax.vmap(rosenbrock())(points[used]), values[used], rtol=1e-9)
    assert used.sum() + 3 == trajectory.evaluations[-1]
    for step, points_kept in enumerate(kind == ACCEPTED):
        assert all(point.tolist() in trajectory.positions[step + 1].tolist() for point in points[step][points_kept])


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, 3.0), source="a bowl with a rim where nothing is")
def island():
    """No value far from the middle."""
    return lambda x: jnp.where(jnp.sum(x**2) > 16.2, jnp.nan, jnp.sum((x - 1.0) ** 2))


def test_corners_without_a_value_are_the_worst():
    trajectory = walk(nelder_mead(), island(), np.array([2.9, 2.7]), steps=100)
    assert np.isnan(trajectory.values[0]).any()
    assert trajectory.best_value[-1] < 1e-12


def test_whole_numbers_stay_whole():
    surface = mixed_ellipsoid()
    trajectory = walk(nelder_mead(), surface, surface.start, steps=60)
    whole = np.asarray(trajectory.positions[..., 1])
    assert np.array_equal(whole, np.round(whole))
    assert trajectory.best_value[-1] < trajectory.best_value[0]
