"""A single walker that remembers what it saw where it stands: the frame of the gradient methods written here.

A method is `begin`, which makes its memory, and `move`, which leads from one place to the next.  Every place is
evaluated once, on arrival; the loss, its gradient and, for second-order methods, its Hessian come along in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from landscape.optimizer import Cost, Evaluated, Method, Population, Problem, cost


class Place(NamedTuple):
    """A point and what was seen there."""

    x: jax.Array  # (d,)
    value: jax.Array  # ()
    gradient: jax.Array  # (d,)
    hessian: Any = ()  # (d, d) for second-order methods


class Moved(NamedTuple):
    """What one step did: where it ended, what is remembered, the points it evaluated, and what they cost."""

    place: Place
    memory: Any
    evaluated: Evaluated
    spent: Cost
    metrics: dict[str, Any]


def look(problem: Problem, x) -> Place:
    """The loss and its gradient at `x` (d,): one evaluation, one gradient."""
    return Place(x, *jax.value_and_grad(problem.search)(x))


def survey(problem: Problem, x) -> Place:
    """The loss, its gradient and its Hessian at `x` (d,): one evaluation, 1 + d gradients.

    Every row of the Hessian pulls a unit vector back through the gradient, which costs about as much as one more.
    Reverse mode twice: losses whose slopes are custom rules have no forward mode.
    """

    def slope(x):
        value, gradient = jax.value_and_grad(problem.search)(x)
        return gradient, value

    gradient, pull, value = jax.vjp(slope, x, has_aux=True)
    (hessian,) = jax.vmap(pull)(jnp.eye(x.size, dtype=x.dtype))
    return Place(x, value, gradient, 0.5 * (hessian + hessian.T))


def walker(begin: Callable, move: Callable, *, draw: Callable | None = None, look: Callable = look) -> Method:
    """A population of one from `begin(x) -> memory` and `move(problem, place, memory, draws) -> Moved`."""

    def looked(x) -> Cost:
        return cost(1, 1 + x.size if look is survey else 1)

    def init(problem: Problem, start, key) -> Population:
        place = look(problem, start[0])
        return _population(place, begin(place.x), looked(place.x))

    def step(problem: Problem, population: Population, draws):
        (gradient, hessian), memory = population.memory
        here = Place(population.positions[0], population.values[0], gradient, hessian)
        moved = move(problem, here, memory, draws)
        metrics = {
            "gradient_norm": jnp.linalg.norm(here.gradient),
            "step_length": jnp.linalg.norm(moved.place.x - here.x),
            "evaluated": moved.evaluated,
        }
        return _population(moved.place, moved.memory, population.cost.plus(*moved.spent)), metrics | moved.metrics

    def refresh(problem: Problem, population: Population) -> Population:
        place = look(problem, population.positions[0])
        return _population(place, population.memory[1], population.cost.plus(*looked(place.x)))

    return Method(init, step, refresh, draw)


def _population(place: Place, memory, spent: Cost) -> Population:
    return Population(place.x[None], place.value[None], ((place.gradient, place.hessian), memory), spent)


def choose(condition, place: Place, other: Place) -> Place:
    """`place` where the condition holds, else the other."""
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), place, other)
