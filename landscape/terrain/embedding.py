"""Maps of points in a plane, from nothing but how far apart they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError

ROUNDS, STILL = 300, 1e-7  # of majorization at most; the least relative gain that is worth another round


class Map(NamedTuple):
    """Points in a plane or along a line."""

    places: np.ndarray  # (k, dims)
    explained: float  # the share of all variance that these axes have, negative eigenvalues counted as none
    stress: float  # Kruskal's stress-1: 0 where all distances are as they should be, 0.2 and more are poor


def principal(distances, dims: int = 2) -> Map:
    """Principal components of points whose distances (k, k) count features that differ.

    Bits that differ, bonds that two tours do not share and places with other numbers are, up to a factor, squares of
    distances between lists of zeros and ones. So the components of those lists follow from the counts alone, by
    classical scaling of their square roots (Gower 1966).
    """
    return classical(np.sqrt(_checked(distances)), dims)


def classical(distances, dims: int = 2) -> Map:
    """Classical scaling (Torgerson 1952) of distances (k, k): exact where they are those of points in a plane."""
    distances = _checked(distances)
    square = distances**2
    means = square.mean(axis=0)
    values, vectors = np.linalg.eigh(-0.5 * (square - means - means[:, None] + means.mean()))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    places = np.zeros((len(distances), dims))
    used = min(dims, len(distances))
    places[:, :used] = vectors[:, :used] * np.sqrt(values[:used])
    total = values.sum()
    return Map(_turned(places), float(values[:dims].sum() / total) if total > 0 else 1.0, stress(distances, places))


def metric(distances, dims: int = 2, rounds: int = ROUNDS) -> Map:
    """Places (k, dims) whose distances are as near as possible to `distances` (k, k), by majorization from classical
    scaling (de Leeuw 1977)."""
    distances = _checked(distances)
    start = classical(distances, dims)
    places, least = start.places, start.stress
    for _ in range(rounds):
        apart = between(places)
        with np.errstate(all="ignore"):
            ratio = np.where(apart > 0, distances / apart, 0.0)
        places = (ratio.sum(axis=1)[:, None] * places - ratio @ places) / len(places)
        now = stress(distances, places)
        if least - now <= STILL * least:
            break
        least = now
    return Map(_turned(places), start.explained, stress(distances, places))


def between(places) -> np.ndarray:
    """Distances (k, k) between places (k, dims)."""
    square = (places**2).sum(axis=1)
    found = np.sqrt(np.maximum(square[:, None] + square - 2 * places @ places.T, 0.0))
    np.fill_diagonal(found, 0.0)
    return found


def stress(distances, places) -> float:
    """Kruskal's stress-1 of places (k, dims): the root of the squared misses, as a share of the squared distances."""
    apart, total = between(places), float((np.asarray(distances) ** 2).sum())
    return float(np.sqrt(((apart - distances) ** 2).sum() / total)) if total else 0.0


def _turned(places: np.ndarray) -> np.ndarray:
    """Signs so that the same distances give the same map: the place farthest out along each axis is on its right."""
    far = places[np.abs(places).argmax(axis=0), np.arange(places.shape[1])]
    return places * np.where(far < 0, -1.0, 1.0)


def _checked(distances) -> np.ndarray:
    distances = np.asarray(distances, np.float64)
    square = distances.ndim == 2 and distances.shape[0] == distances.shape[1] > 0
    if not square or not np.allclose(distances, distances.T) or not (distances >= 0).all():
        raise LandscapeError(
            "A map needs distances of every point to every other, (k, k), symmetric and not negative, not an array of "
            f"shape {distances.shape}; take fitness_distance.distances."
        )
    return distances
