"""Gradient methods against the recurrences of their papers, written out in NumPy, and against closed forms."""

import numpy as np
import pytest
import recurrences
from helpers import STEPS, ramp, walk

import landscape as ls
from landscape.optimizers import adadelta, adam, adamw, lion, momentum, nesterov, sam, schedule_free_sgd, sgd
from landscape.surfaces import quadratic

CONDITION, ROTATION = 25.0, 0.7
BOWL = quadratic(condition=CONDITION, rotation=ROTATION)
TURN = np.array([[np.cos(ROTATION), np.sin(ROTATION)], [-np.sin(ROTATION), np.cos(ROTATION)]])
HESSIAN = TURN.T @ np.diag([1.0, CONDITION]) @ TURN
START = np.array([-3.0, 1.5])
AVERAGES = {"learning_rate": 0.1, "b1": 0.8, "b2": 0.95}

# The hyperparameters of one run of each; those left out keep their defaults.
RULES = {
    "sgd": {"learning_rate": 0.03},
    "momentum": {"learning_rate": 0.02, "momentum": 0.8},
    "nesterov": {"learning_rate": 0.02, "momentum": 0.8},
    "optimistic_gradient_descent": {"learning_rate": 0.01, "optimism": 0.7},
    "adagrad": {"learning_rate": 0.3, "initial_accumulator_value": 0.2},
    "rmsprop": {"learning_rate": 0.03, "decay": 0.85},
    "adadelta": {"learning_rate": 3.0, "rho": 0.8, "eps": 1e-5},
    "adam": AVERAGES,
    "adamw": AVERAGES | {"weight_decay": 0.3},
    "adamax": AVERAGES,
    "amsgrad": AVERAGES,
    "nadam": AVERAGES,
    "radam": AVERAGES | {"learning_rate": 0.01, "threshold": 5.0},
    "adabelief": AVERAGES,
    "adan": AVERAGES | {"b3": 0.9},
    "adopt": AVERAGES,
    "sign_sgd": {"learning_rate": 0.13},
    "signum": {"learning_rate": 0.13, "beta": 0.8},
    "lion": {"learning_rate": 0.13, "b1": 0.8, "b2": 0.95},
    "rprop": {"learning_rate": 0.1, "eta_minus": 0.4, "eta_plus": 1.3},
    "polyak": {"target": -1.0, "learning_rate": 0.1},
    "dog": {"initial_distance": 0.1},
    "lookahead": {"learning_rate": 0.02, "momentum": 0.8, "sync_period": 3, "slow_step_size": 0.6},
    "schedule_free_sgd": {"learning_rate": 0.03, "b1": 0.8},
    "sam": {"learning_rate": 0.03, "rho": 0.2},
}  # fmt: skip


def path(optimizer, surface=BOWL, start=START, **options) -> np.ndarray:
    """The positions of a single walker (t + 1, d)."""
    return np.asarray(walk(optimizer, surface, start, **options).positions[:, 0])


def expected(rule, steps: int = STEPS) -> np.ndarray:
    """The path of a rule of `recurrences` on the bowl (t + 1, d)."""
    seen = [START]
    for t in range(1, steps + 1):
        seen.append(rule(lambda x: HESSIAN @ x, seen[-1], t))
    return np.array(seen)


@pytest.mark.parametrize("name", RULES)
def test_path_is_that_of_the_paper(name):
    found = path(ls.catalog.find("optimizer", name)(**RULES[name]), record="evaluated")
    rule = getattr(recurrences, name)(**RULES[name])
    np.testing.assert_allclose(found, expected(rule), rtol=1e-6, atol=1e-9)


def test_rectified_adam_changes_from_momentum_to_adam_under_way():
    # With b2 = 0.95 the scale is trusted from the sixth step on, so both branches of the rule above were walked.
    lengths = [39 - 2 * t * 0.95**t / (1 - 0.95**t) for t in range(1, STEPS + 1)]
    assert 0 < sum(length >= 5.0 for length in lengths) < STEPS


@pytest.mark.parametrize("condition", [1.0, 10.0, 400.0])
@pytest.mark.parametrize("rate", [0.1, 1.0, 1.9])
def test_sgd_multiplies_each_error_component_by_one_minus_eta_lambda(condition, rate):
    curvature = np.array([1.0, condition])
    learning_rate = rate / condition
    found = path(sgd(learning_rate=learning_rate), quadratic(condition=condition, rotation=0.0))
    shrunk = (1 - learning_rate * curvature) ** np.arange(STEPS + 1)[:, None] * START
    np.testing.assert_allclose(found, shrunk, rtol=1e-9, atol=1e-12)


