"""Valleys: easy to enter, slow to follow."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import cosine, exponential
from landscape.surface import surface
from landscape.surfaces.guards import root
from landscape.surfaces.words import Dim

Powers = Annotated[int, Range(2, 10, legal=(2, 26)), "number of coordinates"]  # 26²⁶ is finite in float32
Fours = Annotated[int, Range(4, 64, legal=(4, 10_000), multiple=4), "number of coordinates"]


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
    note="In more than two dimensions each neighbouring pair of coordinates adds one such term. Sources use domains "
    "from ±5 to ±30; this is the one where the bend can be seen.",
    tuned={
        "simulated_annealing": {"temperature": exponential(start=63.0, end=0.14), "reach": 0.098},
        "genetic": {"crossover": 0.46, "mutation": 0.87},
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


def dixon_price_minima(*, dim: int) -> np.ndarray:
    """xᵢ = 2^(2^(1−i) − 1), and the same with the other sign of the last coordinate, which enters squared."""
    x = 2.0 ** (2.0 ** -np.arange(dim) - 1.0)
    return np.array([x, np.append(x[:-1], -x[-1])])


@surface(
    domain=lambda dim: Box.cube(10.0, dim),
    start=lambda dim: np.resize([-8.0, 7.5], dim),
    minima=dixon_price_minima,
    source="arXiv:1308.4008",
    formula=r"(x_1 - 1)^2 + \sum_{i>1} i\,(2x_i^2 - x_{i-1})^2",
    note="The sources name the minimum with a positive last coordinate; its mirror image is as deep.",
    tuned={"sgd": {"learning_rate": 0.00013}, "momentum": {"learning_rate": 0.0002}, "adam": {"learning_rate": 0.33}},
)
def dixon_price(*, dim: Dim = 2):
    """A valley along a parabola, with a minimum on both of its arms."""

    def loss(x):
        weights = np.arange(2, dim + 1).astype(x.dtype)
        return (x[0] - 1.0) ** 2 + jnp.sum(weights * (2.0 * x[1:] ** 2 - x[:-1]) ** 2)

    return loss


@surface(
    domain=lambda dim: Box(np.full(dim, -4.0), np.full(dim, 5.0)),
    start=lambda dim: np.resize([3.0, -1.0, 0.0, 1.0], dim),
    minima=lambda dim: np.zeros((1, dim)),
    source="doi:10.1093/comjnl/5.2.147",
    formula=r"\sum_{i=1}^{d/4} (x_{4i-3} + 10x_{4i-2})^2 + 5(x_{4i-1} - x_{4i})^2"
    r" + (x_{4i-2} - 2x_{4i-1})^4 + 10(x_{4i-3} - x_{4i})^4",
    note="The Hessian is singular at the minimum. Some packages read only the first four coordinates.",
    tuned={"sgd": {"learning_rate": 0.005}, "adam": {"learning_rate": 0.49}},
)
def powell(*, dim: Fours = 4):
    """Coordinates in fours; around the minimum it is flat along two of each."""

    def loss(x):
        a, b, c, d = x.reshape(-1, 4).T
        return jnp.sum((a + 10.0 * b) ** 2 + 5.0 * (c - d) ** 2 + (b - 2.0 * c) ** 4 + 10.0 * (a - d) ** 4)

    return loss


@surface(
    domain=Box.cube(10.0, 4),
    start=(-3.0, -1.0, -3.0, -1.0),
    minima=[(1.0, 1.0, 1.0, 1.0)],
    source="https://www.sfu.ca/~ssurjano/colville.html",
    formula=r"100(x_1^2 - x_2)^2 + (x_1 - 1)^2 + (x_3 - 1)^2 + 90(x_3^2 - x_4)^2"
    r" + 10.1\left((x_2 - 1)^2 + (x_4 - 1)^2\right) + 19.8(x_2 - 1)(x_4 - 1)",
    note="Some packages square the other coordinate in two terms, 100(x₁ − x₂²)², which is another function.",
    tuned={"sgd": {"learning_rate": 0.00035}, "momentum": {"learning_rate": 1.7e-5}, "adam": {"learning_rate": 0.33}},
)
def colville():
    """Two bent valleys of two coordinates each, tied together."""

    def loss(x):
        a, b, c, d = x
        bent = 100.0 * (a**2 - b) ** 2 + (a - 1.0) ** 2 + 90.0 * (c**2 - d) ** 2 + (c - 1.0) ** 2
        return bent + 10.1 * ((b - 1.0) ** 2 + (d - 1.0) ** 2) + 19.8 * (b - 1.0) * (d - 1.0)

    return loss


def powers(x):
    """x, x², …, xᵈ: (d, d), a row for each power of x (d,)."""
    numbers = np if isinstance(x, np.ndarray) else jnp
    return numbers.cumprod(numbers.broadcast_to(x, (x.size, x.size)), axis=0)


def perm_minima(*, beta: float, dim: int) -> np.ndarray:
    """(1, 2, …, d); in the plane a line meets an ellipse there, and once more."""
    known = np.arange(1.0, dim + 1)[None]
    if dim > 2:
        return known
    ratio = (2.0 + beta) / (1.0 + beta)
    b = 2.0 * ((1.0 + beta) * ratio - (4.0 + beta)) / ((1.0 + beta) * ratio**2 + 4.0 + beta)
    return np.vstack([known, [1.0 - ratio * b, 2.0 + 2.0 * b]])


@surface(
    domain=lambda dim: Box.cube(float(dim), dim),
    start=lambda dim, **_: dim * np.resize([0.15, 0.1], dim),
    minima=perm_minima,
    source="https://www.sfu.ca/~ssurjano/permdb.html",
    formula=r"\sum_{k=1}^d \left(\sum_{j=1}^d (j^k + \beta)\left((x_j/j)^k - 1\right)\right)^2",
    note="The sources name the minimum at (1, 2, …, d) alone. In the plane there is one more; in more "
    "dimensions there may be others of the same depth, which are not listed here.",
    tuned={"momentum": {"learning_rate": 9.2e-5}, "adam": {"learning_rate": 0.27}},
)
def perm(*, beta: Annotated[float, Range(0.0, 10.0, legal=(0.0, 1e6))] = 0.5, dim: Powers = 2):
    """Power sums of every degree must vanish together: a narrow flat-bottomed valley."""

    def loss(x):
        j = np.arange(1.0, dim + 1)
        weights = powers(j).astype(x.dtype) + beta
        return jnp.sum(jnp.sum(weights * (powers(x / j.astype(x.dtype)) - 1.0), axis=1) ** 2)

    return loss


def perm_0_minima(*, beta: float, dim: int) -> np.ndarray:
    """(1, 1/2, …, 1/d); in the plane a line meets an ellipse there, and once more."""
    known = 1.0 / np.arange(1.0, dim + 1)[None]
    if dim > 2:
        return known
    ratio = (2.0 + beta) / (1.0 + beta)
    return np.vstack([known, [1.0 - ratio / (1.0 + ratio), 0.5 + 1.0 / (1.0 + ratio)]])


@surface(
    domain=lambda dim: Box.cube(float(dim), dim),
    start=lambda dim, **_: dim * np.resize([-0.8, -0.6], dim),
    minima=perm_0_minima,
    source="https://www.sfu.ca/~ssurjano/perm0db.html",
    formula=r"\sum_{k=1}^d \left(\sum_{j=1}^d (j + \beta)\left(x_j^k - j^{-k}\right)\right)^2",
    note="The sources name the minimum at (1, 1/2, …, 1/d) alone. In the plane there is one more; in more "
    "dimensions there may be others of the same depth, which are not listed here.",
    tuned={"sgd": {"learning_rate": 0.00024}, "momentum": {"learning_rate": 9.4e-6}, "adam": {"learning_rate": 0.11}},
)
def perm_0(*, beta: Annotated[float, Range(0.0, 30.0, legal=(0.0, 1e6))] = 10.0, dim: Powers = 2):
    """Like perm with gentler weights: two minima in one valley."""

    def loss(x):
        j = np.arange(1.0, dim + 1)
        targets = powers(1.0 / j).astype(x.dtype)
        return jnp.sum(jnp.sum((j.astype(x.dtype) + beta) * (powers(x) - targets), axis=1) ** 2)

    return loss


@surface(
    domain=Box([-15.0, -3.0], [-5.0, 3.0]),
    start=(-6.0, 2.2),
    minima=[(-10.0, 1.0)],
    source="arXiv:1308.4008",
    formula=r"100\sqrt{|y - 0.01x^2|} + 0.01\,|x + 10|",
    differentiable=False,
    note="Along the crease y = x²/100 the slope across is infinite.",
    tuned={"momentum": {"learning_rate": 4.3e-5}, "adam": {"learning_rate": 0.0089}},
)
def bukin_6():
    """A crease, infinitely steep on both sides, that hardly falls along its length."""
    return lambda x: 100.0 * root(jnp.abs(x[1] - 0.01 * x[0] ** 2)) + 0.01 * jnp.abs(x[0] + 10.0)
