"""First-order methods against their recurrences, written out in NumPy on a bowl with a known Hessian."""

import numpy as np
import pytest
from helpers import STEPS, ramp, walk

import landscape as ls
from landscape.optimizers import adam, momentum, nesterov, rmsprop, sgd
from landscape.surfaces import quadratic

CONDITION, ROTATION = 25.0, 0.7
BOWL = quadratic(condition=CONDITION, rotation=ROTATION)
TURN = np.array([[np.cos(ROTATION), np.sin(ROTATION)], [-np.sin(ROTATION), np.cos(ROTATION)]])
HESSIAN = TURN.T @ np.diag([1.0, CONDITION]) @ TURN
START = np.array([-3.0, 1.5])


def path(optimizer, surface=BOWL, start=START, **options) -> np.ndarray:
    """The positions of a single walker (t + 1, d)."""
    return np.asarray(walk(optimizer, surface, start, **options).positions[:, 0])


def descend(update, state) -> np.ndarray:
    """A path x ← x − update(gradient, t) on the bowl: (t + 1, d); `update` gives the step and the next state."""
    x, seen = START, [START]
    for t in range(1, STEPS + 1):
        step, state = update(HESSIAN @ x, state, t)
        x = x - step
        seen.append(x)
    return np.array(seen)


@pytest.mark.parametrize("condition", [1.0, 10.0, 400.0])
@pytest.mark.parametrize("rate", [0.1, 1.0, 1.9])
def test_sgd_multiplies_each_error_component_by_one_minus_eta_lambda(condition, rate):
    curvature = np.array([1.0, condition])
    learning_rate = rate / condition
    found = path(sgd(learning_rate=learning_rate), quadratic(condition=condition, rotation=0.0))
    expected = (1 - learning_rate * curvature) ** np.arange(STEPS + 1)[:, None] * START
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_rotation_turns_the_path_of_sgd_with_the_bowl():
    found = path(sgd(learning_rate=0.05))
    error = (1 - 0.05 * np.array([1.0, CONDITION])) ** np.arange(STEPS + 1)[:, None] * (TURN @ START)
    np.testing.assert_allclose(found, error @ TURN, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rotation", [0.0, 0.7])
def test_sgd_converges_below_two_over_the_largest_curvature_and_diverges_above(rotation):
    bowl = quadratic(condition=CONDITION, rotation=rotation)
    below, above = (path(sgd(learning_rate=share * 2 / CONDITION), bowl, steps=500) for share in (0.99, 1.01))
    assert np.linalg.norm(below[-1]) < 1e-3
    assert np.linalg.norm(above[-1]) > 1e3


def test_momentum_is_the_heavy_ball():
    def update(gradient, velocity, t):
        velocity = 0.8 * velocity + gradient
        return 0.02 * velocity, velocity

    expected = descend(update, np.zeros(2))
    np.testing.assert_allclose(path(momentum(learning_rate=0.02, momentum=0.8)), expected, rtol=1e-9, atol=1e-12)


def test_nesterov_looks_ahead():
    def update(gradient, velocity, t):
        velocity = 0.8 * velocity + gradient
        return 0.02 * (gradient + 0.8 * velocity), velocity

    expected = descend(update, np.zeros(2))
    np.testing.assert_allclose(path(nesterov(learning_rate=0.02, momentum=0.8)), expected, rtol=1e-9, atol=1e-12)


def test_rmsprop_divides_by_a_running_root_mean_square():
    def update(gradient, square, t):
        square = 0.85 * square + 0.15 * gradient**2
        return 0.03 * gradient / np.sqrt(square + 1e-8), square

    expected = descend(update, np.zeros(2))
    np.testing.assert_allclose(path(rmsprop(learning_rate=0.03, decay=0.85)), expected, rtol=1e-7)


def test_adam_corrects_both_averages_for_their_cold_start():
    b1, b2 = 0.8, 0.95

    def update(gradient, state, t):
        mean, square = b1 * state[0] + (1 - b1) * gradient, b2 * state[1] + (1 - b2) * gradient**2
        step = (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + 1e-8)
        return 0.1 * step, (mean, square)

    expected = descend(update, (np.zeros(2), np.zeros(2)))
    np.testing.assert_allclose(path(adam(learning_rate=0.1, b1=b1, b2=b2)), expected, rtol=1e-7)


def test_momentum_of_zero_is_sgd():
    plain = path(sgd(learning_rate=0.05))
    for method in (momentum, nesterov):
        np.testing.assert_allclose(path(method(learning_rate=0.05, momentum=0.0)), plain, rtol=1e-9, atol=1e-12)


def test_noise_has_the_stated_standard_deviation():
    steps, sigma, rate = 4000, 2.5, 0.1
    moves = np.diff(path(sgd(learning_rate=rate, noise=sigma), ramp(slope=0.0), steps=steps), axis=0)
    noise = moves / rate
    assert noise.std() == pytest.approx(sigma, rel=4 / np.sqrt(2 * noise.size))  # four standard errors
    assert noise.mean() == pytest.approx(0.0, abs=4 * sigma / np.sqrt(noise.size))
    assert np.corrcoef(noise.T)[0, 1] == pytest.approx(0.0, abs=4 / np.sqrt(steps))


def test_a_learning_rate_schedule_is_followed_step_by_step():
    rate = ls.schedules.linear(start=0.02, end=0.04)
    shares = 0.02 + 0.02 * np.arange(STEPS) / (STEPS - 1)
    expected = START * np.cumprod(np.vstack([np.ones(2), 1 - shares[:, None] * np.array([1.0, CONDITION])]), axis=0)
    found = path(sgd(learning_rate=rate), quadratic(condition=CONDITION, rotation=0.0))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_gradient_norm_is_that_of_the_point_the_step_leaves():
    trajectory = walk(adam(), BOWL, START)
    expected = np.linalg.norm(np.asarray(trajectory.positions[:-1, 0]) @ HESSIAN, axis=1)
    np.testing.assert_allclose(trajectory.metrics["gradient_norm"], expected, rtol=1e-9)


def test_a_value_and_a_gradient_are_counted_for_each_point():
    trajectory = walk(sgd(), BOWL, START)
    np.testing.assert_array_equal(trajectory.evaluations, 1 + np.arange(STEPS + 1))
    np.testing.assert_array_equal(trajectory.gradients, trajectory.evaluations)
