"""Tabu search (Glover 1989): the best neighbour is taken even where it is worse, and what was left is shut for a while.

What is remembered are traits: which value stands in which place, or in a tour, which cities are neighbours. A move is
tabu that would bring back a trait which was given up not long ago (as in Hertz and de Werra 1987 for colourings,
doi:10.1007/BF02239976), unless it leads below everything found so far.
"""

from __future__ import annotations

from typing import Annotated

import jax
import jax.numpy as jnp

from landscape.domain import draw_uniform
from landscape.domains.base import place
from landscape.optimizer import ACCEPTED, Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.neighbors import chosen, count, discrete, first_of, heights, lower, stretch, stride
from landscape.parameters import Range

LARGEST = 20_000  # moves that one step looks at; of larger neighbourhoods, so many by chance
HELD = -1  # in the table of traits: what the point has; else the step until which it is tabu
Tenure = Annotated[float, Range(0.0, 100.0, legal=(0.0, 1e6)), "steps for which a trait that was left is tabu"]


def looked_at(domain, sample: int) -> int:
    """How many moves a step looks at."""
    return min(sample or LARGEST, count(domain))


def one_of(lowest, number):
    """The index of one of the places where `lowest` (m,) holds, by a uniform number: every one about as likely."""
    places = jnp.arange(lowest.size, dtype=jnp.uint32)
    mixed = (places ^ (number * 2.0**24).astype(jnp.uint32)) * jnp.uint32(0x9E3779B1)
    mixed = (mixed ^ (mixed >> 15)) * jnp.uint32(0x85EBCA6B)
    mixed = jnp.where(lowest, (mixed >> 1).astype(jnp.int32), -1)
    return first_of(mixed >= jnp.max(mixed))


def standing(domain, table, x, moves, now):
    """Of each move, whether it brings back what is tabu at step `now` (m,), and whether it leads elsewhere at all."""
    until = table[jax.vmap(lambda move: domain.traits(domain.apply(x, move)))(moves)]
    return jnp.any(until >= now, axis=-1), jnp.any(until != HELD, axis=-1)


@optimizer(
    family="discrete",
    source="doi:10.1287/ijoc.1.3.190",
    spends=lambda domain, values: looked_at(domain, values["sample"]),
)
def tabu_search(
    *,
    tenure: Tenure = 4.0,
    variation: Annotated[float, Range(0.0, 100.0, legal=(0.0, 1e6)), "up to so many steps more, by chance"] = 6.0,
    sample: Annotated[
        int, Range(0, 1000, legal=(0, LARGEST)), f"moves looked at in a step, by chance; 0: all, up to {LARGEST:,}"
    ] = 300,
):
    """The best move that is not tabu, up or down; one that leads to a new best is never tabu."""

    def init(problem, start, key) -> Population:
        domain = discrete(problem, "tabu_search")
        x, value = start[0], problem.search(start[0])
        table = jnp.zeros(domain.trait_count, jnp.int32).at[domain.traits(x)].set(HELD)
        memory = {"until": table, "now": jnp.int32(0), "best": x, "lowest": value}
        return Population(x[None], value[None], memory, cost(1))

    def step(problem, population, drawn):
        domain, memory = problem.domain, population.memory
        x, value, now = population.positions[0], population.values[0], memory["now"] + 1
        moves = stretch(domain, place(drawn["first"], count(domain)), looked_at(domain, sample))
        levels = heights(problem, domain, x, value, moves)
        levels = jnp.where(jnp.isnan(levels), jnp.inf, levels)
        tabu, leads = standing(domain, memory["until"], x, moves, now)
        free = leads & (~tabu | lower(levels, memory["lowest"]))
        free = jnp.where(jnp.any(free), free, leads)  # where all is tabu, the lowest of that
        floor = jnp.min(jnp.where(free, levels, jnp.inf))
        index = one_of(free & (levels <= floor), drawn["tie"])
        moves_on = jnp.any(free)
        moved = jnp.where(moves_on, domain.apply(x, chosen(moves, index)), x)
        level = jnp.where(moves_on, levels[index], value)
        until = now + jnp.round(tenure + variation * drawn["longer"]).astype(jnp.int32)
        table = memory["until"].at[domain.traits(x)].set(until).at[domain.traits(moved)].set(HELD)
        better = lower(level, memory["lowest"])
        metrics = {
            "accepted": moves_on,
            "aspired": tabu[index] & better,
            "tabu": jnp.mean(tabu, dtype=value.dtype),
            "step_length": stride(problem, moved, x),
            "evaluated": Evaluated(moved[None], level[None], jnp.full(1, ACCEPTED, jnp.int8)),
        }
        best, lowest = jnp.where(better, moved, memory["best"]), jnp.where(better, level, memory["lowest"])
        memory = {"until": table, "now": now, "best": best, "lowest": lowest}
        return Population(moved[None], level[None], memory, population.cost.plus(levels.size)), metrics

    def refresh(problem, population) -> Population:
        value, memory = problem.search(population.positions[0]), population.memory
        memory = memory | {"lowest": problem.search(memory["best"])}
        return population._replace(values=value[None], memory=memory, cost=population.cost.plus(2))

    def draw(problem, key, dtype):
        discrete(problem, "tabu_search")
        uniform = draw_uniform(key, (3,), jnp.float32)
        return {"tie": uniform[0], "first": uniform[1], "longer": uniform[2].astype(dtype)}

    return Method(init, step, refresh, draw)
