"""Planes: frames of two directions, there and back."""

import json
import pickle

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from landscape import LandscapeError, Plane

vectors = hnp.arrays(float, 4, elements=st.floats(-10, 10, allow_subnormal=False))


def spans(a, b, c) -> bool:
    return np.linalg.svd(np.stack([b - a, c - a]), compute_uv=False)[1] > 1e-3


@given(vectors, vectors, vectors)
def test_plane_through_three_points_contains_them(a, b, c):
    assume(spans(a, b, c))
    plane = Plane.through(a, b, c)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(plane.distance(np.stack([a, b, c])), 0.0, atol=1e-7)
    np.testing.assert_allclose(plane.project(b), [np.linalg.norm(b - a), 0.0], atol=1e-9)


@given(vectors, vectors, vectors, st.floats(-5, 5), st.floats(-5, 5))
def test_projecting_a_point_of_the_plane_gives_its_coordinates(a, b, c, u, v):
    assume(spans(a, b, c))
    plane = Plane.through(a, b, c)
    np.testing.assert_allclose(plane.project(plane.points(u, v)), [u, v], atol=1e-9)


@given(vectors, vectors, st.integers(0, 1000))
def test_projection_and_distance_obey_pythagoras(origin, x, seed):
    plane = Plane.random(origin, seed)
    squares = plane.distance(x) ** 2 + np.sum(plane.project(x) ** 2)
    np.testing.assert_allclose(squares, np.sum((x - origin) ** 2), rtol=1e-9, atol=1e-9)


def test_axes_are_the_coordinates_themselves():
    plane = Plane.axes([1.0, 2.0, 3.0], 2, 0)
    np.testing.assert_array_equal(plane.points(5.0, 7.0), [7.0, 2.0, 5.0])
    np.testing.assert_array_equal(plane.project([7.0, 9.0, 5.0]), [5.0, 7.0])
    assert plane.distance([7.0, 9.0, 5.0]) == 7.0
    assert plane.names == ("x3", "x1")
    assert Plane.axes([1.0, 2.0]).names == ("x", "y")


def test_axes_leave_the_given_origin_alone():
    origin = np.array([1.0, 2.0, 3.0])
    Plane.axes(origin)
    np.testing.assert_array_equal(origin, [1.0, 2.0, 3.0])


def test_points_of_a_grid_have_its_shape():
    u, v = np.meshgrid(np.arange(3.0), np.arange(5.0))
    points = Plane.axes(np.zeros(4), 1, 3).points(u, v)
    assert points.shape == (5, 3, 4)
    np.testing.assert_array_equal(points[4, 2], [0.0, 2.0, 0.0, 4.0])


def test_random_planes_are_orthonormal_and_belong_to_their_seed():
    first, again, other = (Plane.random(np.zeros(6), seed) for seed in (1, 1, 2))
    np.testing.assert_allclose(first.basis @ first.basis.T, np.eye(2), atol=1e-12)
    np.testing.assert_array_equal(first.basis, again.basis)
    assert not np.allclose(first.basis, other.basis)


@given(vectors, vectors, vectors, st.floats(-5, 5), st.floats(-5, 5))
def test_any_independent_directions_give_the_coordinates_of_the_nearest_point(first, second, x, u, v):
    assume(np.linalg.svd(np.stack([first, second]), compute_uv=False)[1] > 1e-2)
    plane = Plane(np.ones(4), np.stack([first, second]))
    np.testing.assert_allclose(plane.project(plane.points(u, v)), [u, v], atol=1e-8)
    found, *_ = np.linalg.lstsq(plane.basis.T, x - 1.0, rcond=None)
    np.testing.assert_allclose(plane.project(x), found, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(plane.distance(x), np.linalg.norm(x - plane.points(*found)), rtol=1e-7, atol=1e-7)


def test_directions_of_other_lengths_are_units_of_their_own():
    plane = Plane(np.array([1.0, 0, 0]), np.array([[3.0, 4.0, 0], [0, 0, 0.5]]))
    np.testing.assert_allclose(plane.project([[4.0, 4.0, 0.0], [1.0, 0.0, 1.0]]), [[1, 0], [0, 2]], atol=1e-15)
    assert plane.distance([-3.0, 3.0, 7.0]) == pytest.approx(5.0)
    np.testing.assert_allclose(plane.span(np.zeros(3), np.array([2.0, 1.0, 1.0])), [[-0.12, 0], [0.28, 2]], atol=1e-15)


def test_orthonormal_directions_are_multiplied_with_as_they_are():
    plane = Plane.random(np.ones(7), 3)
    x = np.random.default_rng(0).normal(size=(5, 7))
    assert plane.dual is plane.basis
    np.testing.assert_array_equal(plane.project(x), (x - 1.0) @ plane.basis.T)


def test_planes_say_how_they_were_made_and_travel_with_it():
    plane = Plane(np.zeros(3), 2 * np.eye(3)[:2], about={"method": "by hand", "lengths": [2.0, 2.0]})
    plane.project(np.ones(3))
    again = pickle.loads(pickle.dumps(plane))
    assert again.about == plane.about == json.loads(json.dumps(plane.about))
    np.testing.assert_array_equal(again.project(np.ones(3)), [0.5, 0.5])
    assert Plane.axes([1.0, 2.0]).about == {}
    assert plane != again  # a plane equals itself alone, as before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Plane.axes([0.0, 0.0], 0, 2), "Axis 2 does not exist; give two of 0 … 1"),
        (lambda: Plane.axes([0.0, 0.0], -1, 1), "Axis -1 does not exist"),
        (lambda: Plane.axes([0.0, 0.0], 1, 1), "two different axes, not 1 twice"),
        (lambda: Plane.through([0.0, 0.0], [1.0, 1.0], [2.0, 2.0]), "lie on one line"),
        (lambda: Plane.through([0.0, 0.0], [0.0, 0.0], [2.0, 2.0]), "lie on one line"),
        (lambda: Plane.random([0.0]), "lie on one line"),
        (lambda: Plane(np.zeros(2), np.array([[1.0, 2.0], [-3.0, -6.0]])).project([1.0, 1.0]), "lie on one line"),
        (lambda: Plane(np.zeros(2), np.array([[1.0, 2.0], [0.0, 0.0]])).project([1.0, 1.0]), "lie on one line"),
        (lambda: Plane(np.zeros(2), np.array([[1.0, np.nan], [0.0, 1.0]])).distance([1.0, 1.0]), "lie on one line"),
    ],
)
def test_what_spans_no_plane_is_refused(make, words):
    with pytest.raises(LandscapeError, match=words):
        make()
