"""Iterated local search (Lourenço, Martin and Stützle 2003): down to a local optimum, a kick, and down again."""

from __future__ import annotations

from typing import Annotated

import jax.numpy as jnp
from jax import lax, random

from landscape.domain import draw_uniform
from landscape.optimizer import ACCEPTED, NONE, REJECTED, Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.annealing import acceptance
from landscape.optimizers.neighbors import chosen, count, discrete, heights, least_of, lower, stretch, stride
from landscape.parameters import Range

Sample = Annotated[int, Range(1, 256, log=True, legal=(1, 20_000)), "moves looked at in a step; the best counts"]
Share = Annotated[float, Range(0.1, 1.0, legal=(0.001, 1.0)), "of all moves looked at in vain until it kicks"]


def best_move(problem, domain, x, value, first, size: int):
    """The best of `size` moves of the list from number `first` on: where it leads, its value, whether that is lower."""
    moves = stretch(domain, first, size)
    levels = heights(problem, domain, x, value, moves)
    index = least_of(levels)
    return domain.apply(x, chosen(moves, index)), levels[index], lower(levels[index], value)


def at_home(problem, population) -> Population:
    """Evaluated anew, the home too; before the first local optimum there is none, and it stays without a value."""
    value, memory = problem.search(population.positions[0]), population.memory
    level = jnp.where(jnp.isinf(memory["level"]), memory["level"], problem.search(memory["home"]))
    return population._replace(values=value[None], memory=memory | {"level": level}, cost=population.cost.plus(2))


@optimizer(
    family="discrete",
    source="doi:10.1007/0-306-48056-5_11",
    spends=lambda domain, values: min(values["sample"], count(domain)),
)
def iterated_local_search(
    *,
    sample: Sample = 64,
    share: Share = 1.0,
    strength: Annotated[int, Range(1, 8, legal=(1, 100)), "of a kick"] = 1,
    temperature: Annotated[
        float, Range(1e-3, 100.0, log=True, legal=(0.0, 1e12), off=0.0), "rise between local optima that is taken"
    ] = 0.0,
):
    """Looks at a few moves at a time and takes the best if it is better; after all of them in vain, a kick.

    The kick sets out from the lower one of the last two local optima, or by temperature from the last one.
    """

    def init(problem, start, key) -> Population:
        domain = discrete(problem, "iterated_local_search")
        x, value = start[0], problem.search(start[0])
        first = random.randint(key, (), 0, count(domain), jnp.int32)
        # The start is no home yet: the first local optimum takes its place whatever the values.
        memory = {"home": x, "level": jnp.full_like(value, jnp.inf), "first": first, "vain": jnp.int32(0)}
        return Population(x[None], value[None], memory, cost(1))

    def step(problem, population, drawn):
        domain, memory = problem.domain, population.memory
        whole = count(domain)
        size = min(sample, whole)
        x, value = population.positions[0], population.values[0]
        candidate, height, better = best_move(problem, domain, x, value, memory["first"], size)
        vain = jnp.where(better, 0, memory["vain"] + size)
        kicked = vain >= share * whole
        warm = 0.0 if temperature is None else temperature
        taken = drawn["decide"] < acceptance(value - memory["level"], warm)
        home, level = jnp.where(taken, x, memory["home"]), jnp.where(taken, value, memory["level"])
        far = domain.kick(drawn["kick"], home, strength)
        fresh = lax.cond(kicked, problem.search, lambda x: jnp.full_like(value, jnp.nan), far)
        place = jnp.where(kicked, far, jnp.where(better, candidate, x))
        reached = jnp.where(kicked, fresh, jnp.where(better, height, value))
        memory = {
            "home": jnp.where(kicked, home, memory["home"]),
            "level": jnp.where(kicked, level, memory["level"]),
            "first": (memory["first"] + size) % whole,
            "vain": jnp.where(kicked, 0, vain),
        }
        kinds = jnp.stack([jnp.where(better, ACCEPTED, REJECTED), jnp.where(kicked, ACCEPTED, NONE)])
        points = jnp.stack([candidate, jnp.where(kicked, far, jnp.nan)])
        metrics = {
            "accepted": better | (kicked & taken),
            "kicked": kicked,
            "step_length": stride(problem, place, x),
            "evaluated": Evaluated(points, jnp.stack([height, fresh]), kinds.astype(jnp.int8)),
        }
        spent = population.cost.plus(size + kicked.astype(jnp.int32))
        return Population(place[None], reached[None], memory, spent), metrics

    def draw(problem, key, dtype):
        decide, kick = random.split(key)
        draws = discrete(problem, "iterated_local_search").kick_draws
        return {"decide": draw_uniform(decide, (), dtype), "kick": draw_uniform(kick, (draws,), dtype)}

    return Method(init, step, at_home, draw)
