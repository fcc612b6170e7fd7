"""Covariance matrix adaptation (Hansen and Ostermeier 2001): samples of a normal distribution that learns its shape.

Constants and update follow Hansen's tutorial, arXiv:1604.00772, with active weights: the worse half of a generation
takes variance away from where it lies (Jastrebski and Arnold 2006, doi:10.1109/CEC.2006.1688662).  All lengths are
shares of the domain's width, so one sigma suits every domain.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.optimizer import GENERATION, Evaluated, Method, Population, cost, optimizer, spread
from landscape.optimizers.words import Bounds
from landscape.parameters import Range

STALE = 0.1  # how much of the covariance may be new before its roots are computed again
TINY = 1e-30  # of an eigenvalue
HELD = ("reflect", "clip")  # rules that hold the mean in the box: beyond the edge lie mirror images, or a plateau
Sigma = Annotated[
    float, Range(1e-5, 0.5, log=True, legal=(1e-6, math.inf)), "standard deviation as a share of the domain's width"
]


class Constants(NamedTuple):
    """Weights and rates of the tutorial's table 1, in its order of symbols."""

    weights: np.ndarray  # w (n,) by rank, best first; they add up to 1 less what the worse half takes away
    mass: float  # μ_eff: how many points the mean effectively averages
    path: float  # c_c: of the evolution path
    sigma: float  # c_σ: of the step size's path
    damping: float  # d_σ
    one: float  # c_1: of the rank-one update
    many: float  # c_μ: of the rank-μ update

    @property
    def period(self) -> int:
        """Every how many generations the roots of the covariance are computed."""
        return max(1, round(STALE / (self.one + self.many)))


