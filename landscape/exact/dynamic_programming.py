"""Dynamic programming: the knapsack by capacities (Bellman 1957), small tours by sets of cities (Held & Karp 1962)."""

from __future__ import annotations

import numpy as np

from landscape.exact.solver import End, Found, Work, solver
from landscape.problems.knapsack import ROUNDED

LARGEST = 200_000_000  # bytes of all tables of a knapsack
COLUMNS = 48  # bytes of the sums for each capacity, beside one for each item
CITIES = 13
EVERY = 20  # pieces in which a knapsack is solved


def refuses(surface) -> str:
    data = surface.data
    if surface.name == "tsp":
        return "" if len(data.distances) <= CITIES else f"takes up to {CITIES} cities"
    if (data.weights != np.rint(data.weights)).any():
        return "takes whole weights only"
    size = (len(data.weights) + COLUMNS) * (_room(data) + 1)
    return "" if size <= LARGEST else f"takes tables of up to {LARGEST:,} bytes, and here they would be {size:,}"


@solver(problems=("knapsack", "tsp"), rank=1, refuses=refuses)
def dynamic_programming(surface, *, limit: float, workers: int) -> Work:
    """Tables of best values; exact, and done in a time that is known beforehand."""
    return (yield from (_tour if surface.name == "tsp" else _knapsack)(surface.data))


def _room(data) -> int:
    """The capacity that counts: not more than all weights together."""
    return int(min(np.floor(data.capacity * (1.0 + ROUNDED)), data.weights.sum()))


def _knapsack(data) -> Work:
    """Item after item, the best value for each weight (C + 1,). What is filled so far and a share of one item of the
    rest, if it could be cut, is a bound (Dantzig 1957)."""
    values, weights, room = np.asarray(data.values, float), np.asarray(data.weights, int), _room(data)
    order = np.argsort(-values / np.maximum(weights, 1e-12), kind="stable")
    best, taken = np.zeros(room + 1), np.zeros((len(order), room + 1), bool)
    left = room - np.arange(room + 1)
    for done, item in enumerate(order, start=1):
        weight = weights[item]
        if weight <= room and values[item] > 0:
            with_it = best[: room + 1 - weight] + values[item]
            taken[done - 1, weight:] = with_it > best[weight:]
            best[weight:] = np.maximum(best[weight:], with_it)
        if done % max(1, len(order) // EVERY) == 0 or done == len(order):
            rest = order[done:]
            filled = np.interp(left, np.r_[0, np.cumsum(weights[rest])], np.r_[0.0, np.cumsum(values[rest])])
            x = _items(order[:done], weights, taken)
            yield Found(-float((best + filled).max()), -float(x @ values), x, f"{done:,} of {len(order):,} items")
    return End("proved")


def _items(order: np.ndarray, weights: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """The items (n,) of the best sack so far, read from the last decision back to the first."""
    x, room = np.zeros(len(weights)), taken.shape[1] - 1
    for k in range(len(order) - 1, -1, -1):
        if taken[k, room]:
            x[order[k]] = 1.0
            room -= weights[order[k]]
    return x


def _tour(data) -> Work:
    """Paths from the last city through sets of the others, small sets first: the shortest one to each end."""
    distances = np.asarray(data.distances, float)
    others = len(distances) - 1
    best, before = np.full((1 << others, others), np.inf), np.zeros((1 << others, others), int)
    best[1 << np.arange(others), np.arange(others)] = distances[others, :others]
    for visited in range(1, 1 << others):
        if visited & (visited - 1):
            ends = np.flatnonzero(visited >> np.arange(others) & 1)
            paths = best[visited ^ (1 << ends)] + distances[:others, ends].T  # (ends, the city before)
            before[visited, ends] = paths.argmin(axis=1)
            best[visited, ends] = paths.min(axis=1)
        if visited % 1024 == 0:
            yield Found(-np.inf, told=f"{visited:,} of {1 << others:,} sets")
    visited, end = (1 << others) - 1, int((best[-1] + distances[:others, others]).argmin())
    order = [others]
    while visited:
        order.append(end)
        visited, end = visited ^ (1 << end), int(before[visited, end])
    value = float(distances[order, np.roll(order, -1)].sum())
    yield Found(value, value, np.array(order[::-1]), "all sets")
    return End("proved")
