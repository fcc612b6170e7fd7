"""A network 10-32-BN-2 whose running statistics are real: the case in which moving them with the weights gives NaN."""

from __future__ import annotations

from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import optax

from landscape.networks import surface


class Normed(nn.Module):
    """Dense 32, batch normalization, relu, dense 2."""

    @nn.compact
    def __call__(self, x, train: bool):
        x = nn.BatchNorm(use_running_average=not train, momentum=0.5)(nn.Dense(32)(x))
        return nn.Dense(2)(nn.relu(x))


def data() -> tuple[np.ndarray, np.ndarray]:
    """Two classes in 10 dimensions: inputs (120, 10) and labels (120,)."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 120)
    return (random.normal(size=(120, 10)) + labels[:, None]).astype(np.float32), labels


def variables() -> dict[str, Any]:
    """Parameters and statistics that have seen the data a few times."""
    made = Normed().init(jax.random.key(0), data()[0], train=False)
    for _ in range(5):
        made = made | Normed().apply(made, data()[0], train=True, mutable=["batch_stats"])[1]
    return made


def frozen(params, batch):
    """The loss with the statistics that are given."""
    logits = Normed().apply(params, batch[0], train=False)
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(logits, batch[1]))


def estimated(params, batch):
    """The loss with the statistics of the rows themselves, at every point anew."""
    logits, _ = Normed().apply(params, batch[0], train=True, mutable=["batch_stats"])
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(logits, batch[1]))


def surfaces() -> dict[str, Any]:
    """The model with statistics as given, estimated at each point, and (wrongly) moved with the weights."""
    every = jax.tree.map(lambda _: True, variables())
    return {
        "frozen": surface(frozen, variables(), data()),
        "estimated": surface(estimated, variables(), data(), separable=False),
        "moved": surface(frozen, variables(), data(), mask=every),
    }
