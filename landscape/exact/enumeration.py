"""Small problems by looking at every point: the proof that needs no argument, and a check of all others."""

from __future__ import annotations

import itertools
import math

import jax
import numpy as np

from landscape.domains import Bits, Integers, Permutations
from landscape.exact.solver import End, Found, Work, solver
from landscape.problems import ENTRIES

MOST, AT_ONCE = 2**20, 2**14  # points


def size(domain) -> int:
    """How many points there are; 0 where that is not known."""
    if isinstance(domain, Permutations):
        return math.factorial(min(domain.length, 20))
    return math.prod(_counts(domain)) if isinstance(domain, (Bits, Integers)) else 0


def _counts(domain) -> list[int]:
    """How many numbers each place may hold."""
    return [int(each) + 1 for each in domain.upper]


def refuses(surface) -> str:
    points = size(surface.domain)
    return "" if 0 < points <= MOST else f"takes up to {MOST:,} points"


@solver(problems=tuple(ENTRIES), rank=3, refuses=refuses)
def enumeration(surface, *, limit: float, workers: int) -> Work:
    """Evaluates all points, many at once; there is no bound before the last one is seen."""
    total = size(surface.domain)
    many = jax.jit(jax.vmap(surface.at(1.0, np.float64).loss))
    best, at = np.inf, None
    for seen in range(0, total, AT_ONCE):
        points = _points(surface.domain, seen, min(seen + AT_ONCE, total))
        padded = points if len(points) == AT_ONCE else np.resize(points, (AT_ONCE, points.shape[1]))
        with jax.enable_x64(True):
            values = np.asarray(many(padded))[: len(points)]
        if values.min() < best:
            best, at = float(values.min()), points[values.argmin()]
        yield Found(-np.inf, best, at, f"{seen + len(points):,} of {total:,} points")
    yield Found(best, best, at, "all points")
    return End("proved")


def _points(domain, first: int, last: int) -> np.ndarray:
    """Those numbered first … last − 1: (last − first, d)."""
    if isinstance(domain, Permutations):
        return np.array(list(itertools.islice(itertools.permutations(range(domain.length)), first, last)), np.float64)
    counts = _counts(domain)
    return np.stack(np.unravel_index(np.arange(first, last), counts), axis=1).astype(np.float64)
