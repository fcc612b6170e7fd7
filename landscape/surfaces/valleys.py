"""One valley: a bowl of any shape, and the bent one that everybody knows."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import cosine, exponential
from landscape.surface import surface
from landscape.surfaces.words import Angle, Dim


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
        "simulated_annealing": {"temperature": exponential(start=10.0, end=0.012), "reach": 0.065},
        "genetic": {"crossover": 0.13, "mutation": 0.62},
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


def rosenbrock_minima(*, a: float, b: float, dim: int) -> np.ndarray | None:
    """(a, a²) in the plane; all ones in more dimensions when a = 1, else not known in closed form."""
    if dim == 2:
        return np.array([[a, a * a]])
    return np.ones((1, dim)) if a == 1.0 else None


@surface(
    domain=lambda dim: Box.cube(2.0, dim) if dim > 2 else Box([-2.0, -1.0], [2.0, 3.0]),
    start=lambda dim, **_: np.resize([-1.5, 2.0], dim),
    minima=rosenbrock_minima,
    minimum=lambda a, b, dim: 0.0 if dim == 2 or a == 1.0 else np.nan,
    source="doi:10.1093/comjnl/3.3.175",
    formula=r"(a - x)^2 + b\,(y - x^2)^2",
    note="In more than two dimensions each neighbouring pair of coordinates adds one such term.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=63.0, end=0.14), "reach": 0.098},
        "genetic": {"crossover": 0.46, "mutation": 0.87},
        "sgd": {"learning_rate": 0.00061},
        "momentum": {"learning_rate": 0.0011, "momentum": 0.95},
        "nesterov": {"learning_rate": 0.00052, "momentum": 0.97},
        "rmsprop": {"learning_rate": 0.01, "decay": 0.97},
        "adam": {"learning_rate": cosine(peak=0.3, end=0.006), "b2": 0.9},
        "particle_swarm": {"inertia": 0.6},
    },
)
def rosenbrock(
    *,
    a: Annotated[float, Range(0.0, 2.0)] = 1.0,
    b: Annotated[float, Range(1.0, 1000.0, log=True, legal=(0.0, 1e12))] = 100.0,
    dim: Dim = 2,
):
    """A long bent valley: easy to enter, slow to follow."""
    return lambda x: jnp.sum((a - x[:-1]) ** 2 + b * (x[1:] - x[:-1] ** 2) ** 2)
