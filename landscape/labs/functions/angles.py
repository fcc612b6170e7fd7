"""The angle between gradients and level sets at many points, where the level set is found from values alone."""

from __future__ import annotations

import numpy as np

from landscape.geometry.view import View

AROUND = 64  # points of a circle
RADIUS = 2e-6  # of the circles, as a share of the view's width
REFINED = 4  # steps of false position for each crossing


def angles(view: View, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients (n, 2) at points (n, 2), and their angles (n,) in degrees to the level set; NaN where none passes.

    A small circle about the point has its value twice; the chord between those places is parallel to the level set.
    """
    values, gradients = view.probe(points)
    radius = RADIUS * float(np.max(view.width))
    turns = np.linspace(0.0, 2 * np.pi, AROUND, endpoint=False)
    around = _rise(view, points[:, None], values[:, None], radius, turns[None])
    crossed = (around > 0) != (np.roll(around, -1, axis=1) > 0)
    once = crossed.sum(axis=1) == 2
    found = np.full(len(points), np.nan)
    if once.any():
        place = np.argwhere(crossed[once])[:, 1].reshape(-1, 2)
        at = _crossings(view, points[once], values[once], radius, turns[place])
        ends = np.stack([np.cos(at), np.sin(at)], axis=-1)
        chord = ends[:, 1] - ends[:, 0]
        across = chord[:, 0] * gradients[once, 1] - chord[:, 1] * gradients[once, 0]
        found[once] = np.degrees(np.arctan2(np.abs(across), np.sum(chord * gradients[once], axis=1)))
    return gradients, found


def _crossings(view: View, points, values, radius: float, low: np.ndarray) -> np.ndarray:
    """Where, within one step after `low` (n, 2), circles have the value of their middle: by false position."""
    high = low + 2 * np.pi / AROUND
    points, values = points[:, None], values[:, None]
    before, after = (_rise(view, points, values, radius, side) for side in (low, high))
    for _ in range(REFINED):
        at = low - before * (high - low) / (after - before)
        here = _rise(view, points, values, radius, at)
        same = (here > 0) == (before > 0)
        low, before = np.where(same, at, low), np.where(same, here, before)
        high, after = np.where(same, high, at), np.where(same, after, here)
    return low - before * (high - low) / (after - before)


def _rise(view: View, points, values, radius: float, turns: np.ndarray) -> np.ndarray:
    """How far above `values` the surface is on circles about `points` (n, 1, 2), at angles (n or 1, k)."""
    ring = points + radius * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    return view.probe(ring)[0].reshape(ring.shape[:-1]) - values
