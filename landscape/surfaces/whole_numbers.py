"""Surfaces with coordinates of whole numbers: mixed problems, for methods that need no slopes."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface

Dim = Annotated[int, Range(2, 10, legal=(2, 1000)), "number of coordinates; every second one holds whole numbers"]


def _mixed(dim: int) -> Box:
    return Box(np.full(dim, -5.0), np.full(dim, 5.0), whole=np.arange(dim) % 2 == 1)


def _optimum(dim: int) -> np.ndarray:
    return np.where(np.arange(dim) % 2 == 1, 2.0, 0.7)


@surface(
    domain=lambda dim: _mixed(dim),
    start=lambda dim, **_: np.resize([-4.0, -3.0], dim),
    minima=lambda dim, **_: [_optimum(dim)],
    source="doi:10.1145/3321707.3321868",
    formula=r"f(x) = \sum_i \kappa^{\frac{i-1}{d-1}} (z_i - x^*_i)^2, \quad z_{2k} = \mathrm{round}(x_{2k})",
    differentiable=False,
    note="Every second coordinate holds whole numbers, so the picture shows strips, and gradients are refused.",
)
def mixed_ellipsoid(
    *,
    condition: Annotated[float, Range(1.0, 1e4, log=True, legal=(1.0, 1e12)), "largest curvature ÷ smallest"] = 10.0,
    dim: Dim = 2,
):
    """An ellipsoid over real and whole numbers by turns, after the mixed-integer suite of COCO."""
    place, whole = np.arange(dim) / (dim - 1), np.arange(dim) % 2 == 1

    def loss(x):
        z = jnp.where(whole, jnp.round(x), x)
        return jnp.sum(condition ** place.astype(x.dtype) * (z - _optimum(dim).astype(x.dtype)) ** 2)

    return loss


@surface(
    domain=lambda dim: _mixed(dim),
    start=lambda dim, **_: np.resize([-4.0, -3.0], dim),
    minima=lambda dim, **_: [_optimum(dim)],
    source="doi:10.1145/3321707.3321868",
    formula=r"f(x) = \sum_i (z_i - x^*_i)^2 + A \left(1 - \cos 2 \pi (z_i - x^*_i) w_i\right), "
    r"\quad z_{2k} = \mathrm{round}(x_{2k})",
    differentiable=False,
    note="Whole coordinates ripple with period 3, real ones with period 1; gradients are refused.",
)
def mixed_rastrigin(
    *,
    amplitude: Annotated[float, Range(0.0, 10.0, legal=(0.0, 1e6)), "half the height of the ripples"] = 3.0,
    dim: Dim = 2,
):
    """Rastrigin's ripples over real and whole numbers by turns."""
    whole = np.arange(dim) % 2 == 1
    waves = np.where(whole, 1.0 / 3.0, 1.0)

    def loss(x):
        offset = jnp.where(whole, jnp.round(x), x) - _optimum(dim).astype(x.dtype)
        ripples = 1.0 - jnp.cos(2.0 * np.pi * waves.astype(x.dtype) * offset)
        return jnp.sum(offset**2 + amplitude * ripples)

    return loss
