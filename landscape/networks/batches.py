"""Rows of data: taken from arrays, files and iterators, checked, shuffled into minibatches, averaged in chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.mlp.batches import permuted
from landscape.networks.chunks import rows_of
from landscape.networks.trees import cast, is_array
from landscape.parameters import LandscapeError

MOST_STACKED = 2 * 2**30  # bytes that batches of an iterator are stacked up to
CHUNK = 2**24  # bytes of rows from which on a loss over all of them is computed in chunks
READ = 2**26  # bytes of a memory-mapped file that are checked before it is used


def taken(data: Any, word: str = "data") -> Any:
    """`data` as a tree of arrays (n, …): NumPy's memory maps as they are, all else as arrays of JAX.

    Taken are trees of arrays (also of PyTorch tensors on the host), iterators of batches and what gives one when it
    is iterated or called. Batches are read once, here, and stacked, up to MOST_STACKED bytes. `word` is what they are
    called in errors.
    """
    rows, structure = checked(data, word)
    return jax.tree.unflatten(structure, [a if isinstance(a, np.memmap) else jnp.asarray(a) for a in rows])


def like(rows: Any, test: Any) -> Any:
    """`test`, if it has the structure of `rows` and arrays of the same shapes but for their number."""
    if jax.tree.structure(test) != jax.tree.structure(rows):
        raise LandscapeError("The rows for testing are another tree than those for training; give one like data.")
    pairs = list(zip(jax.tree.leaves(rows), jax.tree.leaves(test), strict=True))
    wrong = next(((a.shape[1:], b.shape[1:]) for a, b in pairs if a.shape[1:] != b.shape[1:]), None)
    if wrong:
        raise LandscapeError(f"Rows for testing have shape {wrong[1]} where those for training have {wrong[0]}.")
    return test


def checked(data: Any, word: str = "data") -> tuple[list[Any], Any]:
    """The arrays of `data` as `taken` reads them, each (n, …) and finite, and the structure of their tree."""
    if callable(data) and not hasattr(data, "__array__") and not hasattr(data, "__iter__"):
        data = data()
    named, structure = _named(stacked(data) if streams(data) else data, word)
    rows = {name: _array(name, leaf) for name, leaf in named.items()}
    counts = {name: len(array) for name, array in rows.items()}
    if not counts or 0 in counts.values():
        raise LandscapeError("The data are empty; give arrays (n, …) with a row for each example.")
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{count:,} in {name}" for name, count in counts.items())
        raise LandscapeError(f"The arrays of data differ in length ({told} rows); give each example one row in each.")
    for name, array in rows.items():
        _check_finite(name, array)
    return list(rows.values()), structure


def size(rows: Any) -> int:
    """Bytes of all rows."""
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(rows))


def stacked(batches: Iterable) -> Any:
    """The batches of an iterator as one tree of arrays; the last may be shorter."""
    parts, structure, held = [], None, 0
    for batch in batches:
        leaves, shape = jax.tree.flatten(batch)
        if parts and structure != shape:
            raise LandscapeError("The batches of data differ in structure; each should be a tree like the first one.")
        structure = shape
        parts.append([np.asarray(leaf).copy() for leaf in leaves])  # iterators may give the same memory again
        held += sum(each.nbytes for each in parts[-1])
        if held > MOST_STACKED or len(parts) > MOST_STACKED // 2**10:
            raise LandscapeError(
                f"The batches of data hold more than {MOST_STACKED / 2**30:.0f} GiB, up to which an iterator is read; "
                "give a file as np.memmap, or an iterator that ends."
            )
    if not parts:
        raise LandscapeError("The data are empty: the iterator gave no batch; an iterator can be read only once.")
    if any(not each.ndim for each in parts[0]):
        raise LandscapeError("The batches of data hold single numbers; give arrays (n, …) with a row for each example.")
    try:
        return jax.tree.unflatten(structure, [np.concatenate(each) for each in zip(*parts, strict=True)])
    except ValueError as error:
        raise LandscapeError(f"The batches of data do not fit together ({error}); only their rows may vary.") from None


def check_fits(rows: Any, name: str) -> None:
    """Raise where rows of memory-mapped files are more than can be held at once."""
    most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    if size(rows) > most:
        raise LandscapeError(
            f"The data of {name} take {size(rows) / 2**30:.3g} GiB and half of this machine's memory is "
            f"{most / 2**30:.3g} GiB; optimizers hold all rows at once, so give them fewer. Slices read them in pieces."
        )


def updates(total: int, batch: int, drop_last: bool = False) -> int:
    """Minibatches in an epoch: with the shorter last one, if there is one, unless it is left out."""
    return max(1, total // batch) if drop_last else -(-total // batch)


def picked(step: Any, batch: int, total: int, key: Any, drop_last: bool = False) -> tuple[Any, Any]:
    """The rows (batch,) of minibatch `step`, each row once an epoch at most, and whether it is an epoch's last one."""
    count = updates(total, batch, drop_last)
    epoch, turn = step // count, step % count
    positions = jnp.minimum(turn * batch + jnp.arange(batch), total - 1)
    return permuted(positions, total, random.fold_in(key, epoch)), turn == count - 1


