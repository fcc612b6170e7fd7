"""Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983): uphill moves are taken while it is warm."""

from typing import Annotated

import jax.numpy as jnp
from jax import random

from landscape.domain import PROPOSALS
from landscape.optimizer import Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.words import Bounds, Reach, Temperature
from landscape.parameters import Choice
from landscape.schedules import exponential


def acceptance(rise, temperature):
    """Metropolis: the probability of taking a move that raises the loss by `rise`; 1 downhill, 0 to no value."""
    uphill = jnp.where(rise > 0, rise, 0.0)
    warm = jnp.exp(-uphill / jnp.where(temperature > 0, temperature, 1.0))
    return jnp.where(rise <= 0, 1.0, jnp.where((rise > 0) & (temperature > 0), warm, 0.0))


COOLING = exponential(start=10.0, end=0.01)


@optimizer(family="zeroth-order", source="doi:10.1126/science.220.4598.671")
def simulated_annealing(
    *,
    temperature: Temperature = COOLING,
    reach: Reach = 0.05,
    proposal: Annotated[str, Choice(*PROPOSALS), "law of the proposed move"] = "gaussian",
    bounds: Bounds = "reflect",
):
    """One walker; a worse neighbour is taken with probability exp(−rise / temperature)."""

    def init(problem, start, key) -> Population:
        return Population(start[:1], problem.search(start[0])[None], (), cost(1))

    def step(problem, population, draws):
        x, value = population.positions[0], population.values[0]
        candidate = problem.domain.neighbor(draws[1:], x, reach, proposal=proposal)
        candidate = problem.domain.confine(candidate, bounds)
        height = problem.search(candidate)
        # From a point without a value every move is an improvement; to one, none is.
        probability = jnp.where(jnp.isfinite(value), acceptance(height - value, temperature), 1.0)
        accepted = draws[0] < probability
        metrics = {
            "temperature": temperature,
            "acceptance": jnp.where(jnp.isnan(probability), 0.0, probability),
            "accepted": accepted,
            "step_length": jnp.where(accepted, jnp.linalg.norm(candidate - x), 0.0),
            "evaluated": Evaluated(candidate[None], height[None], accepted[None].astype(jnp.int8)),
        }
        x, value = jnp.where(accepted, candidate, x), jnp.where(accepted, height, value)
        return Population(x[None], value[None], (), population.cost.plus(1)), metrics

    def refresh(problem, population) -> Population:
        value = problem.search(population.positions[0])
        return population._replace(values=value[None], cost=population.cost.plus(1))

    def draw(problem, key, dtype):
        return random.uniform(key, (1 + problem.domain.draws,), dtype)

    return Method(init, step, refresh, draw)
