"""Variable neighbourhood search (Mladenović and Hansen 1997): what is a minimum for one neighbourhood is none for all.

On the way down it goes through the neighbourhoods of the domain one after the other, and begins again with the first
after each improvement. Below all of them it shakes the best point: by one move, and by one more for each time in vain.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import jax.numpy as jnp
from jax import lax, random

from landscape.domain import draw_uniform
from landscape.optimizer import ACCEPTED, NONE, REJECTED, Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.neighbors import count, discrete, lower, stride
from landscape.parameters import Range
from landscape.searches.iterated_local_search import Sample, Share, at_home, best_move


def every(problem) -> list:
    """The domain with each of its neighbourhoods, its own first."""
    return ways(discrete(problem, "variable_neighborhood_search"))


def ways(domain) -> list:
    return [domain.using(neighborhood=name) for name in domain.walkable]


def shaken(domains, x, uniform, moves):
    """`x` after so many random moves, of one neighbourhood after the other; `uniform` has a row for each (k, draws)."""
    for index, numbers in enumerate(uniform):
        domain = domains[index % len(domains)]
        x = jnp.where(index < moves, domain.neighbor(numbers[: domain.draws], x), x)
    return x


@optimizer(
    family="discrete",
    source="doi:10.1016/S0305-0548(97)00031-2",
    spends=lambda domain, values: min(values["sample"], *map(count, ways(domain))),
)
def variable_neighborhood_search(
    *,
    sample: Sample = 32,
    share: Share = 0.2,
    nearest: Annotated[int, Range(1, 8, legal=(1, 100)), "random moves of the first shake"] = 1,
    farthest: Annotated[int, Range(2, 16, legal=(1, 100)), "random moves of the longest shake"] = 8,
):
    """Looks at a few moves at a time through all neighbourhoods in turn, then shakes: farther each time in vain."""
    farthest = max(nearest, farthest)

    def init(problem, start, key) -> Population:
        counts = [count(domain) for domain in every(problem)]
        x, value = start[0], problem.search(start[0])
        memory = {
            "first": random.randint(key, (), 0, max(counts), jnp.int32),
            "vain": jnp.int32(0),
            "which": jnp.int32(0),
        }
        memory |= {"home": x, "level": jnp.full_like(value, jnp.inf), "moves": jnp.int32(nearest)}
        return Population(x[None], value[None], memory, cost(1))

    def step(problem, population, uniform):
        domains, memory = every(problem), population.memory
        counts = [count(domain) for domain in domains]
        size = min(sample, *counts)
        x, value, which = population.positions[0], population.values[0], memory["which"]
        looks = [partial(best_move, problem, domain, size=size) for domain in domains]
        candidate, height, better = lax.switch(which, looks, x, value, memory["first"])
        vain = jnp.where(better, 0, memory["vain"] + size)
        passed = vain >= share * jnp.asarray(counts)[which]  # nothing in this neighbourhood: on to the next one
        kicked = passed & (which == len(domains) - 1)
        lowers = kicked & lower(value, memory["level"])
        home, level = jnp.where(lowers, x, memory["home"]), jnp.where(lowers, value, memory["level"])
        farther = jnp.where(memory["moves"] < farthest, memory["moves"] + 1, nearest)
        moves = jnp.where(lowers, nearest, jnp.where(kicked, farther, memory["moves"]))
        far = shaken(domains, home, uniform, moves)
        fresh = lax.cond(kicked, problem.search, lambda x: jnp.full_like(value, jnp.nan), far)
        place = jnp.where(kicked, far, jnp.where(better, candidate, x))
        reached = jnp.where(kicked, fresh, jnp.where(better, height, value))
        memory = {
            "first": memory["first"] + size,
            "vain": jnp.where(passed, 0, vain),
            "which": jnp.where(better | kicked, 0, which + passed),
            "home": home,
            "level": level,
            "moves": moves,
        }
        kinds = jnp.stack([jnp.where(better, ACCEPTED, REJECTED), jnp.where(kicked, ACCEPTED, NONE)])
        points = jnp.stack([candidate, jnp.where(kicked, far, jnp.nan)])
        metrics = {
            "accepted": better | lowers,
            "kicked": kicked,
            "neighborhood": which,
            "moves": moves,
            "step_length": stride(problem, place, x),
            "evaluated": Evaluated(points, jnp.stack([height, fresh]), kinds.astype(jnp.int8)),
        }
        spent = population.cost.plus(size + kicked.astype(jnp.int32))
        return Population(place[None], reached[None], memory, spent), metrics

    def draw(problem, key, dtype):
        return draw_uniform(key, (farthest, max(domain.draws for domain in every(problem))), dtype)

    return Method(init, step, at_home, draw)
