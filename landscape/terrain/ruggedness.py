"""NK landscapes from smooth to random: how values of neighbours are alike, and how many local optima there are."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError
from landscape.problems import nk
from landscape.terrain.fitness_distance import losses
from landscape.terrain.gray_code import local_optima, strings
from landscape.terrain.walks import length_of, random_walk

MOST = 14  # bits of which all strings are looked at


class Ruggedness(NamedTuple):
    """What was measured of NK landscapes of one K, over all strings of every landscape."""

    r1: float  # correlation of neighbours, over the ensemble
    length: float  # correlation length
    optima: np.ndarray  # (seeds,) numbers of local optima


def count_optima(surface) -> int:
    """How many strings of `surface` have no lower neighbour, by looking at all of them."""
    _check(surface.dim)
    return int(local_optima(losses(surface, strings(surface.dim))).sum())


def expected_optima(dim: int) -> float:
    """2^n / (n + 1): the mean number of local optima where neighbours are independent, K = n − 1.

    Kauffman and Levin 1987, doi:10.1016/S0022-5193(87)80029-2: each string is the lowest of its n + 1 with
    probability 1 / (n + 1).
    """
    return 2.0**dim / (dim + 1)


def correlation_of_neighbors(dim: int, k: int) -> float:
    """1 − (K + 1)/N over the ensemble of NK landscapes (Weinberger 1991, doi:10.1103/PhysRevA.44.6399).

    A flip gives K + 1 of the N contributions a new number and leaves the others as they are.
    """
    return 1.0 - (k + 1) / dim


def ensemble_correlation(dim: int, k: int, lags) -> np.ndarray:
    """The exact correlation (lags,) of values s steps apart on a random walk, over the ensemble.

    A contribution has its old number exactly if all of its K + 1 bits have been flipped an even number of times:
    2^−(K+1) Σ_j C(K+1, j) (1 − 2j/N)^s. At s = 1 this is 1 − (K+1)/N; (1 − (K+1)/N)^s, which is often written for
    later steps, leaves out that bits flip back.
    """
    j = np.arange(k + 2)
    weights = np.array([math.comb(k + 1, int(each)) for each in j]) / 2.0 ** (k + 1)
    return (1.0 - 2.0 * j / dim) ** np.atleast_1d(np.asarray(lags, int))[:, None] @ weights


def landscape_correlation(dim: int, k: int, lags) -> np.ndarray:
    """The same (lags,) within one landscape, about its own mean: without the part j = 0, which is that mean.

    Expected variances of the parts are used, so a single small landscape scatters around it.
    """
    constant = 2.0 ** -(k + 1)
    return (ensemble_correlation(dim, k, lags) - constant) / (1.0 - constant)


def neighbor_correlation(values) -> float:
    """The correlation of neighbours by one flip, of all pairs on landscapes (m, 2^n): r(1) of endless random walks.

    Mean and variance are those of all landscapes together.
    """
    apart = np.atleast_2d(values) - np.mean(values)
    at, bits = np.arange(apart.shape[1]), apart.shape[1].bit_length() - 1
    products = [(apart * apart[:, at ^ (1 << bit)]).mean() for bit in range(bits)]
    return float(np.mean(products) / (apart**2).mean())


def ruggedness(dim: int, k: int, seeds=range(16)) -> Ruggedness:
    """The correlation of neighbours and the numbers of optima of NK landscapes by seed, from all their strings."""
    _check(dim)
    values = np.stack([losses(nk(dim=dim, k=k, seed=seed), strings(dim)) for seed in seeds])
    r1 = neighbor_correlation(values)
    return Ruggedness(r1, length_of(r1), np.array([local_optima(each).sum() for each in values]))


def ensemble_walks(dim: int, k: int, seeds, steps: int) -> np.ndarray:
    """Losses (seeds, steps + 1) of one random walk on each of as many NK landscapes."""
    return np.concatenate([random_walk(nk(dim=dim, k=k, seed=seed), steps, seed) for seed in seeds])


def _check(dim: int) -> None:
    if not 1 <= dim <= MOST:
        raise LandscapeError(f"All strings are looked at up to {MOST} bits, not {dim}; take a smaller problem.")
