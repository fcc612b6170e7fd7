"""Cuts that a relaxed tour breaks: sets of cities that it hardly leaves, and odd ones (blossoms)."""

from __future__ import annotations

import numpy as np

from landscape.exact.tours.relaxation import Cut

BROKEN = 1e-4  # by how much, to be worth a row
NONE = np.zeros((0, 2), np.int64)


def parts(count: int, edges: np.ndarray) -> tuple[int, np.ndarray]:
    """How many pieces hang together by these edges (m, 2), and the piece of each city (n,)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    graph = csr_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)


def subtours(count: int, edges: np.ndarray, shares: np.ndarray) -> list[Cut]:
    """Sets of cities that the relaxed tour leaves less than twice."""
    used = shares > 1e-9
    pieces, piece = parts(count, edges[used])
    if pieces > 1:
        sets = [piece == k for k in range(pieces)][: pieces if pieces > 2 else 1]
        return [Cut(each, NONE) for each in sets]
    return [Cut(inside, NONE) for inside in narrow_sets(count, edges[used], shares[used])]


def narrow_sets(count: int, edges: np.ndarray, shares: np.ndarray) -> list[np.ndarray]:
    """Sets of cities with less than 2 on the edges that leave them (Stoer & Wagner 1997), where whole edges are
    shrunk first: the lightest cut of all is among them, if it is less than 2."""
    pieces, piece = parts(count, edges[shares > 1.0 - 1e-9])
    weights = np.zeros((pieces, pieces))
    np.add.at(weights, (piece[edges[:, 0]], piece[edges[:, 1]]), shares)
    weights += weights.T
    np.fill_diagonal(weights, 0.0)
    members = [piece == k for k in range(pieces)]
    alive, found = np.ones(pieces, bool), []
    for _ in range(pieces - 1):
        last, before, cut = _phase(weights, alive)
        if cut < 2.0 - BROKEN:
            found.append(members[last].copy())
        members[before] |= members[last]
        weights[before] += weights[last]
        weights[:, before] = weights[before]
        weights[before, before] = 0.0
        alive[last] = False
    return found


def _phase(weights: np.ndarray, alive: np.ndarray) -> tuple[int, int, float]:
    """Take in one piece after the other, always the one that is tied most to those inside: the last two of them, and
    how much ties the last one to all others."""
    tied = np.where(alive, 0.0, -np.inf)
    before = last = -1
    cut = 0.0
    for _ in range(int(alive.sum())):
        before, last = last, int(tied.argmax())
        cut = float(tied[last])
        tied[last] = -np.inf
        tied += weights[last]
    return last, before, cut


def blossoms(count: int, edges: np.ndarray, shares: np.ndarray) -> list[Cut]:
    """Odd sets that the relaxed tour breaks: handles are the pieces of its fractional edges (Padberg & Hong 1980)."""
    found = []
    for low, high in ((1e-6, 1.0 - 1e-6), (1e-6, 0.7), (0.3, 1.0 - 1e-6)):
        broken = (shares > low) & (shares < high)
        pieces, piece = parts(count, edges[broken])
        sizes = np.bincount(piece, minlength=pieces)
        for k in np.flatnonzero(sizes >= 3):
            cut = _odd(piece == k, edges, shares)
            if cut is not None:
                found.append(cut)
    return found


def _odd(handle: np.ndarray, edges: np.ndarray, shares: np.ndarray) -> Cut | None:
    """The most broken odd cut with this handle, if it is broken."""
    leaves = np.flatnonzero(handle[edges[:, 0]] != handle[edges[:, 1]])
    share = shares[leaves]
    teeth = share > 0.5
    if not len(leaves):
        return None
    if teeth.sum() % 2 == 0:
        turned = np.abs(share - 0.5).argmin()
        teeth[turned] = ~teeth[turned]
    level = share[~teeth].sum() + (1.0 - share[teeth]).sum()
    return Cut(handle, edges[leaves[teeth]]) if level < 1.0 - BROKEN and teeth.sum() > 1 else None
