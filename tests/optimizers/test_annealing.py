"""Annealing: Metropolis' rule, move by move and in the long run."""

import math
from statistics import NormalDist

import jax.numpy as jnp
import numpy as np
import pytest
from helpers import ramp, walk
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape.optimizers import simulated_annealing
from landscape.optimizers.annealing import acceptance
from landscape.schedules import linear
from landscape.surfaces import rastrigin

STEPS = 4000


@given(st.floats(-50, 50), st.floats(1e-3, 1e3))
def test_acceptance_is_exp_of_minus_rise_over_temperature(rise, temperature):
    expected = 1.0 if rise <= 0 else math.exp(-rise / temperature)
    assert float(acceptance(rise, temperature)) == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("rise", "expected"), [(-1.0, 1.0), (0.0, 1.0), (1e-9, 0.0), (math.inf, 0.0)])
def test_at_zero_temperature_only_downhill_moves_are_taken(rise, expected):
    assert float(acceptance(rise, 0.0)) == expected


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_move_to_a_point_without_a_value_is_not_accepted(temperature):
    assert not float(acceptance(math.nan, temperature)) > 0.0
    assert float(acceptance(math.inf, temperature)) == 0.0


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_long_run_acceptance_on_a_ramp_has_its_closed_form(temperature):
    # Rises are normal with deviation σ: E min(1, e^(−rise/T)) = ½ + e^(σ²/2T²) Φ(−σ/T).
    sigma = 0.1 * 8.0
    optimizer = simulated_annealing(temperature=temperature, reach=0.1, bounds="none")
    share = float(np.mean(walk(optimizer, ramp(), steps=STEPS).metrics["accepted"]))
    expected = 0.5 + math.exp(0.5 * (sigma / temperature) ** 2) * NormalDist().cdf(-sigma / temperature)
    assert share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / STEPS))


@pytest.fixture(scope="module")
def warm():
    """A walk over ripples with every candidate recorded, cooling from 20 to 1."""
    optimizer = simulated_annealing(temperature=linear(start=20.0, end=1.0), reach=0.1)
    return walk(optimizer, rastrigin(), steps=300, record="evaluated")


def test_probability_of_each_move_follows_from_its_rise(warm):
    rise = np.asarray(warm.metrics["evaluated"].values[:, 0] - warm.values[:-1, 0])
    expected = np.exp(-np.maximum(rise, 0.0) / warm.metrics["temperature"])
    np.testing.assert_allclose(warm.metrics["acceptance"], expected, rtol=1e-9)
    np.testing.assert_allclose(warm.metrics["temperature"], np.linspace(20.0, 1.0, 300), rtol=1e-9)


def test_an_accepted_candidate_is_the_next_position_and_a_rejected_one_is_not(warm):
    candidates, heights, kind = (np.asarray(part[:, 0]) for part in warm.metrics["evaluated"])
    accepted = np.asarray(warm.metrics["accepted"])
    np.testing.assert_array_equal(accepted, kind == 1)
    assert 0 < accepted.sum() < 300
    here, there = np.asarray(warm.positions[:-1, 0]), np.asarray(warm.positions[1:, 0])
    np.testing.assert_array_equal(there, np.where(accepted[:, None], candidates, here))
    np.testing.assert_array_equal(warm.values[1:, 0], np.where(accepted, heights, warm.values[:-1, 0]))


def test_some_uphill_moves_are_taken_and_all_downhill_ones(warm):
    rise = np.asarray(warm.metrics["evaluated"].values[:, 0] - warm.values[:-1, 0])
    accepted = np.asarray(warm.metrics["accepted"])
    assert accepted[rise <= 0].all()
    assert 0 < accepted[rise > 0].mean() < 1


def test_cold_walk_never_climbs():
    values = walk(simulated_annealing(temperature=0.0, reach=0.1), rastrigin(), steps=300).values[:, 0]
    assert np.all(np.diff(values) <= 0)
    assert values[-1] < values[0]


@pytest.mark.parametrize("bounds", ["reflect", "clip", "periodic"])
def test_walk_stays_in_the_box(bounds):
    optimizer = simulated_annealing(temperature=100.0, reach=0.5, bounds=bounds)
    assert np.abs(walk(optimizer, ramp(), steps=300).positions).max() <= 4.0


def test_unbounded_walk_leaves_the_box():
    optimizer = simulated_annealing(temperature=100.0, reach=0.5, bounds="none")
    assert np.abs(walk(optimizer, ramp(), steps=300).positions).max() > 4.0


def test_cauchy_proposals_have_longer_tails():
    def longest(proposal):
        optimizer = simulated_annealing(temperature=1e9, reach=0.01, proposal=proposal, bounds="none")
        return float(walk(optimizer, ramp(slope=0.0), steps=300).metrics["step_length"].max())

    assert longest("gaussian") < 5 * 0.01 * 8 * math.sqrt(2)
    assert longest("cauchy") > 20 * 0.01 * 8


def test_walk_escapes_from_a_start_without_a_value_and_never_returns():
    @ls.surface(domain=ls.Box.square(4.0), start=(-1.0, 0.0), source="half a ramp")
    def half():
        """No value left of zero."""
        return lambda x: jnp.where(x[0] < 0, jnp.nan, x[0])

    values = np.asarray(walk(simulated_annealing(temperature=1.0, reach=0.2), half(), steps=300).values[:, 0])
    assert np.isnan(values[0])
    first = int(np.argmax(np.isfinite(values)))
    assert np.all(np.isfinite(values[first:]))
    assert np.isfinite(values[-1])
