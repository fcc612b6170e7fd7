"""A toy network, trained with learning rates and momenta that are given for every step: one program for all."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.mlp import datasets

WIDTH, BATCH, EVERY = 16, 32, 5  # two hidden layers; rows of a step; steps between records of the whole loss
DATA = ("spiral", "circle", "xor")


@lru_cache(maxsize=8)
def rows(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (n, 2) and labels ±1 (n,) of a data set of the Playground, in float32."""
    made = datasets.made(name, noise=0.05, seed=0)
    return (made.x / 3.0).astype(np.float32), made.y.astype(np.float32)


@lru_cache(maxsize=8)
def begun(seeds: int, steps: int, count: int) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Initial layers (weights, biases) of each seed, variance 1/inputs, and each step's rows (seeds, steps, BATCH).

    Drawn on the host: the generator would be most of the program.
    """
    sizes = (2, WIDTH, WIDTH, 1)
    each = [np.random.default_rng(seed) for seed in range(seeds)]
    layers = [(np.stack([rng.normal(size=(m, n)) for rng in each]).astype(np.float32) / np.float32(np.sqrt(m)),
               np.zeros((seeds, n), np.float32)) for m, n in pairwise(sizes)]  # fmt: skip
    return layers, np.stack([rng.integers(0, count, (steps, BATCH)) for rng in each]).astype(np.int32)


def loss(layers, x, y):
    """The mean logistic loss of labels ±1."""
    for weights, bias in layers[:-1]:
        x = jnp.tanh(x @ weights + bias)
    weights, bias = layers[-1]
    return jnp.mean(jax.nn.softplus(-y * (x @ weights + bias)[:, 0]))


@jax.jit
def _trained(x, y, rates, momenta, layers, picks):
    """The whole loss each EVERY steps (settings, seeds, 1 + t / EVERY)."""

    def one(rate, momentum, layers, picks):
        still = jax.tree.map(jnp.zeros_like, layers)

        def step(carry, now):
            layers, speed = carry
            eta, beta, pick = now
            slope = jax.grad(loss)(layers, x[pick], y[pick])
            speed = jax.tree.map(lambda v, g: beta * v - eta * g, speed, slope)
            return (jax.tree.map(jnp.add, layers, speed), speed), None

        def stretch(carry, now):
            carry, _ = lax.scan(step, carry, now)
            return carry, loss(carry[0], x, y)

        shaped = jax.tree.map(lambda a: a.reshape(-1, EVERY, *a.shape[1:]), (rate, momentum, picks))
        _, losses = lax.scan(stretch, (layers, still), shaped)
        return jnp.concatenate([loss(layers, x, y)[None], losses])

    over_seeds = jax.vmap(one, in_axes=(None, None, 0, 0))
    return jax.vmap(over_seeds, in_axes=(0, 0, None, None))(rates, momenta, layers, picks)


def trained(name: str, rates: np.ndarray, momenta: np.ndarray, seeds: int) -> np.ndarray:
    """The whole loss of every setting (s,), seed (r,) and each EVERY steps: (s, r, 1 + t / EVERY).

    rates and momenta (s, t) are those of each step, t a multiple of EVERY. A setting's seeds share starts and batches
    with those of the other settings.
    """
    x, y = rows(name)
    numbers = (np.asarray(each, np.float32) for each in (rates, momenta))
    return np.asarray(_trained(x, y, *numbers, *begun(seeds, rates.shape[1], len(y))))
