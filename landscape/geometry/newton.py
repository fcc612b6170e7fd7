"""Newton's method on the gradient, from many starts at once: where it stops, the gradient is zero.

Steps are taken in the eigenbasis of the Hessian, H⁺ g with a regularised inverse, so that a singular Hessian (a valley
of minima, a monkey saddle) is no obstacle.  Before that, walkers may be sent downhill or uphill by |H|⁺ g, the step
that avoids saddles (Dauphin et al., arXiv:1406.2572); plain Newton takes whatever kind of point is near.
Coordinates are shares of a box, so that lengths compare.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.geometry.view import epsilon, padded, working
from landscape.surface import Surface

STEER, POLISH = 24, 64  # steps downhill or uphill, and of plain Newton; 64 shrink the error at x⁴ by 1e-11
REACH = 0.1  # the longest step
CUT = 1e3  # eigenvalues below so many roundings of the largest are taken for zero
FEWEST = 64  # walkers that a program is compiled for
TILE = 4096  # points evaluated together


class Polished(NamedTuple):
    """Where n walkers stopped, in shares t of the box; gradients and Hessians are those with respect to t."""

    points: np.ndarray  # (n, d)
    values: np.ndarray  # (n,)
    gradients: np.ndarray  # (n, d)
    steps: np.ndarray  # (n,): the length of the next step, the distance to the critical point where it converges
    hessians: np.ndarray  # (n, d, d)


class Box(NamedTuple):
    """A surface in shares of a box: what the programs here are given."""

    surface: Surface
    lower: np.ndarray  # (d,)
    width: np.ndarray  # (d,)

    def polish(self, starts: np.ndarray, ways) -> Polished:
        """Walk from `starts` (n, d) to critical points; `ways` (n,) is 1 downhill, −1 uphill, 0 to the nearest."""
        many = np.column_stack([starts, np.broadcast_to(ways, len(starts))]).astype(working())
        found = _polish(self._cast(), padded(many, FEWEST))
        return Polished(*(np.asarray(part, np.float64)[: len(starts)] for part in found))

    def slopes(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (k,) and gradients (k, d) at points (k, d)."""
        tiles = [padded(points[i : i + TILE].astype(working()), TILE) for i in range(0, len(points), TILE)]
        found = [_slopes(self._cast(), tile) for tile in tiles]
        return tuple(np.concatenate(part)[: len(points)].astype(np.float64) for part in zip(*found, strict=True))

    def _cast(self) -> Box:
        return self._replace(lower=self.lower.astype(working()), width=self.width.astype(working()))

    def loss(self, t):
        return self.surface.at(1.0, self.lower.dtype).loss(self.lower + t * self.width)


@jax.jit
def _slopes(box, points):
    return jax.vmap(jax.value_and_grad(box.loss))(points)


@jax.jit
def _polish(box, many):
    slope, cut = jax.grad(box.loss), CUT * epsilon()

    def newton(t, way):
        gradient, hessian = slope(t), jax.jacfwd(slope)(t)
        values, vectors = jnp.linalg.eigh(jnp.where(jnp.isfinite(hessian), hessian, 0.0))
        most = jnp.maximum(jnp.abs(values).max(), jnp.finfo(t.dtype).tiny)
        scaled, along = values / most, vectors.T @ gradient / most
        signed = jnp.where(way == 0, scaled, way * jnp.abs(scaled))
        return vectors @ (signed / (scaled**2 + cut**2) * along), gradient, hessian

    def walk(start):
        def body(i, carry):
            t = carry[0]
            move, *seen = newton(t, jnp.where(i < STEER, start[-1], 0.0))
            length = jnp.linalg.norm(move)
            shorter = jnp.where(length > REACH, REACH / length, 1.0) * (i < STEER + POLISH)  # the last only looks
            return t - move * shorter, seen[0], length, seen[1]

        t = start[:-1]
        first = (t, jnp.zeros_like(t), jnp.zeros((), t.dtype), jnp.zeros((t.size, t.size), t.dtype))
        t, gradient, length, hessian = jax.lax.fori_loop(0, STEER + POLISH + 1, body, first)
        return t, box.loss(t), gradient, length, hessian

    return jax.vmap(walk)(many)
