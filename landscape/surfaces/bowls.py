"""Bowls: one minimum, and nothing in the way but shape."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import cosine
from landscape.surface import surface
from landscape.surfaces.words import Angle, Dim


@surface(
    domain=lambda dim: Box.cube(5.12, dim),
    start=lambda dim: np.resize([-4.4, 3.1], dim),
    minima=lambda dim: np.zeros((1, dim)),
    source="https://deepblue.lib.umich.edu/handle/2027.42/4507",
    formula=r"\sum_i x_i^2",
    tuned={"sgd": {"learning_rate": 0.016}},
)
def sphere(*, dim: Dim = 2):
    """The simplest bowl: every gradient points at the minimum."""
    return lambda x: jnp.sum(x**2)


def rotate(x, angle):
    """`x` (d,) turned by `angle` in the planes of coordinates (1, d), (2, d−1), …: any dimension, no matrix."""
    half = x.size // 2
    first, last = x[:half], x[::-1][:half]
    turned = jnp.cos(angle) * first + jnp.sin(angle) * last
    across = jnp.cos(angle) * last - jnp.sin(angle) * first
    return jnp.concatenate([turned, x[half : x.size - half], across[::-1]])


@surface(
    domain=lambda dim: Box.cube(4.0, dim),
    start=lambda dim, **_: np.resize([-3.4, 1.6], dim),
    minima=lambda dim, **_: np.zeros((1, dim)),
    source="doi:10.23915/distill.00006",
    formula=r"\tfrac12 \sum_i \kappa^{\frac{i-1}{d-1}} (Rx)_i^2",
    note="Curvatures run geometrically from 1 to the condition number, which is therefore the largest one, L.",
    tuned={
        "genetic": {"mutation": 0.5},
        "sgd": {"learning_rate": 0.033},
        "rmsprop": {"learning_rate": cosine(peak=0.085, end=0.0017)},
        "adam": {"learning_rate": 0.17, "b1": 0.89},
    },
)
def quadratic(
    *,
    condition: Annotated[float, Range(1.0, 1000.0, log=True, legal=(1.0, 1e12)), "largest ÷ smallest curvature"] = 10.0,
    rotation: Angle = 0.5,
    dim: Dim = 2,
):
    """A bowl: gradient descent multiplies each error component by 1 − ηλ and diverges past η = 2/L."""
    exponents = np.linspace(0.0, 1.0, dim)
    return lambda x: 0.5 * jnp.sum(condition ** exponents.astype(x.dtype) * rotate(x, rotation) ** 2)


@surface(
    domain=Box.square(10.0),
    start=(-8.0, 7.0),
    minima=[(1.0, 3.0)],
    source="arXiv:1308.4008",
    formula=r"(x + 2y - 7)^2 + (2x + y - 5)^2",
    tuned={"sgd": {"learning_rate": 0.016}, "momentum": {"learning_rate": 0.0016}, "adam": {"learning_rate": 0.16}},
)
def booth():
    """An oblique bowl, nine times steeper across than along."""
    return lambda x: (x[0] + 2.0 * x[1] - 7.0) ** 2 + (2.0 * x[0] + x[1] - 5.0) ** 2


@surface(
    domain=Box.square(10.0),
    start=(-8.5, 4.0),
    minima=[(0.0, 0.0)],
    source="arXiv:1308.4008",
    formula=r"0.26\,(x^2 + y^2) - 0.48\,xy",
    tuned={"sgd": {"learning_rate": 0.4}, "momentum": {"learning_rate": 0.041}, "adam": {"learning_rate": 0.59}},
)
def matyas():
    """A trough along the diagonal, 25 times flatter than across."""
    return lambda x: 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1]


@surface(
    domain=lambda dim: Box.cube(float(dim**2), dim),
    start=lambda dim: dim**2 * np.resize([-0.8, 0.6], dim),
    minima=lambda dim: [[i * (dim + 1.0 - i) for i in range(1, dim + 1)]],
    minimum=lambda dim: -dim * (dim + 4.0) * (dim - 1.0) / 6.0,
    source="https://www.sfu.ca/~ssurjano/trid.html",
    formula=r"\sum_i (x_i - 1)^2 - \sum_{i>1} x_i x_{i-1}",
    note="Its domain, ±d², and its condition number grow with the dimension.",
    tuned={"sgd": {"learning_rate": 0.028}, "adam": {"learning_rate": 0.088}},
)
def trid(*, dim: Dim = 2):
    """A bowl whose coordinates pull at their neighbours."""
    return lambda x: jnp.sum((x - 1.0) ** 2) - jnp.sum(x[1:] * x[:-1])


@surface(
    domain=lambda dim: Box(np.full(dim, -5.0), np.full(dim, 10.0)),
    start=lambda dim: np.resize([8.5, -3.5], dim),
    minima=lambda dim: np.zeros((1, dim)),
    source="arXiv:1308.4008",
    formula=r"\sum_i x_i^2 + s^2 + s^4, \quad s = \tfrac12 \sum_i i\,x_i",
    tuned={"sgd": {"learning_rate": 0.016}, "momentum": {"learning_rate": 0.0016}, "adam": {"learning_rate": 0.11}},
)
def zakharov(*, dim: Dim = 2):
    """A bowl inside a steep trough of fourth order."""

    def loss(x):
        along = 0.5 * jnp.sum(np.arange(1, dim + 1).astype(x.dtype) * x)
        return jnp.sum(x**2) + along**2 + along**4

    return loss
