"""The forward pass and what is searched: pure functions of a network's structure and its weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from landscape.blocks import Block
from landscape.mlp import losses, shapes
from landscape.mlp.activations import ACTIVATIONS

EPSILON = 1e-5  # under the root of a normalization


class Model(NamedTuple):
    """The structure of a network: everything that programs are compiled for."""

    layers: tuple[int, ...]
    classes: int
    activation: str
    loss: str
    normalization: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return shapes.blocks(self.layers, self.normalization != "none")


def neurons(model: Model, x, inputs, drop=None, reference=None) -> list:
    """The activations of every layer, inputs first: arrays (n, width).

    `drop(k, h)` is what dropout does to hidden layer k; `reference` (m, f) are the rows whose statistics batch
    normalization takes, by default the rows themselves.
    """
    found, beside = [inputs], reference
    layers = shapes.unraveled(x, model.blocks)
    for k, layer in enumerate(layers, start=1):
        sums = found[-1] @ layer.weights + layer.bias
        others = None if beside is None else beside @ layer.weights + layer.bias
        if k == len(layers):
            return [*found, losses.last(sums, model.loss, model.classes)]
        if model.normalization != "none":
            sums, others = normalized(model, layer, sums, sums if others is None else others)
        activate = ACTIVATIONS[model.activation]
        beside = None if beside is None else activate(others)
        h = activate(sums)
        found.append(h if drop is None else drop(k, h))
    raise AssertionError


def normalized(model: Model, layer: shapes.Layer, sums, reference) -> tuple:
    """Sums of mean 0 and variance 1, scaled and shifted: over rows of the reference, or over each row's neurons."""
    axis = 0 if model.normalization == "batch" else 1

    def one(each, of):
        mean, variance = of.mean(axis, keepdims=True), of.var(axis, keepdims=True)
        return (each - mean) / jnp.sqrt(variance + EPSILON) * layer.scale + layer.shift

    if axis:
        return one(sums, sums), one(reference, reference)
    return one(sums, reference), one(reference, reference)


def outputs(model: Model, x, inputs, drop=None, reference=None):
    """What the network gives for each row: (n, C)."""
    return neurons(model, x, inputs, drop, reference)[-1]


def mean_loss(model: Model, x, rows: dict[str, Any], shares=None, drop=None, reference=None):
    """The mean loss over rows; `shares` (n,) weigh them."""
    each = losses.rows(outputs(model, x, rows["inputs"], drop, reference), rows["targets"], model.loss, model.classes)
    return jnp.mean(each) if shares is None else jnp.sum(shares * each)


def accuracy(model: Model, x, rows: dict[str, Any], reference=None):
    """The share of rows whose class is met; rows without an output meet none."""
    found = losses.predicted(outputs(model, x, rows["inputs"], None, reference), model.classes)
    return jnp.mean(found == rows["targets"], dtype=found.dtype)


def penalty(model: Model, x, kind: str, rate):
    """rate · ½ Σ w² (l2) or rate · Σ |w| (l1) over the weights; biases and norms are free."""
    weights = [x[block.slice] for block in model.blocks if block.kind == "weights"]
    if kind == "l2":
        return 0.5 * rate * sum(jnp.sum(each**2) for each in weights)
    return rate * sum(jnp.sum(jnp.abs(each)) for each in weights)


def dropping(rate, key):
    """Inverted dropout (Srivastava et al., JMLR 2014): neurons are left out with probability `rate`, others grow."""

    def drop(k: int, h):
        kept = jax.random.bernoulli(jax.random.fold_in(key, k), 1.0 - rate, h.shape)
        return jnp.where(kept, h / (1.0 - rate), 0.0)

    return drop


def clipped(loss, limit):
    """`loss` with its gradient scaled down to length `limit` where it is longer; values and curvature stay.

    Source: Pascanu, Mikolov and Bengio, arXiv:1211.5063.
    """

    def seen(x):
        gradient = jax.lax.stop_gradient(jax.grad(loss)(x))
        length = jnp.linalg.norm(gradient)
        less = jnp.where(length > limit, limit / jnp.maximum(length, limit) - 1.0, 0.0)
        return loss(x) + jnp.sum(less * gradient * (x - jax.lax.stop_gradient(x)))

    return seen
