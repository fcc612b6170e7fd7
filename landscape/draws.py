"""Random numbers that cost little: a generator's 32-bit words cut into bytes.

Most of a population method's time goes into random numbers. Where 256 levels are enough, as for the weights of a
swarm's pulls or the toss of a coin, each word of JAX's own generator (asked for `uint8` it spends a word on each
number all the same) serves up to four times.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import random

LEVELS = 256


def draw_words(key: jax.Array, rows: int, dim: int) -> jax.Array:
    """Random words (rows, dim), uint32."""
    return random.bits(key, (rows * dim,), jnp.uint32).reshape(rows, dim)


def levels(words: jax.Array, places: tuple[int, ...], count: int) -> jax.Array:
    """Whole numbers (count, dim) from 0 to 255: those bytes of `words` (rows, dim) that stand at `places`, 0 to 3."""
    shifts = 8 * jnp.array(places, jnp.uint32)[:, None, None]
    # Signed: XLA's conversion of unsigned numbers to floating ones is not vectorized on a CPU.
    return ((words >> shifts) & (LEVELS - 1)).astype(jnp.int32).reshape(-1, words.shape[1])[:count]


def shares(level, dtype) -> jax.Array:
    """The uniform numbers (k + 1/2) / 256 of levels k: their mean is 1/2, and none is 0 or 1."""
    return (level.astype(dtype) + 0.5) / LEVELS


def coarse(words: jax.Array, places: tuple[int, ...], count: int, dtype) -> jax.Array:
    """Uniform numbers (count, dim) of 256 levels from those bytes of `words` (rows, dim)."""
    return shares(levels(words, places, count), dtype)
