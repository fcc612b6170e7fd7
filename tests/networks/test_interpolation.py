"""Lines and trained curves between solutions: barriers known in closed form, and ends to the last bit."""

import jax.numpy as jnp
import numpy as np
import pytest

from landscape import Box, LandscapeError
from landscape.mlp.entry import network
from landscape.networks import connectivity, interpolation, paths
from landscape.surface import Surface

WELL = Surface.from_function(lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2, domain=Box.cube(3.0, 2), name="double_well")
RING = Surface.from_function(
    lambda x: (x[0] ** 2 + x[1] ** 2 - 1) ** 2 + jnp.sum(x[2:] ** 2), domain=Box.cube(3.0, 4), name="ring"
)
LEFT, RIGHT = (-1.0, 0.0), (1.0, 0.0)


def test_the_barrier_of_a_double_well_is_that_of_its_formula():
    line = interpolation.line(WELL, LEFT, RIGHT, resolution=21, extend=0.5)
    assert line.barrier == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(line.t, np.linspace(-0.5, 1.5, 41), atol=1e-15)
    np.testing.assert_allclose(line.loss, ((2 * line.t - 1) ** 2 - 1) ** 2, atol=1e-12)
    assert line.ends["loss"] == (0.0, 0.0)
    assert "rises by 1 above" in line.told


def test_a_barrier_is_measured_from_the_line_between_unequal_ends():
    slope = Surface.from_function(lambda x: 5 * x[0] + jnp.where(x[0] > 0.9, -1.0, 0.0), domain=Box.cube(3.0, 2))
    line = interpolation.line(slope, (0.0, 0.0), (1.0, 0.0), resolution=11)  # 5t, but 4 at the end
    assert line.barrier == pytest.approx(0.9, rel=1e-12)  # 4.5 at t = 0.9, where the line between the ends is at 3.6
    straight = interpolation.line(slope, (0.0, 0.0), (-1.0, 1.0), resolution=11)
    assert straight.barrier == pytest.approx(0.0, abs=1e-14)


def test_a_single_name_may_be_wanted():
    assert interpolation.line(WELL, LEFT, RIGHT, resolution=3, wants="loss").values.keys() == {"loss"}


def test_what_is_not_finite_in_between_is_kept_and_is_an_infinite_barrier():
    torn = Surface.from_function(lambda x: jnp.log(jnp.abs(x[0])) - jnp.sqrt(x[1]), domain=Box.cube(3.0, 2))
    line = interpolation.line(torn, (-1.0, 0.0), (1.0, 0.0), resolution=5, wants=["loss"])
    assert line.loss[2] == -np.inf
    assert line.barrier == np.inf


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_ends_have_the_bits_of_the_solutions_and_accuracy_has_a_barrier_too(kind):
    net = network(hidden="2", points=60)
    random = np.random.default_rng(3)
    a, b = (random.normal(size=net.dim).astype(kind) for _ in range(2))
    for each in (a, b):
        each.setflags(write=False)
    line = interpolation.line(net, a, b, resolution=7, extend=0.2)
    assert line.a.dtype == kind
    for end, x in zip((0, 1), (a, b), strict=True):
        alone = paths.values(net, x, ("loss", "accuracy"))
        for name, found in line.ends.items():
            assert found[end] == alone[name][0]
    fall = np.max((1 - line.t) * line.ends["accuracy"][0] + line.t * line.ends["accuracy"][1] - line.values["accuracy"],
                  where=(line.t >= 0) & (line.t <= 1), initial=0.0)  # fmt: skip
    assert line.barriers["accuracy"] == pytest.approx(fall)


def test_points_of_a_line_hold_both_ends_exactly():
    random = np.random.default_rng(0)
    first, last = random.normal(size=(2, 1000)).astype(np.float32) * [[1e-3], [1e3]]
    first, last = first.astype(np.float32), last.astype(np.float32)
    points = interpolation.between(first, last, interpolation.moments(11, 0.3))
    np.testing.assert_array_equal(points[[3, 13]], [first, last])
    assert points.dtype == np.float32


