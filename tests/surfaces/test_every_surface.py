"""What every surface of the catalog keeps: a true gradient, true facts, one compiled program, any schedule."""

import functools
import math

import hypothesis.strategies as st
import jax
import numpy as np
import pytest
from helpers import SCHEDULES, STEPS, SURFACES, between, driven_all, legal, moving, rest, walk
from hypothesis import given, settings

import landscape as ls
from landscape.run import _single

VARIED = [name for name in SURFACES if moving(ls.catalog.surfaces()[name])]
SMALL = 1e-5  # half the width of a central difference


def variants(name: str):
    """The surface at its defaults, with other numbers, and in five dimensions where it may have them."""
    entry = ls.catalog.surfaces()[name]
    yield entry()
    if moving(entry):
        yield entry(**{n: between(p.kind, 0.4) for n, p in moving(entry).items()})
    if "dim" in entry.parameters:
        yield entry(dim=5)


def points(surface, size: int = 40) -> np.ndarray:
    """Random points of the inner nine tenths of the domain: (size, d)."""
    shares = np.random.default_rng(7).uniform(0.05, 0.95, (size, surface.dim))
    return surface.domain.lower + shares * surface.domain.width


@functools.cache
def compiled():
    """Values (n,) and gradients (n, d) of a surface at points (n, d); numbers are arguments."""
    return jax.jit(lambda surface, x: jax.vmap(jax.value_and_grad(surface))(x))


def central_differences(surface, x):
    """Central and one-sided differences in every coordinate of points (n, d): twice (n, d)."""
    steps = SMALL * np.eye(surface.dim)
    ends = [compiled()(surface, x + sign * step)[0] for step in steps for sign in (1, -1)]
    up, down, here = np.stack(ends[::2], -1), np.stack(ends[1::2], -1), np.asarray(compiled()(surface, x)[0])[:, None]
    return (up - down) / (2 * SMALL), (up - here) / SMALL - (here - down) / SMALL


@pytest.mark.parametrize("name", SURFACES)
def test_gradient_is_that_of_finite_differences(name):
    for surface in variants(name):
        x = points(surface)
        value, gradient = compiled()(surface, x)
        central, bend = central_differences(surface, x)
        scale = 1.0 + np.abs(np.asarray(value))[:, None] + np.abs(central).max()
        smooth = np.ones_like(bend, bool) if surface.differentiable else np.abs(bend) < 0.05 * scale
        assert smooth.mean() > 0.9  # only points on a kink are left out
        assert np.abs((gradient - central) / scale)[smooth].max() < 1e-6


@pytest.mark.parametrize("name", SURFACES)
def test_gradient_is_finite_at_minima_and_start(name):
    for surface in variants(name):
        value, gradient = compiled()(surface, np.vstack([surface.minima, surface.start]))
        assert np.all(np.isfinite(value))
        assert np.all(np.isfinite(gradient))


@pytest.mark.parametrize("name", SURFACES)
def test_known_minima_are_stationary_and_have_the_stated_value(name):
    for surface in variants(name):
        if not len(surface.minima):
            continue
        value, gradient = compiled()(surface, surface.minima)
        np.testing.assert_allclose(value, surface.minimum, atol=1e-9 * max(1.0, abs(surface.minimum)))
        slopes = np.abs(compiled()(surface, points(surface))[1])
        assert not surface.differentiable or np.abs(gradient).max() < 1e-8 * slopes.max()


@pytest.mark.parametrize("name", SURFACES)
def test_nothing_is_lower_than_the_minimum(name):
    for surface in variants(name):
        seen = np.vstack([points(surface, 2000), *(m + 0.01 * points(surface, 200) for m in surface.minima)])
        value, _ = compiled()(surface, seen)
        assert np.isnan(surface.minimum) or value.min() >= surface.minimum - 1e-9 * max(1.0, abs(surface.minimum))


@pytest.mark.parametrize("name", VARIED)
@given(data=st.data())
@settings(max_examples=25)
def test_facts_hold_for_any_legal_numbers(name, data):
    entry = ls.catalog.surfaces()[name]
    surface = entry(**{n: data.draw(legal(p)) for n, p in moving(entry).items()})
    heights = np.asarray(compiled()(surface, points(surface, 400))[0])
    small = 1e-7 * max(1.0, np.abs(heights).max())
    assert np.isnan(surface.minimum) or heights.min() >= surface.minimum - small
    if len(surface.minima):
        np.testing.assert_allclose(compiled()(surface, surface.minima)[0], surface.minimum, atol=small)


