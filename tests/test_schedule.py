"""Schedules against optax's, and the rules that fill in and check their levels."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from helpers import SCHEDULES, SURFACES, moving
from hypothesis import given, settings
from hypothesis import strategies as st

import landscape as ls
from landscape.schedules import constant, cosine, exponential, linear, one_cycle

STEPS = 40
COUNT = np.arange(STEPS + 1)
PROGRESS = COUNT / STEPS
levels = st.floats(1e-3, 1e3)


def optax_values(schedule) -> np.ndarray:
    return np.array([float(schedule(count)) for count in COUNT])


@given(levels)
def test_constant_stays(value):
    np.testing.assert_array_equal(constant(value=value)(PROGRESS), value)


@pytest.mark.parametrize(("start", "end"), [(0.3, 0.02), (1.0, 50.0)])
def test_linear_is_optax_linear(start, end):
    np.testing.assert_allclose(
        linear(start=start, end=end)(PROGRESS), optax_values(optax.linear_schedule(start, end, STEPS)), rtol=1e-6
    )


@pytest.mark.parametrize(("peak", "end"), [(0.3, 0.03), (2.0, 0.0)])
def test_cosine_is_optax_cosine_decay(peak, end):
    expected = optax_values(optax.cosine_decay_schedule(peak, STEPS, alpha=end / peak))
    np.testing.assert_allclose(cosine(peak=peak, end=end)(PROGRESS), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("start", "end"), [(10.0, 0.01), (1.0, 100.0)])
def test_exponential_is_optax_exponential_decay(start, end):
    expected = optax_values(optax.exponential_decay(start, STEPS, end / start))
    np.testing.assert_allclose(exponential(start=start, end=end)(PROGRESS), expected, rtol=1e-5)


@pytest.mark.parametrize("pct_start", [0.25, 0.3, 0.5])
def test_one_cycle_is_optax_cosine_onecycle(pct_start):
    peak, division, final = 0.6, 25.0, 1e3
    expected = optax_values(optax.cosine_onecycle_schedule(STEPS, peak, pct_start, division, final))
    cycle = one_cycle(peak=peak, low=peak / division, pct_start=pct_start, final=final)
    np.testing.assert_allclose(cycle(PROGRESS), expected, rtol=1e-5, atol=1e-7)


@given(levels, levels, st.floats(0.05, 0.95))
def test_inverse_one_cycle_runs_from_peak_to_low_and_back(a, b, pct_start):
    low, peak = sorted((a, b))
    cycle = one_cycle(peak=peak, low=low, pct_start=pct_start, inverse=True)
    np.testing.assert_allclose(cycle(np.array([0.0, pct_start, 1.0])), [peak, low, peak], rtol=1e-9)
    assert np.all(cycle(PROGRESS) >= low - 1e-12 * peak)
    assert np.all(cycle(PROGRESS) <= peak * (1 + 1e-12))


@given(levels, levels)
def test_schedules_start_and_end_at_their_levels(a, b):
    for schedule in (linear(start=a, end=b), cosine(peak=a, end=b), exponential(start=a, end=b)):
        np.testing.assert_allclose(schedule(np.array([0.0, 1.0])), [a, b], rtol=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_serves_scalars_arrays_jit_and_both_precisions(name):
    schedule = ls.catalog.schedules()[name]()
    batch = schedule(PROGRESS)
    np.testing.assert_allclose([float(schedule(p)) for p in PROGRESS], batch, rtol=1e-12)
    np.testing.assert_allclose(jax.jit(lambda s, p: s(p))(schedule, PROGRESS), batch, rtol=1e-12)
    single = schedule.at(0.3, jnp.float32)
    assert single.dtype == jnp.float32
    np.testing.assert_allclose(single, schedule(0.3), rtol=1e-5)


def test_first_level_left_out_is_the_default_of_what_it_drives():
    driven = ls.optimizers.adam(learning_rate=cosine()).values["learning_rate"]
    assert driven.values == {"peak": 0.05, "end": 0.0}
    assert ls.optimizers.adam(b1=one_cycle()).values["b1"].values["low"] == pytest.approx(0.04 * 0.9)
    cooling = ls.optimizers.simulated_annealing(temperature=exponential(end=0.1)).values["temperature"]
    assert cooling.values["start"] == 10.0  # where the default is itself a schedule, its first level


def test_first_level_left_out_of_a_default_of_zero_is_the_end_of_the_slider():
    assert ls.optimizers.sgd(noise=linear()).values["noise"].values == {"start": 10.0, "end": 0.0}


def test_later_level_left_out_is_a_share_of_the_first_and_stays_legal():
    assert linear(start=3.0).settled().values["end"] == 0.0
    assert exponential(start=3.0).settled().values["end"] == pytest.approx(0.03)
    condition = ls.surfaces.quadratic(condition=cosine(peak=50.0)).values["condition"]
    assert condition.values == {"peak": 50.0, "end": 1.0}


def test_levels_are_checked_against_what_they_drive():
    with pytest.raises(ls.LandscapeError, match=r"adam\(b1\): linear\(end=1.5\) is outside 0 … 0.99999"):
        ls.optimizers.adam(b1=linear(start=0.5, end=1.5))


def test_a_number_of_the_schedule_itself_is_checked_by_its_own_range():
    with pytest.raises(ls.LandscapeError, match=r"one_cycle\(pct_start=1.0\) is outside 0.001 … 0.999"):
        one_cycle(pct_start=1.0)


def test_levels_may_be_arrays_to_sweep_over():
    peaks = np.array([0.1, 0.2])
    driven = ls.optimizers.adam(learning_rate=cosine(peak=peaks)).values["learning_rate"]
    np.testing.assert_array_equal(driven.values["peak"], peaks)
    np.testing.assert_array_equal(np.broadcast_to(driven.values["end"], 2), 0.0)


def test_a_schedule_drives_no_schedule():
    with pytest.raises(ls.LandscapeError, match="takes no schedule"):
        cosine(peak=linear(start=1.0, end=2.0))
    with pytest.raises(ls.LandscapeError, match="takes no schedule"):
        one_cycle(pct_start=linear(start=0.1, end=0.2))


def test_an_entry_that_is_no_schedule_drives_nothing():
    with pytest.raises(ls.LandscapeError, match="takes no schedule"):
        ls.optimizers.adam(learning_rate=ls.optimizers.sgd())


def test_a_schedule_without_levels_is_refused():
    with pytest.raises(ls.LandscapeError, match="at least one parameter annotated with Level"):

        @ls.schedule()
        def flat():
            """Nothing to drive."""
            return lambda progress: progress


@pytest.mark.parametrize("name", SURFACES)
@given(data=st.data())
@settings(max_examples=10)
def test_a_scheduled_surface_freezes_anywhere(name, data):
    entry = ls.catalog.surfaces()[name]
    for parameter in moving(entry):
        low, high = (entry.parameters[parameter].kind.low, entry.parameters[parameter].kind.high)
        ends = [data.draw(st.floats(max(low, 1e-3), high)) for _ in range(2)]
        surface = entry(**{parameter: exponential(start=ends[0], end=ends[1])})
        for progress, end in zip((0.0, 1.0), ends, strict=True):
            assert surface.freeze(progress).values[parameter] == pytest.approx(end, rel=1e-6)


def test_a_frozen_surface_stays_legal_where_rounding_leaves_the_range():
    surface = ls.surfaces.quadratic(condition=exponential(start=49.0, end=1.0))  # 49 · (1/49) < 1 in floating point
    assert surface.freeze(1.0).values["condition"] == pytest.approx(1.0)
    assert surface.minima.shape == (1, 2)
