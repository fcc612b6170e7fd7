"""The line search: the strong Wolfe conditions, exactness on parabolas, its record, and lines without an end."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from landscape.domain import Box
from landscape.optimizer import ACCEPTED, LINE_SEARCH, NONE, Problem
from landscape.optimizers.line_search import ENOUGH, EXACT, MOST, downhill, search_line
from landscape.optimizers.walker import look

BOX = Box.square(4.0)


def found(loss, start, direction=None, first=0.0, remaining=0.9):
    """A search from `start` (d,), by default straight downhill."""
    problem = Problem(loss, loss, BOX)

    @jax.jit
    def search(start, first):
        here = look(problem, start)
        along = -here.gradient if direction is None else jnp.asarray(direction)
        return here, search_line(problem, here, along, first, remaining)

    return search(jnp.asarray(start, float), jnp.asarray(first, float))


def wavy(x, wave):
    """A bowl with waves across it: many points of zero slope on most lines."""
    return 0.5 * jnp.sum(x**2 * jnp.array([1.0, 9.0])) + jnp.sum(jnp.sin(wave * x))


@pytest.mark.parametrize("remaining", [0.9, EXACT, None])
def test_the_point_found_keeps_the_strong_wolfe_conditions(remaining):
    random = np.random.default_rng(0)
    starts, waves = random.uniform(-4, 4, (200, 2)), random.uniform(0.5, 4.0, 200)
    firsts = 10.0 ** random.uniform(-4, 1, 200)

    @jax.jit
    @jax.vmap
    def search(start, wave, first):
        loss = partial(wavy, wave=wave)
        here = look(Problem(loss, loss, BOX), start)
        return here, search_line(Problem(loss, loss, BOX), here, -here.gradient, first, remaining)

    here, end = search(starts, waves, firsts)
    before = -np.sum(np.asarray(here.gradient) ** 2, axis=1)
    after = -np.sum(np.asarray(here.gradient * end.place.gradient), axis=1)
    assert np.all(end.t > 0)
    assert np.all(end.place.value <= here.value + ENOUGH * end.t * before + 1e-12)
    if remaining is not None:
        stopped = np.asarray(end.t) * np.sqrt(-before) > 0.999 * np.hypot(8, 8)  # at the longest step
        assert np.all((np.abs(after) <= remaining * np.abs(before) + 1e-12) | stopped)
        assert stopped.mean() < 0.1
    assert np.median(end.trials) <= {0.9: 3, EXACT: 7, None: 3}[remaining]


@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0])
def test_on_a_parabola_an_exact_search_needs_one_guess_more(first):
    curvature = np.array([1.0, 4.0])
    here, end = found(lambda x: 0.5 * jnp.sum(curvature * x**2), [2.0, -1.0], first=first, remaining=EXACT)
    slope = np.asarray(here.gradient)
    assert float(end.t) == pytest.approx(slope @ slope / (slope @ (curvature * slope)), rel=1e-9)
    # The interval grows tenfold at most, and no trial is nearer than a twentieth to its ends.
    assert int(end.trials) <= {1e-3: 4, 0.1: 2, 1.0: 2}[first]


def test_every_trial_is_recorded_with_its_value():
    loss = partial(wavy, wave=3.0)
    _, end = found(loss, [3.0, -2.0], first=4.0, remaining=EXACT)
    trials = int(end.trials)
    points, values, kind = (np.asarray(part) for part in end.evaluated)
    assert points.shape == (MOST, 2)
    assert 3 <= trials < MOST
    assert np.all(kind[trials:] == NONE)
    assert np.isnan(points[trials:]).all()
    assert sorted(set(kind[:trials])) == [ACCEPTED, LINE_SEARCH]
    assert kind[trials - 1] == ACCEPTED
    np.testing.assert_allclose(jax.vmap(loss)(points[:trials]), values[:trials], rtol=1e-12)
    np.testing.assert_array_equal(points[trials - 1], end.place.x)
    assert int(end.spent.gradients) == trials


def test_it_closes_in_on_a_kink():
    _, end = found(lambda x: jnp.abs(x[0]) + 0.5 * jnp.abs(x[1]), [1.0, 3.0], [-1.0, 0.0], first=0.3)
    assert float(end.place.value) == pytest.approx(1.5, abs=1e-3)


def test_where_there_is_no_value_it_turns_back():
    _, end = found(lambda x: jnp.where(x[0] > 0, x[0] + jnp.sum(x**2), jnp.nan), [1.0, 0.5], [-1.0, 0.0], first=2.0)
    assert 0 < float(end.place.x[0]) < 1


@pytest.mark.parametrize("loss", [lambda x: x[0], lambda x: -jnp.sum(x**2)], ids=["ramp", "hill"])
def test_no_step_is_longer_than_the_diagonal_of_the_domain(loss):
    _, end = found(loss, [1.0, 0.5])
    assert float(jnp.linalg.norm(end.place.x - jnp.array([1.0, 0.5]))) == pytest.approx(np.hypot(8, 8))


@pytest.mark.parametrize("loss", [lambda x: 3.0 + 0.0 * x[0], lambda x: jnp.nan * x[0]], ids=["flat", "no value"])
def test_without_a_slope_one_trial_is_made(loss):
    _, end = found(loss, [1.0, 0.5])
    assert int(end.trials) == 1
    np.testing.assert_array_equal(end.place.x, [1.0, 0.5])


def test_an_uphill_direction_is_replaced():
    gradient = jnp.array([1.0, 2.0])
    np.testing.assert_array_equal(downhill(jnp.array([1.0, 0.0]), gradient), -gradient)
    np.testing.assert_array_equal(downhill(jnp.array([-1.0, 0.0]), gradient), [-1.0, 0.0])
