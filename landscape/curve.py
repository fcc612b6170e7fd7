"""Curves: surfaces with one coordinate, and any surface along a line, as a scene shows them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from landscape.parameters import LandscapeError
from landscape.scene import Heights, Profile, Scale, nice
from landscape.surface import Surface

POINTS = 801
LEVELS = 8


def profile(surface: Surface, *, at=None, direction=None, margin: float = 1.0, progress: float = 1.0) -> Profile:
    """`surface` on the line through `at` (d,) along `direction` (d,), as far as its domain goes, times `margin`.

    By default along the first coordinate through the start. t is that coordinate where the direction is an axis,
    else the distance from `at`.
    """
    surface = surface.freeze(progress)
    at = np.asarray(surface.start if at is None else at, np.float64)
    direction = np.eye(surface.dim)[0] if direction is None else np.asarray(direction, np.float64)
    if at.shape != (surface.dim,) or direction.shape != (surface.dim,):
        raise LandscapeError(f"A line on {surface.name} needs a point and a direction of {surface.dim} numbers each.")
    length = np.linalg.norm(direction)
    if not np.all(np.isfinite(at)) or not length > 0 or not np.isfinite(length):
        raise LandscapeError("A line needs a finite point and a finite direction other than zero.")
    unit = direction / length
    low, high = _within(surface, at, unit)
    middle, half = (low + high) / 2, margin * (high - low) / 2
    t = np.linspace(middle - half, middle + half, POINTS)
    line = [part.astype(jnp.result_type(float)) for part in (at, unit, np.append(t, 0.0))]
    heights, slopes = surface.watch(lambda: _along(surface, *line))
    heights, slopes = np.asarray(heights, np.float64), np.asarray(slopes, np.float64)
    axis = np.flatnonzero(unit == 1.0)
    shift = at[axis[0]] if axis.size else 0.0
    name = surface.names[axis[0]] if axis.size else "distance along the line"
    return Profile(t + shift, heights[:-1], slopes[:-1], float(shift), float(heights[-1]), float(slopes[-1]), name)


def _within(surface: Surface, at: np.ndarray, unit: np.ndarray) -> tuple[float, float]:
    """Between which distances from `at` the line is inside the domain."""
    with np.errstate(divide="ignore"):
        ends = np.stack([(surface.domain.lower - at) / unit, (surface.domain.upper - at) / unit])
    ends = ends[:, unit != 0]
    low, high = ends.min(axis=0).max(), ends.max(axis=0).min()
    if not low < high:
        raise LandscapeError(f"The line through {at.tolist()} does not meet the domain of {surface.name}.")
    return float(low), float(high)


@jax.jit
def _along(surface, at, unit, t):
    """Heights and slopes (a,) at distances t (a,); no slopes of a plain Python function."""
    if not surface.has_gradient:
        return jax.vmap(lambda s: surface(at + s * unit))(t), jnp.full_like(t, jnp.nan)
    return jax.vmap(jax.value_and_grad(lambda s: surface(at + s * unit)))(t)


def heights_of(curve: Profile) -> Heights:
    """The view of a surface with one coordinate: its second axis is the height itself."""
    (_, low), (_, high) = curve.view
    base = float(np.nanmin(np.where(np.isfinite(curve.height), curve.height, np.nan), initial=high))
    scale = Scale(False, base, 1.0, max(high - base, 1e-300), nice((high - low) / LEVELS))
    return Heights(curve.t, np.array([low, high]), np.stack([curve.height, curve.height]), scale)
