"""Fitness–distance correlation, against hand counts and NumPy."""

import jax
import numpy as np
import pytest
from scipy.stats import rankdata
from small_problems import ring, rugged

import landscape as ls
from landscape.terrain.fitness_distance import correlation, distances, fitness_distance, losses, ranked


def test_bit_strings_by_hand():
    surface = rugged(bits=4, epistasis=0)
    points = np.array([[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]])
    found = fitness_distance(surface, points, values=[0.0, 1.0, 3.0, 8.0])
    np.testing.assert_array_equal(found.to_best, [0, 1, 2, 4])
    np.testing.assert_allclose(found.to_others, [7 / 3, 5 / 3, 5 / 3, 9 / 3])
    assert found.best == 0
    assert found.correlation == pytest.approx(np.corrcoef([1, 2, 4], [1, 3, 8])[0, 1])
    assert found.mean_correlation == pytest.approx(np.corrcoef(found.to_others, found.values)[0, 1])


def test_tours_are_compared_by_bonds_whatever_their_start_and_direction():
    surface = ring(cities=6)
    points = np.array([[0, 1, 2, 3, 4, 5], [3, 2, 1, 0, 5, 4], [0, 1, 3, 2, 4, 5]], float)
    with jax.enable_x64(True):
        found = fitness_distance(surface, points)
        expected = [float(surface(point)) for point in points]
    np.testing.assert_allclose(found.values, expected, rtol=1e-12)
    np.testing.assert_array_equal(distances(surface.domain, points), [[0, 0, 2], [0, 0, 2], [2, 2, 0]])


def test_losses_of_more_points_than_one_batch():
    surface = rugged(bits=11, epistasis=2)
    points = np.random.default_rng(0).integers(0, 2, (1500, 11))
    found = losses(surface, points)
    assert [found[k] for k in (0, 1023, 1024, 1499)] == pytest.approx([float(surface(points[k])) for k in
                                                                       (0, 1023, 1024, 1499)])  # fmt: skip


def test_ranks_and_constants():
    values = [3.0, 1.0, 3.0, 2.0, 2.0, 2.0]
    np.testing.assert_array_equal(ranked(values), rankdata(values))
    assert np.isnan(correlation([1.0, 1.0], [0.0, 2.0]))
    assert np.isnan(correlation([], []))


def test_too_few_points_are_said():
    with pytest.raises(ls.LandscapeError, match="3 or more of 4 coordinates"):
        fitness_distance(rugged(bits=4, epistasis=0), np.zeros((2, 4)))
