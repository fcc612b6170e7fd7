"""Ends of many runs, gathered about the minima that they reached."""

from __future__ import annotations

import numpy as np

from landscape.geometry.critical import alone, classify, smooth, vanishing
from landscape.geometry.newton import TILE, Box
from landscape.surface import Surface

CELLS = 100  # along each side of the box; a run has arrived within one of its minimum
MOST = 1024  # cells, those with the most ends, from which minima are looked for
CROWD = 10  # times as many ends as starts in a cell make a crowd
FAR = 2  # boxes away from the box, beyond which a run has diverged


def gather(surface: Surface, lower, upper, ends, values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels (n,) of `ends` (n, d), −1 where not arrived, and the minima (k, d) that they name with their values."""
    shares = Box(surface, lower, upper - lower)
    at = (np.ascontiguousarray(ends.T, np.float64) - lower[:, None]) / shares.width[:, None]  # (d, n): fast to reduce
    labels, minima, heights = np.full(len(ends), -1), np.zeros((0, surface.dim)), np.zeros(0)
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(values) & (np.abs(at - 0.5).max(axis=0) < FAR + 0.5)
    here = slice(None) if finite.all() else np.flatnonzero(finite)
    at, values = at[:, here], np.asarray(values, np.float64)[here]
    if not values.size:
        return labels, minima, heights
    cells, inside, counts = _occupied(np.floor(at * CELLS).astype(np.int64))
    lowest = _lowest(values, inside, len(cells))
    minima, heights, nearest, other = _minima(shares, at[:, lowest].T, values[lowest], counts)
    goal = np.full(values.size, -1)
    if len(minima):
        goal = nearest[inside]
        goal = np.where(np.abs(at - minima.T[:, goal]).max(axis=0) <= 1 / CELLS, goal, -1)
    missing = np.bincount(inside[goal < 0], minlength=len(cells)) > 0
    crowded = counts >= max(4, CROWD * len(ends) / CELLS ** min(surface.dim, 2))
    level = values[lowest] <= values.min() + 1e-12 * np.ptp(values)
    wide = max(1, int(np.ceil(CELLS / np.sqrt(len(ends)))))  # so that neighbours in the grid of starts are neighbours
    for group in _groups(cells // wide, np.flatnonzero(other & missing & (crowded | level))):
        best = lowest[group[np.argmin(values[lowest[group]])]]
        goal[np.isin(inside, group) & (goal < 0)] = len(minima)
        minima, heights = np.vstack([minima, at[:, best]]), np.append(heights, values[best])
    labels[here] = goal
    return labels, lower + minima * shares.width, heights


def _occupied(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct cells (m, d) of (d, n), in which of them each end is (n,), and how many are in each (m,)."""
    if len(cells) > 2:
        return np.unique(cells.T, axis=0, return_inverse=True, return_counts=True)
    origin = cells.min(axis=1)
    wide = cells.max(axis=1) - origin + 1
    keys = (cells[0] - origin[0]) * wide[1] + (cells[1] - origin[1])
    totals = np.bincount(keys, minlength=int(np.prod(wide)))
    used = np.flatnonzero(totals)
    place = np.zeros(len(totals), np.intp)
    place[used] = np.arange(len(used))
    return np.column_stack(np.divmod(used, wide[1])) + origin, place[keys], totals[used]


def _lowest(values: np.ndarray, inside: np.ndarray, count: int) -> np.ndarray:
    """The index of the lowest end in each cell (m,)."""
    low = np.full(count, np.inf)
    np.minimum.at(low, inside, values)
    first = np.flatnonzero(values == low[inside])
    found = np.zeros(count, np.intp)
    found[inside[first]] = first
    return found


def _minima(shares: Box, at: np.ndarray, values: np.ndarray, counts: np.ndarray):
    """Smooth minima reached (k, d) with values (k,), the nearest to each cell (m,), and cells without any (m,).

    From the lowest end of each cell, `at` (m, d). What Newton's method finds above an end is not where it was going.
    """
    tried = np.argsort(-counts, kind="stable")[:MOST]
    slopes = np.linalg.norm(shares.slopes(np.random.default_rng(0).random((TILE, at.shape[1])))[1], axis=1)
    steepest = float(np.max(slopes, where=np.isfinite(slopes), initial=0.0))
    found = shares.polish(at[tried], 1.0)
    there = vanishing(found, steepest)
    there[there] = smooth(shares, found.points[there], steepest)
    kinds = np.full(len(tried), "nowhere", "<U10")
    kinds[there] = classify(found.hessians[there], steepest)[0]
    with np.errstate(invalid="ignore"):
        stayed = np.abs(found.points - at[tried]).max(axis=1) <= 1 / CELLS
    kept = alone(found, np.flatnonzero((kinds == "minimum") & stayed), steepest)
    other = np.ones(len(counts), bool)
    other[tried] = (kinds == "nowhere") | np.where(stayed, kinds == "degenerate", found.values >= values[tried])
    minima, nearest = found.points[kept], np.zeros(len(counts), np.intp)
    if len(kept):
        some = np.array_split(at, 1 + len(at) // 512)
        nearest = np.concatenate([np.abs(part[:, None] - minima).max(axis=2).argmin(axis=1) for part in some])
    return minima, found.values[kept], nearest, other


def _groups(cells: np.ndarray, chosen: np.ndarray) -> list[np.ndarray]:
    """Indices of `chosen` cells in groups that touch, at corners too."""
    left: dict[tuple[int, ...], list[int]] = {}
    for index in chosen:
        left.setdefault(tuple(cells[index].tolist()), []).append(index)
    groups = []
    while left:
        where, group = left.popitem()
        todo = [where]
        while todo:
            for near in [key for key in _around(np.array(todo.pop())) if key in left]:
                group = group + left.pop(near)
                todo.append(near)
        groups.append(np.array(group))
    return groups


def _around(cell: np.ndarray) -> list[tuple[int, ...]]:
    """The cells that touch `cell` (d,); in many dimensions only those that share a face."""
    if cell.size > 4:
        steps = np.concatenate([np.eye(cell.size, dtype=int), -np.eye(cell.size, dtype=int)])
    else:
        steps = np.stack(np.meshgrid(*[[-1, 0, 1]] * cell.size), axis=-1).reshape(-1, cell.size)
    return [tuple(each) for each in (cell + steps).tolist()]
