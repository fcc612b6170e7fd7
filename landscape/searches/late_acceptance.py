"""Late acceptance (Burke and Bykov 2017): the walk goes on where that is no higher, or lower than a while ago."""

from __future__ import annotations

from typing import Annotated

import jax.numpy as jnp

from landscape.domain import draw_uniform
from landscape.optimizer import ACCEPTED, REJECTED, Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.neighbors import after, discrete, stride
from landscape.parameters import Range


@optimizer(family="discrete", source="doi:10.1016/j.ejor.2016.07.012")
def late_acceptance(
    *,
    history: Annotated[
        int, Range(1, 10_000, log=True, legal=(1, 10**6)), "steps back that a neighbour is compared with"
    ] = 300,
):
    """Takes a random neighbour that is no higher than here, or lower than here so many steps ago: no temperature.

    The longer the history, the slower it cools by itself, and the lower it ends. A history of 1 is hill climbing.
    """

    def init(problem, start, key) -> Population:
        discrete(problem, "late_acceptance")
        x, value = start[0], problem.search(start[0])
        memory = {"past": jnp.full(history, value), "now": jnp.int32(0)}
        return Population(x[None], value[None], memory, cost(1))

    def step(problem, population, uniform):
        domain, memory = problem.domain, population.memory
        x, value = population.positions[0], population.values[0]
        candidate, height = after(problem, domain, x, value, domain.propose(uniform, x))
        at = memory["now"] % history
        bar = memory["past"][at]
        accepted = (height <= value) | (height < bar) | (jnp.isnan(value) & ~jnp.isnan(height))
        place, level = jnp.where(accepted, candidate, x), jnp.where(accepted, height, value)
        # The history only falls, which the authors found better than writing down every value.
        past = memory["past"].at[at].set(jnp.where((level < bar) | jnp.isnan(bar), level, bar))
        kind = jnp.where(accepted, ACCEPTED, REJECTED).astype(jnp.int8)
        metrics = {
            "accepted": accepted,
            "threshold": bar - value,
            "step_length": stride(problem, place, x),
            "evaluated": Evaluated(candidate[None], height[None], kind[None]),
        }
        memory = {"past": past, "now": memory["now"] + 1}
        return Population(place[None], level[None], memory, population.cost.plus(1)), metrics

    def refresh(problem, population) -> Population:
        """The history belongs to a surface that is no more; it is moved by as much as the value here has changed."""
        value, memory = problem.search(population.positions[0]), population.memory
        memory = memory | {"past": memory["past"] + (value - population.values[0])}
        return population._replace(values=value[None], memory=memory, cost=population.cost.plus(1))

    def draw(problem, key, dtype):
        return draw_uniform(key, (discrete(problem, "late_acceptance").draws,), dtype)

    return Method(init, step, refresh, draw)
