"""Softmax: its identities, where it overflows, and the version that is printed wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_contract import Contract

import landscape as ls
from landscape.labs.softmax import ROWS, SQUARE, derivative, naive, printed, stable
from landscape.parameters import LandscapeError

SCORES = st.lists(st.floats(-500, 500), min_size=2, max_size=8).map(np.array)


@pytest.fixture(scope="module")
def found():
    return ls.labs.softmax().run()


@given(SCORES, st.floats(-1e3, 1e3))
def test_shares_sum_to_one_and_do_not_see_a_shift(scores, shift):
    assert stable(scores).sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(stable(scores + shift), stable(scores), atol=1e-11)


@pytest.mark.lab
@given(SCORES, st.floats(0.1, 10))
def test_the_jacobian_is_the_difference_quotient(scores, temperature):
    step = 1e-5 * temperature
    columns = [
        (stable((scores + step * unit) / temperature) - stable((scores - step * unit) / temperature)) / (2 * step)
        for unit in np.eye(len(scores))
    ]
    np.testing.assert_allclose(derivative(scores, temperature), np.array(columns).T, atol=1e-6)


@pytest.mark.lab
def test_naive_float32_overflows_at_89():
    with np.errstate(all="ignore"):
        assert np.isfinite(np.exp(np.float32(88)))
        assert np.isinf(np.exp(np.float32(89)))
        assert np.isnan(naive(np.float32([89, 0]))).any()
        assert np.isfinite(naive(np.float32([88, 0]))).all()
    assert stable(np.float32([89, 0])).tolist() == [1.0, pytest.approx(0.0, abs=1e-30)]


@pytest.mark.lab
def test_the_printed_version_fails_on_one_row_and_on_rows_far_apart():
    with pytest.raises(np.exceptions.AxisError):
        printed(np.array([1.0, 2.0]))
    with np.errstate(all="ignore"):
        assert np.isnan(printed(ROWS, keepdims=True)[0]).all()
    np.testing.assert_allclose(stable(ROWS), [[0.26894142, 0.73105858]] * 2)
    e = np.exp(SQUARE - 5.0)
    np.testing.assert_allclose(printed(SQUARE), e / e.sum(1))  # columns by the sums of rows
    assert abs(printed(SQUARE).sum(1) - 1).max() > 1


@pytest.mark.lab
def test_all_claims_hold(found):
    assert len(found.claims) >= 12
    assert all(claim.holds for claim in found.claims), [claim for claim in found.claims if not claim.holds]


def test_what_overflows_is_shown(found):
    assert not np.isfinite(found.data["naive_float32"]).all()
    assert "not a number" in found.sheet().title
    assert "the same" in ls.labs.softmax(shift=0.0).run().sheet().title
    assert "off by up to" in ls.labs.softmax(shift=-103.0).run().sheet().title  # few bits are left so near to 0
    assert np.isnan(found.data["error_float32"][900])  # 100 added
    assert found.data["error_float64"][900] < 1e-12


@pytest.mark.parametrize(
    ("scores", "temperature"), [("10000 -10000", 1e-3), ("1e4 1e4", 1e-3), ("−3 4", 1e3), ("1 1.00000001", 1.0)]
)
def test_extremes_have_results(scores, temperature):
    found = ls.labs.softmax(scores=scores, temperature=temperature, shift=-1e4).run()
    assert np.isfinite(found.data["shares"]).all()
    assert all(claim.holds for claim in found.claims), [claim for claim in found.claims if not claim.holds]


@pytest.mark.parametrize("scores", ["", "1", "1 two", "1 nan", "1 2 3 4 5 6 7 8 9", "1 1e9"])
def test_other_scores_are_told(scores):
    with pytest.raises(LandscapeError, match="2 to 8 numbers"):
        ls.labs.softmax(scores=scores).run()


class TestContract(Contract):
    lab = "softmax"
