"""Which rows an update sees: the Playground's order, in which what a short last batch leaves joins the next epoch."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

ROUNDS = 24  # of swaps that make an order


class Table(NamedTuple):
    """An epoch: the places (k, m) of the rows of each update, and their shares (k, m) of its mean, or None for equal.

    Where the batch does not divide the rows, those left over at the end of an epoch stand in every row's columns from
    `size` on, and count in the first update of the next epoch only. Row `updates` is the first update of all, to which
    nothing has been left.
    """

    places: np.ndarray
    shares: np.ndarray | None
    size: int
    updates: int

    def row(self, step):
        """The row of update `step`, counted from 0 over all epochs."""
        at = step % self.updates
        return at if self.shares is None else jnp.where(step == 0, self.updates, at)


def updates(rows: int, batch: int) -> int:
    """Updates per epoch of `rows` rows in batches of `batch` (0: all rows at once)."""
    return max(1, rows // batch) if batch else 1


def table(rows: int, batch: int) -> Table:
    """The updates of an epoch."""
    count = updates(rows, batch)
    size = batch if 0 < batch < rows else rows
    places = np.arange(count * size).reshape(count, size)
    over = rows - count * size
    if not over:
        return Table(places, None, size, count)
    wide = np.concatenate([places, np.tile(np.arange(count * size, rows), (count, 1))], axis=1)
    wide = np.concatenate([wide, wide[:1]])
    shares = np.where(np.arange(size + over) < size, 1.0 / size, 0.0) * np.ones((count + 1, 1))
    shares[0] = 1.0 / (size + over)
    return Table(wide, shares, size, count)


def shuffled(epochs: Table, step, rows: int, seed) -> Any:
    """The places (m,) of the rows of update `step` where each epoch has an order of its own, drawn from `seed`."""
    places, epoch = jnp.asarray(epochs.places, jnp.int32)[epochs.row(step)], step // epochs.updates

    def order(epoch):
        return random.fold_in(random.key(seed), jnp.asarray(epoch).astype(jnp.uint32))

    mine = permuted(places[: epochs.size], rows, order(epoch))
    if epochs.shares is None:
        return mine
    return jnp.concatenate([mine, permuted(places[epochs.size :], rows, order(epoch - 1))])


def permuted(places, rows: int, key) -> Any:
    """Where these places of 0 … rows − 1 go in a random order, without sorting all: swap or not, many times.

    In each round every place has a partner, and a hash of the two decides whether they swap. Source: Hoang, Morris and
    Rogaway, doi:10.1007/978-3-642-32009-5_1.
    """
    bits = random.bits(key, (2, ROUNDS), jnp.uint32)
    turns = (bits[0] % rows).astype(jnp.int32)
    for turn, salt in zip(turns, bits[1], strict=True):
        partner = turn - places
        partner = jnp.where(partner < 0, partner + rows, partner)
        pair = _mixed(jnp.maximum(places, partner).astype(jnp.uint32) ^ salt)
        places = jnp.where(pair >> 31 == 1, partner, places)
    return places


def _mixed(bits):
    """Each number (32 bits) with all of its bits spread over all: the last step of MurmurHash3."""
    bits = (bits ^ (bits >> 16)) * jnp.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> 13)) * jnp.uint32(0xC2B2AE35)
    return bits ^ (bits >> 16)


def searched(epochs: Table, rows: dict[str, Any], seed=None):
    """A function (step, dtype) -> (rows, shares) of that update; with a `seed`, epochs are shuffled.

    Rows in fixed order are gathered once, before the loop.
    """
    gathered = rows if seed is not None else jax.tree.map(lambda each: each[epochs.places], rows)

    def chosen(step, dtype):
        at = epochs.row(step)
        place = at if seed is None else shuffled(epochs, step, len(rows["targets"]), seed)
        shares = None if epochs.shares is None else jnp.asarray(epochs.shares, dtype)[at]
        return jax.tree.map(lambda each: jnp.asarray(each, dtype)[place], gathered), shares

    return chosen
