"""Ant colony optimization with bounds on the trails (MAX-MIN ant system, Stützle and Hoos 2000).

Ants build solutions number by number, where others found good ones and where it looks good. On a tour the trails lie
between the cities, else between places and values. They are measured as shares of what they can become, so that the
scale of the loss does not matter (Blum and Dorigo 2004, doi:10.1109/TSMCB.2003.821450).
"""

from __future__ import annotations

import math
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.domain import draw_uniform
from landscape.domains import Permutations
from landscape.optimizer import GENERATION, Evaluated, Method, Population, cost, fill, optimizer
from landscape.optimizers.neighbors import discrete, least_of, lower
from landscape.optimizers.words import Size
from landscape.parameters import LandscapeError, Range


def values_of(domain) -> int:
    """How many values a place may have, or a LandscapeError where they are no whole numbers from 0 on."""
    if not np.all(domain.whole) or np.any(domain.lower != 0):
        raise LandscapeError(
            f"ant_colony lays trails on whole numbers from 0 on, and {domain.told.lower()} have other ones too; "
            "take genetic or simulated_annealing."
        )
    return int(np.max(domain.upper)) + 1


def ordered(domain) -> bool:
    """Whether only neighbours matter, so that trails lie between the numbers."""
    return isinstance(domain, Permutations) and domain.cyclic


def running(parts):
    """Sums up to each of the few parts in the last axis. They never fall, and nothing added leaves them as they are."""
    sums = [parts[..., 0]]
    for index in range(1, parts.shape[-1]):
        sums.append(sums[-1] + parts[..., index])
    return jnp.stack(sums, axis=-1)


def drawn(parts, uniform):
    """In each row of weights (n, k) an index, as likely as its weight, and what is left of uniform numbers (n,)."""
    sums = running(parts)
    whole = sums[:, -1]
    level = jnp.minimum(uniform, 1.0 - 2 * jnp.finfo(parts.dtype).eps) * whole
    index = jnp.sum(sums <= level[:, None], axis=-1, dtype=jnp.int32)
    part = jnp.take_along_axis(parts, index[:, None], axis=1)[:, 0]
    below = jnp.take_along_axis(sums, index[:, None], axis=1)[:, 0] - part
    return index, jnp.clip((level - below) / part, 0.0, 1.0)


def picked(weights, uniform):
    """In each row of `weights` (n, k) an index, as likely as the weight says: first a block of them, then one in it."""
    rows, count = weights.shape
    side = math.ceil(math.sqrt(count))
    blocks = jnp.pad(weights, ((0, 0), (0, side * side - count))).reshape(rows, side, side)
    block, rest = drawn(jnp.sum(blocks, axis=-1), uniform)
    inside = jnp.take_along_axis(blocks, block[:, None, None], axis=1)[:, 0]
    return block * side + drawn(inside, rest)[0]


def permuted(weights, uniform, follow: bool):
    """Permutations (n, d) built number by number by weights (d, d), and uniform numbers (d, n).

    What is looked up is the row of the last number where the order is `follow`ed, else the row of the place.
    """
    dim, ants = uniform.shape
    numbers = jnp.arange(dim)

    def onward(carry, now):
        free, last = carry
        place, share = now
        rows = weights[last] if follow else weights[place][None]
        rows = jnp.where(follow & (place == 0), 1.0, rows)  # a tour begins anywhere
        next_one = picked(jnp.where(free, rows, 0.0), share)
        return (free & (numbers != next_one[:, None]), next_one), next_one

    first = jnp.ones((ants, dim), bool), jnp.zeros(ants, jnp.int32)
    _, built = lax.scan(onward, first, (numbers, uniform))
    return built.T


def built(domain, weights, uniform, dtype):
    """Points (n, d) that ants build along the weights (d, k), by uniform numbers (d, n)."""
    if isinstance(domain, Permutations):
        return permuted(weights, uniform, ordered(domain)).astype(dtype)
    places = jax.vmap(lambda row, share: picked(jnp.broadcast_to(row, (share.size, row.size)), share))
    return places(weights, uniform).T.astype(dtype)


