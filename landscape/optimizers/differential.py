"""Differential evolution (Storn and Price 1997): differences between members are the steps that others try."""

from __future__ import annotations

from typing import Annotated

import jax
import jax.numpy as jnp

from landscape.domain import draw_uniform
from landscape.draws import coarse, draw_words
from landscape.optimizer import ACCEPTED, REJECTED, Evaluated, Method, Population, cost, fill, optimizer, spread
from landscape.optimizers.words import Bounds, Rate
from landscape.parameters import Choice, Range

# A member and three others, all different.
Size = Annotated[int, Range(8, 128, log=True, legal=(4, 1_000_000)), "number of points held at once"]
Weight = Annotated[float, Range(0.0, 2.0, legal=(0.0, 10.0)), "length of a step as a share of the difference"]
Dither = Annotated[float, Range(0.0, 1.0, legal=(0.0, 10.0)), "width of the band the weight is drawn from at each step"]
Variant = Annotated[str, Choice("rand/1/bin", "best/1/bin", "current-to-best/1/bin"), "where steps begin"]


def others(uniform, size: int):
    """Three members different from each other and from member i, for each row i of `uniform` (n, 3): (3, n)."""
    taken = [jnp.arange(size, dtype=jnp.int32)]
    for number in uniform.T:
        left = size - len(taken)
        index = jnp.minimum((number * left).astype(jnp.int32), left - 1)
        for low in _ascending(taken):  # the index among those left, counted among all
            index = index + (index >= low).astype(jnp.int32)
        taken.append(index)
    return taken[1:]


def _ascending(columns: list) -> list:
    """Up to three arrays, sorted against each other at every place."""
    columns = list(columns)
    for first, second in [(0, 1), (1, 2), (0, 1)][: 3 if len(columns) == 3 else len(columns) - 1]:
        low, high = columns[first], columns[second]
        columns[first], columns[second] = jnp.minimum(low, high), jnp.maximum(low, high)
    return columns


@optimizer(family="zeroth-order", source="doi:10.1023/A:1008202821328")
def differential_evolution(
    *,
    size: Size = 32,
    weight: Weight = 0.6,
    dither: Dither = 0.4,
    crossover: Rate = 0.3,
    variant: Variant = "best/1/bin",
    bounds: Bounds = "reflect",
):
    """Each member tries a mix of itself and another, moved by a difference of two; the better stays."""

    def init(problem, start, key) -> Population:
        positions = fill(problem, start, size, key)
        return Population(positions, jax.vmap(problem.search)(positions), (), cost(size))

    def step(problem, population, draws):
        x, values = population.positions, population.values
        trials = problem.domain.confine(tried(x, values, draws), bounds)
        heights = jax.vmap(problem.search)(trials)
        better = (heights <= values) | jnp.isnan(values)
        positions = jnp.where(better[:, None], trials, x)
        member = jnp.arange(size)
        metrics = {
            "spread": spread(positions),
            "survival": jnp.mean(better.astype(x.dtype)),
            "parents": member[:, None],
            "origin": jnp.where(better, size + member, member),
            "evaluated": Evaluated(trials, heights, jnp.where(better, ACCEPTED, REJECTED).astype(jnp.int8)),
        }
        return Population(positions, jnp.where(better, heights, values), (), population.cost.plus(size)), metrics

    def tried(x, values, draws):
        """The trial vectors (n, d)."""
        first, second, third = others(draws["others"], size)
        length = weight + dither * (draws["dither"] - 0.5)
        best = x[jnp.argmin(jnp.where(jnp.isnan(values), jnp.inf, values))]
        base = {"rand/1/bin": x[first], "best/1/bin": best, "current-to-best/1/bin": x + length * (best - x)}[variant]
        moved = base + length * (x[second] - x[third])
        crossed = coarse(draws["crossed"], (0, 1, 2, 3), size, x.dtype) < crossover
        one = (draws["one"] * x.shape[1]).astype(jnp.int32)  # at least this coordinate crosses
        return jnp.where(crossed | (one[:, None] == jnp.arange(x.shape[1], dtype=jnp.int32)), moved, x)

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(size))

    def draw(problem, key, dtype):
        whole, bits = jax.random.split(key)
        uniform = draw_uniform(whole, (4 * size + 1,), dtype)
        return {"others": uniform[: 3 * size].reshape(size, 3), "one": uniform[3 * size : 4 * size],
                "dither": uniform[-1], "crossed": draw_words(bits, -(-size // 4), problem.domain.dim)}  # fmt: skip

    return Method(init, step, refresh, draw)
