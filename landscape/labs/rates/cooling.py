"""What the lab of temperatures runs: annealing beside gradient descent, and annealing at one temperature."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape import schedules, surfaces
from landscape.optimizers import sgd, simulated_annealing
from landscape.run import run, run_many
from landscape.surface import Surface
from landscape.trajectory import Trajectory

SURFACES = {"rastrigin": (-4.0, 3.5), "himmelblau": (-4.5, -4.0), "ackley": (-3.6, 2.7)}  # with their starts
LAWS = {"exponential": 0.01, "linear": 0.01, "logarithmic": 0.1, "constant": 1.0}  # with end ÷ start
REACH = 0.05  # of the domain: a typical proposal
STEPS = 1200
WELL = dict(tilt=0.5)
CHAINS, DRAWS, THIN, BURN, BINS = 64, 20_000, 5, 1_000, 40


def cooled(law: str, start: float):
    """The schedule of that name from `start` down."""
    if law == "constant":
        return schedules.constant(value=start)
    return getattr(schedules, law)(start=start, end=start * LAWS[law])


@lru_cache(maxsize=16)
def annealed(name: str, law: str, temperature: float, seed: int) -> Trajectory:
    method = simulated_annealing(temperature=cooled(law, temperature), reach=REACH, proposal="gaussian")
    return run(getattr(surfaces, name)(), method, np.array(SURFACES[name]), steps=STEPS, seed=seed)


@lru_cache(maxsize=16)
def descended(name: str, law: str, learning_rate: float, noise: float, seed: int) -> Trajectory:
    method = sgd(learning_rate=cooled(law, learning_rate), noise=noise)
    return run(getattr(surfaces, name)(), method, np.array(SURFACES[name]), steps=STEPS, seed=seed)


def well() -> Surface:
    """Two wells of different depth, on a line."""
    return surfaces.tilted_well(**WELL)


@lru_cache(maxsize=16)
def visited(temperature: float, moments: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws until then (m,), shares of bins (m, BINS) of all chains by then, and the ends of the bins (BINS + 1,)."""
    surface = well()
    method = simulated_annealing(temperature=temperature, reach=0.2, proposal="gaussian")
    ran = run_many(surface, method, seeds=CHAINS, steps=DRAWS, thin=THIN)
    x = np.asarray(ran.positions)[:, BURN // THIN :, 0, 0]
    edges = np.linspace(surface.domain.lower[0], surface.domain.upper[0], BINS + 1)
    ends = np.unique(np.geomspace(1, x.shape[1], moments).round().astype(int))
    places = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, BINS - 1)
    each = np.stack([np.bincount(column, minlength=BINS) for column in places.T])  # (draws, BINS)
    counts = np.cumsum(each, axis=0)[ends - 1]
    return ends * THIN, counts / counts.sum(axis=1, keepdims=True), edges


def boltzmann(temperature: float, edges: np.ndarray, fine: int = 200) -> np.ndarray:
    """The share of exp(−E/T) in each bin (BINS,), by the midpoint rule."""
    width = np.diff(edges)[:, None] / fine
    x = edges[:-1, None] + (np.arange(fine) + 0.5) * width
    energy = x**4 - 2.0 * x**2 + WELL["tilt"] * x
    weight = np.exp(-(energy - energy.min()) / temperature).sum(axis=1)
    return weight / weight.sum()
