"""Critical points against those known in closed form, and quadratic models against the surfaces they equal."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, ramp

import landscape as ls
from landscape import LandscapeError
from landscape.geometry import critical_points, quadratic_model
from landscape.surfaces import deep_linear, himmelblau, monkey_saddle, quadratic, relu_unit, rosenbrock, saddle, steps

EVERY = ls.catalog.surfaces()
PLANAR = [name for name, entry in EVERY.items() if entry().dim == 2 and entry().differentiable and len(entry().minima)]
# Wrapped surfaces have the points of what they wrap; bbob and formula are many surfaces and have tests of their own.
SMOOTH = [name for name in PLANAR if not {"surface", "function", "text"} & set(EVERY[name].parameters)]
FINE = {"schaffer_4"}  # its ripples are finer than the grid that starts come from: it needs the hint
HIMMELBLAU = {  # Himmelblau's nine, from the roots of its gradient's resultant
    "minimum": [(3, 2), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.283185991286169),
                (3.584428340330492, -1.848126526964404)],
    "saddle": [(0.086677504555, 2.884254701175), (3.385154183607, 0.073851879838), (-0.127961346731, -1.953714980245),
               (-3.073025750764, -0.081353044288)],
    "maximum": [(-0.270844590667, -0.923038556480)],
}  # fmt: skip


@ls.surface(domain=ls.Box.square(10.0), start=(1.0, 1.0), minimum=-2.0, source="an egg box")
def egg_box():
    """Its minima are not told to anyone."""
    return lambda x: jnp.sum(jnp.cos(x))


@ls.surface(domain=ls.Box.cube(2.0, 3), start=(1.0, 1.0, 1.0), minimum=-1.5, source="three double wells")
def wells():
    """27 critical points: three in each coordinate."""
    return lambda x: jnp.sum(0.5 * x**4 - x**2)


@ls.surface(domain=ls.Box.square(3.0), start=(1.0, 1.0), source="a flat well")
def quartic():
    """A minimum at (1, −2) without curvature in x."""
    return lambda x: (x[0] - 1.0) ** 4 + (x[1] + 2.0) ** 2


def among(found, points, within: float) -> bool:
    away = np.abs(found[None] - np.asarray(points)[:, None]).max(axis=-1)
    return bool(np.all(away.min(axis=1, initial=np.inf) <= within))


def test_himmelblau_has_nine_and_no_more():
    found = critical_points(himmelblau())
    assert Counter(found.kinds.tolist()) == {"minimum": 4, "saddle": 4, "maximum": 1}
    for kind, points in HIMMELBLAU.items():
        assert among(found.points[found.kinds == kind], points, 1e-9)
    assert np.all(np.diff(found.values) >= 0)
    assert found.index.tolist() == [int((each < 0).sum()) for each in found.eigenvalues]
    x, y = found.points.T
    mixed = 4 * (x + y)
    trace, product = (
        12 * x**2 + 4 * y - 42 + 12 * y**2 + 4 * x - 26,
        (12 * x**2 + 4 * y - 42) * (12 * y**2 + 4 * x - 26),
    )
    np.testing.assert_allclose(found.eigenvalues.sum(axis=1), trace, rtol=1e-9)
    np.testing.assert_allclose(found.eigenvalues.prod(axis=1), product - mixed**2, rtol=1e-9)


def test_single_precision_finds_the_same_nine():
    with jax.enable_x64(False):
        found = critical_points(himmelblau())
    assert found.kinds.tolist() == ["minimum"] * 4 + ["saddle"] * 4 + ["maximum"]
    for kind, points in HIMMELBLAU.items():
        assert among(found.points[found.kinds == kind], points, 1e-5)


def test_every_point_of_an_egg_box_is_found_without_a_hint():
    found = critical_points(egg_box())
    lattice = np.pi * np.arange(-3, 4)
    expected = np.stack(np.meshgrid(lattice, lattice), axis=-1).reshape(-1, 2)
    assert len(found.points) == len(expected) == 49
    assert among(found.points, expected, 1e-9)
    sums = np.round(np.cos(found.points)).sum(axis=1).astype(int)
    expected_kinds = [{-2: "minimum", 0: "saddle", 2: "maximum"}[each] for each in sums]
    assert found.kinds.tolist() == expected_kinds


def test_saddles_of_every_index_in_three_dimensions():
    found = critical_points(wells())
    assert Counter(found.index.tolist()) == {0: 8, 1: 12, 2: 6, 3: 1}
    assert Counter(found.kinds.tolist()) == {"minimum": 8, "saddle": 18, "maximum": 1}
    np.testing.assert_allclose(found.points, np.round(found.points), atol=1e-9)


@pytest.mark.parametrize(("surface", "point"), [(monkey_saddle(), (0, 0)), (quartic(), (1, -2))], ids=lambda x: str(x))
def test_a_point_without_curvature_is_degenerate_and_found_once(surface, point):
    found = critical_points(surface)
    assert found.kinds.tolist() == ["degenerate"]
    np.testing.assert_allclose(found.points[0], point, atol=1e-5)


def test_a_curve_of_minima_is_marked_by_degenerate_points_on_it():
    found = critical_points(deep_linear())
    x = found.points[found.kinds == "degenerate"]
    assert len(x) > 10
    np.testing.assert_allclose(x[:, 0] * x[:, 1], 1.0, atol=1e-7)


@pytest.mark.parametrize("surface", [ramp(), relu_unit(offset=0.1), steps()], ids=lambda each: each.name)
def test_slopes_creases_and_plateaus_hold_none(surface):
    assert critical_points(surface, starts=64).points.shape == (0, 2)


def test_only_the_box_is_searched_and_its_border_belongs_to_it():
    assert len(critical_points(himmelblau(), lower=(0, 0), upper=(5, 5)).points) == 3
    found = critical_points(bowl(), lower=(0, -1), upper=(1, 1))
    np.testing.assert_allclose(found.points, [[0, 0]], atol=1e-12)
    assert len(critical_points(saddle(curvature=1.0), lower=(1, 1), upper=(2, 2)).points) == 0


@pytest.mark.parametrize("name", SMOOTH)
def test_known_minima_of_every_smooth_surface_are_found(name, monkeypatch):
    surface = EVERY[name]()
    known = surface.minima
    if name not in FINE:
        monkeypatch.setattr(ls.Surface, "minima", np.zeros((0, 2)))  # nobody tells where they are
    found = critical_points(surface)
    low = found.points[np.isin(found.kinds, ["minimum", "degenerate"])]
    inside = [each for each in known if np.all(np.abs(each - surface.domain.lower) > 1e-9)]
    # Where minima form a curve, those kept are spread along it, and need not be the marked ones.
    reach = 1e-6 if "degenerate" not in found.kinds else 0.05
    assert among(low / surface.domain.width, np.array(inside).reshape(-1, 2) / surface.domain.width, reach)


def test_a_quadratic_is_its_own_model():
    surface = quadratic(condition=30.0, rotation=0.7)
    model = quadratic_model(surface, (1.0, -2.0))
    np.testing.assert_allclose(model.eigenvalues, [1.0, 30.0])
    assert model.stability == pytest.approx(2 / 30)
    np.testing.assert_allclose(model.hessian @ model.eigenvectors, model.eigenvectors * model.eigenvalues, atol=1e-12)
    points = np.random.default_rng(0).normal(size=(3, 4, 2))
    expected = [[float(surface(x)) for x in row] for row in points]
    np.testing.assert_allclose(model(points), expected, rtol=1e-9)


def test_the_model_of_rosenbrock_at_its_minimum():
    model = quadratic_model(rosenbrock(), (1.0, 1.0))
    np.testing.assert_allclose(model.hessian, [[802.0, -400.0], [-400.0, 200.0]], atol=1e-9)
    np.testing.assert_allclose(model.gradient, 0.0, atol=1e-12)


def test_no_rate_is_too_large_where_the_surface_bends_down():
    hill = himmelblau()
    assert quadratic_model(hill, HIMMELBLAU["maximum"][0]).stability == np.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: critical_points(bowl(), starts=0), "starts=0 is not a whole number from 1"),
        (lambda: critical_points(bowl(), starts=2.5), "starts=2.5"),
        (lambda: critical_points(bowl(), tolerance=0.0), "tolerance=0.0"),
        (lambda: critical_points(bowl(), lower=(0, 0), upper=(0, 1)), "finite lower < upper"),
        (lambda: critical_points(bowl(), lower=(0, 0, 0)), "2 numbers each"),
        (lambda: quadratic_model(bowl(), (1, np.inf)), "give 2 finite numbers"),
        (lambda: quadratic_model(bowl(), "here"), "'here' is no point"),
    ],
    ids=["none", "fraction", "tolerance", "flat", "three", "infinite", "word"],
)
def test_impossible_requests_are_refused(call, words):
    with pytest.raises(LandscapeError, match=words):
        call()
