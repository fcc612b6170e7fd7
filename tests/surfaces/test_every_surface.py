"""What every surface of the catalog keeps: a true gradient, true facts, one compiled program, any schedule."""

import functools
import math

import hypothesis.strategies as st
import jax
import numpy as np
import pytest
from helpers import SCHEDULES, STEPS, SURFACES, between, driven_all, legal, moving, rest, walk
from hypothesis import given, reject, settings

import landscape as ls
from landscape.run import _single

VARIED = [name for name in SURFACES if moving(ls.catalog.surfaces()[name])]
ROUGH = ("precision",)  # rounds on purpose: tests of its own
NOISY = ("noise",)  # observations belong to a step and a point, so a refreshed walk sees others
EXACT = [name for name in SURFACES if name not in ROUGH]
SMALL = 1e-5  # half the width of a central difference
ROWS = 512  # points that one compiled program evaluates: one for each surface, dimension and precision


def variants(name: str):
    """The surface at its defaults, with other numbers, and in about five dimensions where it may have them."""
    entry = ls.catalog.surfaces()[name]
    yield entry()
    if moving(entry):
        yield entry(**{n: between(p.kind, 0.4) for n, p in moving(entry).items()})
    if "dim" in entry.parameters:
        yield entry(dim=next(dim for dim in range(5, 10) if entry.parameters["dim"].kind.holds(dim)))


def points(surface, size: int = 40) -> np.ndarray:
    """Random points of the inner nine tenths of the domain: (size, d)."""
    shares = np.random.default_rng(7).uniform(0.05, 0.95, (size, surface.dim))
    return surface.domain.lower + shares * surface.domain.width


def near_minima(surface) -> np.ndarray:
    """Points of the domain a hundredth of its width around the first known minima: (k, d)."""
    aside = np.random.default_rng(8).uniform(-0.01, 0.01, (200, surface.dim)) * surface.domain.width
    around = (surface.minima[:4, None] + aside).reshape(-1, surface.dim)
    return np.clip(around, surface.domain.lower, surface.domain.upper)


@functools.cache
def compiled():
    """Values (ROWS,) and gradients (ROWS, d) of a surface at as many points; numbers are arguments."""
    return jax.jit(lambda surface, x: jax.vmap(jax.value_and_grad(surface))(x))


def evaluate(surface, x) -> tuple[np.ndarray, np.ndarray]:
    """Values (n,) and gradients (n, d) at points (n, d): always by the same program, as many points at a time."""
    padded = np.concatenate([x, np.repeat(x[:1], -len(x) % ROWS, axis=0)])
    done = [compiled()(surface, part) for part in padded.reshape(-1, ROWS, x.shape[1])]
    return tuple(np.concatenate(part)[: len(x)] for part in zip(*done, strict=True))


def central_differences(surface, x):
    """Central and one-sided differences in every coordinate of points (n, d): twice (n, d)."""
    steps = SMALL * np.eye(surface.dim)
    ends = np.concatenate([x, *(x + sign * step for step in steps for sign in (1, -1))])
    here, *sides = evaluate(surface, ends)[0].reshape(-1, len(x))
    up, down, here = np.stack(sides[::2], -1), np.stack(sides[1::2], -1), here[:, None]
    return (up - down) / (2 * SMALL), (up - here) / SMALL - (here - down) / SMALL


@pytest.mark.parametrize("name", EXACT)
def test_gradient_is_that_of_finite_differences(name):
    for surface in variants(name):
        x = points(surface)
        value, gradient = evaluate(surface, x)
        central, bend = central_differences(surface, x)
        scale = 1.0 + np.abs(value)[:, None] + np.abs(central).max()
        smooth = np.ones_like(bend, bool) if surface.differentiable else np.abs(bend) < 1e-3 * scale
        assert smooth.mean() > 0.9  # only points on a kink are left out
        assert np.abs((gradient - central) / scale)[smooth].max() < 1e-6


@pytest.mark.parametrize("name", SURFACES)
def test_gradient_is_finite_at_minima_and_start(name):
    for surface in variants(name):
        value, gradient = evaluate(surface, np.vstack([surface.minima, surface.start]))
        assert np.all(np.isfinite(value))
        assert np.all(np.isfinite(gradient))


@pytest.mark.parametrize("name", SURFACES)
def test_known_minima_are_stationary_and_have_the_stated_value(name):
    for surface in variants(name):
        if not len(surface.minima):
            continue
        value, gradient = evaluate(surface, surface.minima)
        np.testing.assert_allclose(value, surface.minimum, atol=1e-9 * max(1.0, abs(surface.minimum)))
        slopes = np.abs(evaluate(surface, np.vstack([points(surface), near_minima(surface)]))[1])
        assert not surface.differentiable or np.abs(gradient).max() < 1e-8 * slopes.max()


@pytest.mark.parametrize("name", SURFACES)
def test_nothing_is_lower_than_the_minimum(name):
    for surface in variants(name):
        value, _ = evaluate(surface, np.vstack([points(surface, 2000), near_minima(surface)]))
        assert np.isnan(surface.minimum) or value.min() >= surface.minimum - 1e-9 * max(1.0, abs(surface.minimum))


