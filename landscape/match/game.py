"""A match: a problem, methods, a seed and a budget, as names and numbers; and what comes of it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from landscape import catalog
from landscape.branch import Branch
from landscape.checks import check_single, check_whole
from landscape.domains import Discrete
from landscape.match import forms
from landscape.match.lanes import Lane, branch_lane, lane, named, walked
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError, numbered
from landscape.run import run
from landscape.surface import Surface

BUDGET, FRAMES = 200_000, 200
MOST = 8  # lanes: as many as there are colours
HIGHEST = 9_999  # slot
LIMITS = {"seed": (0, 2**32 - 1), "budget": (100, 5_000_000), "frames": (1, 1_000)}


class Stage(NamedTuple):
    """How far a match is: the share done, and what is done next."""

    done: float
    said: str


class Played(NamedTuple):
    """A match that was played: a lane for each method, in order."""

    match: Match
    lanes: tuple[Lane, ...]

    @property
    def evaluations(self) -> np.ndarray:
        """What each frame may have spent (f+1,)."""
        return self.match.budget * np.arange(self.match.frames + 1) / self.match.frames


@dataclass(frozen=True)
class Match:
    """Methods side by side on one problem, each with `budget` evaluations, shown at `frames` equal shares of it.

    `branches` says of the optimizer at a place whom it follows: {place: (slot of the parent, frame)}. `slots` are
    colours and markers, by default in order; `frame` is the one that is looked at, None the last.
    """

    surface: Surface
    optimizers: tuple[Optimizer, ...] = ()
    seed: int = 0
    budget: int = BUDGET
    frames: int = FRAMES
    branches: tuple[tuple[int, Branch], ...] = ()
    slots: tuple[int, ...] | None = None
    frame: int | None = None

    def __post_init__(self):
        if not isinstance(self.surface, Surface):
            raise LandscapeError("A match needs a bound problem, such as ls.problems.tsp().")
        if not isinstance(self.surface.domain, Discrete):
            raise LandscapeError(f"'{self.surface.name}' is no discrete problem, and a match needs one; "
                                 f"there are {', '.join(catalog.problems())}.")  # fmt: skip
        self._set("optimizers", _methods(self.optimizers, self.surface))
        limits = LIMITS if self.frame is None else LIMITS | {"frame": (0, self.frames)}
        for name, (low, high) in limits.items():
            check_whole(name, getattr(self, name), low, high)
            self._set(name, int(getattr(self, name)))  # JSON takes no number of NumPy's
        count = len(self.optimizers)
        self._set("slots", _slots(range(count) if self.slots is None else self.slots, count))
        self._set("branches", _branches(self.branches, count))
        for place in range(count):
            self.parent(place)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def branch(self, place: int) -> Branch | None:
        """Whom the method at `place` follows, and up to which frame."""
        return dict(self.branches).get(place)

    def parent(self, place: int) -> int | None:
        """The place of the lane that this one leaves, one that has begun by then; None of one from the start."""
        branch = self.branch(place)
        if branch is None:
            return None
        check_whole("branch: frame", branch.frame, 0, self.frames - 1)
        before = self.slots[:place]
        if branch.of not in before:
            raise LandscapeError(f"A branch needs its parent before it, and there is no method with slot {branch.of}.")
        found = before.index(branch.of)
        elder = self.branch(found)
        return self.parent(found) if elder is not None and branch.frame <= elder.frame else found

    @property
    def labels(self) -> tuple[str, ...]:
        """What the lanes are called: a branch says from which share of the budget on."""
        found = [named(self.branch(i), each.label, self.frames) for i, each in enumerate(self.optimizers)]
        return tuple(numbered(found))

    def lane(self, place: int, found: Sequence[Lane]) -> Lane:
        """What the method at `place` does; `found` holds the lanes before it."""
        optimizer, branch, parent = self.optimizers[place], self.branch(place), self.parent(place)
        options = {"budget": self.budget, "slot": self.slots[place]}
        if parent is not None:
            made = branch_lane(found[parent], optimizer, branch.frame, **options)
        else:
            run_ = walked(self.surface, optimizer, budget=self.budget, frames=self.frames, seed=self.seed)
            made = lane(run_, frames=self.frames, **options)
        return made._replace(label=self.labels[place])

    def playing(self) -> Generator[Stage, None, Played]:
        """Play lane by lane, and tell before each; closing the generator ends it there."""
        found: list[Lane] = []
        for place, label in enumerate(self.labels):
            yield Stage(place / len(self.labels), f"{label}, {place + 1} of {len(self.labels)}")
            found.append(self.lane(place, found))
        return Played(self, tuple(found))

    def play(self) -> Played:
        """The whole match."""
        pieces = self.playing()
        while True:
            try:
                next(pieces)
            except StopIteration as end:
                return end.value

    def best(self, played: Played) -> tuple[int, np.ndarray, float]:
        """The place of the lane that found the best solution, the solution (d,) and its value.

        LandscapeError where the match has no methods.
        """
        if not played.lanes:
            raise LandscapeError("A match without methods finds no solution; give it some, as in "
                                 "match.replace(optimizers=(ls.optimizers.genetic(),), slots=None).")  # fmt: skip
        place = int(np.argmin([each.best[-1] for each in played.lanes]))
        x, value = best_of(played.lanes[place])
        return place, x, value

    def replace(self, **changes) -> Match:
        return replace(self, **changes)

    def query(self) -> str:
        """The query of an address: `problem=…&optimizer=…&budget=…`."""
        return forms.written(self)

    @classmethod
    def from_query(cls, address: str) -> Match:
        """The match in an address or in its query alone."""
        return cls(**forms.read(address))

    def json(self) -> str:
        """Names and numbers as JSON text, and the text of an instance of one's own."""
        return forms.json_text(self)

    @classmethod
    def from_json(cls, text: str) -> Match:
        return cls(**forms.from_json(text))

    def python(self) -> str:
        """Source that plays it again."""
        return forms.source(self)


