"""Critical points: where the gradient vanishes, found from many starts and told apart by the Hessian's eigenvalues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.geometry.newton import Box, Polished
from landscape.geometry.view import bound, epsilon
from landscape.parameters import LandscapeError
from landscape.surface import Surface

MOST = 16_384  # starts in all
FLAT = 1e-8  # gradients below this share of the largest are zero
SAME = 1e-5  # points nearer than this share of the box are one
SPREAD = 0.02  # degenerate points nearer than this are one; a whole curve of them is marked that densely
NEAR = 1e-3  # how far around a point the gradient is looked at


@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """Points of zero gradient, lowest first."""

    points: np.ndarray  # (k, d)
    values: np.ndarray  # (k,)
    kinds: np.ndarray  # (k,) "minimum", "maximum", "saddle" or "degenerate": an eigenvalue of the Hessian is zero
    index: np.ndarray  # (k,) how many eigenvalues are negative
    eigenvalues: np.ndarray  # (k, d) of the Hessian, ascending


def critical_points(
    surface: Surface,
    *,
    starts: int = 1024,
    seed: int = 0,
    tolerance: float | None = None,
    lower=None,
    upper=None,
    progress: float = 1.0,
) -> CriticalPoints:
    """The critical points of `surface` between `lower` and `upper` (d,), by default in its domain, borders included.

    Newton starts from the minima that the surface knows, in two dimensions from cells of a grid where both slopes
    change sign, and from random points until there are `starts` of them (more where there are more such cells).
    `tolerance` is how near, as a share of the box, the next Newton step must stay; by default the square root of the
    rounding error. Points of a flat region, and creases, are not critical points; of a curve of them (a level
    valley) some are given, as degenerate.
    """
    surface = bound(surface).freeze(progress)
    lower, upper = corners(surface, lower, upper)
    if isinstance(starts, bool) or not isinstance(starts, (int, np.integer)) or not 1 <= starts <= MOST:
        raise LandscapeError(f"starts={starts} is not a whole number from 1 to {MOST}.")
    if tolerance is not None and not 0 < tolerance < 1:
        raise LandscapeError(f"tolerance={tolerance} is not a share of the box between 0 and 1.")
    shares = Box(surface, lower, upper - lower)
    points, ways, steepest = _starts(shares, int(starts), np.random.default_rng(seed))
    found = shares.polish(points, ways)
    within = np.all(np.abs(found.points - 0.5) <= 0.5 + max(SAME / 1e3, 8 * epsilon()), axis=1)
    kept = alone(found, np.flatnonzero(vanishing(found, steepest, tolerance) & within), steepest)
    kept = kept[smooth(shares, found.points[kept], steepest)]
    kept = kept[np.argsort(found.values[kept], kind="stable")]
    at = np.clip(lower + found.points[kept] * shares.width, lower, upper)
    kinds, index = classify(found.hessians[kept], steepest)
    bends = np.linalg.eigvalsh(found.hessians[kept] / shares.width / shares.width[:, None])
    return CriticalPoints(at, found.values[kept], kinds, index, bends)


def vanishing(found: Polished, steepest: float, tolerance: float | None = None) -> np.ndarray:
    """Which walkers (n,) stopped where the gradient vanishes beside the `steepest` one seen."""
    near = 8 * np.sqrt(epsilon()) if tolerance is None else tolerance
    finite = np.isfinite(found.hessians).all(axis=(1, 2)) & np.isfinite(found.values)
    with np.errstate(invalid="ignore"):
        return finite & (found.steps <= near) & (_length(found.gradients) <= max(FLAT, 64 * epsilon()) * steepest)


def corners(surface: Surface, lower, upper) -> tuple[np.ndarray, np.ndarray]:
    """The corners (d,) of the box to search."""
    lower = np.asarray(surface.domain.lower if lower is None else lower, np.float64)
    upper = np.asarray(surface.domain.upper if upper is None else upper, np.float64)
    right = lower.shape == upper.shape == (surface.dim,)
    if not right or not np.all(np.isfinite(lower) & np.isfinite(upper) & (lower < upper)):
        raise LandscapeError(
            f"{surface.name} needs finite lower < upper of {surface.dim} numbers each, not {lower.tolist()} and "
            f"{upper.tolist()}."
        )
    return lower, upper


def classify(hessians: np.ndarray, steepest: float) -> tuple[np.ndarray, np.ndarray]:
    """Kinds (k,) and how many eigenvalues are negative (k,), of Hessians (k, d, d) in shares of the box.

    An eigenvalue is zero where it is nothing beside the largest, or beside the steepest slope of the box.
    """
    values = np.linalg.eigvalsh(hessians)
    most = np.maximum(np.abs(values).max(axis=1, initial=0.0), 1e-6 * steepest)
    zero = np.abs(values) <= max(1e-7, 64 * epsilon()) * most[:, None]
    index = np.sum((values < 0) & ~zero, axis=1)
    kinds = np.where(index == 0, "minimum", np.where(index == values.shape[1], "maximum", "saddle"))
    return np.where(zero.any(axis=1), "degenerate", kinds), index


def _length(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors, axis=-1)


def _starts(shares: Box, count: int, random) -> tuple[np.ndarray, np.ndarray, float]:
    """Starts (n, d) in shares of the box, which way each goes first (n,), and the steepest slope seen."""
    dim = shares.lower.size
    known = (shares.surface.minima - shares.lower) / shares.width
    rest = random.random((count, dim))
    seen = rest
    points, ways = known, np.zeros(len(known))
    if dim == 2:
        cells = max(8, 4 * int(np.sqrt(count)))
        side = np.arange(cells + 1) / cells
        seen = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    heights, gradients = shares.slopes(seen)
    if dim == 2:
        found = _promising(heights.reshape(cells + 1, -1), gradients.reshape(cells + 1, -1, 2))
        order = random.permutation(len(found[0]))[: MOST - len(known)]
        points, ways = np.vstack([points, found[0][order]]), np.append(ways, found[1][order])
    rest = rest[len(points) :]
    sizes = _length(gradients)
    steepest = float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
    return np.vstack([points, rest]), np.append(ways, np.arange(len(rest)) % 4 % 3 - 1.0), steepest


def _promising(height: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells of a grid on which both slopes change sign, and the lowest and highest points of their neighbourhood."""
    corners = np.stack([slope[:-1, :-1], slope[1:, :-1], slope[:-1, 1:], slope[1:, 1:]])
    with np.errstate(invalid="ignore"):
        crossed = np.argwhere(np.all((corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0), axis=-1))
        low, high = (np.argwhere(_lowest(sign * height)) for sign in (1, -1))
    points = np.concatenate([(crossed + 0.5)[:, ::-1], low[:, ::-1], high[:, ::-1]]) / (len(height) - 1)
    return points, np.repeat([0.0, 1.0, -1.0], [len(crossed), len(low), len(high)])


