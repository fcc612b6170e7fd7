"""Bound and incumbent over time, the curves of local searches, and the gap between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscape.exact import Proof
from landscape.figures.sheet import Line, Panel, Sheet
from landscape.scene import nice

PROOF, SEARCH = 4, 0  # slots
SHORT = 5  # whole numbers on an axis, of which each has a tick


class Searched(NamedTuple):
    """What local searches found: the best value so far of each (runs, k), after so many evaluations (k,)."""

    label: str
    evaluations: np.ndarray
    best: np.ndarray
    seconds: float = float("nan")

    @property
    def value(self) -> float:
        return float(self.best[:, -1].min())


def told(value: float) -> str:
    """A value as the problem states it."""
    return f"{value + 0.0:,.10g}".replace("-", "−") if np.isfinite(value) else "none"


def share(part: float) -> str:
    return "no bound" if not np.isfinite(part) else f"{100 * part:.{2 if part < 0.995 else 4}g} %"


def named(solver: str) -> str:
    """A solver as one writes it."""
    return {"cp_sat": "CP-SAT", "cuts": "HiGHS with cuts"}.get(solver, solver.replace("_", " "))


def counts(last: float) -> tuple[np.ndarray, list[str]]:
    """Ticks of an axis of evaluations, with all their digits."""
    step = nice(last / 3)
    ticks = np.arange(0.0, last + step / 2, step)
    return ticks, [f"{tick:,.0f}" for tick in ticks]


def whole(proof: Proof, low: float, high: float) -> tuple[np.ndarray, list[str]] | None:
    """Ticks of a short axis of losses that are whole numbers; None where the usual ones do."""
    ends = [each for each in (proof.value, proof.bound) if np.isfinite(each)]
    if not ends or any(each != round(each) for each in ends) or high - low < 1.0:
        return None
    ticks = np.arange(np.ceil(low), np.floor(high) + 1.0)
    return (ticks, [told(tick) for tick in ticks]) if 1 <= len(ticks) <= SHORT else None


def over_time(proof: Proof, weight: float = 1.0) -> Panel:
    """Bound and incumbent as steps over seconds, with what lies between them shaded."""
    seconds, bounds, incumbents = (_steps(each, late) for each, late in (
        (proof.seconds, False), (proof.bounds, True), (proof.incumbents, True)))  # fmt: skip
    bounds, incumbents = (np.where(np.isfinite(each), each, np.nan) for each in (bounds, incumbents))
    low, high = _ends(bounds, incumbents)
    both = np.isfinite(bounds) & np.isfinite(incumbents)
    band = (np.clip(bounds, low, high), np.clip(incumbents, low, high)) if both.any() else None
    if band is not None:
        band = tuple(np.where(both, each, incumbents) for each in band)
    marks = [Line(x=seconds, y=bounds, quiet=True, label="bound", width=1.2)]
    if np.isfinite(incumbents).any():
        marks.insert(0, Line(x=seconds, y=incumbents, slot=PROOF, label="best solution", band=band, width=0.9))
    title = "Exact solver: bound" + " and best" * (len(marks) > 1)
    return Panel(marks=marks, title=title, x="seconds", y="loss", x_range=_span(proof), y_range=(low, high),
                 y_ticks=whole(proof, low, high), weight=weight)  # fmt: skip


def _span(proof: Proof) -> tuple[float, float]:
    """The seconds that are drawn: without a long start in which nothing is known."""
    known = proof.seconds[np.isfinite(proof.bounds) | np.isfinite(proof.incumbents)]
    last = max(float(proof.seconds[-1]), 1e-3)
    first = float(known[0]) if len(known) else 0.0
    return (max(0.0, first - 0.08 * (last - first)) if 0.3 * last < first < last else 0.0), last


def searches(found: Searched, proof: Proof, limits: tuple[float, float] | None = None, weight: float = 1.0) -> Panel:
    """The best so far of every local search over evaluations, with the bound and the best value proved or known."""
    marks = [Line(x=found.evaluations, y=row, slot=SEARCH, label=found.label if k == 0 else "", width=0.5)
             for k, row in enumerate(found.best)]  # fmt: skip
    x = [0.0, float(found.evaluations[-1])]
    if np.isfinite(proof.bound):
        name = "least there is" if proof.status == "proved" else "bound"
        marks.append(Line(x=x, y=[proof.bound] * 2, quiet=True, dash=True, label=f"{name} {told(proof.bound)}"))
    low, high = limits or _ends(np.full(2, proof.bound), found.best[:, found.best.shape[1] // 20 :].ravel())
    return Panel(marks=marks, title="Local search: best so far", x="evaluations", y="loss", x_range=(0.0, x[1]),
                 x_ticks=counts(x[1]), y_range=(low, high), y_ticks=whole(proof, low, high), weight=weight)  # fmt: skip


def solution(proof: Proof, weight: float = 1.3) -> Panel | None:
    """The best solution; None where there is none."""
    from landscape.figures import solutions

    if proof.x is None:
        return None
    surface = proof.surface
    return solutions.panel(surface.entry.picture, surface.shown, proof.x, slot=PROOF, weight=weight,
                           written=[surface.describe(proof.x)])  # fmt: skip


def sheet(subject: str, proof: Proof, found: Searched | None = None) -> Sheet:
    """A page of the solution, the bound over time, and the local searches if there are any."""
    known = np.isfinite(proof.bounds).any() or np.isfinite(proof.incumbents).any()
    panels = [solution(proof), over_time(proof) if known or not found else None,
              searches(found, proof) if found else None]  # fmt: skip
    kept = [each for each in panels if each is not None]
    return Sheet(panels=kept, title=headline(proof), subtitle=_below(subject, proof, found), columns=len(kept))


def headline(proof: Proof) -> str:
    """What is known, in a sentence."""
    if proof.status == "infeasible":
        return proof.told
    if proof.status == "proved":
        return f"Proved: {proof.told.removeprefix('proved: ')}"
    if proof.x is None and not np.isfinite(proof.bound):
        return "The time was over before anything was known"
    if proof.x is None:
        return f"No solution found, none below {told(proof.bound)}"
    return f"{told(proof.value)} found, at most {share(proof.gap)} above the least: not proved"


def _below(subject: str, proof: Proof, found: Searched | None) -> str:
    words = f"{subject}, {named(proof.solver)}, {proof.seconds[-1]:.2g} s"
    if not found:
        return words
    return f"{words}; {found.label}: {told(found.value)} after {found.evaluations[-1]:,.0f} evaluations"


def _steps(values: np.ndarray, late: bool) -> np.ndarray:
    """Values that stay until the next one, as corners of a line: times (late=False) or heights."""
    doubled = np.repeat(values, 2)
    return doubled[:-1] if late else doubled[1:]


def _ends(*curves: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis of values, with room around all that is finite; 0 and 1 where nothing is."""
    known = [np.asarray(each, float)[np.isfinite(each)] for each in curves]
    known = [each for each in known if each.size]
    if not known:
        return 0.0, 1.0
    low, high = min(each.min() for each in known), max(each.max() for each in known)
    room = 0.06 * (high - low) or 0.06 * abs(high) or 0.5
    return float(low - room), float(high + room)
