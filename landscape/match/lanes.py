"""Lanes: what one method did, looked at whenever another share of the evaluations is spent.

Methods spend different numbers of evaluations in a step. So a run keeps more steps than there are frames, and each
frame shows the last of them that its share of the budget allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from landscape.branch import Branch, alike, branched
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.run import run
from landscape.surface import Surface
from landscape.trajectory import Trajectory

FINER = 50  # steps kept for each frame, so that shares are met and means over a frame are of many
LONGEST = 2_000_000  # steps of one run
LARGEST = 32 * 2**20  # bytes of the positions that one run keeps


class Lane(NamedTuple):
    """One method at f + 1 moments, t = 0 included; a population is shown by the best of its members.

    x (f+1, d), value (f+1,) of that point, best (f+1,) so far, evaluations (f+1,) spent, at most the frame's share of
    the budget; metrics by name (f+1,), NaN where there are none: numbers of the method as they are then, all else
    as means over the frame. A branch holds its parent's record up to the frame `since`.
    """

    label: str
    slot: int
    x: np.ndarray
    value: np.ndarray
    best: np.ndarray
    evaluations: np.ndarray
    metrics: dict[str, np.ndarray]
    trajectory: Trajectory
    rows: np.ndarray  # (f+1,): of the trajectory's record, the one that each frame shows
    since: int = 0


class Plan(NamedTuple):
    """How long a run is: `steps`, of which each `thin`-th is kept."""

    steps: int
    thin: int


def walked(surface: Surface, optimizer: Optimizer, *, budget: int, frames: int, seed: int) -> Trajectory:
    """The run of one method that spends `budget` evaluations."""
    first = optimizer.members(surface.dim)
    if budget < max(first, frames):
        raise LandscapeError(f"budget={budget} is too small for {optimizer.label}; give {max(first, frames)} or more.")
    rate = float(optimizer.spends(surface.domain))
    for _ in range(2):
        found = run(surface, optimizer, budget=budget, seed=seed, **_planned(surface, optimizer, rate, budget, frames))
        spent = np.asarray(found.evaluations)
        if spent[-1] + rate > 0.95 * budget or found.steps >= LONGEST:
            break
        # Steps became cheaper than the first ones. Of a method that looks nowhere any more, more would only cost time.
        rate = max(float(spent[-1] - spent[0]) / found.steps, rate / 8)
    return found


def _planned(surface: Surface, optimizer: Optimizer, rate: float, budget: int, frames: int) -> dict[str, int]:
    return plan(surface.dim, optimizer.members(surface.dim), rate, budget, frames)._asdict()


def plan(dim: int, members: int, rate: float, budget: int, frames: int) -> Plan:
    """A run of `rate` evaluations a step that spends the budget and keeps enough, within the memory of one run."""
    steps = int(np.clip(np.ceil((budget - members) / rate), 1, LONGEST))
    most = int(np.clip(LARGEST // (8 * members * dim), min(frames, steps), FINER * frames))
    thin = max(1, -(-steps // most))
    return Plan(thin * -(-steps // thin), thin)


def lane(found: Trajectory, *, budget: int, frames: int, slot: int) -> Lane:
    """A run at equal shares of the budget."""
    spent = np.asarray(found.evaluations)
    rows = np.maximum(np.searchsorted(spent, budget * np.arange(frames + 1) / frames, "right") - 1, 0)
    rows = np.searchsorted(spent, spent[rows], "left")  # the moment itself, not where it stood still afterwards
    values = np.asarray(found.values)[rows]
    leading = np.where(np.isnan(values), np.inf, values).argmin(axis=1)
    every = np.arange(frames + 1)
    metrics = {name: _sampled(name, np.asarray(each), rows, found.optimizer)
               for name, each in found.metrics.items() if np.ndim(each) == 1}  # fmt: skip
    return Lane(found.optimizer.label, slot, np.asarray(found.positions)[rows, leading], values[every, leading],
                np.asarray(found.best_value)[rows], spent[rows], metrics, found, rows)  # fmt: skip


def _sampled(name: str, metric: np.ndarray, rows: np.ndarray, optimizer: Optimizer) -> np.ndarray:
    """A metric (t,) by frame: a number of the method as it is there, anything else as its mean over the frame."""
    made, metric = np.full(len(rows), np.nan), metric.astype(np.float64)
    for frame, row in enumerate(rows):
        before = rows[frame - 1] if frame else 0
        if row == 0:
            continue
        if row == before:  # nothing happened in it
            made[frame] = made[frame - 1]
        else:
            told = metric[before:row]
            told = told[~np.isnan(told)]  # a step that was not taken says nothing
            usual = told[-1:] if name in optimizer.parameters else told
            made[frame] = usual.mean() if len(usual) else made[frame - 1]
    return made


def branch_lane(parent: Lane, optimizer: Optimizer, frame: int, *, budget: int, slot: int) -> Lane:
    """The parent's lane up to `frame`, and from there on what `optimizer` makes of it with what is left to spend."""
    frames = len(parent.rows) - 1
    row, run_ = int(parent.rows[frame]), parent.trajectory
    if alike(run_.optimizer, optimizer):
        own = branched(run_, optimizer, row * run_.thin)
        own = lane(own, budget=budget, frames=frames, slot=slot)._replace(label=optimizer.label)
        return _followed(parent, own, frame)
    return _followed(parent, _set_out(parent, optimizer, frame, budget, slot), frame)


