"""Mean losses whose slopes are fast: gradients taken layer by layer, and many settings in the layout processors like.

`vmap` would put the axis of settings first; for narrow layers it comes last, where a processor's vectors lie. All
derivatives exist: the first is a gradient of its own, those of the gradient are those of the plain formula.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap

from landscape.mlp import losses, shapes
from landscape.mlp import model as models
from landscape.mlp.activations import ACTIVATIONS
from landscape.mlp.model import Model

MANY = 256  # settings from which on neurons are computed one by one
SMALL = 200  # weights up to which that is compiled in reasonable time


@lru_cache(maxsize=256)
def mean_loss(model: Model) -> Callable:
    """A function of weights `x` (d,), rows {"inputs" (n, f), "targets" (n,)} and their shares (n,) or None."""

    def plain(x, rows, shares):
        def total(layers):
            found = models.value(model, layers, rows, shares)
            return found.sum(), found

        slopes, found = jax.grad(total, has_aux=True)(shapes.unraveled(x, model.blocks))
        return found, raveled(slopes, x.shape[1:])

    def height(x, rows, shares):
        return models.value(model, shapes.unraveled(x, model.blocks), rows, shares)

    def steep(x, rows, shares):
        """`plain` for many settings: (d, s)."""
        return _by_neuron(model, x, rows, shares) if _single(model, x.shape) else plain(x, rows, shares)

    both, alone = (_batched(plain, steep), _batched(height, height)) if model.narrow else (plain, height)
    slopes = jax.custom_jvp(lambda *given: both(*given))
    slopes.defjvp(lambda given, change: jax.jvp(lambda x: plain(x, *given[1:]), given[:1], change[:1]))
    loss = jax.custom_jvp(lambda *given: alone(*given))

    @loss.defjvp
    def _(given, change):
        found, gradient = slopes(*given)
        return found, jnp.sum(gradient * change[0])

    return loss


def raveled(layers: list[shapes.Layer], behind: tuple[int, ...]):
    """The vector (d, …) of these layers."""
    return jnp.concatenate([each.reshape(-1, *behind) for layer in layers for each in layer if each is not None])


def _batched(function: Callable, many: Callable) -> Callable:
    """`function(x (d,), rows, shares)` which `vmap` over x alone turns into `many` of x (d, s)."""
    made = custom_vmap(function)

    @made.def_vmap
    def _(size: int, batched, x, rows, shares):
        first = jax.tree.map(lambda leaf, is_in: leaf[0] if is_in else leaf, (x, rows, shares), tuple(batched))
        everywhere = jax.tree.map(lambda _: True, jax.eval_shape(function, *first))
        others = any(jax.tree.leaves(batched[1:]))
        if size == 1:  # a population of one: what is around it may be many
            return jax.tree.map(lambda leaf: leaf[None], made(*first)), everywhere
        if batched[0] and not others:
            return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, -1, 0), many(x.T, rows, shares)), everywhere
        axes = jax.tree.map(lambda is_in: 0 if is_in else None, tuple(batched))
        return jax.vmap(function, in_axes=axes)(x, rows, shares), everywhere

    return made


def _single(model: Model, shape: tuple[int, ...]) -> bool:
    return shape[0] <= SMALL and shape[1] >= MANY and model.normalization == "none"


def _by_neuron(model: Model, x, rows, shares):
    """Values (s,) and gradients (d, s) at weights `x` (d, s): one array (n, s) for each neuron, none ever sliced."""
    activate = ACTIVATIONS[model.activation]

    def total(weights):
        each = iter(weights)
        h = [column[:, None] for column in rows["inputs"].T]
        for k, (fan_in, width) in enumerate(pairwise(model.layers), start=1):
            w = [[next(each) for _ in range(width)] for _ in range(fan_in)]
            bias = [next(each) for _ in range(width)]
            h = [bias[j] + sum(h[i] * w[i][j] for i in range(fan_in)) for j in range(width)]
            h = [activate(sums) for sums in h] if k < len(model.layers) - 1 else h
        out = jnp.stack([losses.last(sums, model.loss, model.classes) for sums in h])
        each_row = losses.rows(out, rows["targets"][:, None], model.loss, model.classes)
        found = each_row.mean(0) if shares is None else jnp.sum(shares[:, None] * each_row, axis=0)
        return found.sum(), found

    slopes, found = jax.grad(total, has_aux=True)(list(x))
    return found, jnp.stack(slopes)
