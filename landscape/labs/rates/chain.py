"""Annealing on seven states in a row, exactly: the distribution of where it is, step by step."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

ENERGY = np.array([0.0, 1.5, 1.0, 0.5, 1.2, 2.0, 1.0])  # state 3 is the deepest trap: 1 below the way out
STEPS = 60_000


def depth(energy: np.ndarray = ENERGY) -> float:
    """d*: the largest climb out of any state, on the way to the lowest one (Hajek 1988)."""
    lowest = int(energy.argmin())
    climbs = [energy[min(i, lowest) : max(i, lowest) + 1].max() - energy[i] for i in range(len(energy)) if i != lowest]
    return float(max(climbs))


@jax.jit
def distributions(c):
    """Where annealing at the temperature c / log(1 + k) is after k = 0, 1, … steps (STEPS + 1, 7), from anywhere.

    Metropolis: either neighbour is proposed with probability ½, a rise is taken with probability exp(−rise/T).
    """
    energy = jnp.asarray(ENERGY)
    rise, fall = jnp.maximum(jnp.diff(energy), 0.0), jnp.maximum(-jnp.diff(energy), 0.0)

    def step(p, k):
        warmth = jnp.log1p(k) / c
        flow = 0.5 * (jnp.exp(-rise * warmth) * p[:-1] - jnp.exp(-fall * warmth) * p[1:])
        p = p + jnp.concatenate([jnp.zeros(1), flow]) - jnp.concatenate([flow, jnp.zeros(1)])
        return p, p

    first = jnp.full(len(ENERGY), 1.0 / len(ENERGY))
    _, rest = lax.scan(step, first, jnp.arange(1.0, STEPS + 1))
    return jnp.concatenate([first[None], rest])