def _lowest(height: np.ndarray) -> np.ndarray:
    """Which points are lower than the eight around them."""
    walled = np.pad(height, 1, constant_values=np.inf)
    rows, columns = height.shape
    around = [walled[i : i + rows, j : j + columns] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    return height < np.min(around, axis=0)


def alone(found: Polished, arrived: np.ndarray, steepest: float) -> np.ndarray:
    """One index for each distinct point, that with the smallest gradient."""
    order = arrived[np.argsort(_length(found.gradients[arrived]), kind="stable")]
    kinds, _ = classify(found.hessians[order], steepest)
    reach = np.where(kinds == "degenerate", SPREAD, max(SAME, 1e3 * epsilon()))
    kept = []
    while len(order):
        first, near = order[0], _length(found.points[order] - found.points[order[0]]) <= reach
        kept.append(first)
        order, reach = order[~near], reach[~near]
    return np.array(kept, int)


def smooth(shares: Box, points: np.ndarray, steepest: float) -> np.ndarray:
    """Which points (k, d) are surrounded by slopes (not by a plateau) that fade towards them (no crease)."""
    if not len(points):
        return np.zeros(0, bool)
    dim = points.shape[1]
    around = np.array([NEAR, NEAR / 16])[:, None, None] * np.concatenate([np.eye(dim), -np.eye(dim)])
    probes = points[:, None, None] + around
    sizes = _length(shares.slopes(probes.reshape(-1, dim))[1]).reshape(probes.shape[:-1])
    far, near = sizes.max(axis=2).T
    with np.errstate(invalid="ignore"):
        return (near > epsilon() * FLAT * steepest) & (near <= 0.75 * far)
