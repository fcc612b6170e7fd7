"""Maps from distances: exact where the points were plane, and the same as from coordinates."""

import numpy as np
import pytest

from landscape.parameters import LandscapeError
from landscape.terrain import embedding

RNG = np.random.default_rng(0)
PLANE = RNG.normal(size=(30, 2)) @ np.diag([3.0, 1.0])


@pytest.mark.parametrize("scaling", [embedding.classical, embedding.metric])
def test_points_of_a_plane_come_back(scaling):
    apart = embedding.between(PLANE)
    found = scaling(apart)
    np.testing.assert_allclose(embedding.between(found.places), apart, atol=1e-7)
    assert found.explained == pytest.approx(1.0)
    assert found.stress < 1e-8
    np.testing.assert_allclose(np.ptp(np.abs(found.places.mean(axis=0))), 0, atol=1e-9)


def test_principal_components_of_bits_follow_from_how_many_differ():
    bits = RNG.integers(0, 2, (20, 9)).astype(float)
    found = embedding.principal(np.abs(bits[:, None] - bits).sum(axis=-1))
    centred = bits - bits.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    assert found.explained == pytest.approx((sizes[:2] ** 2).sum() / (sizes**2).sum())
    np.testing.assert_allclose(np.abs(found.places), np.abs(centred @ axes[:2].T), atol=1e-9)


def test_majorization_is_better_than_where_it_starts():
    apart = embedding.between(RNG.normal(size=(25, 6)))
    rough, found = embedding.classical(apart), embedding.metric(apart)
    assert found.stress < 0.9 * rough.stress
    direct = np.linalg.norm(found.places[:, None] - found.places, axis=-1)
    assert found.stress == pytest.approx(np.sqrt(((direct - apart) ** 2).sum() / (apart**2).sum()))


def test_equal_points_lie_on_each_other_and_one_point_is_a_map():
    found = embedding.metric(np.zeros((3, 3)))
    np.testing.assert_array_equal(found.places, np.zeros((3, 2)))
    assert embedding.principal(np.zeros((1, 1))).places.shape == (1, 2)
    for bad in (np.ones((2, 3)), -np.ones((2, 2)), np.array([[0.0, 1.0], [2.0, 0.0]])):
        with pytest.raises(LandscapeError, match="symmetric"):
            embedding.classical(bad)
