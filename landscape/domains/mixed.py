"""Real numbers, whole numbers and categories side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.domains.base import Discrete, place, whole
from landscape.domains.bits import one_point
from landscape.laws import gaussian
from landscape.parameters import LandscapeError


@dataclass(frozen=True)
class Mixed(Discrete):
    """First real numbers between two ends each, then whole ones, then categories 0 … count − 1.

    A move is (place, value): what that coordinate becomes. Numbers step aside by about `reach` of their width, whole
    ones by one at least, and are mirrored at the ends; a category becomes any other one. There is no list of moves.

    >>> Mixed(reals=((0.0, 1.0),), integers=((1, 9),), categories=(3,)).dim
    3
    """

    neighborhoods: ClassVar[tuple[str, ...]] = ("assign",)
    recombinations: ClassVar[tuple[str, ...]] = ("uniform", "one_point")
    told: ClassVar[str] = "Mixed coordinates"
    reals: tuple[tuple[float, float], ...] = ()
    integers: tuple[tuple[int, int], ...] = ()
    categories: tuple[int, ...] = ()

    def __post_init__(self):
        super().__post_init__()
        for name in ("reals", "integers"):
            object.__setattr__(self, name, _ends(name, getattr(self, name)))
        categories = tuple(whole(count, "The count of a category") for count in np.ravel(self.categories).tolist())
        object.__setattr__(self, "categories", categories)
        if any(count < 2 for count in self.categories):
            raise LandscapeError(f"Categories of {self.categories} values: give two or more to each.")
        if not self.reals + self.integers + self.categories:
            raise LandscapeError("Mixed coordinates need one at least: reals, integers or categories.")
        self.box.width  # noqa: B018  (makes the box, which checks its ends)

    @cached_property
    def box(self) -> Box:
        """The box around all coordinates; categories are whole numbers in it."""
        ends = [*self.reals, *self.integers, *((0, count - 1) for count in self.categories)]
        whole = np.arange(len(ends)) >= len(self.reals)
        return Box(*np.array(ends, np.float64).T, whole=whole)

    @property
    def dim(self) -> int:
        return self.box.dim

    @property
    def lower(self) -> np.ndarray:
        return self.box.lower

    @property
    def upper(self) -> np.ndarray:
        return self.box.upper

    @property
    def whole(self) -> np.ndarray:
        """Which coordinates hold whole numbers or categories (d,)."""
        return np.arange(self.dim) >= len(self.reals)

    @property
    def categorical(self) -> np.ndarray:
        """Which coordinates are categories (d,)."""
        return np.arange(self.dim) >= self.dim - len(self.categories)

    @property
    def draws(self) -> int:
        return 2

    @property
    def mutation_draws(self) -> int:
        return 2 * self.dim

    @property
    def mixing_draws(self) -> int:
        return self.dim if self.recombination == "uniform" else 2

    @property
    def kick_draws(self) -> int:
        return 2 * self.dim

    def sample(self, key, size: int, dtype) -> jax.Array:
        return self.box.sample(key, size, dtype)

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        return self.box.confine(x, "reflect" if bounds in ("none", "penalty") else bounds)

    def propose(self, uniform, x, reach=0.1):
        at = place(uniform[0], self.dim)
        return at, self._aside(jnp.full(self.dim, uniform[1], x.dtype), x, reach)[at]

    def apply(self, x, move) -> jax.Array:
        return jnp.where(jnp.arange(self.dim) == move[0], move[1], x)

    def moves(self):
        raise LandscapeError(
            "Mixed coordinates have no list of moves; take a method that looks at single neighbours, such as "
            "simulated_annealing, genetic or late_acceptance."
        )

    def _aside(self, uniform, x, reach) -> jax.Array:
        """Every coordinate moved, each by a uniform number of its own (d,)."""
        step = reach * gaussian(uniform) * self.width.astype(x.dtype)
        step = jnp.where(self.whole, jnp.where(uniform < 0.5, -1.0, 1.0) * jnp.ceil(jnp.abs(step)), step)
        counts = (self.width + 1.0).astype(x.dtype)
        other = x + 1.0 + jnp.floor(uniform * (counts - 1.0))
        other = jnp.where(other >= counts, other - counts, other)
        return jnp.where(self.categorical, other, self.box.confine(x + step, "reflect")).astype(x.dtype)

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        decide, amount = jnp.split(uniform, 2)
        return jnp.where(decide < rate, self._aside(amount, x, reach), x)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        """Each coordinate from `b` with probability `rate`; or, one_point, so often all from a place on."""
        return jnp.where(uniform < rate, b, a) if self.recombination == "uniform" else one_point(uniform, a, b, rate)

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """`strength` + 1 coordinates step aside by about half their width."""
        decide, amount = jnp.split(uniform, 2)
        rank = jnp.argsort(jnp.argsort(decide))
        return jnp.where(rank <= strength, self._aside(amount, x, 0.5), x)

    def distance(self, a, b) -> jax.Array:
        """Gower's: shares of the widths, and 1 for each other category, summed (doi:10.2307/2528823)."""
        apart = jnp.abs(a - b) / self.width.astype(a.dtype)
        return jnp.sum(jnp.where(self.categorical, (a != b).astype(a.dtype), apart))


def _ends(name: str, pairs) -> tuple[tuple[float, float], ...]:
    """Pairs of two ends as tuples, which caches can compare."""
    try:
        return tuple((low, high) for low, high in np.asarray(pairs, np.float64).tolist())
    except (TypeError, ValueError):
        raise LandscapeError(f"{name} should be pairs of two ends, such as ((0, 1), (2, 5)).") from None