def test_a_bezier_curve_finds_the_ring_shaped_valley():
    a, b = (-1.0, 0, 0, 0), (1.0, 0, 0, 0)
    curve = connectivity.curve(RING, a, b, steps=600)
    assert curve.straight.barrier == pytest.approx(1.0)
    # With control (0, c) the loss is (c²w²/4 − w)², w = 4t(1 − t); its mean is least at c² = 4.5 (from beta functions).
    assert abs(curve.control[1]) == pytest.approx(np.sqrt(4.5), abs=0.05)
    np.testing.assert_allclose(curve.control[[0, 2, 3]], 0.0, atol=0.05)
    assert curve.along.barrier == pytest.approx(1 / 4.5**2, abs=0.02)
    assert curve.along.ends["loss"] == curve.straight.ends["loss"] == (0.0, 0.0)
    assert curve.history[-50:].mean() < 0.1 * curve.history[:5].mean()
    np.testing.assert_allclose(curve.plane.distance([a, b, curve.control]), 0.0, atol=1e-12)
    np.testing.assert_allclose(curve.plane.points(*curve.path.T)[[0, -1]], [a, b], atol=1e-12)
    again = connectivity.curve(RING, a, b, steps=600)
    np.testing.assert_array_equal(curve.control, again.control)


def test_a_chain_has_its_corner_at_the_control_point():
    curve = connectivity.curve(RING, (-1.0, 0, 0, 0), (1.0, 0, 0, 0), shape="chain", steps=600)
    corner = curve.plane.points(*curve.path[25])
    np.testing.assert_allclose(corner, curve.control, atol=1e-12)
    assert curve.along.barrier < 0.3
    np.testing.assert_allclose(curve.plane.points(*curve.path[10]), 0.6 * curve.along.a + 0.4 * corner, atol=1e-12)


def test_a_curve_searches_minibatches_where_there_are_any_and_is_measured_on_all_data():
    net = network(hidden="2", points=60)
    random = np.random.default_rng(3)
    a, b = random.normal(size=(2, net.dim)).astype(np.float32)
    curve = connectivity.curve(net, a, b, steps=30, resolution=5)
    assert curve.control.dtype == np.float32
    assert curve.along.values.keys() == {"loss", "accuracy"}
    assert curve.along.ends == curve.straight.ends


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: interpolation.line(WELL, LEFT, LEFT), "a and b are the same solution"),
        (lambda: interpolation.line(WELL, LEFT, RIGHT, resolution=1), "resolution=1 is not a whole number"),
        (lambda: interpolation.line(WELL, LEFT, RIGHT, extend=-1), "extend=-1 is not in 0"),
        (
            lambda: interpolation.line(WELL, LEFT, RIGHT, wants=["loss", "los"]),
            "no measure 'los'. Did you mean 'loss'?",
        ),
        (lambda: interpolation.line(WELL, LEFT, RIGHT, wants=[]), "leaves out the loss"),
        (lambda: interpolation.line(WELL, LEFT, RIGHT, wants="los"), "leaves out the loss"),
        (lambda: interpolation.line(WELL, LEFT, RIGHT, wants=3), "wants=3 is no list of names"),
        (lambda: interpolation.line(WELL, LEFT, (1.0,)), r"b has the shape \(1,\)"),
        (lambda: connectivity.curve(WELL, LEFT, LEFT), "a and b are the same solution"),
        (lambda: connectivity.curve(WELL, LEFT, RIGHT, shape="arc"), "not one of the options: bezier, chain"),
        (lambda: connectivity.curve(WELL, LEFT, RIGHT, rate=-1.0), "outside"),
    ],
)
def test_what_has_no_line_is_refused(make, words):
    with pytest.raises(LandscapeError, match=words):
        make()


def test_a_curve_needs_slopes():
    plain = Surface.from_callable(lambda x: float(x[0] ** 2), domain=Box.cube(3.0, 2), name="plain")
    assert interpolation.line(plain, LEFT, (2.0, 0.0), resolution=3).loss == pytest.approx([1.0, 0.25, 4.0])
    with pytest.raises(LandscapeError, match="slopes"):
        connectivity.curve(plain, LEFT, RIGHT)
