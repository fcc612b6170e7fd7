"""Surfaces with jumps: a gradient sees the slope on either side, never the jump."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface
from landscape.surfaces.guards import root


def cliff_minima(*, edge: float, drop: float) -> np.ndarray:
    """The middle of the bowl, or the foot of the cliff where it falls deeper than the bowl rises."""
    places, heights = np.array([[0.0, 0.0], [edge, 0.0]]), np.array([0.0, 0.5 * edge**2 - drop])
    return places[heights == heights.min()]


@surface(
    domain=Box.square(4.0),
    start=(-3.2, 2.4),
    minima=cliff_minima,
    minimum=lambda edge, drop: min(0.0, 0.5 * edge**2 - drop),
    source="arXiv:1211.5063",
    formula=r"\tfrac12(x^2 + y^2) - h\,[x \ge e]",
    differentiable=False,
    note="The gradient is that of the bowl everywhere, so it leads away from the edge, on both sides of it.",
)
def cliff(
    *,
    edge: Annotated[float, Range(0.5, 3.5, legal=(1e-3, 1e6)), "where it falls"] = 2.0,
    drop: Annotated[float, Range(0.0, 10.0, legal=(0.0, 1e6)), "height of the cliff"] = 4.0,
):
    """A bowl with a cliff on one side: the lowest point is at its foot, where no slope leads."""
    return lambda x: 0.5 * jnp.sum(x**2) - jnp.where(x[0] >= edge, drop, 0.0)


@surface(
    domain=Box.square(5.0),
    start=(-1.3, 0.9),
    minima=[(0.0, 0.0)],
    source="arXiv:1308.4008",
    formula=r"k + t\,(k + 1 - r) \text{ for } k = \lfloor r \rfloor > 0, \text{ else } 0, \quad r = \|x\| / w",
    differentiable=False,
    note="The whole lowest tread is a minimum; its middle is marked. At a tilt of −1 the stairs become a cone.",
    tuned={"adam": {"learning_rate": 0.017}},
)
def staircase(
    *,
    width: Annotated[float, Range(0.25, 2.0, legal=(1e-3, 1e6)), "of one tread"] = 1.0,
    tilt: Annotated[float, Range(-1.0, 1.0, legal=(-1.0, 1e6)), "above zero treads slope outwards"] = 0.3,
):
    """Round stairs whose treads slope the wrong way: downhill leads up the next riser."""

    def loss(x):
        radius = root(jnp.sum(x**2)) / width
        tread = jnp.floor(radius)
        return jnp.where(tread > 0, tread + tilt * (tread + 1.0 - radius), 0.0)

    return loss


@surface(
    domain=Box.square(5.0),
    start=(-3.8, 4.2),
    minima=[(0.0, 0.0)],
    source="doi:10.1145/3321707.3321868",
    formula=r"\tfrac12 z^2 + \tfrac{\kappa}{2}\,(x - z)^2, \quad z = s\,\mathrm{round}(y / s)",
    differentiable=False,
    note="All points of the lowest line share their value; its middle is marked. "
    "The slope along y is zero wherever there is one.",
    tuned={"momentum": {"learning_rate": 0.0019}},
)
def mixed_integer(
    *,
    condition: Annotated[float, Range(0.1, 100.0, log=True, legal=(0.0, 1e12)), "pull between x and y"] = 2.0,
    spacing: Annotated[float, Range(0.1, 2.0, legal=(1e-6, 1e6)), "between the values that y may have"] = 1.0,
):
    """One coordinate is continuous, the other counts in whole steps, and both pull at each other."""

    def loss(x):
        whole = spacing * jnp.round(x[1] / spacing)
        return 0.5 * whole**2 + 0.5 * condition * (x[0] - whole) ** 2

    return loss
