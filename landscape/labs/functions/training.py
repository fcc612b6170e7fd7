"""Small ReLU nets of one input trained on a function's values by Adam, several at once, in float32."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

FRAMES = 50  # moments recorded, the start not counted
RATE = 0.02  # learning rate at the start; a cosine takes it to zero


def shallow(values: np.ndarray, units: int, padded: int, seeds: tuple[int, ...], steps: int) -> dict[str, np.ndarray]:
    """One hidden layer of `units`, trained on `values` (n,) at equally spaced x in [0, 1].

    Gives weights and biases w, b (seeds, frames, units), v (seeds, frames, units), c (seeds, frames). Programs are
    compiled for `padded` units, of which the first `units` are there.
    """
    here = np.arange(padded) < units
    starts = [_start(seed, units, padded) for seed in seeds]
    weights = tuple(jnp.asarray(np.stack(part), jnp.float32) for part in zip(*starts, strict=True))
    x = np.linspace(0.0, 1.0, len(values), dtype=np.float32)
    arrays = (x, np.asarray(values, np.float32), here.astype(np.float32))
    run = jax.device_get(_trained(_shallow, weights, arrays, steps // FRAMES))
    run = [np.concatenate([np.asarray(first)[:, None], rest], axis=1) for first, rest in zip(weights, run, strict=True)]
    w, b, v, c = run
    return {"w": w[..., :units], "b": b[..., :units], "v": v[..., :units], "c": c}


def deep(values: np.ndarray, depth: int, width: int, padded: int, seeds: tuple[int, ...], steps: int) -> list[list]:
    """Nets of `depth` hidden layers of `width` units, trained alike; the layers (weights, biases) of each at the end.

    Programs are compiled for `padded` layers.
    """
    here = (np.arange(padded) < depth).astype(np.float32)
    starts = [_deep_start(seed, width, depth, padded) for seed in seeds]
    weights = tuple(jnp.asarray(np.stack(part), jnp.float32) for part in zip(*starts, strict=True))
    x = np.linspace(0.0, 1.0, len(values), dtype=np.float32)
    run = jax.device_get(_trained(_deep, weights, (x, np.asarray(values, np.float32), here), steps // FRAMES))
    w0, b0, w, b, v, c = (np.asarray(part, np.float64)[:, -1] for part in run)
    return [
        [(w0[s][None], b0[s]), *[(w[s, k], b[s, k]) for k in range(1, depth)], (v[s][:, None], c[s : s + 1])]
        for s in range(len(seeds))
    ]


def layers_of(net: dict[str, np.ndarray], seed: int, frame: int = -1) -> list:
    """A shallow net as weights and biases in float64."""
    w, b, v = (np.asarray(net[name][seed, frame], np.float64) for name in "wbv")
    return [(w[None], b), (v[:, None], np.asarray(net["c"][seed, frame : frame + 1 or None], np.float64))]


def _start(seed: int, units: int, padded: int) -> tuple[np.ndarray, ...]:
    """Kinks spread evenly over [0, 1], with slopes of both signs: draws do not depend on the padding."""
    rng = np.random.default_rng([seed, units])
    w = rng.normal(size=units) * np.sqrt(2.0) + np.where(rng.random(units) < 0.5, -1.0, 1.0)
    b = -w * rng.random(units)
    v = rng.normal(size=units) / np.sqrt(units)
    return (*(np.pad(part, (0, padded - units)) for part in (w, b, v)), np.float64(0.0))


def _deep_start(seed: int, width: int, depth: int, padded: int) -> tuple[np.ndarray, ...]:
    """He's variance; first biases put kinks inside [0, 1], later ones are small: draws do not depend on the padding."""
    rng = np.random.default_rng([seed, width, depth])
    w0, b0, v = rng.normal(size=width) * np.sqrt(2.0), -rng.random(width), rng.normal(size=width) / np.sqrt(width)
    w, b = np.zeros((padded, width, width)), np.zeros((padded, width))
    w[:depth] = rng.normal(size=(depth, width, width)) * np.sqrt(2.0 / width)
    b[:depth] = 0.1 * rng.normal(size=(depth, width))
    return w0, w0 * b0, w, b, v, np.float64(0.0)


def _shallow(weights, x, here):
    w, b, v, c = weights
    return jax.nn.relu(x[:, None] * w + b) @ (v * here) + c


def _deep(weights, x, here):
    """Layers that are not there pass on what they get."""
    w0, b0, w, b, v, c = weights

    def layer(h, each):
        w, b, is_here = each
        return jnp.where(is_here > 0, jax.nn.relu(h @ w + b), h), None

    h, _ = jax.lax.scan(layer, jax.nn.relu(x[:, None] * w0 + b0), (w[1:], b[1:], here[1:]))
    return h @ v + c


@partial(jax.jit, static_argnums=(0, 3))
def _trained(net, weights, arrays, every: int):
    """Weights after each `every` of FRAMES · every steps of Adam on the mean squared error, for all seeds."""
    x, values, here = arrays
    slope = jax.vmap(jax.grad(lambda weights: jnp.mean((net(weights, x, here) - values) ** 2)))
    total = jnp.float32(FRAMES * every)

    def step(state, _):
        weights, mean, square, k = state
        slopes = slope(weights)
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slopes)
        square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, slopes)
        rate = 0.5 * RATE * (1 + jnp.cos(jnp.pi * k / total)) / (1 - 0.9 ** (k + 1))
        fix = 1 - 0.999 ** (k + 1)
        weights = jax.tree.map(lambda w, m, s: w - rate * m / (jnp.sqrt(s / fix) + 1e-8), weights, mean, square)
        return (weights, mean, square, k + 1), None

    def frame(state, _):
        state, _ = jax.lax.scan(step, state, None, length=every)
        return state, state[0]

    zeros = jax.tree.map(jnp.zeros_like, weights)
    _, seen = jax.lax.scan(frame, (weights, zeros, zeros, jnp.float32(0)), None, length=FRAMES)
    return jax.tree.map(lambda each: jnp.moveaxis(each, 0, 1), seen)
