"""Whole numbers in boxes: colours, assignments, columns of queens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.domains.base import Discrete, place
from landscape.parameters import LandscapeError


@dataclass(frozen=True)
class Integers(Discrete):
    """`length` whole numbers from 0 to `count` − 1 each. A move is (place, shift): the number there plus the shift,
    around the circle of its values, so that the same moves exist at every point."""

    neighborhoods: ClassVar[tuple[str, ...]] = ("assign",)
    recombinations: ClassVar[tuple[str, ...]] = ("uniform", "one_point")
    told: ClassVar[str] = "Whole numbers"
    length: int = 10
    count: int = 3

    def __post_init__(self):
        super().__post_init__()
        if self.length < 1 or self.count < 1:
            raise LandscapeError(f"{self.length} numbers of {self.count} values are none; give one or more of each.")

    @property
    def dim(self) -> int:
        return self.length

    @property
    def lower(self) -> np.ndarray:
        return np.zeros(self.length)

    @property
    def upper(self) -> np.ndarray:
        return np.full(self.length, self.count - 1.0)

    @property
    def draws(self) -> int:
        return 2

    @property
    def mutation_draws(self) -> int:
        return 2 * self.length

    @property
    def mixing_draws(self) -> int:
        return self.length

    @property
    def kick_draws(self) -> int:
        return 2 * self.length

    def sample(self, key, size: int, dtype) -> jax.Array:
        return place(draw_uniform(key, (size, self.length), dtype), self.count).astype(dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        return jnp.clip(jnp.round(x), 0, self.count - 1)

    def propose(self, uniform, x, reach=1.0):
        return jnp.stack([place(uniform[0], self.length), 1 + place(uniform[1], max(self.count - 1, 1))])

    def apply(self, x, move) -> jax.Array:
        return jnp.where(jnp.arange(self.length) == move[0], self._shifted(x, move[1]), x)

    def _shifted(self, x, shift) -> jax.Array:
        moved = x + shift.astype(x.dtype)
        return jnp.where(moved >= self.count, moved - self.count, moved)

    def moves(self) -> np.ndarray:
        places, shifts = np.meshgrid(np.arange(self.length), np.arange(1, max(self.count, 2)), indexing="ij")
        return np.stack([places.ravel(), shifts.ravel()], axis=1).astype(np.int32)

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        decide, amount = jnp.split(uniform, 2)
        return jnp.where(decide < rate, self._shifted(x, 1 + place(amount, max(self.count - 1, 1))), x)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        return jnp.where(uniform < rate, b, a)

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """`strength` + 1 different places get other numbers."""
        decide, amount = jnp.split(uniform, 2)
        rank = jnp.argsort(jnp.argsort(decide))
        return jnp.where(rank <= strength, self._shifted(x, 1 + place(amount, max(self.count - 1, 1))), x)

    def distance(self, a, b) -> jax.Array:
        """In how many places the numbers differ."""
        return jnp.sum((a != b).astype(a.dtype))
