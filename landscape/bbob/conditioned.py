"""BBOB functions 10 to 14: one basin, badly conditioned and turned."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from landscape.bbob.blocks import (
    Function,
    nonzero,
    oscillated,
    ramp,
    root,
    scaled,
    skewed,
    total,
    true,
    weighted,
)
from landscape.bbob.draws import ROTATION
from landscape.bbob.moderate import twisted


def rotated(draws) -> dict:
    return {"optimum": draws.optimum(), "matrix": draws.rotation}


def bent(draws) -> dict:
    """The one function whose optimum has the seed of the rotation."""
    return {"optimum": draws.optimum(ROTATION), "matrix": draws.rotation}


def turned(x, data):
    return weighted(data["matrix"], x - data["optimum"])


def first_and_rest(z, first: float, rest: float):
    """first · z₁² + rest · (z₂² + … + z_d²)."""
    return weighted(np.r_[first, np.full(z.size - 1, rest)], z * z)


def ellipsoid(x, data):
    return weighted(1e6 ** ramp(x.size), oscillated(turned(x, data)) ** 2)


def discus(x, data):
    return first_and_rest(oscillated(turned(x, data)), 1e6, 1.0)


def bent_cigar(x, data):
    z = weighted(data["matrix"], skewed(turned(x, data), 0.5))
    return first_and_rest(z, 1.0, 1e6)


def sharp_ridge(x, data):
    z = turned(x, data)
    return z[0] ** 2 + 100.0 * root(first_and_rest(z, 0.0, 1.0))


def different_powers(x, data):
    z = turned(x, data)
    powers = jnp.exp(scaled(2.0 + 4.0 * ramp(x.size), jnp.log(nonzero(z))))
    return root(total(powers * true(z != 0.0, x)))


FUNCTIONS = {
    10: Function("rotated ellipsoid", rotated, ellipsoid, True,
                 r"\sum_i 10^{6\frac{i-1}{d-1}} z_i^2,\quad z = T_{osz}(R (x - x^*))"),
    11: Function("discus", rotated, discus, True, r"10^6 z_1^2 + \sum_{i>1} z_i^2,\quad z = T_{osz}(R (x - x^*))"),
    12: Function("bent cigar", bent, bent_cigar, True,
                 r"z_1^2 + 10^6 \sum_{i>1} z_i^2,\quad z = R\, T_{asy}^{0.5}(R (x - x^*))"),
    13: Function("sharp ridge", twisted(10.0), sharp_ridge, False,
                 r"z_1^2 + 100 \sqrt{\textstyle\sum_{i>1} z_i^2},\quad z = R \Lambda^{10} Q (x - x^*)"),
    14: Function("different powers", rotated, different_powers, False,
                 r"\sqrt{\textstyle\sum_i |z_i|^{2 + 4\frac{i-1}{d-1}}},\quad z = R (x - x^*)"),
}  # fmt: skip
