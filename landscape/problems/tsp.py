"""The travelling salesman problem: the shortest closed tour through all cities."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Permutations
from landscape.parameters import Choice, LandscapeError, Range, Text
from landscape.problems import instances, tsplib
from landscape.problems.distances import laid_out
from landscape.problems.entry import problem
from landscape.problems.numbers import beside
from landscape.schedules import exponential
from landscape.surface import Minibatch

FILES = (".tsp",)
# Lengths of shortest tours (Reinelt 1991, and the list of TSPLIB).
OPTIMA = {"att48": 10628, "bayg29": 1610, "berlin52": 7542, "gr17": 2085, "kroA100": 21282, "ulysses22": 7013}
MADE = re.compile(r"(random|circle)\s*:?\s*(\d{1,9})")
SIDE = 1000  # of the square in which cities are drawn
POINTS = "points:"


class Tour(NamedTuple):
    """Cities."""

    distances: np.ndarray  # (n, n)
    places: np.ndarray | None  # (n, 2), where there are any
    optimum: np.ndarray  # (): NaN where it is not known


def read(
    *,
    instance: Annotated[
        str, Text(5000), f"{instances.named(*FILES)}; a TSPLIB file, random:50, circle:12, or points:1,2 3,4 …"
    ] = "berlin52",
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31 - 1)), "of random cities"] = 0,
    rounded: Annotated[bool, Choice(False, True), "whole-number distances, as TSPLIB defines them"] = True,
) -> Tour:
    made = MADE.fullmatch(instance.strip().lower())
    if made:
        return _made(made[1], int(made[2]), seed, rounded)
    if instance.startswith(POINTS):
        return _read(instance, POINTS, rounded)
    return _read(instances.content(instance, *FILES), instance, rounded)


@lru_cache(maxsize=32)
def _read(text: str, name: str, rounded: bool) -> Tour:
    if name == POINTS:
        rows = text.removeprefix(POINTS).replace(";", " ").split()
        cities = tsplib.points(((f"Point {k + 1}", row) for k, row in enumerate(rows)), rounded)
    else:
        cities = tsplib.read(text, rounded)
    return _tour(cities, OPTIMA.get(name, np.nan) if rounded else np.nan)


@lru_cache(maxsize=32)
def _made(shape: str, count: int, seed: int, rounded: bool) -> Tour:
    """Cities drawn evenly in a square, or evenly on a circle, whose shortest tour is the circle."""
    if count < 2 or count > tsplib.MOST:
        raise LandscapeError(
            f"'{shape}:{count}' asks for {count:,}; give a number of cities from 2 to {tsplib.MOST:,}."
        )
    if shape == "random":
        places = np.random.default_rng(seed).integers(0, SIDE + 1, (count, 2)).astype(np.float64)
        return _tour(tsplib.Cities(tsplib.between(places, "EUC_2D", rounded), places), np.nan)
    angles = 2 * np.pi * np.arange(count) / count
    places = SIDE / 2 * (1 + np.stack([np.cos(angles), np.sin(angles)], axis=1))
    # No two cities are nearer than neighbours on the circle, so n of their distances are the least there can be.
    apart = tsplib.between(places, "EUC_2D", rounded)
    apart = apart if rounded else np.round(apart, 9)
    return _tour(tsplib.Cities(apart, places), count * apart[0, 1])


def _tour(cities: tsplib.Cities, optimum: float) -> Tour:
    for each in cities:
        if each is not None:
            each.setflags(write=False)
    return Tour(cities.distances, cities.places, np.float64(optimum))


def mean_distance(data: Tour) -> float:
    return float(data.distances[np.triu_indices(len(data.distances), 1)].mean())


def cooling(data: Tour, **_) -> dict[str, Any]:
    """From a tenth of the mean distance to a hundredth: no worse than others at 20,000 moves, and best beyond."""
    mean = max(mean_distance(data), 1e-3)
    return {"temperature": exponential(start=0.1 * mean, end=0.01 * mean)}


def told(data: Tour, x, value: float, **_) -> str:
    """The length of a tour beside the shortest one, and what else there is to say of its cities."""
    whole = bool(np.all(data.distances == np.floor(data.distances)))
    tour = f"tour of length {value:,.0f}" if whole else f"tour of length {value:,.2f}"
    tour += beside(value, float(data.optimum), "the shortest")
    twice = 0 if data.places is None else len(data.places) - len(np.unique(data.places, axis=0))
    if not twice:
        return tour
    return f"{tour}; {twice} {'city stands' if twice == 1 else 'cities stand'} where another one does"


def drawn(data: Tour, **_) -> dict[str, Any]:
    """Where the cities are; where only distances are known, about where they could be."""
    if data.places is not None:
        return {"places": data.places.tolist()}
    return {"places": laid_out(data.distances).tolist(), "drawn": "by distances"}


Neighborhood = Annotated[str, Choice(*Permutations.neighborhoods), "moves of a tour"]
Recombination = Annotated[str, Choice(*Permutations.recombinations), "how a genetic method mixes two tours"]


@problem(
    family="tours",
    picture="tour",
    domain=lambda data, **_: Permutations(length=len(data.distances), cyclic=True),
    start=lambda data, **_: np.arange(len(data.distances)),
    minimum=lambda data, **_: data.optimum,
    describe=told,
    shown=drawn,
    source="doi:10.1287/ijoc.3.4.376",
    formula=r"\sum_i d_{x_i x_{i+1}}",
    tuned={"simulated_annealing": cooling},
    data=read,
    files=FILES,
)
def tsp(data, *, neighborhood: Neighborhood = "two_opt", recombination: Recombination = "order"):
    """Travelling salesman: the length of the closed tour that visits the cities in the order x."""
    count = len(data.distances)

    def legs(x, one, other):
        return jnp.asarray(data.distances, x.dtype)[one, other]

    def loss(x):
        order = x.astype(jnp.int32)
        return jnp.sum(legs(x, order, jnp.roll(order, -1)))

    def cities(x, *places):
        return x[jnp.stack(places) % count].astype(jnp.int32)

    def two_opt(x, move):
        i, j = move[0], move[1]
        a, b, c, d = cities(x, i - 1, i, j, j + 1)
        changed = legs(x, a, c) + legs(x, b, d) - legs(x, a, b) - legs(x, c, d)
        return jnp.where((i == 0) & (j == count - 1), 0.0, changed)

    def swap(x, move):
        i, j = move[0], move[1]
        a, p, b, c, q, d = cities(x, i - 1, i, i + 1, j - 1, j, j + 1)
        before = legs(x, a, p) + legs(x, p, b) + legs(x, c, q) + legs(x, q, d)
        after = legs(x, a, q) + legs(x, q, b) + legs(x, c, p) + legs(x, p, d)
        touching = (j == i + 1).astype(jnp.int32) + ((j + 1) % count == i)  # the leg between them stays
        return after - before + 2 * touching * legs(x, p, q)

    def insert(x, move):
        i, j = move[0], move[1]
        a, p, b, c, d = cities(x, i - 1, i, i + 1, jnp.where(i < j, j, j - 1), jnp.where(i < j, j + 1, j))
        changed = legs(x, a, b) + legs(x, c, p) + legs(x, p, d) - legs(x, a, p) - legs(x, p, b) - legs(x, c, d)
        return jnp.where((c == p) | (d == p), 0.0, changed)

    def or_opt(x, move):
        i, length, passed, turned = move[0], move[1], move[2], move[3]
        end, far = i + length - 1, i + length + passed - 1
        a, s, e, b, c, d = cities(x, i - 1, i, end, end + 1, far, far + 1)
        first, last = jnp.where(turned == 1, e, s), jnp.where(turned == 1, s, e)
        gone = legs(x, a, s) + legs(x, e, b) + legs(x, c, d)
        changed = legs(x, a, b) + legs(x, c, first) + legs(x, last, d) - gone
        return jnp.where(passed == 0, 0.0, changed)

    changes = {"two_opt": two_opt, "swap": swap, "insert": insert, "or_opt": or_opt}
    return Minibatch(loss, changes=changes, appeal=data.distances)
