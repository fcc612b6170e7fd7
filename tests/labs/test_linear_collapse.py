"""A deep linear net and its one matrix; the loss that is not convex."""

import importlib

import numpy as np
import pytest
from lab_contract import Contract

from landscape import labs
from landscape.parameters import LandscapeError

module = importlib.import_module("landscape.labs.linear_collapse")


@pytest.mark.lab
@pytest.mark.parametrize(("depth", "width"), [(2, 1), (3, 2), (4, 3), (8, 16), (32, 5)])
def test_a_deep_linear_net_is_one_matrix_of_bounded_rank(depth, width):
    found = labs.linear_collapse(depth=depth, width=width).run()
    assert found.data["difference"] < 1e-5
    assert np.linalg.matrix_rank(found.data["product"]) <= min(width, module.ENDS)
    layers = module.weights(depth, width, 0)
    assert [each.shape[1] for each in layers].count(width) >= 1
    x = np.random.default_rng(5).normal(size=(10, module.ENDS))
    deep = x
    for each in layers:
        deep = deep @ each
    np.testing.assert_allclose(deep, x @ found.data["product"], rtol=1e-9, atol=1e-12)
    assert found.data["linear_pieces"] == 1
    assert all(claim.holds is not False for claim in found.claims)
    trail = found.sheet().panels[1].marks[1]
    assert trail.x.size < 2_000  # pages send it all


@pytest.mark.lab
def test_zero_is_a_saddle_and_the_loss_is_not_convex():
    for depth in (2, 3, 5):
        found = labs.linear_collapse(depth=depth).run()
        bends = [[0, -1], [-1, 0]] if depth == 2 else np.zeros((depth, depth))
        np.testing.assert_array_equal(module._hessian(depth), bends)
        a, b, h = 0.3, -0.7, 1e-6
        rise = [module.height(a + h * u, b + h * v, depth) - module.height(a - h * u, b - h * v, depth)
                for u, v in ((1, 0), (0, 1))]  # fmt: skip
        np.testing.assert_allclose(module.slope(a, b, depth), np.array(rise) / (2 * h), rtol=1e-6)
        side, relief = found.data["side"], found.data["relief"]
        middle = len(side) // 2
        assert side[middle] == 0.0
        near = relief[middle - 2 : middle + 3, middle - 2 : middle + 3]
        assert near.min() < relief[middle, middle] < near.max()
        assert found.data["loss"][0] > 0.4
        assert found.data["loss"][-1] < 1e-6


def test_relu_bends_where_a_linear_net_is_straight():
    found = labs.linear_collapse(depth=4, width=12).run()
    second = np.abs(np.diff(found.data["linear"], 2)).max()
    assert second < 1e-12 * np.abs(found.data["linear"]).max() * 100
    assert np.abs(np.diff(found.data["relu"], 2)).max() > 1e-3
    assert found.data["relu_pieces"] > 3


def test_layers_and_widths_that_are_none_are_refused():
    for bad in ({"depth": 1}, {"width": 0}, {"width": 65}):
        with pytest.raises(LandscapeError, match=next(iter(bad))):
            labs.linear_collapse(**bad)


class TestContract(Contract):
    lab = "linear_collapse"
