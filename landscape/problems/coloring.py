"""Colouring graphs: no edge should join two vertices of one colour."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np

from landscape.domains.colorings import Colorings
from landscape.parameters import Choice, LandscapeError, Range, Text
from landscape.problems import dimacs, graphs, instances
from landscape.problems.entry import problem
from landscape.problems.words import Mixing, Seed, count, drawn, share
from landscape.schedules import exponential
from landscape.surface import Minibatch

FILES = (".col",)
CHROMATIC = {"myciel3": 4, "myciel4": 5, "queen5_5": 5, "queen6_6": 7, "queen8_8": 9}  # doi:10.1090/dimacs/026
FORM = "random:VERTICES:DENSITY"

Colors = Annotated[int, Range(2, 12, legal=(1, 1000)), "how many colours there are"]


def read(
    *,
    instance: Annotated[str, Text(5000), f"{instances.named(*FILES)}; a DIMACS col file, or {FORM}"] = "queen6_6",
    colors: Colors = 7,
    seed: Seed = 0,
) -> graphs.Graph:
    parts = drawn(instance, FORM)
    if parts:
        size, density = [*parts, "0.5"][:2]
        graph = _drawn(count(size, "vertices", 1, 1000), share(density, "density"), seed)
    else:
        graph = _read(instances.content(instance, *FILES), instance)
    vertices = len(graph.places)
    if colors > vertices:
        raise LandscapeError(f"{colors} colours are more than the graph has vertices; give {vertices} or fewer.")
    enough = colors >= CHROMATIC.get(instance, np.inf) or colors == vertices
    return graph._replace(optimum=np.float64(0.0 if enough else np.nan))


@lru_cache(maxsize=32)
def _drawn(size: int, density: float, seed: int) -> graphs.Graph:
    return graphs.made(size, graphs.random_edges(size, density, np.random.default_rng(seed)))


@lru_cache(maxsize=32)
def _read(text: str, name: str) -> graphs.Graph:
    vertices, edges = dimacs.graph(text)
    return graphs.made(vertices, edges, places=graphs.known_places(name, vertices))


def conflicts(data: graphs.Graph, x) -> Any:
    """Which edges (m,) join two vertices of one colour, in NumPy or JAX."""
    return x[data.edges[:, 0]] == x[data.edges[:, 1]]


def describe(data: graphs.Graph, x, value, colors, **_) -> str:
    bad = int(conflicts(data, x).sum())
    if bad:
        return f"{bad:,} conflict{'s' * (bad > 1)}"
    used = len(np.unique(x))
    return f"a proper colouring with {used} colour{'s' * (used > 1)}"


def start(data: graphs.Graph, colors, neighborhood, **_) -> np.ndarray:
    """One colour everywhere; where vertices only exchange theirs, each colour about as often."""
    return np.arange(len(data.places)) % colors if neighborhood == "swap" else np.zeros(len(data.places))


def shown(data: graphs.Graph, colors, **_) -> dict[str, Any]:
    return {"places": data.places.tolist(), "edges": data.edges.tolist(), "colors": colors}


@problem(
    family="graphs",
    picture="graph",
    domain=lambda data, colors, **_: Colorings(length=len(data.places), count=colors, beside=data.beside),
    start=start,
    minimum=lambda data, **_: data.optimum,
    describe=describe,
    shown=shown,
    source="doi:10.1287/opre.39.3.378",
    formula=r"\sum_{(i,j) \in E} [x_i = x_j]",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=0.4, end=0.12)},
        "genetic": lambda data, **_: {"size": 50, "rivals": 2, "mutation": 1.5 / len(data.places)},
    },
    data=read,
    files=FILES,
)
def coloring(
    data,
    *,
    colors: Colors = 7,
    neighborhood: Annotated[
        str, Choice("assign", "swap", "kempe"), "moves: another colour, two exchanged, or along a Kempe chain"
    ] = "assign",
    recombination: Mixing = "uniform",
):
    """Graph colouring: the number of conflicts, edges whose two vertices have one colour."""

    def loss(x):
        return jnp.sum(conflicts(data, x).astype(x.dtype))

    def assign(x, move):
        vertex = move[0]
        now = x[vertex]
        then = now + move[1].astype(x.dtype)
        then = jnp.where(then >= colors, then - colors, then)
        around, there = x[jnp.asarray(data.beside)[vertex]], jnp.asarray(data.pulls, x.dtype)[vertex]
        return jnp.sum(there * ((around == then).astype(x.dtype) - (around == now).astype(x.dtype)))

    return Minibatch(loss, changes={"assign": assign})
