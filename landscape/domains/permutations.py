"""Permutations: tours, assignments, orders of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.domains.base import Discrete, pair
from landscape.parameters import LandscapeError


@dataclass(frozen=True)
class Permutations(Discrete):
    """The numbers 0 … `length` − 1 in any order. A move is a pair of places (2,), i < j.

    two_opt  reverses what stands from place i to place j
    swap     exchanges the numbers at places i and j

    `cyclic` says that only neighbours matter, as in a tour: then distance counts the bonds that are not shared.
    """

    neighborhoods: ClassVar[tuple[str, ...]] = ("two_opt", "swap")
    recombinations: ClassVar[tuple[str, ...]] = ("order",)
    told: ClassVar[str] = "Permutations"
    length: int = 10
    cyclic: bool = True

    def __post_init__(self):
        super().__post_init__()
        if self.length < 2:
            raise LandscapeError(f"{self.length} number has no other order; give two or more.")

    @property
    def dim(self) -> int:
        return self.length

    @property
    def lower(self) -> np.ndarray:
        return np.zeros(self.length)

    @property
    def upper(self) -> np.ndarray:
        return np.full(self.length, self.length - 1.0)

    @property
    def draws(self) -> int:
        return 2

    @property
    def mutation_draws(self) -> int:
        return 1 + self.draws

    @property
    def mixing_draws(self) -> int:
        return 2

    @property
    def kick_draws(self) -> int:
        return 3

    def sample(self, key, size: int, dtype) -> jax.Array:
        return jnp.argsort(draw_uniform(key, (size, self.length), jnp.float32), axis=-1).astype(dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        """The order of the numbers, whatever they are ("random keys", Bean 1994)."""
        return jnp.argsort(jnp.argsort(x, axis=-1), axis=-1).astype(x.dtype)

    def propose(self, uniform, x, reach=1.0):
        return jnp.stack(pair(uniform, self.length))

    def apply(self, x, move) -> jax.Array:
        i, j = move[0], move[1]
        at = jnp.arange(self.length, dtype=jnp.int32)
        if self.neighborhood == "two_opt":
            at = jnp.where((at >= i) & (at <= j), i + j - at, at)
        else:
            at = jnp.where(at == i, j, jnp.where(at == j, i, at))
        return x[at]

    def moves(self) -> np.ndarray:
        return np.stack(np.triu_indices(self.length, 1), axis=1).astype(np.int32)

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        """One move with probability `rate`: a permutation has no places of its own."""
        return jnp.where(uniform[0] < rate, self.neighbor(uniform[1:], x, reach), x)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        """Order crossover: a stretch of `a` stays, the rest follows in the order of `b` (Davis 1985)."""
        i, j = pair(uniform, self.length)
        at = jnp.arange(self.length)
        stays = (at >= i) & (at <= j)
        kept = jnp.zeros(self.length, bool).at[a.astype(jnp.int32)].set(stays)
        fresh = ~kept[b.astype(jnp.int32)]
        order = jnp.argsort(jnp.where(fresh, at, self.length + at))
        rest = jnp.where(stays, 0, jnp.cumsum(~stays) - 1)
        return jnp.where(stays, a, b[order][rest])

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """A double bridge: three cuts make four pieces A B C D, which go on as A C B D (Martin, Otto, Felten 1991)."""
        cuts = jnp.sort((uniform * (self.length + 1)).astype(jnp.int32))
        at = jnp.arange(self.length, dtype=jnp.int32)
        one, two, three = cuts
        back = at - (one + three - two)  # place in B, counted from the end of C
        source = jnp.where(at < one, at, jnp.where(at >= three, at, jnp.where(back < 0, at - one + two, back + one)))
        return x[source]

    def distance(self, a, b) -> jax.Array:
        """How many bonds of `a` are none of `b` in a tour; else in how many places they differ."""
        if not self.cyclic:
            return jnp.sum((a != b).astype(a.dtype))
        one, other = a.astype(jnp.int32), b.astype(jnp.int32)
        after = jnp.zeros(self.length, jnp.int32).at[other].set(jnp.roll(other, -1))
        before = jnp.zeros(self.length, jnp.int32).at[other].set(jnp.roll(other, 1))
        follows = jnp.roll(one, -1)
        shared = (after[one] == follows) | (before[one] == follows)
        return jnp.sum((~shared).astype(a.dtype))
