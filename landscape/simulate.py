"""The loop: one `lax.scan` for every optimizer.

The factories of optimizer and surface are called inside the trace, in the scan's body even, with this step's
numbers: a learning rate, a temperature or the surface itself may follow a schedule, and no change of a number ever
recompiles.  What depends on time alone is computed for many steps together, outside the inner loop: the values of
schedules before it, random numbers in blocks.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax, random

from landscape import observe
from landscape.optimizer import Evaluated, Method, Population, Problem

BLOCK = 2**17  # random numbers drawn at a time: 1 MiB in float64, which stays in the cache


class Drawn(NamedTuple):
    """The random numbers of one step: those of the method, and those of what it sees."""

    method: Any
    seen: dict[str, Any]


class Now(NamedTuple):
    """What changes from step to step: its number, the values that schedules have, and random numbers.

    Step k arrives at moment k + 1 and evaluates there, on minibatch k + 1; the start was evaluated on minibatch 0.
    So the slope that step k follows is that of minibatch k.
    """

    step: Any
    surface: dict[str, Any]  # values by parameter
    optimizer: dict[str, Any]
    drawn: Drawn = Drawn(None, {})


class World:
    """Surface and optimizer at any moment of one run."""

    def __init__(self, surface, optimizer, dtype, key):
        self.surface, self.optimizer, self.dtype, self.key = surface, optimizer, dtype, key
        self.domain = surface.domain
        self.changing = bool(surface.scheduled)
        self.low = observe.low(optimizer.values)
        self.stored = observe.stored(optimizer.values, dtype)
        self._fixed = {} if self.changing else {kind: surface.at(0.0, kind) for kind in {dtype, self.low or dtype}}
        self.batched = surface.at(0.0, dtype).batch is not None
        # Whether what the method sees at its points is what is recorded of them.
        self.exact = self.low is None and not self.batched

    def times(self, count: int, steps: int) -> Now:
        """Every moment of a run of `steps`, `count` long."""
        step = jnp.arange(count, dtype=jnp.int32)
        progress = step.astype(self.dtype) / max(steps - 1, 1)
        return Now(step, *({name: jax.vmap(partial(self.moment, of, name))(progress) for name in of.scheduled}
                           for of in (self.surface, self.optimizer)))  # fmt: skip

    def moment(self, bound, name: str, progress):
        return bound.driven(name, progress, self.dtype)

    def at(self, now: Now, dtype):
        """The surface of this moment: its full loss, its minibatches."""
        return self.surface.pinned(now.surface).at(0.0, dtype) if self.changing else self._fixed[dtype]

    def search(self, now: Now, dtype):
        """The loss that methods search: on a minibatch where there are any."""
        at, moment = self.at(now, dtype), now.step + 1
        return at.loss if at.batch is None else at.batch(moment, random.fold_in(self.key, moment))

    def problem(self, now: Now) -> Problem:
        values = self.optimizer.pinned(now.optimizer).now(0.0, self.stored)
        at, search = self.at(now, self.dtype), self.search(now, self.dtype)
        if self.low is not None:
            search = observe.lowered(self.search(now, self.low), values, self.stored)
        search = observe.seen(search, values, now.drawn.seen, self.domain)

        def settle(x):
            x = x if at.settle is None else at.settle(x)
            return observe.settled(x, values, now.drawn.seen, self.domain)

        # What moves change is told of the loss itself only.
        changes = at.changes if self.exact else {}
        return Problem(at.loss, search, self.domain, settle, changes, at.appeal)

    def method(self, now: Now) -> Method:
        return self.optimizer.pinned(now.optimizer).at(0.0, self.dtype)

    def drawing(self, method: Method, problem: Problem):
        """A function of a key that draws the numbers of one step, or None where none are needed."""
        values = self.optimizer.now(0.0, self.stored)

        def draw(key) -> Drawn:
            numbers = None if method.draw is None else method.draw(problem, key, self.stored)
            return Drawn(numbers, observe.draw(values, self.domain.dim, random.fold_in(key, 1), self.dtype))

        return draw if jax.tree.leaves(jax.eval_shape(draw, self.key)) else None

    def heights(self, population: Population, problem: Problem, step, every: int):
        """The values to record (n,): those the method saw, or the full loss each `every` steps and NaN between."""
        if self.exact:
            return population.values
        full = partial(jax.vmap(problem.loss), population.positions.astype(self.dtype))
        if every == 1:
            return full()
        nothing = jnp.full(population.values.shape, jnp.nan, self.dtype)
        return lax.cond(step % every == 0, full, lambda: nothing) if every else nothing


def _begin(surface, optimizer, start, seed, steps: int, thin: int = 1):
    """The world of one run, its first problem and population, how it draws (function, key), and its blocks."""
    first_key, draw_key, batch_key = random.split(random.key(seed), 3)
    world = World(surface, optimizer, start.dtype, batch_key)
    origin = jax.tree.map(lambda leaf: leaf[0], world.times(1, steps))
    method = world.method(origin)
    draw = world.drawing(method, _plain(world, origin))
    drawn = origin.drawn if draw is None else draw(random.fold_in(first_key, 1))
    problem = world.problem(origin._replace(step=origin.step - 1, drawn=drawn))
    first = method.init(problem, observe.placed(start, optimizer.values, world.stored), first_key)
    return world, problem, first, (draw, draw_key), _blocks(draw, draw_key, steps, thin)


def simulate(surface, optimizer, start, seed, budget, since=None, *, steps: int, record: str, every: int, thin=1):
    """Traced: the record of one run as a dictionary of arrays with a leading axis of time, t / thin + 1 long.

    It stands still before step `since`, and from where it would exceed `budget` on.
    """
    world, problem, first, drawing, shape = _begin(surface, optimizer, start, seed, steps, thin)
    padded = math.prod(shape) * thin != steps
    nothing = (first.positions[0].astype(world.dtype), jnp.asarray(jnp.inf, world.dtype))

    def keep(population, problem, best, step) -> tuple[tuple, dict[str, Any]]:
        heights = world.heights(population, problem, step, every)
        positions = population.positions.astype(world.dtype)
        noted = population.cost._asdict()
        if record == "best" or thin > 1:
            best = _better(best, positions, heights, forget=world.changing)
            noted |= {"lowest": best[1]} if thin > 1 else {}
        if record in ("all", "evaluated"):
            noted |= {"positions": positions, "values": heights}
        if record == "best":
            noted |= {"positions": best[0][None], "values": best[1][None]}
        if record == "last":
            noted |= {"values": jnp.min(_safe(heights))[None]}
        return best, noted

    def body(carry, now: Now):
        population, best = carry
        problem = world.problem(now)
        moved, metrics = _advance(world, problem, population, now)
        if budget is not None or since is not None or padded:
            active = now.step < steps
            active = active if budget is None else active & (moved.cost.evaluations <= budget)
            active = active if since is None else active & (now.step >= since)
            moved = jax.tree.map(partial(jnp.where, active), moved, population)
            metrics = jax.tree.map(partial(_unless, active), metrics)
        if since is not None and world.batched:  # the first step it takes follows the slope of that step's minibatch
            moved = lax.cond(now.step == since - 1, partial(_refreshed, world, now, problem), lambda same: same, moved)
        best, noted = keep(moved, problem, best, now.step + 1)
        return (moved, best), (noted, _recorded(metrics, record))

    def stretch(carry, times: Now):
        """`thin` steps, the last one recorded."""
        early = jax.tree.map(lambda leaf: leaf[:-1], times)
        last = jax.tree.map(lambda leaf: leaf[-1], times)
        carry, _ = lax.scan(lambda carry, now: (body(carry, now)[0], None), carry, early)
        return body(carry, last)

    best, noted = keep(first, problem, nothing, 0)
    times = world.times(math.prod(shape) * thin, steps)
    (final, _), (then, metrics) = _scan(body if thin == 1 else stretch, (first, best), *drawing, times, shape, thin)
    history = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b[: steps // thin]]), noted, then)
    lowest = history.pop("lowest") if thin > 1 else jnp.min(_safe(history["values"]), axis=-1)
    history["best_value"] = lowest if world.changing else lax.cummin(lowest)
    if record == "last":
        last = jax.tree.map(lambda leaf: leaf[steps - 1], times)
        heights = world.heights(final, _plain(world, last), 0, every)
        positions = final.positions.astype(world.dtype)
        return history | {"positions": positions[None], "values": heights[None], "metrics": {}}
    moments = jax.tree.map(lambda leaf: leaf[thin - 1 :: thin], times.surface | times.optimizer)
    return history | {"metrics": jax.tree.map(lambda leaf: leaf[: steps // thin], metrics | moments)}


def _plain(world: World, now: Now) -> Problem:
    """The problem of a moment for looking only, with nothing drawn."""
    loss = world.at(now, world.dtype).loss
    return Problem(loss, loss, world.domain)


def _recorded(metrics: dict[str, Any], record: str) -> dict[str, Any]:
    """Scalars always; what belongs to single points, with everything evaluated only."""
    if record == "last":
        return {}
    return metrics if record == "evaluated" else {n: each for n, each in metrics.items() if _single(each)}


def _single(metric) -> bool:
    return not isinstance(metric, Evaluated) and jnp.ndim(metric) == 0


def arrive(surface, optimizer, start, seed, *, steps: int) -> jax.Array:
    """Traced: where one walker ends (d,) from `start` (d,), and nothing else, so that nothing else is computed."""
    world, _, first, drawing, shape = _begin(surface, optimizer, start[None], seed, steps)

    def alone(population: Population) -> Population:
        """Without the axis of members: under vmap XLA lays out (runs, 1, d) so that no loop over it is vectorized."""
        return population._replace(positions=population.positions[0], values=population.values[0])

    def body(walker, now: Now):
        population = walker._replace(positions=walker.positions[None], values=walker.values[None])
        moved, _ = _advance(world, world.problem(now), population, now)
        if math.prod(shape) != steps:
            moved = jax.tree.map(partial(jnp.where, now.step < steps), moved, population)
        return alone(moved), None

    final, _ = _scan(body, alone(first), *drawing, world.times(math.prod(shape), steps), shape)
    return final.positions.astype(world.dtype)


def _unless(active, metric):
    """A metric, or NaN (False, −1) for a step that is not taken."""
    missing = jnp.nan if jnp.issubdtype(metric.dtype, jnp.floating) else -1
    return jnp.where(active, metric, jnp.asarray(missing if metric.dtype != bool else False, metric.dtype))


def _advance(world: World, problem: Problem, population: Population, now: Now) -> tuple[Population, dict[str, Any]]:
    """One step. On a surface that changes, remembered values are stale and are evaluated anew first."""
    method = world.method(now)
    if world.changing:
        population = method.refresh(problem, population)
    moved, metrics = method.step(problem, population, now.drawn.method)
    return jax.tree.map(lambda new, old: new.astype(old.dtype), moved, population), metrics


def _refreshed(world: World, now: Now, problem: Problem, population: Population) -> Population:
    """The population with what it remembers evaluated anew on this moment's minibatch, uncounted."""
    fresh = world.method(now).refresh(problem, population)._replace(cost=population.cost)
    return jax.tree.map(lambda new, old: new.astype(old.dtype), fresh, population)


