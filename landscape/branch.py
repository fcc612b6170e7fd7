"""Branches: a run that follows another one up to a frame, and goes on with numbers or a method of its own.

A branch of the same method keeps its parent's memory: it is the parent's run with other numbers from that frame on.
Another method, or one of another structure (a population of another size), sets out afresh from where the parent stood.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.entry import Bound
from landscape.optimizer import Optimizer
from landscape.parameters import Level, Range
from landscape.run import run
from landscape.schedule import Schedule, ScheduleEntry
from landscape.trajectory import Trajectory


class Branch(NamedTuple):
    """Where a run leaves another one: the slot of the parent, and the frame up to which it is followed."""

    of: int
    frame: int


class Spliced(Schedule):
    """One number up to a share of the run and another one from there on; both may be schedules."""

    def at(self, progress, dtype) -> Any:
        progress = jnp.asarray(progress, dtype)
        before, after = (self._level(name, progress, dtype) for name in ("before", "after"))
        return jnp.where(progress < self.values["since"], before, after)

    def _level(self, name: str, progress, dtype):
        value = self.values[name]
        return value.at(progress, dtype) if isinstance(value, Bound) else jnp.asarray(value, dtype)


def _spliced(
    *,
    before: Annotated[float, Level()] = 1.0,
    after: Annotated[float, Level()] = 1.0,
    since: Annotated[float, Range(0.0, 1.0)] = 0.5,
):
    """What `Spliced` is bound to; in no menu."""


SPLICED = ScheduleEntry(_spliced, bound=Spliced)


def branched(parent: Trajectory, optimizer: Optimizer, frame: int) -> Trajectory:
    """The run of `optimizer` that is `parent` up to step `frame`: as many steps, with the same seed and budget.

    Its `evaluations` and `gradients` include the parent's up to there. Of a thinned parent it leaves at the last step
    that was kept, which is not after `frame`.
    """
    frame = min(frame, parent.steps) // parent.thin * parent.thin
    if alike(parent.optimizer, optimizer):
        walked, since = _goes_on(parent, optimizer, frame), parent.since
    else:
        frame = min(frame, parent.steps if parent.diverged is None else max(parent.diverged - parent.thin, 0))
        walked, since = _sets_out(parent, optimizer, frame), frame
    return _joined(parent, walked, since) if since else walked


def alike(parent: Optimizer, optimizer: Optimizer) -> bool:
    """Whether both keep the same memory: one method, and the same values of all that is structure."""
    entry = optimizer.entry
    fixed = (*entry._static, *entry._alone)
    return parent.entry is entry and all(parent.values[name] == optimizer.values[name] for name in fixed)


def spliced(before: Optimizer, after: Optimizer, step: int, steps: int) -> Optimizer:
    """`before` up to that step of a run of `steps`, and `after` from there on; equal numbers stay as they are."""
    since = (step - 0.5) / max(steps - 1, 1)
    values = {}
    for name, then in after.values.items():
        first = before.values[name]
        same = first is then or first == then
        values[name] = then if same else Spliced(SPLICED, {"before": first, "after": then, "since": since})
    return type(after)(after.entry, values)


def _goes_on(parent: Trajectory, optimizer: Optimizer, frame: int) -> Trajectory:
    """The parent's run, with the numbers that differ changed at `frame`."""
    changed = spliced(parent.optimizer, optimizer, frame, parent.steps)
    return _walk(parent, changed, parent.start, parent.since)


def _sets_out(parent: Trajectory, optimizer: Optimizer, frame: int) -> Trajectory:
    """A run of its own from where the parent stood: all its points where both hold as many, else the best of them."""
    row = frame // parent.thin
    points = np.asarray(parent.positions)[row]
    if len(points) != optimizer.members(parent.surface.dim):
        points = _leading(parent)[row]
    return _walk(parent, optimizer, points, frame)


def _walk(parent: Trajectory, optimizer: Optimizer, start, since: int) -> Trajectory:
    options = {"steps": parent.steps, "seed": parent.seed, "record": parent.record, "every": parent.every}
    spent = int(parent.evaluations[since // parent.thin]) if since else 0
    budget = None if parent.budget is None else parent.budget - spent
    return run(parent.surface, optimizer, start, **options, thin=parent.thin, budget=budget, since=since)


def _leading(run: Trajectory) -> np.ndarray:
    """The member with the lowest value at each step (t+1, 1, d)."""
    values = np.asarray(run.values)
    best = np.where(np.isnan(values), np.inf, values).argmin(axis=1)
    return np.asarray(run.positions)[np.arange(len(values)), best][:, None]


def _joined(parent: Trajectory, own: Trajectory, since: int) -> Trajectory:
    """`own` with the parent's record and budget up to step `since`."""
    since //= parent.thin  # from here on a row of the record
    recorded = {name: np.array(each) for name, each in own.recorded.items() if name != "metrics"}
    before = slice(0, since + 1)
    if recorded["positions"].shape == parent.positions.shape:
        recorded["positions"][before] = parent.positions[before]
        recorded["values"][before] = parent.values[before]
    else:  # the parent's best point, in the place of every member
        recorded["positions"][before] = _leading(parent)[before]
        recorded["values"][before] = np.nanmin(np.asarray(parent.values), axis=1)[before, None]
    for name in ("evaluations", "gradients"):
        spent = np.asarray(getattr(parent, name))
        recorded[name] += spent[since]
        recorded[name][before] = spent[before]
    best = np.asarray(parent.best_value)
    if not own.surface.scheduled:
        recorded["best_value"] = np.minimum(recorded["best_value"], best[since])
    recorded["best_value"][before] = best[before]
    recorded["metrics"] = {name: _metric(name, each, parent, since) for name, each in own.metrics.items()}
    return replace(own, recorded=recorded, budget=parent.budget)


def _metric(name: str, own: Any, parent: Trajectory, since: int) -> Any:
    """A metric (t,) of the branch after the parent's, NaN where the parent has none."""
    if np.ndim(own) != 1 or name == "evaluated":
        return own
    own = np.array(own)
    theirs = parent.metrics.get(name)
    if np.ndim(theirs) == 1:
        own[:since] = np.asarray(theirs)[:since]
    elif own.dtype.kind == "f":
        own[:since] = np.nan
    return own
