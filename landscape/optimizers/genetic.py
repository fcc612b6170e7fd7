"""A genetic algorithm for real numbers (Deb 2002): tournaments, simulated binary crossover, polynomial mutation.

Children take the places of their parents' generation, but for an elite.  Nothing is ever sorted, which would take
longer than everything else together; tournaments alone select.
"""

from __future__ import annotations

import math
from typing import Annotated

import jax
import jax.numpy as jnp
from jax import random

from landscape.domain import Box, draw_uniform
from landscape.draws import LEVELS, coarse, draw_words, levels, shares
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


def crossover_spread(share, index):
    """How far the children of two parents lie from their middle, as a share of the parents' distance from it.

    Simulated binary crossover (Deb and Agrawal, Complex Systems 9, 1995) of uniform numbers. Beyond one half it is
    negative: the children change sides.
    """
    changes = share >= 0.5
    share = 2.0 * share - changes.astype(share.dtype)
    edge = 1.0 - 0.5 * jnp.finfo(share.dtype).eps
    ratio = jnp.where(share <= 0.5, 2.0 * share, 0.5 / (1.0 - jnp.minimum(share, edge)))
    factor = ratio ** (1.0 / (index + 1.0))
    return jnp.where(changes, -factor, factor)


def polynomial_mutation(share, reach):
    """Moves as shares of the domain's width, of mean size `reach`, from uniform numbers.

    The distribution index of Deb and Goyal (1996) is 1 / reach − 2: a reach of 0.05 is an index of 18. From half
    the width on, where the index is 0, every move is equally likely.
    """
    side, reach = 2.0 * share - 1.0, jnp.minimum(reach, 0.5)
    return jnp.sign(side) * (1.0 - (1.0 - jnp.abs(side)) ** (reach / (1.0 - reach)))


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
        children = bred(problem, x, parents, draws)
        children = problem.domain.confine(children, bounds) if isinstance(problem.domain, Box) else children
        heights = jax.vmap(problem.search)(children)
        positions, kept, origin = children, heights, jnp.arange(size, 2 * size)
        best, worst = jnp.where(jnp.isnan(values), jnp.inf, values), jnp.where(jnp.isnan(heights), jnp.inf, heights)
        for _ in range(elite):
            old, last = jnp.argmin(best), jnp.argmax(worst)
            better = best[old] < worst[last]
            positions = positions.at[last].set(jnp.where(better, x[old], positions[last]))
            kept = kept.at[last].set(jnp.where(better, values[old], kept[last]))
            origin = origin.at[last].set(jnp.where(better, old, origin[last]))
            best, worst = best.at[old].set(jnp.inf), worst.at[last].set(-jnp.inf)
        metrics = {
            "spread": spread(positions),
            "survival": jnp.mean((origin >= size).astype(values.dtype)),
            "parents": jnp.concatenate([parents, parents], axis=1)[:, :size].T,
            "origin": origin,
            "evaluated": Evaluated(children, heights, jnp.where(origin >= size, ACCEPTED, REJECTED).astype(jnp.int8)),
        }
        return Population(positions, kept, (), population.cost.plus(size)), metrics

    def bred(problem, x, parents, draws):
        """The children (n, d): those on one side of their parents' middle first, then those on the other."""
        a, b = x[parents[0]], x[parents[1]]
        if not isinstance(problem.domain, Box):
            first, second = (jnp.concatenate(pair)[:size] for pair in ((a, b), (b, a)))
            mixed = jax.vmap(problem.domain.recombine, (0, 0, 0, None))(draws["mix"], first, second, crossover)
            return jax.vmap(problem.domain.mutate, (0, 0, None, None))(draws["mutate"], mixed, reach, mutation)
        middle, half = 0.5 * (a + b), 0.5 * (a - b)
        # 256 levels for each decision and each size: powers are computed once for a level, not once for a number.
        every = shares(jnp.arange(LEVELS), x.dtype)
        spreads, sizes = crossover_spread(every, crossover_index), polynomial_mutation(every, reach)
        mixes, mutates = (
            [coarse(draws[what], (0, 1), count, x.dtype) < rate, levels(draws[what], (2, 3), count)]
            for what, count, rate in (("mix", pairs, crossover), ("mutate", size, mutation))
        )
        aside = jnp.where(mixes[0], spreads[mixes[1]], 1.0) * half
        moves = jnp.where(mutates[0], sizes[mutates[1]], 0.0) * problem.domain.width.astype(x.dtype)
        if problem.domain.whole is not None:  # one at least, or small moves would never leave a whole number
            moves = jnp.where(problem.domain.whole, jnp.sign(moves) * jnp.ceil(jnp.abs(moves)), moves)
        return jnp.concatenate([middle + aside, middle - aside])[:size] + moves

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(size))

    def draw(problem, key, dtype):
        choice, mix, mutate = random.split(key, 3)
        parents = draw_uniform(choice, (2 * pairs, rivals), jnp.float32)
        if not isinstance(problem.domain, Box):
            mixing, mutating = problem.domain.mixing_draws, problem.domain.mutation_draws
            return {
                "parents": parents,
                "mix": draw_uniform(mix, (size, mixing), dtype),
                "mutate": draw_uniform(mutate, (size, mutating), dtype),
            }
        return {
            "parents": parents,
            "mix": draw_words(mix, -(-pairs // 2), problem.domain.dim),
            "mutate": draw_words(mutate, -(-size // 2), problem.domain.dim),
        }

    return Method(init, step, refresh, draw)
