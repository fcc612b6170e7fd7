"""Small discrete surfaces for the tests of searches, each with what it is in NumPy."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

import landscape as ls

SEARCHES = list(ls.searches.ENTRIES)
WALKERS = [name for name in SEARCHES if name != "ant_colony"]
PAIRS = np.random.default_rng(7).normal(size=(9, 9))
TARGET = np.array([4, 1, 5, 2, 0, 3, 6])


def quadratic_of(x):
    """x (…, 9) through a matrix: rugged enough on bits and on few whole numbers."""
    return ((x @ PAIRS) * x).sum(axis=-1) + x.sum(axis=-1)


def misfit(x):
    """How far an order (…, 7) is from another one."""
    return ((x - TARGET) ** 2).sum(axis=-1)


@ls.surface(domain=ls.Bits(length=9), start=np.zeros(9), source="a matrix")
def growing(*, scale: Annotated[float, ls.Range(0.1, 10.0)] = 1.0):
    """Bits whose values may grow under way."""
    return lambda x: scale * (jnp.sum((x @ PAIRS) * x) + jnp.sum(x))


def valid(domain, points) -> bool:
    """Whether all points (…, d) are of the domain."""
    if isinstance(domain, ls.Permutations):
        return bool((np.sort(points, axis=-1) == np.arange(domain.length)).all())
    whole = getattr(domain, "whole", slice(None))
    inside = (points >= domain.lower) & (points <= domain.upper)
    return bool(inside.all() and (points == np.round(points))[..., whole].all())


def legs(x):
    """Lengths of tours (…, 52) through berlin52, the TSPLIB way."""
    places = BERLIN.data.places[x.astype(int)]
    apart = np.sqrt(((places - np.roll(places, -1, axis=-2)) ** 2).sum(axis=-1))
    return np.floor(apart + 0.5).sum(axis=-1)


BERLIN = ls.problems.tsp(instance="berlin52")
BITS = ls.Surface.from_function(quadratic_of, domain=ls.Bits(length=9), minimum=np.nan)
NUMBERS = ls.Surface.from_function(quadratic_of, domain=ls.Integers(length=9, count=3), minimum=np.nan)
ORDER = ls.Surface.from_function(misfit, domain=ls.Permutations(length=7, cyclic=False), minimum=0.0)
GROUNDS = {
    "tour": (BERLIN, legs),
    "bits": (BITS, quadratic_of),
    "numbers": (NUMBERS, quadratic_of),
    "order": (ORDER, misfit),
}


def small(name: str, **values) -> ls.Optimizer:
    """The search of that name, small enough to follow by hand."""
    entry = ls.searches.ENTRIES[name]
    sizes = {"size": 6, "sample": 5, "history": 4}
    return entry(**({each: size for each, size in sizes.items() if each in entry.parameters} | values))
