"""Newton, trust regions and quasi-Newton methods: closed forms on quadratics, saddles, and scipy on the classic set."""

import functools
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import STEPS, walk
from scipy import optimize

import landscape as ls
from landscape.optimizers import bfgs, lbfgs, newton, trust_region
from landscape.optimizers.second_order import lowest_within
from landscape.surfaces import quadratic

CONDITION, ROTATION = 25.0, 0.7
BOWL = quadratic(condition=CONDITION, rotation=ROTATION)
TURN = np.array([[np.cos(ROTATION), np.sin(ROTATION)], [-np.sin(ROTATION), np.cos(ROTATION)]])
HESSIAN = TURN.T @ np.diag([1.0, CONDITION]) @ TURN
START = np.array([-3.0, 1.5])
CLASSIC = [
    (name, ours) for name in ("himmelblau", "rosenbrock", "goldstein_price") for ours in ("lbfgs", "trust_region")
]
CLASSIC += [("rosenbrock", "bfgs")]
METHODS = {"lbfgs": "L-BFGS-B", "bfgs": "BFGS", "trust_region": "trust-exact"}


@ls.surface(domain=ls.Box.square(4.0), start=(0.5, 0.0), minimum=-np.inf, source="x⁴ − x² + 2y²: a saddle at zero")
def saddle():
    """Two wells with a saddle between them."""
    return lambda x: x[0] ** 4 - x[0] ** 2 + 2.0 * x[1] ** 2


@ls.surface(domain=ls.Box.square(4.0), start=(1.0, -2.0), minimum=-np.inf, source="what methods have to survive")
def hostile(*, kind: Annotated[float, ls.Range(0.0, 5.0)] = 0.0):
    """A plain, a ramp, a kink, a step, an edge beyond which there is no value, and nothing anywhere."""
    kinds = [
        lambda x: 0.0 * x[0] + 1.0,
        lambda x: x[0] - x[1],
        lambda x: jnp.abs(x[0]) + jnp.abs(x[1]),
        lambda x: jnp.where(x[0] > 0.5, 1.0, 0.0) + 0.1 * x[1],
        lambda x: jnp.where(x[0] > 0.9, x[0] ** 2 + x[1] ** 2, jnp.nan),
        lambda x: jnp.where(x[0] < 100.0, jnp.nan, x[0]),
    ]
    return lambda x: jnp.stack([each(x) for each in kinds])[kind.astype(int)]


def path(optimizer, surface=BOWL, start=START, **options) -> np.ndarray:
    return np.asarray(walk(optimizer, surface, start, **options).positions[:, 0])


@pytest.mark.parametrize("rate", [1.0, 0.3])
def test_newton_shrinks_the_error_by_one_minus_its_rate(rate):
    expected = (1 - rate) ** np.arange(STEPS + 1)[:, None] * START
    np.testing.assert_allclose(path(newton(learning_rate=rate)), expected, atol=1e-14)


def test_newton_pays_a_gradient_for_each_row_of_the_hessian():
    walked = walk(newton(), quadratic(dim=5))
    np.testing.assert_array_equal(walked.evaluations, 1 + np.arange(STEPS + 1))
    np.testing.assert_array_equal(walked.gradients, 6 * np.asarray(walked.evaluations))


def test_damping_is_added_to_every_curvature():
    shrink = np.eye(2) - np.linalg.inv(HESSIAN + 3.0 * np.eye(2)) @ HESSIAN
    expected = [np.linalg.matrix_power(shrink, t) @ START for t in range(STEPS + 1)]
    np.testing.assert_allclose(path(newton(damping=3.0)), expected, atol=1e-12)


def test_newton_goes_to_the_saddle_and_the_other_methods_leave_it():
    near = np.array([0.2, 0.5])
    ends = {kind: path(newton(curvature=kind), saddle(), near)[-1] for kind in ("signed", "absolute")}
    np.testing.assert_allclose(ends["signed"], 0.0, atol=1e-12)
    np.testing.assert_allclose(np.abs(ends["absolute"]), [np.sqrt(0.5), 0.0], atol=1e-12)
    for start in (near, np.zeros(2)):  # even from the saddle itself, where the gradient is zero
        end = path(trust_region(), saddle(), start)[-1]
        np.testing.assert_allclose(np.abs(end), [np.sqrt(0.5), 0.0], atol=1e-8)


def test_newton_converges_quadratically():
    error = np.abs(path(newton(), saddle(), np.array([1.2, 1.0]))[:, 0] - np.sqrt(0.5))
    error = error[error > 1e-12][2:]
    # e' ≈ e² f‴ / (2 f″) with f‴ / (2 f″) = 24 / (8 √2) · … = 24 x / (2 (12 x² − 2)) at x = √½
    np.testing.assert_allclose(error[1:] / error[:-1] ** 2, 24 * np.sqrt(0.5) / 8, rtol=0.15)


