"""The lens: one point looked at closely. Its gradient, the level set through it, and the angle between the two.

The direction of the level set is measured from values alone: a small circle about the point crosses the level set
twice, and the chord between the crossings is parallel to it up to the square of the radius.  The gradient comes from
differentiation.  So the angle is a measurement; that it is 90° is what the picture shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from landscape.geometry.levels import LevelSet, trace
from landscape.geometry.view import View, a_point, epsilon, look, needs_plane
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

CIRCLE = 128  # points of the circle
RADII = 0.125 ** np.arange(9)  # of the circles tried, as shares of the largest
ZOOMS = 0.25 ** np.arange(1, 12)
ROUND = 16  # vertices that a loop about the point has at least


@dataclass(frozen=True, eq=False)
class Lens:
    """What there is to see at a point; all vectors are in plane coordinates."""

    point: np.ndarray  # (2,)
    value: float
    gradient: np.ndarray  # (2,); NaN at a crease
    tangent: np.ndarray  # (2,) unit vector along the level set; NaN unless regular
    angle: float  # degrees, between gradient and level set; NaN unless regular
    kind: str  # "regular"; "stationary": the gradient is zero; "crease": not differentiable here
    level: LevelSet


class Measured(NamedTuple):
    """The fields of a lens that belong to the point alone."""

    value: float
    gradient: np.ndarray
    tangent: np.ndarray
    angle: float
    kind: str


def lens(
    surface: Surface,
    point,
    *,
    plane: Plane | None = None,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = 201,
    progress: float = 1.0,
) -> Lens:
    """Look at `point` (d,) on `plane`, by default that of the first two coordinates through the point.

    A point off a given plane stands for its foot on it, and gradients are projected to the plane.
    """
    needs_plane(surface)
    at = a_point(surface, point)
    view = look(surface, plane, lower, upper, progress, at)
    at = view.plane.project(at)
    return Lens(at, *_measured(view, at), _through(view, at, resolution))


def angle(surface: Surface, point, **options) -> float:
    """The angle in degrees between gradient and level set at `point` (d,); NaN where either is missing.

    `options` are the plane, lower, upper and progress of `lens`.
    """
    needs_plane(surface)
    at = a_point(surface, point)
    view = look(surface, *(options.pop(name, None) for name in ("plane", "lower", "upper")), **options, at=at)
    return _measured(view, view.plane.project(at)).angle


def _measured(view: View, at: np.ndarray) -> Measured:
    (value,), (gradient,) = view.probe(at)
    if not np.isfinite(value):
        raise LandscapeError(f"{view.surface.name} is {value} at this point; look at one where it is finite.")
    missing = np.full(2, np.nan)
    if _creased(view, at, value, gradient):
        return Measured(float(value), missing, missing, np.nan, "crease")
    tangent = None if _vanishes(view, gradient) else _direction(view, at, value)
    if tangent is None:
        return Measured(float(value), gradient, missing, np.nan, "stationary")
    return Measured(float(value), gradient, tangent, _between(gradient, tangent), "regular")


def _between(gradient: np.ndarray, tangent: np.ndarray) -> float:
    across = gradient[0] * tangent[1] - gradient[1] * tangent[0]
    return float(np.degrees(np.arctan2(abs(across), gradient @ tangent)))


def _diagonal(view: View) -> float:
    return float(np.linalg.norm(view.width))


def _vanishes(view: View, gradient: np.ndarray) -> bool:
    """Whether the gradient is zero beside the differences of the surface in the view."""
    corners = view.lower + view.width * np.random.default_rng(0).random((255, 2))
    values = view.probe(corners)[0]
    values = values[np.isfinite(values)]
    rise = np.ptp(values) if values.size else 0.0
    return bool(np.linalg.norm(gradient) * _diagonal(view) <= 0.1 * np.sqrt(epsilon()) * rise)


def _ring(angles: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def _creased(view: View, at: np.ndarray, value: float, gradient: np.ndarray) -> bool:
    """Whether slopes to opposite sides disagree, however near one looks; of a smooth surface they come together."""
    if not np.isfinite(gradient).all():
        return True
    reach = epsilon() ** (1 / 3) * max(_diagonal(view), np.abs(at).max())
    ways = _ring(np.linspace(0.0, np.pi, CIRCLE // 4, endpoint=False))
    around = [reach * sign * ways for reach in (reach, reach / 16) for sign in (1, -1)]
    far, back, near, behind = view.probe(at + np.concatenate(around))[0].reshape(4, -1)
    with np.errstate(invalid="ignore"):
        bend = np.max(np.abs(far + back - 2 * value)) / reach
        closer = np.max(np.abs(near + behind - 2 * value)) / (reach / 16)
    if not np.isfinite(bend + closer):
        return True
    rounding = 64 * epsilon() * np.abs([value, *far, *back]).max() / (reach / 16)
    return bool(closer > rounding and closer > 0.5 * bend)


def _direction(view: View, at: np.ndarray, value: float) -> np.ndarray | None:
    """The unit vector along the level set at a point, measured on circles; None where no level line passes."""
    for radius in epsilon() ** 0.28 * _diagonal(view) * RADII:  # large enough for rounding, small enough for curvature
        angles = np.linspace(0.0, 2 * np.pi, CIRCLE, endpoint=False)
        above = _above(view, at, value, radius, angles)
        turns = np.flatnonzero(above != np.roll(above, -1))
        if len(turns) != 2:
            continue
        ends = _ring(_crossings(view, at, value, radius, angles[turns]))
        if ends[0] @ ends[1] < -0.99999:  # nearly opposite: the level set is nearly straight in this circle
            chord = ends[1] - ends[0]
            return chord / np.linalg.norm(chord)
    return None


def _above(view: View, at, value: float, radius: float, angles: np.ndarray) -> np.ndarray:
    return view.probe(at + radius * _ring(angles))[0] > value


def _crossings(view: View, at, value: float, radius: float, starts: np.ndarray) -> np.ndarray:
    """Angles (2,) at which the circle crosses the level, each within a step after its start, to rounding."""
    step = 2 * np.pi / CIRCLE
    for _ in range(7):
        angles = starts[:, None] + step * np.linspace(0.0, 1.0, CIRCLE)
        above = _above(view, at, value, radius, angles.ravel()).reshape(2, -1)
        first = np.argmax(above != above[:, :1], axis=1)
        starts, step = angles[[0, 1], np.maximum(first - 1, 0)], step / (CIRCLE - 1)
    return starts + step / 2


def _through(view: View, at: np.ndarray, resolution) -> LevelSet:
    """The level set of the view, and the loop about the point where that is too small for the grid."""
    value = float(view.probe(at)[0][0])
    (level,) = trace(view, [value], resolution)
    cell = float(np.max(view.width)) / (np.max(resolution) - 1)
    if any(len(line) >= ROUND for line in _passing(level, at, cell)):
        return level
    for zoom in ZOOMS:
        near = view._replace(lower=at - zoom * view.width / 2, upper=at + zoom * view.width / 2)
        (small,) = trace(near, [value], resolution)
        found = _passing(small, at, zoom * cell)
        if any(len(line) >= ROUND for line in found):
            coarse = [id(line) for line in _passing(level, at, cell)]
            return LevelSet(value, (*(line for line in level.lines if id(line) not in coarse), *found))
    return level


def _passing(level: LevelSet, at: np.ndarray, cell: float) -> list[np.ndarray]:
    """The lines that come within two cells of a point."""
    return [line for line in level.lines if np.linalg.norm(line - at, axis=1).min() <= 2 * cell]
