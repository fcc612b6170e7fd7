"""Views: a surface at one moment, on a plane, between two corners; points and gradients are in plane coordinates."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.checks import check_plane
from landscape.grid import extent
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

FEWEST = 1024  # points that a program is compiled for; more are padded to the next power of two


class View(NamedTuple):
    """Where geometry looks."""

    surface: Surface  # without schedules
    plane: Plane
    lower: np.ndarray  # (2,) in plane coordinates
    upper: np.ndarray

    @property
    def width(self) -> np.ndarray:
        return self.upper - self.lower

    @property
    def frame(self) -> tuple[np.ndarray, np.ndarray]:
        """Origin (d,) and basis (2, d) of the plane in the precision of the process."""
        return self.plane.origin.astype(working()), self.plane.basis.astype(working())

    def probe(self, points) -> tuple[np.ndarray, np.ndarray]:
        """Values (k,) and gradients (k, 2) of the surface at plane coordinates (k, 2)."""
        points = np.reshape(points, (-1, 2)).astype(working())
        values, gradients = _probe(self.surface, *self.frame, padded(points, FEWEST))
        return tuple(np.asarray(part, np.float64)[: len(points)] for part in (values, gradients))


def look(surface: Surface, plane: Plane | None, lower, upper, progress: float = 1.0, at=None, slopes=True) -> View:
    """The view asked for; by default the plane of the first two coordinates through `at` or the start."""
    needs_plane(surface, slopes)
    plane = Plane.axes(surface.start if at is None else at) if plane is None else plane
    return View(surface.freeze(progress), plane, *extent(surface, plane, lower, upper))


def bound(surface: Surface, slopes: bool = True) -> Surface:
    """`surface`, if it is one, and has the slopes that all but level sets need."""
    if not isinstance(surface, Surface):
        raise LandscapeError(f"Geometry takes a bound surface, such as himmelblau(), not {type(surface).__name__}.")
    check_plane(surface)
    if slopes and not surface.has_gradient:
        raise LandscapeError(f"{surface.name} is plain Python without slopes; draw its level sets, or write it in JAX.")
    return surface


def needs_plane(surface: Surface, slopes: bool = True) -> None:
    if bound(surface, slopes).dim < 2:
        raise LandscapeError(f"{surface.name} has one coordinate, and geometry on a plane needs two; draw slice_1d.")


def working() -> np.dtype:
    """The precision that JAX works in: float64 where it is switched on, else float32."""
    return np.dtype(jnp.result_type(float))


def epsilon() -> float:
    return float(np.finfo(working()).eps)


def padded(points: np.ndarray, fewest: int) -> np.ndarray:
    """`points` (k, …) with the last one repeated up to a power of two, so that few programs serve all lengths."""
    size = max(fewest, 1 << max(0, len(points) - 1).bit_length())
    return np.concatenate([points, np.repeat(points[-1:], size - len(points), axis=0)])


def a_point(surface: Surface, point) -> np.ndarray:
    """`point` as d finite numbers."""
    try:
        point = np.asarray(point, np.float64)
    except (TypeError, ValueError):
        raise LandscapeError(f"'{point}' is no point of {surface.name}; give {surface.dim} numbers.") from None
    if point.shape != (surface.dim,) or not np.isfinite(point).all():
        given = ", ".join(f"{x:g}" for x in point.ravel()[:8])
        raise LandscapeError(f"({given}) is no point of {surface.name}; give {surface.dim} finite numbers.")
    return point


@jax.jit
def _probe(surface, origin, basis, points):
    loss = surface.at(1.0, points.dtype).loss
    return jax.vmap(jax.value_and_grad(lambda at: loss(origin + at @ basis)))(points)
