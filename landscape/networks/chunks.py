"""A loss that is a mean over rows of data, computed in chunks of them, so that memory does not grow with the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.parameters import LandscapeError
from landscape.surface import Parts, Surface

CACHE = 4 << 20  # bytes of what the loss computes on its way, of a chunk: near a processor …
DEVICE = 1 << 30  # … and on a GPU
_KNOWN: dict = {}  # bytes of a row, by what the traced loss depends on


def loss_on(surface: Surface, dtype, rows) -> Callable:
    """The loss (d,) -> () over these rows of data; over all there are where `rows` is None."""
    if rows is None:
        return surface.at(1.0, dtype).loss
    parts = surface.parts(dtype)
    return lambda x: parts.loss(x, rows)


def averaged(compute: Callable, rows, chunk: int):
    """The mean over all rows of what `compute(rows (≤ chunk, …))` gives as a mean over its own; any pytree."""
    count = rows_of(rows)
    if count <= chunk:
        return compute(rows)
    whole = count // chunk
    parts = jax.tree.map(lambda leaf: leaf[: whole * chunk].reshape(whole, chunk, *leaf.shape[1:]), rows)
    first = jax.eval_shape(compute, jax.tree.map(lambda leaf: leaf[0], parts))
    zero = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), first)
    total, _ = jax.lax.scan(lambda sums, part: (jax.tree.map(jnp.add, sums, compute(part)), None), zero, parts)
    if whole * chunk == count:
        return jax.tree.map(lambda leaf: leaf / whole, total)
    rest = compute(jax.tree.map(lambda leaf: leaf[whole * chunk :], rows))
    return jax.tree.map(lambda a, b: a * (chunk / count) + b * (1 - whole * chunk / count), total, rest)


def chunk_of(surface: Surface, x, parts: Parts | None, chunk: int | None = None) -> int:
    """Rows to compute at once: those asked for, all where rows act on each other, else what fits."""
    if chunk is not None and (isinstance(chunk, bool) or not isinstance(chunk, (int, np.integer)) or chunk < 1):
        raise LandscapeError(f"chunk={chunk} is not a number of rows; give a whole one from 1.")
    count = 0 if parts is None else rows_of(parts.rows)
    if count < 2 or not parts.separable:
        return max(1, count)
    return fitting(surface, x, parts.rows) if chunk is None else even(count, int(chunk))


def fitting(surface: Surface, x, rows) -> int:
    """Rows of a chunk whose intermediate results stay near the processor, by the shapes in the traced loss."""
    leaves, structure = jax.tree.flatten((surface, rows))
    kind = structure, tuple((np.shape(leaf), str(getattr(leaf, "dtype", ""))) for leaf in (x, *leaves))
    try:
        each = _KNOWN.get(kind)
    except TypeError:  # a structure that cannot be compared
        return _fitting(_bytes_of_a_row(surface, x, rows), rows)
    if each is None:
        if len(_KNOWN) >= 64:
            _KNOWN.clear()
        each = _KNOWN[kind] = _bytes_of_a_row(surface, x, rows)
    return _fitting(each, rows)


def _fitting(each: int, rows) -> int:
    return even(rows_of(rows), max(1, (CACHE if jax.default_backend() == "cpu" else DEVICE) // each))


def _bytes_of_a_row(surface: Surface, x, rows) -> int:
    at = jax.ShapeDtypeStruct(x.shape, x.dtype)
    one, two = (_traced_bytes(surface, at, _shapes(rows, size)) for size in (1, 2))
    return max(1, two - one)


def even(count: int, most: int) -> int:
    """Rows of a chunk, at most so many: a whole part of `count` if one is not much smaller.

    A rest of another size would be compiled apart.
    """
    most = min(count, most)
    return next((size for size in range(most, most // 2, -1) if count % size == 0), most)


def rows_of(rows) -> int:
    """How many rows a pytree of arrays (n, …) has; 0 if there is none."""
    leaves = jax.tree.leaves(rows)
    return leaves[0].shape[0] if leaves else 0


def held(rows):
    """Data as arrays that are computed with, but for those that lie in a file."""
    return jax.tree.map(lambda leaf: leaf if isinstance(leaf, np.memmap) else jnp.asarray(leaf), rows)


def pieces(rows, chunk: int) -> Iterator[tuple[float, Any, int, int]]:
    """The data in chunks: the share of each, the rows it lies in, where it begins there, and how long it is.

    What lies in a file is read chunk by chunk. They are apart because XLA's loops on a CPU compute convolutions slowly.
    """
    count = rows_of(rows)
    stored = any(isinstance(leaf, np.memmap) for leaf in jax.tree.leaves(rows))
    for begin in range(0, max(1, count), max(1, chunk)):
        size = min(chunk, count - begin)
        share = size / count if count else 1.0
        if not stored:
            yield share, rows, begin, size
            continue
        yield (
            share,
            jax.tree.map(lambda leaf, begin=begin, end=begin + size: np.asarray(leaf[begin:end]), rows),
            0,
            size,
        )


def part(rows, begin, size: int):
    """`size` rows from `begin` on."""
    return jax.tree.map(lambda leaf: jax.lax.dynamic_slice_in_dim(leaf, begin, size), rows)


def subsets(rows, count: int, random: np.random.Generator) -> np.ndarray:
    """`count` disjoint random sets of rows, equally large (count, k); a rest smaller than `count` is left out."""
    total = rows_of(rows)
    return random.permutation(total)[: total // count * count].reshape(count, -1)


def _shapes(rows, size: int):
    return jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((size, *leaf.shape[1:]), leaf.dtype), rows)


def _traced_bytes(surface: Surface, x, rows) -> int:
    """The bytes of all that the loss computes on its way."""
    steps = jax.make_jaxpr(partial(_loss, surface))(x, rows).eqns
    return sum(math.prod(out.aval.shape) * out.aval.dtype.itemsize for step in steps for out in step.outvars)


def _loss(surface, x, rows):
    return loss_on(surface, x.dtype, rows)(x)
