"""The knapsack problem: the most valuable items that fit into a sack."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits
from landscape.parameters import LandscapeError, Text
from landscape.problems import dimacs, instances
from landscape.problems.entry import problem
from landscape.problems.numbers import beside, parsed
from landscape.problems.words import Mixing, Seed, StringMoves, count, drawn
from landscape.schedules import exponential
from landscape.surface import Minibatch

FILES = (".kp",)
OPTIMA = {"knapPI_1_100_1000_1": 9147, "knapPI_3_100_1000_1": 2397, "f8_l-d_kp_23_10000": 9767}  # values, published
KINDS = ("uncorrelated", "weak", "strong")
FORM = "random:ITEMS:CORRELATION"
HIGH = 1000  # of random weights and values
LOST = 16  # last digits of the capacity that adding up decimal weights may lose
ROUNDED = LOST * float(np.finfo(np.float64).eps)  # as a share of the capacity, in float64


class Sack(NamedTuple):
    """Items and how much the sack takes."""

    values: np.ndarray  # (n,)
    weights: np.ndarray  # (n,)
    capacity: np.ndarray  # ()
    lost: np.ndarray  # (): last digits of the capacity that adding up the weights may lose; 0 of whole weights
    optimum: np.ndarray  # (): the least loss, minus the best value; NaN where it is not known


def read(
    *,
    instance: Annotated[
        str, Text(5000), f"{instances.named(*FILES)}; a file of lines, or {FORM}"
    ] = "knapPI_1_100_1000_1",
    seed: Seed = 0,
) -> Sack:
    parts = drawn(instance, FORM)
    if parts:
        kind = parts[1] if len(parts) > 1 else KINDS[0]
        if kind not in KINDS:
            raise LandscapeError(f"'{kind[:30]}' is no correlation of values and weights; give {', '.join(KINDS)}.")
        return _drawn(count(parts[0], "items", 1, 10_000), kind, seed)
    return _read(instances.content(instance, *FILES), OPTIMA.get(instance))


@lru_cache(maxsize=32)
def _drawn(items: int, kind: str, seed: int) -> Sack:
    """Half of everything fits. Kinds of Pisinger 2005, doi:10.1016/j.cor.2004.03.002."""
    chance = np.random.default_rng(seed)
    weights = chance.integers(1, HIGH + 1, items).astype(np.float64)
    values = chance.integers(1, HIGH + 1, items).astype(np.float64)
    if kind == "weak":
        values = np.maximum(1.0, weights + chance.integers(-HIGH // 10, HIGH // 10 + 1, items))
    elif kind == "strong":
        values = weights + HIGH // 10
    return Sack(values, weights, np.floor(weights.sum() / 2), np.float64(0), np.float64(np.nan))


@lru_cache(maxsize=32)
def _read(text: str, best: float | None) -> Sack:
    """A file whose first line holds `n capacity`, the n others `value weight`; lines may begin with #."""
    rows = list(dimacs.lines(text, "#"))
    if not rows:
        raise LandscapeError("The file is empty; its first line should say how many items follow and the capacity.")
    (first, words), *items = rows
    sizes = _numbers(words)
    if len(sizes) != 2 or not sizes[0] >= 1 or sizes[0] % 1 or not sizes[1] >= 0:
        dimacs.refuse(first, words, "how many items follow and the capacity, a number from 0 on")
    if len(items) != sizes[0]:
        raise LandscapeError(f"Line {first} says {sizes[0]:,.0f} items, but {len(items):,} follow.")
    read = []
    for number, words in items:
        read.append(_numbers(words))
        if len(read[-1]) != 2 or not min(read[-1]) >= 0:
            dimacs.refuse(number, words, "the value and the weight of an item, two numbers from 0 on")
    values, weights = np.array(read).T
    lost = np.float64(LOST * (weights != np.rint(weights)).any())
    return Sack(values, weights, np.float64(sizes[1]), lost, np.float64(np.nan if best is None else -best))


def _numbers(words: list[str]) -> list[float]:
    """Numbers; where one is none, nothing."""
    found = [parsed(word) for word in words]
    return [] if np.isnan(found).any() else found


