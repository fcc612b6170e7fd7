"""Planes: affine 2-D slices of a d-dimensional space, on which surfaces are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from landscape.parameters import LandscapeError

FLAT = "These directions lie on one line and span no plane; give independent ones."
SQUARE = 1e-9  # how far a basis may be from an orthonormal one and still count as one


@dataclass(frozen=True, eq=False)
class Plane:
    """Points origin + (u, v) · basis: origin (d,), basis (2, d), and names for its two axes.

    The basis is mostly orthonormal; any two independent directions will do, of any length: coordinates are then those
    of the nearest point of the plane. `about` says how the plane was made, in words and numbers that JSON can hold.
    """

    origin: np.ndarray
    basis: np.ndarray
    names: tuple[str, str] = ("u", "v")
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def axes(cls, origin, first: int = 0, second: int = 1, names: Sequence[str] | None = None) -> Plane:
        """The plane of two coordinates through `origin` (d,); u and v are those coordinates, called by `names` (d,)."""
        origin = np.array(origin, np.float64)
        for axis in (first, second):
            if not 0 <= axis < origin.size:
                raise LandscapeError(f"Axis {axis} does not exist; give two of 0 … {origin.size - 1}.")
        if first == second:
            raise LandscapeError(f"A plane needs two different axes, not {first} twice.")
        origin[[first, second]] = 0.0
        if names is None:
            names = ("x", "y") if origin.size == 2 else [f"x{i + 1}" for i in range(origin.size)]
        return cls(origin, np.eye(origin.size)[[first, second]], (names[first], names[second]))

    @classmethod
    def through(cls, a, b, c) -> Plane:
        """The plane through three points (d,): origin a, u towards b."""
        a, b, c = (np.asarray(point, np.float64) for point in (a, b, c))
        return cls(a, _orthonormal(np.stack([b - a, c - a])))

    @classmethod
    def random(cls, origin, seed: int = 0) -> Plane:
        """A plane through `origin` (d,) in two random directions."""
        origin = np.asarray(origin, np.float64)
        return cls(origin, _orthonormal(np.random.default_rng(seed).normal(size=(2, origin.size))))

    @cached_property
    def dual(self) -> np.ndarray:
        """What offsets are multiplied with to get coordinates (2, d): of an orthonormal basis, the basis itself."""
        if np.abs(self.basis @ self.basis.T - np.eye(2)).max() <= SQUARE:
            return self.basis
        lengths = np.linalg.norm(self.basis, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and lengths.all()):
            raise LandscapeError(FLAT)
        first, second = self.basis / lengths
        cosine = second @ first
        across = second - cosine * first
        sine = np.linalg.norm(across)
        if sine <= 1e-12:
            raise LandscapeError(FLAT)
        across /= sine**2
        return np.stack([first - cosine * across, across]) / lengths

    def points(self, u, v) -> np.ndarray:
        """The points (…, d) at plane coordinates u and v (…)."""
        return self.origin + np.asarray(u)[..., None] * self.basis[0] + np.asarray(v)[..., None] * self.basis[1]

    def span(self, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
        """The lower and upper corner (2, 2), in plane coordinates, of the shadow of a box (d,), (d,)."""
        middle, half = self.project((lower + upper) / 2), np.abs(self.dual) @ (upper - lower) / 2
        return np.stack([middle - half, middle + half])

    def project(self, positions) -> np.ndarray:
        """Plane coordinates (…, 2) of the foot of each position (…, d)."""
        return (np.asarray(positions, np.float64) - self.origin) @ self.dual.T

    def distance(self, positions) -> np.ndarray:
        """How far each position (…, d) is from the plane: (…)."""
        offset = np.asarray(positions, np.float64) - self.origin
        return np.linalg.norm(offset - (offset @ self.dual.T) @ self.basis, axis=-1)


def _orthonormal(directions: np.ndarray) -> np.ndarray:
    first, second = directions
    length = np.linalg.norm(first)
    unit = first / length if length > 0 else first
    across = second - (second @ unit) * unit
    if length == 0 or np.linalg.norm(across) <= 1e-12 * max(1.0, np.linalg.norm(second)):
        raise LandscapeError(FLAT)
    return np.stack([unit, across / np.linalg.norm(across)])
