"""The shortest tour by linear programs and cuts (Dantzig, Fulkerson & Johnson 1954), with SciPy's HiGHS."""

from __future__ import annotations

import numpy as np

from landscape.exact.solver import End, Found, Work, solver
from landscape.exact.tours.relaxation import Stuck
from landscape.exact.tours.tree import Tree

MOST = 400  # cities: with more, a single piece of work takes long


def refuses(surface) -> str:
    distances = np.asarray(surface.data.distances)
    if len(distances) > MOST:
        return f"takes up to {MOST:,} cities"
    return "" if np.array_equal(distances, distances.T) else "takes distances that are the same both ways only"


@solver(problems=("tsp",), rank=0, refuses=refuses)
def cuts(surface, *, limit: float, workers: int) -> Work:
    """Branch and cut on the edges of a tour, in one thread.

    Each piece of work is one linear program, of at most two seconds; it stops where one takes longer. Bounds are
    rounded up where all distances are whole numbers; with others, "proved" means to nine digits.
    """
    distances = np.asarray(surface.data.distances, np.float64)
    if len(distances) < 4:  # all tours are one
        order = np.arange(len(distances))
        value = float(distances[order, np.roll(order, -1)].sum())
        yield Found(value, value, order, "one tour only")
        return End("proved")
    tree = Tree(distances)
    try:
        for told in tree.search():
            yield Found(tree.bound, tree.value, tree.order, told)
    except Stuck as stuck:
        yield Found(tree.bound, tree.value, tree.order, str(stuck))
        return End("stopped", f"stopped: {stuck}")
    yield Found(tree.bound, tree.value, tree.order, "all parts are done")
    return End("proved")
