"""Leading ones: only what stands before the first zero counts, so bits have to be found one after the other."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits
from landscape.problems.entry import problem
from landscape.problems.one_max import Length, Target
from landscape.problems.words import Mixing
from landscape.schedules import exponential
from landscape.surface import Minibatch


def read(*, dim: Length = 30) -> Target:
    return Target(np.ones(dim))


def leading(x) -> int:
    """How many ones stand before the first zero of `x` (n,)."""
    return int(np.cumprod(np.asarray(x)).sum())


@problem(
    family="strings",
    picture="bits",
    domain=lambda data, **_: Bits(length=len(data.bits)),
    minima=lambda data, **_: data.bits,
    minimum=0.0,
    describe=lambda data, x, value, **_: f"{leading(x):,} leading one{'s' * (leading(x) != 1)} of {len(x):,} bits",
    shown=lambda data, **_: {"bits": len(data.bits), "leading": True},
    source="doi:10.1016/S0304-3975(01)00182-7",
    formula=r"n - \sum_i \prod_{j \le i} x_j",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=0.5, end=0.1)},
        "genetic": lambda data, **_: {"size": 20, "mutation": 1.0 / len(data.bits), "crossover": 0.2},
    },
    data=read,
)
def leading_ones(data, *, recombination: Mixing = "uniform"):
    """Leading ones: the number of bits that are not among the ones before the first zero."""

    def flip(x, move):
        at = jnp.arange(x.size)
        first = jnp.min(jnp.where(x < 0.5, at, x.size))
        second = jnp.min(jnp.where((x < 0.5) & (at != move[0]), at, x.size))
        after = jnp.where(move[0] < first, move[0], second)
        return (first - after).astype(x.dtype)

    return Minibatch(lambda x: x.size - jnp.sum(jnp.cumprod(x)), changes={"flip": flip})
