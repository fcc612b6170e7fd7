"""Blocks: where the arrays of a model's parameters lie in the vector x (d,) that optimizers move."""

from __future__ import annotations

import math
from typing import NamedTuple


class Block(NamedTuple):
    """One array of a model's parameters, flattened row by row into x[begin : begin + size]."""

    path: str  # "layer 1 weights", "Dense_0/kernel", "conv1.weight"
    shape: tuple[int, ...]
    begin: int
    filters: int | None = None  # the axis that counts filters (outputs); None: the whole array is one filter
    kind: str = "weights"  # "weights", "bias" or "norm" (scale or shift of a normalization)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def slice(self) -> slice:
        return slice(self.begin, self.begin + self.size)
