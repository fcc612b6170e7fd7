"""evosax (Lange 2022): evolution strategies in JAX, here in one scan over the generations."""

from functools import lru_cache, partial
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.bridges.ledger import Ledger, losses
from landscape.bridges.peer import bridge
from landscape.parameters import Choice, LandscapeError, Range, nearest

BY_MEMBERS = ("DifferentialEvolution", "GESMR_GA", "MR15_GA", "PSO", "SAMR_GA", "SimpleGA")  # need a first population
BY_MEAN = ("CMA_ES", "CR_FM_NES", "HillClimbing", "MA_ES", "Open_ES", "PGPE", "Rm_ES", "SNES",
           "Sep_CMA_ES", "SimpleES", "SimulatedAnnealing", "iAMaLGaM_Full", "iAMaLGaM_Univariate")  # fmt: skip
METHODS = (*BY_MEMBERS, *BY_MEAN)


@bridge(package="evosax", source="arXiv:2212.04180", size=lambda dim, values: values["size"])
def evosax(
    ledger: Ledger,
    *,
    method: Annotated[str, Choice(*METHODS), "as evosax names it"] = "CMA_ES",
    size: Annotated[int, Range(8, 128, log=True, legal=(4, 1_000_000)), "points of a generation"] = 32,
    **options,
):
    """evosax: CMA-ES and its kin, evolution strategies, genetic algorithms, swarms; none of them knows bounds."""
    strategy = _strategy(method, size, ledger.dim, ledger.start.dtype)
    parameters = strategy.default_params
    known = parameters.__dataclass_fields__
    for name in options:
        if name not in known:
            raise LandscapeError(f"evosax's {method} has no option '{name}'. {nearest(name, known)}")
    parameters = parameters.replace(**{name: jnp.asarray(value, ledger.start.dtype) for name, value in options.items()})
    first = ledger.filled(size) if method in BY_MEMBERS else ledger.origin
    generations = ledger.limit // size
    arguments = ledger.surface, parameters, jnp.asarray(first, ledger.start.dtype), np.uint32(ledger.seed)
    walked = ledger.surface.watch(lambda: _generations(*arguments, strategy=strategy, generations=generations))
    points, heights = (np.asarray(part) for part in walked)
    ledger.note(points.reshape(-1, ledger.dim), heights.reshape(-1))


@lru_cache(maxsize=64)
def _strategy(method: str, size: int, dim: int, dtype):
    """One object for all runs: evosax compiles anew for each."""
    from evosax import algorithms

    return getattr(algorithms, method)(population_size=size, solution=jnp.zeros(dim, dtype))


@partial(jax.jit, static_argnames=("strategy", "generations"))
def _generations(surface, parameters, first, seed, *, strategy, generations: int):
    """Traced: every point (t, n, d) and its value (t, n). `first` is a population (n, d), or a mean (d,)."""
    begin, key = random.split(random.key(seed))

    def generation(state, key):
        ask, tell = random.split(key)
        points, state = strategy.ask(ask, state, parameters)
        points = surface.domain.confine(points, "none")  # rounds what is whole
        heights = losses(surface, points)
        state, _ = strategy.tell(tell, points, heights, state, parameters)
        return state, (points, heights)

    if first.ndim == 1:
        state = strategy.init(begin, first, parameters)
        return lax.scan(generation, state, random.split(key, generations))[1]
    heights = losses(surface, first)
    state = strategy.init(begin, first, heights, parameters)
    rest = lax.scan(generation, state, random.split(key, generations - 1))[1]
    return jax.tree.map(lambda one, more: jnp.concatenate([one[None], more]), (first, heights), rest)
