"""What transforms share: they wrap any surface, and those that are linear know where every point goes.

A linear transform moves the picture: the point p goes to c + A (p − c) + t, so the surface it makes is
x ↦ f(c + A⁻¹ (x − t − c)).  A matrix keeps the centre c where it is; a translation keeps no point, so it is no matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.domains import Discrete
from landscape.entry import Entry
from landscape.parameters import LandscapeError
from landscape.surface import Minibatch, Surface, SurfaceEntry

DEEPEST = 8  # transforms inside one another
FLAT = 1e-9  # a determinant so small, beside the matrix, has lost a dimension


class TransformEntry(SurfaceEntry):
    """A transform: its first argument is the surface that it wraps, `rotate(himmelblau(), angle=0.5)`."""

    def __call__(self, /, *inner: Any, **values: Any) -> Surface:
        if len(inner) > 1 or (inner and "surface" in values):
            raise LandscapeError(f"{self.name} wraps one surface, not {len(inner) + ('surface' in values)}.")
        made = super().__call__(**({"surface": inner[0]} if inner else {}), **values)
        made.check()
        return made


class Transformed(Surface):
    """A surface made of another one, over the same domain."""

    @property
    def wrapped(self) -> Surface:
        return self.values["surface"]

    @property
    def domain(self) -> Box:
        return self.wrapped.domain

    @property
    def names(self) -> tuple[str, ...]:
        return self.wrapped.names

    @property
    def depth(self) -> int:
        """How many transforms lie inside one another."""
        return 1 + getattr(self.wrapped, "depth", 0)

    def check(self) -> None:
        """Raise LandscapeError where the numbers make no surface; traced and swept ones are not looked at."""
        if self.depth > DEEPEST:
            raise LandscapeError(f"{self.depth} transforms inside one another are more than {DEEPEST}; take fewer.")

    def tuned(self, optimizer: Entry) -> dict[str, Any]:
        """What suits the surface inside, for transforms that keep its slopes."""
        return self.wrapped.tuned(optimizer) if self.entry.facts.tuned.get("as inside") else {}


class Affine(NamedTuple):
    """What the factory of a linear transform returns: of two coordinates, the matrix and the offset."""

    matrix: Any  # ((a, b), (c, d))
    offset: Any = (0.0, 0.0)


class Linear(Transformed):
    """A surface whose picture a matrix and an offset have moved."""

    def at(self, progress, dtype) -> Minibatch:
        numbers = self.now(progress, dtype)
        inner = numbers.pop("surface")
        affine, axes, centre = self.entry.factory(**numbers), self.axes, self.centre.astype(dtype)
        return over(inner, lambda loss: lambda x: loss(_back(x, affine, axes, centre)))

    @property
    def axes(self) -> tuple[int, ...]:
        """The coordinates that are moved, counted from 0."""
        given = [self.values[name] - 1 for name in ("first", "second") if name in self.values]
        return tuple(given or range(min(self.dim, 2)))

    @property
    def matrix(self) -> np.ndarray:
        """The linear part A of the whole chain of transforms, at the end of a schedule: (d, d)."""
        own = np.eye(self.dim)
        own[np.ix_(self.axes, self.axes)] = self._affine(0)[: len(self.axes), : len(self.axes)]
        return own @ getattr(self.wrapped, "matrix", np.eye(self.dim))

    @property
    def centre(self) -> np.ndarray:
        """The point that the matrix keeps: the middle of the domain, or the origin (d,)."""
        middle = (self.domain.lower + self.domain.upper) / 2
        return np.zeros(self.dim) if self.values.get("about") == "origin" else middle

    @property
    def offset(self) -> np.ndarray:
        """Where the whole chain takes the centre, seen from there: (d,)."""
        return self.carry(self.centre) - self.centre

    def carry(self, points: np.ndarray) -> np.ndarray:
        """Where the whole chain takes points (…, d)."""
        return self.move(self.wrapped.carry(points) if isinstance(self.wrapped, Linear) else points)

    def move(self, points: np.ndarray) -> np.ndarray:
        """Where this transform alone takes points (…, d)."""
        moved = np.array(points, np.float64)
        axes = list(self.axes)
        count = len(axes)
        away = moved[..., axes] - self.centre[axes]
        moved[..., axes] = self.centre[axes] + away @ self._affine(0)[:count, :count].T + self._affine(1)[:count]
        return moved

    def check(self) -> None:
        super().check()
        if isinstance(self.domain, Discrete):
            raise LandscapeError(
                f"{self.name} moves points, and those of {self.wrapped.name} are no numbers to turn or stretch; take "
                "noise, log or quantize, or wrap a surface such as himmelblau."
            )
        axes = self.axes
        if len(axes) < 2 and self.entry.name not in ("scale", "translate"):
            raise LandscapeError(f"{self.name} turns two coordinates into each other; {self.wrapped.name} has one.")
        if len(set(axes)) < len(axes) or max(axes) >= self.dim:
            given = ", ".join(str(axis + 1) for axis in axes)
            raise LandscapeError(f"{self.name} needs two different coordinates of 1 … {self.dim}, not {given}.")
        if all(type(value) in (int, float, str) for name, value in self.values.items() if name != "surface"):
            block = self._affine(0)
            if not abs(np.linalg.det(block)) > FLAT * np.square(block).sum():
                raise LandscapeError(
                    f"{self.name} has a matrix of determinant {np.linalg.det(block):g}, which flattens the plane "
                    "to a line; change one of its numbers."
                )

    def _affine(self, part: int) -> np.ndarray:
        numbers = {name: value for name, value in self.freeze(1.0).values.items() if name != "surface"}
        return np.asarray(self.entry.factory(**numbers)[part], np.float64)


def _back(x, affine: Affine, axes: tuple[int, ...], centre: np.ndarray):
    """The point that a linear transform takes to `x` (d,)."""
    (a, b), (c, d) = affine.matrix
    if len(axes) == 1:
        return (x - affine.offset[0] - centre) / a + centre
    i, j = axes
    u, v = (x[k] - affine.offset[n] - centre[k] for n, k in enumerate(axes))
    det = a * d - b * c
    first, second = (d * u - b * v) / det + centre[i], (a * v - c * u) / det + centre[j]
    if x.size == 2:
        return jnp.stack([first, second] if i < j else [second, first])
    return x.at[jnp.array(axes)].set(jnp.stack([first, second]))


def over(inner: Minibatch, wrap: Callable[[Callable], Callable]) -> Minibatch:
    """`wrap` around the loss, and around the loss of every minibatch."""
    batch = inner.batch
    return Minibatch(wrap(inner.loss), batch and (lambda step, key: wrap(batch(step, key))))
