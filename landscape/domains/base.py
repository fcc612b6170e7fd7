"""What every discrete domain has: named neighbourhoods, moves that can be told apart from points, and distances."""

from __future__ import annotations

import operator
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from landscape.parameters import LandscapeError, nearest


@dataclass(frozen=True)
class Discrete:
    """A finite set of points (d,), the moves that lead from one to the next, and what lies between two of them.

    A move is a pytree of small arrays: `propose` makes one of uniform numbers in [0, 1), `apply` takes it. So a
    problem that knows what a move changes need not evaluate the whole point. Every move of a valid point leads to a
    valid point; `confine` is for points from elsewhere.

    Each subclass defines `dim`, the numbers of uniform draws, and the methods below that raise NotImplementedError.
    """

    neighborhoods: ClassVar[tuple[str, ...]] = ()  # the first is the default
    recombinations: ClassVar[tuple[str, ...]] = ()
    neighborhood: str = ""
    recombination: str = ""

    def __post_init__(self):
        for what, known in (("neighborhood", self.neighborhoods), ("recombination", self.recombinations)):
            given = getattr(self, what)
            if not isinstance(given, str):
                names = ", ".join(each.name for each in fields(self))
                raise LandscapeError(
                    f"{given!r:.40} is no name of a {what}; {type(self).__name__} takes its values by name: {names}."
                )
            given = given or known[0]
            if given not in known:
                raise LandscapeError(f"{self.told} have no {what} '{given}'. {nearest(str(given), known)}")
            object.__setattr__(self, what, given)

    told: ClassVar[str] = "These points"  # the plural, for sentences

    @property
    def dim(self) -> int:
        raise NotImplementedError

    @property
    def lower(self) -> np.ndarray:
        """The least number in each place (d,)."""
        return np.zeros(self.dim)

    @property
    def upper(self) -> np.ndarray:
        """The greatest number in each place (d,)."""
        raise NotImplementedError

    @property
    def width(self) -> np.ndarray:
        return self.upper - self.lower

    @property
    def whole(self) -> np.ndarray | None:
        """Which places hold whole numbers (d,): there are no slopes."""
        return np.ones(self.dim, bool)

    @property
    def draws(self) -> int:
        """How many uniform numbers one `propose` consumes."""
        raise NotImplementedError

    @property
    def mutation_draws(self) -> int:
        """How many uniform numbers one `mutate` consumes."""
        raise NotImplementedError

    @property
    def mixing_draws(self) -> int:
        """How many uniform numbers one `recombine` consumes."""
        raise NotImplementedError

    @property
    def kick_draws(self) -> int:
        """How many uniform numbers one `kick` consumes."""
        raise NotImplementedError

    def using(self, neighborhood: str = "", recombination: str = "") -> Any:
        """The same domain with another neighbourhood or another recombination."""
        return replace(self, neighborhood=neighborhood or self.neighborhood,
                       recombination=recombination or self.recombination)  # fmt: skip

    @property
    def walkable(self) -> tuple[str, ...]:
        """The neighbourhoods that these very points have, the present one first: a single bit has none to swap with."""
        names = sorted(self.neighborhoods, key=lambda name: name != self.neighborhood)
        return tuple(name for name in names if self._has(name))

    def _has(self, neighborhood: str) -> bool:
        try:
            return bool(self.using(neighborhood=neighborhood))
        except LandscapeError:
            return False

    def sample(self, key, size: int, dtype) -> jax.Array:
        """`size` points drawn evenly: (size, d)."""
        raise NotImplementedError

    def confine(self, x, bounds: str = "reflect") -> jax.Array:
        """The point of the domain that `x` (…, d) stands for, whatever numbers it holds."""
        raise NotImplementedError

    def check(self, points, name: str, what: str = "start") -> None:
        """Raise where one of these `points` (…, d) of the surface `name`, called `what`, is none of the domain.

        A whole number is wanted to the last digit: methods cut off what stands behind the point.
        """
        exact = jnp.asarray(points, float)  # as precise as a run of this process
        if not jnp.array_equal(self.confine(exact), exact):
            given = str(np.asarray(points).tolist())
            raise LandscapeError(
                f"The {what} {given[:60]}{'…' * (len(given) > 60)} is no point of {name}, which walks "
                f"{self.told.lower()}; round it, or take domain.confine({what})."
            )

    def propose(self, uniform, x, reach=1.0) -> Any:
        """A random move from `x` (d,) by uniform numbers (draws,). `reach` counts where numbers have sizes."""
        raise NotImplementedError

    def apply(self, x, move) -> jax.Array:
        """Where `move` leads from `x` (d,)."""
        raise NotImplementedError

    def moves(self) -> Any:
        """All moves of the neighbourhood, the same from every point: a pytree with a leading axis, NumPy."""
        raise NotImplementedError

    def neighbor(self, uniform, x, reach=1.0) -> jax.Array:
        """A random point one move away from `x` (d,)."""
        return self.apply(x, self.propose(uniform, x, reach))

    def mutate(self, uniform, x, reach, rate) -> jax.Array:
        """`x` (d,) changed with probability `rate` in each place, by uniform numbers (mutation_draws,)."""
        raise NotImplementedError

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        """A child of `a` and `b` (d,), by uniform numbers (mixing_draws,); `rate` is how much of it comes from `b`."""
        raise NotImplementedError

    def kick(self, uniform, x, strength: int = 1) -> jax.Array:
        """A point that few moves do not lead back from, by uniform numbers (kick_draws,)."""
        raise NotImplementedError

    def canonical(self, x) -> Any:
        """The one way to write what `x` (…, d) stands for: of a tour, whose start and direction mean nothing."""
        return x

    @property
    def trait_count(self) -> int:
        """How many different traits points have."""
        return self.dim * int(np.max(self.upper) + 1)

    def traits(self, x) -> jax.Array:
        """What `x` (d,) is made of, as numbers (d,) below `trait_count`: here which value stands in which place."""
        count = int(np.max(self.upper) + 1)
        return jnp.arange(self.dim, dtype=jnp.int32) * count + x.astype(jnp.int32)

    @property
    def structure(self) -> tuple:
        """What programs that walk it are made for, hashable."""
        return type(self).__name__, self.neighborhood, self.recombination, tuple(self.upper.tolist())

    def distance(self, a, b) -> jax.Array:
        """In how much two points (d,) differ: 0 for the same one."""
        raise NotImplementedError


def whole(number: Any, what: str) -> int:
    """`number` as an int that caches can compare, or a LandscapeError."""
    try:
        return operator.index(number)
    except TypeError:
        raise LandscapeError(f"{what} is {str(number)[:40]!r}; give a whole number.") from None


def place(uniform, count: int):
    """A whole number from 0 to count − 1 (int32) from uniform numbers in [0, 1)."""
    return jnp.minimum((uniform * count).astype(jnp.int32), count - 1)


def pair(uniform, count: int):
    """Two different numbers i < j below `count` from two uniform numbers, every pair as likely."""
    first, other = place(uniform[0], count), place(uniform[1], count - 1)
    other = other + (other >= first)
    return jnp.minimum(first, other), jnp.maximum(first, other)
