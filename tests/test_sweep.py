"""Sweeps: many settings in one call, each equal to its single run."""

import numpy as np
from helpers import STEPS, small, walk

import landscape as ls
from landscape.optimizers import momentum, sgd, simulated_annealing
from landscape.schedules import cosine
from landscape.surfaces import quadratic

RATES, SHARES = np.array([0.01, 0.05, 0.1]), np.array([0.0, 0.5, 0.9])


def test_a_sweep_equals_its_single_runs():
    swept = ls.sweep(quadratic(), momentum(learning_rate=RATES, momentum=SHARES), steps=STEPS, record="all")
    assert swept.positions.shape == (3, STEPS + 1, 1, 2)
    for index, (rate, share) in enumerate(zip(RATES, SHARES, strict=True)):
        one = walk(momentum(learning_rate=rate, momentum=share))
        np.testing.assert_allclose(swept.positions[index], one.positions, rtol=1e-9)
        np.testing.assert_allclose(swept.best_value[index], one.best_value, rtol=1e-9)


def test_a_sweep_over_the_surface_equals_its_single_runs():
    swept = ls.sweep(quadratic(condition=RATES * 100), small("genetic"), seed=3, steps=STEPS)
    for index, condition in enumerate(RATES * 100):
        one = walk(small("genetic"), quadratic(condition=condition), seed=3)
        np.testing.assert_allclose(swept.best_value[index], one.best_value, rtol=1e-9)
        np.testing.assert_allclose(swept.positions[index, 0], one.positions[-1], rtol=1e-9)


def test_a_sweep_over_a_level_of_a_schedule_equals_its_single_runs():
    swept = ls.sweep(quadratic(), sgd(learning_rate=cosine(peak=RATES)), steps=STEPS, record="all")
    for index, rate in enumerate(RATES):
        one = walk(sgd(learning_rate=cosine(peak=rate)))
        np.testing.assert_allclose(swept.positions[index], one.positions, rtol=1e-9)


def test_a_sweep_keeps_to_a_budget():
    swept = ls.sweep(quadratic(), sgd(learning_rate=RATES), budget=11)
    assert swept.steps == 10
    np.testing.assert_array_equal(swept.evaluations[:, -1], 11)


def test_a_sweep_keeps_the_precision_of_its_start():
    optimizer = simulated_annealing(temperature=np.array([0.1, 1.0, 5.0]))
    swept = ls.sweep(quadratic(), optimizer, np.ones(2, np.float32), steps=STEPS, record="all")
    for values in (swept.positions, swept.values, swept.best_value, swept.metrics["temperature"]):
        assert values.dtype == np.float32
