"""Random numbers of other laws from uniform ones in [0, 1), by the inverse of their distribution function.

Moves are functions of uniform numbers, and these laws are nearly all that they compute.  XLA calls a library for each
single tangent and inverse error function on a CPU; what is written here as polynomials runs at the speed of memory.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from numpy.polynomial import chebyshev

# The inverse error function over x, as polynomials in w = -log(1 - x²): near the middle, and in the tails.
# Source: Giles, GPU Computing Gems Jade Edition (2012), chapter 10; relative error 4e-7.
MIDDLE = (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 2.1858087e-04, -1.25372503e-03,
          -4.17768164e-03, 2.46640727e-01, 1.50140941)  # fmt: skip
TAIL = (-2.00214257e-04, 1.00950558e-04, 1.34934322e-03, -3.67342844e-03, 5.73950773e-03, -7.6224613e-03,
        9.43887047e-03, 1.00167406, 2.83297682)  # fmt: skip


def _steep(share):
    """tan(πt) (1 - 4t²) / t at t² = share / 4: smooth up to the pole."""
    t = 0.5 * np.sqrt(share)
    return np.tan(np.pi * t) * (1.0 - share) / t


# In powers of 8t² - 1, the highest first; relative error 1e-13.
TANGENT = chebyshev.cheb2poly(chebyshev.chebinterpolate(lambda z: _steep(0.5 * (z + 1.0)), 9))[::-1].tolist()


def _horner(coefficients, x: jax.Array) -> jax.Array:
    total = jnp.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def gaussian(uniform: jax.Array) -> jax.Array:
    """Standard normal numbers, finite at both ends; float64 ones to the last digit, but many times slower."""
    half = 0.5 * jnp.finfo(uniform.dtype).eps
    share = jnp.clip(uniform, half, 1.0 - half)
    if uniform.dtype == jnp.float64:
        return np.sqrt(2.0) * jax.lax.erf_inv(2.0 * share - 1.0)
    w = -jnp.log(4.0 * share * (1.0 - share))
    factor = jnp.where(w < 5.0, _horner(MIDDLE, w - 2.5), _horner(TAIL, jnp.sqrt(w) - 3.0))
    return np.sqrt(2.0).astype(uniform.dtype) * (2.0 * share - 1.0) * factor


def cauchy(uniform: jax.Array) -> jax.Array:
    """Standard Cauchy numbers: mostly small, sometimes very long (Szu and Hartley 1987), finite at both ends."""
    edge = jnp.finfo(uniform.dtype).eps
    share = jnp.clip(uniform, edge, 1.0 - edge)
    t = share - 0.5
    return t * _horner(TANGENT, 8.0 * t * t - 1.0) / (4.0 * share * (1.0 - share))
