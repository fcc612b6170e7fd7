"""Small networks trained on all rows at once, many of them side by side in one compiled program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from landscape.mlp import initializers, shapes
from landscape.mlp import model as models
from landscape.mlp.model import Model

SPREAD = 3.0  # of the first weights of `bending`


class Fitted(NamedTuple):
    """What became of each network: its weights at every moment kept, and its mean losses on sets of rows by name."""

    steps: np.ndarray  # (moments,), 0 included
    weights: np.ndarray  # (nets, moments, d) float32
    loss: dict[str, np.ndarray]  # (nets, moments)


def starts(model: Model, seeds, initializer: str = "kaiming") -> np.ndarray:
    """Initial weights (nets, d) in float32, one row for each seed."""
    return np.stack([initializers.drawn(initializer, model.blocks, 1.0, int(seed)) for seed in seeds]).astype("float32")


def bending(width: int, most: int, seed: int) -> np.ndarray:
    """First weights (3 · most + 1,) of one hidden layer on [−1, 1], of which `width` units count: they bend inside."""
    rng = np.random.default_rng([seed, width])
    into, bias, out = SPREAD * rng.normal(size=most), rng.uniform(-2.0, 2.0, most), rng.normal(size=most)
    return np.concatenate([into, bias, out / np.sqrt(width), [0.0]]).astype(np.float32)


def fit(
    model: Model,
    begun: np.ndarray,
    rows: Mapping[str, np.ndarray],
    watched: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    *,
    steps: int,
    every: int,
    learning_rate: float,
    masks: np.ndarray | None = None,
    shares: np.ndarray | None = None,
    keep: Any = None,
    seeds: Any = None,
) -> Fitted:
    """Train each network by Adam on all its rows, and keep each `every`-th step.

    begun   initial weights (nets, d).
    rows    "inputs" (nets, n, f) and "targets" (nets, n); `watched` are other sets, of any size.
    masks   (nets, hidden layers, width): 0 where a hidden unit is missing, else 1. All hidden layers are equally wide.
    shares  (nets, n): the weight of each row, summing to 1; by default all the same.
    keep    (nets,): the probability with which dropout keeps a hidden unit; `seeds` (nets,) draw which.
    """
    nets, hidden = len(begun), model.layers[1:-1]
    masks = np.ones((nets, len(hidden), hidden[0])) if masks is None else masks
    count = rows["targets"].shape[1]
    shares = np.full((nets, count), 1.0 / count) if shares is None else shares
    sets = {"training": {**rows, "shares": shares}}
    sets |= {name: {**each, "shares": np.full(each["targets"].shape, 1.0 / each["targets"].shape[1])}
             for name, each in (watched or {}).items()}  # fmt: skip
    sets = jax.tree.map(partial(np.asarray, dtype=np.float32), sets)
    drawn = None if keep is None else (np.asarray(keep, np.float32), np.asarray(seeds, np.uint32))
    kept, seen = _fit(
        model, begun, np.float32(masks), sets, drawn, np.float32(learning_rate), moments=steps // every, every=every
    )
    loss = {name: np.asarray(each, np.float64) for name, each in seen.items()}
    return Fitted(every * np.arange(steps // every + 1), np.asarray(kept), loss)


@partial(jax.jit, static_argnames=("model", "moments", "every"))
def _fit(model, begun, masks, sets, drawn, learning_rate, *, moments, every):
    method = optax.adam(learning_rate)

    def alone(weights, mask, rows, dropped):
        def loss(w, part, drop):
            return models.value(model, shapes.unraveled(w, model.blocks), part, part["shares"], drop)

        def watched(w):
            return {name: loss(w, part, masking(mask)) for name, part in rows.items()}

        def step(carry, number):
            w, state = carry
            drop = masking(mask) if dropped is None else dropping(mask, *dropped, number)
            change, state = method.update(jax.grad(loss)(w, rows["training"], drop), state)
            return (w + change, state), None

        def stretch(carry, numbers):
            carry, _ = jax.lax.scan(step, carry, numbers)
            return carry, (carry[0], watched(carry[0]))

        numbers = jnp.arange(moments * every, dtype=jnp.uint32).reshape(moments, every)
        _, kept = jax.lax.scan(stretch, (weights, method.init(weights)), numbers)
        return jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), (weights, watched(weights)), kept)

    return jax.vmap(alone, in_axes=(0, 0, 0, None if drawn is None else 0))(begun, masks, sets, drawn)


def masking(mask):
    """What missing hidden units do to layer k of `neurons`: `mask` (layers, width)."""
    return lambda k, h: mask[k - 1][:, None] * h


def dropping(mask, keep, seed, number):
    """Inverted dropout of step `number`: each unit is kept, and grown to 1 / keep, with probability `keep`."""
    key = jax.random.fold_in(jax.random.key(seed), number)

    def drop(k, h):
        kept = jax.random.bernoulli(jax.random.fold_in(key, k), keep, h.shape)
        return mask[k - 1][:, None] * jnp.where(kept, h / keep, 0.0)

    return drop


def answers(model: Model, weights, inputs, mask):
    """The first output (n,) for weights (d,), inputs (n, f) and what hidden units are multiplied by (layers, width)."""
    return models.neurons(model, shapes.unraveled(weights, model.blocks), inputs.T, masking(mask))[-1][0]


@partial(jax.jit, static_argnames="model")
def answers_under(model: Model, weights, inputs, masks):
    """`answers` (masks, n) of one network under each of many masks (masks, layers, width)."""
    return jax.vmap(partial(answers, model), in_axes=(None, None, 0))(weights, inputs, masks)


@partial(jax.jit, static_argnames="model")
def answers_each(model: Model, weights, inputs, masks):
    """`answers` (nets, n) of many networks (nets, d), each with its own inputs and mask."""
    return jax.vmap(partial(answers, model))(weights, inputs, masks)


def hidden(model: Model, weights, inputs) -> list[np.ndarray]:
    """The activations (n, width) of each hidden layer, in float64."""
    found = models.neurons(model, layers(model, weights), np.asarray(inputs, np.float64).T)[1:-1]
    return [np.asarray(each, np.float64).T for each in found]


def layers(model: Model, weights) -> list[shapes.Layer]:
    """The layers of weights (d,), in float64."""
    return shapes.unraveled(np.asarray(weights, np.float64), model.blocks)


def regression(width: int, inputs: int, depth: int = 1, activation: str = "tanh") -> Model:
    """The structure of a network that meets numbers."""
    return Model((inputs, *(width,) * depth, 1), 0, activation, "squared", "none")


def classification(width: int, inputs: int, depth: int = 1, activation: str = "relu") -> Model:
    """The structure of a network that tells two classes, −1 and +1, apart."""
    return Model((inputs, *(width,) * depth, 1), 2, activation, "cross_entropy", "none")
