"""Hessian-vector products over all data of a surface: what everything about curvature is computed from.

H v is the derivative of the gradient along v, forward over reverse (Pearlmutter 1994, doi:10.1162/neco.1994.6.1.147):
exact, at the cost of about three gradients, and H is never made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.blocks import Block
from landscape.networks import paths
from landscape.networks.chunks import averaged, chunk_of, even, held, loss_on, part, pieces, rows_of
from landscape.parameters import LandscapeError, nearest
from landscape.surface import Surface

LARGEST = 4096  # coordinates of a Hessian that is made: 134 MB
WIDTH = 8  # vectors that a GPU multiplies together; a CPU is no faster so, and far slower with convolutions


@dataclass(frozen=True, eq=False)
class Product:
    """v (dim,) -> H v (dim,): the Hessian of a surface at a point, as an operator; gives float64 NumPy arrays."""

    surface: Surface  # without schedules
    x: np.ndarray  # (d,), in the precision that is computed in
    rows: Any  # the data, a pytree of arrays (n, …); None where the surface knows of none
    chunk: int  # rows at once
    where: np.ndarray | None  # (dim,): the coordinates looked at; None: all d

    @property
    def dim(self) -> int:
        return self.x.size if self.where is None else self.where.size

    @property
    def count(self) -> int:
        """Rows of data; 0 where the surface knows of none."""
        return rows_of(self.rows)

    def __call__(self, vector) -> np.ndarray:
        return self.many(np.reshape(vector, (1, -1)))[0]

    def many(self, vectors) -> np.ndarray:
        """H times each of `vectors` (p, dim): (p, dim)."""
        vectors = np.asarray(vectors, self.x.dtype)
        if vectors.ndim != 2 or vectors.shape[1] != self.dim or not len(vectors):
            raise LandscapeError(f"Vectors of shape {vectors.shape} were given; this Hessian takes (…, {self.dim}).")
        try:
            return self._computed(_products, vectors)
        except LandscapeError as error:
            if not isinstance(error.__cause__, TypeError):
                raise
            return self._computed(_pulled, vectors)

    def over(self, chosen: np.ndarray) -> Product:
        """The same Hessian over these rows of the data (k,) alone."""
        rows = jax.tree.map(lambda leaf: jnp.asarray(leaf[chosen]), self.rows)
        return replace(self, rows=rows, chunk=even(len(chosen), self.chunk))

    def slopes(self, offsets) -> tuple[np.ndarray, np.ndarray]:
        """The loss (p,) and its gradient (p, dim) at the point moved by each of `offsets` (p, dim)."""
        return self._computed(_slopes, np.asarray(offsets, self.x.dtype))

    def _computed(self, program: Callable, vectors: np.ndarray) -> Any:
        """What `program` gives for `vectors` (p, dim), group by group."""
        width = 1 if jax.default_backend() == "cpu" else WIDTH
        groups = [self._group(program, vectors[i : i + width]) for i in range(0, len(vectors), width)]
        return jax.tree.map(lambda *leaves: np.concatenate(leaves), *groups)

    def _group(self, program: Callable, vectors: np.ndarray) -> Any:
        """The same over all data, in float64."""
        found = []
        for share, rows, begin, size in pieces(self.rows, self.chunk):
            given = (self.surface, rows, begin, self.x, self.where, vectors)
            try:
                made = self.surface.watch(partial(program, *given, size=size))
            except LandscapeError:
                raise
            except (TypeError, ValueError, NotImplementedError) as error:
                told = str(error).strip().split("\n")[0][:160]
                raise LandscapeError(
                    f"{self.surface.name} cannot be differentiated ({told}); write it with jax.numpy."
                ) from error
            found.append(jax.tree.map(lambda leaf, share=share: share * np.asarray(leaf, np.float64), made))
        return jax.tree.map(lambda *leaves: sum(leaves), *found)


def product(surface: Surface, x=None, *, block=None, dtype=None, chunk: int | None = None) -> Product:
    """The Hessian of `surface` at `x` (d,), by default its start, as a function v -> H v over all its data.

    `block` restricts it to the coordinates of a block, of a layer (what paths of its blocks begin with) or of several:
    v and H v are then as long as these. `dtype` is float32 or float64, by default that of `x`. `chunk` is rows of data
    at once, by default what a processor's cache holds. Where the loss has creases, as with relu, this is the curvature
    between them.
    """
    surface = smooth(surface, "The Hessian")
    x = a_point(surface, x, dtype)
    parts = surface.parts(x.dtype)
    rows = None if parts is None else held(parts.rows)
    return Product(surface, x, rows, chunk_of(surface, x, parts, chunk), coordinates(surface, block))


def dense(surface: Surface, x=None, *, block=None, dtype=None) -> np.ndarray:
    """The Hessian itself, (dim, dim), of up to 4096 coordinates."""
    operator = product(surface, x, block=block, dtype=dtype)
    if operator.dim > LARGEST:
        raise LandscapeError(
            f"The Hessian of {operator.dim:,} coordinates takes {8e-9 * operator.dim**2:,.1f} GB; up to {LARGEST:,} of "
            "them are made. Give a block, or take lanczos.top or spectrum.density, which need none."
        )
    matrix = operator.many(np.eye(operator.dim))
    return (matrix + matrix.T) / 2


def on_plane(surface: Surface, plane, *, dtype=None, chunk: int | None = None) -> Callable:
    """A function (u, v) -> value (), gradient (2,), Hessian (2, 2) in the coordinates of `plane`, over all data.

    It is pure JAX, for jit and vmap. `plane` has an `origin` (d,) and a `basis` (2, d) of any lengths, traced ones too;
    the Hessian is basis · H · basisᵀ exactly, at the cost of about three gradients.
    """
    surface = smooth(surface, "The Hessian")
    dtype = paths.precision(plane.origin.dtype, dtype)
    origin, basis = jnp.asarray(plane.origin, dtype), jnp.asarray(plane.basis, dtype)
    parts = surface.parts(dtype)
    chunk = chunk_of(surface, origin, parts, chunk)

    def at(u, v):
        rows = None if parts is None else parts.rows
        return averaged(lambda some: bend(loss_on(surface, dtype, some), origin, basis, u, v), rows, chunk)

    return at


def bend(loss: Callable, origin, basis, u, v) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Value (), gradient (2,) and Hessian (2, 2) of `loss` (d,) -> () at origin + (u, v) · basis, on the plane.

    Forward over forward in the two coordinates, which keeps nothing and is symmetric to the last bit; backwards twice
    where a loss has slopes of its own (`jax.custom_vjp`), which allow nothing else.
    """
    at = jnp.stack([jnp.asarray(u, basis.dtype), jnp.asarray(v, basis.dtype)])
    along = jnp.eye(2, dtype=at.dtype)

    def height(at):
        return loss(origin + at[0] * basis[0] + at[1] * basis[1])

    def slopes(at):
        return jax.vmap(lambda axis: jax.jvp(height, (at,), (axis,)), out_axes=(None, 0))(along)

    try:
        (value, gradient), (_, first) = jax.jvp(slopes, (at,), (along[0],))
        _, (_, last) = jax.jvp(lambda at: jax.jvp(height, (at,), (along[1],)), (at,), (along[1],))
        return value, gradient, jnp.stack([first, jnp.stack([first[1], last])])
    except TypeError:
        value, gradient = jax.value_and_grad(height)(at)
        matrix = jax.jacrev(jax.grad(height))(at)
        return value, gradient, (matrix + matrix.T) / 2


