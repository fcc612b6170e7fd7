"""Branch and cut: relaxations of parts of all tours, the one with the lowest bound split next (Padberg & Rinaldi 1991).

With an incumbent, edges whose price alone lifts the bound above it are left out for good, and so are whole parts.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from landscape.exact.solver import ROUNDING
from landscape.exact.tours.relaxation import Relaxation, Relaxed, Stuck
from landscape.exact.tours.rounding import joined, kicked, length, shortened
from landscape.exact.tours.separation import blossoms, subtours

NEAREST = 8  # edges of each city that the first relaxation has
KICKS, LARGE = 6, 150  # kicks of the best tour after each relaxation of all tours; of more cities than that, one
TRIED = 5  # edges whose two halves are relaxed before one is chosen to split by
TAIL = 6  # relaxations in a row without a gain of a hundredth of the gap, after which a part is split instead
WHOLE = 1e-6  # how far from 0 and 1 a share may be
LONGEST = 1e9  # tour of whole length whose bound is known well enough to be rounded up


@dataclass(order=True)
class Part:
    """The tours that have some edges and lack others."""

    bound: float
    number: int
    low: np.ndarray = field(compare=False)  # (m,)
    high: np.ndarray = field(compare=False)  # (m,)


class Tree:
    """The search. `bound` and `value` are of the whole problem and hold at every moment; `order` is the best tour."""

    def __init__(self, distances: np.ndarray, seed: int = 0):
        self.distances, self.count = distances, len(distances)
        self.whole = bool((distances == np.rint(distances)).all() and self.count * np.abs(distances).max() < LONGEST)
        self.rng = np.random.default_rng(seed)
        self.order, self.value, self.bound, self.open = np.arange(self.count), np.inf, -np.inf, []
        self.least = np.inf  # of the bounds of parts that are done since their relaxation was a tour
        self.relaxations = self.cuts = self.split = 0
        self.relaxation = Relaxation(distances, np.zeros((0, 2), np.int64))

    def search(self) -> Iterator[str]:
        """Work until the tour is proved, with a few words after each relaxation. Raises Stuck."""
        self._take(shortened(self.distances, joined(self.distances, np.zeros((0, 2), np.int64), np.zeros(0))))
        yield "a first tour"
        self.relaxation.take(self._first_edges())
        yield from self._root()
        while self.open:
            part = heapq.heappop(self.open)
            if self._cannot_beat(part.bound):
                continue
            yield from self._work(part)
            self.relaxation.drop()
        if not self._cannot_beat(self.least):
            raise Stuck("the bound of a last part is too rough to prove its tour")
        self.bound = self.value

    def _take(self, order: np.ndarray) -> bool:
        value = length(self.distances, order)
        better = value < self.value
        if better:
            self.order, self.value = order, value
        return better

    def _cannot_beat(self, bound: float) -> bool:
        """Whether no tour above this bound is better than the one at hand."""
        slack = 1e-6 - 1.0 if self.whole else -ROUNDING * abs(self.value)
        return bound > self.value + slack

    def _lift(self, bound: float) -> None:
        """A bound of everything: rounded up where all tours have whole lengths."""
        bound = math.ceil(bound - 1e-6) if self.whole and math.isfinite(bound) else bound
        self.bound = max(self.bound, min(bound, self.value))

    def _first_edges(self) -> np.ndarray:
        apart = self.distances + np.diag(np.full(self.count, np.inf))
        near = np.argsort(apart, axis=1, kind="stable")[:, : min(NEAREST, self.count - 1)]
        taken = np.zeros((self.count, self.count), bool)
        taken[np.arange(self.count)[:, None], near] = True
        taken[self.order, np.roll(self.order, -1)] = True
        return np.argwhere(np.triu(taken | taken.T, 1))

    def _root(self) -> Iterator[str]:
        """The relaxation of all tours, with more edges and more cuts until neither is missing."""
        still, best = 0, -np.inf
        while True:
            edges = self.relaxation.edges
            found = self._relax(np.zeros(len(edges)), np.ones(len(edges)))
            still = still + 1 if found.bound < best + 0.01 * max(self.value - best, 1e-9) else 0
            best = max(best, found.bound)
            self._lift(best)
            missing = self._missing(found)
            fresh = self._cut(found)
            if len(missing):
                self.relaxation.take(np.concatenate([edges, missing]))
            self._round(edges, found)
            yield self._said()
            if not len(missing) and (not fresh or still >= TAIL or self._cannot_beat(best)):
                break
        self._narrow(found)
        whole = len(self.relaxation.edges)
        self.open = [Part(best, 0, np.zeros(whole), np.ones(whole))]

    def _round(self, edges: np.ndarray, found: Relaxed) -> None:
        """Look for a better tour near the relaxed one, and near the best."""
        self._take(shortened(self.distances, joined(self.distances, edges, found.shares)))
        for _ in range(KICKS if self.relaxation.every and self.count <= LARGE else 1):
            self._take(kicked(self.distances, self.order, self.rng))

    def _missing(self, found: Relaxed) -> np.ndarray:
        """Edges outside the relaxation that would make it cheaper, the cheapest first: (k, 2)."""
        cheap = np.triu(found.prices < -1e-9 * (1.0 + self.distances.max()), 1)
        cheap[self.relaxation.edges[:, 0], self.relaxation.edges[:, 1]] = False
        pairs = np.argwhere(cheap)
        return pairs[np.argsort(found.prices[pairs[:, 0], pairs[:, 1]], kind="stable")[: 3 * self.count]]

    def _narrow(self, found: Relaxed) -> None:
        """Keep the edges that a better tour may have, by their prices, and no others."""
        upper = np.triu(np.ones((self.count, self.count), bool), 1)
        lifted = found.bound + np.maximum(found.prices, 0.0)
        slack = 1e-6 - 1.0 if self.whole else 0.0
        useful = upper & (lifted <= self.value + slack)
        useful[tuple(np.sort(np.stack([self.order, np.roll(self.order, -1)]), axis=0))] = True
        self.relaxation.take(np.argwhere(useful))
        self.relaxation.every = False

    def _relax(self, low: np.ndarray, high: np.ndarray) -> Relaxed | None:
        self.relaxations += 1
        return self.relaxation.solve(low, high)

    def _cut(self, found: Relaxed) -> int:
        edges = self.relaxation.edges
        broken = subtours(self.count, edges, found.shares)
        fresh = self.relaxation.add(broken)
        fresh += self.relaxation.add(blossoms(self.count, edges, found.shares))
        self.cuts += fresh
        return fresh

    def _work(self, part: Part) -> Iterator[str]:
        """Relax one part with more and more cuts; then it is done with, or split in two."""
        still, best = 0, part.bound
        while True:
            found = self._relax(part.low, part.high)
            self._settle(best)
            yield self._said()
            if found is None:
                return
            still = still + 1 if found.bound < best + 0.01 * max(self.value - best, 1e-9) else 0
            best = max(best, found.bound)
            if self._cannot_beat(best):
                return
            broken = np.abs(found.shares - np.rint(found.shares)) > WHOLE
            fresh = self._cut(found)
            if not fresh and not broken.any():
                self._take(joined(self.distances, self.relaxation.edges, found.shares))
                self.least = min(self.least, best)
                return
            if broken.any() and (not fresh or still >= TAIL):
                self._round(self.relaxation.edges, found)
                break
        yield from self._halve(part, found, best)

    def _settle(self, best: float) -> None:
        """The bound of everything is the lowest of all parts, the one at work and those done too."""
        self._lift(min([best, self.least, *(part.bound for part in self.open[:1])]))

    def _halve(self, part: Part, found: Relaxed, best: float) -> Iterator[str]:
        """Split by the edge whose two halves lift the bound most, of the few that are nearest to a half."""
        free = np.flatnonzero((np.abs(found.shares - np.rint(found.shares)) > WHOLE) & (part.low < part.high))
        free = free[np.argsort(np.abs(found.shares[free] - 0.5), kind="stable")[:TRIED]]
        chosen, score = [], -1.0
        for edge in free:
            halves = []
            for kept in (0.0, 1.0):
                low, high = part.low.copy(), part.high.copy()
                low[edge] = high[edge] = kept
                half = self._relax(low, high)
                yield self._said()
                bound = np.inf if half is None else max(best, half.bound)
                halves.append(Part(bound, 0, low, high))
            gains = [min(half.bound, self.value) - best + 1e-6 for half in halves]
            if gains[0] * gains[1] > score:
                chosen, score = halves, gains[0] * gains[1]
        for half in chosen:
            if not self._cannot_beat(half.bound):
                self.split += 1
                half.number = -self.split
                heapq.heappush(self.open, half)

    def _said(self) -> str:
        parts = f", {len(self.open):,} parts open" if self.open else ""
        return f"{self.relaxations:,} relaxations, {self.cuts:,} cuts{parts}"
