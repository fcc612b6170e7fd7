"""Why a step went where it went: its parts, the quadratic about where it began, and the largest stable learning rate.

On the quadratic model every component of the error along an eigenvector of the Hessian is multiplied by a factor that
depends on the learning rate times its eigenvalue λ alone.  Gradient descent is stable up to 2 / λ, the heavy ball up to
2 (1 + β) / λ (Polyak 1964, doi:10.1016/0041-5553(64)90137-5), Nesterov's method up to 2 (1 + β) / ((1 + 2β) λ).  What
other methods divide by is not recorded; but how far each coordinate went for its gradient is, and a step x − D ∇f is
stable where the largest eigenvalue of D H is below 2 (Cohen et al. 2022, arXiv:2207.14484).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from landscape.geometry.quadratic import bends
from landscape.geometry.view import working
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface
from landscape.trajectory import Trajectory

RULES = {"sgd": "gradient descent", "momentum": "heavy ball", "nesterov": "Nesterov"}  # those whose factors are known
MOST = 2_000  # steps
SHAPE = (61, 37)  # points around a step, along u and v
ROOM = 1.5  # how far one sees beyond the ends of a step


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Every step of one run; NaN where it has left the finite numbers. The k-th begins at points[k]."""

    rule: str  # of RULES, or "" of any other method
    points: np.ndarray  # (t+1, d)
    values: np.ndarray  # (t+1,)
    gradients: np.ndarray  # (t, d)
    hessians: np.ndarray  # (t, d, d)
    rate: np.ndarray  # (t,) learning rate
    carry: np.ndarray  # (t,) share of the last step that carries on
    sharpness: np.ndarray  # (t,) largest eigenvalue of the Hessian
    limit: np.ndarray  # (t,) largest stable learning rate; inf where the surface bends up nowhere, NaN without a rule
    effective: np.ndarray  # (t, d) −step / gradient, coordinate by coordinate
    ratio: np.ndarray  # (t,) rate / limit; without a rule largest eigenvalue of D H, over 2; above 1 unstable
    growth: np.ndarray  # (t,) factor of the steep component per step; without a rule the spectral radius of 1 − D H
    diverging: int | None  # of a run that diverged, the step at fault

    @property
    def steps(self) -> np.ndarray:
        """(t, d)"""
        return np.diff(self.points, axis=0)

    @property
    def pushed(self) -> np.ndarray:
        """The part of each step that is −learning rate · gradient (t, d); NaN without a rule."""
        return -self.rate[:, None] * self.gradients


def anatomy(trajectory: Trajectory) -> Anatomy | None:
    """The anatomy of a run of one walker that follows gradients; None of any other."""
    alone = trajectory.record in ("all", "evaluated") and trajectory.positions.shape[1:2] == (1,)
    if not alone or not trajectory.optimizer.needs_gradient or not trajectory.surface.has_gradient:
        return None
    if trajectory.surface.scheduled or getattr(trajectory, "thin", 1) > 1 or trajectory.steps > MOST:
        raise LandscapeError(
            f"step_anatomy looks at single steps on a surface that stands still; take no schedule of the surface, "
            f"thin=1 and at most {MOST:,} steps."
        )
    points, values = np.asarray(trajectory.positions[:, 0], np.float64), np.asarray(trajectory.values[:, 0], np.float64)
    _, gradients, hessians = bends(trajectory.surface, points[:-1])
    sharpness = _sharpness(hessians)
    rule = RULES.get(trajectory.optimizer.name, "")
    rate, carry = (_number(trajectory, name) if rule else np.full(len(sharpness), np.nan)
                   for name in ("learning_rate", "momentum"))  # fmt: skip
    with np.errstate(all="ignore"):
        effective = -np.diff(points, axis=0) / gradients
        limit = np.where(sharpness > 0, bound_of(rule, carry) / sharpness, np.where(sharpness <= 0, np.inf, np.nan))
        limit = limit if rule else np.full_like(limit, np.nan)
        ratio = rate / limit
    growth = factor(rule, rate * sharpness, carry)
    if not rule:
        ratio, growth = _scaled(effective, hessians)
    gone = trajectory.diverged
    diverging = None if gone is None else _at_fault(values[:gone], ratio)
    return Anatomy(rule, points, values, gradients, hessians, rate, carry, sharpness, limit, effective, ratio,
                   growth, diverging)  # fmt: skip


def bound_of(rule: str, carry):
    """The largest stable learning rate times the largest eigenvalue."""
    return {"Nesterov": 2 * (1 + carry) / (1 + 2 * carry), "heavy ball": 2 * (1 + carry)}.get(rule, 2.0 + 0.0 * carry)


