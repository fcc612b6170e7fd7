"""Vectors in the space of weights: components of paths, conjugate directions, right angles."""

from __future__ import annotations

import numpy as np

from landscape.parameters import LandscapeError

SMALL = 1e-6  # of a path's extent: an extent across that is smaller is rounding
COLUMNS = 2**16  # of weights that are worked on at a time
LITTLE = "the loss bends too little along the gradient"
RANDOM = "so the second axis is a random conjugate direction"
NARROW = 0.3  # tangent of the smallest angle between two axes that makes a picture


def components(kept: list[np.ndarray], origin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Up to two unit vectors (k, d) along which points (t, d) spread most about the origin, and their shares (2,).

    From the smaller of the matrices of inner products, (t, t) or (d, d), and from COLUMNS weights at a time: of large
    models no copy of all points is made.
    """
    columns = [slice(begin, begin + COLUMNS) for begin in range(0, origin.size, COLUMNS)]

    def offsets(some: slice) -> np.ndarray:
        return np.concatenate([each[:, some] - origin[some] for each in kept])

    size = max(np.abs(offsets(some)).max() for some in columns)
    if size == 0:
        return np.zeros((0, origin.size)), np.zeros(2)
    wide = sum(map(len, kept)) <= origin.size
    parts = (offsets(some) / size for some in columns) if wide else [(offsets(slice(None)) / size).T]
    matrix = sum(part @ part.T for part in parts)
    spreads, vectors = np.linalg.eigh(matrix)
    spreads, vectors = np.maximum(spreads[::-1][:2], 0.0), vectors.T[::-1][:2]
    enough = spreads > SMALL**2 * spreads[0]
    found: list[np.ndarray] = []
    for vector in vectors[enough]:
        vector = np.concatenate([vector @ offsets(some) for some in columns]) if wide else vector
        found.append(signed(unit(across(vector, found))))
    shares = np.zeros(2)
    shares[: len(found)] = spreads[enough] / np.trace(matrix)
    return np.array(found), shares


def conjugate(along: np.ndarray, bent: np.ndarray, eps: float, seed: int) -> tuple[np.ndarray, list[str]]:
    """The unit vector v with v · H g = 0 for a unit vector g = `along`, where `bent` = H g, and notes.

    It lies between g and H g where it can. `eps` is the rounding of H g.
    """
    curvature, strength = float(along @ bent), np.linalg.norm(bent)
    rest = bent - curvature * along
    aside = np.linalg.norm(rest)
    if aside <= 100 * eps * strength:
        why = "the gradient is an eigenvector of the Hessian" if strength > 0 else LITTLE
        return beside([along], seed), [f"{why}, {RANDOM}"]
    if abs(curvature) > (NARROW if along.size > 2 else np.sqrt(eps)) * aside:
        return unit(rest - (rest @ bent / curvature) * along), []
    if along.size < 3:
        raise LandscapeError("The curvature along the gradient is zero here, so no direction is conjugate to it.")
    return beside([along, rest / aside], seed), [f"{LITTLE}, {RANDOM}"]


def beside(units, seed: int) -> np.ndarray:
    """A random unit vector (d,) at right angles to orthonormal ones (k, d)."""
    return unit(across(np.random.default_rng(seed).normal(size=len(units[0])), units))


def across(vector: np.ndarray, units) -> np.ndarray:
    """What is left of a vector at right angles to orthonormal ones."""
    for _ in range(2):  # twice: once leaves rounding
        for each in units:
            vector = vector - (vector @ each) * each
    return vector


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def signed(vector: np.ndarray) -> np.ndarray:
    """The one of two opposite vectors whose largest entry is positive, so that pictures do not flip."""
    return vector if vector[np.argmax(np.abs(vector))] > 0 else -vector


def off_line(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """How far c is from the line through a and b."""
    way = unit(b - a)
    return float(np.linalg.norm((c - a) - ((c - a) @ way) * way))
