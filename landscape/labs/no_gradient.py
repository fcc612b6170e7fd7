"""No gradient: steps and ripples, where gradient descent stands still and methods without slopes go on."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import jax
import numpy as np

from landscape import optimizers, surfaces
from landscape.figures.sheet import Bars, Dots, Heat, Line, Panel, Sheet
from landscape.grid import grid
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near
from landscape.optimizer import Optimizer
from landscape.parameters import Choice, Range
from landscape.run import run_many

CLOSE, FLOOR, POINTS, CELLS = 1e-2, 1e-6, 1000, 121
NAMES = ("gradient descent", "genetic", "particle swarm", "CMA-ES")  # in the order of their slots
GROUNDS = {
    "stairs": lambda: surfaces.staircase(tilt=0.0),
    "mixed variables": surfaces.mixed_integer,
    "rastrigin": surfaces.rastrigin,
}
ZERO = {  # entries of the gradient that are exactly zero, of two at each point
    "stairs": (1.0, "every slope of ⌊r⌋ is 0"),
    "mixed variables": (0.5, "the slope of round(y) is 0, that along x is not"),
    "rastrigin": (0.0, "ripples have a slope nearly everywhere"),
}


def methods(learning_rate: float, size: int) -> list[Optimizer]:
    """The four methods, three of them with populations of one size."""
    return [optimizers.sgd(learning_rate=learning_rate), optimizers.genetic(size=size, mutation=0.5),
            optimizers.particle_swarm(size=size), optimizers.cma_es(size=size, sigma=0.3)]  # fmt: skip


def _answer(start: np.ndarray, end: np.ndarray) -> int:
    """Where most runs end, by heights above the minimum (runs,): at it, lower than they started, or there."""
    return 0 if np.mean(end <= CLOSE) > 0.5 else 1 if np.mean(end < start) > 0.5 else 2


@lru_cache(maxsize=8)
def heights(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A map of the surface: x (a,), y (b,), values (b, a)."""
    found = grid(GROUNDS[name](), resolution=CELLS)
    return found.u, found.v, np.asarray(found.height)


@lru_cache(maxsize=8)
def zeros(name: str, seed: int) -> float:
    """The share of exact zeros in the gradients at `POINTS` random points."""
    surface = GROUNDS[name]()
    low, high = surface.domain.lower, surface.domain.upper
    points = np.random.default_rng(seed).uniform(low, high, (POINTS, surface.dim))
    return float(np.mean(np.asarray(jax.vmap(jax.grad(surface))(points)) == 0.0))


@lru_cache(maxsize=64)
def walked(name: str, place: int, learning_rate: float, size: int, generations: int, seeds: int, seed: int):
    """Populations (runs, g, n, d) at generations, best heights above the minimum (runs, g), and the first (runs,)."""
    surface, method = GROUNDS[name](), methods(learning_rate, size)[place]
    rng = np.random.default_rng(seed)
    starts = rng.uniform(surface.domain.lower, surface.domain.upper, (seeds, surface.dim))
    single = method.alone
    steps = size * generations if single else generations - 1
    found = run_many(surface, method, starts, seeds=range(seed, seed + seeds), steps=steps,
                     thin=size if single else 1)  # fmt: skip
    gap = np.asarray(found.best_value) - surface.minimum
    return np.asarray(found.positions)[:, -generations:], gap[:, -generations:], gap[:, 0]


