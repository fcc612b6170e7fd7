"""The data sets: where points lie, what noise does to them, how they are split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape.mlp import datasets
from landscape.parameters import LandscapeError

CLASSES = {"circle": 2, "xor": 2, "gauss": 2, "spiral": 2, "plane": 0, "multi-gauss": 0, "three-spirals": 3,
           "four-blobs": 4}  # fmt: skip


@given(st.sampled_from(datasets.NAMES), st.floats(0, 0.8), st.integers(0, 99), st.floats(0.1, 0.9))
def test_every_set_is_the_same_for_the_same_seed_and_split_by_share(name, noise, seed, share):
    data, again = (datasets.made(name, noise, seed, share, points=101) for _ in range(2))
    np.testing.assert_array_equal(data.x, again.x)
    assert (data.x.shape, data.y.shape, data.classes) == ((101, 2), (101,), CLASSES[name])
    assert data.train == int(101 * share + 1e-9)
    assert len(data.labels) == data.classes
    if data.classes:
        legal = (-1, 1) if data.classes == 2 else range(data.classes)
        assert set(data.y) <= set(legal)
    assert not np.array_equal(data.x, datasets.made(name, noise, seed + 1, share, points=101).x)


def test_without_noise_points_and_labels_are_where_the_formulas_put_them():
    circle, xor, gauss, spiral = (datasets.made(name) for name in ("circle", "xor", "gauss", "spiral"))
    radius = np.linalg.norm(circle.x, axis=1)
    np.testing.assert_array_equal(circle.y, np.where(radius < 3, 1, -1))
    assert ((radius < 2.5) | ((radius >= 3.5) & (radius <= 5))).all()
    np.testing.assert_array_equal(xor.y, np.sign(xor.x.prod(axis=1)))
    assert np.abs(xor.x).min() >= 0.3
    assert np.abs(xor.x).max() <= 5.3
    for label in (1, -1):
        cloud = gauss.x[gauss.y == label]
        np.testing.assert_allclose(cloud.mean(axis=0), [2 * label] * 2, atol=0.2)
        np.testing.assert_allclose(cloud.var(axis=0), 0.5, rtol=0.3)
    radius = np.linalg.norm(spiral.x, axis=1)
    turn = 1.75 * 2 * np.pi * radius / 5 + np.where(spiral.y > 0, 0, np.pi)
    np.testing.assert_allclose(spiral.x, radius[:, None] * np.stack([np.sin(turn), np.cos(turn)], axis=1), atol=1e-12)


def test_labels_that_are_numbers_follow_their_plane_and_their_bumps():
    plane, bumps = datasets.made("plane"), datasets.made("multi-gauss")
    assert (len(plane.y), plane.train) == (1200, 600)
    np.testing.assert_allclose(plane.y, plane.x.sum(axis=1) / 10, atol=1e-12)
    best = np.zeros(len(bumps.y))
    for x, y, sign in [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]:
        height = sign * np.clip(1 - np.hypot(bumps.x[:, 0] - x, bumps.x[:, 1] - y) / 2, 0, 1)
        best = np.where(np.abs(height) > np.abs(best), height, best)
    np.testing.assert_allclose(bumps.y, best, atol=1e-12)


@pytest.mark.parametrize("name", datasets.NAMES)
def test_noise_acts_on_what_its_sentence_says(name):
    clean, noisy = datasets.made(name, 0.0, 5), datasets.made(name, 0.5, 5)
    label_only = "never the point" in datasets.NOISE[name]
    inside = np.abs(clean.x).max() + 1e-9
    if label_only:  # points stay in their region, labels no longer follow from them
        assert np.abs(noisy.x).max() <= max(inside, 6.0)
        assert not np.array_equal(np.sort(noisy.y), np.sort(clean.y))
    else:  # as many of each label, points further out
        np.testing.assert_array_equal(np.sort(noisy.y), np.sort(clean.y))
        assert np.abs(noisy.x).max() > inside
    if "variance" in datasets.NOISE[name]:
        cloud = noisy.x[noisy.y == noisy.y.max()]
        np.testing.assert_allclose(cloud.var(axis=0), 4.0, rtol=0.35)


def test_few_points_of_one_label_are_still_of_two_classes():
    assert {datasets.made("xor", seed=seed, points=4).classes for seed in range(20)} == {2}


def test_what_cannot_be_made_is_refused():
    with pytest.raises(LandscapeError, match="Did you mean 'spiral'"):
        datasets.made("spirals")
    with pytest.raises(LandscapeError, match=r"noise=1 is outside 0 … 0\.8"):
        datasets.made("xor", noise=1.0)