@pytest.mark.parametrize(
    ("text", "minimum"),
    [
        ("himmelblau:a=-5,b=-5", math.nan),  # the two parabolas do not meet: not known in closed form
        ("saddle:curvature=0", 0.0),
        ("saddle:curvature=-1", 0.0),
        ("relu_unit:slope=0,offset=1", 1.0),
        ("rosenbrock:a=0.5,dim=3", math.nan),
    ],
)
def test_minimum_at_unusual_numbers_is_true_or_the_numbers_are_refused(text, minimum):
    try:
        stated = ls.catalog.surface(text).minimum
    except ls.LandscapeError:
        return
    assert stated == pytest.approx(minimum, nan_ok=True)


@pytest.mark.parametrize("name", SURFACES)
def test_start_and_minima_lie_in_the_domain(name):
    for surface in (ls.catalog.surfaces()[name](), *variants(name)):
        for place in (surface.start, *surface.minima):
            assert np.all((surface.domain.lower <= place) & (place <= surface.domain.upper))


@pytest.mark.parametrize("name", SURFACES)
def test_start_is_no_minimum(name):
    surface = ls.catalog.surfaces()[name]()
    assert not math.isfinite(surface.minimum) or float(surface(surface.start)) > surface.minimum + 0.1


@pytest.mark.parametrize("name", SURFACES)
def test_compiled_values_equal_eager_ones(name):
    surface = ls.catalog.surfaces()[name]()
    x = points(surface, 5)
    eager = [float(surface(point)) for point in x]
    np.testing.assert_allclose(compiled()(surface, x)[0], eager, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", SURFACES)
def test_float32_points_give_float32_values(name):
    surface = ls.catalog.surfaces()[name]()
    value, gradient = compiled()(surface, points(surface).astype(np.float32))
    assert value.dtype == gradient.dtype == np.float32
    np.testing.assert_allclose(value, compiled()(surface, points(surface))[0], rtol=1e-4, atol=1e-3)


def follower(surface) -> ls.Optimizer:
    """A walk whose path depends on the surface: scaled to its slope, or annealing where there is none."""
    slope = float(np.linalg.norm(compiled()(surface, surface.start[None])[1]))
    if slope == 0:
        return ls.optimizers.simulated_annealing(reach=0.2)
    return ls.optimizers.sgd(learning_rate=0.3 / slope)


def farthest(one, other) -> float:
    """The largest distance between two paths in a coordinate, as long as both are finite."""
    one, other = np.asarray(one.positions), np.asarray(other.positions)
    finite = np.isfinite(one) & np.isfinite(other)
    return np.abs(one[finite] - other[finite]).max()


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", VARIED)
def test_every_schedule_of_every_number_changes_the_path(name, schedule):
    entry = ls.catalog.surfaces()[name]
    optimizer = follower(entry())
    still = entry(**{n: rest(p) for n, p in moving(entry).items()})
    default, resting = walk(optimizer, still), walk(optimizer, driven_all(entry, schedule))
    np.testing.assert_allclose(resting.positions, default.positions, atol=1e-6)
    for parameter in moving(entry):
        surface = driven_all(entry, schedule, parameter)
        changed = walk(optimizer, surface)
        assert farthest(changed, default) > 1e-4, parameter
        expected = surface.values[parameter](np.arange(STEPS) / (STEPS - 1))
        np.testing.assert_allclose(changed.metrics[parameter], expected, rtol=1e-9)


@pytest.mark.parametrize("name", SURFACES)
def test_changing_any_number_compiles_nothing(name):
    entry = ls.catalog.surfaces()[name]
    optimizer, random = follower(entry()), np.random.default_rng(3)
    walk(optimizer, entry(**{n: rest(p) for n, p in moving(entry).items()}))
    programs = _single._cache_size()
    for seed in range(100):
        surface = entry(**{n: between(p.kind, random.uniform()) for n, p in moving(entry).items()})
        walk(optimizer, surface, start=random.uniform(-1, 1, surface.dim), seed=seed)
    assert _single._cache_size() == programs
