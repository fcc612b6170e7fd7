"""Simulated annealing against SciPy's dual annealing without local search, and against a naive scan of many chains."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random
from scipy.optimize import dual_annealing

import landscape as ls
from benchmarks.problems import batched, rotated_rastrigin, shifted_rastrigin
from benchmarks.timing import Row, race, ratio
from landscape.optimizers import simulated_annealing

EVALUATIONS, SEEDS, REPEATS = 100_000, 11, 5
CHAINS, STEPS = 256, 4_000
ROUNDS = 7  # SciPy takes seconds, and so do many chains
PROBLEMS = {"shifted": shifted_rastrigin, "rotated": rotated_rastrigin}
PRECISIONS = {"float32": np.float32, "float64": np.float64}


def measure() -> list[Row]:
    """Times in both precisions, the quality in float64 over other problems and seeds."""
    return [row for name in PROBLEMS for row in (*alone(name), quality(name))] + many()


def ours(surface, seed: int = 0, dtype=np.float64, evaluations: int = EVALUATIONS):
    """The lowest value after so many evaluations."""
    start = surface.start.astype(dtype)
    run = ls.run(surface, simulated_annealing(), start, steps=evaluations - 1, seed=seed, record="best")
    return run.best_value[-1]


def scipys(surface, seed: int = 0) -> float:
    """The same by SciPy, from the same start."""
    box = list(zip(surface.domain.lower, surface.domain.upper, strict=True))
    options = {"no_local_search": True, "maxfun": EVALUATIONS, "maxiter": EVALUATIONS, "rng": seed}
    return dual_annealing(batched(surface), box, x0=surface.start, **options).fun


def alone(name: str) -> list[Row]:
    """One walk in ten dimensions."""
    surface = PROBLEMS[name]()
    runs = {kind: partial(ours, surface, dtype=dtype) for kind, dtype in PRECISIONS.items()}
    times = race(runs | {"scipy": lambda: scipys(surface)}, rounds=ROUNDS)
    case = f"annealing, 100,000 evaluations, {name} Rastrigin, {{}} ÷ SciPy"
    return [ratio(case.format(kind), times[kind], times["scipy"], limit=1 / 25) for kind in PRECISIONS]


def quality(name: str) -> Row:
    """The median of the lowest values of several problems, over that of SciPy; ours repeated, which costs little."""
    surfaces = [PROBLEMS[name](seed=seed) for seed in range(SEEDS)]
    best = np.median([ours(each, seed) for seed in range(REPEATS) for each in surfaces])
    rival = np.median([scipys(each, seed) for seed, each in enumerate(surfaces)])
    case = f"annealing, median best on {SEEDS} problems, {name} Rastrigin: {best:.2g} ÷ SciPy's {rival:.2g}"
    return Row(case, None, None, float(best / rival), 1.0, "×")


@partial(jax.jit, static_argnames="cauchy")
def naive(surface, start, keys, cooling, shrinking, *, cauchy: bool):
    """The same method as one writes it first: every chain splits its key and draws in every step."""
    loss, dim, dtype = surface.at(0.0, start.dtype).loss, start.size, start.dtype
    lower, width = (jnp.asarray(end, dtype) for end in (surface.domain.lower, surface.domain.width))

    def step(carry, now):
        x, value, lowest, key = carry
        temperature, reach = now
        key, move, decide = random.split(key, 3)
        law = random.cauchy if cauchy else random.normal
        folded = jnp.mod(x + reach * width * law(move, (dim,), dtype) - lower, 2.0 * width)
        candidate = lower + jnp.minimum(folded, 2.0 * width - folded)
        height = loss(candidate)
        accepted = random.uniform(decide, (), dtype) < jnp.exp((value - height) / temperature)
        x, value = jnp.where(accepted, candidate, x), jnp.where(accepted, height, value)
        lowest = jnp.minimum(lowest, value)
        return (x, value, lowest, key), lowest

    def chain(key):
        return lax.scan(step, (start, loss(start), loss(start), key), (cooling, shrinking))[1]

    return jax.vmap(chain)(keys)


def many() -> list[Row]:
    """Many chains in one call, with the same proposal and the same schedules."""
    surface, keys, rows = shifted_rastrigin(), random.split(random.key(0), CHAINS), []
    progress = np.arange(STEPS) / (STEPS - 1)
    for proposal in ("gaussian", "cauchy"):
        optimizer = simulated_annealing(proposal=proposal)
        for kind, dtype in PRECISIONS.items():
            start = surface.start.astype(dtype)
            laws = [jnp.asarray(optimizer.values[law](progress), dtype) for law in ("temperature", "reach")]
            run = partial(ls.run_many, surface, optimizer, start[None], seeds=CHAINS, steps=STEPS, record="best")
            scan = partial(naive, surface, start, keys, *laws, cauchy=proposal == "cauchy")
            times = race({"ours": lambda run=run: run().best_value, "naive": scan}, rounds=ROUNDS)
            case = f"{CHAINS} annealing chains × {STEPS:,}, {proposal}, {kind} ÷ naive scan"
            rows.append(ratio(case, times["ours"], times["naive"], limit=0.75))
    return rows
