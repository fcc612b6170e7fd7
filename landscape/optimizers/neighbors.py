"""Looking at neighbours: what a move costs to evaluate, in full or by what it changes."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from landscape.domains import Discrete
from landscape.optimizer import Problem
from landscape.parameters import LandscapeError


def discrete(problem: Problem, who: str) -> Discrete:
    """The domain, or a LandscapeError where it is a box."""
    if not isinstance(problem.domain, Discrete):
        raise LandscapeError(
            f"{who} walks bits, permutations and other discrete domains; take a problem such as tsp, or an optimizer "
            "such as simulated_annealing."
        )
    return problem.domain


def after(problem: Problem, domain: Discrete, x, value, move) -> tuple[jax.Array, jax.Array]:
    """The point (d,) that a move of `domain` leads to, and its value: by the change where the problem knows it."""
    moved = domain.apply(x, move)
    change = problem.changes.get(domain.neighborhood)
    return moved, problem.search(moved) if change is None else value + change(x, move)


def heights(problem: Problem, domain: Discrete, x, value, moves) -> jax.Array:
    """The values (m,) that `moves` (a pytree with a leading axis) lead to from `x` (d,)."""
    change = problem.changes.get(domain.neighborhood)
    if change is None:
        return jax.vmap(lambda move: problem.search(domain.apply(x, move)))(moves)
    return value + jax.vmap(change, (None, 0))(x, moves)


def stride(problem: Problem, a, b) -> jax.Array:
    """How far apart two points (d,) are, as the domain measures it."""
    domain = problem.domain
    return domain.distance(a, b) if isinstance(domain, Discrete) else jnp.linalg.norm(a - b)
