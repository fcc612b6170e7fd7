"""Polynomials fitted to noisy rows by least squares: every degree of many draws at once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

MOST = 14  # the highest degree
TARGETS = {
    "sine": lambda x: np.sin(np.pi * x),
    "bump": lambda x: 1.0 / (1.0 + 25.0 * x**2),
    "corner": lambda x: np.abs(x),
    "line": lambda x: x,
}
GRID = np.linspace(-1.0, 1.0, 121)


class Rows(NamedTuple):
    """Draws of noisy rows: x and y (draws, n)."""

    x: np.ndarray
    y: np.ndarray


class Fits(NamedTuple):
    """Least squares of every degree 0 … MOST; errors are mean squares, one for each draw and degree."""

    on_grid: np.ndarray  # (draws, grid, degrees)
    training: np.ndarray  # (draws, degrees): on the rows themselves
    fresh: np.ndarray  # (draws, degrees): at the same x, labels drawn anew
    test: np.ndarray  # (draws, degrees): on the grid, noisy labels drawn anew
    exact: np.ndarray  # (draws, degrees): on the grid, without noise


def rows(target: str, n: int, noise: float, draws: int, seed: int) -> Rows:
    """One x in each of n equal parts of [−1, 1], uniform in it, and noisy values of the target."""
    rng = np.random.default_rng([seed, n])
    x = -1.0 + 2.0 * (np.arange(n) + rng.random((draws, n))) / n
    return Rows(x, TARGETS[target](x) + noise * rng.normal(size=x.shape))


@lru_cache(maxsize=64)
def fits(target: str, n: int, noise: float, draws: int, seed: int) -> Fits:
    """Every degree from one QR decomposition a draw: each column of Q adds its own part to the fit."""
    given, rng = rows(target, n, noise, draws, seed), np.random.default_rng([seed, n, 1])
    q, r = np.linalg.qr(legendre.legvander(given.x, MOST))
    parts = np.einsum("dnp,dn->dp", q, given.y)
    on_grid = np.cumsum(legendre.legvander(GRID, MOST) @ np.linalg.inv(r) * parts[:, None], axis=2)
    at_rows = np.cumsum(q * parts[:, None], axis=2)
    truth, truth_at_rows = TARGETS[target](GRID)[:, None], TARGETS[target](given.x)[..., None]

    def off(values, labels):
        return ((values - labels) ** 2).mean(axis=1)

    def noisy(values, count):
        return values + noise * rng.normal(size=(draws, count, 1))

    return Fits(on_grid, off(at_rows, given.y[..., None]), off(at_rows, noisy(truth_at_rows, n)),
                off(on_grid, noisy(truth, len(GRID))), off(on_grid, truth))  # fmt: skip


def bias_and_variance(target: str, found: Fits) -> tuple[np.ndarray, np.ndarray]:
    """The square of the bias and the variance of every degree (degrees,), means over the grid."""
    mean = found.on_grid.mean(axis=0)
    bias = ((mean - TARGETS[target](GRID)[:, None]) ** 2).mean(axis=0)
    return bias, found.on_grid.var(axis=0).mean(axis=0)