def factor(rule: str, product, carry) -> np.ndarray:
    """By how much the component along an eigenvector grows per step, where learning rate times eigenvalue is `product`.

    The larger root, in size, of z² − trace · z + determinant of the method's two-step recurrence.
    """
    product, carry = np.asarray(product, np.float64), np.asarray(carry, np.float64)
    nesterov = rule == "Nesterov"
    trace = (1 + carry) * (1 - product) if nesterov else 1 + carry - product
    determinant = carry * (1 - product) if nesterov else carry
    with np.errstate(over="ignore", invalid="ignore"):
        root = np.sqrt((trace**2 - 4 * determinant).astype(complex))
        return np.maximum(np.abs(trace + root), np.abs(trace - root)) / 2


def around(surface: Surface, found: Anatomy, plane: Plane, view: np.ndarray) -> tuple[np.ndarray, ...]:
    """Windows on the plane about every step, of the shape of the view (2, 2).

    Middles (t, 2) and halves of sides (t, 2), counted from where the step begins, and true heights in them (t, b, a).
    """
    step, pushed = found.steps @ plane.dual.T, np.nan_to_num(found.pushed, nan=0.0, posinf=0.0, neginf=0.0)
    middle, whole = step / 2, (view[1] - view[0]) / 2
    reach = np.maximum(np.linalg.norm(middle, axis=1), np.linalg.norm(pushed @ plane.dual.T - middle, axis=1))
    half = np.clip(ROOM * reach, 1e-6 * whole[1], whole[1])[:, None] * np.array([whole[0] / whole[1], 1.0])
    middle = np.where(np.isfinite(middle), np.clip(middle, -2 * whole, 2 * whole), 0.0)
    half = np.where(np.isfinite(half), half, whole)
    parts = (part.astype(working()) for part in (found.points[:-1], middle, half))
    return middle, half, np.asarray(_around(surface.freeze(1.0), plane.basis.astype(working()), *parts), np.float64)


@jax.jit
def _around(surface, basis, points, middle, half):
    loss = surface.at(1.0, points.dtype).loss
    u, v = (jnp.linspace(-1.0, 1.0, count, dtype=points.dtype) for count in SHAPE)
    spots = jnp.stack(jnp.meshgrid(u, v), axis=-1)

    def window(begin):
        point, centre, reach = begin
        return jax.vmap(jax.vmap(lambda at: loss(point + (centre + reach * at) @ basis)))(spots)

    return jax.lax.map(window, (points, middle, half))


def _number(trajectory: Trajectory, name: str) -> np.ndarray:
    """A number of the optimizer at every step (t,); 0 where it has none of that name."""
    recorded = trajectory.metrics.get(name)
    if recorded is not None and np.ndim(recorded) == 1:
        return np.asarray(recorded, np.float64)
    return np.full(trajectory.steps, float(trajectory.optimizer.values.get(name, 0.0)))


def _sharpness(hessians: np.ndarray) -> np.ndarray:
    """The largest eigenvalue (t,); NaN where the Hessian is not finite."""
    finite = np.isfinite(hessians).all(axis=(1, 2))
    return np.where(finite, np.linalg.eigvalsh(np.where(finite[:, None, None], hessians, 0.0))[:, -1], np.nan)


def _scaled(effective: np.ndarray, hessians: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the map 1 − D H of a step with effective step sizes D: the largest eigenvalue of D H over 2 (t,), and the
    spectral radius (t,); NaN where a coordinate moved against its gradient, or had none."""
    known = (effective >= 0).all(axis=1) & np.isfinite(effective).all(axis=1) & np.isfinite(hessians).all(axis=(1, 2))
    scaled = np.where(known[:, None, None], effective[:, :, None] * hessians, 0.0)
    found = np.linalg.eigvals(scaled)
    largest, radius = found.real.max(axis=1) / 2, np.abs(1 - found).max(axis=1)
    return np.where(known, largest, np.nan), np.where(known, radius, np.nan)


def _at_fault(values: np.ndarray, ratio: np.ndarray) -> int:
    """The first unstable step since the run was lowest; else the one that left the lowest point."""
    lowest = int(np.argmin(values)) if len(values) else 0
    lowest = min(lowest, len(ratio) - 1)
    unstable = np.flatnonzero(ratio[lowest : max(len(values), 1)] > 1.0)
    return lowest + (int(unstable[0]) if unstable.size else 0)
