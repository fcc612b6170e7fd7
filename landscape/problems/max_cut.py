"""Maximum cut: two sides of a graph with as much weight as possible between them."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

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

FILES = (".graph",)
OPTIMA = {"petersen": 12, "torus_8_8": 54}  # the last by transfer matrices
FORM = "random:VERTICES:DENSITY:WEIGHTS"
WEIGHTS = {"ones": (1.0,), "signs": (-1.0, 1.0)}


def read(
    *,
    instance: Annotated[
        str, Text(5000), f"{instances.named(*FILES)}; a file of weighted edges, or {FORM}"
    ] = "torus_8_8",
    seed: Seed = 0,
) -> graphs.Graph:
    parts = drawn(instance, FORM)
    if not parts:
        return _read(instances.content(instance, *FILES), instance)
    size, density, *kind = [*parts, "0.5"][:2] + parts[2:]
    kind = kind[0] if kind else "ones"
    if kind not in WEIGHTS:
        raise LandscapeError(f"'{kind[:30]}' are no weights of edges; give {' or '.join(WEIGHTS)}.")
    return _drawn(count(size, "vertices", 2, 1000), share(density, "density"), kind, seed)


@lru_cache(maxsize=32)
def _drawn(size: int, density: float, kind: str, seed: int) -> graphs.Graph:
    chance = np.random.default_rng(seed)
    edges = graphs.random_edges(size, density, chance)
    return graphs.made(size, edges, chance.choice(WEIGHTS[kind], len(edges)))


@lru_cache(maxsize=32)
def _read(text: str, name: str) -> graphs.Graph:
    size, found = graphs.edge_list(text)
    weights: dict[tuple[int, int], float] = {}
    for line, i, j, weight in found:
        if weights.setdefault((i, j), weight) != weight:
            raise LandscapeError(
                f"Line {line} gives the edge {i + 1} {j + 1} the weight {weight:g}, but it has {weights[i, j]:g} from "
                "another line; give each edge once."
            )
    optimum, places = -OPTIMA.get(name, np.nan), graphs.known_places(name, size)
    return graphs.made(size, list(weights), list(weights.values()), optimum, places)


def describe(data: graphs.Graph, x, value, **_) -> str:
    cut = x[data.edges[:, 0]] != x[data.edges[:, 1]]
    told = f"a cut of weight {data.weights[cut].sum():,.10g} ({cut.sum():,} of {len(cut):,} edges)"
    return told + beside(value, float(data.optimum), "the largest", "below")


def shown(data: graphs.Graph, **_) -> dict[str, Any]:
    weighted = {"weights": data.weights.tolist()} if (data.weights != 1).any() else {}
    return {"places": data.places.tolist(), "edges": data.edges.tolist(), "colors": 2, "cut": True} | weighted


def cooling(data: graphs.Graph, **_) -> dict[str, Any]:
    """From what the edges of a vertex weigh together, as if drawn, down to a fifth of one edge."""
    one = float(np.abs(data.weights).mean()) if len(data.weights) else 1.0
    pull = float(np.sqrt((data.pulls**2).sum(axis=1)).mean())
    return {"temperature": exponential(start=max(pull, one), end=0.2 * one)}


@problem(
    family="graphs",
    picture="graph",
    domain=lambda data, **_: Bits(length=len(data.places)),
    start=lambda data, neighborhood, **_: alternating(len(data.places), neighborhood),
    minimum=lambda data, **_: data.optimum,
    describe=describe,
    shown=shown,
    source="doi:10.1007/978-1-4684-2001-2_9",
    formula=r"-\sum_{(i,j) \in E} w_{ij} \, [x_i \ne x_j]",
    tuned={
        "simulated_annealing": cooling,
        "genetic": lambda data, **_: {"size": 200, "mutation": 1.0 / len(data.places), "elite": 4},
    },
    data=read,
    files=FILES,
)
def max_cut(data, *, neighborhood: StringMoves = "flip", recombination: Mixing = "uniform"):
    """Maximum cut: minus the weight of the edges between zeros and ones; swaps keep how many there are of each."""

    def loss(x):
        cut = x[data.edges[:, 0]] != x[data.edges[:, 1]]
        return -jnp.sum(jnp.where(cut, data.weights.astype(x.dtype), 0.0))

    def flip(x, move):
        vertex = move[0]
        apart = x[jnp.asarray(data.beside)[vertex]] != x[vertex]
        there = jnp.asarray(data.pulls, x.dtype)[vertex]
        return jnp.sum(jnp.where(apart, there, -there))

    return Minibatch(loss, changes=with_swaps(flip))
