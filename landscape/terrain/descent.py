"""Descent to local optima, many at once, in the neighbourhood that a problem's domain has."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.optimizer import Problem
from landscape.optimizers import neighbors
from landscape.parameters import LandscapeError
from landscape.terrain.walks import domain

LANES = 16  # descents side by side
WORK = 2**21  # numbers that one step of all lanes may hold: neighbours that are evaluated in full are stored
ROUNDING = 64  # units in the last place: a gain below this is none, so that rounding never leads in circles


class Descents(NamedTuple):
    """Where descents ended: points (r, d), values (r,), and how many moves each made (r,)."""

    points: np.ndarray
    values: np.ndarray
    moves: np.ndarray


def descend(surface, starts, *, first: bool = False) -> Descents:
    """Descend from each of `starts` (r, d), or from one (d,), until no neighbour is lower.

    A step goes to the lowest neighbour, among equals to that of the first move; with `first` it goes to the first
    neighbour that is lower. An end may lie on a plateau: no neighbour is lower, some may be as low. All is computed in
    float64 where that is switched on.
    LandscapeError where the surface is not discrete, or a start has another length.
    """
    starts, moves = given(surface, starts)
    if not len(starts):
        return Descents(starts, np.zeros(0), np.zeros(0, np.int32))
    side = lanes(surface, moves, len(starts))
    found = _descended(surface, jnp.asarray(starts, jnp.result_type(float)), moves, first=first, lanes=side)
    return Descents(*(np.asarray(each) for each in found))


def given(surface, starts) -> tuple[np.ndarray, Any]:
    """The starts (r, d) as an array, and all moves of the neighbourhood."""
    place, starts = domain(surface), np.atleast_2d(np.asarray(starts, np.float64))
    if starts.ndim != 2 or starts.shape[1] != surface.dim:
        raise LandscapeError(
            f"{surface.label} takes points of {surface.dim} numbers, not starts of shape {starts.shape}; give (runs, "
            f"{surface.dim})."
        )
    return starts, place.moves()


def lanes(surface, moves, most: int) -> int:
    """How many walkers go side by side: fewer where neighbours are evaluated in full and there are many."""
    known = surface.domain.neighborhood in surface.at(1.0, jnp.result_type(float)).changes
    each = len(jax.tree.leaves(moves)[0]) * (1 if known else surface.dim)
    return int(np.clip(WORK // each, 1, min(LANES, most)))


def stepper(surface, moves, dtype, first: bool = False):
    """Two functions for many walkers: the loss (l, d) -> (l,), and a step of descent, which gives points (l, d),
    values (l,) and whether each went on (l,)."""
    made, place = surface.at(1.0, dtype), surface.domain
    problem = Problem(made.loss, made.loss, place, changes=made.changes)

    def step(x, value):
        gains = neighbors.heights(problem, place, x, value, moves) - value
        enough = -ROUNDING * jnp.finfo(dtype).eps * jnp.maximum(1.0, jnp.abs(value))
        chosen = jnp.argmax(gains < enough) if first else jnp.argmin(gains)
        lower = gains[chosen] < enough
        moved = place.apply(x, jax.tree.map(lambda each: each[chosen], moves))
        return jnp.where(lower, moved, x), jnp.where(lower, value + gains[chosen], value), lower

    return jax.vmap(made.loss), jax.vmap(step)


@partial(jax.jit, static_argnames=("first", "lanes"))
def _descended(surface, starts, moves, *, first: bool, lanes: int):
    """Walkers that arrive note where they are and set out from the next start, so that none waits for the others."""
    count = len(starts)
    loss, step = stepper(surface, moves, starts.dtype, first)
    index = jnp.arange(lanes)
    begin = (starts[index], loss(starts[index]), index, jnp.zeros(lanes, jnp.int32), jnp.asarray(lanes),
             jnp.zeros_like(starts), jnp.zeros(count, jnp.int32))  # fmt: skip

    def body(state):
        x, value, index, made, fresh, points, totals = state
        x, value, lower = step(x, value)
        arrived = ~lower & (index < count)
        made = made + lower
        where = jnp.where(arrived, index, count)
        points, totals = points.at[where].set(x, mode="drop"), totals.at[where].set(made, mode="drop")
        later = fresh + jnp.cumsum(arrived) - 1
        index = jnp.where(arrived, later, index)
        begun = starts[jnp.minimum(index, count - 1)]
        x = jnp.where(arrived[:, None], begun, x)
        value = jnp.where(arrived, loss(begun), value)
        return x, value, index, jnp.where(arrived, 0, made), fresh + arrived.sum(), points, totals

    *_, points, totals = jax.lax.while_loop(lambda state: (state[2] < count).any(), body, begin)
    return points, jax.lax.map(loss, points[:, None])[:, 0], totals
