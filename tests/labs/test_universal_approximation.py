"""Broken lines, staircases and trained nets: errors against closed forms, and what people draw."""

import numpy as np
import pytest
from lab_contract import Contract

from landscape import labs
from landscape.labs.functions import pieces
from landscape.labs.functions.targets import NAMED, target
from landscape.labs.universal_approximation import WIDTHS
from landscape.parameters import LandscapeError

pytestmark = pytest.mark.usefixtures("optimized")


@pytest.fixture(scope="module")
def sine():
    return labs.universal_approximation(width=32).run()


@pytest.mark.lab
def test_a_broken_line_misses_a_sine_by_its_bend(sine):
    bend = (2 * np.pi) ** 2
    errors = sine.data["spline"]
    at_128 = errors[list(WIDTHS).index(128)]
    assert at_128 == pytest.approx(bend / (8 * 128**2), rel=1e-3)
    assert at_128 == pytest.approx(3.01e-4, rel=2e-3)
    slope = np.polyfit(np.log(WIDTHS[5:]), np.log(errors[5:]), 1)[0]
    assert slope == pytest.approx(-2.0, abs=0.1)
    assert all(claim.holds is not False for claim in sine.claims)


@pytest.mark.lab
def test_what_training_leaves_is_told_apart_from_what_nets_can_express(sine):
    (told,) = [claim for claim in sine.claims if claim.sentence.startswith("Optimisation error")]
    assert told.holds is None
    assert sine.data["error"][:, -1].min() > sine.data["spline"][5]
    np.testing.assert_allclose(sine.data["error"][0, -1], np.abs(sine.data["fit"][-1] - sine.data["target"]).max())
    assert not any("rained" in claim.sentence for claim in sine.claims if claim is not told)


def test_a_drawing_is_met_exactly_where_knots_fall_on_its_points():
    found = labs.universal_approximation(target="0 1 -0.5 0.25 0", width=8).run()
    assert found.data["spline"][3] < 1e-12
    assert found.data["spline"][1] > 0.1
    assert all(claim.holds is not False for claim in found.claims)


@pytest.mark.parametrize("name", NAMED)
def test_bends_are_measured_only_where_they_exist(name):
    known = {"sine": (2 * np.pi) ** 2, "bump": 80.0}  # the bump's is at its top, 2 · 40
    f = target(name)
    if name in known:
        assert f.bend == pytest.approx(known[name], rel=1e-5)
    assert f.smooth == (name in ("sine", "bump", "chirp"))
    assert np.isfinite(f.steepest) == (name not in ("root", "step"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "drawn function is empty"),
        ("  ", "drawn function is empty"),
        ("0.5", "give 2 to 101"),
        ("0 nan 1", "not finite"),
        ("1/x", "not finite at x = 0"),
        ("sin(y)", "x is the only one"),
        ("sinus", "Did you mean 'sine'"),
        ("sin(x", "never closed"),
    ],
)
def test_what_is_no_function_is_refused_in_a_sentence(text, told):
    with pytest.raises(LandscapeError, match=told):
        labs.universal_approximation(target=text).run()


def test_widths_of_zero_are_refused():
    with pytest.raises(LandscapeError, match="width"):
        labs.universal_approximation(width=0)


def test_pieces_of_random_nets_are_those_a_fine_grid_sees():
    rng = np.random.default_rng(0)
    for _ in range(20):
        layers = [(rng.normal(size=(1, 4)), rng.normal(size=4)), (rng.normal(size=(4, 3)), rng.normal(size=3)),
                  (rng.normal(size=(3, 1)), rng.normal(size=1))]  # fmt: skip
        x = np.linspace(0.0, 1.0, 20_001)
        slopes = np.diff(pieces.forward(layers, x[:, None])[:, 0]) * 20_000
        steps = np.abs(np.diff(slopes)) > 1e-6 * np.abs(slopes).max()
        seen = 1 + int(np.sum(steps[1:] & ~steps[:-1])) + int(steps[0])  # a kink inside a cell turns two slopes
        assert pieces.pieces(layers) == seen


class TestContract(Contract):
    lab = "universal_approximation"
