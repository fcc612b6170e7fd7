"""Sawtooth and square by composed tents: pieces, errors and parameters, counted in other ways."""

import numpy as np
import pytest
from lab_contract import Contract

from landscape import labs
from landscape.labs import deep_against_shallow as lab
from landscape.labs.functions import pieces
from landscape.parameters import LandscapeError

module = __import__("importlib").import_module("landscape.labs.deep_against_shallow")
DEPTHS = range(1, 9)


def tents(depth, x):
    for _ in range(depth):
        x = np.where(x < 0.5, 2 * x, 2 - 2 * x)
    return x


@pytest.mark.lab
@pytest.mark.parametrize("depth", DEPTHS)
def test_pieces_double_with_every_layer(depth):
    net = module.deep("sawtooth", depth)
    x = np.arange(2 ** (depth + 2) + 1) / 2 ** (depth + 2)
    values = pieces.forward(net, x[:, None])[:, 0]
    np.testing.assert_array_equal(values, tents(depth, x))  # dyadic numbers: exact
    slopes = np.diff(values) * 2 ** (depth + 2)
    assert 1 + np.count_nonzero(np.diff(slopes)) == pieces.pieces(net) == 2**depth
    np.testing.assert_array_equal(module.exact("sawtooth", x, depth), values)


@pytest.mark.lab
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_square_is_missed_by_a_quarter_of_a_quarter_for_each_layer(depth):
    net = module.deep("square", depth)
    x = np.linspace(0.0, 1.0, 2 ** (depth + 1) + 1)  # ends and middles of pieces
    error = np.abs(pieces.forward(net, x[:, None])[:, 0] - x**2).max()
    assert error == pytest.approx(2.0 ** -(2 * depth + 2), abs=1e-7)
    assert error == pytest.approx(2.0 ** -(2 * depth + 2), rel=1e-9)


@pytest.mark.lab
@pytest.mark.parametrize("target", ["sawtooth", "square"])
def test_both_nets_have_the_same_number_of_parameters_and_say_so(target):
    for depth in DEPTHS:
        built = module._built(target, depth)
        width = 2 if target == "sawtooth" else 3
        counted = 2 * width + (depth - 1) * (width**2 + width) + width + 1
        assert built["parameters"][-1] == counted == 3 * built["shallow_units"][-1] + 1
        assert f"= {counted}." in module._counted(target, depth, built["parameters"], built["shallow_units"])


@pytest.mark.lab
def test_few_pieces_miss_the_teeth_by_a_half_even_when_trained():
    told = []
    found = lab(depth=5).run(told.append)
    assert told[0].finding.done is False
    assert found.data["trained_shallow_error"].min() >= 0.5 - 1e-3
    assert np.all(found.data["trained_shallow_pieces"] <= found.data["shallow_pieces"][-1])
    assert all(claim.holds is not False for claim in found.claims)


def test_the_shallow_net_is_ahead_until_the_fourth_layer():
    built = module._built("square", 8)
    assert list(built["error"] < built["shallow_error"]) == [False] * 3 + [True] * 5
    units = int(built["shallow_units"][2])
    x, knots = np.linspace(0, 1, 20 * units + 1), np.arange(units + 1) / units
    assert built["shallow_error"][2] == pytest.approx(np.abs(np.interp(x, knots, knots**2) - x**2).max(), rel=1e-9)


def test_depths_that_are_none_are_refused():
    for bad in (0, 9, 2.5):
        with pytest.raises(LandscapeError, match="depth"):
            labs.deep_against_shallow(depth=bad)


class TestContract(Contract):
    lab = "deep_against_shallow"
