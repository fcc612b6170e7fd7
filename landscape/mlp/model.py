"""The forward pass and what is searched: pure functions of a network's structure and its weights.

Inside, activations are arrays (width, n) of n rows, and a narrow layer is a sum of few products: written so, a whole
training loop becomes one kernel, several times faster than with products of matrices. Where all layers are narrow, any
axes of the weights after their own (many settings at once) stay behind these two.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.blocks import Block
from landscape.mlp import losses, shapes
from landscape.mlp.activations import ACTIVATIONS

EPSILON = 1e-5  # under the root of a normalization
FEW, ALL = 8, 16  # inputs of a layer, and of all layers, whose products are summed one by one: more compile for long


class Model(NamedTuple):
    """The structure of a network: everything that programs are compiled for."""

    layers: tuple[int, ...]
    classes: int
    activation: str
    loss: str
    normalization: str

    @property
    def narrow(self) -> bool:
        """Whether layers are sums instead of products of matrices, so that axes of settings may stand behind."""
        return max(self.layers[:-1]) <= FEW and sum(self.layers[:-1]) <= ALL

    @property
    def blocks(self) -> tuple[Block, ...]:
        return shapes.blocks(self.layers, self.normalization != "none")


def sums(model: Model, layer: shapes.Layer, h):
    """The sums (out, n, …) that reach a layer's neurons from activations `h` (in, n, …)."""
    weights, bias = layer.weights, layer.bias[:, None]
    if not model.narrow:
        return weights.T @ h + bias
    return bias + sum(weight[:, None] * each[None] for weight, each in zip(weights, h, strict=True))


def neurons(model: Model, layers: list[shapes.Layer], inputs, drop=None, reference=None, shares=None) -> list:
    """The activations of every layer, inputs first: arrays (width, n, …) for `inputs` (f, n, …).

    `drop(k, h)` is what dropout does to hidden layer k; `reference` (f, m) are the rows whose statistics batch
    normalization takes, by default the rows themselves, weighed by `shares` (n, …).
    """
    found, beside = [inputs], reference
    activate = ACTIVATIONS[model.activation]
    for k, layer in enumerate(layers[:-1], start=1):
        h = sums(model, layer, found[-1])
        others = None if beside is None else sums(model, layer, beside)
        if model.normalization != "none":
            h, others = normalized(model, layer, h, others, shares)
        beside = None if others is None else activate(others)
        h = activate(h)
        found.append(h if drop is None else drop(k, h))
    return [*found, losses.last(sums(model, layers[-1], found[-1]), model.loss, model.classes)]


def normalized(model: Model, layer: shapes.Layer, h, others=None, shares=None) -> tuple:
    """`h` and `others` with mean 0 and variance 1, scaled and shifted: over rows (`others`, if any), or over neurons.

    Sources: Ioffe and Szegedy, arXiv:1502.03167; Ba, Kiros and Hinton, arXiv:1607.06450.
    """

    def mean(each):
        if model.normalization == "layer":
            return each.mean(0, keepdims=True)
        return each.mean(1, keepdims=True) if shares is None else jnp.sum(shares * each, axis=1, keepdims=True)

    def made(each, of):
        centre = mean(of)
        spread = jnp.sqrt(mean((of - centre) ** 2) + EPSILON)
        return (each - centre) / spread * layer.scale[:, None] + layer.shift[:, None]

    if others is None or model.normalization == "layer":
        return made(h, h), None
    return made(h, others), made(others, others)


def outputs(model: Model, x, inputs, reference=None):
    """What the network with weights `x` (d,) gives for each row of `inputs` (n, f): (n, C)."""
    return neurons(model, shapes.unraveled(x, model.blocks), inputs.T, None, turned(reference))[-1].T


def turned(rows):
    return None if rows is None else rows.T


def value(model: Model, layers: list[shapes.Layer], rows: dict[str, Any], shares=None, drop=None, reference=None):
    """The mean loss (…) over rows, weighed by `shares` (n,); rows without axes of settings serve all of them."""
    extra = (1,) * (layers[0].weights.ndim - 2)
    inputs, targets = rows["inputs"].T, rows["targets"]
    shares = None if shares is None else shares.reshape(*shares.shape, *extra)
    found = neurons(model, layers, inputs.reshape(*inputs.shape, *extra), drop, turned(reference), shares)[-1]
    each = losses.rows(found, targets.reshape(*targets.shape, *extra), model.loss, model.classes)
    return each.mean(0) if shares is None else jnp.sum(shares * each, axis=0)


def accuracy(model: Model, x, rows: dict[str, Any], reference=None):
    """The share of rows whose class is met; rows without an output meet none."""
    found = losses.predicted(outputs(model, x, rows["inputs"], reference), model.classes)
    return jnp.mean(found == rows["targets"], dtype=found.dtype)


def penalty(model: Model, x, kind: str, rate):
    """rate · ½ Σ w² (l2) or rate · Σ |w| (l1) over the weights; biases and norms are free.

    The Playground lets a weight whose sign the l1 penalty would turn die at 0; here it goes on, as subgradients do.
    """
    weights = [x[block.slice] for block in model.blocks if block.kind == "weights"]
    if kind == "l2":
        return 0.5 * rate * sum(jnp.sum(each**2) for each in weights)
    return rate * sum(jnp.sum(jnp.abs(each)) for each in weights)


def decaying(model: Model, decay):
    """x (d,) -> x with this share of every weight taken away: decay that no optimizer rescales; biases stay.

    Sources: Hanson and Pratt, NIPS 1988; Loshchilov and Hutter, arXiv:1711.05101.
    """
    weighed = np.concatenate([np.full(block.size, block.kind == "weights") for block in model.blocks])
    return lambda x: jnp.where(weighed, (1.0 - decay).astype(x.dtype) * x, x)


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
