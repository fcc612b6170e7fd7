"""Activations of hidden neurons, by name."""

from __future__ import annotations

import jax
import jax.numpy as jnp

LEAK = 0.01  # slope of leaky_relu below zero

# gelu is the exact one, x Φ(x), of arXiv:1606.08415; sin of arXiv:2006.09661; the slope of relu at 0 is 0.
ACTIVATIONS = {
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "linear": lambda x: x,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "leaky_relu": lambda x: jnp.where(x > 0, x, LEAK * x),
    "sin": jnp.sin,
}
NAMES = tuple(ACTIVATIONS)
