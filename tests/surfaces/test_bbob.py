"""BBOB: COCO's values and optima in every function, dimension and instance, with true and finite gradients."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape import surfaces
from landscape.bbob import FUNCTIONS, draws

RECORDS = json.loads((Path(__file__).parent.parent / "data" / "bbob.json").read_text())["records"]
NUMBERS = list(FUNCTIONS)
INSTANCES, POINTS = 11, 4  # for each of 24 functions in two dimensions: 2,112 draws
# Half the width of a central difference: well below the shortest wave, where there are short ones.
SMALL = {16: 1e-9, 18: 1e-8, 19: 1e-9, 23: 1e-12}
traces: list[int] = []


@jax.jit
def heights(surface, points):
    """Values (n,) at points (n, d)."""
    traces.append(surface.dim)
    return jax.vmap(surface)(points)


@jax.jit
def slopes(surface, points):
    """Values (n,) and gradients (n, d) at points (n, d)."""
    return jax.vmap(jax.value_and_grad(surface))(points)


def error(found, expected) -> float:
    """The largest difference, relative to values above one; inf where either is not a number."""
    found, expected = np.asarray(found), np.asarray(expected)
    worst = np.max(np.abs(found - expected) / np.maximum(1.0, np.abs(expected)))
    return float(np.nan_to_num(worst, nan=np.inf))


@pytest.mark.parametrize("number", NUMBERS)
def test_values_and_optima_are_those_on_record(number):
    records = [record for record in RECORDS if record["function"] == number]
    assert len(records) == 6
    for record in records:
        surface = surfaces.bbob(function=number, dim=record["dim"], instance=record["instance"])
        assert surface.minimum == record["fopt"]
        np.testing.assert_allclose(surface.minima, [record["xopt"]], rtol=0, atol=1e-9)
        points = np.vstack([record["x"], record["x_outside"], surface.minima])
        expected = [*record["f"], *record["f_outside"], record["f_at_xopt"]]
        assert error(heights(surface, points), expected) < 1e-9


@pytest.mark.parametrize("number", NUMBERS)
def test_values_are_those_of_coco_at_random(number):
    import cocoex  # of coco-experiment; the other tests do without

    random = np.random.default_rng(number)
    for dim in (int(random.integers(2, 40)), 40):
        for instance in random.integers(1, 10_000, INSTANCES).tolist():
            surface = surfaces.bbob(function=number, dim=dim, instance=instance)
            points = random.uniform(-5.0, 5.0, (POINTS, dim))
            points[0] *= 1.5
            points[1] = surface.minima[0] + 0.01 * points[1]
            peer = cocoex.BareProblem("bbob", number, dim, instance)
            assert error(heights(surface, points), peer(points)) < 1e-9, (dim, instance, points)
            assert error(surface.minimum, peer.best_value()) < 1e-15


def places(surface, size: int = 40) -> np.ndarray:
    """Random points of the inner nine tenths of the box: (size, d)."""
    return 4.5 * np.random.default_rng(7).uniform(-1.0, 1.0, (size, surface.dim))


@pytest.mark.parametrize("number", NUMBERS)
def test_gradients_are_those_of_finite_differences(number):
    surface, small = surfaces.bbob(function=number, dim=3), SMALL.get(number, 1e-6)
    here = places(surface)[:, None, None]  # then a coordinate, and up or down
    ends = here + small * np.eye(3)[:, None] * np.array([1.0, -1.0])[:, None]
    value, gradient = slopes(surface, np.vstack([here[:, 0, 0], ends.reshape(-1, 3)]))
    value, gradient = np.asarray(value), np.asarray(gradient)[:40]
    up, down = np.moveaxis(value[40:].reshape(40, 3, 2), -1, 0)
    width = np.diagonal(ends[:, :, 0] - ends[:, :, 1], axis1=1, axis2=2)  # 2 small, as the points are rounded
    central, bend = (up - down) / width, np.abs(up + down - 2.0 * value[:40, None]) / small
    scale = 1.0 + np.abs(central).max()
    smooth = np.ones_like(bend, bool) if surface.differentiable else bend < 0.01 * scale
    assert smooth.mean() > 0.9  # only points on a kink are left out
    assert np.abs((gradient - central)[smooth]).max() < 1e-3 * scale


@pytest.mark.parametrize("number", NUMBERS)
def test_gradients_are_finite_everywhere_and_vanish_at_smooth_optima(number):
    surface = surfaces.bbob(function=number, dim=3)
    optimum, axes = surface.minima[0], np.eye(3)
    special = [optimum, surface.start, 0.0 * optimum, 5.0 * np.ones(3), -7.0 * np.ones(3)]
    points = np.vstack([special, optimum + axes, optimum - 1e-8 * axes, np.round(places(surface, 149))])
    value, gradient = slopes(surface, points)
    assert np.all(np.isfinite(value))
    assert np.all(np.isfinite(gradient))
    assert not surface.differentiable or np.abs(gradient[0]).max() < 1e-8 * np.abs(gradient).max()


@pytest.mark.parametrize("number", NUMBERS)
def test_nothing_is_lower_than_the_optimum(number):
    surface = surfaces.bbob(function=number, dim=3, instance=4)
    near = surface.minima + places(surface, 140) * np.geomspace(1e-9, 0.1, 140)[:, None]
    value, _ = slopes(surface, np.vstack([near, places(surface, 139), surface.minima]))
    value = np.asarray(value) - surface.minimum
    assert np.all(value >= -1e-9)
    assert abs(value[-1]) < 1e-9
    assert value[140:279].min() > 1e-6


def test_a_function_is_compiled_once_for_all_its_instances():
    first = heights(surfaces.bbob(function=15, dim=4), np.zeros((2, 4)))
    known = len(traces)
    others = [heights(surfaces.bbob(function=15, dim=4, instance=i), np.zeros((2, 4))) for i in range(2, 12)]
    assert len(traces) == known
    assert len({float(value[0]) for value in [first, *others]}) == 11


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_is_promoted_behind_anybodys_back(number):
    surface = surfaces.bbob(function=number, dim=3)
    with jax.numpy_dtype_promotion("strict"):
        shape = jax.eval_shape(jax.vmap(surface), jax.ShapeDtypeStruct((5, 3), jnp.float32))
    assert shape.dtype == jnp.float32


@pytest.mark.parametrize("number", [3, 12, 14, 17, 21, 24])
def test_float32_values_are_close_by(number):
    surface = surfaces.bbob(function=number, dim=3)
    points = places(surface).astype(np.float32)
    assert error(heights(surface, points), heights(surface, points.astype(np.float64))) < 1e-3


def test_points_without_numbers_give_no_number():
    for number in NUMBERS[::5]:
        found = slopes(surfaces.bbob(function=number, dim=3), np.full((160, 3), np.nan))[0]
        assert np.all(np.isnan(found))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"function": 0}, "bbob(function=0) is outside 1 … 24."),
        ({"function": 25}, "bbob(function=25) is outside 1 … 24."),
        ({"function": 2.5}, "bbob(function=2.5) is not a whole number; give one in 1 … 24."),
        ({"dim": 1}, "bbob(dim=1) is outside 2 … 1000."),
        ({"dim": "two"}, "bbob(dim=two) is not a whole number; give one in 2 … 1000."),
        ({"instance": 0}, "bbob(instance=0) is outside 1 … 200000."),
        ({"instance": True}, "bbob(instance=True) is not a whole number; give one in 1 … 200000."),
    ],
)
def test_what_the_suite_lacks_is_refused(values, words):
    with pytest.raises(ls.LandscapeError) as refused:
        surfaces.bbob(**values)
    assert str(refused.value) == words


def test_facts_tell_the_functions_apart():
    every = [surfaces.bbob(function=number) for number in NUMBERS]
    assert len({surface.label for surface in every}) == len({surface.formula for surface in every}) == 24
    assert surfaces.bbob(function=7).label == "step ellipsoid (bbob f7)"
    assert "step ellipsoid" in surfaces.bbob(function=7).note
    assert not surfaces.bbob(function=7).differentiable
    assert ls.catalog.surface("bbob:function=8,dim=5,instance=3") == surfaces.bbob(function=8, dim=5, instance=3)


@pytest.mark.parametrize("dim", [2, 100])
def test_rotations_are_orthogonal_and_differ(dim):
    one, other = draws.rotation(dim, 10_001), draws.rotation(dim, 20_001)
    np.testing.assert_allclose(one @ one.T, np.eye(dim), atol=1e-12)
    assert np.abs(one - other).max() > 0.1


def test_the_generator_is_the_minimal_standard_one():
    """Its ten-thousandth state from 1 is 1043618065 (Park and Miller, doi:10.1145/63039.63042)."""
    state = 1
    for _ in range(10_000):
        state = draws.MULTIPLIER * state % draws.MODULUS
    assert state == 1043618065
    numbers = draws.uniform(20_000, 5)
    assert np.all((numbers > 0.0) & (numbers < 1.0))
    assert abs(numbers.mean() - 0.5) < 0.01
