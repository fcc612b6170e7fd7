"""The range test: one run with growing rates, and what is read off it."""

import numpy as np
import pytest
from helpers import walk

from landscape import LandscapeError
from landscape.optimizers import adam, momentum, particle_swarm, sgd
from landscape.range_test import RISEN, _steepest, averaged, range_test
from landscape.schedules import exponential
from landscape.surfaces import quadratic, rosenbrock, saddle

STEPS = 100


def test_it_is_the_run_whose_rate_grows_by_the_same_factor_at_every_step():
    found = range_test(rosenbrock(), sgd(), low=1e-5, high=1.0, steps=STEPS)
    alone = walk(sgd(learning_rate=exponential(start=1e-5, end=1.0)), rosenbrock(), steps=STEPS)
    np.testing.assert_allclose(found.rates, np.geomspace(1e-5, 1.0, STEPS), rtol=1e-9)
    finite = np.isfinite(alone.values[1:, 0])
    np.testing.assert_array_equal(found.losses[finite], alone.values[1:, 0][finite])
    assert np.isinf(found.losses[~finite]).all()


def test_the_average_is_a_weighted_mean_of_what_came_before():
    losses, share = np.random.default_rng(0).random(20), 0.7
    for step, value in enumerate(averaged(losses, share)):
        weights = share ** np.arange(step, -1, -1.0)
        np.testing.assert_allclose(value, np.average(losses[: step + 1], weights=weights))
    np.testing.assert_array_equal(averaged(losses, 0.0), losses)
    np.testing.assert_equal(averaged(np.array([1.0, np.inf, 1.0]), 0.5), [1.0, np.nan, np.nan])


def test_noise_that_falls_between_rises_suggests_nothing():
    falls = np.array([1.0, 0.99, 0.9, 0.7, 0.6, 0.59, 2.0, 1.0, 1.9])  # by 1.0 behind the lowest
    assert _steepest(np.arange(9.0), falls) == 3.0
    assert _steepest(np.arange(3.0), np.array([1.0, 2.0, np.nan])) is None


def test_the_suggestion_is_where_the_average_falls_fastest_before_it_is_lowest():
    found = range_test(rosenbrock(), adam(), steps=STEPS, smoothing=0.5)
    at, end = (int(np.argmin(np.abs(found.rates - rate))) for rate in (found.suggested, found.divergence))
    assert at < end
    to = int(np.nanargmin(found.smoothed)) + 1
    assert at < to
    falls = (found.smoothed[2:to] - found.smoothed[: to - 2]) / 2
    np.testing.assert_allclose(found.smoothed[at + 1] - found.smoothed[at - 1], 2 * falls.min())
    lowest = np.minimum.accumulate(found.smoothed[: end + 1])
    assert found.smoothed[end] > RISEN * lowest[end]
    assert (found.smoothed[:end] <= RISEN * lowest[:end]).all()


@pytest.mark.parametrize("condition", [2.0, 10.0, 100.0])
def test_gradient_descent_never_diverges_below_two_over_the_curvature(condition):
    found = range_test(quadratic(condition=condition), sgd(), steps=STEPS)
    np.testing.assert_allclose(found.limit, 2.0 / condition, rtol=1e-9)
    assert found.limit < found.divergence


def test_with_noise_it_diverges_near_two_over_the_curvature():
    # Noise keeps steep directions awake, as minibatches do.
    for seed in range(3):
        found = range_test(quadratic(condition=10.0), sgd(noise=3.0), steps=STEPS, seed=seed)
        assert found.limit / 2.5 < found.divergence < 2.5 * found.limit


def test_the_limit_of_momentum_is_its_own_and_others_have_none():
    found = range_test(quadratic(condition=10.0), momentum(momentum=0.5), steps=STEPS)
    np.testing.assert_allclose(found.limit, 2 * 1.5 / 10.0, rtol=1e-9)
    assert np.isnan(range_test(rosenbrock(), adam(), steps=STEPS).limit)


def test_a_run_that_only_falls_does_not_diverge():
    found = range_test(saddle(), sgd(), high=1.0, steps=STEPS)
    assert found.divergence is None
    assert found.suggested is not None


@pytest.mark.parametrize(
    ("optimizer", "options", "words"),
    [
        (particle_swarm(), {}, "needs an optimizer with a learning rate, and particle_swarm is none"),
        (sgd(), {"low": 1.0, "high": 0.1}, "Rates from 1 to 0.1 are no range"),
        (sgd(), {"low": 0.0}, "give 0 < low < high"),
        (sgd(), {"smoothing": 1.0}, "smoothing=1.0 is not in 0 … 1"),
    ],
)
def test_what_makes_no_range_test_is_refused(optimizer, options, words):
    with pytest.raises(LandscapeError, match=words):
        range_test(quadratic(), optimizer, **options)


def test_the_border_of_stability_can_be_left_out():
    found, again = (range_test(quadratic(), sgd(), steps=20, border=border) for border in (False, True))
    assert np.isnan(found.limit)
    assert np.isfinite(again.limit)
    np.testing.assert_array_equal(found.smoothed, again.smoothed)
