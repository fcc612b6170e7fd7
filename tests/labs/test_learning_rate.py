"""The lab of learning rates: the three regimes, the best rate and the border, against closed forms."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls


@pytest.fixture(scope="module")
def found():
    return ls.labs.learning_rate().run()


@pytest.mark.lab
@pytest.mark.parametrize(("at", "rate", "factor"), [(3, 0.19, -0.9), (4, 0.20, -1.0), (5, 0.21, -1.1)])
def test_three_regimes_where_the_curvature_is_ten(found, at, rate, factor):
    assert found.data["rates"][at] == pytest.approx(rate, rel=1e-12)
    y = found.data["paths"][at, :, 1]
    np.testing.assert_allclose(y, y[0] * factor ** np.arange(len(y)), rtol=1e-11)
    if factor == -1.0:
        np.testing.assert_array_equal(np.abs(y), abs(y[0]))


@pytest.mark.lab
@pytest.mark.parametrize("condition", [3.0, 10.0, 100.0])
def test_the_best_rate_is_two_over_one_plus_k_within_a_cell(condition):
    data = ls.labs.learning_rate(condition=condition, steps=120).run().data
    cells = data["rates"][len(data["paths"]) :]
    at = int(np.argmin(np.abs(np.log(cells / (2.0 / (1.0 + condition))))))
    assert abs(int(np.flatnonzero(cells == data["best"])[0]) - at) <= 1
    assert data["first_beyond"] == cells[cells > 2.0 / condition][0]


@pytest.mark.parametrize(("condition", "steps"), [(1.0, 200), (1e4, 2), (63.4, 10)])
def test_the_steadiest_rate_is_the_same_after_any_number_of_steps(condition, steps):
    claims = ls.labs.learning_rate(condition=condition, steps=steps).run().claims
    assert all(claim.holds for claim in claims), claims


def test_losses_are_those_of_the_paths_and_all_claims_hold(found):
    x, y = np.moveaxis(found.data["paths"], 2, 0)
    np.testing.assert_allclose(found.data["gaps"][: len(x)], 0.5 * (x**2 + 10.0 * y**2), rtol=1e-12)
    assert all(claim.holds for claim in found.claims)


def test_runs_that_overflow_are_shown_and_what_is_not_legal_is_refused():
    far = ls.labs.learning_rate(learning_rate=1000.0, steps=200).run()
    assert not np.isfinite(far.data["gaps"][0, -1])
    far.figure()
    with pytest.raises(ls.LandscapeError, match="is not one of the options"):
        ls.labs.learning_rate(surface="plane")
    with pytest.raises(ls.LandscapeError, match="outside 2"):
        ls.labs.learning_rate(steps=0)


class TestContract(Contract):
    lab = "learning_rate"
