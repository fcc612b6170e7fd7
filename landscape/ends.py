"""What a run comes to, with nothing of the way recorded: many settings in one call, in parts that fit the caches."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.optimizer import Population
from landscape.setting import placed
from landscape.simulate import Now, _advance, _begin, _plain, _safe, _scan

EXPLODED = 1e6  # a loss so many times the first gap above its start has diverged


class Ends(NamedTuple):
    """What is kept of a run (or, with leading axes, of many)."""

    began: Any  # () loss at the start
    final: Any  # () loss at the end; of a population its best member's
    best: Any  # () lowest loss seen
    pending: Any  # () the last step before the target was reached; −1 where the start had reached it
    lasted: Any  # () the last step at which the loss was finite and had not exploded
    points: Any  # (d,) where it ended


def ends(given: tuple, floor, values: dict[str, np.ndarray], size: int, steps: int) -> Ends:
    """Every run's end, `size` runs at a time and one such part on each core.

    `given` is (surface, optimizer, start (k, d), seed, target); `floor` the known minimum, () or of each run (n,);
    `values` are the numbers that replace those of surface and optimizer, by name, each (n,).
    """
    names, count = tuple(values), len(next(iter(values.values())))

    def part(first: int) -> list[np.ndarray]:
        def cut(array):
            return np.resize(array[first : first + size], size) if array.ndim else array  # the last part is filled up

        done = _walk(*given, cut(floor), *map(cut, values.values()), names=names, steps=steps)
        return [np.asarray(each) for each in done]

    surface, firsts = given[0], range(0, count, size)
    if len(firsts) == 1 or surface.host:
        parts = [surface.watch(partial(part, first)) for first in firsts]
    else:
        parts = list(_threads().map(part, firsts))
    return Ends(*(np.concatenate(each)[:count] for each in zip(*parts, strict=True)))


@cache
def _threads() -> ThreadPoolExecutor:
    """Kept: to start threads takes as long as a small sweep, where others want the processor too."""
    return ThreadPoolExecutor(os.cpu_count() or 1)


@partial(jax.jit, static_argnames=("names", "steps"))
def _walk(surface, optimizer, start, seed, target, floor, *values, names: tuple[str, ...], steps: int) -> Ends:
    """`summarize` over the settings `values`, each (n,); floor () or (n,)."""

    def one(floor, *each):
        setting = placed(surface, optimizer, dict(zip(names, each, strict=True)))
        return summarize(*setting, start, seed, floor, target, steps=steps)

    return jax.vmap(one, in_axes=(0 if floor.ndim else None, *(0 for _ in names)))(floor, *values)


def summarize(surface, optimizer, start, seed, floor, target, *, steps: int) -> Ends:
    """Traced: what is kept of one run from `start` (k, d). `floor` () is the known minimum, NaN or −inf for none."""
    world, problem, first, drawing, shape = _begin(surface, optimizer, start, seed, steps)
    alone = len(first.positions) == 1

    def lean(population: Population) -> Population:
        """Without the axis of members where there is one: loops over (runs, 1, d) are not vectorized under vmap."""
        return population._replace(positions=population.positions[0], values=population.values[0])

    def full(population: Population) -> Population:
        return population._replace(positions=population.positions[None], values=population.values[None])

    def loss(population: Population, problem):
        heights = world.heights(population, problem, 0, 1)
        return heights[0] if alone else jnp.min(_safe(heights))

    began = loss(first, problem)
    known = jnp.isfinite(floor)
    rise = jnp.where(known & (began > floor), began - floor, 1.0 + jnp.abs(began))
    goal, ceiling = jnp.where(known, floor, 0.0) + target, began + EXPLODED * rise

    def body(carry, now: Now):
        walker, best, pending, lasted = carry
        population = full(walker) if alone else walker
        problem = world.problem(now)
        moved, _ = _advance(world, problem, population, now)
        if math.prod(shape) != steps:
            moved = jax.tree.map(partial(jnp.where, now.step < steps), moved, population)
        step, height = jnp.minimum(now.step + 1, steps).astype(world.dtype), loss(moved, problem)
        best = jnp.where(height < best, height, best)
        pending = jnp.where(best > goal, step, pending)
        lasted = jnp.where(height <= ceiling, step, lasted)
        return (lean(moved) if alone else moved, best, pending, lasted), None

    zero = jnp.zeros((), world.dtype)
    kept = (jnp.where(jnp.isnan(began), jnp.inf, began), jnp.where(began <= goal, -1.0, zero), zero)
    times = world.times(math.prod(shape), steps)
    final, best, pending, lasted = _scan(body, (lean(first) if alone else first, *kept), *drawing, times, shape)[0]
    final = full(final) if alone else final
    last = jax.tree.map(lambda leaf: leaf[steps - 1], times)
    heights = world.heights(final, _plain(world, last), 0, 1)
    point = final.positions[jnp.argmin(_safe(heights))].astype(world.dtype)
    return Ends(began, loss(final, _plain(world, last)), best, pending, lasted, point)
