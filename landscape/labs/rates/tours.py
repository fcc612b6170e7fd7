"""Annealing on a tour beside noisy gradient descent: what both did, in step with one clock, cooled or held."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import jax
import numpy as np

from landscape import schedules, surfaces
from landscape.labs.rates import cooling
from landscape.optimizers import sgd, simulated_annealing
from landscape.problems import tsp
from landscape.run import run
from landscape.trajectory import Trajectory

CITIES = ("berlin52", "kroA100")
MOVES, THIN = 60_000, 10  # of the annealing; each THIN-th is recorded
MOMENTS = 50
NOISE = 30.0  # of each gradient component: on Rastrigin's function about as large as its slopes


class Twin(NamedTuple):
    """One of the two walks, at m moments (first axis) or of its t recorded steps."""

    positions: np.ndarray  # (m + 1, d)
    path: np.ndarray  # (t + 1, d)
    values: np.ndarray  # (m + 1,)
    moved: np.ndarray  # (m,) bonds or distance between one moment and the next
    knob: np.ndarray  # (t,) temperature or learning rate
    taken: np.ndarray  # (t,) probability that the proposed step is taken
    length: np.ndarray  # (t,) bonds or distance of the step; 0 where it was not taken


def cooled(law: str, start: float, held: bool):
    """The schedule of that law from `start` down; held, the same program stays where it starts."""
    if law == "constant":
        return schedules.constant(value=start)
    return getattr(schedules, law)(start=start, end=start if held else start * cooling.LAWS[law])


@lru_cache(maxsize=16)
def annealed(cities: str, law: str, share: float, seed: int, held: bool = False) -> Twin:
    """Annealing on a tour of these cities from a temperature of `share` of the mean distance."""
    problem = tsp(instance=cities)
    method = simulated_annealing(temperature=cooled(law, share * mean_distance(cities), held))
    order = np.random.default_rng(seed).permutation(problem.dim).astype(float)
    walk = run(problem, method, order, steps=MOVES, seed=seed, thin=THIN)
    tours = _at_moments(walk.positions)
    moved = np.asarray(jax.vmap(problem.domain.distance)(tours[:-1], tours[1:]))
    return _twin(walk, moved, "temperature", np.asarray(walk.metrics["acceptance"]))


@lru_cache(maxsize=16)
def descended(surface: str, law: str, rate: float, seed: int, held: bool = False) -> Twin:
    """Gradient descent with noise in its slopes, on a surface in the plane."""
    method = sgd(learning_rate=cooled(law, rate, held), noise=NOISE)
    start = np.array(cooling.SURFACES[surface])
    walk = run(getattr(surfaces, surface)(), method, start, steps=cooling.STEPS, seed=seed)
    with np.errstate(over="ignore", invalid="ignore"):  # where it overflows
        moved = np.linalg.norm(np.diff(_at_moments(walk.positions), axis=0), axis=1)
    return _twin(walk, moved, "learning_rate", np.ones(cooling.STEPS))


def _twin(walk: Trajectory, moved: np.ndarray, knob: str, taken: np.ndarray) -> Twin:
    return Twin(_at_moments(walk.positions), np.asarray(walk.positions)[:, 0], _at_moments(walk.values), moved,
                np.asarray(walk.metrics[knob]), taken, np.asarray(walk.metrics["step_length"]))  # fmt: skip


def _at_moments(recorded) -> np.ndarray:
    """What a single walker was at the moments (MOMENTS + 1, …), equally far apart."""
    each = np.asarray(recorded)[:, 0]
    return each[np.linspace(0, len(each) - 1, MOMENTS + 1).round().astype(int)]


@lru_cache(maxsize=8)
def mean_distance(cities: str) -> float:
    between = tsp(instance=cities).data.distances
    return float(between[np.triu_indices(len(between), 1)].mean())


@lru_cache(maxsize=1)
def resting() -> tuple[np.ndarray, np.ndarray]:
    """Two rates (2,) held on a bowl, and the mean loss of each coordinate once it has settled there (2,)."""
    rates = np.array([0.02, 0.04])
    bowl = surfaces.sphere(dim=100)
    walks = [run(bowl, sgd(learning_rate=rate, noise=1.0), np.zeros(100), steps=1000) for rate in rates]
    return rates, np.array([(np.asarray(walk.positions)[200:] ** 2).mean() for walk in walks])
