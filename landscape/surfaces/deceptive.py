"""Deceptive surfaces: what one sees from most places points away from the best."""

import math
from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface
from landscape.surfaces.guards import root
from landscape.surfaces.words import Dim

SCHWEFEL = 420.96874635998202731  # where sin √x + ½√x cos √x is zero
SCHWEFEL_LEVEL = 418.9828872724337063  # x sin √x there
TRAY = np.arctan(np.sqrt(2.0) * np.pi)  # on the diagonal, where 2 cot x = √2/π
HOLDER = (8.0550234757365634198, 9.6645900192412728900)
FOXHOLE = (-31.9783348356569702021, -31.9783348373007950031)
FOLD = 80.0  # cross_in_tray divides by e^80 inside its root, so that float32 can hold it
CORNERS = np.array([(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)])


@surface(
    domain=lambda dim: Box.cube(500.0, dim),
    start=lambda dim: np.resize([-380.0, 60.0], dim),
    minima=lambda dim: np.full((1, dim), SCHWEFEL),
    source="Schwefel, Numerical Optimization of Computer Models, 1981, ISBN 978-0-471-09988-8",
    formula=r"418.9828872724338\,d - \sum_i x_i \sin\sqrt{|x_i|}",
    note="Sources round the constant, so that their lowest value is not quite zero. Outside this box it falls further.",
    tuned={"sgd": {"learning_rate": 0.088}, "adam": {"learning_rate": 0.59}},
)
def schwefel(*, dim: Dim = 2):
    """Waves that grow outwards: the lowest place is far from the second lowest, near the edge."""
    return lambda x: SCHWEFEL_LEVEL * dim - jnp.sum(x * jnp.sin(root(jnp.abs(x))))


@surface(
    domain=Box.square(512.0),
    start=(-300.0, 60.0),
    minima=[(512.0, 404.2318051137578109)],
    minimum=-959.6406627208508028,
    source="arXiv:1308.4008",
    formula=r"-(y + 47)\sin\sqrt{\left|y + \tfrac x2 + 47\right|} - x \sin\sqrt{|x - y - 47|}",
    differentiable=False,
    note="The minimum lies on the edge, where the slope is not zero. Across two lines the slope is infinite.",
    tuned={"adam": {"learning_rate": 0.33}},
)
def eggholder():
    """Steep uneven holes; the deepest is cut by the edge of the domain."""

    def loss(x):
        x, y = x
        return -(y + 47.0) * jnp.sin(root(jnp.abs(y + x / 2.0 + 47.0))) - x * jnp.sin(root(jnp.abs(x - y - 47.0)))

    return loss


@surface(
    domain=Box.square(10.0),
    start=(-1.2, 2.4),
    minima=CORNERS * HOLDER,
    minimum=-19.2085025678867318,
    source="https://www.sfu.ca/~ssurjano/holder.html",
    formula=r"-\left|\sin x \cos y \; e^{\left|1 - r/\pi\right|}\right|, \quad r = \sqrt{x^2 + y^2}",
    differentiable=False,
    note="It has creases along a grid of lines and a circle.",
)
def holder_table():
    """A table of holes with creases between; the four corners are deepest."""
    return lambda x: -jnp.abs(jnp.sin(x[0]) * jnp.cos(x[1])) * jnp.exp(jnp.abs(1.0 - root(jnp.sum(x**2)) / np.pi))


@surface(
    domain=Box.square(10.0),
    start=(-6.8, 8.2),
    minima=CORNERS * TRAY,
    minimum=-2.0626118708227368778,
    source="https://www.sfu.ca/~ssurjano/crossit.html",
    formula=r"-10^{-4} \left(\left|\sin x \sin y \; e^{\left|100 - r/\pi\right|}\right| + 1\right)^{0.1},"
    r" \quad r = \sqrt{x^2 + y^2}",
    differentiable=False,
    note="Creases run along a grid of lines; the value there, −10⁻⁴, is reached in so narrow a groove that few see it.",
)
def cross_in_tray():
    """A tray of flat-bottomed holes between creases; four around the centre are deepest."""

    def loss(x):
        height = jnp.abs(100.0 - root(jnp.sum(x**2)) / np.pi)
        folded = jnp.abs(jnp.sin(x[0]) * jnp.sin(x[1])) * jnp.exp(height - FOLD) + math.exp(-FOLD)
        return -1e-4 * math.exp(0.1 * FOLD) * folded**0.1

    return loss


