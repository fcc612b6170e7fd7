"""Quadratic unconstrained binary optimization: the least value of x'Qx over bits."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits
from landscape.parameters import LandscapeError, Text
from landscape.problems import graphs, instances
from landscape.problems.entry import problem
from landscape.problems.flips import with_swaps
from landscape.problems.numbers import beside
from landscape.problems.words import Mixing, Seed, StringMoves, alternating, count, drawn, share
from landscape.schedules import exponential
from landscape.surface import Minibatch

FILES = (".qubo",)
OPTIMA = {"bqp50-1": -2098}  # published, with the sign turned
FORM = "random:BITS:DENSITY"
MOST = 2500  # bits
HIGH = 100  # size of random entries


class Form(NamedTuple):
    """A quadratic form."""

    matrix: np.ndarray  # (n, n), symmetric
    optimum: np.ndarray  # (): NaN where it is not known


def read(
    *,
    instance: Annotated[str, Text(5000), f"{instances.named(*FILES)}; a file of its entries, or {FORM}"] = "bqp50-1",
    seed: Seed = 0,
) -> Form:
    parts = drawn(instance, FORM)
    if not parts:
        return _read(instances.content(instance, *FILES), OPTIMA.get(instance))
    size, density = [*parts, "0.1"][:2]
    return _drawn(count(size, "bits", 1, MOST), share(density, "density"), seed)


@lru_cache(maxsize=32)
def _drawn(size: int, density: float, seed: int) -> Form:
    """Whole numbers from −100 to 100, as Beasley's problems have them (1998), each there with this probability."""
    chance = np.random.default_rng(seed)
    drawn = chance.integers(-HIGH, HIGH + 1, (size, size)) * (chance.random((size, size)) < density)
    upper = np.triu(drawn).astype(np.float64)
    return Form(upper + np.triu(upper, 1).T, np.float64(np.nan))


@lru_cache(maxsize=32)
def _read(text: str, best: float | None) -> Form:
    """Lines `i j q` add q x_i x_j, whichever of the two comes first; i = j stands on the diagonal."""
    size, found = graphs.edge_list(text, loops=True)
    if size > MOST:
        raise LandscapeError(f"A matrix of {size:,} rows is too large here; {MOST:,} are the most.")
    matrix = np.zeros((size, size))
    for _, i, j, weight in found:
        matrix[i, j] += weight / 2
        matrix[j, i] += weight / 2
    return Form(matrix, np.float64(np.nan if best is None else best))


def describe(data: Form, x, value, **_) -> str:
    ones = int(x.sum())
    told = f"value {value:,.10g} with {ones:,} one{'s' * (ones != 1)} of {len(x):,} bits".replace("-", "−")
    return told + beside(value, float(data.optimum), "the least")


def cooling(data: Form, **_) -> dict[str, Any]:
    """From what the entries of a row come to together, as if drawn, down to a hundredth of it."""
    pull = float(np.sqrt((data.matrix**2).sum(axis=1)).mean()) or 1.0
    return {"temperature": exponential(start=2.0 * pull, end=0.02 * pull)}


@problem(
    family="strings",
    picture="bits",
    domain=lambda data, **_: Bits(length=len(data.matrix)),
    start=lambda data, neighborhood, **_: alternating(len(data.matrix), neighborhood),
    minimum=lambda data, **_: data.optimum,
    describe=describe,
    shown=lambda data, **_: {"bits": len(data.matrix)},
    source="doi:10.1007/s10878-014-9734-0",
    formula=r"\sum_{i,j} Q_{ij} \, x_i x_j",
    tuned={
        "simulated_annealing": cooling,
        "genetic": lambda data, **_: {"size": 200, "mutation": 1.0 / len(data.matrix), "elite": 4},
    },
    data=read,
    files=FILES,
)
def qubo(data, *, neighborhood: StringMoves = "flip", recombination: Mixing = "uniform"):
    """Quadratic binary optimization: the value of x'Qx, to minimise; of a maximisation, turn the signs."""

    def loss(x):
        return x @ (data.matrix.astype(x.dtype) @ x)

    def flip(x, move):
        bit = move[0]
        row, own = jnp.asarray(data.matrix)[bit].astype(x.dtype), jnp.asarray(data.matrix)[bit, bit].astype(x.dtype)
        return (1.0 - 2.0 * x[bit]) * (own + 2.0 * (row @ x - own * x[bit]))

    return Minibatch(loss, changes=with_swaps(flip))
