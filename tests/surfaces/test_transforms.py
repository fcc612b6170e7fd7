"""Transforms: where they take points, what they do to heights and slopes, and every surface inside them."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import STEPS, walk

import landscape as ls
from landscape import Experiment, LandscapeError, catalog
from landscape.run import _single
from landscape.schedules import linear
from landscape.surfaces import (
    formula,
    himmelblau,
    log,
    matrix,
    noise,
    precision,
    quantize,
    reflect,
    rosenbrock,
    rotate,
    scale,
    shear,
    translate,
)

OFF_CENTRE = formula("(x - 1)**2 + 3*(y - 2)**2 + x*y", x=(0, 4), y=(-1, 5))
MOVES = {
    "rotate": rotate(OFF_CENTRE, angle=0.7),
    "rotate about the origin": rotate(OFF_CENTRE, angle=-2.0, about="origin"),
    "rotate the other way": rotate(OFF_CENTRE, angle=0.7, first=2, second=1),
    "reflect": reflect(OFF_CENTRE, angle=1.1),
    "scale": scale(OFF_CENTRE, x=2.0, y=0.5),
    "shear": shear(OFF_CENTRE, slant=1.5, along="y"),
    "translate": translate(OFF_CENTRE, x=0.25, y=-1.0),
    "matrix": matrix(OFF_CENTRE, xx=0.5, xy=2.0, yx=-1.0, yy=0.3),
    "chain": rotate(translate(scale(shear(OFF_CENTRE), x=3.0), y=0.1), angle=1.0),
    "five dimensions": rotate(scale(rosenbrock(dim=5), x=2.0), angle=0.4, first=5, second=2),
    "one dimension": translate(scale(formula("x**3", x=(1, 3)), x=2.0), x=0.5),
}


@pytest.mark.parametrize("name", MOVES)
def test_heights_and_slopes_go_where_the_picture_goes(name):
    moved = MOVES[name]
    inside = moved
    while hasattr(inside, "wrapped"):
        inside = inside.wrapped
    points = np.random.default_rng(0).uniform(inside.domain.lower, inside.domain.upper, (7, inside.dim))
    both = jax.jit(lambda surface, x: jax.vmap(jax.value_and_grad(surface))(x))
    (height, slope), (new_height, new_slope) = both(inside, points), both(moved, moved.carry(points))
    np.testing.assert_allclose(new_height, height, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(new_slope @ moved.matrix, slope, rtol=1e-9, atol=1e-9)
    affine = moved.centre + (points - moved.centre) @ moved.matrix.T + moved.offset
    np.testing.assert_allclose(moved.carry(points), affine, atol=1e-12)


@pytest.mark.parametrize(
    ("made", "expected", "centre"),
    [
        (MOVES["rotate"], [[np.cos(0.7), -np.sin(0.7)], [np.sin(0.7), np.cos(0.7)]], [2, 2]),
        (MOVES["rotate the other way"], [[np.cos(0.7), np.sin(0.7)], [-np.sin(0.7), np.cos(0.7)]], [2, 2]),
        (reflect(OFF_CENTRE, angle=0.0), [[1, 0], [0, -1]], [2, 2]),
        (reflect(OFF_CENTRE, angle=np.pi / 4, about="origin"), [[0, 1], [1, 0]], [0, 0]),
        (MOVES["scale"], [[2, 0], [0, 0.5]], [2, 2]),
        (MOVES["shear"], [[1, 0], [1.5, 1]], [2, 2]),
        (shear(OFF_CENTRE, slant=0.4), [[1, 0.4], [0, 1]], [2, 2]),
        (MOVES["matrix"], [[0.5, 2], [-1, 0.3]], [2, 2]),
        (MOVES["translate"], [[1, 0], [0, 1]], [2, 2]),
        (rotate(scale(OFF_CENTRE, x=2.0, y=1.0), angle=np.pi / 2), [[0, -1], [2, 0]], [2, 2]),
    ],
)
def test_matrix_and_centre(made, expected, centre):
    np.testing.assert_allclose(made.matrix, expected, atol=1e-15)
    np.testing.assert_allclose(made.centre, centre)


def test_a_translation_is_no_matrix():
    moved = MOVES["translate"]
    np.testing.assert_allclose(moved.offset, [0.25, -1.0])
    np.testing.assert_array_equal(MOVES["rotate"].offset, [0, 0])


def test_minima_and_start_move_along():
    turned = rotate(himmelblau(), angle=0.3)
    np.testing.assert_allclose(turned.minima, turned.carry(himmelblau().minima))
    np.testing.assert_allclose(jax.vmap(turned)(turned.minima), 0.0, atol=1e-12)
    np.testing.assert_allclose(turned.start, turned.carry(himmelblau().start))
    far = translate(himmelblau(), x=100.0)
    assert far.domain is himmelblau().domain or np.array_equal(far.domain.upper, himmelblau().domain.upper)
    assert far.minima[:, 0].min() > 90  # beyond the domain, and said so
    assert far.start[0] == far.domain.upper[0]


def test_gradient_descent_turns_with_the_valley_and_adam_does_not():
    banana = rosenbrock()
    turned = rotate(banana, angle=np.pi / 4, about="origin")
    for optimizer, same in ((ls.optimizers.momentum(learning_rate=5e-4), True), (ls.optimizers.adam(), False)):
        before, after = walk(optimizer, banana), walk(optimizer, turned, turned.carry(banana.start))
        distance = np.abs(turned.carry(np.asarray(before.positions)) - after.positions).max()
        assert (distance < 1e-9) == same, optimizer


def test_shrinking_one_axis_raises_the_condition_number():
    bowl = formula("x**2 + y**2")
    hessian = np.asarray(jax.jit(jax.hessian(scale(bowl, x=1.0, y=0.1)))(np.zeros(2)))
    assert np.linalg.cond(hessian) == pytest.approx(np.linalg.cond(scale(bowl, x=1.0, y=0.1).matrix) ** 2) == 100


def observe(surface, x, step: int = 0, seed: int = 0):
    """Values (n,) and slopes (n, d) that methods see at points (n, d) in one step."""
    seen = surface.at(0.0, x.dtype).batch(step, jax.random.key(seed))
    return jax.jit(jax.vmap(jax.value_and_grad(seen)))(x)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_observation_noise_is_normal_with_the_deviation_given(dtype):
    x = np.random.default_rng(0).uniform(-5, 5, (20_000, 2)).astype(dtype)
    value, slope = observe(noise(himmelblau(), noise=3.0), x)
    exact, true_slope = jax.vmap(jax.value_and_grad(himmelblau()))(x)
    seen = np.column_stack([value - exact, slope - true_slope]) / 3.0
    assert value.dtype == dtype
    np.testing.assert_allclose(seen.mean(axis=0), 0.0, atol=0.03)
    np.testing.assert_allclose(np.cov(seen.T), np.eye(3), atol=0.04)
    np.testing.assert_allclose((np.abs(seen) < 1).mean(axis=0), 0.6827, atol=0.012)
    assert len(np.unique(seen[:, 0])) > 0.99 * len(seen)


def test_noise_belongs_to_the_seed_and_the_point():
    x = np.array([[1.0, 2.0], [1.0, np.nextafter(2.0, 3.0)], [1.0, 2.0], [2.0, 1.0]])
    value, _ = observe(noise(), x)
    assert value[0] == value[2]
    assert len({*map(float, value)}) == 3
    assert observe(noise(), x, seed=1)[0][0] != value[0]


def test_methods_search_noise_and_the_record_shows_the_truth():
    rough = noise(himmelblau(), noise=20.0)
    first, again, other = (walk(ls.optimizers.sgd(learning_rate=0.005), rough, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.positions, again.positions)
    assert not np.allclose(first.positions, other.positions)
    np.testing.assert_allclose(first.values[:, 0], jax.vmap(himmelblau())(first.positions[:, 0]), rtol=1e-12)
    assert rotate(rough).at(0.0, jnp.float64).batch is not None
    twice = observe(noise(rough, noise=20.0), np.zeros((1, 2)))[0]
    assert float(twice[0]) != float(himmelblau()(np.zeros(2)))


def test_quantized_heights_are_multiples_and_flat():
    x = np.random.default_rng(0).uniform(-5, 5, (50, 2))
    value, slope = jax.vmap(jax.value_and_grad(quantize(himmelblau(), step=7.0)))(x)
    np.testing.assert_allclose(value / 7.0, np.round(value / 7.0), atol=1e-12)
    assert np.abs(value - jax.vmap(himmelblau())(x)).max() <= 3.5 + 1e-12
    assert not slope.any()
    assert quantize(ls.surfaces.six_hump_camel(), step=1.0).minimum == -1.0


def test_log_counts_from_the_minimum_and_is_symmetric_where_there_is_none():
    x = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    camel = ls.surfaces.six_hump_camel()
    expected = np.log1p(np.asarray(jax.vmap(camel)(x)) - camel.minimum)
    np.testing.assert_allclose(jax.vmap(log(camel))(x), expected, rtol=1e-9)
    assert log(camel).minimum == 0.0
    ramp = log(formula("x"))
    np.testing.assert_allclose([ramp([-3.0]), ramp([0.0]), ramp([3.0])], [-np.log(4), 0, np.log(4)])
    assert np.isnan(ramp.minimum)


@pytest.mark.parametrize(("format", "digits"), [("bfloat16", 8), ("float16", 11), ("float32", 24)])
def test_low_precision_is_rough_and_its_slopes_are_finite(format, digits):
    low, exact = precision(himmelblau(), format=format), himmelblau()
    x = np.random.default_rng(0).uniform(-5, 5, (50, 2))
    value, slope = jax.jit(jax.vmap(jax.value_and_grad(low)))(x)
    np.testing.assert_array_equal(np.asarray(value, jnp.dtype(format)).astype(float), value)  # representable
    true, true_slope = jax.vmap(jax.value_and_grad(exact))(x)
    assert 0 < np.abs(value - true).max() < 400 * 2.0 ** (4 - digits)
    assert np.abs(slope - true_slope).max() < 400 * 2.0 ** (4 - digits)
    assert float(low([1.0 + 0.2**digits, 2.0])) == float(low([1.0, 2.0]))  # a step too small to be seen
    assert value.dtype == slope.dtype == np.float64


def test_too_large_a_number_for_the_format_is_a_hole():
    assert np.isinf(float(precision(formula("x**4", x=(-100, 100)), format="float16")([20.0])))


def test_schedules_inside_and_outside_drive_recorded_and_freeze():
    changing = rotate(himmelblau(a=linear(start=6.0, end=11.0)), angle=linear(start=0.0, end=1.0))
    run = walk(ls.optimizers.sgd(learning_rate=0.001), changing)
    progress = np.linspace(0, 1, STEPS)
    np.testing.assert_allclose(run.metrics["surface.a"], 6 + 5 * progress)
    np.testing.assert_allclose(run.metrics["angle"], progress)
    x = np.asarray(run.positions)[1:, 0]
    by_hand = [float(rotate(himmelblau(a=6 + 5 * p), angle=p)(point)) for p, point in zip(progress, x, strict=True)]
    np.testing.assert_allclose(run.values[1:, 0], by_hand, rtol=1e-9)
    assert changing.freeze(0.5) == rotate(himmelblau(a=8.5), angle=0.5)
    assert list(changing.scheduled) == ["angle", "surface.a"]
    assert changing.minimum == 0.0


def test_no_number_inside_or_outside_compiles():
    sgd = ls.optimizers.sgd(learning_rate=0.001)
    walk(sgd, log(scale(himmelblau())))
    programs = _single._cache_size()
    for a in (10.0, 10.5, 11.5):
        walk(sgd, log(scale(himmelblau(a=a), x=a / 10)))
    assert _single._cache_size() == programs


def test_numbers_inside_are_swept():
    angles, a = np.array([0.1, 0.5, 0.9]), np.array([9.0, 10.0, 11.0])
    found = ls.sweep(rotate(himmelblau(a=a), angle=angles), ls.optimizers.sgd(learning_rate=0.001), steps=STEPS,
                     start=[0.2, 4.4]).best_value[:, -1]  # fmt: skip
    single = [walk(ls.optimizers.sgd(learning_rate=0.001), rotate(himmelblau(a=a[i]), angle=angles[i]), [0.2, 4.4])
              for i in range(3)]  # fmt: skip
    np.testing.assert_allclose(found, [run.best_value[-1] for run in single], rtol=1e-9)


NESTED = rotate(noise(OFF_CENTRE, noise=linear(start=1.0)), angle=1 / 3)


def test_written_forms_are_those_promised():
    assert catalog.surface("rotate:surface=himmelblau(a=11,b=7),angle=0.5") == rotate(himmelblau(), angle=0.5)
    assert catalog.surface("rotate(surface=himmelblau, angle=0.5)") == rotate(angle=0.5)
    plain = catalog.plain(rotate(himmelblau(a=3.0), angle=0.5))
    assert plain["parameters"]["surface"] == {"name": "himmelblau", "parameters": {"a": 3.0, "b": 7.0}}
    assert catalog.bind("surface", json.loads(json.dumps(plain))) == rotate(himmelblau(a=3.0), angle=0.5)
    experiment = Experiment(NESTED, (ls.optimizers.adam(),))
    for write, read in ((Experiment.to_url, Experiment.from_url), (Experiment.to_json, Experiment.from_json)):
        assert read(write(experiment)) == experiment
    assert catalog.parse("surface", repr(NESTED)) == NESTED


def test_names_label_and_tuned_values_are_those_inside():
    assert rotate(scale(formula("w*b"))).names == ("b", "w")
    assert rotate(scale()).label == "himmelblau, scaled, rotated"
    assert rotate().tuned(ls.optimizers.sgd) == himmelblau().tuned(ls.optimizers.sgd) != {}
    assert scale().tuned(ls.optimizers.sgd) == {}
    assert himmelblau().formula in rotate().formula


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: matrix(xx=1, xy=1, yx=1, yy=1), "determinant 0, which flattens the plane to a line"),
        (lambda: scale(x=0.0), "outside 0.001"),
        (lambda: rotate(ls.problems.one_max()), "moves points, and those of one_max are no numbers"),
        (lambda: rotate(3), "no bound surface; give one such as ls.surfaces.himmelblau"),
        (lambda: rotate("himmelblau"), "no bound surface"),
        (lambda: rotate(ls.optimizers.adam()), "no bound surface"),
        (lambda: rotate(himmelblau), "no bound surface"),
        (lambda: rotate(himmelblau(), himmelblau()), "wraps one surface, not 2"),
        (lambda: rotate(himmelblau(), surface=himmelblau()), "wraps one surface, not 2"),
        (lambda: rotate(formula("x")), "needs two different coordinates"),
        (lambda: shear(formula("x")), "turns two coordinates into each other; formula has one"),
        (lambda: rotate(first=2, second=2), "needs two different coordinates of 1 … 2, not 2, 2"),
        (lambda: rotate(second=3), "needs two different coordinates of 1 … 2, not 1, 3"),
        (lambda: rotate(angle=himmelblau()), "takes no schedule"),
        (lambda: catalog.bind("surface", {"name": "rotate", "parameters": {"self": 1}}), "no parameter 'self'"),
        (lambda: log(himmelblau(a=np.array([1.0, 2.0]))), "not a sweep"),
        (lambda: catalog.surface("rotate:surface=himmelblu"), "Unknown surface 'himmelblu'. Did you mean 'himmelblau'"),
        (lambda: catalog.surface("rotate:surface=linear()"), "Unknown surface 'linear'"),
        (lambda: catalog.surface("rotate:surface=" + "log(surface=" * 8 + "beale()" + ")" * 8), "more than 8"),
        (lambda: catalog.surface("rotate:surface=" + "log(surface=" * 60 + "beale()" + ")" * 60), "inside 12 others"),
        (lambda: catalog.bind("surface", deep(400)), "inside 12 others"),
        (lambda: catalog.bind("surface", {"name": "rotate", "parameters": {"surface": 3}}), "no bound surface"),
    ],
)
def test_what_makes_no_surface_is_told(make, words):
    with pytest.raises(LandscapeError, match=words):
        make()


def deep(count: int) -> dict:
    row = {"name": "beale"}
    for _ in range(count):
        row = {"name": "log", "parameters": {"surface": row}}
    return row
