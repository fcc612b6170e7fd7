"""What the Discrete page shows: every lane of a match, and the exact solver's progress.

Nothing is kept per user: lanes and proofs are remembered by what was asked, so a slider of one method runs that lane.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from landscape import catalog, exact
from landscape.match import Lane, Match, Played
from landscape_dashboard.discrete import asked, shown
from landscape_dashboard.jobs import Share
from landscape_dashboard.networking.found import Shelf

KEPT = 160 * 2**20  # bytes of runs that are remembered
LIMIT, WORKERS = 60.0, 1  # seconds that an exact solver has, and its threads: others use this server too
LANES = Shelf(KEPT, lambda lane: lane.trajectory.positions.nbytes + lane.x.nbytes)
PROOFS = Shelf(64, lambda _: 1)


def keys_of(match: Match) -> list[tuple]:
    """What each lane depends on, its parent's past included."""
    first = (catalog.text(match.surface), match.budget, match.frames, match.seed)
    found: list[tuple] = []
    for place, optimizer in enumerate(match.optimizers):
        at = match.parent(place)
        parent = () if at is None else (found[at], match.branch(place).frame)
        found.append((*first, catalog.text(optimizer), parent))
    return found


def running(match: Match, solver: str | None) -> Generator[Share, None, dict[str, Any]]:
    """The payload of a match, lane by lane, with what is there by then."""
    lanes: list[Lane] = []
    for place, (key, label) in enumerate(zip(keys_of(match), match.labels, strict=True)):
        known = LANES.get(key)
        if known is None:
            part = shown.payload(Played(match, tuple(lanes)), solver)
            yield Share(place / len(match.labels), f"{label}, {place + 1} of {len(match.labels)}", part)
            known = LANES.put(key, match.lane(place, lanes))
        lanes.append(known._replace(slot=match.slots[place], label=label))
    return shown.payload(Played(match, tuple(lanes)), solver)


def played(match: Match) -> Played:
    """The same without a browser that waits."""
    lanes: list[Lane] = []
    for place, key in enumerate(keys_of(match)):
        known = LANES.get(key)
        known = LANES.put(key, match.lane(place, lanes)) if known is None else known
        lanes.append(known._replace(slot=match.slots[place], label=match.labels[place]))
    return Played(match, tuple(lanes))


def solving(surface, solver: str) -> Generator[Share, None, dict[str, Any]]:
    """The proof of a problem, step by step; what was proved once is known."""
    key = catalog.text(surface), solver
    known = PROOFS.get(key)
    if known is not None:
        return shown.proof(known)
    pieces = exact.solving(surface, solver=solver, limit=LIMIT, workers=WORKERS)
    try:
        while True:
            try:
                step = next(pieces)
            except StopIteration as end:
                found = end.value
                return shown.proof(PROOFS.put(key, found) if found.status != "stopped" else found)
            yield Share(min(step.seconds / LIMIT, 0.99), f"exact: {step.told}", shown.step(step))
    finally:
        pieces.close()


def ahead() -> Iterator[bool]:
    """What the page shows first, computed lane by lane, so that it is compiled before anybody asks."""
    match = asked.match_of(asked.first())
    for _ in running(match, None):
        yield True
