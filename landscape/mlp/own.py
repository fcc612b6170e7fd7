"""Data of one's own: remembered by this process under a word that an entry's text can hold."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

import numpy as np

from landscape.mlp import data as shared
from landscape.mlp.data import Data
from landscape.parameters import LandscapeError

PREFIX = "own-"
MOST = 64  # sets that a process remembers
_KNOWN: OrderedDict[str, Data] = OrderedDict()
_LOCK = threading.Lock()


def remember(data: Data) -> str:
    """The word under which `recall`, and the `data` of a network, find these rows: "own-" and a hash of them."""
    digest = hashlib.sha256(repr((data.classes, data.train, data.x.shape, data.labels)).encode())
    for array in (data.x, data.y):
        digest.update(np.ascontiguousarray(array, np.float64).tobytes())
    word = PREFIX + digest.hexdigest()[:16]
    with _LOCK:
        _KNOWN[word] = data
        _KNOWN.move_to_end(word)
        while len(_KNOWN) > MOST:
            _KNOWN.popitem(last=False)
    return word


def recall(word: str) -> Data:
    """The rows that `remember` gave this word; LandscapeError where this process does not know it."""
    with _LOCK:
        if word not in _KNOWN:
            raise LandscapeError(
                f"The data '{word[:60]}' are not known here: they were loaded in another session; load the file again, "
                "or open the saved JSON, which holds them."
            )
        _KNOWN.move_to_end(word)
        return _KNOWN[word]


def split(data: Data, share: float, seed: int) -> Data:
    """Rows that are not split yet, shuffled and split; others as they stand."""
    return data if data.train else shared.split(data, share, np.random.default_rng(seed))
