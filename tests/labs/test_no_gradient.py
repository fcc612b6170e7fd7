"""Search without slopes: who reaches 0.01 on stairs, mixed variables and ripples."""

from importlib import import_module

import numpy as np
import pytest
from lab_contract import Contract

from landscape.labs import no_gradient
from landscape.parameters import LandscapeError

lab = import_module("landscape.labs.no_gradient")


@pytest.mark.lab
@pytest.mark.parametrize(("surface", "zero"), [("rastrigin", 0.0), ("mixed variables", 0.5)])
def test_populations_succeed_where_gradient_descent_does_not(surface, zero):
    found = no_gradient(surface=surface, generations=35).run()
    assert (found.data["success"][1:] >= 8).all()
    assert found.data["success"][0] <= 2
    assert found.data["zero"] == zero
    reached = (found.data["gap"].min(axis=2) <= 1e-2).sum(axis=1)
    np.testing.assert_array_equal(reached, found.data["success"])
    assert no_gradient.question.right(found) == 1  # one variable moves; a ripple leads to its bottom


@pytest.mark.lab
def test_on_stairs_every_gradient_is_zero_and_descent_stands_still():
    assert lab.zeros("stairs", 0) == 1.0
    paths, gap, first = lab.walked("stairs", 0, 0.002, 4, 5, 3, 0)
    assert paths.shape == (3, 5, 1, 2)
    assert np.ptp(paths, axis=1).max() == 0.0
    assert (gap[:, 0] >= 1.0).all()  # none of the starts lies on the lowest step
    np.testing.assert_array_equal(gap, gap[:, :1].repeat(5, axis=1))
    assert [lab._answer(first, end) for end in (gap[:, -1], 0.9 * first, 0.0 * first)] == [2, 1, 0]


def test_bad_input_is_refused():
    for values in ({"surface": "sphere"}, {"seeds": 0}, {"learning_rate": -1.0}, {"generations": 1}):
        with pytest.raises(LandscapeError, match=next(iter(values))):
            no_gradient(**values)


class TestContract(Contract):
    lab = "no_gradient"
