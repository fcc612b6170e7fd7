"""A line search that finds a point of the strong Wolfe conditions, and keeps every point it tried.

Along x + t p with slope m(t), the search holds an interval: its left end falls far enough and still falls steeply, its
right end does not fall enough, or rises steeply.  Between such ends the conditions hold somewhere, so the interval may
shrink for ever without losing it: to where a cubic through both ends is lowest (Nocedal and Wright, Numerical
Optimization, 2nd ed., sections 3.1 and 3.5, doi:10.1007/978-0-387-40065-5), to the middle each fourth time.
Where slopes jump, the same interval closes in on the kink (Lewis and Overton 2013, doi:10.1007/s10107-012-0514-2).

With no demand on the slope it is backtracking; with a strict one it is exact: on a parabola the second trial is.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from landscape.optimizer import ACCEPTED, LINE_SEARCH, NONE, Cost, Evaluated, Problem
from landscape.optimizers.walker import Place, choose, look

MOST = 20  # trials
ENOUGH = 1e-4  # of the fall that the slope at the start promises: Armijo's condition
EXACT = 1e-3  # share of the first slope that may remain where a search is called exact
FIRST = 0.01  # of the domain's diagonal: the first move of a method that knows nothing yet
GROWTH = 10.0  # at most, from one trial to the next
INSET = 0.05  # share of the interval that no trial comes nearer to its ends
NOISE = 4.0  # roundings of the loss by which it may rise, so that the last steps before a minimum are taken
ROUNDED = 1e3  # roundings by which a direction must lead downhill


class End(NamedTuple):
    """One end of the interval: step t, loss there, slope along the line."""

    t: Any
    value: Any
    slope: Any


class Found(NamedTuple):
    """Where a search ended: the place, its step t (0 where nothing better was found), and what was tried."""

    place: Place
    t: Any
    evaluated: Evaluated
    spent: Cost

    @property
    def trials(self):
        return self.spent.evaluations


class _State(NamedTuple):
    trials: Any
    t: Any  # the next trial
    left: End
    right: End  # at t = inf until there is one
    best: Place
    best_t: Any
    over: Any
    tried: Any  # (MOST,) steps
    values: Any  # (MOST,)


def downhill(direction, gradient):
    """`direction` (d,), or straight down the gradient where it does not clearly lead downhill."""
    slope, lengths = jnp.vdot(direction, gradient), jnp.linalg.norm(direction) * jnp.linalg.norm(gradient)
    return jnp.where(slope < -ROUNDED * float(jnp.finfo(gradient.dtype).eps) * lengths, direction, -gradient)


def search_line(problem: Problem, here: Place, direction, first, remaining: float | None) -> Found:
    """Search from `here` along `direction` (d,), trying t = `first` first; t = 0 or NaN stands for "no idea".

    At the point found, at most the share `remaining` of the slope is left (None: any slope will do). No step is
    longer than the domain's diagonal. Where MOST trials do not suffice, the lowest of them is taken.
    """
    diagonal, length = _diagonal(problem, here.x.dtype), jnp.linalg.norm(direction)
    longest = diagonal / jnp.where(length > 0, length, 1.0)
    first = jnp.minimum(jnp.where(first > 0, first, FIRST * longest), longest)
    start = End(jnp.zeros_like(first), here.value, jnp.vdot(here.gradient, direction))
    rounding = float(jnp.finfo(here.x.dtype).eps)
    slack = NOISE * rounding * jnp.abs(here.value)
    # Trials closer than what the domain resolves end the search; where nothing leads on, the first does.
    least = rounding * diagonal / jnp.where(length > 0, length, 1.0)
    least = jnp.where(jnp.isfinite(start.value + start.slope), least, jnp.inf)

    def point(t):
        return problem.settle(here.x + t * direction)

    def body(state: _State) -> _State:
        trial = look(problem, point(state.t))
        end = End(state.t, trial.value, jnp.vdot(trial.gradient, direction))
        falls = end.value <= start.value + ENOUGH * end.t * start.slope + slack
        level = jnp.isfinite(end.slope) if remaining is None else jnp.abs(end.slope) <= remaining * jnp.abs(start.slope)
        settled = jnp.abs(end.t * start.slope) <= slack / NOISE  # no further fall could be told from roundings
        found = falls & (level | settled | ((end.t >= longest) & (end.slope < 0)))
        beyond = ~falls | ~(end.slope < 0)
        left, right = (_where(side, end, other) for side, other in ((~beyond, state.left), (beyond, state.right)))
        best = found | (trial.value < state.best.value)
        return _State(
            state.trials + 1, jnp.minimum(_next(state.trials, state.left, left, right), longest), left, right,
            choose(best, trial, state.best), jnp.where(best, state.t, state.best_t), found | ~(state.t > least),
            state.tried.at[state.trials].set(state.t), state.values.at[state.trials].set(trial.value),
        )  # fmt: skip

    nothing = jnp.full(MOST, jnp.nan, here.x.dtype)
    far = End(jnp.full_like(first, jnp.inf), start.value, start.slope)
    begin = _State(jnp.int32(0), first, start, far, here, start.t, jnp.asarray(False), nothing, nothing)
    end = lax.while_loop(lambda state: (state.trials < MOST) & ~state.over, body, begin)
    kind = jnp.where(jnp.isnan(end.tried), NONE, jnp.where(end.tried == end.best_t, ACCEPTED, LINE_SEARCH))
    evaluated = Evaluated(jax.vmap(point)(end.tried), end.values, kind.astype(jnp.int8))
    return Found(end.best, end.best_t, evaluated, Cost(end.trials, end.trials))


def _next(trials, before: End, left: End, right: End):
    """The next step to try."""
    # No right end yet: to where the slope would vanish if it went on changing like this.
    gone, change = left.t - before.t, left.slope - before.slope
    ahead = jnp.where(change > 0, -left.slope * gone / change, jnp.inf)
    further = left.t + jnp.clip(ahead, 0.1 * left.t, (GROWTH - 1.0) * left.t)
    width = right.t - left.t
    known = jnp.isfinite(right.value) & jnp.isfinite(right.slope)
    lowest = jnp.clip(_cubic(left, right), left.t + INSET * width, right.t - INSET * width)
    lowest = jnp.where(jnp.isfinite(lowest) & (trials % 4 != 3), lowest, left.t + 0.5 * width)
    return jnp.where(jnp.isinf(right.t), further, jnp.where(known, lowest, left.t + 0.1 * width))


def _cubic(a: End, b: End):
    """Where the cubic with these values and slopes at both ends has its minimum; NaN where it has none."""
    mean = 3.0 * (b.value - a.value) / (b.t - a.t)
    middle = a.slope + b.slope - mean
    root = jnp.sqrt(middle**2 - a.slope * b.slope)
    return b.t - (b.t - a.t) * (b.slope + root - middle) / (b.slope - a.slope + 2.0 * root)


def _where(condition, end: End, other: End) -> End:
    return End(*(jnp.where(condition, a, b) for a, b in zip(end, other, strict=True)))


def _diagonal(problem: Problem, dtype):
    return jnp.asarray(math.hypot(*problem.domain.width), dtype)
