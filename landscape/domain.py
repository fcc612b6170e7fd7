"""Domains own moves: where points may lie, how to sample them, step aside, and mix two.

A move is a pure function of uniform random numbers in [0, 1), so that `run` can draw them in blocks outside its
inner loop: `draws` says how many a move consumes.  Methods that ask the domain for their moves walk any domain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from landscape.laws import cauchy, gaussian
from landscape.parameters import LandscapeError

BOUNDS = ("reflect", "clip", "periodic", "penalty", "none")
SPREAD_INDEX = 15.0  # distribution index of simulated binary crossover (Deb and Agrawal 1995): children stay near


def draw_uniform(key: jax.Array, shape: tuple[int, ...], dtype) -> jax.Array:
    """Uniform numbers in [0, 1), the same ones as `random.uniform` gives.

    Drawn as a vector: in two dimensions and more XLA takes seconds to compile the generator on a CPU.
    """
    return random.uniform(key, (math.prod(shape),), dtype).reshape(shape)


@dataclass(frozen=True, eq=False)
class Box:
    """An axis-parallel box of points (d,): `lower` and `upper` are float64 arrays of shape (d,).

    `whole` (d,) marks coordinates that hold whole numbers only; every move rounds them, and slopes do not exist.
    """

    lower: np.ndarray
    upper: np.ndarray
    whole: np.ndarray | None = None

    def __post_init__(self):
        lower, upper = (np.asarray(end, np.float64) for end in (self.lower, self.upper))
        if lower.ndim != 1 or lower.shape != upper.shape or lower.size == 0:
            raise LandscapeError(f"A box needs two vectors of one length, not {lower.shape} and {upper.shape}.")
        if not np.all(np.isfinite(lower) & np.isfinite(upper) & (lower < upper)):
            raise LandscapeError(f"A box needs finite lower < upper, not {lower.tolist()} and {upper.tolist()}.")
        whole = None if self.whole is None else np.asarray(self.whole, bool)
        if whole is not None and whole.shape != lower.shape:
            raise LandscapeError(f"whole should mark each of the {lower.size} coordinates, not {whole.shape}.")
        whole = whole if whole is not None and whole.any() else None
        if whole is not None and np.any((lower[whole] % 1) + (upper[whole] % 1)):
            raise LandscapeError("Coordinates of whole numbers need whole numbers as their ends.")
        for name, value in (("lower", lower), ("upper", upper), ("whole", whole)):
            object.__setattr__(self, name, value)

    @classmethod
    def cube(cls, half_width: float, dim: int) -> Box:
        """The box [-half_width, half_width] in every one of `dim` coordinates."""
        return cls(np.full(dim, -half_width), np.full(dim, half_width))

    @classmethod
    def square(cls, half_width: float) -> Box:
        return cls.cube(half_width, 2)

    @property
    def dim(self) -> int:
        return self.lower.size

    @property
    def width(self) -> np.ndarray:
        return self.upper - self.lower

    @property
    def draws(self) -> int:
        """How many uniform numbers one `neighbor` or one `recombine` consumes."""
        return self.dim

    def sample(self, key: jax.Array, size: int, dtype) -> jax.Array:
        """`size` points drawn evenly: (size, d)."""
        uniform = draw_uniform(key, (size, self.dim), dtype)
        if self.whole is None:
            return self.lower.astype(dtype) + uniform * self.width.astype(dtype)
        each = self.lower.astype(dtype) + uniform * (self.width + self.whole).astype(dtype)
        return jnp.where(self.whole, jnp.minimum(jnp.floor(each), self.upper.astype(dtype)), each)

    def neighbor(self, uniform, x, reach, rate=1.0, proposal: str = "gaussian") -> jax.Array:
        """A point near `x` (d,): each coordinate moves with probability `rate` by about `reach` box widths.

        One uniform number (d,) decides both whether a coordinate moves and how far: below `rate`, the quotient
        uniform / rate is uniform again.
        """
        law = cauchy if proposal == "cauchy" else gaussian
        moves = uniform < rate
        step = reach * law(jnp.where(moves, uniform / rate, 0.5)) * self.width.astype(x.dtype)
        if self.whole is not None:  # one at least, or small moves would never leave a whole number
            step = jnp.where(self.whole, jnp.sign(step) * jnp.ceil(jnp.abs(step)), step)
        return x + jnp.where(moves, step, 0.0)

    def recombine(self, uniform, a, b, rate) -> jax.Array:
        """A child of `a` and `b` (d,) by simulated binary crossover; each coordinate mixes with probability `rate`.

        Source: Deb and Agrawal, Complex Systems 9 (1995), equation 9 onwards.
        """
        mixes = uniform < rate
        share = jnp.where(mixes, uniform / rate, 0.5)
        edge = 1.0 - jnp.finfo(share.dtype).eps
        ratio = jnp.where(share <= 0.5, 2.0 * share, 0.5 / (1.0 - jnp.minimum(share, edge)))
        spread = jnp.where(mixes, ratio ** (1.0 / (SPREAD_INDEX + 1.0)), 1.0)
        return 0.5 * ((1.0 + spread) * a + (1.0 - spread) * b)

    def confine(self, x: jax.Array, bounds: str = "reflect") -> jax.Array:
        """`x` (…, d) brought back into the box by the named rule ("none" and "penalty" leave it where it is)."""
        x = x if self.whole is None else jnp.where(self.whole, jnp.round(x), x)
        if bounds in ("none", "penalty"):
            return x
        lower, upper, width = (end.astype(x.dtype) for end in (self.lower, self.upper, self.width))
        if bounds == "clip":
            return jnp.clip(x, lower, upper)
        if bounds == "periodic":
            # A circle of whole numbers has one more place than the distance of its ends.
            around = width if self.whole is None else width + self.whole
            turns = jnp.floor((x - lower) / around)  # not jnp.mod, which XLA computes one number after the other
            return jnp.where((x < lower) | (x > upper), jnp.clip(x - turns * around, lower, upper), x)
        folded = x - lower - 2.0 * width * jnp.floor((x - lower) / (2.0 * width))
        mirrored = lower + jnp.minimum(folded, 2.0 * width - folded)
        return jnp.where((x < lower) | (x > upper), jnp.clip(mirrored, lower, upper), x)
