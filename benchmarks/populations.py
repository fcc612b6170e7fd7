"""Swarm, genetic algorithm and differential evolution against evosax, pyswarms, pymoo and scipy: time and quality."""

from __future__ import annotations

import logging
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

import landscape as ls
from benchmarks import bounds, problems
from benchmarks.timing import Row, race, ratio
from landscape import optimizers

SEEDS, SLOW = 11, 5  # runs that a median is of, and rounds where a peer takes long
PARTICLES, MEMBERS, STEPS, GENERATIONS = 100, 100, 1000, 500


def measure() -> list[Row]:
    """Every method against its peers; those that are not installed are left out."""
    return [*swarm(10), *swarm(100), *genetic(), *differential()]


def ours(surface, optimizer, steps: int) -> Callable[[int], float]:
    """A run from a seed: the lowest value after each step, and nothing else, which is what evosax keeps."""

    def best(seed: int = 0):
        return ls.run(surface, optimizer, steps=steps, seed=seed, record="last").recorded["best_value"]

    return best


def compared(name: str, mine, peers: dict, limits: dict) -> list[Row]:
    """Times and medians of lowest values: a ratio below 1 is a win of ours."""
    times = race({"ours": mine} | peers, rounds=SLOW)
    found = {key: np.median([float(np.min(call(seed))) for seed in range(SEEDS)]) for key, call in peers.items()}
    own = float(np.median([float(np.min(mine(seed))) for seed in range(SEEDS)]))
    rows = [ratio(f"{name} ÷ {key}", times["ours"], times[key], limits[key]) for key in peers]
    return rows + [Row(f"{name}: lowest, less than {key}'s", None, None, own, float(found[key]), "") for key in peers]


def evosax_swarm(surface, size: int, steps: int) -> Callable:
    """evosax's swarm in one scan, from points drawn evenly from the domain."""
    from evosax.algorithms import PSO

    dtype = jnp.zeros(()).dtype
    method = PSO(size, jnp.zeros(surface.dim, dtype))

    @jax.jit
    def run(surface, key):
        values = jax.vmap(surface.at(0.0, dtype).loss)
        first, begin, rest = random.split(key, 3)
        points = surface.domain.sample(first, size, dtype)
        params = method.default_params

        def body(state, key):
            ask, tell = random.split(key)
            points, state = method.ask(ask, state, params)
            return method.tell(tell, points, values(points), state, params)

        state = method.init(begin, points, values(points), params)
        return lax.scan(body, state, random.split(rest, steps))[1]["best_fitness"]

    return lambda seed=0: run(surface, random.key(seed))


def pyswarms_swarm(surface, size: int, steps: int) -> Callable:
    logging.disable(logging.CRITICAL)
    from pyswarms.single import GlobalBestPSO

    evaluate, options = problems.batched(surface), {"c1": 1.49618, "c2": 1.49618, "w": 0.7298}

    def run(seed: int = 0) -> float:
        np.random.seed(seed)  # noqa: NPY002 it reads no other
        box = (surface.domain.lower, surface.domain.upper)
        return GlobalBestPSO(size, surface.dim, options, bounds=box).optimize(evaluate, steps, verbose=False)[0]

    return run


def pymoo_genetic(surface, size: int, generations: int) -> Callable:
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    evaluate, domain = problems.batched(surface), surface.domain

    class Wrapped(Problem):
        def _evaluate(self, x, out, *args, **kwargs):
            out["F"] = evaluate(x)[:, None]

    problem = Wrapped(n_var=surface.dim, n_obj=1, xl=domain.lower, xu=domain.upper)
    return lambda seed=0: minimize(problem, GA(pop_size=size), ("n_gen", generations + 1), seed=seed).F[0]


def scipy_differential(surface, size: int, generations: int) -> Callable:
    from scipy.optimize import differential_evolution

    evaluate, domain = problems.batched(surface), surface.domain
    options = {"popsize": size // surface.dim, "maxiter": generations, "tol": 0.0, "polish": False,
               "vectorized": True, "updating": "deferred"}  # fmt: skip
    box = list(zip(domain.lower, domain.upper, strict=True))
    return lambda seed=0: differential_evolution(lambda x: evaluate(x.T), box, rng=seed, **options).fun


def swarm(dim: int) -> list[Row]:
    surface, rows = problems.rotated_rastrigin(dim=dim), []
    peers = {
        "evosax": evosax_swarm(surface, PARTICLES, STEPS),
        "pyswarms": pyswarms_swarm(surface, PARTICLES, STEPS),
    }
    for chance in ("coordinate", "particle"):
        mine = ours(surface, optimizers.particle_swarm(size=PARTICLES, chance=chance), STEPS)
        name = f"particle swarm, a weight for each {chance}, {dim}-D"
        rows += compared(name, mine, peers, {"evosax": 1.0, "pyswarms": 1 / 5})
    return rows


def genetic() -> list[Row]:
    surface = problems.shifted_rastrigin(dim=10)
    optimizer = optimizers.genetic(size=MEMBERS, mutation=0.1)
    mine = ours(surface, optimizer, GENERATIONS)
    points = ls.run(surface, optimizer, steps=GENERATIONS, record="evaluated").metrics["evaluated"].points
    numbers = 3 * MEMBERS + MEMBERS // 2 * surface.dim + MEMBERS * surface.dim
    floor = lambda: bounds.drawn_values(surface, points, random.key(0), drawn=numbers)  # noqa: E731
    times = race({"ours": mine, "floor": floor})
    bound = ratio("genetic, 10-D ÷ its points and draws", times["ours"], times["floor"], 2.0)
    peers = {"pymoo": pymoo_genetic(surface, MEMBERS, GENERATIONS)}
    return [bound, *compared("genetic, 10-D", mine, peers, {"pymoo": 1 / 25})]


def differential() -> list[Row]:
    surface = problems.shifted_rastrigin(dim=10)
    mine = ours(surface, optimizers.differential_evolution(size=MEMBERS), GENERATIONS)
    peers = {"scipy": scipy_differential(surface, MEMBERS, GENERATIONS)}
    return compared("differential evolution, 10-D", mine, peers, {"scipy": 1 / 5})
