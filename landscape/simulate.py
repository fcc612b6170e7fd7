"""The loop: one `lax.scan` for every optimizer.

The factories of optimizer and surface are called inside the trace, in the scan's body even, with this step's
numbers: a learning rate, a temperature or the surface itself may follow a schedule, and no change of a number ever
recompiles.  What depends on time alone is computed for many steps together, outside the inner loop: the values of
schedules before it, random numbers in blocks.
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
    """What changes from step to step: its number, the values that schedules have, and random numbers."""

    step: Any
    surface: dict[str, Any]  # values by parameter
    optimizer: dict[str, Any]
    draws: Any = None


class World:
    """Surface and optimizer at any moment of one run."""

    def __init__(self, surface, optimizer, dtype, key):
        self.surface, self.optimizer, self.dtype, self.key = surface, optimizer, dtype, key
        self.domain = surface.domain
        self.changing = bool(surface.scheduled)
        self._fixed = None if self.changing else surface.at(0.0, dtype)

    def times(self, count: int, steps: int) -> Now:
        """Every moment of a run of `steps`, `count` long."""
        step = jnp.arange(count, dtype=jnp.int32)
        progress = step.astype(self.dtype) / max(steps - 1, 1)
        return Now(step, *({name: jax.vmap(partial(self.moment, of, name))(progress) for name in of.scheduled}
                           for of in (self.surface, self.optimizer)))  # fmt: skip

    def moment(self, bound, name: str, progress):
        return bound.driven(name, progress, self.dtype)

    def problem(self, now: Now) -> Problem:
        loss, batch = self.surface.pinned(now.surface).at(0.0, self.dtype) if self.changing else self._fixed
        search = loss if batch is None else batch(now.step, random.fold_in(self.key, now.step))
        return Problem(loss, search, self.domain)

    def method(self, now: Now) -> Method:
        return self.optimizer.pinned(now.optimizer).at(0.0, self.dtype)

    def heights(self, population: Population, problem: Problem, step, every: int):
        """The values to record (n,): with minibatches the full loss each `every` steps, NaN between."""
        if problem.search is problem.loss:
            return population.values
        full = partial(jax.vmap(problem.loss), population.positions)
        return lax.cond(step % every == 0, full, lambda: jnp.full_like(population.values, jnp.nan))


def _begin(surface, optimizer, dtype, seed, steps: int):
    """The world of one run, its first method and problem, and its keys: (…, first_key, (draw, draw_key), blocks)."""
    first_key, draw_key, batch_key = random.split(random.key(seed), 3)
    world = World(surface, optimizer, dtype, batch_key)
    origin = jax.tree.map(lambda leaf: leaf[0], world.times(1, steps))
    method, problem = world.method(origin), world.problem(origin)
    draw = None if method.draw is None else lambda key: method.draw(problem, key, dtype)
    return world, method, problem, first_key, (draw, draw_key), _blocks(draw, draw_key, steps)


def simulate(surface, optimizer, start, seed, budget, *, steps: int, record: str, every: int) -> dict[str, Any]:
    """Traced: the record of one run as a dictionary of arrays with a leading axis of time, t + 1 long."""
    world, method, problem, first_key, drawing, (blocks, block) = _begin(surface, optimizer, start.dtype, seed, steps)
    padded = blocks * block != steps
    first = method.init(problem, start, first_key)
    nothing = (first.positions[0], jnp.asarray(jnp.inf, start.dtype))

    def keep(population, problem, best, step) -> tuple[tuple, dict[str, Any]]:
        heights = world.heights(population, problem, step, every)
        noted = population.cost._asdict()
        if record in ("all", "evaluated"):
            noted |= {"positions": population.positions, "values": heights}
        if record == "best":
            best = _better(best, population.positions, heights, forget=world.changing)
            noted |= {"positions": best[0][None], "values": best[1][None]}
        if record == "last":
            noted |= {"values": jnp.min(_safe(heights))[None]}
        return best, noted

    def body(carry, now: Now):
        population, best = carry
        problem = world.problem(now)
        moved, metrics = _advance(world, problem, population, now)
        if budget is not None or padded:
            active = now.step < steps
            active = active if budget is None else active & (moved.cost.evaluations <= budget)
            moved = jax.tree.map(partial(jnp.where, active), moved, population)
            metrics = jax.tree.map(partial(_unless, active), metrics)
        best, noted = keep(moved, problem, best, now.step + 1)
        if record != "evaluated":
            metrics.pop("evaluated", None)
        return (moved, best), (noted, {} if record == "last" else metrics)

    best, noted = keep(first, problem, nothing, 0)
    times = world.times(blocks * block, steps)
    (final, _), (then, metrics) = _scan(body, (first, best), *drawing, times, (blocks, block))
    history = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b[:steps]]), noted, then)
    lowest = jnp.min(_safe(history["values"]), axis=-1)
    history["best_value"] = lowest if world.changing else lax.cummin(lowest)
    if record == "last":
        last = jax.tree.map(lambda leaf: leaf[steps - 1], times)
        heights = world.heights(final, world.problem(last), 0, every)
        return history | {"positions": final.positions[None], "values": heights[None], "metrics": {}}
    return history | {"metrics": jax.tree.map(lambda leaf: leaf[:steps], metrics | times.surface | times.optimizer)}


def arrive(surface, optimizer, start, seed, *, steps: int) -> jax.Array:
    """Traced: where one walker ends (d,) from `start` (d,), and nothing else, so that nothing else is computed."""
    world, method, problem, first_key, drawing, (blocks, block) = _begin(surface, optimizer, start.dtype, seed, steps)

    def alone(population: Population) -> Population:
        """Without the axis of members: under vmap XLA lays out (runs, 1, d) so that no loop over it is vectorized."""
        return population._replace(positions=population.positions[0], values=population.values[0])

    def body(walker, now: Now):
        population = walker._replace(positions=walker.positions[None], values=walker.values[None])
        moved, _ = _advance(world, world.problem(now), population, now)
        if blocks * block != steps:
            moved = jax.tree.map(partial(jnp.where, now.step < steps), moved, population)
        return alone(moved), None

    first = alone(method.init(problem, start[None], first_key))
    final, _ = _scan(body, first, *drawing, world.times(blocks * block, steps), (blocks, block))
    return final.positions


def _unless(active, metric):
    """A metric, or NaN (0 for what is no real number) for a step that is not taken."""
    missing = jnp.nan if jnp.issubdtype(metric.dtype, jnp.floating) else 0
    return jnp.where(active, metric, jnp.asarray(missing, metric.dtype))


def _advance(world: World, problem: Problem, population: Population, now: Now) -> tuple[Population, dict[str, Any]]:
    """One step. On a surface that changes, remembered values are stale and are evaluated anew first."""
    method = world.method(now)
    if world.changing:
        population = method.refresh(problem, population)
    moved, metrics = method.step(problem, population, now.draws)
    return jax.tree.map(lambda new, old: new.astype(old.dtype), moved, population), metrics


def _safe(values):
    """With inf in place of NaN, which would win every comparison."""
    return jnp.where(jnp.isnan(values), jnp.inf, values)


def _better(best, positions, values, forget: bool):
    """The best point and its value so far; on a changing surface, of this moment."""
    safe = _safe(values)
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


def _scan(body, carry, draw, key, times: Now, shape: tuple[int, int]):
    """`lax.scan` over the steps, in blocks that draw their random numbers together."""

    def block(carry, times: Now):
        draws = None if draw is None else jax.vmap(lambda step: draw(random.fold_in(key, step)))(times.step)
        return lax.scan(body, carry, times._replace(draws=draws))

    if shape[0] == 1:
        return block(carry, times)
    carry, out = lax.scan(block, carry, jax.tree.map(lambda leaf: leaf.reshape(shape), times))
    return carry, jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), out)
