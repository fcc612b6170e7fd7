"""Signals through a deep net at its start: second moments of activations and of gradients, layer by layer.

The net is square: every layer has as many neurons as there are inputs, and no biases. It computes in float32, so what
overflows there does here; only moments are taken in float64, because they overflow long before what they are taken of.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.mlp.activations import ACTIVATIONS
from landscape.mlp.initializers import INITIALIZERS

ROWS = 2  # inputs that are followed
# Those of networks, and what people try before: no scale, a small one, and twice He's variance.
LAWS = {
    "kaiming": INITIALIZERS["kaiming"],
    "lecun": INITIALIZERS["lecun"],
    "double": lambda rng, shape: rng.normal(size=shape) * np.sqrt(4.0 / shape[0]),
    "xavier": INITIALIZERS["xavier"],
    "normal": lambda rng, shape: rng.normal(size=shape),
    "small": lambda rng, shape: rng.normal(size=shape) * 0.01,
    "playground": INITIALIZERS["playground"],
    "uniform": INITIALIZERS["uniform"],
    "zero": INITIALIZERS["zero"],
}
NAMES = {
    "kaiming": "He, 2/n",
    "lecun": "LeCun, 1/n",
    "double": "4/n",
    "xavier": "Xavier, 2/(n + n)",
    "normal": "std 1",
    "small": "std 0.01",
    "playground": "uniform ±0.5",
    "uniform": "uniform ±1",
    "zero": "zero",
}

SHORT = {"relu": "ReLU", "gelu": "GELU", "leaky_relu": "leaky", "sin": "sine"}
WORDS = {name: SHORT.get(name, name) for name in ACTIVATIONS}


class Signals(NamedTuple):
    """What was measured, for each initializer, activation and seed; layer 0 is the input.

    Without a number are layers that are not finite, and gradients above the last layer that is.
    """

    forward: np.ndarray  # (initializers, activations, seeds, layers + 1): second moments of activations, in float64
    narrow: np.ndarray  # the same, taken in float32
    backward: np.ndarray  # the same shape: second moments of the loss' gradient with respect to the activations
    lost: np.ndarray  # (initializers, activations, seeds): the first layer that is not finite; layers + 1 if none


class _Probe:
    """Stands for a generator of random numbers, to learn by which law an initializer draws, and at which scale."""

    law = "normal"

    def normal(self, size):
        return 1.0

    def uniform(self, low, high, size):
        self.law = "uniform"
        return high


def scale(name: str, width: int) -> tuple[str, float]:
    """The law, "normal" (variance 1) or "uniform" (±1), and what multiplies its numbers in a layer `width` wide."""
    probe = _Probe()
    found = float(np.max(LAWS[name](probe, (width, width))))
    return probe.law, found


def variance(name: str, width: int) -> float:
    """The variance of one weight."""
    law, size = scale(name, width)
    return size**2 / (3.0 if law == "uniform" else 1.0)


def together(parts: list[Signals]) -> Signals:
    """What was measured for several seeds."""
    return Signals(*(np.stack(each, axis=2) for each in zip(*parts, strict=True)))


@lru_cache(maxsize=32)
def followed(width: int, depth: int, gain: float, seed: int) -> Signals:
    """Signals of one seed, without their axis of seeds.

    Standard normal rows go up, and a standard normal gradient comes down from the last layer that is finite. All
    initializers of a law draw the same numbers; `gain` multiplies all weights. Needs float64 switched on.
    """
    scales = jnp.asarray([gain * scale(name, width)[1] for name in LAWS], jnp.float32)
    rng = np.random.default_rng([seed, 0])
    first, last = rng.standard_normal((2, width, ROWS), dtype=np.float32)
    shape = (width, len(LAWS), len(ACTIVATIONS), ROWS)
    h, moments, sums = jnp.broadcast_to(first[:, None, None], shape), [], []
    layers = [_drawn(width, seed, layer) for layer in range(1, depth + 1)]
    moments.append(_measured(h))
    for layer in layers:
        z, h = _up(layer, scales, h)
        sums.append(z)
        moments.append(_measured(h))
    forward, narrow, finite = (np.stack(each, axis=-1) for each in zip(*moments, strict=True))
    lost = np.where(finite.all(-1), depth + 1, finite.argmin(-1))
    g, backward = jnp.zeros(shape, jnp.float32), []
    for k in range(depth, -1, -1):
        g = jnp.where(jnp.asarray(lost - 1 == k)[None, :, :, None], last[:, None, None], g)
        backward.append(np.asarray(_moment(g)))
        if k:
            g = _down(layers[k - 1], scales, sums[k - 1], g)
    places = np.arange(depth + 1)
    above, backward = places >= lost[..., None], np.stack(backward[::-1], axis=-1)
    return Signals(np.where(above, np.nan, forward), narrow, np.where(above, np.nan, backward), lost)


def _drawn(width: int, seed: int, layer: int) -> dict[str, np.ndarray]:
    """The numbers of a layer by law, before they are scaled."""
    rng = np.random.default_rng([seed, layer])
    uniform = rng.random((width, width), dtype=np.float32)
    return {"normal": rng.standard_normal((width, width), dtype=np.float32), "uniform": 2.0 * uniform - 1.0}


def _times(weights: dict[str, Any], scales, h):
    """Each initializer's weights times its part of h (width, initializers, …): one product for those of a law."""
    laws = [scale(name, 1)[0] for name in LAWS]
    parts = {}
    for law, matrix in weights.items():
        mine = h[:, np.flatnonzero([each == law for each in laws])]
        parts[law] = (matrix @ mine.reshape(len(h), -1)).reshape(mine.shape)
    place = {law: iter(range(laws.count(law))) for law in parts}
    return scales[:, None, None] * jnp.stack([parts[law][:, next(place[law])] for law in laws], axis=1)


@jax.jit
def _up(weights, scales, h):
    z = _times({law: each.T for law, each in weights.items()}, scales, h)
    return z, jnp.stack([act(z[:, :, a]) for a, act in enumerate(ACTIVATIONS.values())], axis=2)


@jax.jit
def _down(weights, scales, z, g):
    slopes = [jax.vjp(act, z[:, :, a])[1](g[:, :, a])[0] for a, act in enumerate(ACTIVATIONS.values())]
    return _times(weights, scales, jnp.stack(slopes, axis=2))


@jax.jit
def _measured(h):
    """Second moments in float64 and in float32, and whether all is finite: (initializers, activations) each."""
    return _moment(h), jnp.mean(h**2, axis=(0, 3)), jnp.isfinite(h).all(axis=(0, 3))


@jax.jit
def _moment(h):
    return jnp.mean(h.astype(jnp.float64) ** 2, axis=(0, 3))
