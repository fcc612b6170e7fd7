"""The loop: one `lax.scan` for every optimizer.

The factories of optimizer and surface are called inside the trace, in the scan's body even, with this step's
numbers: a learning rate, a temperature or the surface itself may follow a schedule, and no change of a number ever
recompiles.  Random numbers are drawn in blocks outside the inner loop: annealing spends most of its time on them
otherwise.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax, random

from landscape.optimizer import Method, Population, Problem

BLOCK = 2**17  # random numbers drawn at a time: 1 MiB in float64, which stays in the cache


class Now(NamedTuple):
    """What changes from step to step."""

    step: Any
    progress: Any  # step / (steps − 1), in [0, 1]
    draws: Any


class World:
    """Surface and optimizer at any moment of one run."""

    def __init__(self, surface, optimizer, dtype, key):
        self.surface, self.optimizer, self.dtype, self.key = surface, optimizer, dtype, key
        self.domain = surface.domain
        self.changing = bool(surface.scheduled)
        self._fixed = None if self.changing else surface.at(0.0, dtype)

    def problem(self, step, progress) -> Problem:
        now = self.surface.at(progress, self.dtype) if self.changing else self._fixed
        search = now.loss if now.batch is None else now.batch(step, random.fold_in(self.key, step))
        return Problem(now.loss, search, self.domain)

    def method(self, progress) -> Method:
        return self.optimizer.at(progress, self.dtype)

    def scheduled(self, progress) -> dict[str, Any]:
        """The values that schedules have at this moment, by parameter."""
        driven = self.surface.scheduled | self.optimizer.scheduled
        return {name: schedule.at(progress, self.dtype) for name, schedule in driven.items()}

    def heights(self, population: Population, step, every: int):
        """The values to record (n,): with minibatches the full loss each `every` steps, NaN between."""
        if self.changing or self._fixed.batch is None:
            return population.values
        full = partial(jax.vmap(self._fixed.loss), population.positions)
        return lax.cond(step % every == 0, full, lambda: jnp.full_like(population.values, jnp.nan))


def simulate(surface, optimizer, start, seed, budget, *, steps: int, record: str, every: int) -> dict[str, Any]:
    """Traced: the record of one run as a dictionary of arrays with a leading axis of time, t + 1 long."""
    first_key, draw_key, batch_key = random.split(random.key(seed), 3)
    world = World(surface, optimizer, start.dtype, batch_key)
    method, problem = world.method(0.0), world.problem(0, 0.0)
    draw = None if method.draw is None else lambda key: method.draw(problem, key, start.dtype)
    blocks, block = _blocks(draw, draw_key, steps)
    padded = blocks * block != steps
    first = method.init(problem, start, first_key)
    nothing = (jnp.zeros(start.shape[1:], start.dtype), jnp.asarray(jnp.inf, start.dtype))

    def keep(population, best, step) -> tuple[tuple, dict[str, Any]]:
        heights = world.heights(population, step, every)
        noted = {"lowest": jnp.min(jnp.where(jnp.isnan(heights), jnp.inf, heights)), **population.cost._asdict()}
        if record in ("all", "evaluated"):
            noted |= {"positions": population.positions, "values": heights}
        if record == "best":
            best = _better(best, population.positions, heights, forget=world.changing)
            noted |= {"positions": best[0][None], "values": best[1][None]}
        return best, noted

    def body(carry, now: Now):
        population, best = carry
        moved, metrics = _advance(world, population, now)
        if budget is not None or padded:
            active = now.step < steps
            active = active if budget is None else active & (moved.cost.evaluations <= budget)
            moved = jax.tree.map(partial(jnp.where, active), moved, population)
        best, noted = keep(moved, best, now.step + 1)
        if record != "evaluated":
            metrics.pop("evaluated", None)
        return (moved, best), (noted, {} if record == "last" else metrics)

    best, origin = keep(first, nothing, 0)
    (final, _), (noted, metrics) = _scan(body, (first, best), draw, draw_key, steps, (blocks, block), start.dtype)
    history = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), origin, noted)
    if record == "last":
        history |= {"positions": final.positions[None], "values": final.values[None]}
    lowest = history.pop("lowest")
    history["best_value"] = lowest if world.changing else lax.cummin(lowest)
    return history | {"metrics": metrics}


def _advance(world: World, population: Population, now: Now) -> tuple[Population, dict[str, Any]]:
    """One step. On a surface that changes, remembered values are stale and are evaluated anew first."""
    method, problem = world.method(now.progress), world.problem(now.step, now.progress)
    if world.changing:
        population = method.refresh(problem, population)
    moved, metrics = method.step(problem, population, now.draws)
    moved = jax.tree.map(lambda new, old: new.astype(old.dtype), moved, population)
    return moved, metrics | world.scheduled(now.progress)


def _better(best, positions, values, forget: bool):
    """The best point and its value so far; on a changing surface, of this moment."""
    safe = jnp.where(jnp.isnan(values), jnp.inf, values)
    index = jnp.argmin(safe)
    improves = (safe[index] < best[1]) | forget
    return jnp.where(improves, positions[index], best[0]), jnp.where(improves, safe[index], best[1])


def _blocks(draw, key, steps: int) -> tuple[int, int]:
    """How many blocks of how many steps: each draws at most BLOCK numbers, and few steps are padded."""
    if draw is None:
        return 1, steps
    numbers = sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(draw, key)))
    blocks = -(-steps // max(1, BLOCK // numbers))
    return blocks, -(-steps // blocks)


def _scan(body, carry, draw, key, steps: int, shape: tuple[int, int], dtype):
    """`lax.scan` over the steps, in blocks that draw their random numbers together."""
    index = jnp.arange(shape[0] * shape[1], dtype=jnp.int32)
    progress = index.astype(dtype) / max(steps - 1, 1)
    if draw is None:
        return lax.scan(body, carry, Now(index, progress, None))

    def block(carry, part):
        index, progress = part
        draws = jax.vmap(lambda step: draw(random.fold_in(key, step)))(index)
        return lax.scan(body, carry, Now(index, progress, draws))

    if shape[0] == 1:
        return block(carry, (index, progress))
    carry, out = lax.scan(block, carry, (index.reshape(shape), progress.reshape(shape)))
    return carry, jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:])[:steps], out)
