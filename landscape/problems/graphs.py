"""Graphs as data of problems: their arrays, edge lists in files, random ones, and places to draw them."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError
from landscape.problems import dimacs
from landscape.problems.numbers import HIGHEST, parsed

LARGEST = 20_000_000  # numbers in one array
WELL_DRAWN, DRAWN = 120, 1200  # vertices of a component up to which springs place it with care, and at all
PENTAGON = (0, 1, 2, 4, 3)  # the order around the pentagon that Mycielski's graphs begin with
RINGS = {"petersen": range(5), "myciel3": PENTAGON, "myciel4": (*PENTAGON, *(5 + i for i in PENTAGON), 10)}


class Graph(NamedTuple):
    """Vertices 0 … n − 1 and edges between them."""

    edges: np.ndarray  # (m, 2) int32, each once
    weights: np.ndarray  # (m,)
    places: np.ndarray  # (n, 2), where a picture puts them
    optimum: np.ndarray  # (): NaN where it is not known
    beside: np.ndarray  # (n, q) int32: the neighbours of each vertex, filled up with itself
    pulls: np.ndarray  # (n, q): the weights of the edges to them, filled up with 0


def made(count: int, edges: np.ndarray, weights=None, optimum: float = np.nan, places=None) -> Graph:
    """The graph of `count` vertices with these edges (m, 2); weights are 1 by default."""
    edges = np.asarray(edges, np.int32).reshape(-1, 2)
    weights = np.ones(len(edges)) if weights is None else np.asarray(weights, np.float64)
    places = layout(count, edges) if places is None else places
    return Graph(edges, weights, places, np.float64(optimum), *_beside(count, edges, weights))


def _beside(count: int, edges: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The neighbours of each vertex (n, q), and the weights of the edges to them (n, q)."""
    near, far, pull = np.r_[edges[:, 0], edges[:, 1]], np.r_[edges[:, 1], edges[:, 0]], np.r_[weights, weights]
    order = np.argsort(near, kind="stable")
    near, far, pull = near[order], far[order], pull[order]
    degrees = np.bincount(near, minlength=count)
    if count * int(degrees.max()) > LARGEST:
        raise LandscapeError(
            f"{count:,} vertices with up to {degrees.max():,} neighbours are too many here; give fewer."
        )
    column = np.arange(len(near)) - np.repeat(np.cumsum(degrees) - degrees, degrees)
    beside = np.repeat(np.arange(count, dtype=np.int32)[:, None], max(int(degrees.max()), 1), axis=1)
    pulls = np.zeros(beside.shape)
    beside[near, column], pulls[near, column] = far, pull
    return beside, pulls


def edge_list(text: str, loops: bool = False) -> tuple[int, list[tuple[int, int, int, float]]]:
    """How many vertices, and (line, i, j, weight) of each edge in a file of lines `n m`, then `i j weight`.

    The format of the G-set; the weight may be left out, lines may begin with #. Raises LandscapeError.
    """
    rows = list(dimacs.lines(text, "#"))
    if not rows:
        raise LandscapeError("The file is empty; its first line should say how many vertices and edges follow.")
    number, words = rows[0]
    sizes = [dimacs.whole(word) for word in words]
    if len(sizes) != 2 or None in sizes or not 1 <= sizes[0] <= dimacs.MOST_VERTICES or sizes[1] < 0:
        dimacs.refuse(number, words, f"how many vertices (1 to {dimacs.MOST_VERTICES:,}) and how many edges")
    found = []
    for line, words in rows[1:]:
        i, j = dimacs.edge(line, words, words[:2], sizes[0], loops)
        found.append((line, i, j, _weight(line, words)))
    if len(found) != sizes[1]:
        raise LandscapeError(f"Line {number} says {sizes[1]:,} edges, but {len(found):,} follow.")
    return sizes[0], found


def _weight(line: int, words: list[str]) -> float:
    weight = parsed(words[2]) if len(words) == 3 else 1.0
    if len(words) > 3 or math.isnan(weight):
        dimacs.refuse(line, words, f"two vertices and a weight, up to ±{HIGHEST:g}")
    return weight


def random_edges(count: int, density: float, chance: np.random.Generator) -> np.ndarray:
    """Each pair of vertices with probability `density` (Gilbert 1959): (m, 2)."""
    pairs = np.stack(np.triu_indices(count, 1), axis=1)
    return pairs[chance.random(len(pairs)) < density]


def known_places(name: str, count: int) -> np.ndarray | None:
    """Places (n, 2) of the graphs that have a picture of their own; None of others."""
    sides = re.fullmatch(r"queen(\d+)_(\d+)", name)
    if sides and int(sides[1]) * int(sides[2]) == count:  # the squares of a chessboard
        row, column = np.divmod(np.arange(count), int(sides[2]))
        return np.stack([column, -row], axis=1).astype(np.float64)
    if name not in RINGS:
        return None
    # Two rings, the copies within the originals, and the last one of Mycielski's graphs in the middle.
    order = np.array(RINGS[name])
    turns = np.zeros(count)
    turns[order] = turns[order + len(order)] = 2 * np.pi * np.arange(len(order)) / len(order)
    radius = np.repeat([1.0, 0.55, 0.0], [len(order), len(order), count - 2 * len(order)])
    return np.stack([radius * np.sin(turns), radius * np.cos(turns)], axis=1)


def layout(count: int, edges: np.ndarray) -> np.ndarray:
    """Places of the vertices (n, 2), the same ones each time; components stand side by side."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges.tolist())
    parts = [sorted(part) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), part))
    sides = [math.sqrt(len(part)) for part in parts]
    wide = max(sides[0], math.sqrt(1.5 * sum((side + 1) ** 2 for side in sides)))
    places = np.zeros((count, 2))
    left = bottom = 0.0
    tall = sides[0]
    for part, side in zip(parts, sides, strict=True):
        if left and left + side > wide:
            left, bottom, tall = 0.0, bottom - tall - 1.0, side
        places[part] = _component(graph.subgraph(part), part) * side + [left, bottom - side]
        left += side + 1.0
    return places


def _component(graph, part: list[int]) -> np.ndarray:
    """Places (n, 2) of a connected graph in the unit square."""
    import networkx as nx

    if len(part) == 1:
        return np.full((1, 2), 0.5)
    first = nx.circular_layout(part)
    if len(part) <= WELL_DRAWN:
        found = nx.kamada_kawai_layout(graph, pos=first)
    elif len(part) > DRAWN:
        found = first
    else:
        found = nx.spring_layout(graph, seed=0, iterations=max(15, 12_000 // len(part)))
    at = np.array([found[vertex] for vertex in part])
    low, size = at.min(axis=0), np.ptp(at, axis=0)
    return 0.5 + (at - low - size / 2) / max(size.max(), 1e-12)
