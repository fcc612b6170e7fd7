"""Straight lines between two solutions: loss and measures along them, and the barrier in between.

Two solutions may be joined by low loss all the way or be parted by a ridge (Goodfellow et al. 2015, arXiv:1412.6544).
The barrier is how far the loss rises above the straight line between the losses of the ends (Frankle et al. 2020,
arXiv:1912.05671); of measures such as accuracy, how far they fall below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from landscape.networks import paths
from landscape.parameters import LandscapeError
from landscape.surface import Surface

MOST = 10_001  # points along a line


@dataclass(frozen=True, eq=False)
class Line:
    """Loss and measures along a way from a (t = 0) to b (t = 1); NaN and infinity are kept."""

    t: np.ndarray  # (m,), 0 and 1 among them
    values: dict[str, np.ndarray]  # name -> (m,)
    a: np.ndarray  # (d,)
    b: np.ndarray  # (d,)
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def loss(self) -> np.ndarray:
        """(m,)"""
        return self.values["loss"]

    @property
    def ends(self) -> dict[str, tuple[float, float]]:
        """The values at a and at b, by name: to the bit those of the two solutions."""
        at = [int(np.flatnonzero(self.t == end)[0]) for end in (0.0, 1.0)]
        return {name: tuple(float(found[k]) for k in at) for name, found in self.values.items()}

    @property
    def barriers(self) -> dict[str, float]:
        """How much worse than the straight line between its ends each value gets in between, by name; never below 0.

        A loss that is not finite in between is an infinite barrier.
        """
        between = (self.t >= 0) & (self.t <= 1)
        t = self.t[between]
        found = {}
        for name, (first, last) in self.ends.items():
            straight = (1 - t) * first + t * last
            worse = (self.values[name][between] - straight) * (1 if name == "loss" else -1)
            found[name] = max(0.0, float(np.max(np.where(np.isfinite(worse), worse, np.inf))))
        return found

    @property
    def barrier(self) -> float:
        """That of the loss."""
        return self.barriers["loss"]

    @property
    def told(self) -> str:
        first, last = self.ends["loss"]
        ends = f"the losses of its ends, {first:.3g} and {last:.3g}"
        if self.barrier == 0:
            return f"Nowhere in between does the loss rise above the line between {ends}."
        return f"In between the loss rises by {self.barrier:.3g} above the line between {ends}."


def line(
    surface: Surface, a, b, *, resolution: int = 51, extend: float = 0.0, wants: str | Sequence[str] | None = None
) -> Line:
    """Loss and measures on the straight line from solution `a` to `b` (d,), at `resolution` points, ends included.

    `extend` goes on beyond both ends by that share of the distance, in the same steps. `wants` names what is
    evaluated, by default the loss and every measure of the surface.
    """
    wants = ("loss", *surface.measures) if wants is None else paths.named(wants)
    if "loss" not in wants:
        raise LandscapeError(f"wants={list(wants)} leaves out the loss, from which the barrier comes; name it too.")
    first, last = paths.ends(surface, a, b)
    t = moments(resolution, extend)
    points = between(first, last, t)
    values = paths.values(surface, points, wants)
    distance = float(np.linalg.norm(last.astype(np.float64) - first.astype(np.float64)))
    return Line(t, values, first, last, {"method": "straight line", "distance": distance, "extend": float(extend)})


def moments(resolution: int, extend: float = 0.0) -> np.ndarray:
    """t (m,): `resolution` of them from 0 to 1, both exactly, and as many more in the same steps as `extend` asks."""
    if isinstance(resolution, bool) or not isinstance(resolution, (int, np.integer)) or not 2 <= resolution <= MOST:
        raise LandscapeError(f"resolution={resolution} is not a whole number of points in 2 … {MOST:,}.")
    if not isinstance(extend, (int, float)) or not 0 <= extend <= 10:
        raise LandscapeError(f"extend={extend} is not in 0 … 10, the share of the line that is added at both ends.")
    inside = np.linspace(0.0, 1.0, resolution)
    beyond = inside[1] * np.arange(1, round(extend * (resolution - 1)) + 1)
    if 2 * len(beyond) + resolution > MOST:
        raise LandscapeError(f"That makes more than {MOST:,} points on the line; take a smaller resolution or extend.")
    return np.concatenate([-beyond[::-1], inside, 1.0 + beyond])


def between(first: np.ndarray, last: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The points (m, d) at t (m,) of the way from first to last (d,), in their precision; both ends to the bit."""
    t = t[:, None]
    points = ((1 - t) * first.astype(np.float64) + t * last.astype(np.float64)).astype(first.dtype)
    return np.where(t == 0, first, np.where(t == 1, last, points))
