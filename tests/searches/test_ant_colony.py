"""Ants: chances as the weights say, permutations whatever they say, trails between their bounds."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape.searches.ant_colony import least, likely, marked, permuted, picked


@pytest.mark.parametrize("count", [2, 5, 52])
def test_picks_are_as_likely_as_their_weights(count):
    weights = np.random.default_rng(count).exponential(size=count) ** 3
    weights[1:-1:3] = 0.0
    uniform = (np.arange(20_000) + 0.5) / 20_000
    index = np.asarray(picked(jnp.broadcast_to(weights, (20_000, count)), jnp.asarray(uniform)))
    shares = np.bincount(index, minlength=count) / 20_000
    np.testing.assert_allclose(shares, weights / weights.sum(), atol=2e-4)
    assert np.all(shares[weights == 0] == 0)


def test_the_largest_number_never_picks_what_has_no_weight():
    weights = jnp.array([[0.3, 0.0, 0.1, 0.0, 0.0, 0.0]] * 3, jnp.float32)
    uniform = jnp.array([0.0, 1 - 2**-24, 1.0], jnp.float32)
    np.testing.assert_array_equal(picked(weights, uniform), [0, 2, 2])


@pytest.mark.parametrize("follow", [True, False])
def test_every_ant_builds_a_permutation(follow):
    trails = 10.0 ** jax.random.uniform(jax.random.key(0), (23, 23), minval=-30.0)
    uniform = jax.random.uniform(jax.random.key(1), (23, 40))
    tours = np.asarray(permuted(likely(trails, None, 3.0), uniform, follow))
    np.testing.assert_array_equal(np.sort(tours, axis=1), np.tile(np.arange(23), (40, 1)))


def test_strong_trails_are_followed():
    tour = np.array([3, 0, 4, 1, 2])
    ring = marked(ls.Permutations(length=5, cyclic=True), jnp.asarray(tour, float), 5)
    np.testing.assert_array_equal(ring, ring.T)
    np.testing.assert_array_equal(ring.sum(axis=0), 2)
    ants = np.asarray(permuted(jnp.maximum(ring, 1e-12), jax.random.uniform(jax.random.key(0), (5, 30)), True))
    bonds = {frozenset(pair) for pair in zip(tour, np.roll(tour, -1), strict=True)}
    assert all({frozenset(pair) for pair in zip(ant, np.roll(ant, -1), strict=True)} == bonds for ant in ants)


def test_the_lower_bound_leaves_the_best_solution_its_probability():
    """Stützle and Hoos: half of the choices are left on average, the best one at 1 and all others at the bound."""
    bound = float(least(10, 20, 0.05))
    assert (1.0 / (1.0 + (20 / 2 - 1) * bound)) ** 10 == pytest.approx(0.05)


def test_what_looks_cheap_is_likelier_and_nothing_is_impossible():
    costs = np.array([[1.0, 2.0, 0.0], [4.0, 1.0, 50.0], [1.0, 1.0, 1.0]])
    weights = np.asarray(likely(jnp.ones((3, 3)), costs, 2.0))
    assert np.all(weights > 0)
    np.testing.assert_allclose(
        np.asarray(likely(jnp.ones((2, 2)), np.array([[1.0, 2.0], [4.0, 1.0]]), 2.0)), [[1, 0.25], [1 / 16, 1]]
    )
    tour = np.asarray(
        likely(jnp.ones((3, 3)), np.array([[0.0, 2.0, 9.0], [2.0, 0.0, 4.0], [9.0, 4.0, 0.0]]), 50.0, True)
    )
    np.testing.assert_allclose(tour[1], [1.0, np.exp(-60.0), 2.0**-50])  # the place itself does not push others down
    assert weights[0, 2] > weights[0, 0] > weights[0, 1]
