"""Ripples: a simple shape under a regular wave, with many minima."""

from itertools import product
from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.schedules import cosine
from landscape.surface import surface
from landscape.surfaces.guards import cos_root, root
from landscape.surfaces.words import Amplitude, Dim

SCHAFFER_4 = 1.2531318314637332016  # a little below √(π/2), where the inner sine is one
# Where one factor of shubert is lowest, and highest; both repeat with 2π.
SHUBERT_LOW = (-7.7083137354993474477, -1.4251284283197609708, 4.8580568788598255062)
SHUBERT_HIGH = (-7.0835064076515596016, -0.8003211004719731247, 5.4828642067076133523)
SHUBERT_LEVELS = (-12.8708854977256848956, 14.5080079271950331174)
Few = Annotated[int, Range(2, 5, legal=(2, 6)), "number of coordinates"]


@surface(
    domain=lambda dim: Box.cube(5.12, dim),
    start=lambda dim, **_: np.resize([-3.2, 3.8], dim),
    minima=lambda dim, **_: np.zeros((1, dim)),
    source="doi:10.1016/S0167-8191(05)80052-3",
    formula=r"A d + \sum_i x_i^2 - A \cos 2\pi x_i",
    tuned={
        "genetic": {"mutation": 0.5},
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
        ripples = jnp.exp(jnp.mean(jnp.cos(2.0 * np.pi * x)))
        return a * (1.0 - jnp.exp(-b * root(jnp.mean(x**2)))) + np.e - ripples

    return loss


@surface(
    domain=lambda dim: Box.cube(600.0, dim),
    start=lambda dim: np.resize([-460.0, 390.0], dim),
    minima=lambda dim: np.zeros((1, dim)),
    source="doi:10.1007/BF00933356",
    formula=r"1 + \tfrac{1}{4000} \sum_i x_i^2 - \prod_i \cos\tfrac{x_i}{\sqrt i}",
    note="Over this domain it looks like a bowl: the ripples, about 6 wide and 2 high, show when one comes near.",
    tuned={"momentum": {"learning_rate": 8.5}, "adam": {"learning_rate": 22.0}},
)
def griewank(*, dim: Dim = 2):
    """A wide bowl with fine ripples that fade as the dimension grows."""

    def loss(x):
        scale = np.sqrt(np.arange(1.0, dim + 1)).astype(x.dtype)
        return 1.0 + jnp.sum(x**2) / 4000.0 - jnp.prod(jnp.cos(x / scale))

    return loss


@surface(
    domain=Box.square(5.12),
    start=(-3.9, 3.1),
    minima=[(0.0, 0.0)],
    minimum=-1.0,
    source="https://www.sfu.ca/~ssurjano/drop.html",
    formula=r"-\frac{1 + \cos 12r}{r^2/2 + 2}, \quad r = \sqrt{x^2 + y^2}",
)
def drop_wave():
    """Rings around a drop: each is a whole circle of minima, the centre is lowest."""

    def loss(x):
        square = jnp.sum(x**2)
        return -(1.0 + cos_root(144.0 * square)) / (0.5 * square + 2.0)

    return loss


@surface(
    domain=lambda dim: Box.cube(10.0, dim),
    start=lambda dim: np.resize([-8.2, 6.6], dim),
    minima=lambda dim: np.ones((1, dim)),
    source="https://www.sfu.ca/~ssurjano/levy.html",
    formula=r"\sin^2 \pi w_1 + \sum_{i<d} (w_i - 1)^2 \left(1 + 10 \sin^2(\pi w_i + 1)\right)"
    r" + (w_d - 1)^2 (1 + \sin^2 2\pi w_d), \quad w_i = 1 + \tfrac{x_i - 1}{4}",
    note="Packages give this name to two functions; the other one is levy_3.",
)
def levy(*, dim: Dim = 2):
    """A bowl with ripples that grow outwards, each coordinate with its own."""

    def loss(x):
        w = 1.0 + (x - 1.0) / 4.0
        inner = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * jnp.sin(np.pi * w[:-1] + 1.0) ** 2)
        last = (w[-1] - 1.0) ** 2 * (1.0 + jnp.sin(2.0 * np.pi * w[-1]) ** 2)
        return jnp.sin(np.pi * w[0]) ** 2 + jnp.sum(inner) + last

    return loss


@surface(
    domain=lambda dim: Box.cube(10.0, dim),
    start=lambda dim: np.resize([-8.2, 6.6], dim),
    minima=lambda dim: np.ones((1, dim)),
    source="doi:10.1137/0906002",
    formula=r"\sin^2 \pi w_1 + \sum_{i<d} (w_i - 1)^2 (1 + 10 \sin^2 \pi w_{i+1})"
    r" + (w_d - 1)^2, \quad w_i = 1 + \tfrac{x_i - 1}{4}",
    note="Packages also call it Levy; see levy for the other function of that name.",
    tuned={"momentum": {"learning_rate": 0.016}, "adam": {"learning_rate": 0.86}},
)
def levy_3(*, dim: Dim = 2):
    """A bowl whose ripples each coordinate gets from the next."""

    def loss(x):
        w = 1.0 + (x - 1.0) / 4.0
        inner = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * jnp.sin(np.pi * w[1:]) ** 2)
        return jnp.sin(np.pi * w[0]) ** 2 + jnp.sum(inner) + (w[-1] - 1.0) ** 2

    return loss


