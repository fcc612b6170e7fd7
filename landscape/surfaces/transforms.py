"""Transforms: surfaces made of other surfaces.  `rotate(himmelblau(), angle=0.5)` is a surface like any other.

Turn a valley, and methods that scale each coordinate by itself (Adam, RMSProp) walk another path, while gradient
descent walks the same path, turned.  The domain stays that of the surface inside; known minima move along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.domain import gaussian
from landscape.parameters import Choice, Inner, LandscapeError, Range
from landscape.surface import Minibatch, Surface, surface
from landscape.surfaces.basins import himmelblau
from landscape.surfaces.words import Angle
from landscape.surfaces.wrapping import Affine, Linear, Transformed, TransformEntry, over

DEFAULT = himmelblau()
Wrapped = Annotated[Surface, Inner(), "the surface inside"]
About = Annotated[str, Choice("middle", "origin"), "the point that stays: the domain's middle or the origin"]
Axis = Annotated[int, Range(1, 10, legal=(1, 10_000)), "a coordinate, counted from 1"]
Factor = Annotated[float, Range(0.25, 4.0, log=True, legal=(1e-3, 1e3)), "how many times as wide"]
Pushed = Annotated[str, Choice("x", "y"), "the coordinate that is pushed"]
Shift = Annotated[float, Range(-3.0, 3.0, legal=(-1e9, 1e9)), "how far"]
Across = Annotated[float, Range(-2.0, 2.0, legal=(-1e6, 1e6)), "of the matrix"]
Along = Annotated[float, Range(-1.0, 3.0, legal=(-1e6, 1e6)), "of the matrix, on its diagonal"]
Slant = Annotated[float, Range(-2.0, 2.0, legal=(-1e3, 1e3)), "sideways, for each step across"]


def inside(name: str) -> Callable:
    """A fact that is that of the surface inside."""
    return lambda surface, **_: getattr(surface, name)


def transform(word: str, formula: str, *, bound: type[Surface] = Transformed, slopes: bool = False, **facts: Any):
    """Decorator: a factory becomes a transform.

    `word` follows the name of the surface inside; `slopes` says that tuned values still suit what it makes.
    """
    usual = {name: inside(name) for name in ("start", "minima", "minimum", "differentiable")}
    return surface(
        domain=None,
        formula=lambda surface, **_: rf"{formula},\quad f = {surface.formula}",
        label=lambda surface, **_: f"{surface.label}, {word}",
        note=lambda surface, **_: surface.note,
        tuned={"as inside": {"slopes": True}} if slopes else None,
        entry=TransformEntry,
        bound=bound,
        **(usual | facts),
    )


def linear(word: str, formula: str, source: str, slopes: bool = False):
    """Decorator: a factory of Affine becomes a transform that moves the picture, its minima and its start."""

    def start(surface, **numbers):
        made = entry(surface=surface, **numbers)
        return np.clip(made.move(surface.start), surface.domain.lower, surface.domain.upper)

    def minima(surface, **numbers):
        return entry(surface=surface, **numbers).move(surface.minima)

    def decorate(factory) -> TransformEntry:
        nonlocal entry
        entry = made(factory)
        return entry

    entry: Any = None
    made = transform(word, formula, bound=Linear, slopes=slopes, start=start, minima=minima, source=source)
    return decorate


def _xp(number: Any) -> Any:
    """NumPy for numbers of the host, jax.numpy for traced ones."""
    return np if isinstance(number, (int, float)) else jnp


@linear("rotated", r"f\!\left(c + R_\theta^{-1}(x - c)\right)", "arXiv:1412.6980", slopes=True)
def rotate(
    *, surface: Wrapped = DEFAULT, angle: Angle = 0.5, first: Axis = 1, second: Axis = 2, about: About = "middle"
):
    """The surface turned in the plane of two coordinates: the same valleys, no longer along the axes."""
    cos, sin = _xp(angle).cos(angle), _xp(angle).sin(angle)
    return Affine(((cos, -sin), (sin, cos)))


@linear("reflected", r"f\!\left(c + S_\theta (x - c)\right)", "https://mathworld.wolfram.com/Reflection.html", True)
def reflect(*, surface: Wrapped = DEFAULT, angle: Angle = 0.5, about: About = "middle"):
    """The surface in a mirror: a line at this angle to the first coordinate."""
    cos, sin = _xp(angle).cos(2.0 * angle), _xp(angle).sin(2.0 * angle)
    return Affine(((cos, sin), (sin, -cos)))


@linear("scaled", r"f\!\left(c + D^{-1}(x - c)\right),\ D = \operatorname{diag}(s_x, s_y)",
        "https://mathworld.wolfram.com/DiagonalMatrix.html")  # fmt: skip
def scale(*, surface: Wrapped = DEFAULT, x: Factor = 1.2, y: Factor = 0.6, about: About = "middle"):
    """The surface stretched along its first two coordinates: the condition number changes."""
    return Affine(((x, 0.0), (0.0, y)))


@linear("sheared", r"f\!\left(c + A^{-1}(x - c)\right),\ A = I + s\,e_i e_j^\top",
        "https://mathworld.wolfram.com/ShearMatrix.html")  # fmt: skip
def shear(*, surface: Wrapped = DEFAULT, slant: Slant = 0.3, along: Pushed = "x", about: About = "middle"):
    """The surface pushed sideways, layer by layer: areas stay, angles do not."""
    return Affine(((1.0, slant), (0.0, 1.0)) if along == "x" else ((1.0, 0.0), (slant, 1.0)))


@linear("moved", r"f(x - t)", "https://mathworld.wolfram.com/Translation.html", slopes=True)
def translate(*, surface: Wrapped = DEFAULT, x: Shift = 0.8, y: Shift = -0.5):
    """The surface moved: no point stays, so no matrix does this."""
    return Affine(((1.0, 0.0), (0.0, 1.0)), (x, y))


@linear("deformed", r"f\!\left(c + A^{-1}(x - c)\right)", "https://mathworld.wolfram.com/LinearTransformation.html")
def matrix(*, surface: Wrapped = DEFAULT, xx: Along = 0.9, xy: Across = 0.4, yx: Across = -0.2, yy: Along = 0.8,
           about: About = "middle"):  # fmt: skip
    """The surface deformed by any matrix: (x, y) goes to (xx x + xy y, yx x + yy y)."""
    return Affine(((xx, xy), (yx, yy)))


@transform("seen through noise", r"f(x) + \sigma\varepsilon", slopes=True, source="doi:10.1214/aoms/1177729586")
def noise(*, surface: Wrapped = DEFAULT, noise: Annotated[float, Range(0.0, 30.0, legal=(0.0, 1e12)),
          "standard deviation of every observed value, and of each component of its slope"] = 5.0):  # fmt: skip
    """The surface as noisy measurements show it: methods see another value at every step."""

    def batch(step, key):
        true = surface.loss if surface.batch is None else surface.batch(step, key)

        def observed(x):
            fixed = lax.stop_gradient(x)
            drawn = _normal(key, fixed)
            return true(x) + noise * (drawn[0] + jnp.dot(drawn[1:], x - fixed))

        return observed

    return Minibatch(surface.loss, batch)


def _mix(bits):
    """Scrambled 32-bit words: the finalizer of MurmurHash3."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        bits = (bits ^ (bits >> shift)) * jnp.uint32(factor)
    return bits ^ (bits >> 16)


