"""A schedule of a job shop: machines as rows, operations as bars with the number of their job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Mark
from landscape.figures.solutions import strokes

TALL = 0.39  # half of a bar
ROOM = 0.03  # of the whole time has a bar with a number


def decoded(machines: Any, times: Any, x: Any) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends (j, m) of all operations; x (j·m,), a permutation, is read as the turns of jobs x // m.

    Each operation starts as soon as its job and its machine are free: a semi-active schedule.
    """
    machines, times = np.asarray(machines, int), np.asarray(times, np.float64)
    jobs, per = machines.shape
    starts, ends = np.zeros((2, jobs, per))
    turn, ready, free = np.zeros(jobs, int), np.zeros(jobs), np.zeros(machines.max() + 1)
    for job in np.asarray(x, int) // per:
        k = turn[job]
        machine = machines[job, k]
        starts[job, k] = max(ready[job], free[machine])
        ends[job, k] = ready[job] = free[machine] = starts[job, k] + times[job, k]
        turn[job] += 1
    return starts, ends


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """The schedules of each moment (frames, j·m)."""
    machines = np.asarray(shown["machines"], int)
    plans = [decoded(machines, shown["times"], x) for x in xs]
    whole = max(ends.max() for _, ends in plans)
    found: list[Mark] = []
    for job, row in enumerate(machines):
        bars = [strokes.boxes(start[job], row - TALL, end[job], row + TALL) for start, end in plans]
        found.append(strokes.line(bars, kind=job, filled=True, inside="solid", width=0.15))
    for job, row in enumerate(machines):
        here = [np.where((end[job] - start[job] > ROOM * whole)[:, None],
                         np.stack([(start[job] + end[job]) / 2, row], -1), np.nan) for start, end in plans]  # fmt: skip
        found.append(strokes.notes(here, [str(job + 1)] * len(row), kind=job, tall=0.55))
    span = (-0.6, machines.max() + 0.6)
    last = [np.stack([[end.max()] * 2, span], axis=-1) for _, end in plans]
    spots = [[(end.max(), -0.9)] for _, end in plans]
    said = [[f"makespan {end.max():,.6g}"] for _, end in plans]
    return [*found, strokes.line(last, slot=slot, width=0.7),
            strokes.notes(spots, said, slot=slot, anchor="middle right", tall=0.55)]  # fmt: skip


def axes(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The axes of its panel."""
    rows = np.arange(np.max(shown["machines"]) + 1)
    every = max(1, len(rows) // 15)
    return {"x": "time", "downwards": True, "y_ticks": (rows[::every], [f"M{row + 1}" for row in rows[::every]]),
            "y_range": (-1.3, len(rows) - 0.4)}  # fmt: skip


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    jobs, machines = np.shape(shown["machines"])[0], np.max(shown["machines"]) + 1
    return f"schedule of {jobs} jobs on {machines} machines, makespan {decoded(**shown, x=x)[1].max():g}"
