"""NK landscapes from smooth to random: how values of neighbours are alike, and how many local optima there are."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError
from landscape.terrain.fitness_distance import losses
from landscape.terrain.gray_code import local_optima, strings
from landscape.terrain.walks import autocorrelation, length_of, random_walk

MOST = 14  # bits of which all strings are looked at


class Ruggedness(NamedTuple):
    """What was measured of NK landscapes of `dim` bits, for each of (k,) values of K."""

    k: np.ndarray  # (k,)
    r1: np.ndarray  # (k,) correlation of neighbours over the ensemble
    lengths: np.ndarray  # (k,) correlation length
    optima: np.ndarray  # (k, seeds) numbers of local optima


def count_optima(surface) -> int:
    """How many strings of `surface` have no lower neighbour, by looking at all of them."""
    if surface.dim > MOST:
        raise LandscapeError(f"All strings are looked at up to {MOST} bits, not {surface.dim}; take a smaller problem.")
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


def sampled(dim: int, k: int, seeds, steps: int) -> np.ndarray:
    """Losses (seeds, steps + 1) of one random walk on each of as many NK landscapes."""
    return np.concatenate([random_walk(_nk(dim, k, seed), steps, seed) for seed in seeds])


def ruggedness(dim: int, ks, seeds=range(8), steps: int = 4000) -> Ruggedness:
    """The correlation of neighbours and the number of local optima for each K of `ks`, over landscapes by seed."""
    ks = np.atleast_1d(np.asarray(ks, int))
    r1 = [float(autocorrelation(sampled(dim, int(k), seeds, steps), [1])[0]) for k in ks]
    optima = [[count_optima(_nk(dim, int(k), seed)) for seed in seeds] for k in ks]
    return Ruggedness(ks, np.array(r1), np.array([length_of(each) for each in r1]), np.array(optima))


def _nk(dim: int, k: int, seed: int):
    from landscape.problems import nk

    return nk(dim=dim, k=k, seed=seed)
