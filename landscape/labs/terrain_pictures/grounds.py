"""The discrete problems that labs of the lay of the land offer."""

from __future__ import annotations

from functools import lru_cache

from landscape import problems
from landscape.domains import Bits
from landscape.problems import DiscreteSurface
from landscape.terrain.fitness_distance import losses
from landscape.terrain.gray_code import MOST, strings
from landscape.theme import written

GROUNDS = ("berlin52", "random cities", "NK", "max-sat", "assignment")


@lru_cache(maxsize=16)
def ground(name: str, size: int, k: int, seed: int) -> DiscreteSurface:
    """The problem of that name; `size` is of random cities and NK's bits, `k` is NK's."""
    if name == "random cities":
        return problems.tsp(instance=f"random:{size}", seed=seed)
    if name == "NK":
        return problems.nk(dim=size, k=min(k, size - 1), seed=seed)
    if name == "max-sat":
        return problems.max_sat(instance="uf20-01")
    if name == "assignment":
        return problems.qap(instance="nug12")
    return problems.tsp(instance="berlin52")


def told(name: str, size: int, k: int) -> str:
    """The problem in a few words."""
    return {
        "berlin52": "berlin52, 2-opt",
        "random cities": f"{size} random cities, 2-opt",
        "NK": f"NK, N = {size}, K = {min(k, size - 1)}, flips of a bit",
        "max-sat": "max-sat, 20 variables in 91 clauses, flips of a bit",
        "assignment": "quadratic assignment nug12, swaps",
    }[name]


def unit(surface: DiscreteSurface) -> str:
    """What the loss is."""
    return {"tour": "length", "clauses": "unsatisfied clauses", "matrix": "cost"}.get(surface.entry.picture, "loss")


def number(value: float) -> str:
    """A loss as it is written."""
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e6 else written(float(value))


def apart(surface: DiscreteSurface) -> str:
    """What distances count."""
    return {"tour": "bonds not shared", "matrix": "facilities elsewhere"}.get(surface.entry.picture, "bits that differ")


def usual(surface: DiscreteSurface) -> float:
    """The mean distance of two random points: half of the bits, all bonds but the 2 n ÷ (n − 1) that are shared by
    chance, all places of an assignment but one."""
    n = surface.dim
    return {"tour": n - 2 * n / (n - 1), "matrix": n - 1.0}.get(surface.entry.picture, n / 2)


@lru_cache(maxsize=16)
def lowest(name: str, size: int, k: int, seed: int) -> float:
    """The minimum of a problem: known, or the least of all strings of few bits; NaN where it is not known."""
    surface = ground(name, size, k, seed)
    if isinstance(surface.domain, Bits) and surface.dim <= MOST:
        return float(losses(surface, strings(surface.dim)).min())
    return float(surface.minimum)