def constants(dim: int, size: int) -> Constants:
    """The tutorial's defaults; as in pycma, fewer than six points learn more slowly."""
    raw = math.log((size + 1) / 2) - np.log(np.arange(1, size + 1))
    better, worse = raw[: size // 2], raw[size // 2 :]
    mass, lost = (float(part.sum() ** 2 / (part**2).sum()) for part in (better, worse))
    path = (4 + mass / dim) / (dim + 4 + 2 * mass / dim)
    sigma = (mass + 2) / (dim + mass + 5)
    damping = 1 + 2 * max(0.0, math.sqrt((mass - 1) / (dim + 1)) - 1) + sigma
    one = min(1.0, size / 6) * 2 / ((dim + 1.3) ** 2 + mass)
    many = min(1 - one, 2 * (0.25 + mass + 1 / mass - 2) / ((dim + 2) ** 2 + mass))
    # The worse half takes away no more than leaves the covariance positive.
    taken = min(1 + one / many, 1 + 2 * lost / (mass + 2), (1 - one - many) / (dim * many))
    weights = np.concatenate([better / better.sum(), taken * worse / -worse.sum()])
    return Constants(weights, mass, path, sigma, damping, one, many)


def default_size(dim: int) -> int:
    """4 + ⌊3 ln d⌋ points."""
    return 4 + int(3 * math.log(dim))


def ranks(values):
    """The place of each of `values` (n,) in their order, 0 the lowest; NaN comes last."""
    return jnp.argsort(jnp.argsort(values))


class Memory(NamedTuple):
    mean: jax.Array  # (d,)
    scale: jax.Array  # (): what the step size has become, relative to sigma
    sigma_path: jax.Array  # (d,) p_σ
    path: jax.Array  # (d,) p_c
    covariance: jax.Array  # (d, d) C
    root: jax.Array  # (d, d) its symmetric square root, and the inverse of that: as old as `period` allows.
    inverse: jax.Array  # Unlike an eigenbasis they do not jump where eigenvalues meet, so runs repeat in any batch.
    axes: jax.Array  # (): longest over shortest axis
    steps: jax.Array  # (n, d) y: how the members were drawn about the mean, in units of the step size
    length: jax.Array  # (): that step size
    age: jax.Array  # () generations


def _roots(covariance):
    """The symmetric square root, its inverse, and the ratio of the longest to the shortest axis."""
    squares, basis = jnp.linalg.eigh(covariance)
    axes = jnp.sqrt(jnp.maximum(squares, TINY))
    return (basis * axes) @ basis.T, (basis / axes) @ basis.T, axes.max() / axes.min()


def _learned(memory: Memory, values, known: Constants, width) -> Memory:
    """Mean, step size and covariance after what the generation in hand has found."""
    dim, weights = memory.mean.size, jnp.asarray(known.weights, values.dtype)[ranks(values)]
    shift = jnp.maximum(weights, 0.0) @ memory.steps
    mean = memory.mean + width * memory.length * shift

    chi = math.sqrt(dim) * (1 - 1 / (4 * dim) + 1 / (21 * dim**2))  # the expected length of d normal numbers
    sigma_path = (1 - known.sigma) * memory.sigma_path + _gain(known.sigma, known.mass) * (memory.inverse @ shift)
    long = jnp.linalg.norm(sigma_path) / chi
    scale = memory.scale * jnp.exp(jnp.minimum(1.0, known.sigma / known.damping * (long - 1.0)))

    # While the step size grows fast the evolution path stands still, or it would stretch the covariance too.
    warm = jnp.sqrt(1.0 - (1.0 - known.sigma) ** (2.0 * (memory.age.astype(values.dtype) + 1.0)))
    moves = (long / warm < 1.4 + 2 / (dim + 1)).astype(values.dtype)
    path = (1 - known.path) * memory.path + moves * _gain(known.path, known.mass) * shift
    lengths = jnp.sum((memory.steps @ memory.inverse) ** 2, axis=-1)
    weights = jnp.where(weights < 0, weights * dim / jnp.maximum(lengths, 1e-8), weights)
    fed = 1 - (1 - moves) * known.path * (2 - known.path)
    kept = 1 - known.one * fed - known.many * float(known.weights.sum())
    covariance = kept * memory.covariance + known.one * jnp.outer(path, path)
    covariance += known.many * (memory.steps.T * weights) @ memory.steps

    due = memory.age % known.period == 0
    old = memory.root, memory.inverse, memory.axes
    root, inverse, axes = lax.cond(due, lambda: _roots(covariance), lambda: old)
    return Memory(mean, scale, sigma_path, path, covariance, root, inverse, axes, memory.steps, memory.length,
                  memory.age + 1)  # fmt: skip


def _gain(rate: float, mass: float) -> float:
    """What keeps the variance of a path at one, with `mass` points averaged."""
    return math.sqrt(rate * (2 - rate) * mass)


@optimizer(family="zeroth-order", source="arXiv:1604.00772", size=default_size)
def cma_es(
    *,
    size: Annotated[
        int, Range(4, 128, log=True, legal=(4, 100_000), off=0), "points of a generation; 0: 4 + ⌊3 ln d⌋"
    ] = 0,
    sigma: Sigma = 0.2,
    bounds: Bounds = "reflect",
):
    """Samples a normal distribution and learns its mean, its covariance and its step size from their ranks."""

    def init(problem, start, key) -> Population:
        dim, dtype = problem.domain.dim, start.dtype
        count, width = size or default_size(dim), problem.domain.width.astype(dtype)
        place, around = random.split(key)
        mean = jnp.mean(start, axis=0) if len(start) else problem.domain.sample(place, 1, dtype)[0]
        steps = random.normal(around, (count * dim,), dtype).reshape(count, dim)
        positions = problem.domain.confine(mean + width * sigma * steps, bounds).at[: len(start)].set(start)
        # What is given may lie far out; it counts no more than a sample could (Hansen 2011, arXiv:1110.4181).
        given = (start - mean) / (width * sigma)
        far = jnp.linalg.norm(given, axis=-1, keepdims=True) / (math.sqrt(dim) + 2 * dim / (dim + 2))
        steps = steps.at[: len(start)].set(given / jnp.maximum(far, 1.0))
        none, one, unit = jnp.zeros(dim, dtype), jnp.ones((), dtype), jnp.eye(dim, dtype=dtype)
        memory = Memory(mean, one, none, none, unit, unit, unit, one, steps, one * sigma, jnp.zeros((), jnp.int32))
        return Population(positions, jax.vmap(problem.search)(positions), memory, cost(count))

    def step(problem, population, draws):
        width = problem.domain.width.astype(draws.dtype)
        known = constants(*draws.shape[::-1])
        memory = _learned(population.memory, population.values, known, width)
        if bounds in HELD:
            lower, upper = (end.astype(width.dtype) for end in (problem.domain.lower, problem.domain.upper))
            memory = memory._replace(mean=jnp.clip(memory.mean, lower, upper))
        length, steps = sigma * memory.scale, draws @ memory.root
        positions = problem.domain.confine(memory.mean + width * length * steps, bounds)
        values = jax.vmap(problem.search)(positions)
        metrics = {
            "step_size": length,
            "condition": memory.axes,
            "spread": spread(positions),
            "mean": memory.mean,
            "covariance": length**2 * jnp.outer(width, width) * memory.covariance,
            "evaluated": Evaluated(positions, values, jnp.full(len(values), GENERATION, jnp.int8)),
        }
        memory = memory._replace(steps=steps, length=length)
        return Population(positions, values, memory, population.cost.plus(len(values))), metrics

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(len(values)))

    def draw(problem, key, dtype):
        count, dim = size or default_size(problem.domain.dim), problem.domain.dim
        return random.normal(key, (count * dim,), dtype).reshape(count, dim)

    return Method(init, step, refresh, draw)
