"""A genetic algorithm for real numbers (Deb 2002): tournaments, simulated binary crossover, polynomial mutation.

Children take the places of their parents' generation, but for an elite.  Nothing is ever sorted, which would take
longer than everything else together; tournaments alone select.
"""

from __future__ import annotations

import math
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.optimizer import ACCEPTED, REJECTED, Evaluated, Method, Population, cost, fill, optimizer, spread
from landscape.optimizers.words import Bounds, Rate, Reach, Size
from landscape.parameters import Range

Rivals = Annotated[int, Range(1, 8, legal=(1, 1000)), "random members that compete to become a parent"]
Elite = Annotated[int, Range(0, 8, legal=(0, 1_000_000)), "old members that stay in place of the worst children"]
Index = Annotated[float, Range(2.0, 40.0, log=True, legal=(0.0, math.inf)), "the larger, the nearer to the parents"]


def tournament(uniform, values):
    """The index of the best of the random members in each row of `uniform` (m, k): (m,)."""
    size = values.shape[0]
    rivals = jnp.minimum((uniform * size).astype(jnp.int32), size - 1)
    safe = jnp.where(jnp.isnan(values), jnp.inf, values)
    winner = rivals[:, 0]
    for rival in rivals.T[1:]:
        winner = jnp.where(safe[winner] <= safe[rival], winner, rival)
    return winner


def power(base, exponent):
    """`base` ** `exponent` for base ≥ 0, by way of logarithms, which XLA vectorizes; powers are called one by one."""
    return jnp.exp(exponent * jnp.log(jnp.maximum(base, jnp.finfo(base.dtype).tiny)))


def crossover_spread(uniform, rate, index):
    """How far the children of two parents lie from their middle, as a share of the parents' distance from it.

    Simulated binary crossover with probability `rate` for each number, otherwise 1. Half of those that mix are
    negative: the children change sides. Deb and Agrawal, Complex Systems 9 (1995); pymoo's exchange of variables.
    """
    mixes = uniform < rate
    share = jnp.where(mixes, 2.0 * uniform / rate, 0.5)
    changes = share >= 1.0
    share = share - changes
    edge = 1.0 - 0.5 * jnp.finfo(share.dtype).eps
    ratio = jnp.where(share <= 0.5, 2.0 * share, 0.5 / (1.0 - jnp.minimum(share, edge)))
    factor = power(ratio, 1.0 / (index + 1.0))
    return jnp.where(mixes, jnp.where(changes, -factor, factor), 1.0)


def polynomial_mutation(uniform, rate, reach):
    """Moves as shares of the domain's width, of mean size `reach`, each with probability `rate`, otherwise 0.

    The distribution index of Deb and Goyal (1996) is 1 / reach − 2: a reach of 0.05 is an index of 18. From half
    the width on, where the index is 0, every move is equally likely.
    """
    moves = uniform < rate
    share = jnp.where(moves, 2.0 * uniform / rate - 1.0, 0.0)  # −1 … 1
    reach = jnp.minimum(reach, 0.5)
    size = 1.0 - power(1.0 - jnp.abs(share), reach / (1.0 - reach))
    return jnp.sign(share) * size


@optimizer(family="zeroth-order", source="doi:10.1109/4235.996017")
def genetic(
    *,
    size: Size = 32,
    crossover: Rate = 0.5,
    crossover_index: Index = 15.0,
    mutation: Rate = 0.2,
    reach: Reach = 0.05,
    rivals: Rivals = 3,
    elite: Elite = 2,
    bounds: Bounds = "reflect",
):
    """Parents win tournaments, two children mix each pair and mutate; the best of the old stay."""
    pairs = -(-size // 2)
    elite = min(elite, size)

    def init(problem, start, key) -> Population:
        positions = fill(problem, start, size, key)
        return Population(positions, jax.vmap(problem.search)(positions), (), cost(size))

    def step(problem, population, draws):
        x, values = population.positions, population.values
        parents = tournament(draws["parents"], values).reshape(2, pairs)
        children = problem.domain.confine(bred(problem, x, parents, draws), bounds)
        heights = jax.vmap(problem.search)(children)
        origin = replaced(values, heights)
        kept = origin >= size
        old = jnp.minimum(origin, size - 1)
        positions = jnp.where(kept[:, None], children, x[old])
        survivors = Population(positions, jnp.where(kept, heights, values[old]), (), population.cost.plus(size))
        metrics = {
            "spread": spread(positions),
            "survival": jnp.mean(kept.astype(values.dtype)),
            "parents": jnp.concatenate([parents, parents], axis=1)[:, :size].T,
            "origin": origin,
            "evaluated": Evaluated(children, heights, jnp.where(kept, ACCEPTED, REJECTED).astype(jnp.int8)),
        }
        return survivors, metrics

    def replaced(values, heights):
        """Where the next members come from (n,): member i from child n + i, unless the elite takes its place."""
        safe, worst = jnp.where(jnp.isnan(values), jnp.inf, values), jnp.where(jnp.isnan(heights), jnp.inf, heights)
        origin = jnp.arange(size, 2 * size)
        for _ in range(elite):
            best, last = jnp.argmin(safe), jnp.argmax(worst)
            origin = origin.at[last].set(jnp.where(safe[best] < worst[last], best, origin[last]))
            safe, worst = safe.at[best].set(jnp.inf), worst.at[last].set(-jnp.inf)
        return origin

    def bred(problem, x, parents, draws):
        """The children (n, d): those on one side of their parents' middle first, then those on the other."""
        a, b = x[parents[0]], x[parents[1]]
        middle, half = 0.5 * (a + b), 0.5 * (a - b)
        aside = crossover_spread(draws["mix"], crossover, crossover_index) * half
        moves = polynomial_mutation(draws["mutate"], mutation, reach) * problem.domain.width.astype(x.dtype)
        if problem.domain.whole is not None:  # one at least, or small moves would never leave a whole number
            moves = jnp.where(problem.domain.whole, jnp.sign(moves) * jnp.ceil(jnp.abs(moves)), moves)
        return jnp.concatenate([middle + aside, middle - aside])[:size] + moves

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(size))

    def draw(problem, key, dtype):
        shapes = {
            "parents": (2 * pairs, rivals),
            "mix": (pairs, problem.domain.dim),
            "mutate": (size, problem.domain.dim),
        }
        ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
        parts = jnp.split(draw_uniform(key, (int(ends[-1]),), dtype), ends[:-1])
        return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}

    return Method(init, step, refresh, draw)
