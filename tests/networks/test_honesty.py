"""Paths beside their shadows: distances, true and drawn losses and shares that can be worked out by hand."""

import numpy as np
import pytest

import landscape as ls
from landscape import Box, LandscapeError, Plane
from landscape.networks import honesty, planes
from landscape.surface import Surface

TILTED = Surface.from_function(lambda x: x[0] ** 2 + 10 * x[2], domain=Box.cube(5.0, 3), name="tilted")
FLOOR = Plane(np.zeros(3), np.eye(3)[:2])
PATH = np.array([[3.0, 0.0, 4.0], [0.0, 2.0, 0.0], [1.0, 1.0, -1.0]])


def test_each_moment_has_its_distance_and_both_losses():
    found = honesty.fidelity(TILTED, FLOOR, PATH)
    np.testing.assert_array_equal(found.coordinates, PATH[:, :2])
    np.testing.assert_array_equal(found.distance, [4.0, 0.0, 1.0])
    np.testing.assert_array_equal(found.true, [49.0, 0.0, -9.0])
    np.testing.assert_array_equal(found.on_plane, [9.0, 0.0, 1.0])
    np.testing.assert_array_equal(found.off, [-40.0, 0.0, 10.0])
    assert found.explained == pytest.approx((9 + 4 + 2) / (25 + 4 + 3))
    assert found.told.startswith("47% of the path's squared distance")
    assert "it is 4 off, where the true loss is 49 and the drawn one 9" in found.told


def test_moments_that_are_not_finite_stay_where_they_are():
    broken = np.insert(PATH, 1, [np.nan, 1.0, 1.0], axis=0)
    found = honesty.fidelity(TILTED, FLOOR, broken)
    for each in (found.coordinates, found.distance, found.true, found.on_plane):
        assert len(each) == 4
        assert np.isnan(each[1]).all()
        assert np.isfinite(np.delete(each, 1, axis=0)).all()
    assert found.explained == honesty.fidelity(TILTED, FLOOR, PATH).explained


def test_losses_that_are_known_are_taken():
    found = honesty.fidelity(TILTED, FLOOR, PATH, losses=[1.0, 2.0, 3.0])
    np.testing.assert_array_equal(found.true, [1.0, 2.0, 3.0])
    with pytest.raises(LandscapeError, match=r"losses have the shape \(2,\); give one for each of the 3"):
        honesty.fidelity(TILTED, FLOOR, PATH, losses=[1.0, 2.0])


def test_shares_are_the_same_for_any_basis_of_a_plane_and_those_that_components_state():
    oblique = Plane(np.zeros(3), np.array([[2.0, 0, 0], [1.0, 5.0, 0]]))
    for about in ("origin", "mean"):
        shares = [honesty.explained(plane, PATH, about=about) for plane in (FLOOR, oblique)]
        assert shares[0] == pytest.approx(shares[1], rel=1e-12)
    around = PATH - PATH.mean(axis=0)
    assert shares[0] == pytest.approx(np.sum(around[:, :2] ** 2) / np.sum(around**2))
    walk = np.random.default_rng(0).normal(size=(9, 3))
    for centre in ("last", "mean"):
        plane = planes.principal(TILTED, walk, centre=centre)
        assert honesty.explained(plane, walk) == pytest.approx(sum(plane.about["explained"]), rel=1e-12)


def test_a_path_within_its_plane_is_drawn_as_it_is():
    run = ls.run(ls.surfaces.himmelblau(), ls.optimizers.sgd(learning_rate=0.01), steps=20)
    found = honesty.fidelity(run.surface, Plane.axes(run.surface.start), run)
    assert found.explained == 1.0
    np.testing.assert_allclose(found.distance, 0.0, atol=1e-15)
    np.testing.assert_array_equal(found.true, found.on_plane)
    np.testing.assert_allclose(found.true, run.values[:, 0], rtol=1e-12, atol=1e-12)


def test_what_has_no_share_says_so():
    still = honesty.fidelity(TILTED, FLOOR, np.zeros((3, 3)))
    assert np.isnan(still.explained)
    assert still.told == "The path never leaves the plane's origin."
    gone = honesty.fidelity(TILTED, FLOOR, np.full((2, 3), np.nan))
    assert gone.told == "No point of the path is finite."
    assert gone.true.shape == (2,)
    assert np.isnan(honesty.explained(FLOOR, np.full((2, 3), np.nan)))
    with pytest.raises(LandscapeError, match="lies in 3 dimensions, the weights in 2"):
        honesty.explained(FLOOR, np.zeros((4, 2)))
    with pytest.raises(LandscapeError, match="options: origin, mean"):
        honesty.explained(FLOOR, PATH, about="centre")


def test_losses_are_evaluated_in_the_precision_of_the_weights():
    fine = Surface.from_function(lambda x: x[0] + 1e-9, domain=Box.cube(5.0, 3), name="fine")
    np.testing.assert_array_equal(honesty.fidelity(fine, FLOOR, PATH).true, PATH[:, 0] + 1e-9)
    np.testing.assert_array_equal(honesty.fidelity(fine, FLOOR, PATH[1:].astype(np.float32)).true[1:], [1.0])
