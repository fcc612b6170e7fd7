"""Grids: the surface at every point of a plane, over its domain unless told otherwise."""

import jax
import numpy as np
import pytest
from helpers import bowl, ramp

import landscape as ls
from landscape import LandscapeError, Plane
from landscape.schedules import linear
from landscape.surfaces import himmelblau, quadratic, rosenbrock


def test_heights_are_those_of_the_surface():
    drawn = ls.grid(himmelblau(), resolution=(5, 3))
    assert drawn.height.shape == (3, 5)
    np.testing.assert_allclose(drawn.u, np.linspace(-5, 5, 5))
    np.testing.assert_allclose(drawn.v, np.linspace(-5, 5, 3))
    expected = [[(u**2 + v - 11) ** 2 + (u + v**2 - 7) ** 2 for u in drawn.u] for v in drawn.v]
    np.testing.assert_allclose(drawn.height, expected, rtol=1e-12)
    assert drawn.gradient is None


def test_domain_is_the_default_extent():
    drawn = ls.grid(rosenbrock(), resolution=4)
    assert (drawn.u[0], drawn.u[-1], drawn.v[0], drawn.v[-1]) == (-2, 2, -1, 3)


@pytest.mark.parametrize("angle", [0.3, np.pi / 4, 2.0])
def test_default_extent_of_a_turned_plane_covers_the_domain(angle):
    turned = Plane(np.zeros(2), np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]))
    drawn = ls.grid(bowl(), turned, resolution=3)
    corners = turned.project([[-4, -4], [-4, 4], [4, -4], [4, 4]])
    np.testing.assert_allclose([drawn.u[0], drawn.v[0]], corners.min(axis=0), rtol=1e-9)
    np.testing.assert_allclose([drawn.u[-1], drawn.v[-1]], corners.max(axis=0), rtol=1e-9)


def test_gradients_are_projected_to_the_plane():
    surface = quadratic(dim=4)
    plane = Plane.random(np.ones(4), seed=3)
    drawn = ls.grid(surface, plane, lower=(-1, -2), upper=(1, 2), resolution=(4, 5), gradient=True)
    u, v = np.meshgrid(drawn.u, drawn.v)
    x = plane.points(u, v)
    heights, slopes = jax.vmap(jax.vmap(jax.value_and_grad(surface)))(x)
    np.testing.assert_allclose(drawn.height, heights, rtol=1e-9)
    np.testing.assert_allclose(drawn.gradient, slopes @ plane.basis.T, rtol=1e-9, atol=1e-12)


def test_default_plane_passes_through_the_start():
    surface = quadratic(dim=3, rotation=0.0, condition=4.0)
    drawn = ls.grid(surface, resolution=3)
    third = surface.start[2]
    assert drawn.height[1, 1] == pytest.approx(0.5 * 4.0 * third**2)


@pytest.mark.parametrize(("progress", "depth"), [(0.0, 1.0), (0.5, 2.0), (1.0, 3.0)])
def test_a_scheduled_surface_is_drawn_at_a_moment(progress, depth):
    drawn = ls.grid(bowl(depth=linear(start=1.0, end=3.0)), resolution=2, progress=progress)
    np.testing.assert_allclose(drawn.height, depth * 32.0, rtol=1e-12)


def test_whole_numbers_of_any_sort_are_resolutions():
    assert ls.grid(ramp(), resolution=np.int64(3)).height.shape == (3, 3)
    assert ls.grid(ramp(), resolution=[3, 2]).height.shape == (2, 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resolution": 1}, "1 × 1 points is not between 2 × 2 and 4,000,000"),
        ({"resolution": (3000, 3000)}, "3000 × 3000"),
        ({"resolution": 2.5}, "2.5"),
        ({"resolution": "fine"}, "fine"),
        ({"lower": (0, 0), "upper": (0, 1)}, "finite lower < upper"),
        ({"lower": (0, np.nan)}, "finite lower < upper"),
        ({"plane": Plane.axes(np.zeros(3))}, "3"),
    ],
    ids=["one", "many", "fraction", "word", "no height", "NaN", "another space"],
)
def test_an_impossible_grid_is_refused(options, words):
    with pytest.raises(LandscapeError, match=words):
        ls.grid(ramp(), **options)