@lab(
    family="search",
    title="Search without slopes",
    references=(
        "Tušar, Brockhoff and Hansen 2019, Mixed-integer benchmark problems for single- and bi-objective optimization, "
        "doi:10.1145/3321707.3321868",
        "Hansen 2016, The CMA evolution strategy: a tutorial, arXiv:1604.00772",
    ),
    question=Question(
        "From a random place of this surface, where does gradient descent end?",
        ("at the minimum", "lower than it started, but stuck", "where it started"),
        lambda found: _answer(found.data["start"], found.data["gap"][0, :, -1]),
        "A flat step has a gradient of exactly zero, so nothing moves; a rounded variable stays while the other moves; "
        "a ripple leads to its own bottom.",
    ),
    slow=True,
    quick={"surface": "mixed variables", "generations": 35},
)
def no_gradient(
    *,
    surface: Annotated[str, Choice(*GROUNDS), "what is searched"] = "stairs",
    learning_rate: Annotated[float, Range(1e-4, 0.1, log=True, legal=(1e-9, 10.0)), "of gradient descent"] = 0.002,
    size: Annotated[int, Range(16, 128, legal=(4, 256)), "members of a population"] = 96,
    generations: Annotated[int, Range(10, 60, legal=(2, 100)), "of the populations"] = 50,
    seeds: Annotated[int, Range(2, 20, legal=(1, 50)), "starts of each method"] = 10,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """Flat steps, rounded variables and ripples stop a gradient, but not a population.

    On stairs the gradient is exactly zero, so gradient descent stays where it starts; where one variable is rounded it
    moves along the other alone; on ripples it stops in the first one. Genetic algorithm, particle swarm and CMA-ES only
    compare heights, so steps are as good to them as slopes. All methods start from the same points and may evaluate as
    often, and those that reach a height of 0.01 above the minimum succeed.
    """
    # data: success (methods,) runs; gap (methods, runs, g) best heights above the minimum; start (runs,) those that
    # gradient descent begins with; zero, a share.
    ends = []
    for place, name in enumerate(NAMES):
        yield Progress(place / len(NAMES), f"{name} walks", None)
        ends.append(walked(surface, place, learning_rate, size, generations, seeds, seed))
    gap = np.array([each[1] for each in ends])
    success = (gap[:, :, -1] <= CLOSE).sum(axis=1)
    zero = zeros(surface, seed)
    sheet = _sheet(surface, [each[0][0] for each in ends], gap, size)
    return Finding({"success": success, "gap": gap, "start": ends[0][2], "zero": np.array(zero)}, {"search": sheet},
                   _claims(surface, success, zero, seeds, np.array(ends[0][0])))  # fmt: skip


def _claims(surface: str, success: np.ndarray, zero: float, seeds: int, descended: np.ndarray) -> tuple[Claim, ...]:
    share, why = ZERO[surface]
    claims = [near(f"Share of exact zeros in the gradient at {POINTS:,} random points", zero, share, 0.0, why)]
    if surface != "rastrigin":
        moved = float(np.ptp(descended[..., 1], axis=1).max())
        claims.append(near("Largest way of gradient descent across the steps", moved, 0.0, 0.0, "its slope is 0"))
    for name, count in zip(NAMES[1:], success[1:], strict=True):
        claims.append(between(f"Runs of {seeds} in which {name} comes within 0.01", int(count),
                              int(np.ceil(0.8 * seeds)), np.inf, "measured: 9 or 10 of 10; 8 are asked"))  # fmt: skip
    claims.append(between(f"Runs of {seeds} in which gradient descent comes within 0.01", int(success[0]), -np.inf,
                          int(0.2 * seeds), "measured: 0 or 1 of 10; 2 are allowed"))  # fmt: skip
    return tuple(claims)


def _sheet(surface: str, paths: list[np.ndarray], gap: np.ndarray, size: int) -> Sheet:
    """A map with the populations of the first seed, heights against evaluations, and how many succeed."""
    x, y, z = heights(surface)
    seeds, generations = gap.shape[1:]
    at, success = size * np.arange(1, generations + 1), (gap[:, :, -1] <= CLOSE).sum(axis=1)
    marks = [Heat(z=np.round(z, 3), x=x, y=y, log=False, levels=0)]
    lines, shown = [], np.maximum(gap, FLOOR)
    for place, (name, path) in enumerate(zip(NAMES, paths, strict=True)):
        centre = path.mean(axis=1)
        marks.append(Line(x=centre[:, 0], y=centre[:, 1], slot=place))
        marks.append(Dots(x=path[:, :, 0], y=path[:, :, 1], slot=place, label=name, size=1.3 if place == 0 else 0.8,
                          moving=("x", "y")))  # fmt: skip
        low, middle, high = np.quantile(shown[place], (0.25, 0.5, 0.75), axis=0)
        lines.append(Line(x=at, y=middle, label=name, slot=place, band=(low, high)))
    goal = Line(x=at[[0, -1]], y=np.full(2, CLOSE), label="success", quiet=True, dash=True)
    bars = Bars(x=list(NAMES), y=success, slots=np.arange(len(NAMES)), across=True,
                written=[f"{n} of {seeds}" for n in success])  # fmt: skip
    panels = (
        Panel(marks=marks, title="Populations of the first seed", x="x", y="y", square=True,
              x_range=(x[0], x[-1]), y_range=(y[0], y[-1])),
        Panel(marks=[goal, *lines], title="Best height so far", x="evaluations", y="height above the minimum",
              log_y=True, y_range=(0.5 * FLOOR, 2.0 * float(shown.max())), cursor=at),
        Panel(marks=[bars], title="Within 0.01 of the minimum", x="runs", x_range=(0, 1.3 * seeds)),
    )  # fmt: skip
    least, most = int(success[1:].min()), int(success[1:].max())
    others = f"{least}" if least == most else f"{least} to {most}"
    title = f"Gradient descent succeeds in {success[0]} of {seeds} run{'s' * (seeds > 1)}, the others in {others}"
    return Sheet(panels=panels, title=title, columns=3, times=at, unit="evaluation", frame=min(9, generations - 1),
                 subtitle=f"{surface}: {seeds} start{'s' * (seeds > 1)}, {at[-1]:,} evaluations each · line: median, "
                 "band: middle half of the runs",
                 notes=("Paths: the middle of each population. Heights are drawn down to 10⁻⁶.",))  # fmt: skip