def coordinates(surface: Surface, block) -> np.ndarray | None:
    """The coordinates (k,) of a block, a layer, or several; None for all of them.

    A word is a block's path, or what it begins with up to a space, a slash or a dot: "layer 1", "Dense_0".
    """
    if block is None:
        return None
    if not isinstance(block, (str, list, tuple)):
        raise LandscapeError(f"block={block} is no name of a block; give its path, or several of them.")
    chosen = [block] if isinstance(block, (str, Block)) else list(block)
    found = [each for word in chosen for each in _named(surface, word)]
    if not found:
        raise LandscapeError(f"No block of {surface.name} was given; leave block out, or name some of its blocks.")
    return np.unique(np.concatenate([np.arange(each.begin, each.begin + each.size) for each in found]))


def layers(surface: Surface) -> tuple[str, ...]:
    """The layers of a model, by the names that `block` takes: what the paths of its blocks begin with, in order."""
    return tuple(dict.fromkeys(_layer(block.path) for block in surface.blocks))


def smooth(surface: Surface, who: str) -> Surface:
    """`surface` without schedules, if it is one that has slopes."""
    if not isinstance(surface, Surface):
        raise LandscapeError(f"{who} takes a bound surface, such as himmelblau(), not {type(surface).__name__}.")
    if not surface.has_gradient:
        raise LandscapeError(
            f"{who} needs slopes, and {surface.name} has none; write it with jax.numpy over real numbers, and take "
            "Surface.from_function."
        )
    return surface.freeze(1.0)


