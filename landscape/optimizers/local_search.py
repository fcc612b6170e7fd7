"""Searches that only ever go down: by chance anywhere, by chance nearby, and along the coordinates."""

from typing import Annotated

import jax
import jax.numpy as jnp
from jax import lax

from landscape.optimizer import ACCEPTED, NONE, REJECTED, Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.annealing import PROPOSALS, look, numbers, steer
from landscape.optimizers.neighbors import stride
from landscape.optimizers.words import Bounds, Reach
from landscape.parameters import Choice, Range


def alone(problem, start, memory) -> Population:
    """A population of one at the given start."""
    return Population(start[:1], problem.search(start[0])[None], memory, cost(1))


def best_of(problem, population, candidates, heights=None):
    """Move to the best of `candidates` (m, d) where that is better: (Population, metrics, whether it moved)."""
    x, value = population.positions[0], population.values[0]
    heights = jax.vmap(problem.search)(candidates) if heights is None else heights
    index = jnp.argmin(jnp.where(jnp.isnan(heights), jnp.inf, heights))
    moves = below(heights[index], value)
    place, level = jnp.where(moves, candidates[index], x), jnp.where(moves, heights[index], value)
    taken = moves & (jnp.arange(len(heights)) == index)
    metrics = {
        "accepted": moves,
        "step_length": stride(problem, place, x),
        "evaluated": Evaluated(candidates, heights, jnp.where(taken, ACCEPTED, REJECTED).astype(jnp.int8)),
    }
    moved = population._replace(positions=place[None], values=level[None], cost=population.cost.plus(len(heights)))
    return moved, metrics, moves


def refresh(problem, population) -> Population:
    value = problem.search(population.positions[0])
    return population._replace(values=value[None], cost=population.cost.plus(1))


@optimizer(family="zeroth-order", source="doi:10.1287/opre.6.2.244")
def random_search():
    """Looks anywhere in the domain, evenly, and keeps the best: what every other method has to beat."""

    def init(problem, start, key) -> Population:
        return alone(problem, start, ())

    def step(problem, population, point):
        return best_of(problem, population, point[None])[:2]

    def draw(problem, key, dtype):
        return problem.domain.sample(key, 1, dtype)[0]

    return Method(init, step, refresh, draw)


@optimizer(family="zeroth-order", source="doi:10.1002/0471722138", spends=lambda _, values: values["neighbors"])
def hill_climbing(
    *,
    reach: Reach = 0.1,
    neighbors: Annotated[int, Range(1, 32, legal=(1, 100_000)), "looked at in one step, the best of which counts"] = 1,
    proposal: Annotated[str, Choice(*PROPOSALS), "law of the proposed moves"] = "gaussian",
    target: Annotated[
        float, Range(0.05, 0.9, legal=(0.0, 1.0), off=0.0), "share of steps to succeed, by steering the reach; 0: none"
    ] = 0.2,
    bounds: Bounds = "reflect",
):
    """Looks nearby and goes there only if it is better, as annealing does at temperature zero.

    Steered, a fifth of the steps succeeds (Rechenberg 1973): the reach shrinks as it comes near a minimum.
    """
    steering = target is not None

    def init(problem, start, key) -> Population:
        return alone(problem, start, {"factor": jnp.zeros((), start.dtype)} if steering else {})

    def step(problem, population, drawn):
        x, memory = population.positions[0], population.memory
        length = reach * jnp.exp(memory["factor"]) if steering else reach
        seen = jax.vmap(lambda each: look(problem, x, population.values[0], length, each, bounds))(drawn)
        population, metrics, moved = best_of(problem, population, *seen)
        if steering:
            # As fast as in the evolution strategy of Igel, Suttorp and Hansen 2006, doi:10.1145/1143997.1144082.
            gain = 1.0 / (1.0 + 0.5 * x.size)
            factor = steer(memory["factor"], moved.astype(x.dtype), target, -gain)
            population, metrics["factor"] = population._replace(memory={"factor": factor}), jnp.exp(memory["factor"])
        return population, metrics

    def draw(problem, key, dtype):
        return jax.vmap(lambda each: numbers(problem, proposal, each, dtype))(jax.random.split(key, neighbors))

    return Method(init, step, refresh, draw)


