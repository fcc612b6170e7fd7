"""Level sets: the lines on which a surface keeps one value.

contourpy finds them on a grid by linear interpolation, and a few Newton steps along the gradient, which is
perpendicular to them, bring every vertex onto the exact level where the surface is smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.geometry.view import View, a_point, epsilon, look, needs_plane, working
from landscape.grid import grid
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

PLATEAU = 0.01  # share of the grid at one value that makes it one
NEWTON = 12  # steps at most; each full one doubles the digits


@dataclass(frozen=True, eq=False)
class LevelSet:
    """The lines of one value, in plane coordinates."""

    value: float
    lines: tuple[np.ndarray, ...]  # (k, 2) each; a closed line ends where it starts


def level_set(
    surface: Surface,
    value: float | None = None,
    *,
    through=None,
    plane: Plane | None = None,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = 401,
    progress: float = 1.0,
) -> LevelSet:
    """Where `surface` has `value`, or the value that it has at the point `through` (d,).

    Lines on `plane` between `lower` and `upper` (2,), by default over the domain; a loop smaller than a cell of the
    grid may be missed. A point off a given plane stands for its foot on it.
    """
    if (value is None) == (through is None):
        raise LandscapeError("A level set needs either a value or a point that it goes through.")
    needs_plane(surface, slopes=False)
    at = None if through is None else a_point(surface, through)
    view = look(surface, plane, lower, upper, progress, at, slopes=False)
    if at is not None:
        value = float(view.surface(view.plane.points(*view.plane.project(at)).astype(working())))
    return trace(view, [_finite(value)], resolution)[0]


def level_sets(
    surface: Surface,
    values: Sequence[float],
    *,
    plane: Plane | None = None,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = 401,
    progress: float = 1.0,
) -> tuple[LevelSet, ...]:
    """The level sets of several values, of one grid."""
    view = look(surface, plane, lower, upper, progress, slopes=False)
    return trace(view, [_finite(value) for value in np.ravel(values)], resolution)


def trace(view: View, values: Sequence[float], resolution) -> tuple[LevelSet, ...]:
    """The level sets of `values` in the view."""
    from contourpy import contour_generator

    drawn = grid(view.surface, view.plane, lower=view.lower, upper=view.upper, resolution=resolution)
    height = np.asarray(drawn.height, np.float64)
    cell = max(drawn.u[1] - drawn.u[0], drawn.v[1] - drawn.v[0])
    tracer = contour_generator(drawn.u, drawn.v, np.ma.masked_invalid(height), name="serial", line_type="Separate")
    smooth = view.surface.has_gradient  # else nothing would lead back from beside a plateau
    found = [tracer.lines(value + (_beside(height, value) if smooth else 0.0)) for value in values]
    counts = [len(line) for lines in found for line in lines]
    if not counts:
        return tuple(LevelSet(value, ()) for value in values)
    points = np.concatenate([line for lines in found for line in lines])
    levels = np.repeat(values, [sum(map(len, lines)) for lines in found])
    points = settle(view, points, levels, cell) if smooth else points
    parts = iter(np.split(points, np.cumsum(counts)[:-1]))
    return tuple(LevelSet(value, tuple(next(parts) for _ in lines)) for value, lines in zip(values, found, strict=True))


def _beside(height: np.ndarray, value: float) -> float:
    """Where a plateau lies at `value`, how far from it to trace: half the rise of the cells that leave it, else 0.

    At its own value the edge of a plateau follows the grid; from the slope beside it, Newton's steps lead back to it.
    """
    flat = height == value
    if flat.mean() < PLATEAU:
        return 0.0
    beside = np.zeros_like(flat)
    for there, here in ((beside, flat), (beside.T, flat.T)):
        there[1:] |= here[:-1]
        there[:-1] |= here[1:]
    rises = (height - value)[beside & ~flat & np.isfinite(height)]
    return float(np.median(rises)) / 2 if rises.size else 0.0


def settle(view: View, points: np.ndarray, levels: np.ndarray, cell: float) -> np.ndarray:
    """`points` (k, 2) brought onto their `levels` (k,) by Newton steps, never farther than a `cell` in all.

    Points on the edge of the view slide along it. Where a step does not bring the value nearer, the
    next one is shorter.
    """
    free = ~((points <= view.lower) | (points >= view.upper))
    start, share = points, np.ones(len(points))
    values, slopes = view.probe(points)
    enough = 8 * epsilon() * np.abs(levels).max()
    for _ in range(NEWTON):
        error = np.abs(values - levels)
        if not np.any(error > enough):
            break
        with np.errstate(all="ignore"):
            square = np.sum((slopes * free) ** 2, axis=1)
            moved = points - (share * (values - levels) / square)[:, None] * slopes * free
        near = np.isfinite(moved).all(axis=1) & (np.abs(moved - start).max(axis=1) <= cell)
        moved = np.where(near[:, None], moved, points)
        new_values, new_slopes = view.probe(moved)
        better = np.abs(new_values - levels) < error
        share = np.where(better, np.minimum(1.0, 4 * share), share / 8)
        points, values = np.where(better[:, None], moved, points), np.where(better, new_values, values)
        slopes = np.where(better[:, None], new_slopes, slopes)
    return points


def _finite(value) -> float:
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise LandscapeError(f"A level is a number, not {value!r}.") from None
    if not np.isfinite(value):
        raise LandscapeError(f"The level {value} is not finite; give a value that the surface has.")
    return value