def a_point(surface: Surface, x, dtype=None) -> np.ndarray:
    """`x` (d,) or a model's parameters, by default the start, in `dtype` or the precision that it has."""
    found = paths.point(surface, x)
    with np.errstate(over="ignore"):
        return paths.point(surface, found.astype(paths.precision(found.dtype, dtype)))


def within(loss: Callable, x, where) -> tuple[Callable, Any]:
    """`loss` as a function of the coordinates `where` of `x` alone, and these coordinates."""
    return (loss, x) if where is None else (lambda some: loss(x.at[where].set(some)), x[where])


@partial(jax.jit, static_argnames="size")
def _products(surface, rows, begin, x, where, vectors, *, size: int):
    loss, at = within(loss_on(surface, x.dtype, part(rows, begin, size)), x, where)
    return _each(lambda vector: jax.jvp(jax.grad(loss), (at,), (vector,))[1], vectors)


@partial(jax.jit, static_argnames="size")
def _pulled(surface, rows, begin, x, where, vectors, *, size: int):
    """The same, backwards twice: for losses with slopes of their own (`jax.custom_vjp`) that go no other way."""
    loss, at = within(loss_on(surface, x.dtype, part(rows, begin, size)), x, where)
    return _each(lambda vector: jax.vjp(jax.grad(loss), at)[1](vector)[0], vectors)


@partial(jax.jit, static_argnames="size")
def _slopes(surface, rows, begin, x, where, offsets, *, size: int):
    loss, at = within(loss_on(surface, x.dtype, part(rows, begin, size)), x, where)
    return _each(lambda offset: jax.value_and_grad(loss)(at + offset), offsets)


def _each(function: Callable, vectors):
    """`function` of each of `vectors` (p, dim), side by side; of a single one as it is."""
    if len(vectors) > 1:
        return jax.vmap(function)(vectors)
    return jax.tree.map(lambda leaf: leaf[None], function(vectors[0]))


def _named(surface: Surface, word: str | Block) -> Sequence[Block]:
    if isinstance(word, Block):
        return [word]
    begins = tuple(f"{word}{mark}" for mark in " /.")
    found = [each for each in surface.blocks if each.path == word or each.path.startswith(begins)]
    if not found:
        paths = dict.fromkeys([*layers(surface), *(each.path for each in surface.blocks)])
        raise LandscapeError(f"{surface.name} has no block '{word}'. {nearest(str(word), paths)}")
    return found


def _layer(path: str) -> str:
    """What a path has before its last word."""
    cut = max(path.rfind(mark) for mark in " /.")
    return path[:cut] if cut > 0 else path
