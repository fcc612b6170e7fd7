"""Double descent: least squares, or the shortest weights that fit, on more and more of many weak features."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

FEATURES, DRAWS = 200, 60


def counts(n: int) -> np.ndarray:
    """How many features are used: few, about n, and all."""
    shares = (0.1, 0.25, 0.5, 0.7, 0.85, 1.0, 1.15, 1.4, 2.0, 3.0, 5.0)
    chosen = {max(1, round(share * n)) for share in shares} | {FEATURES}
    return np.array(sorted(each for each in chosen if each <= FEATURES))


@lru_cache(maxsize=32)
def risks(n: int, noise: float, seed: int) -> np.ndarray:
    """The expected squared error on a new row (draws, counts): normal features of equal weight, Σ w² = 1."""
    rng = np.random.default_rng([seed, n, 2])
    x = rng.normal(size=(DRAWS, n, FEATURES))
    weights = np.full(FEATURES, FEATURES**-0.5)
    y = x @ weights + noise * rng.normal(size=(DRAWS, n))
    found = []
    for count in counts(n):
        fitted = _fitted(x[..., :count], y)
        found.append(((fitted - weights[:count]) ** 2).sum(axis=1) + (FEATURES - count) / FEATURES + noise**2)
    return np.stack(found, axis=1)


def _fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Least squares (draws, columns), or the shortest weights that fit: by the smaller of X'X and XX'."""
    turned = np.swapaxes(x, 1, 2)
    if x.shape[2] < x.shape[1]:
        return np.linalg.solve(turned @ x, turned @ y[..., None])[..., 0]
    if x.shape[2] == x.shape[1]:
        return np.linalg.solve(x, y[..., None])[..., 0]
    return (turned @ np.linalg.solve(x @ turned, y[..., None]))[..., 0]


def expected(n: int, noise: float, count) -> np.ndarray:
    """The mean of `risks`, infinite from n − 1 to n + 1: Belkin, Hsu and Xu, arXiv:1903.07571."""
    count = np.asarray(count, float)
    unseen = 1.0 - count / FEATURES + noise**2  # features left out act as noise
    with np.errstate(divide="ignore", invalid="ignore"):
        few = unseen * (1.0 + count / (n - count - 1))
        many = unseen * (1.0 + n / (count - n - 1)) + count / FEATURES * (1.0 - n / count)
    return np.where(count < n - 1, few, np.where(count > n + 1, many, np.inf))
