"""What a sweep costs: 100 × 100 settings of momentum on Rosenbrock against the same in one vmapped scan by hand."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import landscape as ls
from benchmarks.timing import Row, race, ratio
from landscape import optimizers, surfaces
from landscape.ends import EXPLODED
from landscape.sensitivity import TARGET, sensitivity

SIDE, STEPS = 100, 300
RATES, SHARES = np.geomspace(1e-5, 1e-1, SIDE), np.linspace(0.0, 0.99, SIDE)


def measure() -> list[Row]:
    """In float32 and float64, both of what a sweep keeps, and of the ends alone."""
    return [row for dtype in (np.float32, np.float64) for row in _of(dtype)]


def _of(dtype) -> list[Row]:
    surface, momentum = surfaces.rosenbrock(), optimizers.momentum()
    start = surface.start.astype(dtype)
    axes = {"x": ("learning_rate", RATES), "y": ("momentum", SHARES)}
    rates, shares = (each.ravel().astype(dtype) for each in np.meshgrid(RATES, SHARES))
    times = race({
        "sweep": lambda: sensitivity(surface, momentum, **axes, start=start, steps=STEPS).ends,
        "by hand": lambda: _by_hand(surface, start, rates, shares),
        "ends by hand": lambda: _by_hand(surface, start, rates, shares, ends=True),
        "recorded": lambda: ls.sweep(surface, momentum.replace(learning_rate=rates, momentum=shares), start,
                                     steps=STEPS).recorded,
    })  # fmt: skip
    name = f"momentum, 100 × 100 settings × 300 steps, {np.dtype(dtype).name}"
    return [
        ratio(f"{name} ÷ by hand", times["sweep"], times["by hand"], limit=1.5),
        ratio(f"{name} ÷ by hand, ends alone", times["sweep"], times["ends by hand"]),
        ratio(f"{name}, as a trajectory ÷ by hand", times["recorded"], times["by hand"]),
    ]


@partial(jax.jit, static_argnames="ends")
def _by_hand(surface, start, rates, shares, *, ends: bool = False):
    """Final and best loss, steps to the target and to divergence, and end of every setting; or final loss alone."""
    slope = jax.value_and_grad(surface.at(0.0, start.dtype).loss)

    def one(rate, share):
        began = slope(start)[0]
        ceiling = began + EXPLODED * began

        def body(carry, step):
            x, velocity, best, pending, lasted = carry
            value, gradient = slope(x)
            velocity = share * velocity + gradient
            if not ends:
                best = jnp.where(value < best, value, best)
                pending = jnp.where(best > TARGET, step, pending)
                lasted = jnp.where(value <= ceiling, step, lasted)
            return (x - rate * velocity, velocity, best, pending, lasted), None

        zero = jnp.zeros((), start.dtype)
        first = (start, jnp.zeros_like(start), zero + jnp.inf, zero, zero)
        (x, _, *kept), _ = lax.scan(body, first, jnp.arange(STEPS, dtype=start.dtype))
        return slope(x)[0] if ends else (slope(x)[0], x, *kept)

    return jax.vmap(one)(rates, shares)
