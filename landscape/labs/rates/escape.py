"""Out of a well by the noise of minibatches: how long it takes, over many walkers and settings at once."""

from __future__ import annotations

from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.labs.rates import toy

SPREAD = 20.0  # σ: standard deviation of the slope of a single row
RATES = (0.01, 0.02, 0.04)
INVERSE = np.arange(2.0, 6.0, 0.5)  # 1/T, with T = η σ² / (2 B)
WALKERS, BLOCK, HORIZON = 64, 100, 200.0  # for each setting; steps at a time; η × steps until which is waited
ARRIVED = 0.5  # x beyond which a walker is in the other well


def batches(rate: float) -> np.ndarray:
    """The batch sizes at which the temperatures are 1/INVERSE."""
    return np.round(0.5 * rate * SPREAD**2 * INVERSE).astype(int)


@jax.jit
def _escaped(rates, noise, blocks, key):
    """Steps until x > ARRIVED from −1 (settings, WALKERS) on x⁴ − 2x²; inf where it was not seen."""

    def block(carry, number):
        x, passed = carry
        drawn = random.normal(random.fold_in(key, number), (BLOCK * x.size,), jnp.float32).reshape(BLOCK, *x.shape)

        def step(carry, now):
            x, passed = carry
            xi, k = now
            x = x - rates[:, None] * (4.0 * x**3 - 4.0 * x + noise[:, None] * xi)
            passed = jnp.where((x > ARRIVED) & jnp.isinf(passed), k, passed)
            return (x, passed), None

        steps = number * BLOCK + jnp.arange(1, BLOCK + 1, dtype=jnp.float32)
        return lax.scan(step, (x, passed), (drawn, steps))[0], None

    shape = (len(rates), WALKERS)
    first = (jnp.full(shape, -1.0, jnp.float32), jnp.full(shape, jnp.inf, jnp.float32))
    (_, passed), _ = lax.scan(block, first, blocks)
    return passed


@lru_cache(maxsize=8)
def times(rate: float, seed: int) -> np.ndarray:
    """η × steps until each walker is in the other well (temperatures, WALKERS); inf beyond HORIZON."""
    rates = np.full(len(INVERSE), rate, np.float32)
    noise = (SPREAD / np.sqrt(batches(rate))).astype(np.float32)
    blocks = np.arange(round(HORIZON / rate / BLOCK), dtype=np.int32)
    return rate * np.asarray(_escaped(rates, noise, blocks, random.key(seed)), np.float64)


def mean_time(passed: np.ndarray) -> float:
    """The mean time of an exponential law of which those not seen within HORIZON are known to be longer."""
    seen = np.isfinite(passed)
    return float(np.where(seen, passed, HORIZON).sum() / max(seen.sum(), 1))


@lru_cache(maxsize=8)
def slopes(data: str) -> np.ndarray:
    """The gradient of each row's loss at the initial weights of the toy network (rows, weights)."""
    x, y = toy.rows(data)
    layers = jax.tree.map(lambda each: each[0], toy.begun(1, 1, len(y))[0])
    found = _each(layers, x, y)
    return np.concatenate([np.asarray(each, np.float64).reshape(len(y), -1) for each in jax.tree.leaves(found)], axis=1)


@jax.jit
def _each(layers, x, y):
    return jax.vmap(lambda a, b: jax.grad(toy.loss)(layers, a[None], b[None]))(x, y)


@lru_cache(maxsize=32)
def variances(data: str, again: bool, seed: int, draws: int = 4000) -> tuple[np.ndarray, np.ndarray, float]:
    """Batch sizes (m,), the variance of a batch's mean slope, summed over weights (m,), and that of one row."""
    each = slopes(data)
    rows, rng = len(each), np.random.default_rng(seed)
    sizes = 2 ** np.arange(9)
    found = []
    for size in sizes:
        if again:
            counts = rng.multinomial(size, np.full(rows, 1.0 / rows), size=draws)
        else:
            counts = rng.permuted(np.tile(np.arange(rows) < size, (draws, 1)), axis=1)
        found.append(((counts @ each) / size).var(axis=0).sum())
    return sizes, np.array(found), float(each.var(axis=0).sum())
