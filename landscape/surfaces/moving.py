"""Surfaces whose minimum moves while an optimizer walks: their schedules are on from the start."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import linear
from landscape.surface import surface


def circling_minimum(*, phase: float, radius: float, **_) -> np.ndarray:
    return radius * np.array([[np.cos(phase), np.sin(phase)]])


@surface(
    domain=Box.square(4.0),
    start=(-2.6, -2.4),
    minima=circling_minimum,
    source="doi:10.1109/TEVC.2005.846356",
    formula=r"(x - r\cos\varphi)^2 + s\,(y - r\sin\varphi)^2",
    note="The minimum shown is the one of this moment. Methods that trust what they remember fall behind.",
    tuned={"sgd": {"learning_rate": 0.06}, "momentum": {"learning_rate": 0.02}, "adam": {"learning_rate": 0.15}},
)
def moving_minimum(
    *,
    phase: Annotated[float, Range(0.0, 6.28), "radians: where on its circle the minimum is"] = linear(
        start=0.0, end=6.28
    ),
    radius: Annotated[float, Range(0.0, 3.0, legal=(0.0, 4.0)), "of the circle"] = 2.0,
    stretch: Annotated[float, Range(1.0, 10.0, log=True, legal=(1e-3, 1e3)), "steepness across"] = 2.0,
):
    """A bowl whose bottom goes round in a circle during the run."""

    def loss(x):
        return (x[0] - radius * jnp.cos(phase)) ** 2 + stretch * (x[1] - radius * jnp.sin(phase)) ** 2

    return loss
