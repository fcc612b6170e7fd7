"""Pairs of networks with and without dropout, and what they still know when hidden units die."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.labs.fitting import nets
from landscape.labs.fitting.bands import mean_and_error
from landscape.mlp import datasets

POINTS, SIDE = 400, 28  # rows of each data set, half of them for training; cells along a side of the maps
DRAWS = 20  # sets of units that are killed at each share
THINNED, ASKED = 4000, 20  # thinned networks that are averaged; rows that they answer
MASKS = 20_000  # drawn for the mean of one sum
LEARNING_RATE = 0.01


class Trained(NamedTuple):
    """Pairs of networks that differ in dropout alone, and the rows that they have not seen."""

    weights: np.ndarray  # (2, seeds, d): without and with dropout
    inputs: np.ndarray  # (seeds, n, 2)
    targets: np.ndarray  # (seeds, n)
    ranks: np.ndarray  # (seeds, draws, hidden units): the order in which units are killed


@lru_cache(maxsize=8)
def _rows(data: str, noise: float, seeds: int, seed: int):
    made = [datasets.made(data, noise, seed + each, 0.5, POINTS) for each in range(seeds)]
    x = np.stack([each.x for each in made]) / datasets.EDGE * 2.0
    return x.astype(np.float32), np.stack([each.y for each in made])


@lru_cache(maxsize=16)
def learned(data, noise, width, depth, steps, seeds, seed, keep) -> np.ndarray:
    """The weights (seeds, d) of networks trained with this probability to keep a unit: 1 is without dropout."""
    x, y = _rows(data, noise, seeds, seed)
    model, half = nets.classification(width, 2, depth), POINTS // 2
    numbers = seed + np.arange(seeds)
    rows = {"inputs": x[:, :half], "targets": y[:, :half]}
    found = nets.fit(model, nets.starts(model, numbers), rows, steps=steps, every=steps, learning_rate=LEARNING_RATE,
                     keep=np.full(seeds, keep), seeds=numbers)  # fmt: skip
    return found.weights[:, -1]


@partial(jax.jit, static_argnames=("model", "rescale"))
def _accuracy(model, weights, inputs, targets, ranks, killed, rescale):
    """The accuracy (2, seeds, draws) with the `killed` units of lowest rank dead; vmap over networks and draws."""
    units, depth = ranks.shape[-1], len(model.layers) - 2

    def alone(w, x, y, rank):
        alive = (rank >= killed).astype(w.dtype)
        alive = alive * units / jnp.maximum(units - killed, 1) if rescale else alive
        answers = nets.answers(model, w, x, alive.reshape(depth, -1))
        return jnp.mean(jnp.where(answers > 0, 1.0, -1.0) == y)

    drawn = jax.vmap(alone, in_axes=(None, None, None, 0))
    return jax.vmap(jax.vmap(drawn), in_axes=(0, None, None, None))(weights, inputs, targets, ranks)


@lru_cache(maxsize=512)
def survived(key: tuple, rescale: bool, killed: int) -> np.ndarray:
    """The mean accuracy (2, seeds) over draws of which `killed` units die; both networks of a pair lose the same."""
    trained, model = pairs(key), nets.classification(key[2], 2, key[3])
    found = _accuracy(model, *trained, np.int32(killed), rescale)
    return np.asarray(found, np.float64).mean(axis=2)


def pairs(key: tuple) -> Trained:
    """Networks by data, noise, width, depth, steps, seeds, seed, keep, and what they are tested on."""
    data, noise, width, depth, _, seeds, seed, keep = key
    x, y = _rows(data, noise, seeds, seed)
    weights = np.stack([learned(*key[:-1], each) for each in (1.0, keep)])
    units = np.random.default_rng([seed, width, depth]).random((seeds, DRAWS, depth * width))
    half = POINTS // 2
    return Trained(weights, x[:, half:], y[:, half:].astype("float32"), units.argsort(-1).argsort(-1))


@lru_cache(maxsize=16)
def means(key: tuple) -> dict[str, np.ndarray]:
    """One sum under many masks, and what the whole network and the mean of its thinned ones say of unseen rows."""
    trained, (width, depth, keep) = pairs(key), (key[2], key[3], key[7])
    model = nets.classification(width, 2, depth)
    rng = np.random.default_rng([key[6], 1])
    w, x = trained.weights[1, 0], trained.inputs[0]
    last, layers = nets.hidden(model, w, x)[-1], nets.layers(model, w)
    terms = (last * layers[-1].weights[:, 0])[(last**2).sum(axis=1).argmax()]
    sums = (rng.random((MASKS, width)) < keep) @ terms / keep
    masks = ((rng.random((THINNED, depth, width)) < keep) / keep).astype(np.float32)
    thinned = np.asarray(nets.answers_under(model, w, x[:ASKED], masks), np.float64)
    whole = np.asarray(nets.answers_under(model, w, x[:ASKED], np.ones_like(masks[:1])), np.float64)[0]
    count = np.unique(np.geomspace(1, MASKS, 100).astype(int))
    running = (np.cumsum(sums) / np.arange(1, MASKS + 1))[count - 1]
    found = {"terms": terms, "masks": count, "running_mean": running, "whole": whole, "thinned": thinned.mean(axis=0),
             "thinned_error": mean_and_error(thinned)[1]}  # fmt: skip
    if depth > 1:  # the second hidden layer under masks of the first: its mean, and what its mean sum would give
        first = nets.hidden(model, w, x[:ASKED])[0]
        reached = (masks[:, :1] * first) @ layers[1].weights + layers[1].bias
        found["bent"] = np.maximum(reached, 0.0).mean(axis=0)
        found["straight"] = np.maximum(reached.mean(axis=0), 0.0)
    return found


@lru_cache(maxsize=16)
def maps(key: tuple, rescale: bool) -> tuple[np.ndarray, np.ndarray]:
    """The probability of class +1 (2, moments, side, side) over the plane as units of the first pair die."""
    trained, (width, depth) = pairs(key), (key[2], key[3])
    model, units = nets.classification(width, 2, depth), depth * width
    axis = np.linspace(-2.0, 2.0, SIDE)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)
    counts = np.unique(np.round(np.linspace(0.0, 1.0, 21) * units).astype(int))
    alive = (trained.ranks[0, 0] >= counts[:, None]).astype(np.float32)
    alive = alive * (units / np.maximum(units - counts, 1))[:, None] if rescale else alive
    masks = alive.reshape(-1, depth, width).astype(np.float32)
    logits = [np.asarray(nets.answers_under(model, w, grid, masks), np.float64) for w in trained.weights[:, 0]]
    return counts / units, 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))).reshape(2, -1, SIDE, SIDE)
