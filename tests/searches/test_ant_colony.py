"""Ants: chances as the weights say, permutations whatever they say, trails between their bounds."""

import jax
import numpy as np
import pytest
from helpers import bonds

import landscape as ls
from landscape.searches.ant_colony import least, likely, marked, permuted, picked

picked, marked = jax.jit(picked), jax.jit(marked, static_argnums=(0, 2))
likely, permuted = (jax.jit(each, static_argnames="follow") for each in (likely, permuted))


@pytest.mark.parametrize("count", [2, 5, 52])
def test_picks_are_as_likely_as_their_weights(count):
    weights = np.random.default_rng(count).exponential(size=count) ** 3
    weights[1:-1:3] = 0.0
    uniform = (np.arange(20_000) + 0.5) / 20_000
    index = np.asarray(picked(np.broadcast_to(weights, (20_000, count)), uniform))
    shares = np.bincount(index, minlength=count) / 20_000
    np.testing.assert_allclose(shares, weights / weights.sum(), atol=2e-4)
    assert np.all(shares[weights == 0] == 0)


def test_the_largest_number_never_picks_what_has_no_weight():
    weights = np.array([[0.3, 0.0, 0.1, 0.0, 0.0, 0.0]] * 3, np.float32)
    uniform = np.array([0.0, 1 - 2**-24, 1.0], np.float32)
    np.testing.assert_array_equal(picked(weights, uniform), [0, 2, 2])


@pytest.mark.parametrize("follow", [True, False])
def test_every_ant_builds_a_permutation(follow):
    chance = np.random.default_rng(0)
    trails, uniform = 10.0 ** chance.uniform(-30, 1, (23, 23)), chance.random((23, 40))
    tours = np.asarray(permuted(likely(trails, None, 3.0), uniform, follow=follow))
    np.testing.assert_array_equal(np.sort(tours, axis=1), np.tile(np.arange(23), (40, 1)))


def test_strong_trails_are_followed():
    tour = np.array([3, 0, 4, 1, 2])
    ring = np.asarray(marked(ls.Permutations(length=5, cyclic=True), tour.astype(float), 5))
    np.testing.assert_array_equal(ring, ring.T)
    np.testing.assert_array_equal(ring.sum(axis=0), 2)
    ants = np.asarray(permuted(np.maximum(ring, 1e-12), np.random.default_rng(0).random((5, 30)), follow=True))
    assert all(bonds(ant) == bonds(tour) for ant in ants)


def test_the_lower_bound_leaves_the_best_solution_its_probability():
    """Stützle and Hoos: half of the choices are left on average, the best one at 1 and all others at the bound."""
    bound = float(least(10, 20, 0.05))
    assert (1.0 / (1.0 + (20 / 2 - 1) * bound)) ** 10 == pytest.approx(0.05)


def test_what_looks_cheap_is_likelier_and_nothing_is_impossible():
    costs = np.array([[1.0, 2.0, 0.0], [4.0, 1.0, 50.0], [1.0, 1.0, 1.0]])
    weights = np.asarray(likely(np.ones((3, 3)), costs, 2.0))
    assert np.all(weights > 0)
    np.testing.assert_allclose(
        np.asarray(likely(np.ones((2, 2)), np.array([[1.0, 2.0], [4.0, 1.0]]), 2.0)), [[1, 0.25], [1 / 16, 1]]
    )
    tour = np.asarray(
        likely(np.ones((3, 3)), np.array([[0.0, 2.0, 9.0], [2.0, 0.0, 4.0], [9.0, 4.0, 0.0]]), 50.0, follow=True)
    )
    np.testing.assert_allclose(tour[1], [1.0, np.exp(-60.0), 2.0**-50])  # the place itself does not push others down
    assert weights[0, 2] > weights[0, 0] > weights[0, 1]