def _normal(key, x):
    """Standard normal numbers (d + 1,) that belong to a key and a point (d,): other ones for any other point.

    A hash of the point's bits: the generator itself, called at every point of a population, is many times slower.
    """
    salt = random.bits(key, (x.size + 3,), jnp.uint32)
    words = lax.bitcast_convert_type(x if x.dtype == jnp.float64 else x.astype(jnp.float32), jnp.uint32).ravel()
    place = jnp.arange(words.size, dtype=jnp.uint32)
    first, second = (jnp.sum(_mix(words ^ _mix(place + salt[i])), dtype=jnp.uint32) for i in (0, 1))
    bits = _mix(_mix(salt[2:] ^ first) + second)
    return gaussian(((bits >> 8).astype(x.dtype) + 0.5) * 2.0**-24)


def _rounded(value: float, step: float) -> float:
    return float(np.round(value / step) * step) if np.isfinite(value) else value


@transform("in steps", r"q \left\lfloor f(x)/q \right\rceil", differentiable=False,
           minimum=lambda surface, step: _rounded(surface.minimum, step),
           source="https://mathworld.wolfram.com/NearestIntegerFunction.html")  # fmt: skip
def quantize(*, surface: Wrapped = DEFAULT, step: Annotated[float, Range(0.1, 100.0, log=True, legal=(1e-9, 1e9)),
             "between two heights"] = 5.0):  # fmt: skip
    """The surface with its heights rounded to multiples of a step: terraces without a slope."""
    return over(surface, lambda loss: lambda x: step * jnp.round(loss(x) / step))


def lowest(*, surface: Wrapped = DEFAULT) -> np.ndarray:
    """The height from which the logarithm counts: the minimum where it is known and finite, else 0."""
    numbers = [each for each in surface.values.values() if isinstance(each, np.ndarray)]
    if numbers:
        raise LandscapeError(f"log wraps one surface, not a sweep of many; give {surface.name} plain numbers.")
    value = surface.minimum
    return np.float64(value if np.isfinite(value) else 0.0)


@transform("on a log scale", r"\log(1 + f(x) - f^*)", data=lowest, source="https://mathworld.wolfram.com/Logarithm.html",
           minimum=lambda surface: 0.0 if np.isfinite(surface.minimum) else surface.minimum)  # fmt: skip
def log(base, *, surface: Wrapped = DEFAULT):
    """The logarithm of one plus the height above the minimum: the same level sets, other slopes."""

    def height(loss):
        def logarithm(x):
            above = loss(x) - base.astype(x.dtype)
            up, down = jnp.where(above >= 0, above, 0.0), jnp.where(above >= 0, 0.0, -above)
            return jnp.where(above >= 0, jnp.log1p(up), -jnp.log1p(down))  # down where the minimum is not known

        return logarithm

    return over(surface, height)


Digits = Annotated[str, Choice("bfloat16", "float16", "float32"), "of all numbers inside"]


class Low(Transformed):
    """A surface computed with few digits."""

    def now(self, progress, dtype) -> dict[str, Any]:
        return super().now(progress, jnp.dtype(self.values["format"]))


@transform("with few digits", r"\operatorname{round}_p f(x)", bound=Low, slopes=True, source="arXiv:1710.03740",
           minima=None, minimum=np.nan, differentiable=False)  # fmt: skip
def precision(*, surface: Wrapped = DEFAULT, format: Digits = "bfloat16"):
    """The surface computed in low precision: look closely, and it is rough."""
    low = jnp.dtype(format)
    return over(surface, lambda loss: lambda x: loss(x.astype(low)).astype(x.dtype))
