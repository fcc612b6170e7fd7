"""Grids: a surface evaluated on a plane, row by row so that memory stays small."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from landscape.checks import check_plane
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

MOST_POINTS = 4_000_000


@dataclass(frozen=True, eq=False)
class Grid:
    """Heights of a surface at plane coordinates u (a,) and v (b,), as NumPy arrays."""

    u: np.ndarray  # (a,)
    v: np.ndarray  # (b,)
    height: np.ndarray  # (b, a)
    gradient: np.ndarray | None  # (b, a, 2): projected to the plane; None unless asked for


def grid(
    surface: Surface,
    plane: Plane | None = None,
    *,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = 151,
    gradient: bool = False,
    progress: float = 1.0,
) -> Grid:
    """Evaluate `surface` on `plane` between `lower` and `upper` (2,), by default over its domain.

    `resolution` is points along u and v. A scheduled surface is taken as it stands at `progress` in [0, 1].
    """
    check_plane(surface)
    plane = Plane.axes(surface.start, names=surface.names) if plane is None else plane
    lower, upper = extent(surface, plane, lower, upper)
    u, v = lines(lower, upper, resolution)
    dtype = jnp.result_type(float)
    frame = [part.astype(dtype) for part in (plane.origin, plane.basis, u, v)]
    height, slope = surface.watch(lambda: _evaluate(surface.freeze(progress), *frame, gradient=gradient))
    return Grid(u, v, np.asarray(height), np.asarray(slope) if gradient else None)


def lines(lower, upper, resolution) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates u (a,) and v (b,) of a grid between two corners (2,)."""
    columns, rows = _shape(resolution)
    if min(columns, rows) < 2 or columns * rows > MOST_POINTS:
        raise LandscapeError(f"A grid of {columns} × {rows} points is not between 2 × 2 and {MOST_POINTS:,} in all.")
    return np.linspace(lower[0], upper[0], columns), np.linspace(lower[1], upper[1], rows)


def _shape(resolution) -> tuple[int, int]:
    shape = np.atleast_1d(resolution)
    if shape.dtype.kind not in "iu" or shape.shape not in ((1,), (2,)):
        raise LandscapeError(f"resolution={resolution} is not a whole number of points, nor two of them.")
    return int(shape[0]), int(shape[-1])


def extent(surface: Surface, plane: Plane, lower, upper) -> tuple[np.ndarray, np.ndarray]:
    """The corners of a view (2,), (2,) in plane coordinates; by default those of the domain's shadow."""
    if plane.origin.size != surface.dim:
        raise LandscapeError(f"This plane lies in {plane.origin.size} dimensions, {surface.label} has {surface.dim}.")
    span = plane.span(surface.domain.lower, surface.domain.upper)
    lower = np.asarray(span[0] if lower is None else lower, np.float64)
    upper = np.asarray(span[1] if upper is None else upper, np.float64)
    if not np.all(np.isfinite(lower) & np.isfinite(upper) & (lower < upper)):
        raise LandscapeError(f"A grid needs finite lower < upper, not {lower.tolist()} and {upper.tolist()}.")
    return lower, upper


@partial(jax.jit, static_argnames="gradient")
def _evaluate(surface, origin, basis, u, v, *, gradient: bool):
    loss = surface.at(1.0, u.dtype).loss

    def point(a, b):
        x = origin + a * basis[0] + b * basis[1]
        if not gradient:
            return loss(x), None
        height, slope = jax.value_and_grad(loss)(x)
        return height, basis @ slope

    return jax.lax.map(lambda b: jax.vmap(lambda a: point(a, b))(u), v)
