"""Gradient flow against exp(−Ht), Langevin dynamics against its stationary variance, Polyak steps by hand."""

import numpy as np
import pytest
from helpers import STEPS, walk
from scipy.linalg import expm

import landscape as ls
from landscape.optimizers import gradient_flow, langevin, polyak
from landscape.surfaces import quadratic, rosenbrock

CONDITION = 25.0
BOWL = quadratic(condition=CONDITION, rotation=0.7)
TURN = np.array([[np.cos(0.7), np.sin(0.7)], [-np.sin(0.7), np.cos(0.7)]])
HESSIAN = TURN.T @ np.diag([1.0, CONDITION]) @ TURN
START = np.array([-3.0, 1.5])


@pytest.mark.parametrize("rate", [0.001, 0.02, 0.5])
def test_gradient_flow_is_the_matrix_exponential(rate):
    flow = walk(gradient_flow(learning_rate=rate), BOWL, START)
    expected = [expm(-HESSIAN * rate * t) @ START for t in range(STEPS + 1)]
    np.testing.assert_allclose(flow.positions[:, 0], expected, atol=2e-4)
    np.testing.assert_allclose(flow.metrics["time"], rate, rtol=1e-12)


def test_gradient_flow_is_of_third_order():
    near = 1e-3 * START  # where one substep is exact enough, so that its length is the learning rate

    def error(steps: int) -> float:
        flow = walk(gradient_flow(learning_rate=0.2 / steps), BOWL, near, steps=steps)
        assert np.all(np.asarray(flow.metrics["substeps"]) == 1)
        return np.linalg.norm(flow.positions[-1, 0] - expm(-HESSIAN * 0.2) @ near)

    assert np.log2(error(STEPS) / error(2 * STEPS)) == pytest.approx(3.0, abs=0.15)


def test_gradient_flow_never_climbs_and_says_how_far_it_came():
    flow = walk(gradient_flow(learning_rate=0.2), rosenbrock())  # stiff: 0.2 is some 200 times 2/L
    assert np.all(np.diff(flow.values[:, 0]) < 0)
    times = np.asarray(flow.metrics["time"])
    assert np.all((times > 0) & (times <= 0.2))
    assert times.min() < 0.2  # some step runs out of substeps
    # Along the path dx/dt = −∇f, the loss falls by the integral of |∇f|².
    slow = walk(gradient_flow(learning_rate=2e-5), rosenbrock())
    slope = np.asarray(slow.metrics["gradient_norm"]) ** 2
    fall = float(slow.values[0, 0] - slow.values[-2, 0])
    assert fall == pytest.approx(2e-5 * np.sum(slope[1:-1]) + 1e-5 * (slope[0] + slope[-1]), rel=1e-3)


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_langevin_chains_have_the_stationary_variance(temperature):
    chains, rate, curvature = 20_000, 0.2, np.array([1.0, 5.0])
    bowl = quadratic(condition=5.0, rotation=0.0)
    walks = ls.run_many(
        bowl, langevin(learning_rate=rate, temperature=temperature), np.zeros((1, 2)), seeds=chains, steps=60,
        record="last",
    )  # fmt: skip
    ends = np.asarray(walks.positions).reshape(chains, 2)
    # x ← (1 − ηh) x + √(2ηT) ξ; after 60 steps the variance is that for ever but for (1 − ηh)¹²⁰.
    expected = temperature / (curvature * (1 - rate * curvature / 2))
    error = np.sqrt(2 / chains)  # relative, of an estimated variance
    np.testing.assert_allclose((ends**2).mean(axis=0), expected, rtol=6 * error)
    assert np.abs(ends.mean(axis=0)).max() < 6 * np.sqrt(expected.max() / chains)
    assert np.abs(np.corrcoef(ends.T)[0, 1]) < 6 / np.sqrt(chains)


def test_langevin_without_temperature_is_gradient_descent():
    path = walk(langevin(learning_rate=0.02, temperature=0.0), BOWL, START).positions[:, 0]
    expected = walk(ls.optimizers.sgd(learning_rate=0.02), BOWL, START).positions[:, 0]
    np.testing.assert_allclose(path, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("target", [0.0, 0.5, -2.0])
def test_polyak_steps_by_hand(target):
    rate, x, expected = 0.2, START, [START]
    for _ in range(STEPS):
        gradient = HESSIAN @ x
        x = x - min(rate, max(0.5 * x @ HESSIAN @ x - target, 0.0) / (gradient @ gradient)) * gradient
        expected.append(x)
    path = walk(polyak(target=target, learning_rate=rate), BOWL, START).positions[:, 0]
    np.testing.assert_allclose(path, expected, atol=1e-8)  # capped steps beyond 2/L blow roundings up


def test_polyak_steps_come_nearer_each_time_where_the_minimum_is_known():
    path = walk(polyak(), BOWL, START, steps=100).positions[:, 0]
    assert np.all(np.diff(np.linalg.norm(path, axis=1)) <= 0)
