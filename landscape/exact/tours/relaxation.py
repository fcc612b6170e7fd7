"""The relaxation of a tour: shares x in [0, 1] of every edge, two for each city, and cuts that all tours keep.

Its value is never taken from the solver's word. From the multipliers of the rows follows Lagrange's bound, a plain sum
over all edges, which holds whatever numbers the multipliers are; so rounding in the solver cannot make a proof false.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError

SLICE = 2.0  # seconds that one call of the solver may take, so that nobody waits longer for an end
IDLE = 25  # relaxations in a row in which a cut does nothing before it is dropped


class Cut(NamedTuple):
    """All tours keep x(edges that leave the cities) ≥ 2, or, with an odd number of teeth among those edges,
    x(other edges that leave) + (number of teeth − x(teeth)) ≥ 1: a tour leaves a set an even number of times."""

    inside: np.ndarray  # (n,) bool
    teeth: np.ndarray  # (t, 2): edges from inside to outside; t is 0 or odd

    @property
    def floor(self) -> float:
        """What the row is at least: the teeth count −1 each."""
        return 1.0 - len(self.teeth) if len(self.teeth) else 2.0

    @property
    def key(self) -> tuple:
        """The same for the same cut, from whichever side it is seen."""
        inside = self.inside if not self.inside[0] else ~self.inside
        return inside.tobytes(), tuple(sorted(map(tuple, np.sort(self.teeth, axis=1).tolist())))

    def row(self, edges: np.ndarray) -> np.ndarray:
        """Its coefficients (m,) for these edges (m, 2)."""
        leaves = (self.inside[edges[:, 0]] != self.inside[edges[:, 1]]).astype(np.float64)
        if len(self.teeth):
            n = len(self.inside)
            codes = np.sort(edges, axis=1) @ np.array([n, 1])
            leaves -= 2.0 * np.isin(codes, np.sort(self.teeth, axis=1) @ np.array([n, 1]))
        return leaves


class Relaxed(NamedTuple):
    """One solution of the relaxation."""

    shares: np.ndarray  # (m,) of the edges in it
    bound: float  # no tour that is allowed here is shorter
    prices: np.ndarray | None  # (n, n): what an edge costs beyond its multipliers, where all edges are allowed


class Relaxation:
    """The edges and the cuts that are in it so far. `every` says that edges outside it may be part of a tour too."""

    def __init__(self, distances: np.ndarray, edges: np.ndarray):
        self.distances, self.count, self.every = distances, len(distances), True
        self.cuts: list[Cut] = []
        self._idle: list[int] = []
        self._known: set[tuple] = set()
        self.take(edges)

    def take(self, edges: np.ndarray) -> None:
        """Have these edges (m, 2) from now on."""
        from scipy.sparse import csr_matrix

        m = len(edges)
        self.edges, self.costs = edges, self.distances[edges[:, 0], edges[:, 1]]
        ones = (np.ones(2 * m), (edges.T.ravel(), np.tile(np.arange(m), 2)))
        self._degrees = csr_matrix(ones, shape=(self.count, m))
        self._rows = [cut.row(edges) for cut in self.cuts]
        self._matrix = None

    def add(self, cuts: list[Cut]) -> int:
        """Take in those of the cuts that are new, and say how many they are."""
        fresh = [cut for cut in {cut.key: cut for cut in cuts}.values() if cut.key not in self._known]
        self.cuts += fresh
        self._rows += [cut.row(self.edges) for cut in fresh]
        self._idle += [0] * len(fresh)
        self._known |= {cut.key for cut in fresh}
        self._matrix = None if fresh else self._matrix
        return len(fresh)

    def drop(self) -> None:
        """Forget cuts that have done nothing for long."""
        kept = [k for k, idle in enumerate(self._idle) if idle <= IDLE]
        if len(kept) < len(self.cuts):
            lists = (self.cuts, self._rows, self._idle)
            self.cuts, self._rows, self._idle = ([each[k] for k in kept] for each in lists)
            self._known, self._matrix = {cut.key for cut in self.cuts}, None

    def solve(self, low: np.ndarray, high: np.ndarray) -> Relaxed | None:
        """The cheapest shares between `low` and `high` (m,); None where there are none at all."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_matrix

        if self._matrix is None:
            self._matrix = csr_matrix(np.array(self._rows).reshape(len(self.cuts), len(self.edges)))
        floors = np.array([cut.floor for cut in self.cuts])
        found = linprog(self.costs, A_ub=-self._matrix, b_ub=-floors, A_eq=self._degrees, method="highs",
                        b_eq=np.full(self.count, 2.0), bounds=np.stack([low, high], axis=1),
                        options={"presolve": False, "time_limit": SLICE})  # fmt: skip
        if found.status == 2:
            return None
        if found.status != 0:
            raise LandscapeError(f"{self.count} cities are too many here: one relaxation takes over {SLICE:g} s.")
        city, cuts = found.eqlin.marginals, np.maximum(-found.ineqlin.marginals, 0.0)
        self._idle = [0 if each > 0 else idle + 1 for each, idle in zip(cuts, self._idle, strict=True)]
        inside = self.costs - self._degrees.T @ city - self._matrix.T @ cuts
        bound = 2.0 * city.sum() + cuts @ floors + np.minimum(inside * low, inside * high).sum()
        if not self.every:
            return Relaxed(found.x, float(bound), None)
        prices = self._prices(city, cuts)
        outside = np.triu(prices, 1)
        outside[self.edges[:, 0], self.edges[:, 1]] = 0.0
        return Relaxed(found.x, float(bound + np.minimum(outside, 0.0).sum()), prices)

    def _prices(self, city: np.ndarray, cuts: np.ndarray) -> np.ndarray:
        """Of all edges (n, n), those outside too."""
        prices = self.distances - city[:, None] - city
        busy = np.flatnonzero(cuts)
        if len(busy):
            inside = np.array([self.cuts[k].inside for k in busy], np.float64)
            heavy = inside.T @ cuts[busy]
            prices -= heavy[:, None] + heavy - 2.0 * inside.T @ (inside * cuts[busy, None])
            for k in busy:
                i, j = self.cuts[k].teeth.T
                prices[i, j] += 2.0 * cuts[k]
                prices[j, i] += 2.0 * cuts[k]
        return prices
