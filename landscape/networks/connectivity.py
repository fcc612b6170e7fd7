"""Curves of low loss between two minima: a bend that is trained until the loss along the way is low.

Minima that a ridge parts on the straight line are often joined by a simple curve around it: a quadratic Bézier curve or
a chain of two straight pieces, whose one free point is moved down the mean loss over t ~ U(0, 1) (Garipov et al. 2018,
arXiv:1802.10026).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import optax

from landscape.networks import interpolation, paths, planes
from landscape.networks.interpolation import Line
from landscape.parameters import Choice, LandscapeError, Range, number, parameters_of
from landscape.plane import Plane
from landscape.surface import Surface

SHAPES = ("bezier", "chain")
SAMPLES = 4  # of t a step, one in each quarter of the way: less noise than as many anywhere
NUDGE = 0.05  # of the distance: how far from the middle the bend sets out, since the middle may be a saddle
Shape = Annotated[str, Choice(*SHAPES), "a smooth curve, or two straight pieces"]
Steps = Annotated[int, Range(50, 2000, legal=(1, 1_000_000)), "of training the bend"]
Rate = Annotated[float, Range(0.001, 0.1, log=True, legal=(1e-9, 1e3)), "of Adam, as a share of the distance"]
Seed = Annotated[int, Range(0, 999, legal=(0, 2**32 - 1)), "of where the bend sets out, and of the samples of t"]
Points = Annotated[int, Range(11, 201, legal=(2, interpolation.MOST)), "along the curve"]


@dataclass(frozen=True, eq=False)
class Curve:
    """A trained curve from a to b, beside the straight line between them."""

    shape: str  # of SHAPES
    control: np.ndarray  # (d,) the trained point: a Bézier curve's control point, or a chain's corner
    along: Line  # the curve
    straight: Line  # before
    plane: Plane  # through a, b and the control point; the curve lies in it
    path: np.ndarray  # (m, 2) the curve in the plane's coordinates
    history: np.ndarray  # (steps,) the mean loss over the samples of t at each step

    @property
    def told(self) -> str:
        before, after = self.straight.barrier, self.along.barrier
        return f"Along the trained curve the barrier is {after:.3g}; on the straight line it is {before:.3g}."


def curve(
    surface: Surface,
    a,
    b,
    *,
    shape: Shape = "bezier",
    steps: Steps = 500,
    rate: Rate = 0.02,
    seed: Seed = 0,
    resolution: Points = 51,
) -> Curve:
    """Train a curve of low loss from solution `a` to `b` (d,).

    Adam moves the control point for `steps`, its rate falling to zero as half a cosine, on the loss or, where the
    surface has minibatches, on one of them a step. `rate` is how far a step goes: this share of the distance between
    the ends, spread over all weights.
    """
    given = {"shape": shape, "steps": steps, "rate": rate, "seed": seed, "resolution": resolution}
    for name, parameter in parameters_of(curve).items():
        parameter.check(given[name], "curve")
    if not surface.has_gradient:
        raise LandscapeError(surface.no_slopes("a trained curve"))
    first, last = paths.ends(surface, a, b)
    straight = interpolation.line(surface, first, last, resolution=resolution)
    first, last = (each.astype(paths.precision(each.dtype)) for each in (first, last))
    size = straight.about["distance"] / np.sqrt(surface.dim)
    origin = _begin(first, last, size, seed)
    frozen = surface.freeze(1.0)
    control, history = _trained(frozen, first, last, origin, size * rate, seed, shape=shape, steps=int(steps))
    control, history = np.asarray(control), np.asarray(history, np.float64)
    if not np.isfinite(control).all():
        raise LandscapeError(f"The bend left the finite numbers with rate={number(rate)}; give a smaller one.")
    t = straight.t
    points = np.asarray(_bent(shape, first, control, last, t[:, None].astype(first.dtype)))
    points = np.where(t[:, None] == 0, straight.a, np.where(t[:, None] == 1, straight.b, points))
    values = paths.values(surface, points, tuple(straight.values))
    along = Line(t, values, straight.a, straight.b, straight.about | {"method": shape})
    plane = _plane(surface, straight.a, straight.b, control, int(seed))
    return Curve(shape, control, along, straight, plane, plane.project(points), history)


def _begin(first: np.ndarray, last: np.ndarray, size: float, seed: int) -> np.ndarray:
    """Beside the middle of the straight line."""
    away = np.random.default_rng(seed).normal(size=first.size) * (NUDGE * size)
    return ((first.astype(np.float64) + last) / 2 + away).astype(first.dtype)


def _bent(shape: str, a, control, b, t):
    """The points of the curve at t, with a and b at its ends."""
    if shape == "bezier":
        return (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b
    early, late = jnp.clip(2 * t, 0, 1), jnp.clip(2 * t - 1, 0, 1)
    return (1 - early) * a + (early - late) * control + late * b


@partial(jax.jit, static_argnames=("shape", "steps"))
def _trained(surface, a, b, control, rate, seed, *, shape: str, steps: int):
    """The control point after `steps`, and the mean loss at each."""
    at = surface.at(1.0, a.dtype)
    method = optax.adam(lambda step: jnp.asarray(rate, a.dtype) * (1 + jnp.cos(jnp.pi * step / steps)) / 2)

    def step(carry, k):
        control, state = carry
        places, batch = jax.random.split(jax.random.fold_in(jax.random.key(seed), k))
        t = (jnp.arange(SAMPLES, dtype=a.dtype) + jax.random.uniform(places, (SAMPLES,), a.dtype)) / SAMPLES
        loss = at.loss if at.batch is None else at.batch(k, batch)

        def mean(control):
            return jnp.mean(jax.lax.map(lambda t: loss(_bent(shape, a, control, b, t)), t))

        value, slope = jax.value_and_grad(mean)(control)
        updates, state = method.update(slope, state, control)
        return (optax.apply_updates(control, updates), state), value

    (control, _), history = jax.lax.scan(step, (control, method.init(control)), jnp.arange(steps))
    return control, history


def _plane(surface: Surface, a, b, control, seed: int) -> Plane:
    """Through the ends and the control point; where the curve has stayed straight, through a random direction."""
    try:
        found = planes.through(surface, a, b, control)
    except LandscapeError:
        return planes.line(surface, a, b, seed=seed)
    told = "The plane of a trained curve: through its two ends and the point that bends it."
    return Plane(found.origin, found.basis, found.names, found.about | {"told": told})
