"""Overfitting: every degree against NumPy's own fit, the sums that must come out, and double descent's closed form."""

import numpy as np
import pytest
from lab_contract import Contract
from numpy.polynomial import Polynomial

from landscape.labs import overfitting as entry
from landscape.labs.fitting import descent, polynomials
from landscape.parameters import LandscapeError


@pytest.fixture(scope="module")
def found():
    return entry(steps=400).run()


@pytest.mark.lab
def test_the_error_on_new_rows_is_least_inside(found):
    test, own = found.data["test_error"], found.data["training_error"]
    assert 0 < test.argmin() < len(test) - 1
    assert (np.diff(own) < 0).all()
    assert entry.question.right(found) == 1


@pytest.mark.lab
def test_the_gap_shrinks_with_rows(found):
    gap = (found.data["size_test"] - found.data["size_training"])[:, 4]
    assert gap[-1] < 0.3 * gap[0]
    same_places = np.polyfit(np.log(found.data["sizes"]), np.log(found.data["size_optimism"][:, 4]), 1)[0]
    assert same_places == pytest.approx(-1.0, abs=0.15)
    nets = (found.data["net_errors"][..., 1] - found.data["net_errors"][..., 0]).mean(axis=0)[6:]
    assert nets[-1] < nets[0]


@pytest.mark.lab
def test_all_that_it_claims_holds(found):
    assert all(claim.holds is not False for claim in found.claims), found.claims


def test_every_degree_is_the_fit_that_numpy_makes():
    rows, fits = polynomials.rows("bump", 30, 0.2, 12, 3), polynomials.fits("bump", 30, 0.2, 12, 3)
    for draw, degree in ((0, 0), (5, 3), (11, 14)):
        fit = Polynomial.fit(rows.x[draw], rows.y[draw], degree)
        np.testing.assert_allclose(fits.on_grid[draw, :, degree], fit(polynomials.GRID), rtol=1e-6, atol=1e-8)
        error = np.mean((fit(rows.x[draw]) - rows.y[draw]) ** 2)
        assert fits.training[draw, degree] == pytest.approx(error, rel=1e-8)
    bias, variance = polynomials.bias_and_variance("bump", fits)
    np.testing.assert_allclose(fits.exact.mean(axis=0), bias + variance, rtol=1e-9)


def test_without_noise_more_degrees_are_better():
    found = entry(noise=0.0, draws=20, steps=400).run()
    assert found.data["test_error"][-1] < 1e-12
    assert entry.question.right(found) == 0


def test_the_shortest_weights_that_fit_are_expected_where_theory_says():
    risks, counts = descent.risks(20, 0.5, 4), descent.counts(20)
    expected = descent.expected(20, 0.5, counts)
    assert np.isinf(descent.expected(20, 0.5, np.array([19, 20, 21]))).all()
    calm = np.abs(counts - 20) > 5  # beside the peak, means of few draws are ruled by single ones
    error = risks.std(axis=0, ddof=1) / np.sqrt(len(risks))
    assert (np.abs(risks.mean(axis=0) - expected) < 4.0 * error)[calm].all()


@pytest.mark.parametrize("bad", [{"degree": 15}, {"n": 4}, {"noise": -0.1}, {"target": "saw"}])
def test_what_cannot_be_fitted_is_refused(bad):
    with pytest.raises(LandscapeError, match=next(iter(bad))):
        entry(**bad)


class TestContract(Contract):
    lab = "overfitting"
