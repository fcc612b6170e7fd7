"""Lower bounds and rivals: what the same work costs in a program that does nothing else.

A run cannot be faster than the evaluation of the points that it visits, in the order and the batches it visits them
in; a stochastic one needs its random numbers too.  The programs by hand are what a careful person would write for
one method alone, with the same arrays recorded.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import optax
from jax import lax, random

BLOCK = 2**17  # random numbers drawn at a time, which stay in the cache


@jax.jit
def values(surface, points):
    """The loss at `points` (t, m, d), m at a time."""
    return lax.map(jax.vmap(surface.at(0.0, points.dtype).loss), points)


@jax.jit
def slopes(surface, points):
    """The loss and its gradient at `points` (t, m, d), m at a time."""
    return lax.map(jax.vmap(jax.value_and_grad(surface.at(0.0, points.dtype).loss)), points)


@partial(jax.jit, static_argnames="drawn")
def drawn_values(surface, points, key, *, drawn: int):
    """`values`, and `drawn` uniform numbers for each of the t steps."""
    blocks = max(1, points.shape[0] * drawn // BLOCK)
    length = -(-points.shape[0] // blocks) * drawn
    numbers = lax.map(lambda each: random.uniform(each, (length,), points.dtype), random.split(key, blocks))
    return values(surface, points), numbers


def adam(surface, start, numbers, *, steps: int, scheduled: bool = False):
    """Adam in one scan, written for this one case, with everything recorded that `run` records."""
    loss = surface.at(0.0, start.dtype).loss
    rate, b1, b2 = (jnp.asarray(number, start.dtype) for number in numbers)
    method = optax.adam(optax.cosine_decay_schedule(rate, steps - 1) if scheduled else rate, b1, b2)

    def body(carry, step):
        x, state, gradient = carry
        updates, state = method.update(gradient, state, x)
        moved = optax.apply_updates(x, updates)
        value, slope = jax.value_and_grad(loss)(moved)
        seen = {"gradient_norm": jnp.linalg.norm(gradient), "step_length": jnp.linalg.norm(moved - x)}
        if scheduled:
            seen["learning_rate"] = optax.cosine_decay_schedule(rate, steps - 1)(step)
        return (moved, state, slope), (moved, value, seen)

    value, gradient = jax.value_and_grad(loss)(start)
    _, (positions, heights, metrics) = lax.scan(body, (start, method.init(start), gradient), jnp.arange(steps))
    positions = jnp.concatenate([start[None], positions])[:, None]
    heights = jnp.concatenate([value[None], heights])
    counts = jnp.arange(1, steps + 2, dtype=jnp.int32)
    best = lax.cummin(jnp.where(jnp.isnan(heights), jnp.inf, heights))
    return positions, heights[:, None], best, counts, counts, metrics


adam_alone = jax.jit(adam, static_argnames=("steps", "scheduled"))


@partial(jax.jit, static_argnames="steps")
def adam_many(surface, starts, numbers, *, steps: int):
    """`adam` from every one of `starts` (r, d) at once."""
    return jax.vmap(lambda start: adam(surface, start, numbers, steps=steps))(starts)