def _safe(values):
    """With inf in place of NaN, which would win every comparison."""
    return jnp.where(jnp.isnan(values), jnp.inf, values)


def _better(best, positions, values, forget: bool):
    """The best point and its value so far; on a changing surface, of this moment."""
    safe = _safe(values)
    index = jnp.argmin(safe)
    improves = (safe[index] < best[1]) | forget
    return jnp.where(improves, positions[index], best[0]), jnp.where(improves, safe[index], best[1])


def _blocks(draw, key, steps: int, thin: int = 1) -> tuple[int, int]:
    """How many blocks of how many stretches of `thin` steps: each draws at most BLOCK numbers, few are padded."""
    stretches = steps // thin
    if draw is None:
        return 1, stretches
    numbers = thin * sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(draw, key)))
    blocks = -(-stretches // max(1, BLOCK // numbers))
    return blocks, -(-stretches // blocks)


def _scan(body, carry, draw, key, times: Now, shape: tuple[int, int], thin: int = 1):
    """`lax.scan` over the stretches, in blocks that draw their random numbers together."""

    def block(carry, times: Now):
        if draw is not None:
            times = times._replace(drawn=jax.vmap(lambda step: draw(random.fold_in(key, step)))(times.step))
        count = len(times.step) // thin
        each = times if thin == 1 else jax.tree.map(lambda leaf: leaf.reshape(count, thin, *leaf.shape[1:]), times)
        return lax.scan(body, carry, each)

    if shape[0] == 1:
        return block(carry, times)
    blocks = (shape[0], shape[1] * thin)
    carry, out = lax.scan(block, carry, jax.tree.map(lambda leaf: leaf.reshape(blocks), times))
    return carry, jax.tree.map(lambda leaf: leaf.reshape(leaf.shape[0] * leaf.shape[1], *leaf.shape[2:]), out)
