"""Models of problems on graphs."""

from __future__ import annotations

import itertools

import numpy as np

from landscape.exact.models.writing import Model, Written, bits, booleans, weighted, whole

CYCLES = 1000  # that a model of a cut is told
STARTS = 100  # vertices from which a clique is looked for


@Model
def coloring(model, surface) -> Written:
    """Whether there is a colouring without conflicts at all; the colours of a clique are given away."""
    edges, colors = np.asarray(surface.data.edges), surface.values["colors"]
    x = [[model.new_bool_var("") for _ in range(colors)] for _ in range(surface.dim)]
    for row in x:
        model.add_exactly_one(row)
    for i, j in edges.tolist():
        for c in range(colors):
            model.add_bool_or([~x[i][c], ~x[j][c]])
    for c, vertex in enumerate(_clique(surface.dim, edges)[:colors]):
        model.add(x[vertex][c] == 1)
    name = surface.values["instance"]
    name = "this graph" if name.startswith("own-") else name
    told = f"{name} cannot be coloured with {colors} colour{'s' * (colors > 1)}"
    return Written(lambda value: np.array([[value(each) for each in row].index(1) for row in x], np.float64),
                   least=1.0, impossible=told)  # fmt: skip


def _clique(count: int, edges: np.ndarray) -> list[int]:
    """Vertices that are all joined, many of them: taken greedily by how many neighbours are left, from the vertices
    with the most."""
    beside = _beside(count, edges)
    best: list[int] = []
    for start in sorted(range(count), key=lambda vertex: -len(beside[vertex]))[:STARTS]:
        clique, left = [start], beside[start]
        while left:
            vertex = max(sorted(left), key=lambda each: len(beside[each] & left))
            clique.append(vertex)
            left = left & beside[vertex]
        best = max(best, clique, key=len)
    return best


def _beside(count: int, edges: np.ndarray) -> list[set[int]]:
    """The neighbours of each vertex."""
    beside: list[set[int]] = [set() for _ in range(count)]
    for i, j in edges.tolist():
        beside[i].add(j)
        beside[j].add(i)
    return beside


@Model
def max_cut(model, surface) -> Written:
    """An edge counts if its ends differ; the first vertex stands on side 0. Cycles are crossed an even number of times,
    which short ones are told, since that is what the linear relaxation does not see (Barahona & Mahjoub 1986)."""
    data = surface.data
    edges = np.asarray(data.edges)
    x = booleans(model, surface.dim)
    model.add(x[0] == 0)
    weights, scale, slack = whole(data.weights)
    crossed = booleans(model, len(weights))
    for (i, j), cross in zip(edges.tolist(), crossed, strict=True):
        model.add(cross <= x[i] + x[j])
        model.add(cross <= 2 - x[i] - x[j])
        model.add(cross >= x[i] - x[j])
        model.add(cross >= x[j] - x[i])
    number = {frozenset(edge): k for k, edge in enumerate(edges.tolist())}
    for cycle in _short_cycles(surface.dim, edges):
        ring = [crossed[number[frozenset(pair)]] for pair in zip(cycle, cycle[1:] + cycle[:1], strict=True)]
        for odd in itertools.product((1, -1), repeat=len(ring)):
            if odd.count(1) % 2:
                model.add(weighted(odd, ring) <= odd.count(1) - 1)
    return Written(bits(x), -weighted(weights, crossed), scale, slack=slack)


def _short_cycles(count: int, edges: np.ndarray) -> list[list[int]]:
    """Cycles of three and four vertices, no more than `CYCLES`."""
    beside = _beside(count, edges)
    triangles = ([i, j, k] for i in range(count) for j in beside[i] if j > i for k in beside[i] & beside[j] if k > j)
    squares = ([i, a, k, b] for i in range(count)
               for k in sorted({k for a in beside[i] for k in beside[a] if k > i} - beside[i])
               for a, b in itertools.combinations(sorted(beside[i] & beside[k]), 2) if a > i)  # fmt: skip
    return list(itertools.islice(itertools.chain(triangles, squares), CYCLES))


@Model
def n_queens(model, surface) -> Written:
    """Whether there is a board without attacks."""
    n = surface.dim
    x = [model.new_int_var(0, n - 1, "") for _ in range(n)]
    model.add_all_different(x)
    model.add_all_different([each + k for k, each in enumerate(x)])
    model.add_all_different([each - k for k, each in enumerate(x)])
    return Written(bits(x), least=1.0, impossible=f"{n} queens always attack each other on a board of {n} × {n}")
