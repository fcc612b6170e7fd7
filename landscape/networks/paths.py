"""Weights and what they are worth: paths as arrays, and a surface's loss, measures and gradient on all of its data.

One compiled program takes points one after the other on one chunk of the data. So a point has the same bits wherever it
stands in a list, and only one chunk of the data is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.parameters import LandscapeError, nearest
from landscape.surface import Surface

ROWS = 1000  # of data at a time
SLOPE_ROWS = 100  # for gradients, which keep what is computed on the way
TOGETHER = 64  # points of one call where that is cheap: most of the time would go into calling
CHEAP = 2**18  # weights times rows


class Chunk(NamedTuple):
    """Some rows of the data, on the device, and their share of all; None where a surface has no rows."""

    rows: Any
    share: float


def point(surface: Surface, x=None, what: str = "x") -> np.ndarray:
    """`x` as finite numbers (d,) in its own precision, by default the surface's start; a model's parameters will do."""
    if x is None:
        x = surface.start
    if hasattr(surface, "vector") and getattr(x, "ndim", 0) != 1:
        x = surface.vector(x)
    found = _floats(x, what)
    if found.shape != (surface.dim,):
        raise LandscapeError(f"{what} has the shape {found.shape}; {surface.name} takes ({surface.dim},), its weights.")
    if not np.isfinite(found).all():
        wrong = int(np.sum(~np.isfinite(found)))
        raise LandscapeError(
            f"{wrong} of the {found.size} weights of {what} are not finite; take an earlier frame of that run."
        )
    return found


def ends(surface: Surface, a, b) -> tuple[np.ndarray, np.ndarray]:
    """Two different solutions (d,) in their common precision."""
    first, last = point(surface, a, "a"), point(surface, b, "b")
    if np.array_equal(first, last):
        raise LandscapeError("a and b are the same solution, with no line between; take the weights of another run.")
    dtype = np.result_type(first, last)
    return first.astype(dtype), last.astype(dtype)


def path(surface: Surface, taken, what: str = "the path") -> np.ndarray:
    """Weights (t, d) of a path: such an array, one point (d,), a Training or a Trajectory (its best member)."""
    weights = getattr(taken, "weights", None)
    if weights is None and hasattr(taken, "positions"):
        weights = _walked(taken, what)
    found = np.atleast_2d(_floats(taken if weights is None else weights, what))
    if found.ndim != 2 or found.shape[1] != surface.dim or not len(found):
        raise LandscapeError(
            f"{what} has the shape {found.shape}; give weights (t, {surface.dim}), one row for each moment."
        )
    return found


def _floats(values, what: str) -> np.ndarray:
    try:
        found = np.asarray(values)
        return found if found.dtype in (np.float32, np.float64) else found.astype(np.float64)
    except (TypeError, ValueError):
        raise LandscapeError(f"{what} is no array of numbers but {type(values).__name__}; give weights.") from None


def _walked(trajectory, what: str) -> np.ndarray:
    positions, values = np.asarray(trajectory.positions), np.asarray(trajectory.values)
    if positions.ndim != 3:
        raise LandscapeError(f"{what} holds many runs; give them one by one.")
    best = np.argmin(np.where(np.isnan(values), np.inf, values), axis=1)
    return positions[np.arange(len(positions)), best]


def values(surface: Surface, points, wants: str | Sequence[str] = ("loss",)) -> dict[str, np.ndarray]:
    """Loss and measures (k,) float64, by name, at points (k, d), on all data, in the precision of the points.

    NaN and infinity are kept. A scheduled surface is taken as it stands at the end of a run.
    """
    wants = named(wants)
    known = ("loss", *surface.measures)
    for name in wants:
        if name not in known:
            raise LandscapeError(f"{surface.name} has no measure '{name}'. {nearest(name, known)}")
    points = path(surface, points, "points")
    surface, dtype = surface.freeze(1.0), precision(points.dtype)
    total = np.zeros((len(points), len(wants)))
    for rows, share in chunks(surface, dtype, ROWS):
        total += share * surface.watch(lambda rows=rows: _means(surface, points.astype(dtype, copy=False), rows, wants))
    return dict(zip(wants, total.T, strict=True))


def named(wants) -> tuple[str, ...]:
    """Names of values: one of them, or several."""
    if isinstance(wants, str):
        return (wants,)
    if not isinstance(wants, Sequence) or not all(isinstance(each, str) for each in wants):
        raise LandscapeError(f"wants={str(wants)[:60]} is no list of names; give some, such as ('loss', 'accuracy').")
    return tuple(wants)


def gradient(surface: Surface, x: np.ndarray) -> tuple[float, np.ndarray]:
    """The loss and its gradient (d,) float64 at x (d,), on all data, in the precision of x."""
    if not surface.has_gradient:
        raise LandscapeError(surface.no_slopes("this"))
    surface, dtype = surface.freeze(1.0), precision(x.dtype)
    loss, slope = 0.0, np.zeros(x.size)
    for rows, share in chunks(surface, dtype, SLOPE_ROWS):
        value, found = _slope(surface, x.astype(dtype), rows)
        loss, slope = loss + share * float(value), slope + share * np.asarray(found, np.float64)
    return loss, slope


def precision(given, asked=None) -> np.dtype:
    """float32 for float32, else the precision that JAX works in; the one `asked` for, if JAX has it."""
    most = np.dtype(jnp.result_type(float))
    if asked is None:
        return np.dtype(np.float32) if given == np.float32 else most
    if asked not in ("float32", "float64", np.float32, np.float64):
        raise LandscapeError(f"dtype={asked} is neither float32 nor float64.")
    if np.dtype(asked).itemsize > most.itemsize:
        raise LandscapeError('float64 is switched off in JAX; call jax.config.update("jax_enable_x64", True) first.')
    return np.dtype(asked)


def chunks(surface: Surface, dtype, most: int) -> Iterator[Chunk]:
    """All data of an unscheduled surface, `most` rows at a time where rows do not act on each other."""
    parts = surface.parts(dtype)
    if parts is None:
        yield Chunk(None, 1.0)
        return
    count = len(jax.tree.leaves(parts.rows)[0])
    most = most if parts.separable else count
    for begin in range(0, count, most):
        end = min(begin + most, count)
        rows = jax.tree.map(lambda leaf, b=begin, e=end: jnp.asarray(leaf[b:e]), parts.rows)
        yield Chunk(rows, (end - begin) / count)


def _loss(surface, x, rows):
    return surface.at(1.0, x.dtype).loss(x) if rows is None else surface.parts(x.dtype).loss(x, rows)


def _means(surface, points: np.ndarray, rows, wants: tuple[str, ...]) -> np.ndarray:
    """What is wanted (k, w) at points (k, d) over these rows, as many points a call as the surface makes cheap."""
    count = len(jax.tree.leaves(rows)[0]) if jax.tree.leaves(rows) else 1
    some = TOGETHER if surface.host is None and count * surface.dim <= CHEAP else 1
    groups = [points[begin : begin + some] for begin in range(0, len(points), some)]
    groups[-1] = np.concatenate([groups[-1], np.repeat(points[-1:], some - len(groups[-1]), axis=0)])
    found = [_mapped(surface, group, rows, wants) for group in groups]
    return np.concatenate([np.asarray(each, np.float64) for each in found])[: len(points)]


@partial(jax.jit, static_argnames="wants")
def _mapped(surface, points, rows, wants: tuple[str, ...]):
    def mean(name: str, x):
        return _loss(surface, x, rows) if name == "loss" else surface.parts(x.dtype).measures[name](x, rows)

    return jax.lax.map(lambda x: jnp.stack([mean(name, x) for name in wants]), points)


@jax.jit
def _slope(surface, x, rows):
    return jax.value_and_grad(lambda x: _loss(surface, x, rows))(x)
