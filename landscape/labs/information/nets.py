"""Nets of 12-10-7-5-4-3-2 units on all 4,096 inputs of twelve signs, many of them trained side by side."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

SIZES = (12, 10, 7, 5, 4, 3, 2)
BATCH, SHARE = 512, 0.8  # rows of a step; share of the inputs that is trained on


class Moment(NamedTuple):
    """The nets after so many epochs: values of layers 1 … 6 for all inputs, (nets, 4096, units) each, and accuracy."""

    epoch: int
    layers: list[np.ndarray]
    accuracy: np.ndarray  # (nets,) over all inputs


@lru_cache(maxsize=1)
def inputs() -> tuple[np.ndarray, np.ndarray]:
    """All twelve signs (4096, 12), float32, and the target: whether signs are unbalanced, by four or more.

    The target stays the same when inputs change places; 38.8 % of the inputs are unbalanced.
    """
    bits = (np.arange(2**12)[:, None] >> np.arange(12)) & 1
    return (2.0 * bits - 1.0).astype(np.float32), (np.abs(bits.sum(axis=1) - 6) >= 2).astype(np.int32)


def begun(rectified: np.ndarray, seed: int) -> list:
    """Weights and biases of the nets, float32; their variance is 1 / fan-in, doubled where units are rectified."""
    rng = np.random.default_rng(seed)
    nets, gain = len(rectified), np.sqrt(1.0 + rectified)[:, None, None]
    pairs = list(pairwise(SIZES))
    return [(jnp.asarray(gain * rng.normal(size=(nets, n, m)) / np.sqrt(n), jnp.float32),
             jnp.asarray(0.1 * rectified[:, None] * np.ones((nets, m)), jnp.float32)) for n, m in pairs]  # fmt: skip


def forward(net, rectified, x) -> list:
    """Values of layers 1 … 6 of one net for inputs x (n, 12): hidden ones, and at last the outputs before softmax."""
    values = [x]
    for k, (weights, biases) in enumerate(net):
        z = values[-1] @ weights + biases
        last = k == len(net) - 1
        values.append(z if last else jnp.where(rectified, jnp.maximum(z, 0.0), jnp.tanh(z)))
    return values[1:]


def _loss(net, rectified, x, y):
    return optax.softmax_cross_entropy_with_integer_labels(forward(net, rectified, x)[-1], y).mean()


@jax.jit
def _steps(nets, state, rectified, rate, rows, x, y):
    """Steps of Adam on batches of `rows` (steps, batch), for all nets at once."""
    method = optax.adam(rate)

    def step(carry, batch):
        nets, state = carry
        slopes = jax.vmap(jax.grad(_loss), (0, 0, None, None))(nets, rectified, x[batch], y[batch])
        change, state = method.update(slopes, state)
        return (optax.apply_updates(nets, change), state), None

    return jax.lax.scan(step, (nets, state), rows)[0]


@jax.jit
def _seen(nets, rectified, x):
    layers = jax.vmap(forward, (0, 0, None))(nets, rectified, x)
    return [*layers[:-1], jax.nn.softmax(layers[-1])]


def train(rectified: np.ndarray, *, epochs: int, moments: int, learning_rate: float, seed: int) -> Iterator[Moment]:
    """The nets at `moments` epochs, closer at the start; `rectified` (nets,) says whether units are ReLU or tanh."""
    x, y = inputs()
    rng = np.random.default_rng([seed, 1])
    kept = rng.permutation(len(x))[: int(SHARE * len(x))]
    nets, flags = begun(rectified, seed), rectified.astype(bool)
    state = optax.adam(0.0).init(nets)
    stops = np.unique(np.round(np.geomspace(1, epochs, moments)).astype(int))
    yield _moment(0, nets, flags)
    each = len(kept) // BATCH
    for before, stop in zip([0, *stops[:-1]], stops, strict=True):
        for _ in range(stop - before):
            rows = rng.permutation(kept)[: each * BATCH].reshape(each, BATCH)
            nets, state = _steps(nets, state, flags, np.float32(learning_rate), rows, x, y)
        yield _moment(int(stop), nets, flags)


def _moment(epoch: int, nets, flags: np.ndarray) -> Moment:
    x, y = inputs()
    layers = [np.asarray(each) for each in _seen(nets, flags, x)]
    return Moment(epoch, layers, (layers[-1].argmax(axis=-1) == y).mean(axis=1))
