"""Rows of data with labels: what a network is trained on, and what it is tested on."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import numpy as np

from landscape.parameters import LandscapeError


class Data(NamedTuple):
    """Rows in the order in which minibatches take them; the first `train` are for training, the others for testing."""

    x: Any  # (n, k) float64
    y: Any  # (n,) float64: −1 and +1 for two classes, 0 … C − 1 for more, numbers for regression
    classes: int  # 0: regression
    train: int = 0  # 0: not split yet
    labels: tuple[str, ...] = ()  # what the classes are called
    told: str = ""  # what was left out or looks odd
    columns: tuple[str, ...] = ()  # what the columns of x are called
    inputs: Any = None  # (n, f): the features of all rows, what a network sees
    seed: Any = None  # () uint32: the random numbers of shuffled orders are drawn from it

    @property
    def outputs(self) -> int:
        """How many numbers a network has to give: one, or one for each of three classes and more."""
        return self.classes if self.classes > 2 else 1


class _Words:
    """Words that structure carries along and never compares: no program knows them."""

    def __init__(self, *words: Any):
        self.words = words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Words)

    def __hash__(self) -> int:
        return 0


def _flatten(data: Data):
    arrays = (data.x, data.y, data.inputs, data.seed)
    return arrays, (data.classes, data.train, _Words(data.labels, data.told, data.columns))


def _unflatten(structure, arrays) -> Data:
    classes, train, words = structure
    labels, told, columns = words.words
    x, y, inputs, seed = arrays
    return Data(x, y, classes, train, labels, told, columns, inputs, seed)


jax.tree_util.register_pytree_node(Data, _flatten, _unflatten)


def split(data: Data, share: float, rng: np.random.Generator) -> Data:
    """The rows shuffled once; the first ⌊n · share⌋ are for training."""
    order = rng.permutation(len(data.y))
    train = int(np.floor(len(data.y) * share + 1e-9))  # 0.29 · 100 is 28.999…
    if not 1 <= train < len(data.y):
        raise LandscapeError(
            f"share={share:g} of {len(data.y)} rows leaves none for training or none for testing; give another share."
        )
    return data._replace(x=data.x[order], y=data.y[order], train=train)
