"""The building blocks that BBOB functions share, fast on a processor and with finite gradients everywhere.

Sums are products with a vector and sines are polynomials, because XLA makes vector instructions of those and of the
others not.  Logarithms and roots see one where they would see zero, so that no gradient is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

HALF_WIDTH = 5.0  # of the box, in every coordinate
SINE = [(-1) ** k * math.pi ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(12)]  # Taylor's, of sin πx


class Function(NamedTuple):
    """One function of the suite: `data` draws an instance on the host, `loss` evaluates it."""

    name: str
    data: Callable  # Draws -> dict of float64 arrays, among them the `optimum` (d,)
    loss: Callable  # (x (d,), the same dict in the dtype of x) -> (), how much above the optimal value
    smooth: bool  # has a gradient everywhere
    formula: str  # LaTeX without the optimal value


def ramp(dim: int) -> np.ndarray:
    """From 0 for the first coordinate to 1 for the last: (d,)."""
    return np.arange(dim) / (dim - 1)


def like(x: jax.Array, numbers) -> jax.Array:
    """Constants in the dtype of x."""
    return jnp.asarray(numbers, x.dtype)


def weighted(weights, x: jax.Array) -> jax.Array:
    """Σ wᵢ xᵢ; or, of a matrix (m, d), such a sum for each of its rows, in full precision on every device."""
    return jnp.dot(like(x, weights), x, precision="highest")


def scaled(factors, x: jax.Array) -> jax.Array:
    """wᵢ xᵢ: (d,).

    Written as a product of matrices without a sum, because that puts the axis of vmap last, and vector instructions
    then run along the batch.  It stays there unless a select, or an array that is not mapped, comes in.
    """
    return lax.dot_general(like(x, factors), x, (((), ()), ((0,), (0,))), precision="highest")


def columns(x: jax.Array) -> jax.Array:
    """x itself, the axis of vmap last."""
    return scaled(np.ones(x.size), x)


def total(x: jax.Array) -> jax.Array:
    return weighted(np.ones(x.size), x)


def penalty(x: jax.Array) -> jax.Array:
    """Σ max(0, |xᵢ| − 5)²: nothing inside the box."""
    return total(jnp.maximum(0.0, jnp.abs(x) - HALF_WIDTH) ** 2)


def sine_near_zero(x: jax.Array) -> jax.Array:
    """sin πx for |x| ≤ ½."""
    square, made = x * x, SINE[-1]
    for factor in SINE[-2::-1]:
        made = made * square + factor
    return x * made


def sine(x: jax.Array) -> jax.Array:
    """sin x."""
    turns = x / math.pi
    whole = jnp.round(turns)
    odd = whole - 2.0 * jnp.floor(0.5 * whole)
    return (1.0 - 2.0 * odd) * sine_near_zero(turns - whole)


def ripple(x: jax.Array) -> jax.Array:
    """sin² πx = (1 − cos 2πx) / 2, exact to the last digits near its zeros, the whole numbers."""
    return sine_near_zero(x - jnp.round(x)) ** 2


def rastrigin(z: jax.Array) -> jax.Array:
    """10 (d − Σ cos 2πzᵢ) + |z|²."""
    return total(z * z + 20.0 * ripple(z))


def rosenbrock_terms(z: jax.Array) -> jax.Array:
    """100 (zᵢ² − zᵢ₊₁)² + (zᵢ − 1)², one for each neighbouring pair: (d − 1,)."""
    return 100.0 * (z[:-1] ** 2 - z[1:]) ** 2 + (z[:-1] - 1.0) ** 2


def true(condition, x: jax.Array) -> jax.Array:
    """1 where the condition holds, else 0, in the dtype of x: what to multiply with instead of a select."""
    return condition.astype(x.dtype)


def nonzero(x: jax.Array) -> jax.Array:
    """|x|, and 1 where that is zero."""
    return jnp.abs(x) + true(x == 0.0, x)


def root(x: jax.Array) -> jax.Array:
    """√x for x ≥ 0, with a slope of zero at zero."""
    return jnp.sqrt(nonzero(x)) - true(x == 0.0, x)


def oscillated_log(x: jax.Array) -> jax.Array:
    """ln |T_osz(x)|, and 0 at x = 0."""
    log = jnp.log(nonzero(x))
    rising = true(x > 0.0, x)
    return log + 0.049 * (sine((5.5 + 4.5 * rising) * log) + sine((3.1 + 4.8 * rising) * log))


def oscillated(x: jax.Array, power: float = 1.0) -> jax.Array:
    """T_osz(x), which breaks the symmetry and smoothness of what follows; its absolute value to a power."""
    return jnp.sign(x) * jnp.exp(power * oscillated_log(x))


def skewed(x: jax.Array, strength: float) -> jax.Array:
    """T_asy(x): xᵢ to the power 1 + strength · eᵢ √xᵢ where it is positive."""
    rising = true(x > 0.0, x)
    base = jnp.maximum(x, 0.0) + (1.0 - rising)
    exponent = 1.0 + scaled(strength * ramp(x.size), jnp.sqrt(base))
    return rising * jnp.exp(exponent * jnp.log(base)) + (1.0 - rising) * x


def skewed_oscillated(x: jax.Array, strength: float) -> jax.Array:
    """T_asy(T_osz(x)) with one logarithm for both."""
    log = oscillated_log(x)
    extra = true(x > 0.0, x) * scaled(strength * ramp(x.size), jnp.exp(0.5 * log))
    return jnp.sign(x) * jnp.exp(log * (1.0 + extra))
