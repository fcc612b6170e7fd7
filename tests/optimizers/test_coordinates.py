"""Coordinate descent: Gauss and Seidel's method on quadratics, and the order of its coordinates."""

import jax
import numpy as np
import pytest
from helpers import STEPS, walk

from landscape.optimizers import coordinate_descent
from landscape.surfaces import quadratic

DIM = 3
BOWL = quadratic(dim=DIM, condition=9.0)
HESSIAN = np.asarray(jax.jit(jax.hessian(BOWL))(np.zeros(DIM)))


def path(order: str, **options) -> np.ndarray:
    return np.asarray(walk(coordinate_descent(order=order), BOWL, **options).positions[:, 0])


def moved(places) -> np.ndarray:
    """Which coordinates (t, d) changed in each step."""
    return np.diff(places, axis=0) != 0


def test_cyclic_descent_is_gauss_and_seidel():
    x, expected = np.array(BOWL.start), [np.array(BOWL.start)]
    for t in range(STEPS):
        i = t % DIM
        x[i] = -(HESSIAN[i] @ x - HESSIAN[i, i] * x[i]) / HESSIAN[i, i]
        expected.append(x.copy())
    np.testing.assert_allclose(path("cyclic"), expected, atol=1e-9)


@pytest.mark.parametrize("order", ["cyclic", "random", "greedy"])
def test_one_coordinate_moves_at_a_time(order):
    assert moved(path(order)).sum(axis=1).max() == 1


def test_greedy_takes_the_steepest():
    places = path("greedy")
    steepest = np.argmax(np.abs(places[:-1] @ HESSIAN), axis=1)
    np.testing.assert_array_equal(moved(places).argmax(axis=1), steepest)


def test_random_order_takes_every_coordinate_evenly():
    seen = moved(path("random", steps=600))[:90]
    counts = seen.sum(axis=0)  # a coordinate taken twice in a row does not move again
    assert counts.min() > 5
    assert not np.array_equal(path("random", seed=1), path("random", seed=2))


def test_a_known_line_costs_one_evaluation():
    trials = np.asarray(walk(coordinate_descent(), BOWL).metrics["trials"])
    assert np.all(trials[DIM:] == 1)
