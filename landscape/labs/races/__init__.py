"""Small nets trained side by side: one for each activation, and ReLU nets for each start bias and learning rate.

All of them descend the gradient of the mean cross-entropy of all rows, in float32. Programs are compiled for the shapes
alone; learning rate, momentum and biases are traced.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.mlp import datasets, losses
from landscape.mlp.activations import ACTIVATIONS
from landscape.mlp.initializers import INITIALIZERS

CHUNK = 50  # steps of a program
ROWS, WIDTH, UNITS = 64, 16, 32  # rows for training; neurons of a layer in a race; in nets whose units die
OWN = {name: "kaiming" if name in ("relu", "leaky_relu", "gelu") else "xavier" for name in ACTIVATIONS}


class Rows(NamedTuple):
    """What nets are trained on."""

    x: np.ndarray  # (ROWS, 2) float32, about −1 … 1
    y: np.ndarray  # (ROWS,) float32: −1 and +1


def rows(data: str, seed: int) -> Rows:
    """The rows for training of a data set of networks, scaled to about ±1."""
    made = datasets.made(data, 0.0, seed, 0.5, 2 * ROWS)
    return Rows((made.x[: made.train] / datasets.RADIUS).astype(np.float32), made.y[: made.train].astype(np.float32))


def cross_entropy(outputs, y):
    """The mean over rows of outputs (…, n)."""
    return losses.rows(outputs[None], y, "cross_entropy", 2).mean(-1)


def _moved(x, velocity, slope, rate, momentum):
    """Weights and velocities after a step of descent."""
    velocity = jax.tree.map(lambda v, g: momentum * v + g, velocity, slope)
    return jax.tree.map(lambda w, v: w - rate * v, x, velocity), velocity


@lru_cache(maxsize=64)
def race(data: str, rate: float, momentum: float, steps: int, of: int, seed: int) -> np.ndarray:
    """The loss (activations, steps + 1) on the rows of seed `of` of nets with two hidden layers, one an activation.

    All nets start from the random numbers of `seed`, scaled as suits their activation (`OWN`).
    """
    taken = rows(data, of)
    x = jax.tree.map(lambda *each: np.stack(each), *(_net(name, seed) for name in ACTIVATIONS))
    state, found = (x, jax.tree.map(np.zeros_like, x)), []
    while len(found) * CHUNK <= steps:  # a chunk more, for the last loss: another program would take longer
        state, values = _raced(state, taken, np.float32(rate), np.float32(momentum))
        found.append(np.asarray(values))
    return np.concatenate(found)[: steps + 1].T


def _net(name: str, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The weights and biases of a net for one activation."""
    rng, sides = np.random.default_rng(seed), (2, WIDTH, WIDTH, 1)
    draw = INITIALIZERS[OWN[name]]
    return [(draw(rng, pair).astype(np.float32), np.zeros(pair[1], np.float32))
            for pair in pairwise(sides)]  # fmt: skip


def _losses(net, taken: Rows):
    """The loss (activations,) of all nets."""
    h = taken.x
    for k, (weights, bias) in enumerate(net):
        h = h @ weights + bias[..., None, :]
        if k < len(net) - 1:
            h = jnp.stack([act(h[a]) for a, act in enumerate(ACTIVATIONS.values())])
    return cross_entropy(h[..., 0], taken.y)


@jax.jit
def _raced(state, taken: Rows, rate, momentum):
    def step(state, _):
        values, slope = jax.vjp(partial(_losses, taken=taken), state[0])
        return _moved(*state, slope(jnp.ones_like(values))[0], rate, momentum), values

    return jax.lax.scan(step, state, None, length=CHUNK)


class Deaths(NamedTuple):
    """Which units of ReLU nets are silent on every row, at every step."""

    dead: np.ndarray  # (steps + 1, biases, rates): the share of units
    revived: int  # units that were silent and spoke again


@lru_cache(maxsize=16)
def deaths(data: str, biases: tuple, rates: tuple, momentum: float, steps: int, seed: int) -> Deaths:
    """ReLU nets with one hidden layer from every start bias, trained at every rate.

    All start from the same He weights.
    """
    taken = rows(data, seed)
    rng = np.random.default_rng(seed)
    cells = np.array([(bias, rate) for bias in biases for rate in rates], np.float32)
    inner, outer = (INITIALIZERS["kaiming"](rng, pair).astype(np.float32) for pair in ((2, UNITS), (UNITS, 1)))
    x = (np.broadcast_to(inner, (len(cells), *inner.shape)), np.tile(cells[:, :1], UNITS),
         np.broadcast_to(outer[:, 0], (len(cells), UNITS)), np.zeros((len(cells), 1), np.float32))  # fmt: skip
    state, found = (x, jax.tree.map(np.zeros_like, x)), []
    while len(found) * CHUNK <= steps:
        state, silent = _mourned(state, taken, cells[:, 1], np.float32(momentum))
        found.append(np.asarray(silent))
    silent = np.concatenate(found)[: steps + 1]
    share = silent.mean(-1).reshape(len(silent), len(biases), len(rates))
    return Deaths(share, int(np.sum(silent[:-1] & ~silent[1:])))


def _sums(net, taken: Rows):
    """What reaches each hidden unit: (cells, rows, units)."""
    return jnp.einsum("rf,cfu->cru", taken.x, net[0]) + net[1][:, None]


@jax.jit
def _mourned(state, taken: Rows, rates, momentum):
    def loss(net):
        sums = _sums(net, taken)
        out = jnp.einsum("cru,cu->cr", jax.nn.relu(sums), net[2]) + net[3]
        return cross_entropy(out, taken.y), (sums <= 0).all(1)

    def moved(weights, velocity, slope):
        velocity = momentum * velocity + slope
        return weights - rates.reshape(-1, *(1,) * (weights.ndim - 1)) * velocity, velocity

    def step(state, _):
        values, slope, silent = jax.vjp(loss, state[0], has_aux=True)
        pairs = [moved(*each) for each in zip(*state, slope(jnp.ones_like(values))[0], strict=True)]
        return tuple(tuple(each) for each in zip(*pairs, strict=True)), silent

    return jax.lax.scan(step, state, None, length=CHUNK)


def best_line(taken: Rows) -> float:
    """The smallest mean cross-entropy of a linear function of the rows, by Newton's method."""
    inputs = np.column_stack([taken.x, np.ones(len(taken.x))]).astype(float)
    w = np.zeros(3)
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(taken.y * (inputs @ w)))
        hessian = (inputs * (p * (1 - p))[:, None]).T @ inputs + 1e-9 * np.eye(3)
        w += np.linalg.solve(hessian, inputs.T @ (taken.y * p))
    return float(np.mean(np.logaddexp(0.0, -taken.y * (inputs @ w))))