def marked(domain, x, count: int):
    """Where the trail of `x` (d,) runs: 1 there and 0 elsewhere (d, k)."""
    number = x.astype(jnp.int32)
    if not ordered(domain):
        return (number[:, None] == jnp.arange(count)).astype(x.dtype)
    after = jnp.roll(number, -1)
    way = jnp.zeros((count, count), x.dtype).at[number, after].set(1.0)
    return jnp.maximum(way, way.T)


def likely(trails, appeal, power, follow: bool = False):
    """How likely each choice is beside the others of its row (d, k): trails, times a power of what looks good.

    What looks good is the inverse of what it looks to cost. The floor keeps every choice possible; where the order is
    `follow`ed, no number is a choice after itself.
    """
    weights = jnp.log(trails)
    if appeal is not None:
        costs = jnp.asarray(appeal).astype(trails.dtype)
        weights -= power * jnp.log(jnp.maximum(costs, 1e-3 * jnp.mean(costs) + jnp.finfo(trails.dtype).tiny))
    weights = jnp.where(follow & jnp.eye(*trails.shape, dtype=bool), -jnp.inf, weights)
    return jnp.exp(jnp.maximum(weights - jnp.max(weights, axis=-1, keepdims=True), -60.0))


def least(dim: int, count: int, best):
    """The lower bound of trails: with all others there, ants build the best solution with this probability."""
    each = best ** (1.0 / dim)
    return jnp.minimum(1.0, (1.0 - each) / (max(count / 2.0 - 1.0, 0.5) * each))


@optimizer(family="discrete", source="doi:10.1016/S0167-739X(00)00043-1")
def ant_colony(
    *,
    size: Size = 32,
    evaporation: Annotated[float, Range(0.005, 0.5, log=True, legal=(0.0, 1.0)), "of trails in a generation"] = 0.05,
    appeal: Annotated[
        float, Range(0.0, 8.0, legal=(0.0, 100.0)), "power of what looks good, where a problem tells it"
    ] = 3.0,
    elite: Annotated[
        float, Range(0.0, 1.0, legal=(0.0, 1.0)), "share of new trails that follow the best ant so far"
    ] = 0.5,
    lowest: Annotated[
        float, Range(1e-4, 0.5, log=True, legal=(1e-12, 0.999)), "probability of building the best solution at the end"
    ] = 0.05,
):
    """Ants build solutions along trails that the best of them strengthen and that fade, between two bounds."""

    def init(problem, start, key) -> Population:
        domain = discrete(problem, "ant_colony")
        count = values_of(domain)
        positions = fill(problem, start, size, key)
        values = jax.vmap(problem.search)(positions)
        best = least_of(values)
        trails = jnp.ones((domain.dim, count), start.dtype)
        memory = {"trails": trails, "best": positions[best], "level": values[best]}
        return Population(positions, values, memory, cost(size))

    def step(problem, population, uniform):
        domain, memory = problem.domain, population.memory
        count, trails = values_of(domain), memory["trails"]
        x = built(domain, likely(trails, problem.appeal, appeal, ordered(domain)), uniform, trails.dtype)
        values = jax.vmap(problem.search)(x)
        first = least_of(values)
        better = lower(values[first], memory["level"])
        best = jnp.where(better, x[first], memory["best"])
        new = elite * marked(domain, best, count) + (1.0 - elite) * marked(domain, x[first], count)
        trails = (1.0 - evaporation) * trails + evaporation * new
        trails = jnp.clip(trails, least(domain.dim, count, lowest), 1.0)
        metrics = {
            "accepted": better,
            "choices": jnp.mean(jnp.sum(trails > 0.1, axis=-1).astype(trails.dtype)),
            "evaluated": Evaluated(x, values, jnp.full(size, GENERATION, jnp.int8)),
        }
        memory = {"trails": trails, "best": best, "level": jnp.where(better, values[first], memory["level"])}
        return Population(x, values, memory, population.cost.plus(size)), metrics

    def refresh(problem, population) -> Population:
        values, memory = jax.vmap(problem.search)(population.positions), population.memory
        memory = memory | {"level": problem.search(memory["best"])}
        return population._replace(values=values, memory=memory, cost=population.cost.plus(size + 1))

    def draw(problem, key, dtype):
        domain = discrete(problem, "ant_colony")
        return draw_uniform(key, (domain.dim, size), dtype)

    return Method(init, step, refresh, draw)
