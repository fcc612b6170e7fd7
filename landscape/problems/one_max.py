"""One-max: as many ones as possible, the plainest landscape of bits."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits
from landscape.parameters import Range
from landscape.problems.entry import problem
from landscape.problems.words import Mixing
from landscape.schedules import exponential
from landscape.surface import Minibatch

Length = Annotated[int, Range(5, 200, legal=(1, 10_000)), "bits"]


class Target(NamedTuple):
    """What is looked for."""

    bits: np.ndarray  # (n,)


def read(*, dim: Length = 40) -> Target:
    return Target(np.ones(dim))


@problem(
    family="strings",
    picture="bits",
    domain=lambda data, **_: Bits(length=len(data.bits)),
    minima=lambda data, **_: data.bits,
    minimum=0.0,
    describe=lambda data, x, value, **_: f"{int(x.sum()):,} of {len(x):,} bits are ones",
    shown=lambda data, **_: {"bits": len(data.bits)},
    source="doi:10.1016/S0304-3975(01)00182-7",
    formula=r"n - \sum_i x_i",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=1.0, end=0.1)},
        "genetic": lambda data, **_: {"size": 50, "mutation": 1.0 / len(data.bits)},
    },
    data=read,
)
def one_max(data, *, recombination: Mixing = "uniform"):
    """One-max: the number of zeros, so that all ones are best."""
    return Minibatch(lambda x: jnp.sum(1.0 - x), changes={"flip": lambda x, move: 2.0 * x[move[0]] - 1.0})
