"""Conjugate gradients: search a line, then turn so that the next line does not undo what this one gained."""

from typing import Annotated

import jax.numpy as jnp

from landscape.optimizer import Method, optimizer
from landscape.optimizers.line_search import EXACT, downhill, search_line
from landscape.optimizers.walker import Moved, walker
from landscape.parameters import Choice

# How exactly a line is searched: the largest share of its first slope that may remain, None for any.
LINES = {"exact": EXACT, "wolfe": 0.1, "backtracking": None}
ALIKE = 0.2  # overlap of two gradients in a row from which the method starts afresh: on a quadratic there is none
FORMULAS = ("polak_ribiere", "fletcher_reeves", "hestenes_stiefel", "dai_yuan")
Line = Annotated[
    str, Choice(*LINES), "how a line is searched: to its lowest point, to a flatter one, or to a lower one"
]


def share(formula: str, old, new, direction):
    """How much of the last direction carries on, from the gradients at both ends of the last line."""
    change = new - old
    above, below = {
        "polak_ribiere": (jnp.vdot(new, change), jnp.vdot(old, old)),
        "fletcher_reeves": (jnp.vdot(new, new), jnp.vdot(old, old)),
        "hestenes_stiefel": (jnp.vdot(new, change), jnp.vdot(direction, change)),
        "dai_yuan": (jnp.vdot(new, new), jnp.vdot(direction, change)),
    }[formula]
    conjugate = jnp.abs(jnp.vdot(new, old)) < ALIKE * jnp.vdot(new, new)
    return jnp.where(conjugate & (above > 0) & (below > 0), above / below, 0.0)


def along_lines(turn, remaining: float | None) -> Method:
    """Search line after line; `turn(old, new, direction)` is the share of the last direction in the next."""
    ahead = 2.0 if remaining is None else 1.0  # backtracking never lengthens its steps by itself

    def begin(x):
        return jnp.zeros_like(x), jnp.zeros((), x.dtype), jnp.zeros((), x.dtype)

    def move(problem, here, memory, draws) -> Moved:
        last, beta, step = memory
        direction = downhill(beta * last - here.gradient, here.gradient)
        found = search_line(problem, here, direction, ahead * step, remaining)
        beta = jnp.where(found.t > 0, turn(here.gradient, found.place.gradient, direction), 0.0)
        step = jnp.where(found.t > 0, found.t, step)
        return Moved(found.place, (direction, beta, step), found.evaluated, found.spent, {"trials": found.trials})

    return walker(begin, move)


@optimizer(family="gradient", source="https://gallica.bnf.fr/ark:/12148/bpt6k2982c/f540")
def steepest_descent(*, line: Line = "exact"):
    """Cauchy's method: straight downhill to the lowest point of the line, then at right angles to it."""
    return along_lines(lambda old, new, direction: jnp.zeros((), new.dtype), LINES[line])


@optimizer(family="gradient", source="doi:10.6028/jres.049.044")
def conjugate_gradient(
    *,
    formula: Annotated[str, Choice(*FORMULAS), "how much of the last direction carries on"] = "polak_ribiere",
    line: Line = "wolfe",
):
    """Nonlinear conjugate gradients: d lines suffice on a quadratic of d dimensions if each is searched exactly.

    It starts afresh where gradients are not orthogonal (Powell 1977, doi:10.1007/BF01593790), where the formula gives
    a negative share (for Polak and Ribière, PR+: doi:10.1137/0802003), and where the direction does not lead down.
    """
    return along_lines(lambda old, new, direction: share(formula, old, new, direction), LINES[line])
