"""Classic test functions, each with several minima or a deceptive way to its only one."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import cosine, exponential
from landscape.surface import surface
from landscape.surfaces.words import Amplitude, Dim

STYBLINSKI_TANG = -2.9035340277711770951  # the root of 4x³ − 32x + 5 below zero


def himmelblau_minima(*, a: float, b: float) -> np.ndarray:
    """Where x² + y = a meets x + y² = b: the real roots x of x⁴ − 2ax² + x + a² − b, and y = a − x²."""
    roots = np.roots([1.0, 0.0, -2.0 * a, 1.0, a * a - b])
    x = np.unique(roots[np.abs(roots.imag) < 1e-9].real)
    for _ in range(3):  # polish: eigenvalues of the companion matrix lose a few digits
        slope = 4 * x**3 - 4 * a * x + 1
        x = x - (x**4 - 2 * a * x**2 + x + a * a - b) / np.where(np.abs(slope) > 1e-12, slope, np.inf)
    return np.column_stack([x, a - x**2])


@surface(
    domain=Box.square(5.0),
    start=(0.2, 4.4),
    minima=himmelblau_minima,
    minimum=lambda a, b: 0.0 if len(himmelblau_minima(a=a, b=b)) else np.nan,
    source="Himmelblau, Applied Nonlinear Programming, 1972, ISBN 978-0-07-028921-5",
    formula=r"(x^2 + y - a)^2 + (x + y^2 - b)^2",
    note="At a = 11, b = 7 there are four minima of equal depth; other values may leave two, or none at zero.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=75.0, end=0.5), "reach": 0.049},
        "genetic": {"crossover": 0.81, "mutation": 0.66},
        "sgd": {"learning_rate": 0.0041},
        "momentum": {"learning_rate": 0.008, "momentum": 0.9},
        "nesterov": {"learning_rate": 0.0024, "momentum": 0.97},
        "rmsprop": {"learning_rate": 0.085},
        "adam": {"learning_rate": cosine(peak=0.16, end=0.0032)},
        "particle_swarm": {"cognitive": 0.69},
    },
)
def himmelblau(*, a: Annotated[float, Range(6.0, 16.0)] = 11.0, b: Annotated[float, Range(3.0, 11.0)] = 7.0):
    """Four valleys of equal depth around a low hill."""
    return lambda x: (x[0] ** 2 + x[1] - a) ** 2 + (x[0] + x[1] ** 2 - b) ** 2


@surface(
    domain=Box.square(4.5),
    start=(-3.0, 3.2),
    minima=[(3.0, 0.5)],
    source="doi:10.1145/355934.355936",
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=58.0, end=0.22), "reach": 0.069},
        "genetic": {"crossover": 0.69, "mutation": 0.9, "reach": 0.054},
        "sgd": {"learning_rate": 0.00013},
        "momentum": {"learning_rate": 0.0001, "momentum": 0.67},
        "nesterov": {"learning_rate": 0.0001, "momentum": 0.67},
        "rmsprop": {"learning_rate": cosine(peak=0.067, end=0.0013)},
        "adam": {"learning_rate": 0.71, "b1": 0.87, "b2": 0.92},
    },
)
def beale():
    """A flat cross with steep corners and one minimum at (3, 0.5)."""

    def loss(x):
        powers = (x[1], x[1] ** 2, x[1] ** 3)
        return sum((c - x[0] + x[0] * power) ** 2 for c, power in zip((1.5, 2.25, 2.625), powers, strict=True))

    return loss


@surface(
    domain=lambda dim: Box.cube(5.12, dim),
    start=lambda dim, **_: np.resize([-3.2, 3.8], dim),
    minima=lambda dim, **_: np.zeros((1, dim)),
    source="doi:10.1016/S0167-8191(05)80052-3",
    formula=r"A d + \sum_i x_i^2 - A \cos 2\pi x_i",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=61.0, end=0.19), "reach": 0.087},
        "genetic": {"mutation": 0.63, "reach": 0.047},
        "rmsprop": {"learning_rate": 0.0016},
        "adam": {"learning_rate": 0.58, "b1": 0.95},
    },
)
def rastrigin(*, amplitude: Amplitude = 10.0, dim: Dim = 2):
    """A bowl under regular ripples: a minimum near every integer point."""
    return lambda x: amplitude * x.size + jnp.sum(x**2 - amplitude * jnp.cos(2.0 * np.pi * x))


@surface(
    domain=lambda dim: Box.cube(5.0, dim),
    start=lambda dim, **_: np.resize([-3.6, 2.7], dim),
    minima=lambda dim, **_: np.zeros((1, dim)),
    source="doi:10.1007/978-1-4613-1997-9",
    formula=r"-a e^{-b\sqrt{\overline{x^2}}} - e^{\overline{\cos 2\pi x}} + a + e",
    differentiable=False,
    note="Not differentiable at its minimum. Sources use domains from ±5 to ±35; this is the one where it can be seen.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=9.0, end=0.054), "reach": 0.045},
        "genetic": {"crossover": 1.0, "mutation": 0.35, "reach": 0.044},
        "sgd": {"learning_rate": 0.0059},
        "momentum": {"learning_rate": 0.058, "momentum": 0.86},
        "nesterov": {"learning_rate": 0.0018},
        "adam": {"learning_rate": cosine(peak=0.52, end=0.01), "b2": 0.99},
        "particle_swarm": {"social": 1.3},
    },
)
def ackley(
    *,
    a: Annotated[float, Range(0.0, 40.0, legal=(0.0, 1e6))] = 20.0,
    b: Annotated[float, Range(0.05, 1.0, legal=(0.0, 100.0))] = 0.2,
    dim: Dim = 2,
):
    """Nearly flat with small ripples outside, one sharp funnel in the middle."""

    def loss(x):
        square = jnp.mean(x**2)
        # The root has no slope at zero: give it one of zero there, not NaN.
        radius = jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1.0)), 0.0)
        ripples = jnp.exp(jnp.mean(jnp.cos(2.0 * np.pi * x)))
        return a * (1.0 - jnp.exp(-b * radius)) + np.e - ripples

    return loss


@surface(
    domain=lambda dim: Box.cube(5.0, dim),
    start=lambda dim: np.resize([4.2, 0.4], dim),
    minima=lambda dim: np.full((1, dim), STYBLINSKI_TANG),
    minimum=lambda dim: dim * 0.5 * (STYBLINSKI_TANG**4 - 16 * STYBLINSKI_TANG**2 + 5 * STYBLINSKI_TANG),
    source="doi:10.1016/0893-6080(90)90029-K",
    formula=r"\tfrac12 \sum_i x_i^4 - 16 x_i^2 + 5 x_i",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=60.0, end=0.01), "reach": 0.086},
        "nesterov": {"learning_rate": 0.0066, "momentum": 0.97},
        "rmsprop": {"learning_rate": 0.021},
        "adam": {"learning_rate": 0.82},
    },
)
def styblinski_tang(*, dim: Dim = 2):
    """Two valleys in each coordinate, one a little deeper."""
    return lambda x: 0.5 * jnp.sum(x**4 - 16.0 * x**2 + 5.0 * x)


@surface(
    domain=Box.square(5.0),
    start=(-3.4, 2.6),
    minima=[(0.0, 0.0)],
    source="arXiv:1308.4008",
    formula=r"2x^2 - 1.05x^4 + \tfrac{x^6}{6} + xy + y^2",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=10.0, end=0.0021), "reach": 0.079},
        "genetic": {"mutation": 0.65, "reach": 0.046},
        "momentum": {"learning_rate": 0.0023},
        "nesterov": {"learning_rate": 0.002, "momentum": 0.88},
        "rmsprop": {"learning_rate": 0.027},
        "adam": {"learning_rate": 0.52, "b1": 0.82},
    },
)
def three_hump_camel():
    """Three valleys in a row, the middle one deepest."""
    return lambda x: 2.0 * x[0] ** 2 - 1.05 * x[0] ** 4 + x[0] ** 6 / 6.0 + x[0] * x[1] + x[1] ** 2
