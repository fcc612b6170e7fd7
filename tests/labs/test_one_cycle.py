"""The lab of the one-cycle policy: the exact shape of the schedule, and the honest answer."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs.rates import toy

pytestmark = pytest.mark.usefixtures("optimized")


@pytest.fixture(scope="module")
def found():
    return ls.labs.one_cycle(peaks=1).run()


@pytest.mark.lab
def test_the_cycle_starts_peaks_and_ends_where_it_should(found):
    rate, momentum = found.data["plans"][3]
    assert rate[0] == pytest.approx(0.2 / 25.0, rel=1e-12)
    assert rate[-1] == pytest.approx(0.2 / (25.0 * 1e4), rel=1e-6)
    assert abs(rate.argmax() - 0.3 * 599) <= 1
    assert rate.max() == pytest.approx(0.2, rel=1e-4)
    assert np.all(np.diff(rate[:180]) > 0)
    assert np.all(np.diff(rate[181:]) < 0)
    assert momentum.argmin() == rate.argmax()
    assert (momentum[0], momentum[-1]) == (pytest.approx(0.95), pytest.approx(0.95))


@pytest.mark.lab
def test_a_third_of_the_steps_is_enough_or_the_figure_says_that_it_is_not(found):
    best = found.data["constant"][:, -1].mean()
    third = found.data["losses"][4 + 3, :, -1].mean()
    claim = next(claim for claim in found.claims if "third of the steps" in claim.sentence)
    assert claim.holds == (third <= best)
    assert ("not a third" in found.sheet().title) == (found.data["share"] > 1 / 3 and np.isfinite(found.data["share"]))
    assert found.data["losses"].shape[1] == 10


def test_the_toy_network_follows_its_gradient():
    """One step of heavy ball by hand, from slopes by finite differences."""
    x, y = toy.rows("xor")
    layers, picks = toy.begun(1, 5, len(y))
    layers = [(np.float64(w[0]), np.float64(b[0])) for w, b in layers]

    def loss(layers, x, y):
        for w, b in layers[:-1]:
            x = np.tanh(x @ w + b)
        return np.mean(np.log1p(np.exp(-y * (x @ layers[-1][0] + layers[-1][1])[:, 0])))

    rates = np.zeros((1, 5))
    rates[0, 0] = 0.1
    found = toy.trained("xor", rates, np.zeros((1, 5)), 1)[0, 0]
    assert found[0] == pytest.approx(loss(layers, x, y), rel=1e-5)
    rows, moved = picks[0, 0], [(w.copy(), b.copy()) for w, b in layers]
    for (w, b), (v, c) in zip(layers, moved, strict=True):
        for array, out in ((w, v), (b, c)):
            for place in np.ndindex(array.shape):
                old = array[place]
                sides = []
                for side in (1e-5, -1e-5):
                    array[place] = old + side
                    sides.append(loss(layers, x[rows], y[rows]))
                array[place] = old
                out[place] -= 0.1 * (sides[0] - sides[1]) / 2e-5
    assert found[1] == pytest.approx(loss(moved, x, y), rel=1e-4)


class TestContract(Contract):
    lab = "one_cycle"