def _set_out(parent: Lane, optimizer: Optimizer, frame: int, budget: int, slot: int) -> Lane:
    """Another method from where the parent stood; its schedules are where that share of the budget puts them."""
    frames, before = len(parent.rows) - 1, parent.trajectory
    surface, members = before.surface, optimizer.members(before.surface.dim)
    points = np.asarray(before.positions)[parent.rows[frame]]
    points = parent.x[frame][None] if len(points) != members else points
    spent = int(parent.evaluations[frame])
    if budget - spent < members:
        raise LandscapeError(
            f"{optimizer.label} needs {members} evaluations to begin, and {budget - spent} are left at frame {frame}; "
            "branch earlier."
        )
    rate = float(optimizer.spends(surface.domain))
    planned = plan(surface.dim, members, rate, budget, frames)
    since = max(1, round(planned.steps * spent / budget))
    found = run(surface, optimizer, points, budget=budget - spent, seed=before.seed, since=since, **planned._asdict())
    recorded = {**found.recorded, "evaluations": np.asarray(found.evaluations) + spent}
    recorded["evaluations"][: since // found.thin + 1] = spent  # its first points count from its first step on
    recorded["best_value"] = np.minimum(np.asarray(found.best_value), parent.best[frame])
    found = Trajectory(surface, optimizer, found.start, found.seed, found.steps, budget, found.record, recorded,
                       found.every, found.thin, since)  # fmt: skip
    return lane(found, budget=budget, frames=frames, slot=slot)


def _followed(parent: Lane, own: Lane, frame: int) -> Lane:
    """`own` with the parent's frames up to `frame`."""
    then = np.arange(len(own.rows)) > frame

    def joined(before: Any, after: np.ndarray) -> np.ndarray:
        before = np.full(len(then), np.nan) if before is None else before
        return np.where(then.reshape(-1, *[1] * (after.ndim - 1)), after, before)

    fields = {name: joined(getattr(parent, name), getattr(own, name)) for name in ("x", "value", "best", "evaluations")}
    metrics: Mapping[str, np.ndarray] = {n: joined(parent.metrics.get(n), each) for n, each in own.metrics.items()}
    return own._replace(**fields, metrics=dict(metrics), since=frame)


def named(branch: Branch | None, label: str, frames: int) -> str:
    """A lane's name: of a branch also from which share of the budget on."""
    return label if branch is None else f"{label} from {100 * branch.frame / frames:.3g} %"
