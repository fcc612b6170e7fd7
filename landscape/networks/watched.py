"""What is known of recorded weights: losses, accuracies and confusion, of all frames in one compiled call."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.mlp import losses
from landscape.parameters import LandscapeError
from landscape.surface import Parts, Surface

# Frames computed together, and rows at a time: of small networks the activations of so many stay in a core's cache.
LANES, ROWS = 128, 50
SMALL = 5_000  # weights up to which a network counts as small
MANY_ROWS = 512  # rows at a time of larger ones, frame by frame


class Watched(NamedTuple):
    """Means over the rows at each frame (t+1,) float64; NaN where not defined."""

    loss: np.ndarray
    accuracy: np.ndarray


def parts_of(surface: Surface, dtype, test: bool = False) -> Parts | None:
    """The loss over the rows for training or for testing, where there are any."""
    if not test:
        return surface.parts(dtype)
    asked = getattr(surface, "test_parts", None)
    return asked(dtype) if asked else None


def watched(surface: Surface, weights: np.ndarray, test: bool = False) -> Watched:
    """Loss and accuracy of `weights` (t, d), in their precision, over the rows for training or for testing.

    A surface whose loss is no mean over rows has the loss alone, and nothing for testing.
    """
    missing = np.full(len(weights), np.nan)
    parts = parts_of(surface, weights.dtype, test)
    if test and parts is None:
        return Watched(missing, missing)
    found = surface.watch(lambda: _watched(surface, weights, test=test))
    found = {name: np.asarray(each, np.float64) for name, each in found.items()}
    return Watched(found["loss"], found.get("accuracy", missing))


@partial(jax.jit, static_argnames="test")
def _watched(surface: Surface, weights, *, test: bool) -> dict[str, Any]:
    return means(surface, weights, test=test, accuracy=True)


def means(surface: Surface, weights, *, test: bool, accuracy: bool) -> dict[str, Any]:
    """Traced: the loss, and the accuracy where it is known and asked for, of weights (t, d): (t,) each."""
    count = len(weights)
    lanes = LANES if weights.shape[1] <= SMALL else 1
    filled = jnp.concatenate([weights, jnp.repeat(weights[-1:], -count % lanes, axis=0)])
    parts = parts_of(surface, weights.dtype, test)
    if parts is None:
        functions, rows, size, most = {"loss": lambda x, _: surface.at(1.0, x.dtype).loss(x)}, None, 1, 1
    else:
        asked = ("accuracy",) if accuracy else ()
        functions = {"loss": parts.loss} | {n: each for n, each in parts.measures.items() if n in asked}
        rows, most = parts.rows, len(jax.tree.leaves(parts.rows)[0])
        size = min(most, ROWS if lanes > 1 else MANY_ROWS) if parts.separable else most

    def part(several, rows, share: float) -> dict[str, Any]:
        return {name: share * jax.vmap(each, (1, None))(several, rows) for name, each in functions.items()}

    def together(several):
        if rows is None or size == most:
            return part(several, rows, 1.0)
        head, rest = _cut(rows, size, most)
        nothing = dict.fromkeys(functions, jnp.zeros(lanes, weights.dtype))
        total, _ = lax.scan(lambda t, r: (_plus(t, part(several, r, size / most)), None), nothing, head)
        return _plus(total, part(several, rest, most % size / most)) if most % size else total

    # Frames last: turned once here, not for every block of rows, which takes as long as the network itself.
    found = lax.map(together, filled.reshape(-1, lanes, weights.shape[1]).swapaxes(1, 2))
    return {name: each.ravel()[:count] for name, each in found.items()}


def _plus(a, b):
    return jax.tree.map(jnp.add, a, b)


def _cut(rows, size: int, count: int):
    """Rows in blocks of `size`, and those left over."""
    whole = count - count % size
    head = jax.tree.map(lambda leaf: leaf[:whole].reshape(-1, size, *leaf.shape[1:]), rows)
    return head, jax.tree.map(lambda leaf: leaf[whole:], rows)


def confusion(surface: Surface, x, test: bool = False) -> np.ndarray:
    """How many rows of each class (rows, in the order of the labels) got each answer (columns): (C, C) int.

    Rows whose outputs are not finite stand in no column.
    """
    data = getattr(surface, "data", None)
    if not hasattr(surface, "outputs") or not getattr(data, "classes", 0):
        raise LandscapeError(f"{surface.label} has no classes, so there is no confusion of them.")
    x = jnp.asarray(x)
    rows = surface.rows(x.dtype, test)
    if not len(rows["targets"]):
        raise LandscapeError("There are no rows for testing; ask for those of training with test=False.")
    given = np.asarray(losses.predicted(surface.outputs(x, rows["inputs"]), data.classes), np.float64)
    values = np.array([-1.0, 1.0]) if data.classes == 2 else np.arange(data.classes, dtype=np.float64)
    true = np.asarray(rows["targets"], np.float64)
    hits = [(each[:, None] == values).astype(int) for each in (true, given)]
    return hits[0].T @ hits[1]
