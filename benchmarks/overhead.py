"""What the loop costs: runs against the evaluation of the same points, and against the same method by hand."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np

import landscape as ls
from benchmarks import bounds
from benchmarks.timing import Row, clock, race, ratio, seconds, summary
from landscape import optimizers, schedules, surfaces

STEPS, STARTS = 10_000, 1_000
MOVE = 500  # steps of the run that follows each move of a slider
FIRST = 5  # first calls of each optimizer, each with another number of steps
SPARE = 1e-3  # seconds that such a run may take on top of its scan
NUMBERS = (0.05, 0.9, 0.999)  # learning rate and decays of Adam, the defaults of the catalog


def measure() -> list[Row]:
    """Every comparison, each an interleaved race of its own."""
    return [*alone(), *stochastic(), *many(), *call(), *first()]


def alone() -> list[Row]:
    """Adam against the points it visits, and against itself by hand."""
    surface = surfaces.rosenbrock()
    adam, cosine = optimizers.adam(), optimizers.adam(learning_rate=schedules.cosine(peak=NUMBERS[0]))
    path = ls.run(surface, adam, steps=STEPS).positions
    start, visited = path[0, 0], path[1:]
    by_hand = partial(bounds.adam_alone, surface, start, NUMBERS, steps=STEPS)
    times = race({
        "adam": lambda: ls.run(surface, adam, steps=STEPS).recorded,
        "adam points": lambda: bounds.slopes(surface, visited),
        "adam by hand": by_hand,
        "cosine": lambda: ls.run(surface, cosine, steps=STEPS).recorded,
        "cosine by hand": partial(by_hand, scheduled=True),
    })  # fmt: skip
    return [
        ratio("adam, 10,000 steps ÷ its points", times["adam"], times["adam points"]),
        ratio("adam, 10,000 steps ÷ by hand", times["adam"], times["adam by hand"], limit=1.2),
        ratio("adam, cosine rate ÷ by hand", times["cosine"], times["cosine by hand"], limit=1.5),
    ]


def stochastic() -> list[Row]:
    """Methods that draw, on Rastrigin in ten dimensions, with how many uniform numbers a step needs."""
    return [
        *_drawing("annealing, 100,000 evaluations", optimizers.simulated_annealing(), 99_999, 11),
        *_drawing("genetic, 100 × 500", optimizers.genetic(size=100), 500, 100 * 24),
        *_drawing("particle swarm, 100 × 1000", optimizers.particle_swarm(size=100), 1000, 2 * 100 * 10),
    ]


def _drawing(name: str, optimizer: ls.Optimizer, steps: int, drawn: int) -> list[Row]:
    surface, key = surfaces.rastrigin(dim=10), jax.random.key(0)
    points = ls.run(surface, optimizer, steps=steps, record="evaluated").metrics["evaluated"].points
    times = race({
        "ours": lambda: ls.run(surface, optimizer, steps=steps).recorded,
        "points": lambda: bounds.values(surface, points),
        "draws": lambda: bounds.drawn_values(surface, points, key, drawn=drawn),
    })  # fmt: skip
    return [
        ratio(f"{name} ÷ its points", times["ours"], times["points"]),
        ratio(f"{name} ÷ its points and draws", times["ours"], times["draws"]),
    ]


def many() -> list[Row]:
    """A thousand starts in one call."""
    surface, adam = surfaces.rosenbrock(), optimizers.adam()
    uniform = np.random.default_rng(0).random((STARTS, 2))
    starts = surface.domain.lower + uniform * surface.domain.width
    starts = starts.astype(jax.dtypes.canonicalize_dtype(float))
    cases = {
        "ours": lambda: ls.run_many(surface, adam, starts, steps=1000).recorded,
        "by hand": lambda: bounds.adam_many(surface, starts, NUMBERS, steps=1000),
    }
    times = race(cases)
    return [ratio("adam, 1,000 starts × 1,000 steps ÷ by hand", times["ours"], times["by hand"], limit=1.1)]


def call() -> list[Row]:
    """One slider move with a warm cache: a run of 500 steps against its scan alone."""
    surface = surfaces.rosenbrock()
    start = surface.start.astype(jax.dtypes.canonicalize_dtype(float))
    rates = iter(np.linspace(0.01, 0.1, 1_000_000))
    cases = {
        "ours": lambda: ls.run(surface, optimizers.adam(learning_rate=next(rates)), steps=MOVE).recorded,
        "by hand": lambda: bounds.adam_alone(surface, start, (next(rates), *NUMBERS[1:]), steps=MOVE),
    }
    times = race(cases)
    return [seconds("adam, 500 steps, one slider move − by hand", times["ours"], SPARE, times["by hand"])]


def first() -> list[Row]:
    """Tracing, compiling and the first run together: what a slider costs that is structure, as the number of steps."""
    samples: dict[str, list[float]] = {}
    for steps in range(MOVE + 1, MOVE + 1 + FIRST):
        for name, entry in ls.catalog.optimizers().items():
            run = partial(ls.run, surfaces.rosenbrock(), entry(), steps=steps)
            samples.setdefault(name, []).append(clock(lambda: run().recorded))  # noqa: B023
    return [seconds(f"{name}, 500 steps, first call", summary(each)) for name, each in samples.items()]
