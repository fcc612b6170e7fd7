"""Strings of bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.domains.base import Discrete, place, whole
from landscape.parameters import LandscapeError


@dataclass(frozen=True)
class Bits(Discrete):
    """Strings of `length` bits, 0 or 1 each.

    flip       a move is the place (1,) of the bit that flips
    swap       a move is a pair of places (2,), i < j, that exchange their bits. `propose` takes a one and a zero, so
               that the number of ones stays; where there is none of either, the move (0, 0) that changes nothing.
               Mutation and kicks keep that number too; recombination mixes and does not.
    flip_swap  a pair (i, j) as in swap, or (i, i) to flip; each kind as often
    """

    neighborhoods: ClassVar[tuple[str, ...]] = ("flip", "swap", "flip_swap")
    recombinations: ClassVar[tuple[str, ...]] = ("uniform", "one_point")
    told: ClassVar[str] = "Bits"
    length: int = 10

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "length", whole(self.length, "The number of bits"))
        if self.length < 1:
            raise LandscapeError(f"A string of {self.length} bits is none; give one bit or more.")
        if self.neighborhood == "swap" and self.length < 2:
            raise LandscapeError("One bit alone has none to swap with; take two bits or more, or flip.")

    @property
    def dim(self) -> int:
        return self.length

    @property
    def upper(self) -> np.ndarray:
        return np.ones(self.length)

    @property
    def draws(self) -> int:
        return {"flip": 1, "swap": 2, "flip_swap": 3}[self.neighborhood]

    @property
    def mutation_draws(self) -> int:
        return self.length

    @property
    def mixing_draws(self) -> int:
        return self.length if self.recombination == "uniform" else 2

    @property
    def kick_draws(self) -> int:
        return self.length

    def sample(self, key, size: int, dtype) -> jax.Array:
        return (draw_uniform(key, (size, self.length), dtype) < 0.5).astype(dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        return (x >= 0.5).astype(x.dtype)

    def propose(self, uniform, x, reach=1.0):
        if self.neighborhood == "flip":
            return place(uniform, self.length)
        ones = x > 0.5
        count = jnp.sum(ones, dtype=jnp.int32)
        one, zero = _numbered(ones, place(uniform[0], count)), _numbered(~ones, place(uniform[1], self.length - count))
        both = jnp.stack([jnp.minimum(one, zero), jnp.maximum(one, zero)])
        if self.neighborhood == "swap":
            return jnp.where((count > 0) & (count < self.length), both, 0)
        swaps = (uniform[2] < 0.5) & (count > 0) & (count < self.length)
        return jnp.where(swaps, both, place(uniform[0], self.length))

    def apply(self, x, move) -> jax.Array:
        if self.neighborhood == "flip":
            return self._flip(x, move)
        swapped = exchanged(x, move)
        return swapped if self.neighborhood == "swap" else jnp.where(move[0] == move[1], self._flip(x, move), swapped)

    def _flip(self, x, move) -> jax.Array:
        return jnp.where(jnp.arange(self.length) == move[0], 1.0 - x, x)

    def moves(self) -> np.ndarray:
        if self.neighborhood == "flip":
            return np.arange(self.length, dtype=np.int32)[:, None]
        pairs = np.triu_indices(self.length, int(self.neighborhood == "swap"))
        return np.stack(pairs, axis=1).astype(np.int32)

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        return self._flipped(x, jnp.where(uniform < rate, uniform, jnp.inf), self.length)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        """Each bit from `b` with probability `rate`; or, one_point, with that probability all from some place on."""
        return jnp.where(uniform < rate, b, a) if self.recombination == "uniform" else one_point(uniform, a, b, rate)

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """`strength` + 1 different bits flip, or as many pairs are swapped."""
        return self._flipped(x, uniform, strength + 1)

    def _flipped(self, x, order, most) -> jax.Array:
        """`x` with the `most` bits flipped that are lowest in `order` (d,), inf being never; as many ones as zeros
        where their number is to stay."""
        chosen = jnp.isfinite(order)
        if self.neighborhood != "swap":
            return jnp.where(chosen & (_ranks(order) < most), 1.0 - x, x)
        ones, zeros = chosen & (x > 0.5), chosen & (x < 0.5)
        most = jnp.minimum(most, jnp.minimum(jnp.sum(ones), jnp.sum(zeros)))
        flips = [kind & (_ranks(jnp.where(kind, order, jnp.inf)) < most) for kind in (ones, zeros)]
        return jnp.where(flips[0] | flips[1], 1.0 - x, x)

    def distance(self, a, b) -> jax.Array:
        """Hamming's: how many bits differ."""
        return jnp.sum(jnp.abs(a - b))


def _ranks(order) -> jax.Array:
    """The place of each number (d,) among all of them, sorted."""
    return jnp.argsort(jnp.argsort(order))


def _numbered(marked, number) -> jax.Array:
    """Where the mark of that number stands, counted from 0: marks (d,), number () -> ()."""
    return jnp.argmax(jnp.cumsum(marked) > number).astype(jnp.int32)


def exchanged(x, pair) -> jax.Array:
    """`x` (d,) with the numbers at two places exchanged."""
    at, i, j = jnp.arange(x.size), pair[0], pair[1]
    return jnp.where(at == i, x[j], jnp.where(at == j, x[i], x))


def one_point(uniform, a, b, rate) -> jax.Array:
    """With probability `rate` the head of `a` and the tail of `b`, cut at a random place; else `a`."""
    tail = jnp.arange(a.size) > place(uniform[1], max(a.size - 1, 1))
    return jnp.where(tail & (uniform[0] < rate), b, a)
