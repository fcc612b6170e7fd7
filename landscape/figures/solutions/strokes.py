"""Shapes that differ from moment to moment, as marks: lines of several pieces, polygons, words that come and go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Line, Notes

GAP = np.full((1, 2), np.nan)


def moments(x: Any) -> np.ndarray:
    """Solutions (frames, d) of one (d,) or many."""
    return np.atleast_2d(np.asarray(x, np.float64))


def line(frames: Sequence[np.ndarray], **look: Any) -> Line:
    """A line through points (k, 2) of each moment; NaN breaks it, and k may differ. It is solid if not told."""
    return Line(**_sides(frames), **{"dash": False} | look)


def notes(frames: Sequence[np.ndarray], texts: Sequence[str] | Sequence[Sequence[str]], **look: Any) -> Notes:
    """Words at points (k, 2) of each moment; `texts` (k,) are the same at all of them, or there is a row for each."""
    sides = _sides(frames)
    rows = bool(texts) and not isinstance(texts[0], str)
    if rows and len(frames) > 1:
        return Notes(**sides | {"moving": ("x", "y", "texts")}, texts=[list(row) for row in texts], **look)
    return Notes(**sides, texts=list(texts[0] if rows else texts), **look)


def _sides(frames: Sequence[np.ndarray]) -> dict[str, Any]:
    """x and y of a mark, moving where there is more than one moment."""
    frames = [np.asarray(each, np.float64).reshape(-1, 2) for each in frames]
    if len(frames) == 1:
        return {"x": frames[0][:, 0], "y": frames[0][:, 1]}
    held = np.full((len(frames), max(1, *map(len, frames)), 2), np.nan)
    for row, points in zip(held, frames, strict=True):
        row[: len(points)] = points
    return {"x": held[..., 0], "y": held[..., 1], "moving": ("x", "y")}


def pieces(shapes: Sequence[np.ndarray]) -> np.ndarray:
    """Shapes (k, 2) one after the other, with gaps between."""
    return np.concatenate([part for shape in shapes for part in (np.asarray(shape, np.float64), GAP)] or [GAP])


def legs(points: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """A line from point to point (n, 2) for each pair (m, 2) of their numbers, with gaps between."""
    pairs = np.asarray(pairs, int).reshape(-1, 2)
    joined = np.full((len(pairs), 3, 2), np.nan)
    joined[:, :2] = points[pairs]
    return joined.reshape(-1, 2) if len(pairs) else GAP


def radius(places: np.ndarray) -> float:
    """Of circles around places (n, 2) that are seen and mostly apart."""
    extent = np.ptp(places, axis=0)
    usual = 0.3 * float(np.sqrt(np.prod(np.maximum(extent, 0.05 * max(extent.max(), 1e-9))) / len(places)))
    return min(0.8 * usual, max(0.5 * near(places), 0.42 * usual))


def near(places: np.ndarray) -> float:
    """A distance from which most places (n, 2) are farther from the next one."""
    if len(places) < 2:
        return 0.0
    apart = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    apart[np.diag_indices(len(places))] = np.inf
    return float(np.quantile(apart.min(axis=1), 0.25))


def circles(places: np.ndarray, radius: float, corners: int = 24) -> np.ndarray:
    """Circles around places (n, 2), or shapes with as many corners; four make an upright square of that half side."""
    turn = np.linspace(0, 2 * np.pi, corners + 1) + (np.pi / 4 if corners == 4 else 0.0)
    ring = radius * (np.sqrt(2.0) if corners == 4 else 1.0) * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    return pieces([place + ring for place in places])


def boxes(left: Any, low: Any, right: Any, high: Any) -> np.ndarray:
    """Closed rectangles (n, 2 corners each), with gaps between."""
    left, low, right, high = np.broadcast_arrays(*(np.atleast_1d(np.asarray(each, float)) for each in
                                                   (left, low, right, high)))  # fmt: skip
    if not left.size:
        return GAP
    void = np.full(left.shape, np.nan)
    x = np.stack([left, right, right, left, left, void], axis=-1)
    y = np.stack([low, low, high, high, low, void], axis=-1)
    return np.stack([x.ravel(), y.ravel()], axis=-1)
