"""A few basins: smooth surfaces with several minima, where the start decides."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import cosine, exponential
from landscape.surface import surface
from landscape.surfaces.words import Dim

STYBLINSKI_TANG = -2.9035340277711770951  # the root of 4x³ − 32x + 5 below zero
SIX_HUMP = (0.08984201310031806242, -0.7126564030207396334)
HARTMANN_3 = (0.1145888766550689684, 0.5556488946169300448, 0.8525469846866774376)
HARTMANN_6 = (0.2016895110067054243, 0.1500106918234579688, 0.4768739742218969903,
              0.2753324304940560682, 0.3116516166001132425, 0.6573005340656203061)  # fmt: skip


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


@surface(
    domain=Box([-3.0, -2.0], [3.0, 2.0]),
    start=(-2.4, 1.5),
    minima=[SIX_HUMP, (-SIX_HUMP[0], -SIX_HUMP[1])],
    minimum=-1.0316284534898773504,
    source="arXiv:1308.4008",
    formula=r"\left(4 - 2.1x^2 + \tfrac{x^4}{3}\right)x^2 + xy + (4y^2 - 4)\,y^2",
    note="Some sources use the square [−5, 5]².",
    tuned={"momentum": {"learning_rate": 0.00075}, "adam": {"learning_rate": 0.16}},
)
def six_hump_camel():
    """Six basins in three rows; two in the middle are deepest, one the other turned by half a turn."""
    return lambda x: (
        (4.0 - 2.1 * x[0] ** 2 + x[0] ** 4 / 3.0) * x[0] ** 2 + x[0] * x[1] + (4.0 * x[1] ** 2 - 4.0) * x[1] ** 2
    )


@surface(
    domain=Box([-2.0, -1.5], [2.0, 1.5]),
    start=(0.1, 1.2),
    minima=[(-1.0, 0.0), (1.0, 0.0)],
    source="doi:10.1016/S0031-8914(40)90098-2",
    formula=r"h\,(x^2 - 1)^2 + \tfrac12 y^2",
    note="The axis x = 0 separates the two basins: by symmetry no downhill path crosses it.",
    tuned={"sgd": {"learning_rate": 0.028}},
)
def double_well(*, barrier: Annotated[float, Range(0.1, 5.0, legal=(0.0, 1e6)), "height between the wells"] = 1.0):
    """Two equal wells and the pass between them."""
    return lambda x: barrier * (x[0] ** 2 - 1.0) ** 2 + 0.5 * x[1] ** 2


def branin_minima(*, b: float, c: float, r: float, **_) -> np.ndarray:
    """On the parabola y = bx² − cx + r where the cosine is −1: those inside the domain."""
    x = np.pi * np.array([-1.0, 1.0, 3.0])
    y = b * x**2 - c * x + r
    return np.column_stack([x, y])[(y >= 0.0) & (y <= 15.0)]


@surface(
    domain=Box([-5.0, 0.0], [10.0, 15.0]),
    start=(-3.2, 2.0),
    minima=branin_minima,
    minimum=lambda s, t, **_: s * t,
    source="doi:10.1147/rd.165.0504",
    formula=r"a\,(y - bx^2 + cx - r)^2 + s\,(1 - t)\cos x + s",
    note="At the default values the minimum is 5/4π, thrice.",
    tuned={"sgd": {"learning_rate": 0.023}, "momentum": {"learning_rate": 0.0016}, "adam": {"learning_rate": 0.19}},
)
def branin(
    *,
    a: Annotated[float, Range(0.1, 5.0, legal=(0.0, 1e6)), "steepness across the parabola"] = 1.0,
    b: Annotated[float, Range(0.0, 0.3)] = 5.1 / (4.0 * np.pi**2),
    c: Annotated[float, Range(0.0, 3.0)] = 5.0 / np.pi,
    r: Annotated[float, Range(0.0, 12.0)] = 6.0,
    s: Annotated[float, Range(0.0, 30.0, legal=(0.0, 1e6)), "height of the waves along it"] = 10.0,
    t: Annotated[float, Range(0.0, 1.0, legal=(0.0, 1.0))] = 1.0 / (8.0 * np.pi),
):
    """A parabola-shaped valley with waves along it: three minima of equal depth."""

    def loss(x):
        across = x[1] - b * x[0] ** 2 + c * x[0] - r
        return a * across**2 + s * (1.0 - t) * jnp.cos(x[0]) + s

    return loss


@surface(
    domain=Box.square(2.0),
    start=(-1.6, 1.5),
    minima=[(0.0, -1.0)],
    minimum=3.0,
    source="https://www.sfu.ca/~ssurjano/goldpr.html",
    formula=r"\left(1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2)\right)"
    r"\left(30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2)\right)",
    tuned={"sgd": {"learning_rate": 9.5e-7}, "momentum": {"learning_rate": 2.1e-7}, "adam": {"learning_rate": 0.59}},
)
def goldstein_price():
    """Four basins whose heights span six decades."""

    def loss(x):
        x, y = x
        one = 19.0 - 14.0 * x + 3.0 * x**2 - 14.0 * y + 6.0 * x * y + 3.0 * y**2
        two = 18.0 - 32.0 * x + 12.0 * x**2 + 48.0 * y - 36.0 * x * y + 27.0 * y**2
        return (1.0 + (x + y + 1.0) ** 2 * one) * (30.0 + (2.0 * x - 3.0 * y) ** 2 * two)

    return loss


@surface(
    domain=Box([-1.5, -3.0], [4.0, 4.0]),
    start=(3.4, 3.2),
    minima=[(0.5 - np.pi / 3.0, -0.5 - np.pi / 3.0)],
    minimum=-np.sqrt(3.0) / 2.0 - np.pi / 3.0,
    source="doi:10.1007/BF01580665",
    formula=r"\sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
    note="The lowest point of this box; beyond it each next wave is lower. Some sources end y at 3.",
)
def mccormick():
    """A tilted trough with waves along it."""
    return lambda x: jnp.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1.0


def wells(x, curvature, centres):
    """Four Gaussian wells with curvatures (4, d) at `centres` (4, d)."""
    depth, curvature, centres = (np.asarray(t).astype(x.dtype) for t in ((1.0, 1.2, 3.0, 3.2), curvature, centres))
    return -jnp.sum(depth * jnp.exp(-jnp.sum(curvature * (x - centres) ** 2, axis=1)))


WELLS = r"-\sum_{i=1}^4 \alpha_i \exp\left(-\sum_j A_{ij} (x_j - P_{ij})^2\right)"


@surface(
    domain=Box([0.0] * 3, [1.0] * 3),
    start=(0.9, 0.2, 0.3),
    minima=[HARTMANN_3],
    minimum=-3.8627797873326625228,
    source="https://www.sfu.ca/~ssurjano/hart3.html",
    formula=WELLS,
    note="Some packages have P₄₁ = 0.03815 where this source has 0.0381.",
    tuned={"momentum": {"learning_rate": 0.0011}},
)
def hartmann_3():
    """Four Gaussian wells in three dimensions."""
    curvature = ((3.0, 10.0, 30.0), (0.1, 10.0, 35.0), (3.0, 10.0, 30.0), (0.1, 10.0, 35.0))
    centres = ((0.3689, 0.1170, 0.2673), (0.4699, 0.4387, 0.7470), (0.1091, 0.8732, 0.5547), (0.0381, 0.5743, 0.8828))
    return lambda x: wells(x, curvature, centres)


@surface(
    domain=Box([0.0] * 6, [1.0] * 6),
    start=(0.8, 0.6, 0.2, 0.7, 0.8, 0.2),
    minima=[HARTMANN_6],
    minimum=-3.3223680114155148001,
    source="https://www.sfu.ca/~ssurjano/hart6.html",
    formula=WELLS,
)
def hartmann_6():
    """Four Gaussian wells in six dimensions."""
    curvature = ((10.0, 3.0, 17.0, 3.5, 1.7, 8.0), (0.05, 10.0, 17.0, 0.1, 8.0, 14.0),
                 (3.0, 3.5, 1.7, 10.0, 17.0, 8.0), (17.0, 8.0, 0.05, 10.0, 0.1, 14.0))  # fmt: skip
    centres = ((0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
               (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
               (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381))  # fmt: skip
    return lambda x: wells(x, curvature, centres)
