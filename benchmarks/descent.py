"""Gradient methods against the same method of optax, written by hand in one scan; in float32 and float64."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import landscape as ls
from benchmarks.timing import Row, race, ratio
from landscape import optimizers, surfaces

STEPS, STARTS, SHORT = 10_000, 1_000, 1_000
DTYPES = ("float32", "float64")
SEARCHED = 100  # steps of a line search from each of many starts: all have arrived by then
# Ours, and optax's with the same numbers: the defaults of the catalog.
METHODS: dict[str, Callable] = {
    "adam": lambda: optax.adam(0.05, 0.9, 0.999),
    "momentum": lambda: optax.sgd(0.001, 0.9),
    "lbfgs": optax.lbfgs,
}


def measure() -> list[Row]:
    """Each case in a race of its own: one long walk, then a thousand shorter ones at once."""
    return [row for dtype in DTYPES for name in METHODS for row in (_alone(name, dtype), _many(name, dtype))]


def _alone(name: str, dtype: str) -> Row:
    surface, optimizer = surfaces.rosenbrock(), getattr(optimizers, name)()
    start = surface.start.astype(dtype)
    times = race({
        "ours": lambda: ls.run(surface, optimizer, start, steps=STEPS).recorded,
        "by hand": lambda: by_hand(surface, start, name=name, steps=STEPS),
    })  # fmt: skip
    return ratio(f"{name}, {STEPS:,} steps, {dtype} ÷ by hand", times["ours"], times["by hand"], limit=1.2)


def _many(name: str, dtype: str) -> Row:
    surface, optimizer = surfaces.rosenbrock(), getattr(optimizers, name)()
    steps = SEARCHED if name == "lbfgs" else SHORT
    uniform = np.random.default_rng(0).random((STARTS, 2))
    starts = (surface.domain.lower + uniform * surface.domain.width).astype(dtype)
    times = race({
        "ours": lambda: ls.run_many(surface, optimizer, starts, steps=steps).recorded,
        "by hand": lambda: many_by_hand(surface, starts, name=name, steps=steps),
    })  # fmt: skip
    case = f"{name}, {STARTS:,} starts × {steps:,} steps, {dtype} ÷ by hand"
    return ratio(case, times["ours"], times["by hand"], limit=1.1)


def walk(surface, start, *, name: str, steps: int):
    """optax's method in one scan, with everything recorded that `run` records."""
    loss, method = surface.at(0.0, start.dtype).loss, METHODS[name]()
    step = partial(_searched if name == "lbfgs" else _plain, loss, method)
    value, gradient = jax.value_and_grad(loss)(start)
    _, (positions, heights, metrics) = lax.scan(step, (start, method.init(start), value, gradient), length=steps)
    positions = jnp.concatenate([start[None], positions])[:, None]
    heights = jnp.concatenate([value[None], heights])
    counts = jnp.arange(1, steps + 2, dtype=jnp.int32)
    best = lax.cummin(jnp.where(jnp.isnan(heights), jnp.inf, heights))
    return positions, heights[:, None], best, counts, counts, metrics


def _plain(loss, method, carry, _):
    x, state, _, gradient = carry
    updates, state = method.update(gradient, state, x)
    moved = optax.apply_updates(x, updates)
    value, slope = jax.value_and_grad(loss)(moved)
    return (moved, state, value, slope), (moved, value, _seen(gradient, x, moved))


def _searched(loss, method, carry, _):
    """The value and the gradient at the point that the line search found are kept in its state."""
    x, state, value, gradient = carry
    updates, state = method.update(gradient, state, x, value=value, grad=gradient, value_fn=loss)
    moved = optax.apply_updates(x, updates)
    value, slope = optax.value_and_grad_from_state(loss)(moved, state=state)
    return (moved, state, value, slope), (moved, value, _seen(gradient, x, moved))


def _seen(gradient, x, moved):
    return {"gradient_norm": jnp.linalg.norm(gradient), "step_length": jnp.linalg.norm(moved - x)}


by_hand = jax.jit(walk, static_argnames=("name", "steps"))


@partial(jax.jit, static_argnames=("name", "steps"))
def many_by_hand(surface, starts, *, name: str, steps: int):
    """`walk` from every one of `starts` (r, d) at once."""
    return jax.vmap(partial(walk, surface, name=name, steps=steps))(starts)
