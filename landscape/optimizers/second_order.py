"""Methods that know curvature: Newton's, with and without a safeguard."""

import math
from typing import Annotated

import jax.numpy as jnp
from jax import lax

from landscape.optimizer import ACCEPTED, REJECTED, Cost, Evaluated, Problem, optimizer
from landscape.optimizers.line_search import NOISE
from landscape.optimizers.walker import Moved, Place, choose, survey, walker
from landscape.optimizers.words import POSITIVE, LearningRate
from landscape.parameters import Choice, Range

FLAT = 4.0  # roundings of the largest curvature below which one counts as none
HALVINGS = 60  # of the interval that holds the Lagrange multiplier of a trust region
# Shares of the promised fall: a step with less than the first is not taken, with less than the second the radius
# shrinks, with more than the third it may grow.
ENOUGH, POOR, GOOD = 1e-4, 0.25, 0.75


def eigen(hessian):
    """Curvatures (d,) in ascending order and their directions (d, d); NaN where the Hessian is not finite."""
    work = jnp.promote_types(hessian.dtype, jnp.float32)
    finite = jnp.all(jnp.isfinite(hessian))
    curvatures, directions = jnp.linalg.eigh(jnp.where(finite, hessian, 0.0).astype(work))
    return jnp.where(finite, curvatures, jnp.nan).astype(hessian.dtype), directions.astype(hessian.dtype)


def _arrived(problem: Problem, x) -> tuple[Place, Cost]:
    return survey(problem, x), Cost(1, 1 + x.size)


@optimizer(family="second-order", source="doi:10.1007/978-0-387-40065-5")
def newton(
    *,
    learning_rate: LearningRate = 1.0,
    damping: Annotated[
        float, Range(1e-3, 1e3, log=True, legal=POSITIVE, off=0.0), "added to every curvature (Levenberg)"
    ] = 0.0,
    curvature: Annotated[str, Choice("signed", "absolute"), "absolute ones lead away from saddles"] = "signed",
):
    """To where the local quadratic is stationary, minimum or not: one step on a quadratic, quadratic near a solution.

    With absolute curvatures it is the saddle-free method (arXiv:1406.2572). Where there is no curvature it stays.
    """

    def move(problem, here, memory, draws) -> Moved:
        curvatures, directions = eigen(here.hessian)
        size = jnp.abs(curvatures) if curvature == "absolute" else curvatures
        size = size if damping is None else size + damping
        largest = jnp.max(jnp.abs(size))
        flat = jnp.abs(size) <= FLAT * float(jnp.finfo(here.x.dtype).eps) * largest
        scaled = jnp.where(flat, 0.0, (here.gradient @ directions) / jnp.where(flat, 1.0, size))
        there, spent = _arrived(problem, problem.settle(here.x - learning_rate * (directions @ scaled)))
        evaluated = Evaluated(there.x[None], there.value[None], jnp.full(1, ACCEPTED, jnp.int8))
        return Moved(there, (), evaluated, spent, {"lowest_curvature": curvatures[0]})

    return walker(lambda x: (), move, look=survey)


def lowest_within(curvatures, slopes, radius):
    """The lowest point (d,) of Σ slopes·s + ½ curvatures·s² with |s| ≤ radius; curvatures ascend.

    s = −slopes / (curvatures + λ) for the λ that puts it on the edge, found by halving (Moré and Sorensen 1983,
    doi:10.1137/0904038). Where even the least λ leaves it inside, the edge is reached along the lowest curvature.
    """
    tiny = float(jnp.finfo(slopes.dtype).tiny)

    def at(shift):
        return -slopes / jnp.maximum(curvatures + shift, tiny)

    def halve(_, ends):
        low, high = ends
        middle = 0.5 * (low + high)
        outside = jnp.linalg.norm(at(middle)) > radius
        return jnp.where(outside, middle, low), jnp.where(outside, high, middle)

    least = jnp.maximum(-curvatures[0], 0.0)
    ends = (least, least + jnp.linalg.norm(slopes) / radius)
    inside = (curvatures[0] > 0) & (jnp.linalg.norm(at(0.0)) <= radius)
    step = at(jnp.where(inside, 0.0, lax.fori_loop(0, HALVINGS, halve, ends)[1]))
    rest = jnp.sqrt(jnp.maximum(radius**2 - jnp.sum(step[1:] ** 2), 0.0))
    return jnp.where(curvatures[0] < 0, step.at[0].set(jnp.where(step[0] < 0, -rest, rest)), step)


@optimizer(family="second-order", source="doi:10.1137/1.9780898719857")
def trust_region(
    *,
    radius: Annotated[
        float, Range(1e-4, 1.0, log=True, legal=POSITIVE), "longest step, as a share of the domain's diagonal"
    ] = 0.1,
):
    """Newton's method that trusts its quadratic within a radius: the lowest point there, if the loss falls as it says.

    The radius shrinks where it does not and grows where it does. Saddles are left along their lowest curvature.
    """

    def move(problem, here, memory, draws) -> Moved:
        diagonal = jnp.asarray(math.hypot(*problem.domain.width), here.x.dtype)
        within = jnp.minimum(memory, radius * diagonal)
        curvatures, directions = eigen(here.hessian)
        slopes = here.gradient @ directions
        step = lowest_within(curvatures, slopes, within)
        length = jnp.linalg.norm(step)
        there, spent = _arrived(problem, problem.settle(here.x + directions @ step))

        promised = -jnp.sum(slopes * step + 0.5 * curvatures * step**2)
        fall = here.value - there.value + NOISE * float(jnp.finfo(here.x.dtype).eps) * jnp.abs(here.value)
        accepted, poor = fall >= ENOUGH * promised, ~(fall >= POOR * promised)
        bold = (fall >= GOOD * promised) & (length > 0.9 * within)
        next_radius = jnp.where(poor, 0.25 * within, jnp.where(bold, 2.0 * within, within))
        next_radius = jnp.maximum(next_radius, float(jnp.finfo(here.x.dtype).eps) * diagonal)
        kind = jnp.where(accepted, ACCEPTED, REJECTED).astype(jnp.int8)
        evaluated = Evaluated(there.x[None], there.value[None], kind[None])
        metrics = {"accepted": accepted, "lowest_curvature": curvatures[0], "radius": within}
        return Moved(choose(accepted, there, here), next_radius, evaluated, spent, metrics)

    return walker(lambda x: jnp.asarray(jnp.inf, x.dtype), move, look=survey)
