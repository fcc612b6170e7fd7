"""Downhill in time: gradient flow, its noisy companion, and the step that knows how low it may get."""

from typing import Annotated

import jax.numpy as jnp
from jax import lax, random

from landscape.optimizer import ACCEPTED, NONE, PROBE, REJECTED, Cost, Evaluated, optimizer
from landscape.optimizers.walker import Moved, Place, choose, look, walker
from landscape.optimizers.words import LearningRate, Temperature
from landscape.parameters import Range

SUBSTEPS = 64  # at most, in one step
TOLERANCE = 1e-5  # error of a substep as a share of the domain's width
# Bogacki and Shampine's pair: stages at shares of the substep, the solution of order 3, and its estimated error.
STAGES = ((1 / 2,), (0.0, 3 / 4))
SOLUTION = (2 / 9, 1 / 3, 4 / 9)
ERROR = (-5 / 72, 1 / 12, 1 / 9, -1 / 8)


def _weighted(weights, vectors):
    return sum(weight * vector for weight, vector in zip(weights, vectors, strict=True) if weight)


def _substep(problem, here: Place, time):
    """One Runge–Kutta step over `time`: the place it leads to, its error (), the stages on the way."""
    seen, slopes = [], [-here.gradient]
    for weights in (*STAGES, SOLUTION):
        seen.append(look(problem, problem.settle(here.x + time * _weighted(weights, slopes))))
        slopes.append(-seen[-1].gradient)
    error = time * _weighted(ERROR, slopes) / problem.domain.width.astype(here.x.dtype)
    return seen[-1], jnp.max(jnp.abs(error)), seen


@optimizer(family="gradient", source="doi:10.1016/0893-9659(89)90079-7")
def gradient_flow(*, learning_rate: LearningRate = 0.01):
    """The path of water: dx/dt = −∇f, followed over a time of one learning rate in each step.

    What gradient descent becomes for small steps. A Runge–Kutta pair of order 3(2) chooses its own substeps; where 64
    do not suffice (a stiff valley, a kink), the step covers less time, and the metric `time` tells how much.
    """
    stages = len(SOLUTION)

    def begin(x):
        return jnp.asarray(jnp.inf, x.dtype)  # the next substep: as long as possible, until one fails

    def move(problem, here, substep, draws) -> Moved:
        def goes_on(state):
            count, left = state[:2]
            return (count < SUBSTEPS) & (left > 0)

        def body(state):
            count, left, substep, place, (points, values, kinds) = state
            time = jnp.minimum(substep, left)
            there, error, seen = _substep(problem, place, time)
            fits = (error <= TOLERANCE) & jnp.isfinite(there.value)
            wished = time * jnp.clip(0.9 * (TOLERANCE / error) ** (1 / 3), 0.2, 5.0)
            wished = jnp.where(fits & (substep > left), jnp.maximum(wished, substep), wished)
            wished = jnp.where(jnp.isfinite(error), wished, 0.2 * time)
            kind = (
                jnp.asarray([PROBE] * (stages - 1) + [REJECTED], jnp.int8)
                .at[-1]
                .set(jnp.where(fits, ACCEPTED, REJECTED))
            )
            record = (
                points.at[count].set(jnp.stack([each.x for each in seen])),
                values.at[count].set(jnp.stack([each.value for each in seen])),
                kinds.at[count].set(kind),
            )
            left = jnp.where(fits, jnp.where(substep < left, left - time, 0.0), left)
            return count + 1, left, wished, choose(fits, there, place), record

        most, dtype = (SUBSTEPS, stages), here.x.dtype
        empty = (
            jnp.full((*most, here.x.size), jnp.nan, dtype),
            jnp.full(most, jnp.nan, dtype),
            jnp.full(most, NONE, jnp.int8),
        )
        count, left, substep, place, record = lax.while_loop(
            goes_on, body, (jnp.int32(0), learning_rate, substep, here, empty)
        )
        metrics = {"time": learning_rate - left, "substeps": count}
        return Moved(
            place,
            substep,
            Evaluated(*(each.reshape(-1, *each.shape[2:]) for each in record)),
            Cost(stages * count, stages * count),
            metrics,
        )

    return walker(begin, move)


@optimizer(family="gradient", source="https://www.stats.ox.ac.uk/~teh/research/compstats/WelTeh2011a.pdf")
def langevin(*, learning_rate: LearningRate = 0.002, temperature: Temperature = 1.0):
    """Stochastic gradient Langevin dynamics: downhill, and shaken so that it visits x as often as exp(−f(x)/T).

    So in the limit of small steps. Along a curvature h the variance is T / (h (1 − ηh/2)), a little too much.
    """

    def move(problem, here, memory, draws) -> Moved:
        shaken = jnp.sqrt(2.0 * learning_rate * temperature) * draws
        there = look(problem, problem.settle(here.x - learning_rate * here.gradient + shaken))
        return _one(there, {"temperature": temperature})

    def draw(problem, key, dtype):
        return random.normal(key, (problem.domain.dim,), dtype)

    return walker(lambda x: (), move, draw=draw)


@optimizer(family="gradient", source="doi:10.1016/0041-5553(69)90061-5")
def polyak(
    *,
    target: Annotated[float, Range(-10.0, 10.0), "the lowest loss there is, or the one to reach"] = 0.0,
    learning_rate: LearningRate = 1.0,
):
    """Steps so long that a linear loss would fall to the target: (f − f*) / |∇f|², at most the learning rate."""

    def move(problem, here, memory, draws) -> Moved:
        excess, square = jnp.maximum(here.value - target, 0.0), jnp.sum(here.gradient**2)
        rate = jnp.minimum(jnp.where(square > 0, excess / square, 0.0), learning_rate)
        there = look(problem, problem.settle(here.x - rate * here.gradient))
        return _one(there, {"rate": rate})

    return walker(lambda x: (), move)


def _one(there: Place, metrics) -> Moved:
    """The one place that a step went to."""
    evaluated = Evaluated(there.x[None], there.value[None], jnp.full(1, ACCEPTED, jnp.int8))
    return Moved(there, (), evaluated, Cost(1, 1), metrics)
