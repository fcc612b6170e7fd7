"""Losses and accuracy of a network's outputs, row by row."""

from __future__ import annotations

import jax
import jax.numpy as jnp

NAMES = ("squared", "cross_entropy")


def last(outputs, loss: str, classes: int):
    """What becomes of the last layer's sums: tanh where classes are met as numbers, else nothing."""
    return jnp.tanh(outputs) if loss == "squared" and classes else outputs


def kind(loss: str, classes: int) -> str:
    """What outputs are: "tanh", "linear", "logit" or "softmax" (scores, before the softmax)."""
    if loss == "squared":
        return "tanh" if classes else "linear"
    return "softmax" if classes > 2 else "logit"


def rows(outputs, targets, loss: str, classes: int):
    """The loss of each row (n, …), of `outputs` (C, n, …) and `targets` (n, …).

    squared: ½ Σ (out − target)², the target +1 for a row's class and −1 for others where there are more than two.
    cross_entropy: −log p of the row's class, p = σ(± logit) or softmax of the scores.
    """
    if classes > 2:
        each = jnp.arange(classes, dtype=targets.dtype)
        mine = targets[None] == each.reshape(-1, *(1,) * targets.ndim)
        if loss == "squared":
            return 0.5 * jnp.sum((outputs - jnp.where(mine, 1.0, -1.0).astype(outputs.dtype)) ** 2, axis=0)
        return -jnp.sum(jnp.where(mine, jax.nn.log_softmax(outputs, axis=0), 0.0), axis=0)
    if loss == "squared":
        return 0.5 * (outputs[0] - targets) ** 2
    return jax.nn.softplus(-targets * outputs[0])


def predicted(outputs, classes: int):
    """The class (n,) of each row of `outputs` (n, C): the sign, or the place of the largest; NaN where one is NaN."""
    missing = jnp.isnan(outputs).any(axis=1)
    if classes > 2:
        found = jnp.argmax(outputs, axis=1).astype(outputs.dtype)
    else:
        found = jnp.where(outputs[:, 0] > 0, 1.0, -1.0).astype(outputs.dtype)
    return jnp.where(missing, jnp.nan, found)
