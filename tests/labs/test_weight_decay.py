"""Weight decay: ends against least squares on stretched rows, AdamW's long run, and errors recomputed draw by draw."""

import jax
import numpy as np
import pytest
from lab_contract import Contract

from landscape import optimizers, run
from landscape.labs import weight_decay as entry
from landscape.labs.fitting import ridges
from landscape.parameters import LandscapeError
from landscape.schedules import cosine

FOUND = entry.factory.__globals__


@pytest.fixture(scope="module")
def found():
    return entry().run()


def stretched(penalty: float) -> np.ndarray:
    """Ridge regression as ordinary least squares: √(n λ) times the identity is set under the rows."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2)) @ np.array([[1.0, 0.8], [0.0, 0.6]])
    y = x @ np.array([1.4, -1.0]) + 0.5 * rng.normal(size=30)
    rows = np.vstack([x, np.sqrt(30 * penalty) * np.eye(2)])
    return np.linalg.lstsq(rows, np.concatenate([y, np.zeros(2)]), rcond=None)[0]


@pytest.mark.lab
def test_with_an_l2_penalty_weights_converge_to_ridge_regression(found):
    for slot in (1, 2):
        np.testing.assert_allclose(found.data["ends"][slot], stretched(0.3), atol=1e-4)
    np.testing.assert_allclose(found.data["ends"][0], stretched(0.0), atol=1e-4)


@pytest.mark.lab
def test_adam_with_l2_is_not_adamw(found):
    ends = found.data["ends"]
    assert np.abs(ends[2] - ends[3]).max() > 0.1
    assert entry.question.right(found) == 1
    assert all(claim.holds is not False for claim in found.claims), found.claims


@pytest.mark.lab
def test_adamw_goes_on_to_the_least_error_within_the_box():
    h, g = FOUND["_problem"](0.8, 0.5, 0)
    numbers = {"h11": h[0, 0], "h12": h[0, 1], "h22": h[1, 1], "g1": g[0], "g2": g[1]}
    with jax.enable_x64(True):
        surface = ridges.ridge_loss(**{name: float(value) for name, value in numbers.items()})
        method = optimizers.adamw(learning_rate=cosine(peak=0.1, end=0.0), weight_decay=1.25)
        end = run(surface, method, np.zeros(2), steps=30_000, thin=30_000).positions[-1, 0]
    boxed = ridges.boxed(h, g, 0.8)
    assert np.abs(boxed).max() == pytest.approx(0.8)
    np.testing.assert_allclose(end, boxed, atol=0.03)
    side = np.linspace(-0.8, 0.8, 801)
    w = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    best = w[(0.5 * np.einsum("ni,ij,nj->n", w, h, w) - w @ g).argmin()]
    np.testing.assert_allclose(boxed, best, atol=0.002)


def test_errors_of_ridge_regression_are_those_of_its_weights():
    rng = np.random.default_rng([3, 7])
    x = rng.normal(size=(ridges.DRAWS, ridges.ROWS, ridges.COLUMNS))
    truth = rng.normal(size=(ridges.DRAWS, ridges.COLUMNS)) / np.sqrt(ridges.COLUMNS)
    y = np.einsum("dnc,dc->dn", x, truth) + 0.5 * rng.normal(size=(ridges.DRAWS, ridges.ROWS))
    h, g = x[4].T @ x[4] / ridges.ROWS, x[4].T @ y[4] / ridges.ROWS
    weights = np.linalg.solve(h + 0.2 * np.eye(ridges.COLUMNS), g)
    here = ridges.errors(0.5, 3, 0.2)
    assert here.training[4, 0] == pytest.approx(np.mean((x[4] @ weights - y[4]) ** 2))
    assert here.test[4, 0] == pytest.approx(((weights - truth[4]) ** 2).sum() + 0.25)
    assert here.norm[4, 0] == pytest.approx(np.linalg.norm(weights))


def test_without_decay_all_end_at_least_squares():
    found = entry(decay=0.0).run()
    assert np.abs(found.data["ends"] - stretched(0.0)).max() < 1e-4
    assert entry.question.right(found) == 0


def test_an_adamw_that_overflows_is_shown_and_not_judged():
    found = entry(decay=1000.0, learning_rate=10.0).run()
    assert "beyond all numbers" in found.sheet().title
    assert entry.question.right(found) == 1
    assert not any("AdamW" in claim.sentence for claim in found.claims)


@pytest.mark.parametrize("bad", [{"decay": -1.0}, {"correlation": 1.0}, {"learning_rate": 0.0}, {"noise": np.inf}])
def test_what_is_no_regression_is_refused(bad):
    with pytest.raises(LandscapeError, match=next(iter(bad))):
        entry(**bad)


class TestContract(Contract):
    lab = "weight_decay"
