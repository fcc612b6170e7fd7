"""Curvature maps against Hessians and curvatures known in closed form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, ramp

import landscape as ls
from landscape import LandscapeError, Plane
from landscape.geometry import curvature
from landscape.surfaces import ackley, himmelblau, quadratic, relu_unit, rosenbrock, saddle


@ls.surface(domain=ls.Box.square(0.6), start=(0.3, 0.3), minimum=-1.0, source="a ball")
def ball():
    """The lower half of a unit sphere."""
    return lambda x: -jnp.sqrt(1.0 - jnp.sum(x**2))


@ls.surface(domain=ls.Box.square(2.0), start=(1.0, 1.0), minimum=0.0, source="a gutter")
def gutter():
    """A straight valley floor at y = 0.3 that slopes down."""
    return lambda x: x[0] + 50.0 * (x[1] - 0.3) ** 2


def test_eigenvalues_of_himmelblau_have_the_trace_and_determinant_of_its_hessian():
    found = curvature(himmelblau(), resolution=(7, 5))
    x, y = np.meshgrid(found.u, found.v)
    xx, yy, xy = 12 * x**2 + 4 * y - 42, 12 * y**2 + 4 * x - 26, 4 * (x + y)
    np.testing.assert_allclose(found.eigenvalues.sum(axis=-1), xx + yy, rtol=1e-12)
    np.testing.assert_allclose(found.eigenvalues.prod(axis=-1), xx * yy - xy**2, rtol=1e-9)
    assert np.all(found.eigenvalues[..., 0] <= found.eigenvalues[..., 1])


def test_a_quadratic_bends_alike_everywhere():
    found = curvature(quadratic(condition=25.0, rotation=0.8), resolution=6)
    np.testing.assert_allclose(found.eigenvalues, np.broadcast_to([1.0, 25.0], (6, 6, 2)), rtol=1e-9)
    np.testing.assert_allclose(found.condition, 25.0, rtol=1e-9)
    np.testing.assert_allclose(found.stability, 2 / 25, rtol=1e-9)


def test_a_sphere_has_the_gaussian_curvature_of_its_radius_and_a_paraboloid_its_own():
    np.testing.assert_allclose(curvature(ball(), resolution=9).gaussian, 1.0, rtol=1e-9)
    found = curvature(bowl(), resolution=9)
    x, y = np.meshgrid(found.u, found.v)
    np.testing.assert_allclose(found.gaussian, 4.0 / (1 + 4 * x**2 + 4 * y**2) ** 2, rtol=1e-9)


def test_a_saddle_has_no_condition_number_and_a_hill_no_limit():
    found = curvature(saddle(curvature=3.0), resolution=4)
    assert np.isnan(found.condition).all()
    assert np.all(found.gaussian < 0)
    np.testing.assert_allclose(found.stability, 1.0)
    assert np.all(curvature(ramp(), resolution=4).stability == np.inf)
    hill = curvature(himmelblau(), lower=(-0.4, -1.0), upper=(-0.2, -0.8), resolution=3)
    assert np.all(hill.stability == np.inf)


def test_the_valley_of_a_gutter_and_the_ridge_of_its_mirror():
    found = curvature(gutter(), lower=(-1, -1), upper=(1, 1), resolution=(9, 41))
    floor = np.abs(found.v - 0.3) <= 0.5 * (found.v[1] - found.v[0])
    assert floor.sum() == 1
    np.testing.assert_allclose(found.ridge[floor], 100.0)
    assert not found.ridge[~floor].any()

    @ls.surface(domain=ls.Box.square(1.0), start=(0.5, 0.5), source="a roof")
    def roof():
        """The gutter upside down."""
        return lambda x: -gutter()(x)

    mirrored = curvature(roof(), lower=(-1, -1), upper=(1, 1), resolution=(9, 41))
    np.testing.assert_allclose(mirrored.ridge, -found.ridge)


def test_the_valley_of_rosenbrock_is_its_parabola_and_below_it_the_axis():
    found = curvature(rosenbrock(), resolution=101)
    v, u = np.nonzero(found.ridge > 0)
    x, y = found.u[u], found.v[v]
    assert np.sum(y > 0.2) > 60
    assert np.abs(y - x**2)[y > 0.2].max() < 0.15
    assert np.abs(x)[y < -0.2].max() < 0.1  # there (y − x²)² is lowest at x = 0, as seen along x


def test_on_a_plane_the_hessian_is_the_planes():
    surface = quadratic(dim=4, condition=9.0)
    plane = Plane.random(np.ones(4), seed=5)
    hessian = plane.basis @ np.asarray(jax.jit(jax.hessian(surface))(np.ones(4))) @ plane.basis.T
    found = curvature(surface, plane=plane, lower=(-1, -1), upper=(1, 1), resolution=3)
    np.testing.assert_allclose(found.eigenvalues[1, 1], np.linalg.eigvalsh(hessian), rtol=1e-9)


def test_surfaces_with_kinks_have_holes_at_most():
    flat = curvature(relu_unit(), resolution=9)
    assert not flat.eigenvalues.any()
    assert not flat.ridge.any()
    cusp = curvature(ackley(), lower=(-1, -1), upper=(1, 1), resolution=9)
    finite = np.isfinite(cusp.eigenvalues).all(axis=-1)
    assert finite.sum() >= 80
    assert np.array_equal(np.isfinite(cusp.gaussian), finite)


@pytest.mark.parametrize("options", [{"resolution": 1}, {"lower": (1, 1), "upper": (0, 0)}], ids=["one", "upside down"])
def test_impossible_grids_are_refused(options):
    with pytest.raises(LandscapeError, match="not"):
        curvature(bowl(), **options)
