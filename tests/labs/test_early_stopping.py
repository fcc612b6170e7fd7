"""Early stopping: what it restores, and gradient descent's shares against powers of matrices and ridge regression."""

import numpy as np
import pytest
from lab_contract import Contract

from landscape.labs import early_stopping as entry
from landscape.labs.fitting.shrinking import COLUMNS, MOMENTS, ROWS, shrinking
from landscape.parameters import LandscapeError


@pytest.fixture(scope="module")
def found():
    return entry(steps=1500).run()


@pytest.mark.lab
def test_restored_weights_meet_watched_rows_no_worse_than_the_last(found):
    data = found.data
    assert (data["validation_restored"] <= data["validation"][:, -1]).sum() >= 8
    assert (data["test_restored"] < data["test"][:, -1]).sum() >= 8
    assert all(claim.holds is not False for claim in found.claims), found.claims


def test_it_stops_when_patience_runs_out_and_gives_back_the_best(found):
    data, patience = found.data, 200
    for row in range(10):
        seen = data["times"] <= data["stopped"][row]
        assert data["validation_restored"][row] == data["validation"][row][seen].min()
        assert data["stopped"][row] - data["best"][row] >= patience or data["stopped"][row] == data["times"][-1]


def test_more_patience_never_stops_sooner(found):
    patient = entry(steps=1500, patience=1000).run()
    assert (patient.data["stopped"] >= found.data["stopped"]).all()
    assert (patient.data["validation_restored"] <= found.data["validation_restored"]).all()
    np.testing.assert_array_equal(patient.data["validation"], found.data["validation"])


@pytest.mark.lab
def test_shares_of_descent_are_exact_and_nearly_those_of_ridge():
    rng = np.random.default_rng([0, 3])
    x = rng.normal(size=(ROWS, COLUMNS)) * np.geomspace(1.0, 0.01, COLUMNS)
    y = x @ rng.normal(size=COLUMNS) + 0.4 * rng.normal(size=ROWS)
    h, solved = x.T @ x / ROWS, np.linalg.lstsq(x, y, rcond=None)[0]
    shrunk = shrinking(0.4, 0)
    values, directions = np.linalg.eigh(h)
    for moment in (0, 30, len(MOMENTS) - 1):
        t = int(MOMENTS[moment])
        walked = solved - np.linalg.matrix_power(np.eye(COLUMNS) - shrunk.rate * h, t) @ solved
        ridge = np.linalg.solve(h + np.eye(COLUMNS) / (shrunk.rate * t), x.T @ y / ROWS)
        shares = (directions.T @ walked) / (directions.T @ solved)
        np.testing.assert_allclose(shrunk.walked[moment], shares, atol=1e-9)
        np.testing.assert_allclose(shrunk.closed[moment], shares, atol=1e-9)
        kept = (directions.T @ ridge) / (directions.T @ solved)
        np.testing.assert_allclose(shrunk.ridge(values)[moment], kept, atol=1e-9)
    risk = shrunk.risk(shrunk.closed) / shrunk.risk(shrunk.ridge(values))
    assert risk.max() < 1.69


@pytest.mark.parametrize("bad", [{"patience": 0}, {"n": 2}, {"steps": 10}, {"steps": 250}, {"learning_rate": -0.1}])
def test_what_cannot_be_trained_is_refused(bad):
    with pytest.raises(LandscapeError, match=next(iter(bad))):
        entry(**bad)


class TestContract(Contract):
    lab = "early_stopping"
