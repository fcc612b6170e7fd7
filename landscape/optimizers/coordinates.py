"""Coordinate descent: one coordinate at a time, to the lowest point of its line."""

from typing import Annotated

import jax.numpy as jnp
from jax import random

from landscape.optimizer import optimizer
from landscape.optimizers.line_search import EXACT, search_line
from landscape.optimizers.walker import Moved, walker
from landscape.parameters import Choice

ORDERS = ("cyclic", "random", "greedy")


@optimizer(family="gradient", source="doi:10.1007/s10107-015-0892-3")
def coordinate_descent(
    *, order: Annotated[str, Choice(*ORDERS), "which coordinate is next: in turn, any, the steepest"] = "cyclic"
):
    """Minimizes along one coordinate after the other: on a quadratic, Gauss and Seidel's method for its equations."""

    def begin(x):
        return jnp.zeros((), jnp.int32), jnp.zeros_like(x)

    def move(problem, here, memory, draws) -> Moved:
        turn, steps = memory
        dim = here.x.size
        index = {
            "cyclic": lambda: turn,
            "random": lambda: jnp.minimum((draws * dim).astype(jnp.int32), dim - 1),
            "greedy": lambda: jnp.argmax(jnp.abs(here.gradient)).astype(jnp.int32),
        }[order]()
        chosen = jnp.arange(dim, dtype=jnp.int32) == index
        # The step that led to the bottom last time leads there again if the curvature has not changed.
        found = search_line(problem, here, jnp.where(chosen, -here.gradient, 0.0), steps[index], EXACT)
        steps = jnp.where(chosen & (found.t > 0) & (here.gradient != 0), found.t, steps)
        memory = (jnp.where(turn + 1 < dim, turn + 1, 0), steps)
        return Moved(found.place, memory, found.evaluated, found.spent, {"trials": found.trials})

    def draw(problem, key, dtype):
        return random.uniform(key, (), dtype)

    return walker(begin, move, draw=draw if order == "random" else None)
