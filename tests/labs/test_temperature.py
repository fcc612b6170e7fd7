"""The lab of temperatures: Hajek's border and Boltzmann's law, against exact and independent computations."""

from itertools import pairwise

import jax
import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs.rates import chain, cooling

KNOWN = {0.25: 0.771, 0.5: 0.730, 0.8: 0.532, 1.0: 0.183, 1.5: 0.027}


@pytest.fixture(scope="module")
def found():
    return ls.labs.temperature().run()


@pytest.mark.lab
def test_hajeks_border_on_seven_states_without_sampling(found):
    at = found.data["chain_steps"]
    away = dict(zip(KNOWN, found.data["not_lowest"], strict=True))
    for c, end in KNOWN.items():
        assert away[c][-1] == pytest.approx(end, abs=6e-4)

    def until(c, step):
        return np.interp(np.log(step), np.log(at), away[c])

    for c in (0.25, 0.5):
        assert abs(until(c, 60_000) / until(c, 1_000) - 1.0) < 0.01
    for c, factor, values in ((1.0, 1.3, (0.556, 0.390, 0.258)), (1.5, 2.0, (0.454, 0.156, 0.054))):
        decades = [until(c, step) for step in (100, 1_000, 10_000)]
        np.testing.assert_allclose(decades, values, atol=3e-3)
        assert min(decades[0] / decades[1], decades[1] / decades[2]) >= factor


def test_the_chain_is_that_of_its_matrices():
    energy, p = chain.ENERGY, np.full(7, 1 / 7)
    for k in range(1, 200):
        matrix = np.zeros((7, 7))
        for i in range(7):
            for j in (i - 1, i + 1):
                if 0 <= j < 7:
                    matrix[i, j] = 0.5 * min(1.0, np.exp(-(energy[j] - energy[i]) * np.log(1 + k) / 0.7))
            matrix[i, i] = 1.0 - matrix[i].sum()
        p = p @ matrix
    with jax.enable_x64(True):
        np.testing.assert_allclose(np.asarray(chain.distributions(0.7))[199], p, atol=1e-12)
    assert chain.depth() == 1.0


@pytest.mark.lab
def test_visits_follow_boltzmanns_law(found):
    from scipy.integrate import quad

    edges = np.linspace(-1.8, 1.8, cooling.BINS + 1)
    weights = [quad(lambda x: np.exp(-(x**4 - 2 * x**2 + 0.5 * x) / 0.5), *ends)[0] for ends in
               pairwise(edges)]  # fmt: skip
    law = np.array(weights) / np.sum(weights)
    np.testing.assert_allclose(found.data["boltzmann"], law, atol=1e-6)
    assert 0.5 * np.abs(found.data["shares"][-1] - law).sum() < 0.05


def test_both_walks_share_start_and_time_and_cool_alike(found):
    data = found.data
    np.testing.assert_array_equal(data["annealed"][0], data["descended"][0])
    np.testing.assert_allclose(data["temperature"] / 10.0, data["learning_rate"] / 0.02, rtol=1e-12)
    assert data["temperature"][-1] == pytest.approx(0.1)
    assert found.sheet("twin").moments == found.sheet("paths").moments
    assert all(claim.holds is not False for claim in found.claims)


def test_a_descent_that_overflows_is_shown_and_not_judged():
    work = ls.labs.temperature(learning_rate=10.0).work()
    found = next(progress.finding for progress in work if progress.finding)
    assert all("overflows" in found.sheet(name).title for name in ("twin", "paths"))
    assert not any("learning rate" in claim.sentence for claim in found.claims)


class TestContract(Contract):
    lab = "temperature"
