"""Particle swarm (Kennedy and Eberhart 1995): particles are pulled to their own best place and to the swarm's."""

from typing import Annotated

import jax
import jax.numpy as jnp
from jax import random

from landscape.domain import draw_uniform
from landscape.optimizer import Evaluated, Method, Population, cost, fill, optimizer, spread
from landscape.optimizers.words import POSITIVE, Bounds, Size
from landscape.parameters import Range

REBOUND = {"reflect": -1.0, "clip": 0.0, "periodic": 1.0, "none": 1.0}  # of a velocity whose particle hit the edge
Pull = Annotated[float, Range(0.0, 4.0, legal=POSITIVE), "strength of the pull"]
# Clerc and Kennedy 2002, doi:10.1109/4235.985692: this inertia with these pulls neither freezes nor explodes.
INERTIA, PULL = 0.7298, 1.49618


@optimizer(family="zeroth-order", source="doi:10.1109/ICNN.1995.488968")
def particle_swarm(
    *,
    size: Size = 24,
    inertia: Annotated[float, Range(0.0, 1.0, legal=(0.0, 2.0)), "share of the velocity that carries on"] = INERTIA,
    cognitive: Pull = PULL,
    social: Pull = PULL,
    bounds: Bounds = "reflect",
):
    """Velocities pulled towards each particle's best place and the whole swarm's best."""

    def init(problem, start, key) -> Population:
        place, aim = random.split(key)
        positions = fill(problem, start, size, place)
        values = jax.vmap(problem.search)(positions)
        # Half-way to a random place (SPSO 2006): fast enough to explore, few leave the box at once.
        velocities = 0.5 * (problem.domain.sample(aim, size, positions.dtype) - positions)
        return Population(positions, values, (velocities, positions, values), cost(size))

    def step(problem, population, draws):
        x, (velocities, best, best_values) = population.positions, population.memory
        leader = best[jnp.argmin(jnp.where(jnp.isnan(best_values), jnp.inf, best_values))]
        own, common = cognitive * draws[0] * (best - x), social * draws[1] * (leader - x)
        velocities = inertia * velocities + own + common
        flown = x + velocities
        moved = problem.domain.confine(flown, bounds)
        velocities = jnp.where(moved == flown, velocities, REBOUND[bounds] * velocities)
        values = jax.vmap(problem.search)(moved)
        better = (values < best_values) | jnp.isnan(best_values)
        best = jnp.where(better[:, None], moved, best)
        best_values = jnp.where(better, values, best_values)
        metrics = {
            "spread": spread(moved),
            "step_length": jnp.mean(jnp.linalg.norm(moved - x, axis=-1)),
            "evaluated": Evaluated(moved, values, better.astype(jnp.int8)),
        }
        memory = (velocities, best, best_values)
        return Population(moved, values, memory, population.cost.plus(size)), metrics

    def refresh(problem, population) -> Population:
        velocities, best, _ = population.memory
        values, best_values = (jax.vmap(problem.search)(points) for points in (population.positions, best))
        memory = (velocities, best, best_values)
        return population._replace(values=values, memory=memory, cost=population.cost.plus(2 * size))

    def draw(problem, key, dtype):
        return draw_uniform(key, (2, size, problem.domain.dim), dtype)

    return Method(init, step, refresh, draw)