def below(a, b):
    """Whether a value is lower than another; any value is lower than none."""
    return (a < b) | (jnp.isnan(b) & ~jnp.isnan(a))


def explore(search, confine, x, value, strides):
    """One coordinate after the other, a stride up or else a stride down is kept where it helps.

    Returns the point (d,) and its value, and the polls: points (2d, d), values (2d,), NaN where there was no need to
    look, and which of them were kept (2d,).
    """

    def coordinate(carry, stride):
        x, value = carry
        up, down = confine(x + stride), confine(x - stride)
        high = search(up)
        rises = below(high, value)
        low = lax.cond(rises, lambda x: jnp.full_like(value, jnp.nan), search, down)
        falls = ~rises & below(low, value)
        place = jnp.where(rises, up, jnp.where(falls, down, x))
        level = jnp.where(rises, high, jnp.where(falls, low, value))
        used = jnp.stack([jnp.array(True), ~rises])
        polls = jnp.where(used[:, None], jnp.stack([up, down]), jnp.nan)
        return (place, level), (polls, jnp.stack([high, low]), used, jnp.stack([rises, falls]))

    (x, value), seen = lax.scan(coordinate, (x, value), jnp.diag(strides))
    return x, value, *(part.reshape(-1, *part.shape[2:]) for part in seen)


@optimizer(family="zeroth-order", source="doi:10.1145/321062.321069", spends=lambda domain, _: 2 * domain.dim)
def pattern_search(
    *,
    reach: Reach = 0.1,
    contraction: Annotated[float, Range(0.1, 0.9, legal=(0.001, 0.999)), "of the mesh where nothing is better"] = 0.5,
    bounds: Bounds = "clip",
):
    """Tries a stride each way along each coordinate, and repeats as a whole what helped (Hooke and Jeeves 1961).

    The mesh shrinks where nothing helps, so it ends where the slope is zero (Torczon 1997,
    doi:10.1137/S1052623493250780), and grows in search of the first point that has a value.
    """

    def init(problem, start, key) -> Population:
        return alone(problem, start, {"mesh": jnp.ones((), start.dtype), "last": jnp.zeros_like(start[0])})

    def step(problem, population, draws):
        x, value = population.positions[0], population.values[0]
        mesh, last, domain = population.memory["mesh"], population.memory["last"], problem.domain
        strides = reach * mesh * domain.width.astype(x.dtype)
        strides = strides if domain.whole is None else jnp.where(domain.whole, jnp.maximum(strides, 1.0), strides)
        follows = jnp.any(last != 0)
        ahead = domain.confine(x + last, bounds)
        level = lax.cond(follows, problem.search, lambda x: value, ahead)
        place, height, polls, values, used, kept = explore(
            problem.search, lambda each: domain.confine(each, bounds), ahead, level, strides
        )
        moves = below(height, value)
        mark = jnp.where(moves & kept, ACCEPTED, jnp.where(used, REJECTED, NONE))
        taken = jnp.where(follows, jnp.where(moves & ~jnp.any(kept), ACCEPTED, REJECTED), NONE)
        ahead = jnp.where(follows, ahead, jnp.nan)
        evaluated = Evaluated(
            jnp.concatenate([ahead[None], polls]),
            jnp.concatenate([jnp.where(follows, level, jnp.nan)[None], values]),
            jnp.concatenate([taken[None], mark]).astype(jnp.int8),
        )
        goal, lowest = jnp.where(moves, place, x), jnp.where(moves, height, value)
        # What was repeated in vain is tried without it first, before the mesh shrinks.
        factor = jnp.where(jnp.isnan(value), 1.0 / contraction, contraction)
        memory = {"mesh": mesh * jnp.where(moves | follows, 1.0, factor), "last": goal - x}
        metrics = {"mesh": mesh, "accepted": moves, "step_length": jnp.linalg.norm(goal - x), "evaluated": evaluated}
        spent = population.cost.plus(follows.astype(jnp.int32) + jnp.sum(used, dtype=jnp.int32))
        return Population(goal[None], lowest[None], memory, spent), metrics

    return Method(init, step, refresh)
