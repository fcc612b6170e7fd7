"""Solve a problem exactly: bounds and incumbents over time, and a proof whose solution is evaluated anew."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple

import jax
import numpy as np

from landscape.exact.solver import ENTRIES, ROUNDING, End, Found, Solver
from landscape.parameters import LandscapeError, nearest
from landscape.problems.entry import DiscreteSurface

LIMIT, LONGEST = 30.0, 86_400.0  # seconds
OFTEN = 0.2  # seconds after which a step is told even if nothing changed


class Step(NamedTuple):
    """A moment of the work: no solution is below `bound` (−inf: nothing known), the best one known has `incumbent`."""

    seconds: float
    bound: float
    incumbent: float  # inf: none known
    told: str
    x: np.ndarray | None = None  # (d,): the best solution known


@dataclass(frozen=True, eq=False)
class Proof:
    """What an exact solver found, in the surface's own terms, which are minimised.

    status     "proved": `x` is best of all, of real-valued losses to nine digits; "infeasible": there is no solution at
               all, and that is proved; "stopped": neither.
    value      the loss at `x` as the surface computes it; inf where there is no `x`.
    bound      no solution has a lower loss.
    seconds, bounds, incumbents: (k,) each, when either changed.
    """

    surface: DiscreteSurface
    solver: str
    status: str
    x: np.ndarray | None
    value: float
    bound: float
    seconds: np.ndarray
    bounds: np.ndarray
    incumbents: np.ndarray
    told: str

    @property
    def proved(self) -> bool:
        return self.status != "stopped"

    @property
    def gap(self) -> float:
        """By how much of its size the value may lie above the lowest one: 0 when proved, inf where that is unknown."""
        return gap(self.value, self.bound)


def gap(value: float, bound: float) -> float:
    """(value − bound) ÷ |value|; inf where either is unknown, or value is 0 and bound is not."""
    if not np.isfinite(value) or not np.isfinite(bound):
        return np.inf
    return 0.0 if value <= bound else float((value - bound) / abs(value)) if value else np.inf


def solvers(surface: DiscreteSurface) -> tuple[str, ...]:
    """The solvers that take this surface and whose packages are installed, the default first.

    LandscapeError where it is no problem of `landscape.problems`.
    """
    if not isinstance(surface, DiscreteSurface):
        raise LandscapeError("Exact solvers take bound problems of ls.problems, such as "
                             "ls.problems.tsp(instance='berlin52').")  # fmt: skip
    ranked = sorted(ENTRIES.values(), key=lambda each: each.rank)
    return tuple(each.name for each in ranked if not each.refuses(surface))


def solve(surface: DiscreteSurface, *, solver: str | None = None, limit: float = LIMIT, workers: int = 2) -> Proof:
    """Solve a discrete problem, or find out how near the best that is found within `limit` seconds must be.

    LandscapeError where no solver takes the surface, or a solver's package is missing.
    """
    work = solving(surface, solver=solver, limit=limit, workers=workers)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def solving(
    surface: DiscreteSurface, *, solver: str | None = None, limit: float = LIMIT, workers: int = 2
) -> Generator[Step, None, Proof]:
    """`solve` as a generator of steps that returns the proof. Closing it ends the work within about two seconds."""
    chosen = _chosen(surface, solver)
    _check(limit, workers)
    return _solving(chosen, surface, float(limit), int(workers))


def _solving(chosen: Solver, surface: DiscreteSurface, limit: float, workers: int) -> Generator[Step, None, Proof]:
    record, last = _Record(surface), -np.inf
    work = chosen.factory(surface, limit=limit, workers=workers)
    end = End("stopped")
    try:
        while True:
            try:
                found = next(work)
            except StopIteration as stop:
                end = stop.value
                break
            changed = record.take(found)
            now = record.seconds
            if changed or now - last > OFTEN:
                last = now
                yield Step(now, record.bound, record.value, found.told, record.x)
            if now > limit:
                break
    finally:
        work.close()
    return record.proof(chosen.name, end)


class _Record:
    """Bounds and incumbents so far, each solution evaluated by the surface itself."""

    def __init__(self, surface: DiscreteSurface):
        self.surface, self.bound, self.value, self.x = surface, -np.inf, np.inf, None
        with jax.enable_x64(True):
            surface(surface.start)  # compiled before the clock starts
        self.begin = time.perf_counter()
        self.rows: list[tuple[float, float, float]] = []

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.begin

    def take(self, found: Found) -> bool:
        """Note what is new, and say whether anything is."""
        better, higher = False, found.bound > self.bound
        if found.x is not None and found.value - found.slack < self.value:
            value = self._checked(found)
            better = value < self.value
            if better:
                self.value, self.x = value, np.array(found.x, np.float64)
        if higher:
            self.bound = float(found.bound)
        if better or higher:
            self.rows.append((self.seconds, self.bound, self.value))
        return better or higher

    def _checked(self, found: Found) -> float:
        """The loss as the surface computes it; RuntimeError where the solver said another one."""
        x = np.asarray(found.x, np.float64)
        with jax.enable_x64(True):
            value = float(self.surface(x))
            inside = bool(np.array_equal(x, np.asarray(self.surface.domain.confine(x))))
        wrong = value - found.value if found.upper else abs(value - found.value)
        if not inside or wrong > found.slack + ROUNDING * (1.0 + abs(value)):
            raise RuntimeError(f"A solver said {found.value!r} of a solution whose loss is {value!r}.")
        return value

    def proof(self, solver: str, end: End) -> Proof:
        """The proof, or RuntimeError where what a solver ended with cannot be true."""
        slack = ROUNDING * (1.0 + abs(self.value)) if self.x is not None else 0.0
        if self.x is not None and self.bound > self.value + slack:
            raise RuntimeError(f"A solver said that nothing lies below {self.bound!r}, yet found {self.value!r}.")
        if end.status == "proved" and not self.bound >= self.value - slack:
            raise RuntimeError(f"A solver said that {self.value!r} is proved, with a bound of {self.bound!r}.")
        if self.x is not None:
            self.bound = min(self.bound, self.value)
        bound = self.value if end.status == "proved" else self.bound
        seconds, bounds, incumbents = np.array([*self.rows, (self.seconds, bound, self.value)]).T
        told = f"stopped after {self.seconds:.3g} s"
        told = end.told or (f"proved: {self.surface.describe(self.x)}" if end.status == "proved" else told)
        return Proof(self.surface, solver, end.status, self.x, self.value, bound, seconds,
                     np.minimum(bounds, bound), incumbents, told)  # fmt: skip


def _chosen(surface: DiscreteSurface, name: str | None) -> Solver:
    known = solvers(surface)
    if name is not None and str(name) not in ENTRIES:
        raise LandscapeError(f"Unknown solver '{name}'. {nearest(str(name), tuple(ENTRIES))}")
    if name is not None and name not in known:
        instead = f" Take {' or '.join(known)}." if known else ""
        why = ENTRIES[name].refuses(surface)
        raise LandscapeError(f"{name} does not take this {surface.name}: it {why}.{instead}")
    if not known:
        made = [each for each in ENTRIES.values() if surface.name in each.problems]
        why = "; ".join(f"{each.name} {each.refuses(surface)}" for each in made)
        raise LandscapeError(f"No exact solver takes this {surface.label}: {why}.")
    return ENTRIES[name or known[0]]


def _check(limit: float, workers: int) -> None:
    if isinstance(limit, bool) or not isinstance(limit, (int, float, np.number)) or not 0 < limit <= LONGEST:
        raise LandscapeError(f"limit={limit} is no number of seconds above 0 and up to {LONGEST:,.0f}.")
    if isinstance(workers, bool) or not isinstance(workers, (int, np.integer)) or not 1 <= workers <= 64:
        raise LandscapeError(f"workers={workers} is not a whole number from 1 to 64.")
