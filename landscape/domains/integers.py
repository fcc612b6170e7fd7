"""Whole numbers in boxes: colours, assignments, columns of queens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.domains.base import Discrete, pair, place, whole
from landscape.domains.bits import exchanged, one_point
from landscape.parameters import LandscapeError


@dataclass(frozen=True)
class Integers(Discrete):
    """`length` whole numbers from 0 to `count` − 1 each; a tuple of counts gives each place its own.

    assign  a move is (place, shift): the number there plus the shift, around the circle of its values, so that the
            same moves exist at every point
    swap    a move is a pair of places (2,), i < j, that exchange their numbers
    """

    neighborhoods: ClassVar[tuple[str, ...]] = ("assign", "swap")
    recombinations: ClassVar[tuple[str, ...]] = ("uniform", "one_point")
    told: ClassVar[str] = "Whole numbers"
    length: int = 10
    count: int | tuple[int, ...] = 3

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "length", whole(self.length, "How many numbers there are"))
        values = "The count of values"
        each = tuple(whole(one, values) for one in self.count) if np.ndim(self.count) else whole(self.count, values)
        object.__setattr__(self, "count", each)
        counts = np.atleast_1d(each)
        if self.length < 1 or not counts.size or counts.min() < 1:
            raise LandscapeError(f"{self.length} numbers of {self.count} values are none; give one or more of each.")
        if np.ndim(self.count) and len(counts) != self.length:
            raise LandscapeError(f"{len(counts)} counts of values do not fit {self.length} numbers; give each its own.")
        if self.neighborhood == "swap" and self.length < 2:
            raise LandscapeError("One number alone has none to swap with; take two or more, or assign.")
        if self.neighborhood == "swap" and (counts != counts[0]).any():
            raise LandscapeError("Numbers of different counts of values cannot be swapped; take assign.")

    @property
    def dim(self) -> int:
        return self.length

    @property
    def counts(self) -> np.ndarray:
        """How many values each place has (d,)."""
        return np.broadcast_to(np.asarray(self.count, np.int32), self.length)

    @property
    def upper(self) -> np.ndarray:
        return self.counts - 1.0

    @property
    def draws(self) -> int:
        return 2

    @property
    def mutation_draws(self) -> int:
        return 2 * self.length

    @property
    def mixing_draws(self) -> int:
        return self.length if self.recombination == "uniform" else 2

    @property
    def kick_draws(self) -> int:
        return 2 * self.length

    def sample(self, key, size: int, dtype) -> jax.Array:
        return place(draw_uniform(key, (size, self.length), dtype), self.counts).astype(dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        return jnp.clip(jnp.round(jnp.where(jnp.isnan(x), 0, x)), 0, self.upper.astype(x.dtype))

    def propose(self, uniform, x, reach=1.0):
        """Every place is as likely, and each of its other values; a place of one value keeps it."""
        if self.neighborhood == "swap":
            return jnp.stack(pair(uniform, self.length))
        at = place(uniform[0], self.length)
        return jnp.stack([at, 1 + place(uniform[1], jnp.maximum(self.counts - 1, 1)[at])])

    def apply(self, x, move) -> jax.Array:
        if self.neighborhood == "swap":
            return exchanged(x, move)
        return jnp.where(jnp.arange(self.length) == move[0], self._shifted(x, move[1]), x)

    def _shifted(self, x, shift) -> jax.Array:
        moved, counts = x + shift.astype(x.dtype), self.counts.astype(x.dtype)
        return jnp.where(moved >= counts, moved - counts, moved)

    def moves(self) -> np.ndarray:
        if self.neighborhood == "swap":
            return np.stack(np.triu_indices(self.length, 1), axis=1).astype(np.int32)
        others = self.counts - 1 if self.counts.max() > 1 else self.counts  # no empty list, even where nothing changes
        places = np.repeat(np.arange(self.length), others)
        shifts = np.concatenate([np.arange(1, 1 + count) for count in others])
        return np.stack([places, shifts], axis=1).astype(np.int32)

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        """Places change with probability `rate` each: to another number, or, of swaps, among themselves in a circle."""
        decide, amount = jnp.split(uniform, 2)
        return self._changed(x, decide < rate, amount)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        """Each number from `b` with probability `rate`; or, one_point, with that probability all from a place on."""
        return jnp.where(uniform < rate, b, a) if self.recombination == "uniform" else one_point(uniform, a, b, rate)

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """`strength` + 1 different places get other numbers, or pass theirs around."""
        decide, amount = jnp.split(uniform, 2)
        more = strength + 1 + (self.neighborhood == "swap")
        return self._changed(x, jnp.argsort(jnp.argsort(decide)) < more, amount)

    def _changed(self, x, chosen, amount) -> jax.Array:
        """`x` with other numbers in the chosen places (d,), by uniform numbers (d,)."""
        if self.neighborhood != "swap":
            shifts = 1 + place(amount, np.maximum(self.counts - 1, 1))
            return jnp.where(chosen, self._shifted(x, shifts), x)
        # The chosen places in a random order, the others behind; each gives its number to the one before it.
        order = jnp.argsort(jnp.where(chosen, amount, 2.0))
        count = jnp.sum(chosen)
        at = jnp.arange(self.length)
        source = jnp.where(at + 1 < count, at + 1, jnp.where(at < count, 0, at))
        return x.at[order].set(x[order][source])

    def distance(self, a, b) -> jax.Array:
        """In how many places the numbers differ."""
        return jnp.sum((a != b).astype(a.dtype))
