"""Maps of all bit strings of up to 16 bits, on which neighbouring places differ by one bit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.domains import Bits
from landscape.parameters import LandscapeError
from landscape.terrain.fitness_distance import losses

MOST = 16  # bits: 65,536 strings


class GrayMap(NamedTuple):
    """All strings of n bits as a map: the first half of the bits says the row, the second the column."""

    rows: np.ndarray  # (2^⌊n/2⌋,) the numbers whose bits are the first half, in Gray code order
    columns: np.ndarray  # (2^⌈n/2⌉,) the same for the second half
    heights: np.ndarray  # (rows, columns) losses
    optima: np.ndarray  # (rows, columns) bool: no neighbour by any of the n flips is lower


def gray_code(bits: int) -> np.ndarray:
    """The numbers 0 … 2^bits − 1 in an order in which one bit changes at a time, and from the last to the first."""
    at = np.arange(2**bits)
    return at ^ (at >> 1)


def position(code) -> np.ndarray:
    """At which place of the order a number stands: the inverse of `gray_code`."""
    at = np.array(code)
    shift = 1
    while shift < 64:
        at = at ^ (at >> shift)
        shift *= 2
    return at


def height_map(surface) -> GrayMap:
    """The losses of all strings of `surface`, arranged so that neighbours on the map are neighbours by one flip.

    A string has n neighbours and a place on the map four, so not every neighbour is beside it: that is why the local
    optima are told apart. A plateau of equal values counts as optima where nothing around it is lower.
    """
    _check(surface)
    values = losses(surface, strings(surface.dim))
    half = surface.dim // 2
    rows, columns = gray_code(half), gray_code(surface.dim - half)
    at = rows[:, None] << (surface.dim - half) | columns
    return GrayMap(rows, columns, values[at], local_optima(values)[at])


def strings(dim: int) -> np.ndarray:
    """All bit strings (2^dim, dim), as the numbers 0 … 2^dim − 1; the first bit counts most."""
    return (np.arange(2**dim)[:, None] >> np.arange(dim - 1, -1, -1) & 1).astype(np.float64)


def local_optima(values) -> np.ndarray:
    """Which of all 2^n strings have no lower neighbour by one flip (2^n,), from their losses in order of number."""
    values = np.asarray(values)
    lowest = np.ones(len(values), bool)
    for bit in range(len(values).bit_length() - 1):
        lowest &= values <= values[np.arange(len(values)) ^ (1 << bit)]
    return lowest


def places(dim: int, points) -> tuple[np.ndarray, np.ndarray]:
    """The columns and the rows of the map at which bit strings (…, d) stand."""
    bits = np.asarray(points).round().astype(int)
    half = dim // 2

    def number(part):
        return (part << np.arange(part.shape[-1] - 1, -1, -1)).sum(axis=-1)

    return position(number(bits[..., half:])), position(number(bits[..., :half]))


def _check(surface) -> None:
    if not isinstance(surface.domain, Bits):
        raise LandscapeError(f"{surface.label} has no bits to make a map of; take one_max, nk or knapsack.")
    if not 2 <= surface.dim <= MOST:
        raise LandscapeError(f"A map of all strings takes 2 to {MOST} bits, not {surface.dim}; take a smaller problem.")
