"""Small nets trained with minibatches of every size, with and without normalization of their hidden sums.

The nets are those of `landscape.mlp`: two hidden layers of ReLU, in float32. A batch of B rows is the first B of the
largest one, so that all sizes share a program and their random rows.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.mlp import datasets, initializers
from landscape.mlp import model as models
from landscape.mlp.shapes import unraveled

SIZES = (1, 2, 4, 8, 16, 32, 64)
KINDS = ("none", "batch", "layer")
POINTS, EVERY = 400, 10  # rows, half of them for training; updates from one moment to the next


class Inputs(NamedTuple):
    """Rows for training and for testing: x (n, 2), y (n,) −1 and +1; float64."""

    x: np.ndarray
    y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


def standardised(x: np.ndarray, of: np.ndarray) -> np.ndarray:
    """`x` with the means of `of` taken away, divided by its standard deviations."""
    return (x - of.mean(0)) / of.std(0)


@lru_cache(maxsize=16)
def inputs(data: str, scale: float, offset: float, seed: int) -> Inputs:
    """A data set of networks: columns with means `offset` and standard deviations 1, then the second times `scale`.

    LandscapeError for data that is not known.
    """
    made = datasets.made(data, 0.0, seed, 0.5, POINTS)
    x = (made.x / made.x[: made.train].std(0) + offset) * np.array([1.0, scale])
    return Inputs(x[: made.train], made.y[: made.train], x[made.train :], made.y[made.train :])


class Trained(NamedTuple):
    """What became of the nets: axes (moments, sizes of batches), and of seeds behind them where there are several."""

    accuracy: np.ndarray  # share of the rows for testing that is met
    loss: np.ndarray  # mean cross-entropy of all rows for training
    moved: np.ndarray  # (sizes,): the largest change of a weight of the first layer


def together(parts: list[Trained]) -> Trained:
    """What became of the nets of several seeds."""
    return Trained(*(np.stack(each, axis=-1) for each in zip(*parts, strict=True)))


@lru_cache(maxsize=128)
def trained(kind: str, data: str, scale: float, offset: float, standard: bool, rate: float, steps: int, of: int,
            seed: int) -> Trained:  # fmt: skip
    """Nets with this normalization, trained with batches of every size for as many updates on rows of seed `of`.

    Batch normalization is judged with the statistics of all rows for training. Rows are drawn with replacement, the
    same for all nets of a seed.
    """
    rows = inputs(data, scale, offset, of)
    x, test = rows.x, rows.test_x
    if standard:
        x, test = standardised(x, rows.x), standardised(test, rows.x)
    table = tuple(np.asarray(each, np.float32) for each in (x, rows.y, test, rows.test_y))
    start = initializers.drawn("kaiming", _model(kind).blocks, 1.0, seed).astype(np.float32)
    drawn = np.random.default_rng([seed, 1]).integers(0, len(x), (steps // EVERY, EVERY, SIZES[-1]))
    now, found = np.tile(start, (len(SIZES), 1)), []
    for block in drawn:
        found.append([np.asarray(each) for each in _judged(now, table, kind)])
        now = _trained(now, block, table, np.float32(rate), kind)
    found.append([np.asarray(each) for each in _judged(now, table, kind)])
    moved = np.abs(np.asarray(now) - start)[:, _model(kind).blocks[0].slice].max(-1)
    return Trained(*(np.stack(each) for each in zip(*found, strict=True)), moved)


def _model(kind: str) -> models.Model:
    return models.Model((2, 16, 16, 1), 2, "relu", "cross_entropy", kind)


@partial(jax.jit, static_argnames="kind")
def _trained(weights, block, table, rate, kind: str):
    """Weights (sizes, d) after the updates of `block` (updates, rows)."""
    model = _model(kind)
    x, y = table[:2]
    shares = jnp.asarray([[1.0 / size if k < size else 0.0 for k in range(SIZES[-1])] for size in SIZES], jnp.float32)

    def loss(w, places, share):
        rows = {"inputs": x[places], "targets": y[places]}
        return models.value(model, unraveled(w, model.blocks), rows, share)

    slopes = jax.vmap(jax.grad(loss), (0, None, 0))
    return jax.lax.scan(lambda w, places: (w - rate * slopes(w, places, shares), None), weights, block)[0]


@partial(jax.jit, static_argnames="kind")
def _judged(weights, table, kind: str):
    """Accuracy on the rows for testing and loss on those for training: (sizes,) each."""
    model = _model(kind)
    x, y, test_x, test_y = table

    def judged(w):
        told = models.accuracy(model, w, {"inputs": test_x, "targets": test_y}, x)
        return told, models.value(model, unraveled(w, model.blocks), {"inputs": x, "targets": y})

    return jax.vmap(judged)(weights)
