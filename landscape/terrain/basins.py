"""Basins of attraction of discrete problems: how many places lead down to each local optimum."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.domains import Bits
from landscape.parameters import LandscapeError
from landscape.terrain.descent import Descents, descend
from landscape.terrain.fitness_distance import correlation, losses
from landscape.terrain.gray_code import strings
from landscape.terrain.optima import distinct, drawn
from landscape.terrain.walks import domain

MOST = 16  # bits, whose basins are counted exactly: 65,536 strings


class Basins(NamedTuple):
    """Local optima, the best one first, and how many starts lead to each by best improvement."""

    points: np.ndarray  # (k, d) in canonical form
    values: np.ndarray  # (k,) losses
    sizes: np.ndarray  # (k,) starts that end there: of all strings, or of those that were drawn
    of: np.ndarray  # (starts,) the optimum that each start leads to; strings in order of number
    exact: bool

    @property
    def correlation(self) -> float:
        """Of loss and the logarithm of size: below 0, the better the larger. NaN where one of them is constant."""
        return correlation(self.values, np.log(self.sizes))


def exact(surface) -> Basins:
    """Every basin of bit strings of up to 16 bits, of which one flips at a time.

    LandscapeError for other domains, for other neighbourhoods and for longer strings.
    """
    place = domain(surface)
    if not isinstance(place, Bits) or place.neighborhood != "flip" or surface.dim > MOST:
        moves = f"{surface.dim} coordinates and moves by {place.neighborhood}"
        raise LandscapeError(
            f"Exact basins need strings of at most {MOST} bits whose neighborhood is flip, and {surface.label} has "
            f"{moves}; count them from random starts instead."
        )
    points = strings(surface.dim)
    values = losses(surface, points)
    ends = _ends(values)
    tops = np.unique(ends)
    tops = tops[np.argsort(values[tops], kind="stable")]
    number = np.zeros(len(values), int)
    number[tops] = np.arange(len(tops))
    of = number[ends]
    return Basins(points[tops], values[tops], np.bincount(of, minlength=len(tops)), of, True)


def _ends(values: np.ndarray) -> np.ndarray:
    """Which of 2^n strings each one leads to, by going to the lowest neighbour, the first bit's among equals."""
    numbers, bits = np.arange(len(values)), len(values).bit_length() - 1
    around = numbers[:, None] ^ (1 << np.arange(bits - 1, -1, -1))  # the first bit counts most
    lowest = np.argmin(values[around], axis=1)
    onward = around[numbers, lowest]
    onward = np.where(values[onward] < values, onward, numbers)
    while True:  # twice as far each time
        further = onward[onward]
        if np.array_equal(further, onward):
            return onward
        onward = further


def sampled(surface, runs: int, seed: int = 0) -> Basins:
    """Basins by descents from random starts: sizes are counts among `runs`, and most small basins are never met."""
    if runs < 1:
        raise LandscapeError(f"{runs} starts meet no basin; give 1 or more.")
    return counted(surface, descend(surface, drawn(surface, runs, seed)))


def counted(surface, found: Descents) -> Basins:
    """Basins by descents that were made."""
    optima = distinct(domain(surface), found.points, found.values)
    sizes = np.bincount(optima.which, minlength=len(optima.values))
    return Basins(optima.points, optima.values, sizes, optima.which, False)
