"""Gradient descent on least squares, direction by direction: how much of each coefficient it has found by step t."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

COLUMNS, ROWS, STEPS = 12, 40, 20_000
RATE = 0.05  # times the largest curvature: short steps follow the flow
MOMENTS = np.unique(np.geomspace(1, STEPS, 90).astype(int))


class Shrinking(NamedTuple):
    """Least squares in the directions of X'X / n, and gradient descent from 0."""

    curvature: np.ndarray  # (columns,): the eigenvalues h of X'X / n
    rate: float
    truth: np.ndarray  # (columns,): the true coefficients in these directions
    walked: np.ndarray  # (moments, columns): the share of each coefficient of least squares that descent has found
    noise: float

    @property
    def closed(self) -> np.ndarray:
        """1 − (1 − rate · h)^t, (moments, columns)."""
        return self.at(self.curvature)

    def at(self, curvature: np.ndarray) -> np.ndarray:
        """The share that descent has found by each moment where the curvature is (k,): (moments, k)."""
        return 1.0 - (1.0 - self.rate * curvature) ** MOMENTS[:, None]

    def ridge(self, curvature: np.ndarray) -> np.ndarray:
        """h / (h + λ) with λ = 1 / (rate · t), (moments, k)."""
        return curvature / (curvature + 1.0 / (self.rate * MOMENTS[:, None]))

    def risk(self, factors: np.ndarray) -> np.ndarray:
        """The expected squared error of the coefficients (moments,) that are these shares of least squares."""
        lost = ((1.0 - factors) ** 2 * self.truth**2).sum(axis=1)
        return lost + (factors**2 * self.noise**2 / (ROWS * self.curvature)).sum(axis=1)


@lru_cache(maxsize=32)
def shrinking(noise: float, seed: int) -> Shrinking:
    """Rows whose directions have curvatures over four decades, and the path of gradient descent on them."""
    rng = np.random.default_rng([seed, 3])
    x = rng.normal(size=(ROWS, COLUMNS)) * np.geomspace(1.0, 0.01, COLUMNS)
    weights = rng.normal(size=COLUMNS)
    y = x @ weights + noise * rng.normal(size=ROWS)
    h, g = x.T @ x / ROWS, x.T @ y / ROWS
    curvature, directions = np.linalg.eigh(h)
    solved, rate = np.linalg.solve(h, g), RATE / curvature[-1]
    w, path = np.zeros(COLUMNS), []
    for step in range(1, STEPS + 1):
        w = w - rate * (h @ w - g)
        if step == MOMENTS[len(path)]:
            path.append(w)
    walked = (np.stack(path) @ directions) / (solved @ directions)
    return Shrinking(curvature, float(rate), weights @ directions, walked, noise)
