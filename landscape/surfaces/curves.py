"""Surfaces with one coordinate: a curve shows everything, its tangent included."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface


@surface(
    domain=Box([-3.0], [3.0]),
    start=(2.4,),
    minima=[(0.0,)],
    source="Polyak, Introduction to Optimization, 1987, ISBN 978-0-911575-14-9",
    formula=r"\tfrac{c}{2} x^2",
    note="Gradient descent converges while its learning rate is below 2 / c, and for 1 / c it arrives in one step.",
    tuned={"sgd": {"learning_rate": 0.2}, "momentum": {"learning_rate": 0.05}, "adam": {"learning_rate": 0.1}},
)
def parabola(*, curvature: Annotated[float, Range(0.1, 10.0, log=True, legal=(0.0, 1e6))] = 1.0):
    """The one curve on which every learning rate can be worked out by hand."""
    return lambda x: 0.5 * curvature * x[0] ** 2


@surface(
    domain=Box([-3.0], [3.0]),
    start=(2.3,),
    minima=[(0.0,)],
    source="doi:10.1007/978-1-4419-8853-9",
    formula=r"|x|",
    differentiable=False,
    note="Its slope is 1 however near the minimum is, so a constant learning rate ends in a jump to and fro.",
    tuned={"sgd": {"learning_rate": 0.05}, "adam": {"learning_rate": 0.1}},
)
def absolute_value():
    """A kink at the minimum: the gradient never shrinks."""
    return lambda x: jnp.abs(x[0])


def tilted_well_minima(*, tilt: float) -> np.ndarray:
    """The lower of the two wells, (k, 1): the outer real root of 4x³ − 4x + tilt on the far side of the tilt."""
    if tilt == 0.0:
        return np.array([[-1.0], [1.0]])
    roots = np.roots([4.0, 0.0, -4.0, tilt])
    real = roots[np.abs(roots.imag) < 1e-9].real
    x = real[np.argmin(real**4 - 2 * real**2 + tilt * real)]
    for _ in range(3):
        x = x - (4 * x**3 - 4 * x + tilt) / (12 * x**2 - 4)
    return np.array([[x]])


def tilted_well_minimum(*, tilt: float) -> float:
    x = float(tilted_well_minima(tilt=tilt)[0, 0])
    return x**4 - 2 * x**2 + tilt * x


@surface(
    domain=Box([-1.8], [1.8]),
    start=(1.6,),
    minima=tilted_well_minima,
    minimum=tilted_well_minimum,
    source="doi:10.1016/S0031-8914(40)90098-2",
    formula=r"x^4 - 2x^2 + t x",
    note="The barrier between the wells vanishes where the tilt reaches 8 / √27 = 1.54.",
    tuned={"sgd": {"learning_rate": 0.02}, "adam": {"learning_rate": 0.03}},
)
def tilted_well(*, tilt: Annotated[float, Range(-2.0, 2.0, legal=(-2.0, 2.0))] = 0.5):
    """Two wells and a barrier between them, one well deeper than the other."""
    return lambda x: x[0] ** 4 - 2.0 * x[0] ** 2 + tilt * x[0]


@surface(
    domain=Box([0.5], [2.5]),
    start=(1.9,),
    minima=[(0.5485634445275205,)],
    minimum=-0.8690111349894998,
    source="doi:10.1007/s11222-010-9224-x",
    formula=r"\frac{\sin 10 \pi x}{2x} + (x - 1)^4",
    note="It has a pole at zero, outside of its domain. Sources print its minimum at 0.548563444114526, 4e-10 too low.",
    tuned={"sgd": {"learning_rate": 0.002}, "momentum": {"learning_rate": 0.001}, "adam": {"learning_rate": 0.05}},
)
def gramacy_lee():
    """Ripples that grow towards the left on the flank of a quartic."""
    return lambda x: jnp.sin(10.0 * np.pi * x[0]) / (2.0 * x[0]) + (x[0] - 1.0) ** 4


@surface(
    domain=Box([0.0], [1.0]),
    start=(0.05,),
    minima=[(0.757248757841856,)],
    minimum=-6.020740055767083,
    source="doi:10.1002/9780470770801",
    formula=r"(6x - 2)^2 \sin(12x - 4)",
    tuned={"sgd": {"learning_rate": 0.0005}, "momentum": {"learning_rate": 0.0003}, "adam": {"learning_rate": 0.02}},
)
def forrester():
    """A shallow well on the left, a flat shoulder, and the deep well on the right."""
    return lambda x: (6.0 * x[0] - 2.0) ** 2 * jnp.sin(12.0 * x[0] - 4.0)
