"""Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983): uphill moves are taken while it is warm.

Three things make a walk: how far it looks (a proposal and its reach), how much of a rise it takes (the temperature),
and what it does when nothing gets better (the restart).  Numbers follow schedules, and temperature or reach may be
steered instead so that a wanted share of the moves is accepted.
"""

from typing import Annotated

import jax.numpy as jnp
from jax import random

from landscape.domain import Box
from landscape.laws import cauchy, gaussian
from landscape.optimizer import ACCEPTED, REJECTED, Evaluated, Method, Population, cost, optimizer
from landscape.optimizers.neighbors import after, stride
from landscape.optimizers.words import POSITIVE, Bounds
from landscape.parameters import Choice, Range
from landscape.schedules import exponential

# Measured on Rastrigin's function in ten dimensions, shifted, and shifted and turned (benchmarks/annealing.py).
COOLING = exponential(start=10.0, end=1e-6)
SHRINKING = exponential(start=0.1, end=1e-5)
GAIN, FARTHEST = 0.03, 30.0  # how fast and how far what is steered leaves its schedule, in logarithms


def everywhere(law):
    """Every coordinate moves, each by a number of its own."""
    return lambda uniform: law(uniform[:-1])


def single(law):
    """One coordinate moves: the last number decides which."""

    def step(uniform):
        dim = uniform.size - 1
        return jnp.where(jnp.arange(dim) == jnp.floor(uniform[-1] * dim), law(uniform[0]), 0.0)

    return step


def spherical_cauchy(uniform):
    """Normal numbers, all divided by one more: long tails, and no direction is preferred."""
    normal = gaussian(uniform)
    return normal[:-1] / jnp.maximum(jnp.abs(normal[-1]), 1e-6)


def ball(uniform):
    """Evenly in a ball of radius 1: any direction, and the d-th root of a uniform number as length."""
    normal = gaussian(uniform[:-1])
    return normal / jnp.linalg.norm(normal) * uniform[-1] ** (1.0 / normal.size)


# Each makes d + 1 uniform numbers a step (d,) of size 1, which is multiplied by the reach and the widths of the box.
PROPOSALS = {
    "cauchy": everywhere(cauchy),
    "gaussian": everywhere(gaussian),
    "one_cauchy": single(cauchy),
    "one_gaussian": single(gaussian),
    "spherical_cauchy": spherical_cauchy,
    "ball": ball,
}


def numbers(problem, proposal: str, key, dtype):
    """The random numbers of one step; the move is made here, where those of many steps are computed together.

    24 random bits each are enough in every precision.
    """
    domain = problem.domain
    if not isinstance(domain, Box):
        drawn = random.uniform(key, (1 + domain.draws,), dtype)
        return {"decide": drawn[0], "move": drawn[1:]}
    places = 0 if domain.whole is None else domain.dim
    drawn = random.uniform(key, (2 + domain.dim + places,), jnp.float32)
    law, up = drawn[1 : 2 + domain.dim], drawn[2 + domain.dim :]
    made = {"decide": drawn[0], "move": PROPOSALS[proposal](law), "up": up}
    return {name: each.astype(dtype) for name, each in made.items()}


def neighbor(domain, x, reach, drawn):
    """The point beside `x` (d,) that these numbers propose; whole numbers move by whole steps, rounded by chance."""
    step = reach * domain.width.astype(x.dtype) * drawn["move"]
    return x + (step if domain.whole is None else jnp.where(domain.whole, jnp.floor(step + drawn["up"]), step))


def look(problem, x, value, reach, drawn, bounds: str):
    """A point beside `x` (d,) and its value; of a discrete domain, by what the move changes where that is known."""
    domain = problem.domain
    if not isinstance(domain, Box):
        return after(problem, domain, x, value, domain.propose(drawn["move"], x, reach))
    candidate = domain.confine(neighbor(domain, x, reach, drawn), bounds)
    return candidate, problem.search(candidate)


def acceptance(rise, temperature):
    """Metropolis: the probability of taking a move that raises the loss by `rise`; 1 downhill, 0 to no value."""
    uphill = jnp.where(rise > 0, rise, 0.0)
    warm = jnp.exp(-uphill / jnp.where(temperature > 0, temperature, 1.0))
    return jnp.where(rise <= 0, 1.0, jnp.where((rise > 0) & (temperature > 0), warm, 0.0))


