"""The BBOB suite: 24 functions, any dimension, as many instances as one likes, equal to COCO's values."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np

from landscape.bbob import FUNCTIONS, HALF_WIDTH, Draws
from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface

# More dimensions take minutes to draw their rotations; more instances would leave the seeds of COCO's generator.
Number = Annotated[int, Range(1, 24, legal=(1, 24)), "which of the 24"]
Dim = Annotated[int, Range(2, 10, legal=(2, 1000)), "number of coordinates"]
Instance = Annotated[int, Range(1, 15, legal=(1, 200_000)), "another optimum, offset and rotation"]


@lru_cache(maxsize=256)
def drawn(function: int, dim: int, instance: int) -> dict[str, np.ndarray]:
    """What an instance draws, and its optimal `value`: read-only float64 arrays."""
    draws = Draws(function, dim, instance)
    arrays = {"value": np.asarray(draws.value), **FUNCTIONS[function].data(draws)}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def prepare(*, function: Number = 1, dim: Dim = 2, instance: Instance = 1) -> dict[str, np.ndarray]:
    return dict(drawn(function, dim, instance))


def note(*, function: int, **_) -> str:
    number = f"Function {function} of the BBOB suite, {FUNCTIONS[function].name}. "
    return number + "The formula leaves out the optimal value that every instance adds."


@surface(
    domain=lambda dim, **_: Box.cube(HALF_WIDTH, dim),
    start=lambda dim, **_: np.resize([4.1, -3.7], dim),
    minima=lambda **values: drawn(**values)["optimum"],
    minimum=lambda **values: drawn(**values)["value"],
    source="doi:10.1080/10556788.2020.1808977",
    formula=lambda function, **_: FUNCTIONS[function].formula,
    differentiable=lambda function, **_: FUNCTIONS[function].smooth,
    note=note,
    label=lambda function, **_: f"{FUNCTIONS[function].name} (bbob f{function})",
    data=prepare,
)
def bbob(data, *, function: Number = 1, dim: Dim = 2):
    """One of COCO's black-box optimization benchmarks: known difficulties, hidden by shifts and rotations."""
    evaluate = FUNCTIONS[function].loss

    def loss(x):
        own = jax.tree.map(lambda leaf: jnp.asarray(leaf, x.dtype), data)
        return own["value"] + evaluate(x, own)

    return loss
