"""Line after line: conjugate gradients end after d of them, steepest descent zigzags as Kantorovich says."""

import jax
import numpy as np
import pytest
from helpers import STEPS, walk
from scipy import optimize

from landscape.optimizers import conjugate_gradient, steepest_descent
from landscape.optimizers.conjugate import FORMULAS
from landscape.surfaces import quadratic, rosenbrock

LINE = np.array([-3.0, 1.5])


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("dim", [2, 8])
def test_exact_conjugate_gradients_end_after_d_lines(formula, dim):
    bowl = quadratic(dim=dim, condition=50.0)
    path = walk(conjugate_gradient(formula=formula, line="exact"), bowl)
    values = np.asarray(path.values[:, 0])
    assert values[dim - 1] > 1e-6 * values[0]
    assert values[dim] < 1e-18 * values[0]


def test_directions_are_conjugate():
    bowl = quadratic(dim=8, condition=50.0)
    path = np.asarray(walk(conjugate_gradient(line="exact"), bowl).positions[:7, 0])
    steps = np.diff(path, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    products = steps @ np.asarray(jax.jit(jax.hessian(bowl))(path[0])) @ steps.T
    assert np.abs(products - np.diag(np.diag(products))).max() < 1e-6


@pytest.mark.parametrize("condition", [4.0, 30.0])
def test_steepest_descent_zigzags_at_the_worst_rate_from_the_worst_start(condition):
    bowl = quadratic(condition=condition, rotation=0.0)
    values = np.asarray(walk(steepest_descent(), bowl, np.array([condition, 1.0]) / 10).values[:, 0])
    # Kantorovich: ((κ − 1) / (κ + 1))² a step, and this start attains it in every one.
    rate = ((condition - 1) / (condition + 1)) ** 2
    np.testing.assert_allclose(values[1:] / values[:-1], rate, rtol=1e-6)


def test_every_step_of_steepest_descent_is_at_right_angles_to_the_last():
    steps = np.diff(np.asarray(walk(steepest_descent(), quadratic(condition=20.0)).positions[:9, 0]), axis=0)
    cosines = np.sum(steps[1:] * steps[:-1], axis=1) / np.prod(np.linalg.norm([steps[1:], steps[:-1]], axis=2), axis=0)
    assert np.abs(cosines).max() < 1e-2


def test_backtracking_lowers_the_loss_in_every_step_for_few_trials():
    path = walk(steepest_descent(line="backtracking"), rosenbrock())
    assert np.all(np.diff(path.values[:, 0]) < 0)
    assert int(path.evaluations[-1]) < 2.5 * STEPS


@pytest.mark.parametrize("formula", FORMULAS)
def test_rosenbrock_is_solved_for_about_what_scipy_pays(formula):
    surface = rosenbrock()
    path = walk(conjugate_gradient(formula=formula), surface, steps=80)
    theirs = optimize.minimize(
        lambda x: float(surface(x)), surface.start, jac=jax.jit(jax.grad(surface)), method="CG", options={"gtol": 1e-8}
    )
    solved = np.asarray(path.values[:, 0]) < 1e-10
    assert solved[-1]
    assert path.evaluations[solved.argmax()] <= 2 * theirs.nfev
