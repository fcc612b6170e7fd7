"""The travelling salesman problem: the shortest closed tour through all cities."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Permutations
from landscape.parameters import Choice, Text
from landscape.problems import instances
from landscape.problems.entry import problem
from landscape.schedules import exponential
from landscape.surface import Minibatch

OPTIMA = {"berlin52": 7542, "kroA100": 21282}


class Tour(NamedTuple):
    """Cities."""

    distances: np.ndarray  # (n, n)
    places: np.ndarray | None  # (n, 2), where there are any
    optimum: np.ndarray  # (): NaN where it is not known


def read(*, instance: Annotated[str, Text(5000), "cities by name, or a TSPLIB file"] = "berlin52") -> Tour:
    return _read(instances.content(instance, ".tsp"), instance)


@lru_cache(maxsize=32)
def _read(text: str, name: str) -> Tour:
    rows = text.split("NODE_COORD_SECTION")[1].split("EOF")[0].strip().splitlines()
    places = np.array([row.split()[1:3] for row in rows], np.float64)
    apart = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1))
    return Tour(np.floor(apart + 0.5), places, np.float64(OPTIMA.get(name, np.nan)))


def cooling(data: Tour, **_) -> dict[str, Any]:
    """From a tenth of the mean distance down to a thousandth of it."""
    mean = float(data.distances[np.triu_indices(len(data.distances), 1)].mean())
    return {"temperature": exponential(start=0.1 * mean, end=1e-4 * mean)}


@problem(
    family="tours",
    picture="tour",
    domain=lambda data, neighborhood, **_: Permutations(length=len(data.distances), neighborhood=neighborhood),
    start=lambda data, **_: np.arange(len(data.distances)),
    minimum=lambda data, **_: data.optimum,
    describe=lambda data, x, value, **_: f"tour of length {value:,.0f}",
    shown=lambda data, **_: {"places": None if data.places is None else data.places.tolist()},
    source="doi:10.1287/ijoc.3.4.376",
    formula=r"\sum_i d_{x_i x_{i+1}}",
    tuned={"simulated_annealing": cooling},
    data=read,
)
def tsp(data, *, neighborhood: Annotated[str, Choice("two_opt", "swap"), "moves of a tour"] = "two_opt"):
    """The length of the closed tour that visits the cities in the order x."""
    count = len(data.distances)

    def legs(x, dtype, one, other):
        return data.distances.astype(dtype)[one, other]

    def loss(x):
        order = x.astype(jnp.int32)
        return jnp.sum(legs(x, x.dtype, order, jnp.roll(order, -1)))

    def two_opt(x, move):
        i, j = move[0], move[1]
        ends = jnp.stack([(i - 1) % count, i, j, (j + 1) % count])
        a, b, c, d = x[ends].astype(jnp.int32)
        changed = legs(x, x.dtype, a, c) + legs(x, x.dtype, b, d) - legs(x, x.dtype, a, b) - legs(x, x.dtype, c, d)
        return jnp.where((i == 0) & (j == count - 1), 0.0, changed)

    return Minibatch(loss, changes={"two_opt": two_opt}, appeal=data.distances)
