"""Points where the gradient vanishes and the way down is to the side."""

from typing import Annotated

import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import exponential
from landscape.surface import surface


@surface(
    domain=Box.square(2.0),
    start=(-1.6, 0.02),
    minimum=lambda curvature: -np.inf if curvature > 0 else 0.0,
    source="arXiv:1406.2572",
    formula=r"x^2 - c\,y^2",
    note="Falls without end: there is no minimum, only a way off the saddle.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=8.6, end=0.0043), "reach": 0.059},
        "genetic": {"mutation": 0.9, "reach": 0.042},
        "sgd": {"learning_rate": 0.013},
        "momentum": {"learning_rate": 0.0016},
        "nesterov": {"learning_rate": 0.0016},
        "rmsprop": {"learning_rate": 0.0097, "decay": 0.83},
        "adam": {"learning_rate": 0.0085, "b1": 0.75, "b2": 0.97},
        "particle_swarm": {"inertia": 0.67},
    },
)
def saddle(*, curvature: Annotated[float, Range(0.0, 3.0)] = 1.0):
    """Up along x, down along y: slow methods linger in the middle."""
    return lambda x: x[0] ** 2 - curvature * x[1] ** 2


@surface(
    domain=Box.square(2.0),
    start=(1.5, 0.03),
    minimum=-np.inf,
    source="https://mathworld.wolfram.com/MonkeySaddle.html",
    formula=r"x^3 - 3xy^2",
    note="The Hessian is zero at the origin: three ways down, for two legs and a tail.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=22.0, end=0.0074), "reach": 0.066},
        "genetic": {"crossover": 0.96, "mutation": 0.88},
        "sgd": {"learning_rate": 0.0057},
        "momentum": {"learning_rate": 0.001},
        "nesterov": {"learning_rate": 0.0024, "momentum": 0.6},
        "rmsprop": {"learning_rate": 0.0093, "decay": 0.87},
        "adam": {"learning_rate": 0.0081, "b1": 0.91, "b2": 0.99},
    },
)
def monkey_saddle():
    """Three ways down and three up around a point without curvature."""
    return lambda x: x[0] ** 3 - 3.0 * x[0] * x[1] ** 2
