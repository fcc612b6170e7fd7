"""Permutations: tours, assignments, orders of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.domains.base import Discrete, place, whole
from landscape.domains.crossovers import CROSSOVERS
from landscape.domains.rearrangements import NEIGHBORHOODS
from landscape.parameters import LandscapeError

BRIDGES = 8  # kicks of a greater strength use their random numbers again, multiplied
SMALLEST = 8  # a circle of fewer numbers has no room for the four pieces of a double bridge


@dataclass(frozen=True)
class Permutations(Discrete):
    """The numbers 0 … `length` − 1 in any order. A move is a few whole numbers (k,):

    two_opt  (i, j): reverses what stands from place i to place j
    swap     (i, j): exchanges the numbers at places i and j
    insert   (i, j): the number at place i goes to place j, and those between move up
    or_opt   (i, length, k, turned): the stretch of one to three numbers from place i on goes elsewhere, turned round or
             not: past the next k numbers of a circle, else to place k

    `cyclic` says that only neighbours matter, as in a tour: then moves are those that make another tour, and distance
    counts the bonds that are not shared.
    """

    neighborhoods: ClassVar[tuple[str, ...]] = tuple(NEIGHBORHOODS)
    recombinations: ClassVar[tuple[str, ...]] = tuple(CROSSOVERS)
    told: ClassVar[str] = "Permutations"
    length: int = 10
    cyclic: bool = False

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "length", whole(self.length, "The length of a permutation"))
        if self.length < 2:
            raise LandscapeError(f"{self.length} number has no other order; give two or more.")

    @property
    def dim(self) -> int:
        return self.length

    @property
    def upper(self) -> np.ndarray:
        return np.full(self.length, self.length - 1.0)

    @property
    def draws(self) -> int:
        return NEIGHBORHOODS[self.neighborhood].draws(self.cyclic)

    @property
    def mutation_draws(self) -> int:
        return 1 + self.draws

    @property
    def mixing_draws(self) -> int:
        return CROSSOVERS[self.recombination].draws(self.length)

    @property
    def kick_draws(self) -> int:
        return 4 * BRIDGES if self._bridged else self.length

    @property
    def structure(self) -> tuple:
        return *super().structure, self.cyclic

    def sample(self, key, size: int, dtype) -> jax.Array:
        return jnp.argsort(draw_uniform(key, (size, self.length), jnp.float32), axis=-1).astype(dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        """The order of the numbers, whatever they are ("random keys", Bean 1994)."""
        return jnp.argsort(jnp.argsort(x, axis=-1), axis=-1).astype(x.dtype)

    def propose(self, uniform, x, reach=1.0):
        return NEIGHBORHOODS[self.neighborhood].propose(uniform, self.length, self.cyclic)

    def apply(self, x, move) -> jax.Array:
        return jnp.asarray(x)[NEIGHBORHOODS[self.neighborhood].source(move, self.length, self.cyclic)]

    def moves(self) -> np.ndarray:
        """All moves (m, k). In a circle of two or three numbers they lead nowhere else."""
        return NEIGHBORHOODS[self.neighborhood].moves(self.length, self.cyclic).astype(np.int32)

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        """One move with probability `rate`: a permutation has no places of its own."""
        return jnp.where(uniform[0] < rate, self.neighbor(uniform[1:], x, reach), x)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        return CROSSOVERS[self.recombination].child(uniform, jnp.asarray(a), jnp.asarray(b), rate)

    @property
    def _bridged(self) -> bool:
        return self.cyclic and self.length >= SMALLEST

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """`strength` double bridges in a circle; else the numbers at `strength` + 2 random places trade places."""
        x = jnp.asarray(x)
        if not self._bridged:
            return self._traded(uniform, x, min(strength + 2, self.length))
        for number in range(strength):
            turn, which = divmod(number, BRIDGES)
            x = self._bridge((uniform[4 * which : 4 * which + 4] * (2 * turn + 1)) % 1.0, x)
        return x

    def _traded(self, uniform, x, count: int) -> jax.Array:
        """The numbers at `count` random places, each one place further in a random order of these."""
        places = jnp.argsort(uniform)[:count]
        return x.at[places].set(x[jnp.roll(places, 1)])

    def _bridge(self, uniform, x) -> jax.Array:
        """Four cuts make pieces A B C D, which go on as A D C B: no bond between them stays (Martin, Otto and Felten
        1991)."""
        first = place(uniform[3], self.length)
        one, two, three = jnp.sort(place(uniform[:3], self.length - 3)) + jnp.arange(1, 4, dtype=jnp.int32)
        at = jnp.arange(self.length, dtype=jnp.int32)
        c, b = one + self.length - three, one + self.length - two  # where C and B begin then
        behind = jnp.where(at < b, at - c + two, at - b + one)
        source = jnp.where(at < one, at, jnp.where(at < c, at - one + three, behind))
        return x[(first + source) % self.length]

    def canonical(self, x) -> Any:
        """Of a tour (…, n), NumPy or JAX: from number 0 on, towards the smaller of its neighbours."""
        if not self.cyclic:
            return x
        numpy = jnp if isinstance(x, jax.Array) else np
        at = numpy.arange(self.length)
        first = numpy.argmin(x, axis=-1)[..., None]
        ahead = numpy.take_along_axis(x, (first + at) % self.length, axis=-1)
        back = numpy.take_along_axis(x, (first - at) % self.length, axis=-1)
        return numpy.where(ahead[..., 1:2] <= ahead[..., -1:], ahead, back)

    @property
    def trait_count(self) -> int:
        return self.length**2

    def traits(self, x) -> jax.Array:
        """Which bonds a tour has, whatever their direction; else which number stands in which place."""
        if not self.cyclic:
            return super().traits(x)
        one = x.astype(jnp.int32)
        other = jnp.roll(one, -1)
        return jnp.minimum(one, other) * self.length + jnp.maximum(one, other)

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
