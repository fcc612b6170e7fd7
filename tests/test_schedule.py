"""Schedules against optax's, and the rules that fill in and check their levels."""

import runpy
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from helpers import SCHEDULES, SURFACES, between_levels, moving, walk
from hypothesis import given, settings
from hypothesis import strategies as st

import landscape as ls
from landscape.run import _single
from landscape.schedules import (
    constant,
    cosine,
    cosine_restarts,
    cyclic,
    exponential,
    inverse_sqrt,
    linear,
    logarithmic,
    one_cycle,
    polynomial,
    step,
)

EXAMPLES = Path(__file__).absolute().parents[1] / "docs" / "examples"
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


def test_one_cycle_has_the_published_numbers():
    """Those of torch's OneCycleLR: peak / 25, peak at 30 %, 10,000 times less than at the start; momentum inversely."""
    rate, carried = one_cycle(peak=0.1), one_cycle(peak=0.95, low=0.85, inverse=True)
    at = np.array([0.0, 0.15, 0.3, 0.65, 1.0])
    np.testing.assert_allclose(rate(at), [0.004, 0.052, 0.1, (0.1 + 4e-7) / 2, 4e-7], rtol=1e-12)
    np.testing.assert_allclose(carried(at), [0.95, 0.9, 0.85, 0.9, 0.95], rtol=1e-12)


@pytest.mark.parametrize("growth", [1.0, 2.0])
def test_cosine_restarts_is_the_formula_of_loshchilov_and_hutter(growth):
    lengths = (12 * growth ** np.arange(3)).astype(int)
    expected = [0.02 + 0.5 * (0.5 - 0.02) * (1 + np.cos(np.pi * t / n)) for n in lengths for t in range(n)]
    restarts = cosine_restarts(peak=0.5, end=0.02, cycles=3, growth=growth)
    np.testing.assert_allclose(restarts(np.arange(sum(lengths)) / sum(lengths)), expected, rtol=1e-9)
    assert restarts(1.0) == 0.02


@pytest.mark.parametrize("drops", [1, 3])
def test_step_is_optax_piecewise_constant(drops):
    every = STEPS // (drops + 1)
    factors = {every * (i + 1): 0.02 ** (1 / drops) for i in range(drops)}
    expected = optax_values(optax.piecewise_constant_schedule(0.5, factors))
    np.testing.assert_allclose(step(start=0.5, end=0.01, drops=drops)(PROGRESS), expected, rtol=1e-5)


@pytest.mark.parametrize("power", [0.5, 1.0, 3.0])
def test_polynomial_is_optax_polynomial(power):
    expected = optax_values(optax.polynomial_schedule(0.5, 0.1, power, STEPS))
    np.testing.assert_allclose(polynomial(start=0.5, end=0.1, power=power)(PROGRESS), expected, rtol=1e-5)


def test_inverse_sqrt_with_warmup_is_the_one_of_attention_is_all_you_need():
    """d^−½ · min(k^−½, k · warmup^−3/2), arXiv:1706.03762 section 5.3."""
    first, rate = 10, lambda count: 512**-0.5 * np.minimum(np.maximum(count, 1e-9) ** -0.5, count * 10**-1.5)
    schedule = inverse_sqrt(start=rate(first), end=rate(STEPS), warmup=first / STEPS)
    np.testing.assert_allclose(schedule(PROGRESS), rate(COUNT.astype(float)), rtol=1e-9)


def test_logarithmic_is_hajeks_cooling():
    count = np.arange(1, 1001)
    temperature = 3.0 / np.log(1 + count)
    cooling = logarithmic(start=temperature[0], end=temperature[-1])
    np.testing.assert_allclose(cooling((count - 1) / 999), temperature, rtol=1e-9)


@pytest.mark.parametrize("end", [1e-3, 0.2, 1.0, 40.0])
def test_logarithmic_is_finite_however_deep_it_cools(end):
    values = np.asarray(logarithmic(start=1.0, end=end).at(PROGRESS, jnp.float32))
    np.testing.assert_allclose(values[[0, -1]], [1.0, end], rtol=1e-5)
    assert np.all(np.diff(values) * np.sign(end - 1.0) >= 0.0)


