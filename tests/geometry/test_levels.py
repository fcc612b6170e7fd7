"""Level sets against circles, lines and the surface itself; the lens against right angles."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, ramp

import landscape as ls
from landscape import LandscapeError, Plane
from landscape.geometry import angle, lens, level_set, level_sets
from landscape.surfaces import himmelblau, quadratic, relu_unit, steps

COARSE = {"resolution": 41}


def test_level_sets_of_a_round_bowl_are_circles():
    for found in level_sets(bowl(), [1.0, 4.0, 9.0], **COARSE):
        (line,) = found.lines
        np.testing.assert_allclose(np.linalg.norm(line, axis=1), np.sqrt(found.value), rtol=1e-13)
        np.testing.assert_allclose(line[0], line[-1])  # closed


def test_level_sets_of_a_ramp_are_straight_lines_from_edge_to_edge():
    (line,) = level_set(ramp(slope=2.0), 3.0, **COARSE).lines
    np.testing.assert_allclose(line[:, 0], 1.5, rtol=1e-14)
    assert sorted(line[[0, -1], 1]) == [-4.0, 4.0]


def test_vertices_lie_on_the_level_and_as_many_lines_are_there_as_minima():
    surface = himmelblau()
    for found, count in zip(level_sets(surface, [10.0, 50.0], **COARSE), (4, 3), strict=True):
        assert len(found.lines) == count  # the lowest saddles are at 13.3, 67.7, 104.0 and 178.3: below 13 four loops
        values = jax.jit(jax.vmap(surface))(np.concatenate(found.lines))
        np.testing.assert_allclose(values, found.value, rtol=1e-11)


def test_vertices_on_the_edge_of_the_view_stay_on_it():
    found = level_set(himmelblau(), 120.0, lower=(-5, -5), upper=(5, 5), **COARSE)
    ends = np.array([line[[0, -1]] for line in found.lines if np.abs(line[0] - line[-1]).max() > 1e-9])
    assert len(ends)
    np.testing.assert_array_equal(np.abs(ends).max(axis=-1), 5.0)


def test_the_level_set_through_a_point_has_its_value_and_passes_it():
    found = level_set(bowl(), through=(0.0, 1.3), **COARSE)
    assert found.value == pytest.approx(1.69)
    assert np.abs(np.linalg.norm(found.lines[0], axis=1) - 1.3).max() < 1e-13


def test_no_line_where_the_surface_has_no_such_value():
    assert level_set(bowl(), -1.0, **COARSE).lines == ()


def test_a_jump_keeps_the_vertices_between_its_sides():
    (line,) = level_set(steps(width=2.0), 0.5, lower=(-3, -3), upper=(3, 3), **COARSE).lines
    assert np.abs(np.abs(line).max(axis=1) - 2.0).max() <= 6 / 40


@pytest.mark.parametrize("point", [(0.2, 4.3), (1.0, 1.0), (-4.9, -4.9), (3.01, 2.0)])
def test_gradient_and_level_set_are_perpendicular(point):
    seen = lens(himmelblau(), point, **COARSE)
    x, y = point
    expected = [4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)]
    np.testing.assert_allclose(seen.gradient, expected, rtol=1e-12)
    assert seen.kind == "regular"
    assert seen.angle == pytest.approx(90.0, abs=1e-3)
    assert np.linalg.norm(seen.tangent) == pytest.approx(1.0)
    assert angle(himmelblau(), point) == seen.angle


def test_the_angle_is_measured_and_shows_a_wrong_gradient():
    @jax.custom_vjp
    def height(x):
        return jnp.sum(x**2)

    turned = jnp.array([[0.8, -0.6], [0.6, 0.8]])  # by 36.87°
    height.defvjp(lambda x: (height(x), x), lambda x, slope: (slope * (turned @ (2 * x)),))

    @ls.surface(domain=ls.Box.square(4.0), start=(1.0, 1.0), source="a bowl with a wrong derivative")
    def liar():
        """Its gradient is turned."""
        return height

    found = angle(liar(), (1.0, 2.0))
    assert min(found, 180 - found) == pytest.approx(90 - np.degrees(np.arccos(0.8)), abs=1e-3)


@pytest.mark.parametrize("point", [(3.0, 2.0), (-0.27084459, -0.92303856)], ids=["minimum", "maximum"])
def test_where_the_gradient_is_zero_the_lens_says_so(point):
    seen = lens(himmelblau(), point, **COARSE)
    assert seen.kind == "stationary"
    assert np.isnan(seen.angle)
    assert np.isnan(seen.tangent).all()


def test_a_crease_is_told_from_both_of_its_sides():
    surface = relu_unit(angle=0.0, slope=2.0, offset=0.0)
    crease, slope, flat = (lens(surface, (x, 0.5), **COARSE) for x in (0.0, 1.0, -1.0))
    assert [crease.kind, slope.kind, flat.kind] == ["crease", "regular", "stationary"]
    assert np.isnan(crease.gradient).all()
    np.testing.assert_allclose(slope.gradient, [2.0, 0.0])
    np.testing.assert_allclose(np.abs(slope.tangent), [0.0, 1.0], atol=1e-6)
    assert lens(steps(), (1.0, 0.5), **COARSE).kind == "crease"  # a jump


def test_a_loop_too_small_for_the_grid_is_found_about_the_point():
    seen = lens(bowl(), (1e-4, 0.0), **COARSE)
    assert seen.kind == "regular"
    np.testing.assert_allclose(np.linalg.norm(np.concatenate(seen.level.lines), axis=1), 1e-4, rtol=1e-9)


def test_on_a_plane_in_four_dimensions_everything_is_the_planes():
    surface, origin = quadratic(dim=4), np.array([1.0, 2.0, 3.0, -1.0])
    plane = Plane.random(origin, seed=2)
    off = origin + 0.3 * plane.basis[0] + 7 * np.linalg.svd(plane.basis)[2][-1]  # its foot is at u = 0.3
    seen = lens(surface, off, plane=plane, **COARSE)
    np.testing.assert_allclose(seen.point, [0.3, 0.0], atol=1e-12)
    foot = origin + 0.3 * plane.basis[0]
    np.testing.assert_allclose(seen.gradient, plane.basis @ jax.grad(surface)(foot), rtol=1e-9)
    assert seen.angle == pytest.approx(90.0, abs=1e-3)


def test_a_plain_python_function_has_level_sets_and_no_lens():
    plain = ls.Surface.from_callable(lambda x: float(x[0] + 2 * x[1]), domain=ls.Box.square(1.0), start=(0.5, 0.5))
    (line,) = level_set(plain, through=(0.5, 0.25), resolution=5).lines
    np.testing.assert_allclose(line @ [1.0, 2.0], 1.0, atol=1e-12)
    with pytest.raises(LandscapeError, match="plain Python without slopes"):
        lens(plain, (0.5, 0.5))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: level_set(bowl()), "either a value or a point"),
        (lambda: level_set(bowl(), 1.0, through=(1, 1)), "either a value or a point"),
        (lambda: level_set(bowl(), np.nan), "not finite"),
        (lambda: level_set(bowl(), "high"), "'high'"),
        (lambda: level_set(bowl(), through=(1, 1, 1)), r"\(1, 1, 1\) is no point of bowl; give 2"),
        (lambda: lens(bowl(), (np.nan, 0)), "give 2 finite numbers"),
        (lambda: lens(bowl, (1, 0)), "bound surface"),
        (lambda: lens(ls.problems.one_max(), (1, 0)), "is a discrete problem"),
        (lambda: lens(bowl(), (1, 0), resolution=1), "1 × 1"),
    ],
    ids=["neither", "both", "NaN", "word", "three", "NaN point", "entry", "discrete", "resolution"],
)
def test_what_cannot_be_looked_at_is_refused(call, words):
    with pytest.raises(LandscapeError, match=words):
        call()


def test_the_edge_of_a_plateau_is_the_crease_and_not_the_grid():
    slant = 0.6
    found = level_set(relu_unit(angle=slant), 0.0)
    points = np.concatenate(found.lines)
    assert np.abs(points @ [np.cos(slant), np.sin(slant)]).max() < 1e-9
