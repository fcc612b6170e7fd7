"""Small problems for tests of terrain: random bit strings with NK's structure, and tours of points in a ring."""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits, Permutations
from landscape.parameters import Range
from landscape.problems import problem
from landscape.surface import Minibatch


class Tables(NamedTuple):
    """Which bits each table reads, and its numbers."""

    neighbors: np.ndarray
    tables: np.ndarray


def _tables(*, bits: Annotated[int, Range(2, 16), "bits"] = 8, epistasis: Annotated[int, Range(0, 8), "others"] = 3,
            seed: Annotated[int, Range(0, 99), "of the tables"] = 0) -> Tables:  # fmt: skip
    rng = np.random.default_rng(seed)
    others = [rng.choice(np.delete(np.arange(bits), i), epistasis, replace=False) for i in range(bits)]
    return Tables(np.column_stack([np.arange(bits), *np.transpose(others)]), rng.random((bits, 2 ** (epistasis + 1))))


FACTS = {"describe": lambda data, x, value, **_: "", "shown": lambda data, **_: {}, "source": "closed form"}


@problem(
    family="strings", picture="bits", data=_tables, domain=lambda data, **_: Bits(length=len(data.tables)), **FACTS
)
def rugged(data):
    """Minus the mean of tables, each of a few bits."""
    powers = 2 ** np.arange(data.neighbors.shape[1])

    def loss(x):
        rows = jnp.sum(x[data.neighbors].astype(jnp.int32) * powers, axis=1)
        return -jnp.mean(data.tables[jnp.arange(len(rows)), rows])

    return loss


class Ring(NamedTuple):
    """Distances of cities."""

    distances: np.ndarray


def _ring(
    *, cities: Annotated[int, Range(4, 20), "cities"] = 8, seed: Annotated[int, Range(0, 99), "shift"] = 0
) -> Ring:
    places = np.random.default_rng(seed).random((cities, 2))
    return Ring(np.linalg.norm(places[:, None] - places, axis=-1))


def _order(data, **_) -> Permutations:
    return Permutations(length=len(data.distances), cyclic=True)


@problem(family="tours", picture="tour", data=_ring, domain=_order, **FACTS)
def ring(data):
    """The length of a closed tour."""

    def loss(x):
        order = x.astype(jnp.int32)
        return jnp.sum(data.distances[order, jnp.roll(order, -1)])

    def change(x, move):
        order, at = x.astype(jnp.int32), jnp.arange(len(x))
        turned = order[jnp.where((at >= move[0]) & (at <= move[1]), move[0] + move[1] - at, at)]
        return loss(turned) - loss(order)

    return Minibatch(loss, changes={"two_opt": change})
