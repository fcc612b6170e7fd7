"""Streamlines against gradient lines known in closed form; the gradient field against the surface."""

import numpy as np
import pytest
from helpers import bowl, ramp

from landscape import LandscapeError, Plane
from landscape.geometry import gradient_field, streamlines
from landscape.surfaces import himmelblau, quadratic, relu_unit, shubert, steps


def test_the_field_is_the_gradient():
    found = gradient_field(bowl(depth=3.0), resolution=(5, 4))
    u, v = np.meshgrid(found.u, found.v)
    np.testing.assert_allclose(found.gradient, 6 * np.stack([u, v], axis=-1), rtol=1e-12)


def test_streamlines_of_a_bowl_point_at_its_middle():
    lines = streamlines(bowl())
    assert len(lines) > 20
    for line in lines:
        angles = np.unwrap(np.arctan2(line[:, 1], line[:, 0]))
        far = np.linalg.norm(line, axis=1)
        assert np.ptp(angles) < 1e-9
        assert np.all(np.diff(far) < 0)  # downhill


def test_streamlines_of_a_quadratic_are_power_laws():
    """dy / dx = κ y / x: along each line |y| / |x|^κ is one number."""
    for line in streamlines(quadratic(condition=4.0, rotation=0.0)):
        x, y = np.abs(line[np.abs(line).min(axis=1) > 0.2]).T
        if len(x) > 1:
            assert np.ptp(np.log(y) - 4 * np.log(x)) < 1e-3


def test_streamlines_keep_apart_and_in_the_view_and_cover_it():
    lower, upper = np.array([-5.0, -4.0]), np.array([5.0, 4.0])
    lines = streamlines(himmelblau(), lower=lower, upper=upper)
    spacing = 10 / 24
    cells = [{tuple(cell) for cell in np.floor((line - lower) / spacing).astype(int)} for line in lines]
    assert sum(map(len, cells)) == len(set.union(*cells))  # no cell is shared
    assert len(set.union(*cells)) > 0.6 * 24 * 19
    points = np.concatenate(lines)
    assert np.all((points >= lower) & (points <= upper))


def test_density_makes_more_lines():
    few, many = (len(streamlines(himmelblau(), density=density)) for density in (0.5, 1.0))
    assert many > 1.5 * few


def test_ripples_have_short_lines_rather_than_none():
    lines = streamlines(shubert())
    assert len(lines) > 100
    assert max(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in lines) < 2.0


def test_lines_end_where_the_surface_is_flat():
    crease = streamlines(relu_unit(angle=0.0, offset=0.0))
    assert crease
    assert np.concatenate(crease)[:, 0].min() > -2 / 24
    assert streamlines(steps()) == ()


def test_streamlines_lie_on_the_plane_asked_for():
    turned = Plane(np.zeros(2), np.array([[0.6, 0.8], [-0.8, 0.6]]))
    for line in streamlines(ramp(), plane=turned, lower=(-1, -1), upper=(1, 1)):
        way = (line[-1] - line[0]) / np.linalg.norm(line[-1] - line[0])
        np.testing.assert_allclose(way, [-0.6, 0.8], atol=1e-9)  # −x, in the plane's coordinates


@pytest.mark.parametrize("density", [0, 100, "fine"])
def test_impossible_densities_are_refused(density):
    with pytest.raises(LandscapeError, match=f"density={density} is not between 0.1 and 4"):
        streamlines(bowl(), density=density)
