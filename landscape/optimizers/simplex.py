"""The simplex of Nelder and Mead (1965): d + 1 points that crawl downhill by turning their worst corner over."""

from typing import Annotated

import jax
import jax.numpy as jnp
from jax import lax

from landscape.optimizer import ACCEPTED, NONE, Evaluated, Method, Population, cost, fill, optimizer, spread
from landscape.optimizers.local_search import below
from landscape.optimizers.words import POSITIVE, Bounds
from landscape.parameters import Choice, Range

COEFFICIENTS = {
    "standard": lambda dim: (2.0, 0.5, 0.5),
    # Weaker the more dimensions there are (Gao and Han 2012, doi:10.1007/s10589-010-9329-3).
    "adaptive": lambda dim: (1.0 + 2.0 / dim, 0.75 - 0.5 / dim, 1.0 - 1.0 / dim),
}


def corners(domain, x, edge, bounds: str):
    """A simplex (d + 1, d) at `x` (d,): one step of `edge` widths along each coordinate, away from a near border."""
    lower, upper, width = (end.astype(x.dtype) for end in (domain.lower, domain.upper, domain.width))
    step = edge * width
    step = step if domain.whole is None else jnp.where(domain.whole, jnp.maximum(step, 1.0), step)
    step = jnp.where((x + step > upper) & (x - lower > upper - x), -step, step)
    return jnp.concatenate([x[None], domain.confine(x + jnp.diag(step), bounds)])


def second(centre, worst, values, height, expansion, contraction):
    """The second point to try: beyond the first where that is the best of all, else between it and the centre.

    Returns the point (d,), the value it has to beat, and whether it is worth an evaluation at all.
    """
    best, next_worst, highest = values[0], values[-2], values[-1]
    beyond, outside = below(height, best), below(height, highest)
    share = jnp.where(beyond, expansion, jnp.where(outside, contraction, -contraction))
    return (
        (1.0 + share) * centre - share * worst,
        jnp.where(beyond | outside, height, highest),
        beyond | ~below(height, next_worst),
    )


@optimizer(family="zeroth-order", source="doi:10.1093/comjnl/7.4.308", size=lambda dim: dim + 1, spends=lambda *_: 1)
def nelder_mead(
    *,
    edge: Annotated[
        float, Range(0.01, 0.5, log=True, legal=POSITIVE), "of the first simplex, as a share of the domain's width"
    ] = 0.1,
    coefficients: Annotated[
        str, Choice(*COEFFICIENTS), "of expansion and contraction, fixed or by dimension"
    ] = "standard",
    bounds: Bounds = "clip",
):
    """Reflects the worst of d + 1 points through the others, then stretches, contracts or shrinks the simplex.

    The decisions are those of Lagarias et al. 1998 (doi:10.1137/S1052623496303470), as in SciPy and MATLAB.
    """

    def init(problem, start, key) -> Population:
        alone = start.shape[0] <= 1
        positions = corners(problem.domain, fill(problem, start, 1, key)[0], edge, bounds) if alone else start
        return Population(positions, jax.vmap(problem.search)(positions), (), cost(len(positions)))

    def step(problem, population, draws):
        order = jnp.argsort(population.values)  # the lowest first, what has no value last
        points, values = population.positions[order], population.values[order]
        dim = points.shape[1]
        expansion, contraction, shrinkage = COEFFICIENTS[coefficients](dim)
        centre, worst = jnp.mean(points[:-1], axis=0), points[-1]

        first = problem.domain.confine(2.0 * centre - worst, bounds)
        height = problem.search(first)
        other, mark, tried = second(centre, worst, values, height, expansion, contraction)
        other = problem.domain.confine(other, bounds)
        level = lax.cond(tried, problem.search, lambda x: jnp.full_like(height, jnp.nan), other)

        beyond, outside = below(height, values[0]), below(height, values[-1])
        # An outside contraction may tie with the reflected point; everything else has to be better.
        takes = tried & (below(level, mark) | (outside & ~beyond & (level == mark)))
        shrinks = tried & ~takes & ~beyond
        point, value = jnp.where(takes, other, first), jnp.where(takes, level, height)

        towards = problem.domain.confine(points[0] + shrinkage * (points[1:] - points[0]), bounds)
        nothing = jnp.full(dim, jnp.nan, values.dtype)
        heights = lax.cond(shrinks, jax.vmap(problem.search), lambda x: nothing, towards)

        positions = jnp.concatenate([points[:1], jnp.where(shrinks, towards, points[1:].at[-1].set(point))])
        levels = jnp.concatenate([values[:1], jnp.where(shrinks, heights, values[1:].at[-1].set(value))])
        first_kept, second_kept = (each.astype(jnp.int8) for each in (~takes & ~shrinks, takes))
        pair = jnp.stack([first_kept, jnp.where(tried, second_kept, NONE)])
        kind = jnp.concatenate([pair, jnp.full(dim, jnp.where(shrinks, ACCEPTED, NONE))]).astype(jnp.int8)
        seen = jnp.concatenate([first[None], other[None], towards])
        evaluated = Evaluated(
            jnp.where(kind[:, None] == NONE, jnp.nan, seen), jnp.concatenate([height[None], level[None], heights]), kind
        )
        used = 1 + tried.astype(jnp.int32) + dim * shrinks.astype(jnp.int32)
        metrics = {"spread": spread(positions), "shrinks": shrinks, "evaluated": evaluated}
        return Population(positions, levels, (), population.cost.plus(used)), metrics

    def refresh(problem, population) -> Population:
        values = jax.vmap(problem.search)(population.positions)
        return population._replace(values=values, cost=population.cost.plus(len(values)))

    return Method(init, step, refresh)
