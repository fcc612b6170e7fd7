"""When not to use a network: who wins where, least squares beside scikit-learn's, and its expected error."""

import sys

import numpy as np
import pytest
from lab_contract import Contract
from sklearn.linear_model import LinearRegression

from landscape.labs import linear_data as entry
from landscape.labs.fitting import tables
from landscape.parameters import LandscapeError

OLS, FOREST, NET = 0, 2, 4


@pytest.fixture(scope="module")
def found():
    return entry(trees=10).run()


@pytest.mark.lab
def test_least_squares_is_no_worse_than_a_network_on_linear_data(found):
    linear = found.data["error"][:, 0]
    assert (linear[:, OLS] <= linear[:, NET]).sum() >= 9
    assert entry.question.right(found) == 0


@pytest.mark.lab
def test_elsewhere_the_network_or_the_forest_wins(found):
    product, steps = found.data["error"][:, 1], found.data["error"][:, 2]
    assert (product[:, NET] < product[:, [OLS, FOREST]].min(axis=1)).sum() >= 9
    assert (steps[:, FOREST] < steps[:, [OLS, NET]].min(axis=1)).sum() >= 8
    assert all(claim.holds is not False for claim in found.claims), found.claims


def test_least_squares_is_what_scikit_learn_has(found):
    x, y = tables.table("linear", 50, 5, 0.5, 2)
    model = LinearRegression().fit(x[:50], y[:50])
    assert found.data["error"][2, 0, OLS] == pytest.approx(np.mean((model.predict(x[50:]) - y[50:]) ** 2))


def test_the_expected_error_is_the_mean_over_tables():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 12, 3))
    rows = np.concatenate([np.ones((4000, 12, 1)), x], axis=2)
    off = (np.linalg.pinv(rows) @ rng.normal(size=(4000, 12, 1)))[..., 0]
    errors = 1.0 + (off**2).sum(axis=1)  # of a new row whose columns are normal, with an intercept
    assert errors.mean() == pytest.approx(tables.expected(12, 3, 1.0), abs=4.0 * errors.std() / np.sqrt(4000))


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(LandscapeError, match=r"pip install 'landscape\[learn\]'"):
        entry(seed=77, seeds=2).run()


@pytest.mark.parametrize("bad", [{"n": 5}, {"columns": 1}, {"width": 0}, {"trees": 0}, {"seeds": 1}])
def test_what_is_no_table_is_refused(bad):
    with pytest.raises(LandscapeError, match=next(iter(bad))):
        entry(**bad)


class TestContract(Contract):
    lab = "linear_data"
