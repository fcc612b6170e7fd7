"""The lab of gradient noise: σ²/B, and Kramers' law for leaving a well."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs.rates import escape, toy


@pytest.fixture(scope="module")
def found():
    return ls.labs.gradient_noise().run()


@pytest.mark.lab
def test_variance_times_batch_size_is_constant_within_a_tenth(found):
    products = found.data["variance"] * found.data["batch_sizes"]
    assert np.ptp(products) / products.mean() < 0.1
    assert products.mean() == pytest.approx(escape.slopes("circle").var(axis=0).sum(), rel=0.05)


@pytest.mark.lab
def test_escapes_rise_with_the_rate_over_the_batch_and_follow_kramers(found):
    order = np.argsort(found.data["ratio"])
    assert np.all(np.diff(found.data["escaped"].mean(axis=0)[order]) > 0)
    x, y = np.tile(escape.INVERSE, 3), np.log(found.data["mean_time"]).ravel()
    assert np.corrcoef(x, y)[0, 1] ** 2 > 0.98
    assert np.polyfit(x, y, 1)[0] == pytest.approx(1.0, abs=0.15)


def test_without_replacement_the_variance_is_that_of_a_finite_population():
    sizes, variance, single = escape.variances("circle", False, 3, 1500)
    rows = len(toy.rows("circle")[1])
    np.testing.assert_allclose(variance, single / sizes * (rows - sizes) / (rows - 1), rtol=0.1)


def test_slopes_of_rows_have_the_whole_gradient_as_mean_and_times_know_what_was_not_seen():
    assert escape.mean_time(np.array([1.0, 3.0, np.inf])) == pytest.approx((4.0 + escape.HORIZON) / 2)
    whole = escape.slopes("circle").mean(axis=0)
    assert whole.shape == (337,)
    with pytest.raises(ls.LandscapeError, match="outside 1"):
        ls.labs.gradient_noise(batch=0)


class TestContract(Contract):
    lab = "gradient_noise"
