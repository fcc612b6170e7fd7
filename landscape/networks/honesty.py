"""How far a picture on a plane may be trusted: what of a path lies in the plane, and what the losses really were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from landscape.networks import paths
from landscape.parameters import Choice, LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

FROM = Choice("origin", "mean")
NUMBERS = 2**22  # that are worked on at a time


@dataclass(frozen=True, eq=False)
class Fidelity:
    """A path beside its shadow on a plane, moment by moment, all float64; NaN where the path is not finite."""

    coordinates: np.ndarray  # (t, 2) on the plane, of the nearest point of it
    distance: np.ndarray  # (t,) off the plane
    true: np.ndarray  # (t,) losses of the weights
    on_plane: np.ndarray  # (t,) losses of the nearest points of the plane, where the path is drawn
    explained: float  # share of the squared distances from the plane's origin that lies in the plane; NaN of none

    @property
    def off(self) -> np.ndarray:
        """(t,) how much the plane's loss differs from the true one."""
        with np.errstate(invalid="ignore"):
            return self.on_plane - self.true

    @property
    def told(self) -> str:
        """A sentence for captions."""
        if not np.isfinite(self.distance).any():
            return "No point of the path is finite."
        if not np.isfinite(self.explained):
            return "The path never leaves the plane's origin."
        worst = int(np.nanargmax(self.distance))
        return (
            f"{self.explained:.0%} of the path's squared distance from the centre lies in this plane; at its farthest "
            f"it is {self.distance[worst]:.3g} off, where the true loss is {self.true[worst]:.3g} and the drawn one "
            f"{self.on_plane[worst]:.3g}."
        )


def fidelity(surface: Surface, plane: Plane, weights, *, losses=None) -> Fidelity:
    """Set the path of `weights` (t, d), a Training or a Trajectory beside its shadow on `plane`.

    `losses` (t,), where they are known on all data, are taken instead of evaluating them again.
    """
    weights = paths.path(surface, weights, "weights")
    _fits(plane, surface.dim)
    finite = np.isfinite(weights).all(axis=1)

    def spread(function: Callable) -> np.ndarray:
        """What a function finds at finite points (k, d), with NaN at the others."""
        found = _some(function, weights[finite])
        full = np.full((len(weights), *found.shape[1:]), np.nan)
        full[finite] = found
        return full

    def drawn(points: np.ndarray) -> np.ndarray:
        return _losses(surface, plane.points(*plane.project(points).T).astype(points.dtype))

    return Fidelity(
        coordinates=spread(plane.project),
        distance=spread(plane.distance),
        true=spread(partial(_losses, surface)) if losses is None else _given(losses, len(weights)),
        on_plane=spread(drawn),
        explained=explained(plane, weights),
    )


def explained(plane: Plane, weights, *, about: str = "origin") -> float:
    """The share of the squared distances of points (t, d) that lies in the directions of the plane, in 0 … 1.

    Distances are from the plane's "origin", or from the points' own "mean", which is the usual explained variance.
    Points that are not finite are left out. NaN where there is no distance at all.
    """
    FROM.check(about, f"explained(about={about})")
    weights = np.atleast_2d(np.asarray(weights))
    _fits(plane, weights.shape[1])
    weights = weights[np.isfinite(weights).all(axis=1)]
    if not len(weights):
        return float("nan")
    shift = plane.origin - (plane.origin if about == "origin" else weights.mean(axis=0, dtype=np.float64))
    off = _some(lambda points: plane.distance(points + shift), weights)
    all_of_it = _some(lambda points: np.linalg.norm(points + (shift - plane.origin), axis=1), weights)
    size = all_of_it.max()
    if size == 0:
        return float("nan")
    return float(np.clip(1.0 - np.sum((off / size) ** 2) / np.sum((all_of_it / size) ** 2), 0.0, 1.0))


def _some(function: Callable, points: np.ndarray) -> np.ndarray:
    """What a function finds at points (t, d), a few of them at a time: of large models no copy of all is made."""
    step = max(1, NUMBERS // points.shape[1])
    return np.concatenate([function(points[begin : begin + step]) for begin in range(0, max(1, len(points)), step)])


def _fits(plane: Plane, dim: int) -> None:
    if plane.origin.size != dim:
        raise LandscapeError(f"This plane lies in {plane.origin.size} dimensions, the weights in {dim}; give its own.")


def _losses(surface: Surface, points: np.ndarray) -> np.ndarray:
    return paths.values(surface, points)["loss"] if len(points) else np.zeros(0)


def _given(losses, count: int) -> np.ndarray:
    found = np.asarray(losses)
    if found.shape != (count,) or found.dtype.kind not in "fiu":
        raise LandscapeError(f"losses have the shape {found.shape}; give one for each of the {count} moments.")
    return found.astype(np.float64)