def test_rotation_turns_the_path_of_sgd_with_the_bowl():
    found = path(sgd(learning_rate=0.05))
    error = (1 - 0.05 * np.array([1.0, CONDITION])) ** np.arange(STEPS + 1)[:, None] * (TURN @ START)
    np.testing.assert_allclose(found, error @ TURN, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rotation", [0.0, 0.7])
def test_sgd_converges_below_two_over_the_largest_curvature_and_diverges_above(rotation):
    shares = np.array([1 - 1e-3, 1.0, 1 + 1e-3])
    bowl, steepest = quadratic(condition=CONDITION, rotation=rotation), np.array([-np.sin(rotation), np.cos(rotation)])
    found = ls.sweep(bowl, sgd(learning_rate=shares * 2 / CONDITION), START, steps=4000, record="all")
    below, at, above = np.abs(np.asarray(found.positions)[:, -1, 0] @ steepest / (START @ steepest))
    assert below < 1e-3
    assert at == pytest.approx(1.0, rel=1e-9)  # neither: it swings for ever
    assert above > 1e3


def test_the_best_rate_of_sgd_contracts_by_condition_minus_one_over_condition_plus_one():
    # The worst start has equal errors along the flattest and the steepest direction (Polyak 1987, section 1.4.2).
    best, bowl = 2 / (1 + CONDITION), quadratic(condition=CONDITION, rotation=0.0)
    rates = best * np.array([0.9, 0.95, 1.0, 1.05, 1.1])
    trajectory = ls.sweep(bowl, sgd(learning_rate=rates), np.ones(2), steps=400, record="all")
    errors = np.linalg.norm(np.asarray(trajectory.positions)[:, :, 0], axis=-1)
    assert np.argmin(errors[:, -1]) == 2
    contraction = (CONDITION - 1) / (CONDITION + 1)
    np.testing.assert_allclose(errors[2, 1:] / errors[2, :-1], contraction, rtol=1e-9)


def test_the_best_heavy_ball_contracts_by_the_root_of_the_condition():
    # Polyak 1964: rate (2 / (√L + √μ))², momentum q² and error like t qᵗ with q = (√κ − 1) / (√κ + 1).
    root = np.sqrt(CONDITION)
    q = (root - 1) / (root + 1)
    found = path(momentum(learning_rate=(2 / (root + 1)) ** 2, momentum=q**2), steps=80)
    errors = np.linalg.norm(found, axis=-1)
    assert (errors[80] / errors[40]) ** (1 / 40) == pytest.approx(q * 2 ** (1 / 40), rel=0.01)


def test_momentum_of_zero_is_sgd():
    plain = path(sgd(learning_rate=0.05))
    for method in (momentum, nesterov):
        np.testing.assert_allclose(path(method(learning_rate=0.05, momentum=0.0)), plain, rtol=1e-9, atol=1e-12)


def test_adadelta_goes_downhill_from_the_first_step_on():
    values = walk(adadelta(), BOWL, START).values[:, 0]
    assert np.all(np.diff(values) < 0)


@pytest.mark.parametrize("method", [adamw, lion])
def test_weight_decay_pulls_towards_the_origin_and_nothing_does_by_default(method):
    flat = ramp(slope=0.0)
    np.testing.assert_array_equal(path(method(learning_rate=0.1), flat), np.tile(START, (STEPS + 1, 1)))
    shrunk = START * (1 - 0.1 * 0.5) ** np.arange(STEPS + 1)[:, None]
    np.testing.assert_allclose(path(method(learning_rate=0.1, weight_decay=0.5), flat), shrunk, rtol=1e-9)


def test_schedule_free_records_its_average_and_counts_the_points_of_its_gradients():
    trajectory = walk(schedule_free_sgd(learning_rate=0.03), BOWL, START, record="evaluated")
    np.testing.assert_array_equal(trajectory.evaluations, 1 + 2 * np.arange(STEPS + 1))
    np.testing.assert_array_equal(trajectory.gradients, np.arange(STEPS + 1))
    x = np.asarray(trajectory.positions[:, 0])
    np.testing.assert_allclose(trajectory.values[:, 0], 0.5 * np.einsum("ti,ij,tj->t", x, HESSIAN, x), rtol=1e-9)
    probes = np.asarray(trajectory.metrics["evaluated"].points[:, 0])
    assert np.all(np.linalg.norm(probes[2:] - x[2:-1], axis=-1) > 0)  # at first average and walker are one


def test_sam_counts_two_gradients_a_step_and_climbs_by_rho_for_the_second():
    trajectory = walk(sam(rho=0.3), BOWL, START, record="evaluated")
    np.testing.assert_array_equal(trajectory.gradients, 1 + 2 * np.arange(STEPS + 1))
    probes = np.asarray(trajectory.metrics["evaluated"].points[:, 0])
    np.testing.assert_allclose(np.linalg.norm(probes - trajectory.positions[:-1, 0], axis=-1), 0.3, rtol=1e-9)
    assert np.all(trajectory.metrics["sharpness"] > 0)


def test_a_learning_rate_schedule_is_followed_step_by_step():
    rate = ls.schedules.linear(start=0.02, end=0.04)
    shares = 0.02 + 0.02 * np.arange(STEPS) / (STEPS - 1)
    shrunk = START * np.cumprod(np.vstack([np.ones(2), 1 - shares[:, None] * np.array([1.0, CONDITION])]), axis=0)
    found = path(sgd(learning_rate=rate), quadratic(condition=CONDITION, rotation=0.0))
    np.testing.assert_allclose(found, shrunk, rtol=1e-9, atol=1e-12)


def test_gradient_norm_is_that_of_the_point_the_step_leaves():
    trajectory = walk(adam(), BOWL, START)
    norms = np.linalg.norm(np.asarray(trajectory.positions[:-1, 0]) @ HESSIAN, axis=1)
    np.testing.assert_allclose(trajectory.metrics["gradient_norm"], norms, rtol=1e-9)


def test_a_value_and_a_gradient_are_counted_for_each_point():
    trajectory = walk(sgd(), BOWL, START)
    np.testing.assert_array_equal(trajectory.evaluations, 1 + np.arange(STEPS + 1))
    np.testing.assert_array_equal(trajectory.gradients, trajectory.evaluations)
