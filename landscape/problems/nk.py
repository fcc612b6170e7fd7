"""NK landscapes (Kauffman and Weinberger 1989): every bit contributes by chance, together with k others."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits
from landscape.parameters import Choice, LandscapeError, Range
from landscape.problems.entry import problem
from landscape.problems.words import Mixing, Seed
from landscape.schedules import exponential
from landscape.surface import Minibatch

LARGEST = 2**24  # numbers in all tables


class Model(NamedTuple):
    """Which bits each contribution reads, and what it is."""

    neighbors: np.ndarray  # (n, k + 1) int32: of bit i itself first
    tables: np.ndarray  # (n, 2^(k+1)) in [0, 1): by the number whose binary digits those bits are, the first the lowest
    readers: np.ndarray  # (n, q) int32: the contributions that read each bit, filled up with n


def read(
    *,
    dim: Annotated[int, Range(4, 60, legal=(1, 1000)), "bits"] = 20,
    k: Annotated[int, Range(0, 12, legal=(0, 20)), "other bits that each contribution depends on"] = 4,
    neighbors: Annotated[str, Choice("adjacent", "random"), "which others: the next ones around, or any"] = "adjacent",
    seed: Seed = 0,
) -> Model:
    if k >= dim:
        raise LandscapeError(f"k={k} other bits are more than dim={dim} bits have; give {dim - 1} or fewer.")
    if dim * 2 ** (k + 1) > LARGEST:
        raise LandscapeError(f"dim={dim} tables of 2^{k + 1} numbers are too large; give fewer bits or a smaller k.")
    return _drawn(dim, k, neighbors, seed)


@lru_cache(maxsize=32)
def _drawn(dim: int, k: int, kind: str, seed: int) -> Model:
    chance = np.random.default_rng(seed)
    if kind == "adjacent":
        chosen = (np.arange(dim)[:, None] + np.arange(k + 1)) % dim
    else:
        others = [chance.permutation(np.delete(np.arange(dim), i))[:k] for i in range(dim)]
        chosen = np.column_stack([np.arange(dim), np.array(others).reshape(dim, k)])
    chosen = chosen.astype(np.int32)
    lists = [np.flatnonzero((chosen == bit).any(axis=1)) for bit in range(dim)]
    readers = np.full((dim, max(map(len, lists))), dim, np.int32)
    for row, found in zip(readers, lists, strict=True):
        row[: len(found)] = found
    return Model(chosen, chance.random((dim, 2 ** (k + 1))), readers)


@problem(
    family="strings",
    picture="bits",
    domain=lambda data, **_: Bits(length=len(data.tables)),
    describe=lambda data, x, value, **_: f"mean contribution {-value:.4f}",
    shown=lambda data, **_: {"bits": len(data.tables), "neighbors": data.neighbors.tolist()},
    source="doi:10.1016/S0022-5193(89)80019-0",
    formula=r"-\frac{1}{N} \sum_i f_i(x_i, x_{i_1}, \dots, x_{i_K})",
    tuned={
        "simulated_annealing": lambda data, **_: {
            "temperature": exponential(start=0.5 / len(data.tables), end=0.02 / len(data.tables))
        },
        "genetic": lambda data, **_: {"size": 100, "mutation": 1.0 / len(data.tables), "elite": 2},
    },
    data=read,
)
def nk(data, *, recombination: Mixing = "one_point"):
    """NK landscape: minus the mean contribution of the bits, each with k others; the larger k, the more rugged."""
    count = len(data.tables)
    places = 2 ** np.arange(data.neighbors.shape[1], dtype=np.int32)

    def contributions(x, chosen):
        """Those numbered `chosen` (m,), 0 beyond the last: (m,)."""
        neighbors = jnp.asarray(data.neighbors).at[chosen].get(mode="fill", fill_value=0)
        row = jnp.sum(x.astype(jnp.int32)[neighbors] * places, axis=1)
        return jnp.asarray(data.tables).at[chosen, row].get(mode="fill", fill_value=0.0).astype(x.dtype)

    def loss(x):
        return -jnp.mean(contributions(x, jnp.arange(count)))

    def flip(x, move):
        chosen = jnp.asarray(data.readers)[move[0]]
        flipped = jnp.where(jnp.arange(x.size) == move[0], 1.0 - x, x)
        return jnp.sum(contributions(x, chosen) - contributions(flipped, chosen)) / count

    return Minibatch(loss, changes={"flip": flip})