@pytest.mark.parametrize("curvatures", [(1.0, 4.0, 9.0), (-2.0, -1.0, 3.0), (0.0, 0.0, 2.0), (-1.0, -1.0, 0.0)])
@pytest.mark.parametrize("hard", [False, True])
def test_the_lowest_point_within_a_radius_keeps_its_conditions(curvatures, hard):
    random = np.random.default_rng(1)
    curvatures = np.array(curvatures)
    slopes = random.normal(size=(50, 3)) * (np.array([0.0, 1.0, 1.0]) if hard else 1.0)
    radii = 10.0 ** random.uniform(-2, 1, 50)
    step = np.asarray(jax.jit(jax.vmap(lowest_within, (None, 0, 0)))(curvatures, slopes, radii))
    length = np.linalg.norm(step, axis=1)
    assert np.all(length <= radii * (1 + 1e-9))
    # Moré and Sorensen: (h + λ) s = −g with λ ≥ 0, h + λ ≥ 0 and λ (r − |s|) = 0, which is sufficient too.
    largest = np.argmax(np.abs(step), axis=1)
    rows = np.arange(50)
    shift = -slopes[rows, largest] / step[rows, largest] - curvatures[largest]
    shift = np.where(length > 0, shift, 0.0)
    scale = 1.0 + np.abs(shift)
    assert np.all(shift >= -1e-6 * scale)
    assert np.all(curvatures.min() + shift >= -1e-6 * scale)
    assert np.all((np.abs(length / radii - 1) < 1e-6) | (np.abs(shift) < 1e-6))
    np.testing.assert_allclose((curvatures + shift[:, None]) * step, -slopes, atol=1e-6 * scale.max())


def test_a_rejected_step_stays_and_shrinks_the_radius():
    walked = walk(trust_region(radius=1.0), ls.surfaces.rosenbrock(), record="evaluated")
    accepted, radius = (np.asarray(walked.metrics[name]) for name in ("accepted", "radius"))
    stays = (np.diff(walked.positions[:, 0], axis=0) == 0).all(axis=1)
    assert 0 < np.sum(~accepted) < STEPS
    np.testing.assert_array_equal(stays, ~accepted)
    assert np.all(radius[1:][~accepted[:-1]] < radius[:-1][~accepted[:-1]])
    assert np.all(np.diff(walked.values[:, 0]) <= 0)
    assert radius[0] == pytest.approx(np.hypot(*ls.surfaces.rosenbrock().domain.width))


@pytest.mark.parametrize("optimizer", [lbfgs(memory=1), lbfgs(memory=3), bfgs()], ids=str)
def test_lines_follow_the_inverse_hessian_of_broyden_fletcher_goldfarb_and_shanno(optimizer):
    surface = ls.surfaces.rosenbrock()
    places = path(optimizer, surface, surface.start)
    slopes = np.asarray(jax.vmap(jax.grad(surface))(places))
    pairs = list(zip(np.diff(places, axis=0), np.diff(slopes, axis=0), strict=True))
    assert all(s @ y > 0 for s, y in pairs)
    memory = optimizer.values.get("memory")
    for t in range(1, STEPS):
        s, y = pairs[t - 1 if memory else 0]  # what scales the identity: the newest pair, or the first of all
        inverse = np.eye(2) * (s @ y) / (y @ y)
        for s, y in pairs[max(0, t - memory) if memory else 0 : t]:
            shear = np.eye(2) - np.outer(y, s) / (s @ y)
            inverse = shear.T @ inverse @ shear + np.outer(s, s) / (s @ y)
        step, direction = pairs[t][0], -inverse @ slopes[t]
        np.testing.assert_allclose(step / np.linalg.norm(step), direction / np.linalg.norm(direction), atol=1e-7)


@functools.cache
def derivatives(name: str):
    """The surface of that name, its values, gradients and Hessians."""
    surface = ls.catalog.surfaces()[name]()
    return surface, *(jax.jit(each) for each in (surface.__call__, jax.grad(surface), jax.hessian(surface)))


@pytest.mark.parametrize(("name", "ours"), CLASSIC)
def test_classics_are_solved_as_scipy_solves_them_for_about_its_evaluations(name, ours):
    surface, height, slope, hessian = derivatives(name)
    theirs = optimize.minimize(
        height, surface.start, jac=slope, method=METHODS[ours],
        hess=hessian if ours == "trust_region" else None,
        options={"ftol": 0.0} if ours == "lbfgs" else {"gtol": 1e-8},
    )  # fmt: skip
    walked = walk(ls.catalog.optimizers()[ours](), surface, steps=60)
    values = np.asarray(walked.values[:, 0])
    end = np.asarray(walked.positions[-1, 0])
    assert np.linalg.norm(slope(end)) < 1e-5 * (1 + np.linalg.norm(slope(surface.start)))
    assert np.linalg.eigvalsh(hessian(end)).min() > 0
    solved = values <= values[-1] + 1e-10 * (1 + abs(values[-1]))
    assert walked.evaluations[solved.argmax()] <= 2 * theirs.nfev + 2
    if name in ("rosenbrock", "himmelblau"):  # elsewhere another line search may well reach another minimum
        assert values[-1] == pytest.approx(theirs.fun, abs=1e-10)


def test_lbfgs_solves_rosenbrock_in_ten_dimensions():
    surface = ls.surfaces.rosenbrock(dim=10)
    assert float(walk(lbfgs(), surface, steps=100).best_value[-1]) < 1e-10


SAFE = [
    "trust_region",
    "bfgs",
    "lbfgs",
    "conjugate_gradient",
    "steepest_descent",
    "coordinate_descent",
    "gradient_flow",
]


@pytest.mark.parametrize("name", [*SAFE, "newton", "polyak"])
def test_what_has_no_slopes_or_values_raises_nothing(name):
    kinds = np.arange(6.0)
    walks = ls.sweep(hostile(kind=kinds), ls.catalog.optimizers()[name](), steps=STEPS, record="all")
    values = np.asarray(walks.values)[:, :, 0]
    np.testing.assert_array_equal(values[0], 1.0)
    assert np.isnan(values[5]).all()
    if name in SAFE:  # these never climb, nor step where there is no value
        assert np.isfinite(values[:5]).all()
        assert np.all(np.diff(values[:5], axis=1) <= 1e-4)
        assert values[1, -1] < values[1, 0] - 0.1
        assert values[2, -1] < values[2, 0] - 0.1
