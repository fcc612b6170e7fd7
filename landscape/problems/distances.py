"""Distances between cities as TSPLIB defines them (Reinelt 1995), and places for things with distances alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

PI, RADIUS = 3.141592, 6378.388  # of GEO, as the manual has them


def between(places: np.ndarray, kind: str, rounded: bool = True) -> np.ndarray:
    """The distances (n, n) of TSPLIB's kind EUC_2D, CEIL_2D, MAN_2D, MAX_2D, ATT or GEO between places (n, 2)."""
    steps = places[:, None] - places[None]
    apart = METRICS[kind](places, steps, rounded)
    np.fill_diagonal(apart, 0.0)
    return apart


def nearest_whole(numbers):
    """TSPLIB's nint, for what is not negative."""
    return np.floor(numbers + 0.5)


def _straight(places, steps, rounded: bool):
    apart = np.sqrt((steps**2).sum(axis=-1))
    return nearest_whole(apart) if rounded else apart


def _up(places, steps, rounded: bool):
    apart = np.sqrt((steps**2).sum(axis=-1))
    return np.ceil(apart) if rounded else apart


def _blocks(places, steps, rounded: bool):
    apart = np.abs(steps).sum(axis=-1)
    return nearest_whole(apart) if rounded else apart


def _longest_side(places, steps, rounded: bool):
    sides = np.abs(steps)
    return (nearest_whole(sides) if rounded else sides).max(axis=-1)


def _pseudo_euclidean(places, steps, rounded: bool):
    """Rounded up where rounding would give less than the root of a tenth of the square."""
    apart = np.sqrt((steps**2).sum(axis=-1) / 10.0)
    near = nearest_whole(apart)
    return np.where(near < apart, near + 1.0, near) if rounded else apart


def _on_the_globe(places, steps, rounded: bool):
    """Coordinates are degrees.minutes, latitude first; degrees are cut off towards zero, as the files expect."""
    latitude, longitude = np.moveaxis(PI * degrees(places) / 180.0, -1, 0)
    q1 = np.cos(longitude[:, None] - longitude)
    q2 = np.cos(latitude[:, None] - latitude)
    q3 = np.cos(latitude[:, None] + latitude)
    apart = RADIUS * np.arccos(np.clip(0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3), -1.0, 1.0))
    return np.floor(apart + 1.0) if rounded else apart


def degrees(places: np.ndarray) -> np.ndarray:
    """Decimal degrees of TSPLIB's degrees.minutes."""
    whole = np.trunc(places)
    return whole + 5.0 * (places - whole) / 3.0


METRICS: dict[str, Callable] = {
    "EUC_2D": _straight,
    "CEIL_2D": _up,
    "MAN_2D": _blocks,
    "MAX_2D": _longest_side,
    "ATT": _pseudo_euclidean,
    "GEO": _on_the_globe,
}


def laid_out(distances: np.ndarray) -> np.ndarray:
    """Places (n, 2) whose distances are about those given (n, n): classical scaling (Torgerson 1952)."""
    squares = distances**2
    inner = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean())
    values, vectors = np.linalg.eigh((inner + inner.T) / 2)
    axes = vectors[:, -1:-3:-1] * np.sqrt(np.maximum(values[-1:-3:-1], 0.0))
    return axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
