"""The relaxation of a tour: shares x in [0, 1] of every edge, two for each city, and cuts that all tours keep.

Its value is never taken from the solver's word, nor is that there are no such shares. From the multipliers of the rows
follows Lagrange's bound, a plain sum over all edges, which holds whatever numbers the multipliers are; so rounding in
the solver cannot make a proof false.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SLICE = 2.0  # seconds that one call of the solver may take, so that nobody waits longer for an end
IDLE = 25  # relaxations in a row in which a cut does nothing before it is dropped
SOLVED, IMPOSSIBLE = 0, 2  # SciPy's words for how a linear program ended
BROKEN = 1e-6  # by how much rows must be broken together for there to be no shares: far beyond rounding


class Stuck(Exception):
    """A linear program was not solved, or not well enough to conclude from it; says why."""


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
        """The cheapest shares between `low` and `high` (m,); None where there are none at all. Raises Stuck."""
        from scipy.sparse import csr_matrix

        if self._matrix is None:
            self._matrix = csr_matrix(np.array(self._rows).reshape(len(self.cuts), len(self.edges)))
        found = self._program(self.costs, self._degrees, self._matrix, low, high)
        if found.status == IMPOSSIBLE:
            self._check_impossible(low, high)
            return None
        city, cuts = found.eqlin.marginals, np.maximum(-found.ineqlin.marginals, 0.0)
        self._idle = [0 if each > 0 else idle + 1 for each, idle in zip(cuts, self._idle, strict=True)]
        bound = self._bound(self.costs, city, cuts, low, high)
        if not self.every:
            return Relaxed(found.x, bound, None)
        prices = self._prices(city, cuts)
        outside = np.triu(prices, 1)
        outside[self.edges[:, 0], self.edges[:, 1]] = 0.0
        return Relaxed(found.x, bound + float(np.minimum(outside, 0.0).sum()), prices)

    def _program(self, costs, degrees, cuts, low, high):
        """What HiGHS says of these columns: solved, or impossible."""
        from scipy.optimize import linprog

        found = linprog(costs, A_ub=-cuts, b_ub=-self._floors, A_eq=degrees, b_eq=np.full(self.count, 2.0),
                        bounds=np.stack([low, high], axis=1), method="highs",
                        options={"presolve": False, "time_limit": SLICE})  # fmt: skip
        if found.status not in (SOLVED, IMPOSSIBLE):
            slow = f"a relaxation of {self.count} cities takes over {SLICE:g} s"
            raise Stuck(slow if found.status == 1 else "HiGHS could not solve a relaxation")
        return found

    @property
    def _floors(self) -> np.ndarray:
        return np.array([cut.floor for cut in self.cuts])

    def _bound(self, costs, city, cuts, low, high) -> float:
        """Lagrange's bound of the edges that are here, with these multipliers of cities (n,) and cuts (k,)."""
        inside = costs - self._degrees.T @ city - self._matrix.T @ cuts
        return float(2.0 * city.sum() + cuts @ self._floors + np.minimum(inside * low, inside * high).sum())

    def _check_impossible(self, low: np.ndarray, high: np.ndarray) -> None:
        """Raise Stuck unless multipliers show that rows are broken, by columns that pay for what they are broken by."""
        from scipy.sparse import csr_matrix, eye, hstack

        cities, rows, m = self.count, len(self.cuts), len(self.edges)
        degrees = hstack([self._degrees, eye(cities), -eye(cities), csr_matrix((cities, rows))]).tocsr()
        cuts = hstack([self._matrix, csr_matrix((rows, 2 * cities)), eye(rows)]).tocsr()
        costs = np.r_[np.zeros(m), np.ones(2 * cities + rows)]
        room = np.full(2 * cities + rows, np.inf)
        found = self._program(costs, degrees, cuts, np.r_[low, np.zeros(room.size)], np.r_[high, room])
        broken = found.status == SOLVED and self._bound(
            0.0 * self.costs, found.eqlin.marginals, np.maximum(-found.ineqlin.marginals, 0.0), low, high
        )
        if not broken > BROKEN:
            raise Stuck("HiGHS finds a relaxation impossible, which cannot be checked")

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
