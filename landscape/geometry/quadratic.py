"""The quadratic model at a point: f(x) + gᵀ(y − x) + ½ (y − x)ᵀ H (y − x), and what it says of step sizes."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np

from landscape.geometry.view import a_point, bound, padded, working
from landscape.parameters import LandscapeError
from landscape.surface import Surface

FEWEST = 16


@dataclass(frozen=True, eq=False)
class Quadratic:
    """A surface to second order about a point (d,); callable at points (…, d)."""

    point: np.ndarray  # (d,)
    value: float
    gradient: np.ndarray  # (d,)
    hessian: np.ndarray  # (d, d)
    eigenvalues: np.ndarray  # (d,) ascending
    eigenvectors: np.ndarray  # (d, d), one a column
    stability: float  # 2 / λ max: above this rate gradient descent is unstable here; inf where it bends down

    def __call__(self, x) -> np.ndarray:
        """The model at points (…, d): (…)."""
        away = np.asarray(x, np.float64) - self.point
        return self.value + away @ self.gradient + 0.5 * np.einsum("...i,ij,...j", away, self.hessian, away)


def quadratic_model(surface: Surface, point, *, progress: float = 1.0) -> Quadratic:
    """The quadratic model of `surface` at `point` (d,)."""
    at = a_point(bound(surface), point)
    (value,), (gradient,), (hessian,) = bends(surface.freeze(progress), at[None])
    if not (np.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(hessian).all()):
        raise LandscapeError(f"{surface.name} has no finite second derivative at this point; give a smooth one.")
    values, vectors = np.linalg.eigh(hessian)
    return Quadratic(at, float(value), gradient, hessian, values, vectors, float(limit(values[-1])))


def limit(largest):
    """2 / λ max, without limit where λ max is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(largest) > 0, 2.0 / np.asarray(largest), np.where(np.isnan(largest), np.nan, np.inf))


def bends(surface: Surface, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values (k,), gradients (k, d) and Hessians (k, d, d) at points (k, d)."""
    found = _bends(surface, padded(points.astype(working()), FEWEST))
    return tuple(np.asarray(part, np.float64)[: len(points)] for part in found)


@jax.jit
def _bends(surface, points):
    loss = surface.at(1.0, points.dtype).loss
    return jax.vmap(lambda x: (loss(x), jax.grad(loss)(x), jax.hessian(loss)(x)))(points)