def over(step: Any, batch: int, rows: Any, key: Any, loss: Callable, drop_last: bool = False) -> Callable:
    """`loss(x, rows)` on minibatch `step` of the rows, as a function of x; an epoch's last one has what is left."""
    total = rows_of(rows)
    indices, last = picked(step, batch, total, key, drop_last)
    part = jax.tree.map(lambda leaf: leaf[indices], rows)
    if drop_last or total % batch == 0:
        return lambda x: loss(x, part)
    short = jax.tree.map(lambda leaf: leaf[: total % batch], part)
    return lambda x: lax.cond(last, lambda x: loss(x, short), lambda x: loss(x, part), x)


def mean(loss: Callable, rows: Any) -> Callable:
    """`loss(x, rows)` as a function of x, chunk by chunk where the rows are many; slopes recompute each chunk."""
    total = rows_of(rows)
    each = max(1, CHUNK // (size(rows) // total or 1))
    if total <= each:
        return lambda x: loss(x, rows)
    full, rest = divmod(total, each)

    def chunk(begin, width: int):
        return jax.tree.map(lambda leaf: lax.dynamic_slice_in_dim(leaf, begin, width), rows)

    def whole(x):
        one = jax.checkpoint(lambda x, begin: loss(x, chunk(begin, each)))
        begins = each * jnp.arange(full)
        added, _ = lax.scan(lambda so_far, begin: (so_far + one(x, begin), None), jnp.zeros((), x.dtype), begins)
        tail = loss(x, chunk(each * full, rest)) * (rest / total) if rest else 0.0
        return added * (each / total) + tail

    return whole


def in_precision(rows: Any, dtype: Any) -> Any:
    """The rows for computing in `dtype`."""
    return jax.tree.map(lambda leaf: cast(leaf, dtype), rows)


def streams(data: Any) -> bool:
    """Whether this is an iterator, or something like PyTorch's DataLoader: iterable, and no tree or array."""
    known = isinstance(data, (Mapping, list, tuple, str, bytes)) or hasattr(data, "__array__")
    return hasattr(data, "__iter__") and not known


def _named(data: Any, word: str) -> tuple[dict[str, Any], Any]:
    """The leaves of data by their paths, and its structure."""
    found, structure = jax.tree_util.tree_flatten_with_path(data, is_leaf=streams)
    names = [jax.tree_util.keystr(path, simple=True, separator="/") for path, _ in found]
    return {f"{word}[{name}]" if name else word: leaf for name, (_, leaf) in zip(names, found, strict=True)}, structure


def _array(name: str, leaf: Any) -> Any:
    array = leaf if is_array(leaf) else np.asarray(leaf)
    if array.dtype.kind not in "biufV" or (array.dtype.kind == "V" and not jnp.issubdtype(array.dtype, jnp.number)):
        kind = "complex numbers" if array.dtype.kind == "c" else "text" if array.dtype.kind in "US" else "objects"
        raise LandscapeError(f"{name} holds {kind}; give numbers, and classes as 0, 1, 2, ….")
    if not array.ndim:
        raise LandscapeError(f"{name} is a single number; give an array (n, …) with a row for each example.")
    return array


def _check_finite(name: str, array: Any) -> None:
    """Raise for rows with NaN or infinite numbers; of a large file, for those among its first rows."""
    if not jnp.issubdtype(array.dtype, jnp.floating):
        return
    looked = np.asarray(array[: max(1, READ // (array.nbytes // len(array) or 1))])
    bad = np.flatnonzero(~np.isfinite(looked.reshape(len(looked), -1)).all(axis=1))
    if bad.size:
        raise LandscapeError(
            f"{bad.size:,} of {len(array):,} rows of {name} hold NaN or infinite numbers (the first is row {bad[0]}); "
            "leave them out or fill them in."
        )
