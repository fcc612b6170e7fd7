"""The density of a Hessian's eigenvalues, by stochastic Lanczos quadrature, with what chance and data do to it.

For a random vector v, vᵀ f(H) v is an integral of f, for which Lanczos from v gives nodes and weights (Ubaru, Chen and
Saad 2017, doi:10.1137/16M1104974); of networks see Ghorbani, Krishnan and Xiao, arXiv:1901.10159.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.networks.chunks import subsets as split
from landscape.networks.hessian import Product, product
from landscape.networks.lanczos import generator, positive, tridiagonal, whole
from landscape.parameters import LandscapeError
from landscape.surface import Surface

POINTS = 1001
MOST_POINTS = 100_001
SHARE = 0.01  # the usual width, as a share of what the eigenvalues span
MARGIN = 6.0  # widths around them; beyond is 1e-9 of the density


class Density(NamedTuple):
    """How eigenvalues are distributed: p random vectors, m nodes each, smoothed to g points; integrates to 1."""

    grid: np.ndarray  # (g,) eigenvalues, evenly spaced
    density: np.ndarray  # (g,) the share of eigenvalues per unit: the mean over the random vectors
    width: float  # the standard deviation of the Gaussian it is smoothed with
    nodes: np.ndarray  # (p, m), ascending
    weights: np.ndarray  # (p, m): each row sums to 1; 0 where Lanczos had ended before
    spread_probes: np.ndarray  # (g,) standard deviation over the random vectors; ÷ √p it is the density's error
    spread_data: np.ndarray  # (g,) standard deviation over the subsets of data; NaN where there are none
    subsets: np.ndarray  # (s, g) the density on each subset of the data, from the same random vectors
    rows: int  # in each subset

    def moment(self, power: int) -> tuple[float, float]:
        """tr Hᵖ / dim and its standard error over the random vectors (NaN for one)."""
        return estimate(np.sum(self.weights * self.nodes**power, axis=1))


def density(
    surface: Surface,
    x=None,
    *,
    probes: int = 8,
    steps: int = 64,
    subsets: int = 4,
    width: float | None = None,
    seed: int = 0,
    block=None,
    dtype=None,
    chunk: int | None = None,
) -> Density:
    """The density of the eigenvalues of the Hessian of `surface` at `x` (d,), by default its start.

    It takes `probes` · `steps` products over all data, and as many over each of `subsets` disjoint random parts of the
    data (0: none), which tell how much of it is owed to the data. `width` of the Gaussian is by default a hundredth of
    what the eigenvalues span. `block`, `dtype` and `chunk` are as in `hessian.product`.
    """
    operator = product(surface, x, block=block, dtype=dtype, chunk=chunk)
    whole(probes, "probes", 1)
    steps = min(whole(steps, "steps", 1), operator.dim)
    random = generator(seed)
    vectors = signs(random, probes, operator.dim)
    nodes, weights = quadrature(operator, vectors, steps)
    parts = portions(operator, subsets, random)
    found = [quadrature(each, vectors, steps) for each in parts]
    grid, width = _grid(nodes, np.concatenate([nodes, *(each for each, _ in found)]), width)
    single = np.stack([_smooth(grid, width, *each) for each in zip(nodes, weights, strict=True)])
    apart = np.array([_smooth(grid, width, *each) for each in found]).reshape(-1, grid.size)
    told = deviation(single), deviation(apart)
    return Density(grid, single.mean(axis=0), width, nodes, weights, *told, apart, parts[0].count if parts else 0)


def quadrature(operator: Product, vectors: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes (p, m) and weights (p, m) of the density as each of `vectors` (p, dim) sees it."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    diagonal, beside = tridiagonal(operator, vectors / lengths, steps)
    nodes, weights = np.zeros(diagonal.shape), np.zeros(diagonal.shape)
    for row, (own, next_to) in enumerate(zip(diagonal, beside, strict=True)):
        size = int(np.isfinite(own).sum())
        next_to = next_to[: size - 1]
        values, inside = np.linalg.eigh(np.diag(own[:size]) + np.diag(next_to, 1) + np.diag(next_to, -1))
        nodes[row], weights[row, :size] = values[-1], inside[0] ** 2
        nodes[row, :size] = values
    return nodes, weights


def portions(operator: Product, count: int, random: np.random.Generator) -> list[Product]:
    """The Hessian over each of `count` disjoint random parts of the data; none where there is no data to part."""
    if whole(count, "subsets", 0) == 0 or operator.count == 0:
        return []
    if not 2 <= count <= operator.count:
        raise LandscapeError(
            f"subsets={count} does not part {operator.count:,} rows of data; give 2 to {operator.count:,}, or 0."
        )
    return [operator.over(chosen) for chosen in split(operator.rows, count, random)]


def signs(random: np.random.Generator, count: int, dim: int) -> np.ndarray:
    """Random vectors of ±1 (count, dim): of all with mean 0 and variance 1, those with which traces vary least."""
    return random.integers(0, 2, size=(count, dim)) * 2.0 - 1.0


def estimate(values: np.ndarray) -> tuple[float, float]:
    """The mean of independent `values` (p,) and its standard error; NaN for one value."""
    return float(values.mean()), float(deviation(values) / np.sqrt(len(values)))


def deviation(values: np.ndarray) -> np.ndarray:
    """The standard deviation along the first axis; NaN of fewer than two."""
    return np.std(values, axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1:], np.nan)


def _grid(nodes: np.ndarray, all_nodes: np.ndarray, width: float | None) -> tuple[np.ndarray, float]:
    """Where the density is told, fine enough for its width."""
    if width is None:
        span = nodes.max() - nodes.min()
        width = SHARE * (span if span > 0 else np.abs(nodes).max() or 1.0)
    if not positive(width):
        raise LandscapeError(f"width={width} is no standard deviation of a Gaussian; give a number above 0.")
    low, high = all_nodes.min() - MARGIN * width, all_nodes.max() + MARGIN * width
    points = max(POINTS, int(2 * (high - low) / width) + 1)
    if points > MOST_POINTS:
        least = 2 * (all_nodes.max() - all_nodes.min()) / (MOST_POINTS - 100)
        raise LandscapeError(f"width={width:g} is too narrow to draw over all eigenvalues; give {least:.2g} or more.")
    return np.linspace(low, high, points), float(width)


def _smooth(grid: np.ndarray, width: float, nodes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The density on `grid` (g,): Gaussians at nodes (…), with the mean over all but the last axis."""
    weights = (weights / weights.sum(axis=-1, keepdims=True)).ravel() / (weights.size // weights.shape[-1])
    total = np.zeros(grid.shape)
    for node, weight in zip(nodes.ravel(), weights, strict=True):
        total += weight * np.exp(-0.5 * ((grid - node) / width) ** 2)
    return total / (width * np.sqrt(2 * np.pi))
