"""Search distributions: a normal distribution with independent coordinates moves towards where its samples do well."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
from jax import random

from landscape.optimizer import GENERATION, Evaluated, Method, Population, cost, optimizer, spread
from landscape.optimizers.evolution import Sigma, ranks
from landscape.optimizers.words import POSITIVE, Bounds, Size
from landscape.parameters import Choice, Range
from landscape.schedules import exponential

SHAPING = ("ranks", "values")
NARROWING = exponential(start=0.2, end=1e-5)


class Memory(NamedTuple):
    mean: jax.Array  # (d,)
    shape: jax.Array  # (d,): standard deviations relative to sigma
    steps: jax.Array  # (n, d): how the members were drawn about the mean, as shares of the domain's width


def utilities(values, shaping: str):
    """What each of `values` (n,) counts: the standard scores of its rank or of itself, the lowest the highest."""
    if shaping == "ranks":
        scores = -ranks(values).astype(values.dtype)
    else:  # what has no value counts like the worst that has one
        finite = jnp.isfinite(values)
        worst = jnp.max(jnp.where(finite, values, -jnp.inf))
        scores = -jnp.where(finite, values, jnp.where(jnp.isfinite(worst), worst, 0.0))
    centred = scores - scores.mean()
    deviation = jnp.sqrt(jnp.mean(centred**2))
    return centred / jnp.where(deviation > 0, deviation, 1.0)


def slope(weights, steps):
    """The direction in which samples with these weights (n,) lie: (d,).

    With losses as weights and steps (n, d) that are standard normal, its expectation is the gradient of the loss
    smoothed by that normal distribution (arXiv:1703.03864, section 2).
    """
    return weights @ steps / len(steps)


def mirrored(half):
    """Antithetic pairs: steps (n/2, d) and their opposites (n, d), so that whatever is even in them cancels."""
    return jnp.concatenate([half, -half])


def elites(values, share, steps):
    """Mean and standard deviation (d,) of the `share` of the steps (n, d) with the lowest values, one at least."""
    most = jnp.maximum(1.0, jnp.round(share * len(values)))
    kept = (ranks(values).astype(values.dtype) < most).astype(values.dtype)
    kept = kept / kept.sum()
    mean = kept @ steps
    return mean, jnp.sqrt(kept @ (steps - mean) ** 2)


def _learning(size: int, sigma, bounds: str, learn, pairs: bool = False) -> Method:
    """A method that samples `size` points, in antithetic pairs or not, and learns from them before it samples again.

    `learn` (memory, values) -> the step of the mean (d,) as a share of the domain's width, and the new shape (d,).
    """
    arranged = mirrored if pairs else lambda steps: steps

    def placed(problem, mean, steps):
        return problem.domain.confine(mean + problem.domain.width.astype(mean.dtype) * steps, bounds)

    def init(problem, start, key) -> Population:
        place, around = random.split(key)
        mean = jnp.mean(start, axis=0) if len(start) else problem.domain.sample(place, 1, start.dtype)[0]
        steps = sigma * arranged(draw(problem, around, start.dtype))
        positions = placed(problem, mean, steps).at[: len(start)].set(start)
        steps = steps.at[: len(start)].set((start - mean) / problem.domain.width.astype(start.dtype))
        memory = Memory(mean, jnp.ones_like(mean), steps)
        return Population(positions, jax.vmap(problem.search)(positions), memory, cost(size))

    def step(problem, population, draws):
        width = problem.domain.width.astype(draws.dtype)
        moved, shape = learn(population.memory, population.values)
        mean = population.memory.mean + width * moved
        steps = sigma * shape * arranged(draws)
        positions = placed(problem, mean, steps)
        values = jax.vmap(problem.search)(positions)
        metrics = {
            "step_size": sigma * jnp.sqrt(jnp.mean(shape**2)),
            "spread": spread(positions),
            "mean": mean,
            "covariance": jnp.diag((width * sigma * shape) ** 2),
            "evaluated": Evaluated(positions, values, jnp.full(size, GENERATION, jnp.int8)),
        }
        return Population(positions, values, Memory(mean, shape, steps), population.cost.plus(size)), metrics

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(size))

    def draw(problem, key, dtype):
        rows = size // 2 if pairs else size
        return random.normal(key, (rows * problem.domain.dim,), dtype).reshape(rows, -1)

    return Method(init, step, refresh, draw)


@optimizer(family="zeroth-order", source="arXiv:1703.03864")
def evolution_strategy(
    *,
    size: Annotated[int, Range(8, 128, log=True, legal=(2, 1_000_000), multiple=2), "samples, in pairs"] = 16,
    learning_rate: Annotated[
        float, Range(0.05, 5.0, log=True, legal=POSITIVE), "steps of the mean, in standard deviations"
    ] = 1.0,
    sigma: Sigma = NARROWING,
    shaping: Annotated[str, Choice(*SHAPING), "what counts of a loss: its rank, or how much it is"] = "ranks",
    bounds: Bounds = "reflect",
):
    """The mean follows the natural gradient, estimated from antithetic pairs of samples."""

    def learn(memory: Memory, values):
        # Of a round normal distribution the natural gradient is σ² times the gradient: what slope gives of the steps.
        return learning_rate * slope(utilities(values, shaping), memory.steps), memory.shape

    return _learning(size, sigma, bounds, learn, pairs=True)


@optimizer(family="zeroth-order", source="doi:10.1007/s10479-005-5724-z")
def cross_entropy(
    *,
    size: Size = 32,
    elite: Annotated[float, Range(0.05, 0.5, legal=(0.0, 1.0)), "share of the samples that are learned from"] = 0.25,
    smoothing: Annotated[float, Range(0.1, 1.0, legal=(0.0, 1.0)), "share of the new mean and deviation"] = 0.5,
    sigma: Sigma = 0.3,
    bounds: Bounds = "reflect",
):
    """Mean and standard deviation move towards those of the best samples."""

    def learn(memory: Memory, values):
        mean, deviation = elites(values, elite, memory.steps)
        return smoothing * mean, (1.0 - smoothing) * memory.shape + smoothing * deviation / sigma

    return _learning(size, sigma, bounds, learn)
