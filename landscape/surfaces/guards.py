"""Roots that have a slope where autodiff sees none: NaN gradients at a minimum would hide it."""

import jax
import jax.numpy as jnp
import numpy as np


def root(square):
    """√square, with a slope of zero at zero, where it has none."""
    positive = square > 0
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, square, 1.0)), 0.0)


@jax.custom_jvp
def cos_root(square):
    """cos √square for square ≥ 0: smooth at zero too, with a right first and second derivative in x of square = x²."""
    return jnp.cos(root(square))


@cos_root.defjvp
def _cos_root_slope(primals, tangents):
    (square,), (tangent,) = primals, tangents
    return cos_root(square), -0.5 * jnp.sinc(root(square) / np.pi) * tangent
