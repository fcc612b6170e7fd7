"""Which rows an update sees: the Playground's order, in which what a short last batch leaves joins the next epoch."""

from __future__ import annotations

import numpy as np


def updates(rows: int, batch: int) -> int:
    """Updates per epoch of `rows` rows in batches of `batch` (0: all rows at once)."""
    return max(1, rows // batch) if batch else 1


def table(rows: int, batch: int) -> tuple[np.ndarray, np.ndarray]:
    """The places (k, m) of the rows of each update of an epoch, and their shares (k, m) of the mean.

    Where `batch` does not divide `rows`, the rows left over at the end of an epoch join the first update of the next,
    which is a mean over more rows; the first update ever, which nothing has been left to, stands last.
    """
    count = updates(rows, batch)
    size = batch if 0 < batch < rows else rows
    places = np.arange(count * size).reshape(count, size)
    over = rows - count * size
    if not over:
        return places, np.full(places.shape, 1.0 / size)
    wide = np.concatenate([places, np.tile(np.arange(count * size, rows), (count, 1))], axis=1)
    wide = np.concatenate([wide, wide[:1]])
    shares = np.where(np.arange(size + over) < size, 1.0 / size, 0.0) * np.ones((count + 1, 1))
    shares[0] = 1.0 / (size + over)
    return wide, shares