def greedy(data: Sack, **_) -> np.ndarray:
    """The items (n,) that fit, taken in the order of value per weight."""
    taken, room = np.zeros(len(data.values)), float(data.capacity)
    for item in np.argsort(-data.values / np.maximum(data.weights, 1e-12), kind="stable"):
        if data.weights[item] <= room + ROUNDED * data.capacity:
            taken[item], room = 1.0, room - data.weights[item]
    return taken


def start(data: Sack, neighborhood, **_) -> np.ndarray:
    """The empty sack; where items are only exchanged, one filled greedily."""
    return greedy(data) if neighborhood == "swap" else np.zeros(len(data.values))


def describe(data: Sack, x, value, **_) -> str:
    worth, weight, most = (float(x @ data.values), float(x @ data.weights), float(data.capacity))
    if weight > most * (1 + ROUNDED):
        return f"too heavy: weight {weight:,.10g} (capacity {most:,.10g})"
    told = f"value {worth:,.10g} of weight {weight:,.10g} (capacity {most:,.10g})"
    return told + beside(value, float(data.optimum), "the best", "below")


def cooling(data: Sack, **_) -> dict[str, Any]:
    """From half the value of an item down to a hundredth of it."""
    mean = float(data.values.mean()) or 1.0
    return {"temperature": exponential(start=0.5 * mean, end=0.01 * mean)}


def breeding(data: Sack, **_) -> dict[str, Any]:
    return {"size": 50, "mutation": 1.0 / len(data.values)}


@problem(
    family="strings",
    picture="bits",
    domain=lambda data, **_: Bits(length=len(data.values)),
    start=start,
    minimum=lambda data, **_: data.optimum,
    describe=describe,
    shown=lambda data, **_: {
        "values": data.values.tolist(),
        "weights": data.weights.tolist(),
        "capacity": float(data.capacity),
    },
    source="doi:10.1007/978-3-540-24777-7",
    formula=r"-\sum_i v_i x_i \quad \text{where } \sum_i w_i x_i \le c",
    tuned={"simulated_annealing": cooling, "genetic": breeding},
    data=read,
    files=FILES,
)
def knapsack(data, *, neighborhood: StringMoves = "flip_swap", recombination: Mixing = "uniform"):
    """Knapsack: minus the value of the items taken; of a sack too heavy, the excess at the mean value per weight.

    So every sack that is too heavy is worse than the empty one, and the less the nearer it is to one that fits.
    """

    def worth(value, weight, dtype):
        # A whole number, so that whole weights and values add up without rounding.
        rate = jnp.ceil(jnp.sum(data.values) / jnp.sum(data.weights)).astype(dtype)
        most = data.capacity.astype(dtype)
        full = most * (1 + data.lost.astype(dtype) * jnp.finfo(dtype).eps)
        return jnp.where(weight > full, jnp.maximum(rate, 1.0) * (weight - most), -value)

    def sums(x):
        return x @ data.values.astype(x.dtype), x @ data.weights.astype(x.dtype)

    def changed(x, places, steps):
        value, weight = sums(x)
        more, load = (jnp.sum(steps * jnp.asarray(each, x.dtype)[places]) for each in (data.values, data.weights))
        return worth(value + more, weight + load, x.dtype) - worth(value, weight, x.dtype)

    def flip(x, move):
        return changed(x, move, 1.0 - 2.0 * x[move])

    def swap(x, move):
        return changed(x, move, x[move[::-1]] - x[move])

    def either(x, move):
        # A flip is the pair of a place with itself: half of it each.
        return changed(x, move, jnp.where(move[0] == move[1], 0.5 - x[move], x[move[::-1]] - x[move]))

    changes = {"flip": flip, "swap": swap, "flip_swap": either}
    return Minibatch(lambda x: worth(*sums(x), x.dtype), changes=changes, appeal=appeal(data))


def appeal(data: Sack):
    """(n, 2): an item costs its weight for its value to take, and to leave what the last one costs that fits whole
    when they are taken in that order."""
    cost = jnp.asarray(data.weights) / jnp.maximum(jnp.asarray(data.values), 1e-12)
    order = jnp.argsort(cost)
    fits = jnp.sum(jnp.cumsum(jnp.asarray(data.weights)[order]) <= data.capacity)
    last = cost[order][jnp.maximum(fits - 1, 0)]
    return jnp.stack([jnp.full(cost.shape, last), cost], axis=1)
