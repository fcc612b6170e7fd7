"""NK landscapes: correlations and numbers of optima, against enumeration and Weinberger's and Kauffman's values."""

from itertools import product

import numpy as np
import pytest

import landscape as ls
from landscape.terrain.fitness_distance import losses
from landscape.terrain.gray_code import strings
from landscape.terrain.ruggedness import (
    correlation_of_neighbors,
    count_optima,
    ensemble_correlation,
    ensemble_walks,
    expected_optima,
    landscape_correlation,
    neighbor_correlation,
    ruggedness,
)
from landscape.terrain.walks import autocorrelation, random_walk


def test_optima_are_counted_as_a_slow_enumeration_counts_them():
    surface = ls.problems.nk(dim=6, k=2, seed=4)
    model, value = surface.data, {}
    for bits in product((0, 1), repeat=6):
        rows = [sum(bits[j] << place for place, j in enumerate(each)) for each in model.neighbors]
        value[bits] = -np.mean([model.tables[i, row] for i, row in enumerate(rows)])
    slow = sum(all(value[bits] <= value[(*bits[:i], 1 - bits[i], *bits[i + 1 :])] for i in range(6)) for bits in value)
    assert count_optima(surface) == slow > 1


def test_independent_values_have_as_many_optima_as_kauffman_and_levin_say():
    found = ruggedness(10, 9, range(24))
    spread = np.sqrt(2**10 * 9 / (2 * 11**2) / 24)  # Macken, Hagan and Perelson 1991
    assert expected_optima(10) == 1024 / 11
    assert found.optima.mean() == pytest.approx(1024 / 11, abs=4 * spread)
    assert np.all(ruggedness(10, 0, range(4)).optima == 1)


@pytest.mark.parametrize(("dim", "k"), [(16, 2), (24, 7)])
def test_neighbours_correlate_as_weinberger_says(dim, k):
    walks = ensemble_walks(dim, k, range(96), 1500)
    expected = 1 - (k + 1) / dim
    assert autocorrelation(walks, [1])[0] == pytest.approx(expected, rel=0.02)
    assert correlation_of_neighbors(dim, k) == expected
    lags = np.array([1, 3, 8])
    np.testing.assert_allclose(autocorrelation(walks, lags), ensemble_correlation(dim, k, lags), atol=0.05)


def test_the_exact_correlation_is_that_of_the_chain_of_flips():
    """By powers of the matrix that flips one of n bits, over which of K + 1 bits differ."""
    n, k = 6, 2
    chain = np.zeros((8, 8))  # states: which of the three bits are flipped
    for state in range(8):
        chain[state, state] += (n - k - 1) / n
        for bit in range(k + 1):
            chain[state, state ^ (1 << bit)] += 1 / n
    back = [np.linalg.matrix_power(chain, s)[0, 0] for s in range(12)]
    np.testing.assert_allclose(ensemble_correlation(n, k, np.arange(12)), back, atol=1e-14)
    within = landscape_correlation(n, k, np.arange(12))
    assert within[0] == pytest.approx(1)
    assert within[1] == pytest.approx(1 - (k + 1) / n / (1 - 2.0 ** -(k + 1)))


def test_sums_of_single_bits_lose_two_nths_at_each_step():
    """one_max: the Hamming weight of a random walk has r(s) = (1 − 2/n)^s exactly."""
    values = random_walk(ls.problems.one_max(dim=10), 4000, seed=2, walks=64)
    np.testing.assert_allclose(autocorrelation(values, [1, 4, 10], mean=5, variance=2.5), 0.8 ** np.array([1, 4, 10]),
                               atol=0.02)  # fmt: skip
    ones = np.array([bin(each).count("1") for each in range(2**10)], float)
    assert neighbor_correlation(ones) == pytest.approx(0.8, abs=1e-12)


def test_cuts_of_a_graph_lose_four_nths_at_each_step():
    """Max-cut: every product of two bits changes sign with probability 2/n, so r(1) = 1 − 4/n on any graph."""
    surface = ls.problems.max_cut(instance="random:9:0.5", seed=1)
    assert neighbor_correlation(losses(surface, strings(9))) == pytest.approx(1 - 4 / 9, abs=1e-6)


def test_too_many_bits_are_refused():
    with pytest.raises(ls.LandscapeError, match="up to 14 bits, not 15"):
        count_optima(ls.problems.one_max(dim=15))
