"""How sharp a minimum is: trace and ends of the Hessian, and how far the loss rises within a radius.

Traces are means of vᵀ H v over random vectors of ±1 (Hutchinson 1990, doi:10.1080/03610919008812866), exact where H is
diagonal.  The rise max f(x + e) − f(x) over ‖e‖ ≤ ρ is sought at the point that SAM takes, ρ g / ‖g‖
(arXiv:2010.01412), and by ascent within the ball from there and from ± the top eigenvector; what is found is a lower
bound.  Relative measures move each weight in proportion to its size (arXiv:2102.11600), so scaling one layer up and the
next down, which changes no output of a relu network, does not change them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.networks.hessian import Product, layers, product
from landscape.networks.lanczos import extreme, finite, generator, positive, whole
from landscape.networks.spectrum import deviation, estimate, portions, signs
from landscape.parameters import LandscapeError
from landscape.surface import Surface

ASCENT = 10  # steps
CURVATURE = "loss / weight²"
SUMMED = (
    f"{CURVATURE}, summed over coordinates",
    f"({CURVATURE})², summed over eigenvalues",
    "loss, summed over coordinates",
)


class Measure(NamedTuple):
    """A number, and how much of it is chance."""

    value: float
    error: float  # standard error over random vectors; of eigenvalues the residual, which bounds it; NaN if neither
    spread: float  # standard deviation over subsets of the data; NaN where there are none
    unit: str


class Sharpness(NamedTuple):
    """Measures at a point, over the coordinates that were asked for."""

    loss: float
    gradient_norm: float
    dim: int  # coordinates
    rows: int  # of data; 0 where the surface knows of none
    subset: int  # rows of a subset
    radius: float
    relative_radius: float
    trace: Measure
    square: Measure  # tr H², the sum of the squared eigenvalues
    top: tuple[Measure, ...]  # (k,) the largest eigenvalues, descending
    bottom: Measure  # the smallest
    first_order: Measure  # the rise at SAM's point, ρ g / ‖g‖
    worst: Measure  # the largest rise found in the ball, by ascent; never below first_order, nor below 0
    relative_trace: Measure  # tr (X H X), X = diag |x|
    relative_worst: Measure  # the largest rise found over ‖e / |x|‖ ≤ relative_radius
    told: str  # what is to be known of it; empty where nothing is

    def table(self) -> list[tuple[str, float, float, float, str]]:
        """Rows of name, value, error, spread and unit."""
        named = {
            "trace": self.trace,
            "trace of the square": self.square,
            **{f"eigenvalue {place + 1}": each for place, each in enumerate(self.top)},
            "smallest eigenvalue": self.bottom,
            "rise at SAM's point": self.first_order,
            "worst rise": self.worst,
            "relative trace": self.relative_trace,
            "relative worst rise": self.relative_worst,
        }
        return [(name, *each) for name, each in named.items()]


class _Found(NamedTuple):
    """The numbers over one set of data."""

    loss: float
    steepness: float
    traces: np.ndarray  # (3, p): trace, square, relative trace, by random vector
    values: np.ndarray  # (k + 1,): top and bottom eigenvalues
    residuals: np.ndarray  # (k + 1,)
    converged: bool
    rises: np.ndarray  # (3,): first order, worst, relative worst


def measures(
    surface: Surface,
    x=None,
    *,
    k: int = 2,
    probes: int = 16,
    radius: float = 0.05,
    relative_radius: float = 0.5,
    ascent: int = ASCENT,
    subsets: int = 4,
    steps: int | None = None,
    tol: float | None = None,
    seed: int = 0,
    block=None,
    dtype=None,
    chunk: int | None = None,
) -> Sharpness:
    """The sharpness of `surface` at `x` (d,), by default its start, with its `k` largest eigenvalues if it has as many.

    Traces take 2 · `probes` products over all data, eigenvalues some tens, worst cases 6 · (`ascent` + 2) gradients;
    all that again for `subsets` disjoint random parts of the data together (0: none). The radii are those that SAM and
    ASAM usually take. `steps` and `tol` end the search for eigenvalues, as in `lanczos.top`: the smallest of a network
    takes the most products. `block`, `dtype` and `chunk` are as in `hessian.product`: only these coordinates are moved.
    """
    operator = product(surface, x, block=block, dtype=dtype, chunk=chunk)
    k = min(whole(k, "k", 1), operator.dim)
    whole(ascent, "ascent", 0)
    for name, value in {"radius": radius, "relative_radius": relative_radius}.items():
        if not positive(value):
            raise LandscapeError(f"{name}={value} is no radius; give a finite number above 0.")
    random = generator(seed)
    vectors = signs(random, whole(probes, "probes", 1), operator.dim)
    parts = portions(operator, subsets, random)
    options = (k, vectors, (radius, relative_radius), ascent, {"seed": seed, "steps": steps, "tol": tol})
    apart = [_found(each, *options) for each in parts]
    return _gathered(_found(operator, *options), apart, operator, parts, options)


def by_layer(surface: Surface, x=None, **options) -> dict[str, Sharpness]:
    """The sharpness of each layer by itself, by name; `options` are those of `measures`."""
    return {name: measures(surface, x, block=name, **options) for name in layers(surface)}


def trace(surface: Surface, x=None, *, probes: int = 16, seed: int = 0, block=None, dtype=None, chunk=None) -> tuple:
    """The trace of the Hessian and its standard error over random vectors."""
    operator = product(surface, x, block=block, dtype=dtype, chunk=chunk)
    vectors = signs(generator(seed), whole(probes, "probes", 1), operator.dim)
    return estimate(np.sum(vectors * finite(operator, operator.many(vectors)), axis=1))


def rises(operator: Product, scale, direction, radius: float, steps: int = ASCENT) -> tuple[float, float, np.ndarray]:
    """The loss (), the gradient's length () and how far the loss rises over ‖e / scale‖ ≤ radius: (steps + 2, 3).

    The columns are ways: one from where it is, whose second number is SAM's first-order point, and two from the ends of
    `direction` (dim,). A step goes as far as the radius along the gradient and back into the ball, which on a bowl is a
    power iteration; where it ends lower, the next one sets out from before it and goes half as far. `scale` (dim,) is
    in shares of what each coordinate moves.
    """
    at = radius * np.stack([0.0 * direction, direction, -direction])
    heights, reach = [], np.full((3, 1), radius)
    for turn in range(steps + 2):
        height, gradient = operator.slopes(at * scale)
        heights.append(height)
        if turn == 0:
            steepness, held, top, slope = float(np.linalg.norm(gradient[0])), at, height, gradient * scale
        lower = (height < top)[:, None]
        reach = np.where(lower, reach / 2, reach)
        held, slope = np.where(lower, held, at), np.where(lower, slope, gradient * scale)
        top = np.where(lower[:, 0], top, height)
        at = _moved(held, slope, reach, radius)
    return float(heights[0][0]), steepness, np.stack(heights) - heights[0][0]


def _moved(at: np.ndarray, slope: np.ndarray, reach: np.ndarray, radius: float) -> np.ndarray:
    """Points of the ball (…, dim), a step up as long as `reach`; they stay where the slope is not finite."""
    with np.errstate(invalid="ignore"):
        moved = at + reach * _unit(slope)
        length = np.linalg.norm(moved, axis=-1, keepdims=True)
        moved = np.where(length > radius, moved * (radius / np.where(length > 0, length, 1.0)), moved)
    return np.where(np.isfinite(length), moved, at)


def _found(operator: Product, k: int, vectors, radii, ascent: int, search: dict) -> _Found:
    size = np.abs(operator.x if operator.where is None else operator.x[operator.where]).astype(np.float64)
    made = finite(operator, operator.many(vectors))
    relative = finite(operator, operator.many(vectors * size))
    traces = np.sum([vectors * made, made * made, vectors * size * relative], axis=2)
    ends = extreme(operator, k, 1, **search)
    loss, steepness, plain = rises(operator, np.ones(operator.dim), ends.vectors[0], radii[0], ascent)
    _, _, scaled = rises(operator, size, _unit(size * ends.vectors[0]), radii[1], ascent)
    found = np.array([plain[1, 0], plain.max(), scaled.max()])
    return _Found(loss, steepness, traces, ends.values, ends.residuals, bool(ends.converged.all()), found)


def _gathered(found: _Found, apart: list[_Found], operator: Product, parts: list[Product], options) -> Sharpness:
    """All of it with its error, and its spread over the parts of the data."""
    k, _, radii, *_ = options
    errors = np.array([estimate(each)[1] for each in found.traces])
    traces = _measures([*SUMMED], found.traces.mean(axis=1), errors, [each.traces.mean(axis=1) for each in apart])
    ends = _measures([CURVATURE] * (k + 1), found.values, found.residuals, [each.values for each in apart])
    rises = _measures(["loss"] * 3, found.rises, np.full(3, np.nan), [each.rises for each in apart])
    subset = parts[0].count if parts else 0
    return Sharpness(
        found.loss, found.steepness, operator.dim, operator.count, subset, *radii, traces[0], traces[1],
        tuple(ends[:k]), ends[k], rises[0], rises[1], traces[2], rises[2], _told([found, *apart]),
    )  # fmt: skip


def _measures(units: list[str], values, errors, apart: list) -> list[Measure]:
    spreads = deviation(np.reshape(apart, (-1, len(values))))
    return [
        Measure(float(a), float(b), float(c), unit)
        for a, b, c, unit in zip(values, errors, spreads, units, strict=True)
    ]


def _told(found: list[_Found]) -> str:
    told = []
    if not all(each.converged for each in found):
        told.append("Lanczos ended before all eigenvalues converged; their residuals say how far off they may be.")
    if np.isnan([each.rises for each in found]).any():
        told.append("The loss is no number (NaN) somewhere within the radius, so the worst rise is not known.")
    elif np.isinf([each.rises for each in found]).any():
        told.append("The loss is infinite somewhere within the radius.")
    return " ".join(told)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """`vectors` (…, dim) of length 1; zero ones stay."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1.0)
