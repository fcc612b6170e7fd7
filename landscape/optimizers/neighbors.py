"""Looking at neighbours: what a move costs to evaluate, in full or by what it changes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domains import Discrete
from landscape.optimizer import Problem
from landscape.parameters import LandscapeError

LONGEST = 2_000_000  # moves that a list may have


def discrete(problem: Problem, who: str) -> Discrete:
    """The domain, or a LandscapeError where it is a box."""
    if not isinstance(problem.domain, Discrete):
        raise LandscapeError(
            f"{who} walks bits, permutations and other discrete domains; take a problem such as tsp, or an optimizer "
            "such as simulated_annealing."
        )
    return problem.domain


@lru_cache(maxsize=16)  # the longest lists are 32 MB each
def listed(domain: Discrete) -> tuple[Any, int]:
    """All moves of the neighbourhood in a mixed order, the same each time (a pytree, NumPy), and how many."""
    moves = domain.moves()
    count = len(jax.tree.leaves(moves)[0])
    if count > LONGEST:
        raise LandscapeError(
            f"This {domain.neighborhood} neighbourhood has {count:,} moves, and lists hold {LONGEST:,} at most; take a "
            "method that looks at single neighbours, such as late_acceptance."
        )
    order = np.random.default_rng(0).permutation(count)
    return jax.tree.map(lambda leaf: leaf[order], moves), count


def count(domain: Discrete) -> int:
    """How many moves the neighbourhood has."""
    return listed(domain)[1]


def stretch(domain: Discrete, first, size: int) -> Any:
    """`size` moves of the list from number `first` on, around its end: a pytree with a leading axis."""
    moves, whole = listed(domain)
    at = (first + jnp.arange(size)) % whole
    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[at], moves)


def chosen(moves, index) -> Any:
    """The move of that number in a pytree with a leading axis."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[index], moves)


def first_of(there):
    """The index of the first place where `there` (m,) holds; unlike argmax it is computed in vectors on a CPU."""
    places = jnp.arange(there.size, dtype=jnp.int32)
    return jnp.minimum(jnp.min(jnp.where(there, places, there.size)), there.size - 1)


def least_of(values):
    """The index of the least of `values` (m,), NaN being the greatest."""
    safe = jnp.where(jnp.isnan(values), jnp.inf, values)
    return first_of(safe <= jnp.min(safe))


def lower(a, b):
    """Whether value `a` is lower than `b` by more than adding up changes may lose; any value is lower than none."""
    loss = 8 * jnp.finfo(a.dtype).eps * jnp.maximum(1.0, jnp.abs(b))
    return (a < b - loss) | (jnp.isnan(b) & ~jnp.isnan(a)) | ((b == jnp.inf) & (a < b))


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
