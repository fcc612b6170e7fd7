"""How far a picture on a plane may be trusted: what of a path lies in the plane, and what the losses really were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.networks import paths
from landscape.parameters import Choice, LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

FROM = Choice("origin", "mean")


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
    kept = weights[finite]
    coordinates = _spread(plane.project(kept), finite)
    distance = _spread(plane.distance(kept), finite)
    feet = plane.points(*plane.project(kept).T).astype(weights.dtype)
    on_plane = _spread(_losses(surface, feet), finite)
    true = _spread(_losses(surface, kept), finite) if losses is None else _given(losses, len(weights))
    return Fidelity(coordinates, distance, true, on_plane, explained(plane, kept))


def explained(plane: Plane, weights, *, about: str = "origin") -> float:
    """The share of the squared distances of points (t, d) that lies in the directions of the plane, in 0 … 1.

    Distances are from the plane's "origin", or from the points' own "mean", which is the share that principal
    components state. Points that are not finite are left out. NaN where there is no distance at all.
    """
    FROM.check(about, f"explained(about={about})")
    weights = np.atleast_2d(np.asarray(weights, np.float64))
    _fits(plane, weights.shape[1])
    weights = weights[np.isfinite(weights).all(axis=1)]
    if not len(weights):
        return float("nan")
    offsets = weights - (plane.origin if about == "origin" else weights.mean(axis=0))
    size = np.abs(offsets).max()
    if size == 0:
        return float("nan")
    off = plane.distance(plane.origin + offsets) / size
    return float(np.clip(1.0 - np.sum(off**2) / np.sum((offsets / size) ** 2), 0.0, 1.0))


def _fits(plane: Plane, dim: int) -> None:
    if plane.origin.size != dim:
        raise LandscapeError(f"This plane lies in {plane.origin.size} dimensions, the weights in {dim}; give its own.")


def _losses(surface: Surface, points: np.ndarray) -> np.ndarray:
    return paths.values(surface, points)["loss"] if len(points) else np.zeros(0)


def _spread(found: np.ndarray, finite: np.ndarray) -> np.ndarray:
    """What was found at finite points, with NaN at the others."""
    full = np.full((len(finite), *found.shape[1:]), np.nan)
    full[finite] = found
    return full


def _given(losses, count: int) -> np.ndarray:
    found = np.asarray(losses, np.float64)
    if found.shape != (count,):
        raise LandscapeError(f"losses have the shape {found.shape}; give one for each of the {count} moments.")
    return found
