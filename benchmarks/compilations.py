"""Sliders never recompile: every entry of the catalog, a hundred moves, and whatever XLA compiled meanwhile.

Counted is what JAX reports of its own compiler, in the whole process, so that a stray operation outside the jitted
programs counts too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

import landscape as ls
from benchmarks.timing import Row, clock, count, summary
from landscape.entry import Entry
from landscape.parameters import Choice, Inner, Level, Parameter, Range

MOVES, STEPS, RESOLUTION = 100, 100, 64
DRIVEN = Range(0.005, 0.05)  # what the levels of schedules move in, as learning rates

compiled: list[str] = []  # one event for each program compiled


def _listen(event: str, duration: float, **about: Any) -> None:
    if event.endswith("backend_compile_duration"):
        compiled.append(event)


jax.monitoring.register_event_duration_secs_listener(_listen)


def measure() -> list[Row]:
    """A row an entry: how many compilations, of none allowed, and how long a move takes."""
    kinds = {"surface": (ls.catalog.surfaces(), _surface), "optimizer": (ls.catalog.optimizers(), _optimizer),
             "schedule": (ls.catalog.schedules(), _schedule)}  # fmt: skip
    rows = [row(f"{kind} {name}", entry, move) for kind, (entries, move) in kinds.items()
            for name, entry in entries.items()]  # fmt: skip
    if not compiled:
        raise RuntimeError("JAX reported no compilation at all, so that none were counted means nothing.")
    return rows


def row(case: str, entry: Entry, move: Callable) -> Row:
    """Move every slider of `entry` in turn, and the start with it."""
    settings = sliders(entry, np.random.default_rng(0))
    shares = np.random.default_rng(1).random((MOVES + 1, 2))
    clock(lambda: move(entry(**next(settings)), shares[MOVES]))
    before = len(compiled)
    samples = [clock(lambda: move(entry(**next(settings)), share)) for share in shares[:MOVES]]  # noqa: B023
    return count(case, len(compiled) - before, 0, "compiled", summary(samples))


def sliders(entry: Entry, random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Values of an entry's numbers, one of them new each time."""
    movable = {name: parameter for name, parameter in entry.parameters.items() if _moves(entry, parameter)}
    values = {name: between(parameter, 0.5) for name, parameter in movable.items()}
    while True:
        for name, parameter in movable.items() or [(None, None)]:
            if name is not None:
                values[name] = between(parameter, random.random())
            yield dict(values)


def between(parameter: Parameter, share: float) -> float | int:
    """The number at `share` of a slider."""
    extent = DRIVEN if isinstance(parameter.kind, Level) else parameter.kind
    low, high = extent.low, extent.high
    value = low ** (1 - share) * high**share if extent.log else low + share * (high - low)
    return round(value) if isinstance(parameter.default, int) else value


def _moves(entry: Entry, parameter: Parameter) -> bool:
    """Numbers that are traced, or that only the preparation of a surface's data reads."""
    return not isinstance(parameter.kind, (Choice, Inner)) and (not parameter.static or parameter.name in entry._alone)


def _surface(surface: ls.Surface, share) -> Any:
    """The dashboard's work when a surface changes: the map, if it has one, and a path."""
    if surface.dim > 1:
        ls.grid(surface, resolution=RESOLUTION)
    walker = ls.optimizers.adam() if surface.has_gradient else ls.optimizers.hill_climbing()
    return _run(surface, walker, share)


def _optimizer(optimizer: ls.Optimizer, share) -> Any:
    return _run(ls.surfaces.rosenbrock(), optimizer, share)


def _schedule(schedule: ls.Schedule, share) -> Any:
    return _optimizer(ls.optimizers.adam(learning_rate=schedule), share)


def _run(surface: ls.Surface, optimizer: ls.Optimizer, share) -> Any:
    start = surface.domain.lower + np.resize(share, surface.dim) * surface.domain.width
    return ls.run(surface, optimizer, start, steps=STEPS).recorded