def steer(factor, probability, target, gain: float):
    """The logarithm of a factor, moved so that the mean probability of taking a move comes to `target`."""
    return jnp.clip(factor + gain * (target - probability), -FARTHEST, FARTHEST)


@optimizer(family="zeroth-order", source="doi:10.1126/science.220.4598.671")
def simulated_annealing(
    *,
    temperature: Annotated[
        float, Range(1e-6, 100.0, log=True, legal=POSITIVE), "rise in loss that is still accepted"
    ] = COOLING,
    reach: Annotated[
        float, Range(1e-5, 0.5, log=True, legal=POSITIVE), "typical move as a share of the domain's width"
    ] = SHRINKING,
    proposal: Annotated[str, Choice(*PROPOSALS), "law of the proposed move"] = "cauchy",
    target: Annotated[
        float, Range(0.05, 0.9, legal=(0.0, 1.0), off=0.0), "share of moves to take, by steering; 0: as scheduled"
    ] = 0.0,
    steered: Annotated[str, Choice("reach", "temperature"), "what is steered towards the target"] = "reach",
    patience: Annotated[
        int, Range(0, 10_000, legal=(0, 10**9)), "steps without a new best until it returns there; 0: never"
    ] = 0,
    bounds: Bounds = "reflect",
):
    """One walker; a worse neighbour is taken with probability exp(−rise / temperature).

    Steered, temperature and reach are those of their schedules times a factor, recorded with the metrics.
    """
    steering, heating = target is not None, steered == "temperature"

    def init(problem, start, key) -> Population:
        x, value = start[0], problem.search(start[0])
        memory = {"factor": jnp.zeros((), x.dtype)} if steering else {}
        memory |= {"best": x, "lowest": value, "waited": jnp.int32(0)} if patience else {}
        return Population(x[None], value[None], memory, cost(1))

    def step(problem, population, drawn):
        x, value, memory = population.positions[0], population.values[0], dict(population.memory)
        factor = jnp.exp(memory["factor"]) if steering else 1.0
        warmth, length = (temperature * factor, reach) if heating else (temperature, reach * factor)
        candidate, height = look(problem, x, value, length, drawn, bounds)
        # From a point without a value every move is an improvement; to one, none is.
        lost = jnp.isnan(value) | (value == jnp.inf)
        probability = jnp.where(lost, 1.0, acceptance(height - value, warmth))
        accepted = drawn["decide"] < probability
        place, level = jnp.where(accepted, candidate, x), jnp.where(accepted, height, value)
        metrics = {"temperature": warmth, "acceptance": probability, "accepted": accepted}
        if steering:
            memory["factor"] = steer(memory["factor"], probability, target, GAIN if heating else -GAIN)
            metrics["factor"] = factor
        if patience:
            place, level, memory = wait(place, level, memory, patience)
        metrics["step_length"] = stride(problem, place, x)
        kind = jnp.where(accepted, ACCEPTED, REJECTED).astype(jnp.int8)
        metrics["evaluated"] = Evaluated(candidate[None], height[None], kind[None])
        return Population(place[None], level[None], memory, population.cost.plus(1)), metrics

    def refresh(problem, population) -> Population:
        value, memory = problem.search(population.positions[0]), population.memory
        if patience:
            memory = memory | {"lowest": problem.search(memory["best"])}
        return population._replace(values=value[None], memory=memory, cost=population.cost.plus(2 if patience else 1))

    return Method(init, step, refresh, lambda problem, key, dtype: numbers(problem, proposal, key, dtype))


def wait(place, level, memory, patience: int):
    """Back to the best point after so many steps without a better one."""
    better = (level < memory["lowest"]) | jnp.isnan(memory["lowest"])
    best, lowest = jnp.where(better, place, memory["best"]), jnp.where(better, level, memory["lowest"])
    waited = jnp.where(better, 0, memory["waited"] + 1)
    back = waited >= patience
    memory = memory | {"best": best, "lowest": lowest, "waited": jnp.where(back, 0, waited)}
    return jnp.where(back, best, place), jnp.where(back, lowest, level), memory
