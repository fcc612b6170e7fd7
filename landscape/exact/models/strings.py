"""Models of problems over bits."""

from __future__ import annotations

import numpy as np

from landscape.exact.models.writing import Model, Written, bits, booleans, weighted, whole
from landscape.parameters import LandscapeError
from landscape.problems.knapsack import ROUNDED


@Model
def knapsack(model, surface) -> Written:
    data = surface.data
    x = booleans(model, len(data.values))
    values, scale, slack = whole(data.values)
    weights, fine, rounded = whole(data.weights)
    if rounded:
        raise LandscapeError(
            "cp_sat takes weights of up to nine decimals, and of thirteen digits together; round those of the items."
        )
    model.add(weighted(weights, x) <= int(min(np.floor(float(data.capacity) * fine * (1.0 + ROUNDED)), weights.sum())))
    return Written(bits(x), -weighted(values, x), scale, slack=slack)


@Model
def max_sat(model, surface) -> Written:
    data = surface.data
    x = booleans(model, surface.dim)
    weights, scale, slack = whole(data.weights)
    fails = []
    for clause in np.asarray(data.literals).tolist():
        literals = [x[each - 1] if each > 0 else ~x[-each - 1] for each in clause if each]
        failed = model.new_bool_var("")
        model.add_bool_or([*literals, failed])
        fails.append(failed)
    return Written(bits(x), weighted(weights, fails), scale, slack=slack, upper=True)


@Model
def qubo(model, surface) -> Written:
    """A product of two bits is a bit that one of the two sides keeps where it should be, by the sign of its entry."""
    matrix = np.asarray(surface.data.matrix, np.float64)
    i, j = np.triu_indices(len(matrix))
    entries = np.where(i == j, 1.0, 2.0) * (matrix + matrix.T)[i, j] / 2.0
    i, j, entries = i[entries != 0], j[entries != 0], entries[entries != 0]
    x = booleans(model, len(matrix))
    factors, scale, slack = whole(entries)
    products = [x[a] if a == b else _product(model, x[a], x[b], factor > 0)
                for a, b, factor in zip(i.tolist(), j.tolist(), factors.tolist(), strict=True)]  # fmt: skip
    return Written(bits(x), weighted(factors, products), scale, slack=slack, upper=True)


def _product(model, a, b, costs: bool):
    both = model.new_bool_var("")
    if costs:
        model.add_bool_or([~a, ~b, both])
    else:
        model.add_implication(both, a)
        model.add_implication(both, b)
    return both


@Model
def nk(model, surface) -> Written:
    """Of each table one row is read: the one whose number the neighbours' bits spell."""
    data = surface.data
    x = booleans(model, surface.dim)
    tables, scale, slack = whole(data.tables, terms=surface.dim)
    rows = np.arange(tables.shape[1])
    worth = 0
    for neighbors, table in zip(np.asarray(data.neighbors).tolist(), tables, strict=True):
        read = booleans(model, len(rows))
        model.add_exactly_one(read)
        for place, bit in enumerate(neighbors):
            model.add(sum(read[row] for row in rows if row >> place & 1) == x[bit])
        worth += weighted(table, read)
    return Written(bits(x), -worth, scale * surface.dim, slack=slack / surface.dim)


@Model
def one_max(model, surface) -> Written:
    x = booleans(model, surface.dim)
    return Written(bits(x), surface.dim - sum(x))


@Model
def leading_ones(model, surface) -> Written:
    x, leads = booleans(model, surface.dim), booleans(model, surface.dim)
    for k, lead in enumerate(leads):
        model.add_implication(lead, x[k])
        if k:
            model.add_implication(lead, leads[k - 1])
    return Written(bits(x), surface.dim - sum(leads), upper=True)