@pytest.mark.parametrize("decay", [1.0, 0.5])
def test_cyclic_is_the_triangle_of_smith(decay):
    """Its triangular and triangular2 policies, arXiv:1506.01186 section 3."""
    half, low, peak = 10, 0.1, 0.6
    number = np.floor(1 + np.arange(60) / (2 * half))
    x = np.abs(np.arange(60) / half - 2 * number + 1)
    expected = low + (peak - low) * np.maximum(0, 1 - x) * decay ** (number - 1)
    cycles = cyclic(peak=peak, low=low, cycles=3, decay=decay)
    np.testing.assert_allclose(cycles(np.arange(60) / 60), expected, rtol=1e-9)
    assert cycles(1.0) == low


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (constant(value=0.5, warmup=0.25), optax.warmup_constant_schedule(0.0, 0.5, 10)),
        (cosine(peak=0.5, end=0.1, warmup=0.25), optax.warmup_cosine_decay_schedule(0.0, 0.5, 10, STEPS, 0.1)),
        (exponential(start=0.5, end=0.1, warmup=0.5), optax.warmup_exponential_decay_schedule(0.0, 0.5, 20, 20, 0.2)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_warmup_is_optax_warmup(schedule, expected):
    np.testing.assert_allclose(schedule(PROGRESS), optax_values(expected), rtol=1e-5, atol=1e-9)


def test_every_schedule_that_does_not_rise_itself_takes_a_warmup():
    assert [name for name in SCHEDULES if "warmup" not in ls.catalog.schedules()[name].parameters] == [
        "cyclic", "one_cycle",
    ]  # fmt: skip
    with pytest.raises(ls.LandscapeError, match=r"linear\(warmup=1.0\) is outside 0 … 0.95"):
        linear(warmup=1.0)


def test_a_warmup_drives_what_it_should_and_compiles_nothing():
    plain, warmed = cosine(peak=0.1), cosine(peak=0.1, warmup=0.3)
    walk(ls.optimizers.sgd(learning_rate=plain))
    programs = _single._cache_size()
    rates = walk(ls.optimizers.sgd(learning_rate=warmed)).metrics["learning_rate"]
    assert _single._cache_size() == programs
    progress = np.linspace(0.0, 1.0, len(rates))
    np.testing.assert_allclose(rates, warmed(progress), rtol=1e-12)
    np.testing.assert_allclose(rates[progress < 0.3], 0.1 * progress[progress < 0.3] / 0.3, rtol=1e-12)


@given(levels, levels)
def test_schedules_start_and_end_at_their_levels(a, b):
    exact = [entry(start=a, end=b) for entry in (linear, exponential, step, polynomial)]
    for schedule in (*exact, cosine(peak=a, end=b), cosine_restarts(peak=a, end=b)):
        np.testing.assert_array_equal(schedule(np.array([0.0, 1.0])), [a, b])
    for schedule in (inverse_sqrt(start=a, end=b), logarithmic(start=a, end=b)):
        np.testing.assert_allclose(schedule(np.array([0.0, 1.0])), [a, b], rtol=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
@given(ends=st.lists(levels, min_size=2, max_size=2), at=st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5))
@settings(max_examples=15)
def test_no_schedule_leaves_its_levels(name, ends, at):
    values = between_levels(name, ends)(np.array(at))
    assert np.all((values >= min(ends) * (1 - 1e-9)) & (values <= max(ends) * (1 + 1e-9)))


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_serves_scalars_arrays_jit_and_both_precisions(name):
    schedule = ls.catalog.schedules()[name]()
    batch = schedule(PROGRESS)
    np.testing.assert_allclose([float(schedule(p)) for p in PROGRESS], batch, rtol=1e-12)
    np.testing.assert_allclose(jax.jit(lambda s, p: s(p))(schedule, PROGRESS), batch, rtol=1e-12)
    with jax.numpy_dtype_promotion("strict"):
        single = schedule.at(0.3, jnp.float32)
    assert single.dtype == jnp.float32
    np.testing.assert_allclose(single, schedule(0.3), rtol=1e-5)


def test_first_level_left_out_is_the_default_of_what_it_drives():
    driven = ls.optimizers.adam(learning_rate=cosine()).values["learning_rate"]
    assert driven.values == {"peak": 0.05, "end": 0.0, "warmup": 0.0}
    assert ls.optimizers.adam(b1=one_cycle()).values["b1"].values["low"] == pytest.approx(0.04 * 0.9)
    cooling = ls.optimizers.simulated_annealing(temperature=exponential(end=0.1)).values["temperature"]
    assert cooling.values["start"] == 10.0  # where the default is itself a schedule, its first level


def test_first_level_left_out_of_a_default_of_zero_is_the_end_of_the_slider():
    assert ls.optimizers.sgd(noise=linear()).values["noise"].values == {
        "start": 10.0, "end": 0.0, "warmup": 0.0,
    }  # fmt: skip


def test_later_level_left_out_is_a_share_of_the_first_and_stays_legal():
    assert linear(start=3.0).settled().values["end"] == 0.0
    assert exponential(start=3.0).settled().values["end"] == pytest.approx(0.03)
    condition = ls.surfaces.quadratic(condition=cosine(peak=50.0)).values["condition"]
    assert (condition.values["peak"], condition.values["end"]) == (50.0, 1.0)


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


def test_graduated_optimization_finds_the_lowest_minimum_where_the_true_surface_traps():
    trapped, graduated = runpy.run_path(str(EXAMPLES / "graduated.py"))["runs"]()
    assert float(trapped.values[-1, 0]) > 20.0
    np.testing.assert_allclose(graduated.positions[-1, 0], 0.0, atol=1e-3)


def test_rastrigin_with_lower_ripples_is_rastrigin_seen_through_a_gaussian():
    width, (nodes, weights) = 0.2, np.polynomial.hermite_e.hermegauss(40)
    sharp, smooth = (
        ls.surfaces.rastrigin(amplitude=10.0 * share) for share in (1.0, np.exp(-2.0 * (np.pi * width) ** 2))
    )
    offsets, shares = np.stack(np.meshgrid(nodes, nodes), axis=-1), np.outer(weights, weights) / weights.sum() ** 2
    at = np.array([[0.0, 0.0], [0.3, -1.2], [2.5, 0.5], [-3.0, 4.1]])
    seen = [np.sum(shares * jax.vmap(jax.vmap(sharp))(x + width * offsets)) for x in at]
    apart = np.asarray(seen) - np.asarray(jax.vmap(smooth)(at))
    np.testing.assert_allclose(apart, apart[0], atol=1e-9)
