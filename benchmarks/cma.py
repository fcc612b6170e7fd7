"""CMA-ES on a turned ellipsoid against evosax and pycma: 5,000 evaluations in ten dimensions."""

from __future__ import annotations

from functools import partial

import cma
import jax
import jax.numpy as jnp
import numpy as np
from evosax.algorithms import CMA_ES
from jax import lax, random

import landscape as ls
from benchmarks.problems import HALF_WIDTH, Dim, problem
from benchmarks.timing import Row, race, ratio
from landscape import optimizers

DIM, SIZE, BUDGET, SEEDS = 10, 10, 5_000, 11
SIGMA = 0.2 * 2 * HALF_WIDTH  # our default, which is a share of the width
CONDITION = 1e6


@problem
def ellipsoid(data, *, dim: Dim = DIM):
    """A bowl of this condition, turned, with its minimum away from the middle."""
    scales = CONDITION ** (np.arange(dim) / (dim - 1))

    def loss(x):
        shift, rotation, weights = (jnp.asarray(each, x.dtype) for each in (data["shift"], data["rotation"], scales))
        return weights @ (rotation @ (x - shift)) ** 2

    return loss


def measure() -> list[Row]:
    """Times in both precisions, then how near each comes to the minimum in float64, which is zero."""
    return [*_times("float64"), *_times("float32"), *_quality()]


def _times(dtype: str) -> list[Row]:
    surface, optimizer = ellipsoid(), optimizers.cma_es()
    with jax.enable_x64(dtype == "float64"):
        start = surface.start.astype(dtype)
        rivals = {"pycma": lambda: pycma(surface, 1)} if dtype == "float64" else {}
        times = race({
            "ours": lambda: ls.run(surface, optimizer, start, steps=BUDGET // SIZE - 1).recorded,
            "evosax": lambda: evosax(surface, start, 1),
            **rivals,
        })  # fmt: skip
    case = f"cma_es, {BUDGET:,} evaluations in {DIM}-D, {dtype}"
    limits = {"evosax": 1.0, "pycma": 1 / 15}
    return [ratio(f"{case} ÷ {name}", times["ours"], times[name], limits[name]) for name in ("evosax", *rivals)]


def _quality() -> list[Row]:
    surface, seeds = ellipsoid(), range(1, SEEDS + 1)
    ours = ls.run_many(
        surface, optimizers.cma_es(), surface.start[None], seeds=list(seeds), budget=BUDGET, record="last"
    )
    best = {
        "ours": np.asarray(ours.best_value)[:, -1],
        "evosax": [float(evosax(surface, surface.start, seed).min()) for seed in seeds],
        "pycma": [pycma(surface, seed) for seed in seeds],
    }
    case = f"cma_es, best of {BUDGET:,} evaluations, median of {SEEDS}"
    limits = {"ours": 1e-12}
    return [Row(f"{case}: {name}", None, None, float(np.median(each)), limits.get(name), "loss")
            for name, each in best.items()]  # fmt: skip


def evosax(surface, start, seed: int):
    """The best value of every generation, from one compiled scan."""
    strategy = _strategy(str(start.dtype))
    parameters = strategy.default_params.replace(std_init=jnp.asarray(SIGMA, start.dtype))
    return _scan(surface, parameters, start, np.uint32(seed), strategy=strategy)


STRATEGIES: dict[str, CMA_ES] = {}


def _strategy(dtype: str) -> CMA_ES:
    """One object for all calls: evosax compiles anew for each."""
    return STRATEGIES.setdefault(dtype, CMA_ES(population_size=SIZE, solution=jnp.zeros(DIM, dtype)))


@partial(jax.jit, static_argnames="strategy")
def _scan(surface, parameters, start, seed, *, strategy):
    loss, key = jax.vmap(surface.at(0.0, start.dtype).loss), random.key(seed)

    def generation(state, key):
        ask, tell = random.split(key)
        points, state = strategy.ask(ask, state, parameters)
        heights = loss(points)
        state, _ = strategy.tell(tell, points, heights, state, parameters)
        return state, jnp.min(heights)

    return lax.scan(generation, strategy.init(key, start, parameters), random.split(key, BUDGET // SIZE))[1]


def pycma(surface, seed: int) -> float:
    """The best value of pycma without its own stopping rules, each generation evaluated in one NumPy call."""
    shift, rotation = surface.data["shift"], surface.data["rotation"]
    scales = CONDITION ** (np.arange(DIM) / (DIM - 1))
    endless = {"tolfun": 0, "tolfunhist": 0, "tolx": 0, "tolstagnation": 1e9, "tolflatfitness": 1e9, "verbose": -9}
    strategy = cma.CMAEvolutionStrategy(surface.start, SIGMA, {"seed": seed, "popsize": SIZE, **endless})
    best = np.inf
    for _ in range(BUDGET // SIZE):
        points = np.array(strategy.ask())
        heights = ((points - shift) @ rotation.T) ** 2 @ scales
        strategy.tell(points, heights.tolist())
        best = min(best, heights.min())
    return best