def best_of(found: Lane) -> tuple[np.ndarray, float]:
    """The best solution (d,) of a lane and its value: where no frame shows it, the run is walked again for it.

    Of a branch whose parent had it before, and no frame shows it, the best that is known.
    """
    at, told = int(np.argmin(found.value)), found.trajectory
    if found.value[at] > found.best[-1]:
        spent = int(told.evaluations[told.since // told.thin]) if told.since else 0
        told = run(told.surface, told.optimizer, told.start, steps=told.steps, budget=told.budget - spent,
                   seed=told.seed, record="best", thin=told.thin, since=told.since)  # fmt: skip
        if told.best_value[-1] < found.value[at]:
            return np.asarray(told.positions)[-1, 0], float(told.best_value[-1])
    return found.x[at], float(found.value[at])


def _methods(given: Any, surface: Surface) -> tuple[Optimizer, ...]:
    """The methods, of which one may stand alone."""
    alone = isinstance(given, (Optimizer, str)) or not isinstance(given, Iterable)
    methods = (given,) if alone else tuple(given)
    if len(methods) > MOST:
        raise LandscapeError(f"{len(methods)} methods are more than {MOST}; remove some.")
    for each in methods:
        _check_method(each, surface)
    return methods


def _check_method(optimizer: Any, surface: Surface) -> None:
    if not isinstance(optimizer, Optimizer):
        raise LandscapeError("A match takes bound optimizers, such as ls.optimizers.simulated_annealing().")
    optimizer.check_native()
    check_single(optimizer)
    if optimizer.needs_gradient and not surface.has_gradient:
        raise LandscapeError(surface.no_slopes(optimizer.name))


def _slots(given: Any, count: int) -> tuple[int, ...]:
    slots = tuple(given) if isinstance(given, Iterable) else ()
    for slot in slots:
        check_whole("slot", slot, 0, HIGHEST)
    if len(set(slots)) != count or len(slots) != count:
        raise LandscapeError(f"slots={str(given)[:40]} should be {count} different numbers, one for each method.")
    return tuple(int(slot) for slot in slots)


def _branches(given: Any, count: int) -> tuple[tuple[int, Branch], ...]:
    """By place; whether a parent is there and has such a frame is seen later."""
    try:
        made = {place: Branch(*each) for place, each in dict(given).items()}
    except (TypeError, ValueError):
        raise LandscapeError(f"branches={str(given)[:40]} should be {{place: (slot of the parent, frame)}}, as in "
                             "{1: (0, 40)}.") from None  # fmt: skip
    for place, (of, frame) in made.items():
        if place not in range(count):
            raise LandscapeError(f"A branch is at place {str(place)[:40]}, and there are {count} methods, from 0 on.")
        check_whole("branch: slot", of, 0, HIGHEST)
        check_whole("branch: frame", frame, 0, LIMITS["frames"][1])
    return tuple(sorted((int(place), Branch(int(of), int(frame))) for place, (of, frame) in made.items()))