def michalewicz_minima(*, m: float, dim: int) -> np.ndarray:
    """Each coordinate on its own: the logarithm of sin x · sin²ᵐ(i x²/π) is concave between zeros, so bisect its slope.

    Its highest arc is one of those next to π/2, where sin x is highest: four are tried.
    """
    i = np.arange(1.0, dim + 1)[:, None]
    arc = np.clip(np.floor(i / 4.0) + np.arange(-2.0, 2.0), 0.0, i - 1.0)  # zeros lie at i x²/π = π · arc
    low, high = (np.pi * np.sqrt(end / i) for end in (arc, arc + 1.0))
    for _ in range(80):
        x = 0.5 * (low + high)
        with np.errstate(divide="ignore"):
            rising = 1.0 / np.tan(x) + 4.0 * m * i * x / np.pi / np.tan(i * x**2 / np.pi) > 0
        low, high = np.where(rising, x, low), np.where(rising, high, x)
    x = 0.5 * (low + high)
    with np.errstate(divide="ignore"):
        height = np.log(np.abs(np.sin(x))) + 2.0 * m * np.log(np.abs(np.sin(i * x**2 / np.pi)))
    return np.take_along_axis(x, height.argmax(axis=1)[:, None], axis=1).T


def michalewicz_minimum(*, m: float, dim: int) -> float:
    x = michalewicz_minima(m=m, dim=dim)[0]
    return -float(np.sum(np.sin(x) * (np.sin(np.arange(1.0, dim + 1) * x**2 / np.pi) ** 2) ** m))


@surface(
    domain=lambda dim: Box(np.zeros(dim), np.full(dim, np.pi)),
    start=lambda dim, **_: np.resize([0.7, 2.6], dim),
    minima=michalewicz_minima,
    minimum=michalewicz_minimum,
    source="doi:10.1007/978-3-662-03315-9",
    formula=r"-\sum_i \sin x_i \; \sin^{2m} \frac{i\,x_i^2}{\pi}",
    note="Some packages place the minimum at zero, which is wrong. It separates into its coordinates.",
)
def michalewicz(
    *,
    m: Annotated[float, Range(1.0, 20.0, legal=(1.0, 1e3)), "the higher, the narrower the valleys"] = 10.0,
    dim: Dim = 2,
):
    """Narrow crossing valleys on flat ground: only their crossing is deep."""

    def loss(x):
        i = np.arange(1.0, dim + 1).astype(x.dtype)
        return -jnp.sum(jnp.sin(x) * (jnp.sin(i * x**2 / np.pi) ** 2) ** m)

    return loss


@surface(
    domain=Box.square(100.0),
    start=(-60.0, 45.0),
    minima=[(np.pi, np.pi)],
    minimum=-1.0,
    source="arXiv:1308.4008",
    formula=r"-\cos x \cos y \; e^{-(x - \pi)^2 - (y - \pi)^2}",
    note="Five units from the hole the slope has vanished: no gradient leads there.",
)
def easom():
    """One narrow hole in an endless plain."""
    return lambda x: -jnp.cos(x[0]) * jnp.cos(x[1]) * jnp.exp(-jnp.sum((x - np.pi) ** 2))


@surface(
    domain=Box.square(65.536),
    start=(38.0, 22.0),
    minima=[FOXHOLE],
    minimum=0.9980038377944502580,
    source="https://www.sfu.ca/~ssurjano/dejong5.html",
    formula=r"\left(0.002 + \sum_{i=1}^{25} \frac{1}{i + (x - a_i)^6 + (y - b_i)^6}\right)^{-1}",
    note="The holes (aᵢ, bᵢ) lie on a grid of 16 units, rows one after the other. Known as Shekel's foxholes.",
)
def de_jong_5():
    """25 steep foxholes in a plain, each a little deeper than the next."""
    column = np.array([-32.0, -16.0, 0.0, 16.0, 32.0])
    holes = np.column_stack([np.tile(column, 5), np.repeat(column, 5)])

    def loss(x):
        number = np.arange(1.0, 26.0).astype(x.dtype)
        return 1.0 / (0.002 + jnp.sum(1.0 / (number + jnp.sum((x - holes.astype(x.dtype)) ** 6, axis=1))))

    return loss
