"""The gradient as a field: arrows on a grid, and streamlines, which follow it downhill at right angles to level sets.

Streamlines are integrated from a lattice of starts at once, by Runge and Kutta's method along the unit gradient, and
then laid one by one, the longest first: each ends where it comes near one that lies there already (Jobard and Lefer
1997, doi:10.1007/978-3-7091-6876-9_5).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from landscape.geometry.view import View, look, working
from landscape.grid import grid
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

LINES = 24  # side by side along the longer side of the view, at density 1
PER_CELL = 8  # steps for each spacing between lines
LENGTH = 1.5  # of a line at most, up or down, in longer sides of the view
SHORT = (2.0, 0.5)  # spacings; shorter lines are left out, or much shorter ones where FEW remain: on ripples
FEW = 16


@dataclass(frozen=True, eq=False)
class Field:
    """Gradients, projected to the plane, at plane coordinates u (a,) and v (b,)."""

    u: np.ndarray  # (a,)
    v: np.ndarray  # (b,)
    gradient: np.ndarray  # (b, a, 2)


def gradient_field(
    surface: Surface,
    *,
    plane: Plane | None = None,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = (25, 19),
    progress: float = 1.0,
) -> Field:
    """The gradient of `surface` on a grid of `plane` between `lower` and `upper` (2,), by default over the domain."""
    view = look(surface, plane, lower, upper, progress)
    options = {"lower": view.lower, "upper": view.upper, "resolution": resolution, "gradient": True}
    drawn = grid(view.surface, view.plane, **options)
    return Field(drawn.u, drawn.v, np.asarray(drawn.gradient, np.float64))


def streamlines(
    surface: Surface,
    *,
    plane: Plane | None = None,
    lower=None,
    upper=None,
    density: float = 1.0,
    progress: float = 1.0,
) -> tuple[np.ndarray, ...]:
    """Lines (k, 2) in plane coordinates that run downhill along the gradient, evenly spaced.

    They end at the edge of the view, at stationary points, and where they would come nearer to another than about
    1 / (24 · density) of the view's longer side.
    """
    if not isinstance(density, (int, float)) or not 0.1 <= density <= 4:
        raise LandscapeError(f"density={density} is not between 0.1 and 4.")
    view = look(surface, plane, lower, upper, progress)
    spacing = float(np.max(view.width)) / (LINES * density)
    sides = [np.arange(low + spacing / 2, high, spacing) for low, high in zip(view.lower, view.upper, strict=True)]
    starts = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2).astype(working())
    steps = int(PER_CELL * LINES * density * LENGTH)
    found = _flow(view.surface, *view.frame, starts, working().type(spacing / PER_CELL), jnp.arange(steps))
    up, down = (np.asarray(part, np.float64) for part in found)
    paths = np.concatenate([up[:, ::-1], starts[:, None], down], axis=1)
    long = _laid(view, paths, steps, spacing, SHORT[0])
    return long if len(long) >= FEW else _laid(view, paths, steps, spacing, SHORT[1])


def _laid(view: View, paths: np.ndarray, middle: int, spacing: float, short: float) -> tuple[np.ndarray, ...]:
    """Those of `paths` (n, t, 2), cut, that keep apart; each contains its point number `middle`."""
    with np.errstate(invalid="ignore"):
        inside = np.all((paths >= view.lower) & (paths <= view.upper), axis=-1)
        cells = np.floor((paths - view.lower) / spacing)
    shape = np.ceil(view.width / spacing).astype(int) + 1
    cells = np.clip(np.nan_to_num(cells), 0, shape - 1).astype(int)
    spans = [_span(row, middle) for row in inside]
    taken, laid = np.zeros(shape, bool), []
    for index in np.argsort([first - last for first, last in spans], kind="stable"):
        first, last = spans[index]
        free = ~taken[tuple(cells[index].T)]
        free[:first], free[last:] = False, False
        first, last = _span(free, middle)
        if last - first > short * PER_CELL:
            taken[tuple(cells[index, first:last].T)] = True
            laid.append(paths[index, first:last])
    return tuple(laid)


def _span(good: np.ndarray, middle: int) -> tuple[int, int]:
    """The stretch of true entries about `middle`, as a slice; empty where that one is false."""
    if not good[middle]:
        return middle, middle
    after = np.flatnonzero(~good[middle:])
    before = np.flatnonzero(~good[:middle])
    return (before[-1] + 1 if before.size else 0), (middle + after[0] if after.size else len(good))


@jax.jit
def _flow(surface, origin, basis, starts, step, count):
    """Paths (n, t, 2) up and down from `starts` (n, 2), t = len(count); NaN once a stationary point is reached."""
    loss = surface.at(1.0, starts.dtype).loss
    slope = jax.grad(lambda at: loss(origin + at @ basis))

    def way(at, sign):
        gradient = slope(at)
        size = jnp.linalg.norm(gradient)
        return sign * gradient / jnp.where(size > 0, size, jnp.nan)

    def line(start, sign):
        def advance(carry, _):
            at, last = carry
            one = way(at, sign)
            two = way(at + step / 2 * one, sign)
            three = way(at + step / 2 * two, sign)
            four = way(at + step * three, sign)
            move = (one + 2 * two + 2 * three + four) / 6
            # Past a stationary point the gradient turns round, within one step or from one step to the next.
            turned = (move @ move < 0.5) | (move @ last < 0)
            at = jnp.where(turned, jnp.nan, at + step * move)
            return (at, move), at

        return jax.lax.scan(advance, (start, jnp.zeros_like(start)), count)[1]

    both = jax.vmap(jax.vmap(line, (0, None)), (None, 0))(starts, jnp.array([1.0, -1.0], starts.dtype))
    return both[0], both[1]
