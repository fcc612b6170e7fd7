"""Zero or perpendicular: angles from values, steps along level lines, critical points, and the ReLU unit."""

import importlib

import jax
import numpy as np
import pytest
from lab_contract import Contract

from landscape import labs
from landscape.labs.functions import rectifier
from landscape.parameters import LandscapeError

module = importlib.import_module("landscape.labs.level_set")
# Himmelblau's nine points of zero slope, as printed in many places: four minima, four saddles, one maximum.
KNOWN = np.array([(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127),
                  (-0.270845, -0.923039), (0.086678, 2.884255), (-3.073026, -0.081353),
                  (3.385154, 0.073852), (-0.127961, -1.953715)])  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return labs.level_set().run()


@pytest.mark.lab
def test_gradients_are_perpendicular_to_level_lines_found_from_values(found):
    angles = found.data["surface_angles"]
    assert np.isfinite(angles).mean() > 0.95
    assert np.nanmax(np.abs(angles - 90.0)) < 0.5
    assert found.data["angle"] == pytest.approx(90.0, abs=0.1)
    assert all(claim.holds is not False for claim in found.claims)


@pytest.mark.lab
def test_a_step_along_the_level_line_changes_less_and_less(found):
    x, y = 1.0, -2.0
    g = np.array([4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)])
    np.testing.assert_allclose(found.data["gradient"], g, rtol=1e-12)

    def f(p):
        return (p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2

    size, p = np.linalg.norm(g), np.array([x, y])
    t = np.array([-g[1], g[0]]) / size
    shares = [abs(f(p + eps * t) - f(p)) / (size * eps) for eps in module.EPSILONS]
    np.testing.assert_allclose(found.data["along"], shares, rtol=1e-4)
    by_tens = found.data["along"][2::2]
    np.testing.assert_allclose(by_tens[:-1] / by_tens[1:], 10.0, rtol=0.05)


@pytest.mark.lab
def test_gradients_vanish_only_near_critical_points(found):
    critical = found.data["surface_critical"]
    assert len(critical) == len(KNOWN)
    assert max(np.abs(critical - each).max(axis=1).min() for each in KNOWN) < 1e-5
    cell = 2 * module.REACH / (module.FINE - 1)
    small = found.data["surface_small"]
    assert len(small) > 0
    assert max(np.abs(KNOWN - each).max(axis=1).min() for each in small) <= cell


@pytest.mark.lab
def test_a_relu_unit_has_two_gradients_and_a_crease():
    for direction, bias in ((30.0, 0.5), (-120.0, 0.0), (77.0, -1.3)):
        unit = rectifier.measured(direction, bias)
        gradients = unit["unit_gradients"][unit["away"]]
        sides = unit["unit_points"][unit["away"]] @ unit["weights"] + bias > 0
        np.testing.assert_array_equal(gradients, np.where(sides[:, None], unit["weights"], 0.0))
        assert unit["crease"] == "crease"
        assert np.isnan(unit["crease_gradient"]).all()
    assert float(jax.grad(jax.nn.relu)(0.0)) == unit["relu_at_zero"] == 0.0


def test_a_point_of_zero_gradient_is_told_and_drawn():
    told = labs.level_set(x=3.0, y=2.0).run()
    assert told.data["kind"] == "stationary"
    assert "zero" in told.sheet().title
    assert all(claim.holds is not False for claim in told.claims)


def test_where_the_level_line_is_straight_the_step_stays_on_it():
    told = labs.level_set(surface="saddle", x=4.0, y=-4.0).run()
    assert any("straight" in claim.sentence for claim in told.claims)
    assert all(claim.holds is not False for claim in told.claims)


def test_points_outside_the_view_are_refused():
    for bad in (5.0, np.nan):
        with pytest.raises(LandscapeError, match="x="):
            labs.level_set(x=bad)


class TestContract(Contract):
    lab = "level_set"
