"""How a surface bends, on a grid: the Hessian of its restriction to the plane, and what follows from it.

Eigenvalues λ₁ ≤ λ₂ say how it bends; λ₂ / λ₁ how long a bowl is; det H / (1 + |∇f|²)² is the Gaussian curvature of the
graph; 2 / λ₂ the rate above which gradient descent is unstable.  A valley floor is where the surface bends up most
steeply across the gradient, a ridge where it bends down (Haralick 1983, doi:10.1016/0734-189X(83)90094-4), marked where
that line crosses the cell (Steger 1998, doi:10.1109/34.659930).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np

from landscape.geometry.quadratic import limit
from landscape.geometry.view import look, working
from landscape.grid import lines
from landscape.plane import Plane
from landscape.surface import Surface


@dataclass(frozen=True, eq=False)
class Curvature:
    """At plane coordinates u (a,) and v (b,); NaN where derivatives are not finite."""

    u: np.ndarray  # (a,)
    v: np.ndarray  # (b,)
    eigenvalues: np.ndarray  # (b, a, 2) of the Hessian, ascending
    condition: np.ndarray  # (b, a) λ₂ / λ₁ of a bowl; NaN where the surface is none, λ₁ ≤ 0
    gaussian: np.ndarray  # (b, a) of the graph
    stability: np.ndarray  # (b, a) 2 / λ₂; inf where λ₂ ≤ 0
    ridge: np.ndarray  # (b, a) on valley floors the curvature across, above zero; on ridges below; 0 elsewhere


def curvature(
    surface: Surface,
    *,
    plane: Plane | None = None,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = 151,
    progress: float = 1.0,
) -> Curvature:
    """The curvature of `surface` on `plane` between `lower` and `upper` (2,), by default over the domain."""
    view = look(surface, plane, lower, upper, progress)
    u, v = lines(view.lower, view.upper, resolution)
    found = _bends(view.surface, *view.frame, u.astype(working()), v.astype(working()))
    slope, xx, xy, yy = (np.asarray(part, np.float64) for part in found)
    finite = np.isfinite(xx + xy + yy) & np.isfinite(slope).all(axis=-1)
    xx, xy, yy = (np.where(finite, part, np.nan) for part in (xx, xy, yy))
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    low, high = middle - half, middle + half
    steepness = np.sum(slope**2, axis=-1)
    with np.errstate(all="ignore"):
        condition = np.where(low > 0, high / low, np.nan)
        gaussian = (xx * yy - xy**2) / (1 + steepness) ** 2
    ridge = _ridge(slope, (xx, xy, yy), low, high, (u[1] - u[0], v[1] - v[0]))
    return Curvature(u, v, np.stack([low, high], axis=-1), condition, gaussian, limit(high), ridge)


def _ridge(slope, hessian, low, high, cell) -> np.ndarray:
    """The curvature λ of larger size, where the line on which its direction e is across the gradient is near.

    That line is g · e / λ away along e, to second order; g is the gradient.
    """
    xx, xy, yy = hessian
    strong = np.where(np.abs(high) >= np.abs(low), high, low)
    turn = np.arctan2(2 * xy, xx - yy) / 2 + np.where(strong == high, 0.0, np.pi / 2)
    across = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    with np.errstate(all="ignore"):
        away = (np.sum(slope * across, axis=-1) / strong)[..., None] * across
    near = np.all(np.abs(away) <= 0.5001 * np.array(cell), axis=-1)
    return np.where(np.isnan(strong), np.nan, np.where(near & (high != low), strong, 0.0))


@jax.jit
def _bends(surface, origin, basis, u, v):
    """The gradient (b, a, 2) and the Hessian's three entries (b, a), row by row."""
    loss = surface.at(1.0, u.dtype).loss

    def point(a, b):
        slope = jax.grad(lambda at: loss(origin + at @ basis))
        at = jax.numpy.stack([a, b])
        matrix = jax.jacfwd(slope)(at)
        return slope(at), matrix[0, 0], matrix[0, 1], matrix[1, 1]

    return jax.lax.map(lambda b: jax.vmap(lambda a: point(a, b))(u), v)