@surface(
    domain=Box.square(10.0),
    start=(-8.2, 6.6),
    minima=[(1.0, 1.0)],
    source="https://www.sfu.ca/~ssurjano/levy13.html",
    formula=r"\sin^2 3\pi x + (x - 1)^2 (1 + \sin^2 3\pi y) + (y - 1)^2 (1 + \sin^2 2\pi y)",
    tuned={"momentum": {"learning_rate": 0.00091}, "adam": {"learning_rate": 0.86}},
)
def levy_13():
    """A bowl under fine ripples, a minimum in every third of a unit."""

    def loss(x):
        x, y = x
        first = jnp.sin(3.0 * np.pi * x) ** 2 + (x - 1.0) ** 2 * (1.0 + jnp.sin(3.0 * np.pi * y) ** 2)
        return first + (y - 1.0) ** 2 * (1.0 + jnp.sin(2.0 * np.pi * y) ** 2)

    return loss


@surface(
    domain=Box.square(100.0),
    start=(-70.0, 45.0),
    minima=[(0.0, 0.0)],
    source="arXiv:1308.4008",
    formula=r"\frac12 + \frac{\sin^2(x^2 - y^2) - \frac12}{\left(1 + 0.001\,(x^2 + y^2)\right)^2}",
    note="Far out the ripples are finer than any picture of the whole domain can show.",
)
def schaffer_2():
    """Hyperbolic ripples, finer and finer outwards."""
    return lambda x: 0.5 + (jnp.sin(x[0] ** 2 - x[1] ** 2) ** 2 - 0.5) / (1.0 + 0.001 * (x[0] ** 2 + x[1] ** 2)) ** 2


@surface(
    domain=Box.square(100.0),
    start=(-70.0, 45.0),
    minima=[(0.0, SCHAFFER_4), (0.0, -SCHAFFER_4), (SCHAFFER_4, 0.0), (-SCHAFFER_4, 0.0)],
    minimum=0.2925786320359805491,
    source="arXiv:1308.4008",
    formula=r"\frac12 + \frac{\cos^2 \sin|x^2 - y^2| - \frac12}{\left(1 + 0.001\,(x^2 + y^2)\right)^2}",
    note="Far out the ripples are finer than any picture of the whole domain can show.",
)
def schaffer_4():
    """Hyperbolic ripples with four equal minima around the centre."""

    def loss(x):
        wave = jnp.cos(jnp.sin(x[0] ** 2 - x[1] ** 2)) ** 2  # an even function: it needs no absolute value
        return 0.5 + (wave - 0.5) / (1.0 + 0.001 * (x[0] ** 2 + x[1] ** 2)) ** 2

    return loss


def shubert_minima(*, dim: int) -> np.ndarray:
    """One factor at its lowest, all others at their highest: d·3^d points, 18 in the plane."""
    rows = [(SHUBERT_HIGH,) * i + (SHUBERT_LOW,) + (SHUBERT_HIGH,) * (dim - i - 1) for i in range(dim)]
    return np.array([point for row in rows for point in product(*row)])


@surface(
    domain=lambda dim: Box.cube(10.0, dim),
    start=lambda dim: np.resize([-6.4, 7.4], dim),
    minima=shubert_minima,
    minimum=lambda dim: SHUBERT_LEVELS[0] * SHUBERT_LEVELS[1] ** (dim - 1),
    source="doi:10.1137/0709036",
    formula=r"\prod_i \sum_{j=1}^5 j \cos\left((j + 1)\,x_i + j\right)",
    tuned={"sgd": {"learning_rate": 0.0001}, "momentum": {"learning_rate": 1e-5}},
)
def shubert(*, dim: Few = 2):
    """A field of narrow holes: 18 of them share the lowest value in the plane."""

    def loss(x):
        j = np.arange(1.0, 6.0).astype(x.dtype)
        return jnp.prod(jnp.sum(j * jnp.cos((j + 1.0) * x[:, None] + j), axis=1))

    return loss
