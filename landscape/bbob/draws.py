"""COCO's random numbers and what it draws from them: optima, optimal values and rotations, on the host.

Every instance of a BBOB function comes from one seed through a small generator of its own (Park and Miller's
multiplicative one, shuffled as Bays and Durham do), so that equal seeds mean equal landscapes everywhere.

Source: Hansen, Finck, Ros and Auger, Real-Parameter Black-Box Optimization Benchmarking 2009, INRIA RR-6829; the
order of the draws is that of COCO's C code (doi:10.1080/10556788.2020.1808977).
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

MULTIPLIER, MODULUS = 16807, 2**31 - 1
TABLE, WARM_UP, SLOT = 32, 40, 67108865  # numbers shuffled, steps thrown away, width of a table's slot
ROTATION = 1_000_000  # added to the seed for the first of the two rotations
SHARED = {4: 3, 18: 17}  # functions that take the seed of another one


def uniform(size: int, seed: int) -> np.ndarray:
    """`size` numbers in (0, 1) from `seed`, one after the other: (size,)."""
    state, table = max(1, abs(seed)), [0] * TABLE
    for slot in reversed(range(WARM_UP)):
        state = MULTIPLIER * state % MODULUS
        if slot < TABLE:
            table[slot] = state
    current, numbers = table[0], [0] * size
    for index in range(size):
        state = MULTIPLIER * state % MODULUS
        slot = current // SLOT
        numbers[index] = current = table[slot]
        table[slot] = state
    return np.array(numbers, np.float64) / MODULUS


def gaussian(size: int, seed: int) -> np.ndarray:
    """`size` normal numbers from `seed` by Box and Muller, who pair number i with number size + i here: (size,)."""
    first, second = uniform(2 * size, seed).reshape(2, size).tolist()
    pairs = zip(first, second, strict=True)
    return np.array([math.sqrt(-2.0 * math.log(one)) * math.cos(2.0 * math.pi * other) for one, other in pairs])


def rotation(dim: int, seed: int) -> np.ndarray:
    """A random orthogonal matrix (dim, dim): normal numbers column by column, then modified Gram–Schmidt."""
    columns = gaussian(dim * dim, seed).reshape(dim, dim)
    for index, column in enumerate(columns):
        column /= np.sqrt(in_turn(column * column))
        later = columns[index + 1 :]
        later -= np.outer(in_turn(later * column), column)
    return columns.T


def in_turn(terms: np.ndarray) -> np.ndarray:
    """Sums over the last axis, one term after the other as C does it; NumPy's own order gives other last digits.

    They matter: the waves of functions 16 and 19 are so short that the last digits of a rotation become the ninth.
    """
    return np.cumsum(terms, axis=-1)[..., -1]


def round_half_up(x):
    """The nearest whole number, and of two the upper one, as C programs write it."""
    return np.floor(x + 0.5)


class Draws:
    """What one instance of one function draws; each only if the function asks for it."""

    def __init__(self, function: int, dim: int, instance: int):
        self.dim = dim
        self.seed = SHARED.get(function, function) + 10_000 * instance

    def optimum(self, shift: int = 0) -> np.ndarray:
        """Where most functions have their minimum: (d,) in [−4, 4], four decimals."""
        drawn = 8.0 * np.floor(1e4 * uniform(self.dim, self.seed + shift)) / 1e4 - 4.0
        return np.where(drawn == 0.0, -1e-5, drawn)

    @cached_property
    def value(self) -> np.float64:
        """The optimal value, two decimals, Cauchy distributed and cut at ±1000."""
        one, other = (gaussian(1, self.seed + shift)[0] for shift in (0, 1))
        return np.clip(round_half_up(1e4 * one / other) / 100.0, -1000.0, 1000.0)

    @cached_property
    def rotation(self) -> np.ndarray:
        """The rotation called R: (d, d)."""
        return rotation(self.dim, self.seed + ROTATION)

    @cached_property
    def second_rotation(self) -> np.ndarray:
        """The rotation called Q: (d, d)."""
        return rotation(self.dim, self.seed)

    @cached_property
    def exponents(self) -> np.ndarray:
        """i / (d − 1), from 0 for the first coordinate to 1 for the last: (d,)."""
        return np.arange(self.dim) / (self.dim - 1)

    def scales(self, condition: float) -> np.ndarray:
        """The diagonal of Λ: axis lengths from 1 to √condition, (d,)."""
        return condition ** (0.5 * self.exponents)

    def twisted(self, condition: float) -> np.ndarray:
        """R Λ Q, one matrix (d, d)."""
        columns = self.rotation.T * self.scales(condition)[:, None]
        return sum(map(np.outer, columns, self.second_rotation))
