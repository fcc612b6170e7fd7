"""Whole numbers beside real ones: every method without slopes keeps them whole, and slopes are refused."""

import jax
import numpy as np
import pytest
from helpers import OPTIMIZERS, small, walk

import landscape as ls
from landscape.surfaces import mixed_ellipsoid, mixed_rastrigin

WITHOUT_SLOPES = [name for name in OPTIMIZERS if not small(name).needs_gradient]
SURFACE = mixed_rastrigin(dim=4)


@pytest.mark.parametrize("name", WITHOUT_SLOPES)
def test_whole_coordinates_stay_whole(name):
    points = walk(small(name), SURFACE, steps=60, record="evaluated").evaluated.points
    np.testing.assert_array_equal(points[:, 1::2], np.round(points[:, 1::2]))
    assert len(np.unique(points[:, 1])) > 1
    assert np.any(points[:, ::2] != np.round(points[:, ::2]))


def test_slopes_are_refused_with_what_to_take_instead():
    with pytest.raises(ls.LandscapeError, match=r"adam needs slopes, and mixed_rastrigin has coordinates of whole"):
        ls.run(SURFACE, ls.optimizers.adam())


@pytest.mark.parametrize("surface", [mixed_ellipsoid(dim=5, condition=50.0), SURFACE], ids=lambda s: s.name)
def test_the_minimum_is_lowest_among_neighbours_and_samples(surface):
    place = surface.minima[0]
    assert float(surface(place)) == pytest.approx(surface.minimum, abs=1e-12)
    sample = surface.domain.sample(jax.random.key(0), 10_000, np.float64)
    assert float(jax.vmap(surface)(sample).min()) > surface.minimum


def test_samples_take_every_whole_number_as_often():
    numbers = np.asarray(SURFACE.domain.sample(jax.random.key(1), 22_000, np.float64))[:, 1]
    counts = np.unique(numbers, return_counts=True)
    np.testing.assert_array_equal(counts[0], np.arange(-5, 6))
    assert np.abs(counts[1] - 2000).max() < 5 * np.sqrt(2000)


@pytest.mark.parametrize("bounds", ["reflect", "clip", "periodic"])
def test_the_edge_keeps_whole_numbers_in_the_box(bounds):
    box = ls.Box([0.0, 0.0], [1.0, 3.0], whole=[False, True])
    points = box.confine(np.array([[0.5, 4.2], [0.5, -1.4], [0.5, 2.6]]), bounds)
    expected = {"reflect": [2, 1, 3], "clip": [3, 0, 3], "periodic": [0, 3, 3]}
    np.testing.assert_array_equal(points[:, 1], expected[bounds])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(([0.0, 0.0], [1.0, 1.0], [True]), "each of the 2"), (([0.0], [1.5], [True]), "whole numbers as their ends")],
)
def test_boxes_that_make_no_sense_are_refused(arguments, words):
    with pytest.raises(ls.LandscapeError, match=words):
        ls.Box(*arguments)