@pytest.mark.parametrize("name", VARIED)
@given(data=st.data())
@settings(max_examples=15)
def test_facts_hold_for_any_legal_numbers(name, data):
    entry = ls.catalog.surfaces()[name]
    try:
        surface = entry(**{n: data.draw(legal(p)) for n, p in moving(entry).items()})
    except ls.LandscapeError:  # each number is legal, but not all together: a flat matrix
        reject()
    heights = evaluate(surface, points(surface, 400))[0]
    small = 1e-7 * max(1.0, np.abs(heights).max())
    assert np.isnan(surface.minimum) or heights.min() >= surface.minimum - small
    if len(surface.minima):
        np.testing.assert_allclose(evaluate(surface, surface.minima)[0], surface.minimum, atol=small)


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
    x = points(surface, 3)
    eager = [float(surface(point)) for point in x]
    np.testing.assert_allclose(evaluate(surface, x)[0], eager, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", EXACT)
def test_float32_points_give_float32_values(name):
    surface = ls.catalog.surfaces()[name]()
    x = points(surface).astype(np.float32)
    value, gradient = evaluate(surface, x)
    assert value.dtype == gradient.dtype == np.float32
    np.testing.assert_allclose(value, evaluate(surface, x.astype(np.float64))[0], rtol=1e-4, atol=1e-3)


def pair(entry):
    """A walk that feels every number, and its start.

    Scaled to the slope at the start of the surface; annealing beside a minimum where slopes do not tell all.
    """
    surface = entry()
    slope = float(np.linalg.norm(evaluate(surface, surface.start[None])[1]))
    if slope and surface.differentiable:
        return ls.optimizers.sgd(learning_rate=0.3 / slope), surface.start
    if surface.domain.whole is not None:
        return ls.optimizers.simulated_annealing(reach=0.2), surface.start
    foot = (surface.minima if len(surface.minima) else surface.start[None])[0]
    return ls.optimizers.simulated_annealing(reach=0.2), foot + 0.02 * surface.domain.width


def farthest(one, other) -> float:
    """The largest distance between two walks in a coordinate or a value, as long as both are finite."""
    one, other = (np.concatenate([walk.positions, walk.values[..., None]], axis=-1) for walk in (one, other))
    finite = np.isfinite(one) & np.isfinite(other)
    return np.abs(one[finite] - other[finite]).max()


def walks_on(trajectory, surface, rate: float | None) -> None:
    """Checks that a walk saw the values of `surface`, and followed its slopes where it follows slopes at a rate."""
    places = np.asarray(trajectory.positions)[:, 0]
    value, gradient = evaluate(surface, places)
    np.testing.assert_allclose(trajectory.values[:, 0], value, rtol=1e-9, atol=1e-9)
    if rate is not None:
        np.testing.assert_allclose(places[1:], (places - rate * gradient)[:-1], atol=1e-6)


@pytest.mark.parametrize("name", VARIED)
def test_a_schedule_of_any_number_changes_the_walk(name):
    entry = ls.catalog.surfaces()[name]
    schedule = SCHEDULES[VARIED.index(name) % len(SCHEDULES)]  # every schedule has its surfaces, every surface has one
    optimizer, start = pair(entry)
    resting = walk(optimizer, driven_all(entry, schedule), start)
    if name not in NOISY:
        still = entry(**{n: rest(p) for n, p in moving(entry).items()})
        walks_on(resting, still, optimizer.values.get("learning_rate"))
    for parameter in moving(entry):
        surface = driven_all(entry, schedule, parameter)
        changed = walk(optimizer, surface, start)
        assert farthest(changed, resting) > 1e-4, parameter
        expected = surface.values[parameter](np.arange(STEPS) / (STEPS - 1))
        np.testing.assert_allclose(changed.metrics[parameter], expected, rtol=1e-9)


@pytest.mark.parametrize("name", [*VARIED, "beale"])
def test_changing_any_number_compiles_nothing(name):
    """A walk compiles once for each structure of its surface: followed through for some, looked at in all."""
    entry, random = ls.catalog.surfaces()[name], np.random.default_rng(3)
    others = [entry(**{n: between(p.kind, random.uniform()) for n, p in moving(entry).items()}) for _ in range(30)]
    evaluate(entry(), entry().start[None])
    programs = compiled()._cache_size()
    for surface in others:
        evaluate(surface, random.uniform(-1, 1, (1, surface.dim)))
    assert compiled()._cache_size() == programs
    if name not in VARIED[::8]:
        return
    optimizer, start = pair(entry)
    walk(optimizer, entry(**{n: rest(p) for n, p in moving(entry).items()}), start)
    programs = _single._cache_size()
    for seed, surface in enumerate(others):
        walk(optimizer, surface, start=random.uniform(-1, 1, surface.dim), seed=seed)
    assert _single._cache_size() == programs
