"""Strings of bits."""

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
class Bits(Discrete):
    """Strings of `length` bits, 0 or 1 each. A move is the place (1,) of the bit that flips."""

    neighborhoods: ClassVar[tuple[str, ...]] = ("flip",)
    recombinations: ClassVar[tuple[str, ...]] = ("uniform", "one_point")
    told: ClassVar[str] = "Bits"
    length: int = 10

    def __post_init__(self):
        super().__post_init__()
        if self.length < 1:
            raise LandscapeError(f"A string of {self.length} bits is none; give one bit or more.")

    @property
    def dim(self) -> int:
        return self.length

    @property
    def lower(self) -> np.ndarray:
        return np.zeros(self.length)

    @property
    def upper(self) -> np.ndarray:
        return np.ones(self.length)

    @property
    def draws(self) -> int:
        return 1

    @property
    def mutation_draws(self) -> int:
        return self.length

    @property
    def mixing_draws(self) -> int:
        return self.length

    @property
    def kick_draws(self) -> int:
        return self.length

    def sample(self, key, size: int, dtype) -> jax.Array:
        return (draw_uniform(key, (size, self.length), dtype) < 0.5).astype(dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        return (x >= 0.5).astype(x.dtype)

    def propose(self, uniform, x, reach=1.0):
        return place(uniform, self.length)

    def apply(self, x, move) -> jax.Array:
        return jnp.where(jnp.arange(self.length) == move[0], 1.0 - x, x)

    def moves(self) -> np.ndarray:
        return np.arange(self.length, dtype=np.int32)[:, None]

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        return jnp.where(uniform < rate, 1.0 - x, x)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        return jnp.where(uniform < rate, b, a)

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """`strength` + 1 different bits flip."""
        rank = jnp.argsort(jnp.argsort(uniform))
        return jnp.where(rank <= strength, 1.0 - x, x)

    def distance(self, a, b) -> jax.Array:
        """Hamming's: how many bits differ."""
        return jnp.sum(jnp.abs(a - b))
