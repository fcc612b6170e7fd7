"""A genetic algorithm: tournaments choose parents, children mix them and mutate, the best survive."""

import jax
import jax.numpy as jnp

from landscape.domain import draw_uniform
from landscape.optimizer import Evaluated, Method, Population, cost, fill, optimizer, spread
from landscape.optimizers.words import Bounds, Rate, Reach, Size


def tournament(uniform, values):
    """The index of the better of two random members, for each row of `uniform` (m, 2): (m,)."""
    size = values.shape[0]
    rivals = jnp.minimum((uniform * size).astype(jnp.int32), size - 1)
    first, second = rivals[:, 0], rivals[:, 1]
    return jnp.where((values[first] <= values[second]) | jnp.isnan(values[second]), first, second)


@optimizer(family="zeroth-order", source="doi:10.1109/4235.996017")
def genetic(
    *,
    size: Size = 32,
    crossover: Rate = 0.5,
    mutation: Rate = 0.2,
    reach: Reach = 0.05,
    bounds: Bounds = "reflect",
):
    """Tournament selection, simulated binary crossover, Gaussian mutation; parents and children compete to stay."""

    def init(problem, start, key) -> Population:
        positions = fill(problem, start, size, key)
        return Population(positions, jax.vmap(problem.search)(positions), (), cost(size))

    def step(problem, population, draws):
        parents = tournament(draws["parents"].reshape(-1, 2), population.values).reshape(2, size)
        a, b = population.positions[parents[0]], population.positions[parents[1]]
        children = jax.vmap(problem.domain.recombine, (0, 0, 0, None))(draws["mix"], a, b, crossover)
        children = jax.vmap(problem.domain.neighbor, (0, 0, None, None))(draws["mutate"], children, reach, mutation)
        children = problem.domain.confine(children, bounds)
        heights = jax.vmap(problem.search)(children)
        positions = jnp.concatenate([population.positions, children])
        values = jnp.concatenate([population.values, heights])
        best = jnp.argsort(values)[:size]
        kept = jnp.zeros(2 * size, jnp.int8).at[best].set(1)[size:]
        survivors = Population(positions[best], values[best], (), population.cost.plus(size))
        metrics = {
            "spread": spread(survivors.positions),
            "survival": jnp.mean(kept.astype(values.dtype)),
            "evaluated": Evaluated(children, heights, kept),
        }
        return survivors, metrics

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(size))

    def draw(problem, key, dtype):
        moves = problem.domain.draws
        uniform = draw_uniform(key, (size, 4 + 2 * moves), dtype)
        parents, mix, mutate = jnp.split(uniform, [4, 4 + moves], axis=1)
        return {"parents": parents, "mix": mix, "mutate": mutate}

    return Method(init, step, refresh, draw)
