"""Particle swarm (Kennedy and Eberhart 1995): particles are pulled to their own best place and to their neighbours'."""

from __future__ import annotations

from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from landscape.domain import draw_uniform
from landscape.draws import coarse, draw_words
from landscape.optimizer import ACCEPTED, REJECTED, Evaluated, Method, Population, cost, fill, optimizer, spread
from landscape.optimizers.words import POSITIVE, Bounds, Size
from landscape.parameters import Choice, Range

REBOUND = {"reflect": -1.0, "clip": 0.0, "periodic": 1.0}  # of a velocity whose particle hit the edge
Pull = Annotated[float, Range(0.0, 4.0, legal=POSITIVE), "strength of the pull"]
Topology = Annotated[str, Choice("global", "ring", "von_neumann"), "who tells whom of its best place"]
Chance = Annotated[str, Choice("coordinate", "particle"), "what one random number weighs; the second is faster"]
# Clerc and Kennedy 2002, doi:10.1109/4235.985692: this inertia with these pulls neither freezes nor explodes.
INERTIA, PULL = 0.7298, 1.49618


def neighbours(topology: str, size: int) -> np.ndarray:
    """The members (n, k) whose best places each member knows of, itself among them."""
    member = np.arange(size)
    if topology == "ring":
        return np.stack([member, member - 1, member + 1], axis=1) % size
    # A torus of rows as nearly square as the number of members allows (Kennedy and Mendes 2002).
    columns = next(c for c in range(int(size**0.5), 0, -1) if size % c == 0)
    row, column = np.divmod(member, columns)
    beside = [row * columns + (column + step) % columns for step in (-1, 1)]
    return np.stack([member, (member - columns) % size, (member + columns) % size, *beside], axis=1)


@optimizer(family="zeroth-order", source="doi:10.1109/ICNN.1995.488968")
def particle_swarm(
    *,
    size: Size = 24,
    inertia: Annotated[float, Range(0.0, 1.0, legal=(0.0, 2.0)), "share of the velocity that carries on"] = INERTIA,
    cognitive: Pull = PULL,
    social: Pull = PULL,
    topology: Topology = "global",
    chance: Chance = "coordinate",
    bounds: Bounds = "reflect",
):
    """Velocities pulled towards each particle's best place and the best of those it knows."""

    def init(problem, start, key) -> Population:
        place, aim = random.split(key)
        positions = fill(problem, start, size, place)
        values = jax.vmap(problem.search)(positions)
        # Half-way to a random place (SPSO 2006): fast enough to explore, few leave the box at once.
        velocities = 0.5 * (problem.domain.sample(aim, size, positions.dtype) - positions)
        return Population(positions, values, (velocities, positions, values), cost(size))

    def leaders(best, values):
        """The best place each particle knows of: (1 | n, d), and whose it is (1 | n,)."""
        safe = jnp.where(jnp.isnan(values), jnp.inf, values)
        if topology == "global":
            index = jnp.argmin(safe)[None]
        else:
            known = neighbours(topology, size)
            index = jnp.take_along_axis(known, jnp.argmin(safe[known], axis=1)[:, None], axis=1)[:, 0]
        return best[index], index

    def step(problem, population, draws):
        x, (velocities, best, best_values) = population.positions, population.memory
        leader, index = leaders(best, best_values)
        carried, own, common = pulls(draws, x, velocities, best, leader)
        velocities = carried + own + common
        flown = x + velocities
        moved = problem.domain.confine(flown, bounds)
        if bounds in REBOUND:
            lower, upper = (end.astype(x.dtype) for end in (problem.domain.lower, problem.domain.upper))
            velocities = jnp.where((flown < lower) | (flown > upper), REBOUND[bounds] * velocities, velocities)
        values = jax.vmap(problem.search)(moved)
        better = (values < best_values) | jnp.isnan(best_values)
        best = jnp.where(better[:, None], moved, best)
        best_values = jnp.where(better, values, best_values)
        metrics = {
            "spread": spread(moved),
            "step_length": jnp.mean(jnp.linalg.norm(moved - x, axis=-1)),
            "velocity": carried + own + common,
            "momentum_pull": carried,
            "cognitive_pull": own,
            "social_pull": common,
            "best_positions": best,
            "leaders": jnp.broadcast_to(index, (size,)),
            "evaluated": Evaluated(moved, values, jnp.where(better, ACCEPTED, REJECTED).astype(jnp.int8)),
        }
        memory = (velocities, best, best_values)
        return Population(moved, values, memory, population.cost.plus(size)), metrics

    def pulls(draws, x, velocities, best, leader):
        """The three parts of a velocity, each (n, d)."""
        if chance == "coordinate":
            first, second = (coarse(draws, places, size, x.dtype) for places in ((0, 1), (2, 3)))
        else:
            first, second = draws[:size, None], draws[size:, None]
        return inertia * velocities, cognitive * first * (best - x), social * second * (leader - x)

    def refresh(problem, population) -> Population:
        velocities, best, _ = population.memory
        values, best_values = (jax.vmap(problem.search)(points) for points in (population.positions, best))
        memory = (velocities, best, best_values)
        return population._replace(values=values, memory=memory, cost=population.cost.plus(2 * size))

    def draw(problem, key, dtype):
        if chance == "coordinate":
            return draw_words(key, -(-size // 2), problem.domain.dim)
        return draw_uniform(key, (2 * size,), dtype)

    return Method(init, step, refresh, draw)
