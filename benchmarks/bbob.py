"""The BBOB functions against COCO's own C code: a batch of 1,000 points in float64, CPU seconds of all threads.

Both get the same points and instance; compiling is timed apart.  A ratio of 0.25 means four evaluations for one.
"""

from __future__ import annotations

import time

import jax
import numpy as np

from benchmarks.timing import Row, Times, race, ratio, seconds
from landscape import surfaces

BATCH, DIMS, FUNCTIONS = 1_000, (10, 40), range(1, 25)
ROUNDS = 31
SLOWEST, MEDIAN = 1.0, 1 / 3  # of COCO's time, on every function and in the median


@jax.jit
def heights(surface, points):
    return jax.vmap(surface)(points)


def measure() -> list[Row]:
    """A row for each function and dimension, their median, and what compiling takes; empty without the peer."""
    try:
        from cocoex import BareProblem
    except ImportError:
        print("bbob: COCO is not installed; pip install coco-experiment to compare with it.")
        return []
    jax.config.update("jax_enable_x64", True)
    rows, first = [], []
    for dim in DIMS:
        points = np.random.default_rng(dim).uniform(-5.0, 5.0, (BATCH, dim))
        for function in FUNCTIONS:
            surface = surfaces.bbob(function=function, dim=dim)
            times = compared(surface, BareProblem("bbob", function, dim, 1), points)
            rows.append(ratio(f"{surface.label}, d = {dim} ÷ COCO", times["ours"], times["coco"], SLOWEST))
            first.append(times["ours"].first)
    return [*rows, *medians(rows), compiling(first)]


def compared(surface, peer, points: np.ndarray) -> dict[str, Times]:
    """CPU seconds for one batch: ours, whose points are on the device already, and the peer's."""
    here = jax.device_put(points)
    cases = {"ours": lambda: heights(surface, here), "coco": lambda: peer(points)}
    return race(cases, rounds=ROUNDS, timer=time.process_time)


def medians(rows: list[Row]) -> list[Row]:
    """The median ratio of each dimension and of both."""
    size = len(FUNCTIONS)
    parts = {f"d = {dim}": rows[at * size : (at + 1) * size] for at, dim in enumerate(DIMS)} | {"both": rows}
    return [Row(f"median of the ratios, {name}", None, None, float(np.median([row.score for row in part])), MEDIAN, "×")
            for name, part in parts.items()]  # fmt: skip


def compiling(first: list[float]) -> Row:
    """Tracing, compiling and the first batch."""
    lower, middle, upper = np.quantile(first, [0.25, 0.5, 0.75])
    return seconds("first call, over all functions", Times(middle, lower, upper), None)
