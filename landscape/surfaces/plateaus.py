"""Surfaces whose gradient is zero over whole regions: there is nothing to follow."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import exponential
from landscape.surface import surface
from landscape.surfaces.guards import root
from landscape.surfaces.words import Angle, Dim, Offset


@surface(
    domain=Box.square(2.0),
    start=(1.5, 1.2),
    minimum=lambda slope, offset, **_: 0.0 if slope else max(0.0, offset),
    source="doi:10.1109/TSSC.1969.300225",
    formula=r"\max(0,\; s\,(x\cos\theta + y\sin\theta) + o)",
    differentiable=False,
    note="Its level sets are straight lines parallel to the crease; every point of the flat half-plane is a minimum.",
    tuned={
        "sgd": {"learning_rate": 0.028},
        "particle_swarm": {"inertia": 0.41, "cognitive": 0.4, "social": 1.8},
    },
)
def relu_unit(
    *,
    angle: Angle = 0.6,
    slope: Annotated[float, Range(0.1, 3.0)] = 1.0,
    offset: Offset = 0.0,
):
    """One rectified unit as a landscape: a flat half-plane, a crease, a slope."""
    return lambda x: jnp.maximum(0.0, slope * (x[0] * jnp.cos(angle) + x[1] * jnp.sin(angle)) + offset)


@surface(
    domain=lambda dim: Box.cube(5.0, dim),
    start=lambda dim, **_: np.resize([-4.3, 3.6], dim),
    minima=lambda dim, **_: np.zeros((1, dim)),
    source="arXiv:1308.4008",
    formula=r"\sum_i \lfloor |x_i| / w \rfloor",
    differentiable=False,
    note="The gradient is zero almost everywhere. The whole lowest plateau is a minimum; its middle is marked.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=10.0, end=0.013), "reach": 0.1},
        "particle_swarm": {"inertia": 0.65, "cognitive": 0.4, "social": 1.7},
    },
)
def steps(*, width: Annotated[float, Range(0.25, 3.0, legal=(1e-6, 1e6)), "of one step"] = 1.0, dim: Dim = 2):
    """A stepped pyramid, piecewise constant: only methods that compare values can descend it."""
    return lambda x: jnp.sum(jnp.floor(jnp.abs(x) / width))


@surface(
    domain=lambda dim: Box.cube(5.0, dim),
    start=lambda dim, **_: np.resize([-3.2, 2.6], dim),
    minima=lambda dim, **_: np.zeros((1, dim)),
    source="arXiv:1701.03077",
    formula=r"1 - e^{-\|x\|^2 / 2w^2}",
    note="Known as Welsch's loss: robust, since what lies far out pulls no more.",
    tuned={"sgd": {"learning_rate": 0.16}, "momentum": {"learning_rate": 0.019}},
)
def plateau(*, width: Annotated[float, Range(0.3, 5.0, legal=(1e-3, 1e6)), "of the bowl"] = 1.5, dim: Dim = 2):
    """A bowl that levels out: far away the gradient is true, and vanishingly small."""
    return lambda x: 1.0 - jnp.exp(-0.5 * jnp.sum((x / width) ** 2))


@surface(
    domain=lambda dim: Box.cube(5.0, dim),
    start=lambda dim, **_: np.resize([-3.2, 2.6], dim),
    minima=lambda dim, **_: np.resize([[1.7, -1.3]], (1, dim)),
    source="https://www.complex-systems.com/abstracts/v01_i03_a06/",
    formula=r"\min(1,\; \|x - c\| / w)",
    differentiable=False,
    note="The gradient is zero outside the hole: nothing but luck leads to its rim.",
)
def needle(*, width: Annotated[float, Range(0.05, 2.0, legal=(1e-6, 1e6)), "from rim to needle"] = 0.5, dim: Dim = 2):
    """A needle in a haystack: level ground, and one small funnel somewhere."""
    return lambda x: jnp.minimum(1.0, root(jnp.sum((x - np.resize([1.7, -1.3], dim).astype(x.dtype)) ** 2)) / width)
