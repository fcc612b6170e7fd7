"""Ridge regression: its closed form, its loss as a surface of two weights, and its errors over many draws."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface

Number = Annotated[float, Range(-5.0, 5.0), "of the quadratic form ½ w'Hw − g'w"]
Pull = Annotated[float, Range(0.0, 5.0, legal=(0.0, 1e9)), "λ of ½ λ |w|²"]
COLUMNS, ROWS, DRAWS = 20, 30, 300  # of the regressions whose errors are measured
STRENGTHS = np.geomspace(1e-3, 30.0, 46)  # λ at which they are
SOURCE = "doi:10.1080/00401706.1970.10488634"


@surface(domain=Box.square(4.0), start=(-1.4, 1.6), minimum=np.nan, source=SOURCE,
         formula=r"\tfrac12 w^\top H w - g^\top w + \tfrac12 \lambda |w|^2")  # fmt: skip
def ridge_loss(
    *, h11: Number = 1.0, h12: Number = 0.0, h22: Number = 1.0, g1: Number = 0.0, g2: Number = 0.0, penalty: Pull = 0.0
):
    """The squared error of two weights, up to a constant, with an L2 penalty in it."""

    def loss(w):
        form = h11 * w[0] ** 2 + 2.0 * h12 * w[0] * w[1] + h22 * w[1] ** 2
        return 0.5 * form - g1 * w[0] - g2 * w[1] + 0.5 * penalty * jnp.sum(w**2)

    return loss


def solved(h: np.ndarray, g: np.ndarray, penalty: float) -> np.ndarray:
    """(H + λI)⁻¹ g (d,), with H = X'X / n and g = X'y / n: ridge regression."""
    return np.linalg.solve(h + penalty * np.eye(len(g)), g)


def boxed(h: np.ndarray, g: np.ndarray, size: float) -> np.ndarray:
    """The least ½ w'Hw − g'w of two weights with |w₁|, |w₂| ≤ `size`: inside, or on one of the four sides."""
    free = np.linalg.solve(h, g)
    if np.abs(free).max() <= size:
        return free
    sides = []
    for fixed in (0, 1):
        for end in (-size, size):
            w = np.full(2, end)
            w[1 - fixed] = np.clip((g[1 - fixed] - h[0, 1] * end) / h[1 - fixed, 1 - fixed], -size, size)
            sides.append(w)
    return min(sides, key=lambda w: 0.5 * w @ h @ w - g @ w)


class Errors(NamedTuple):
    """Mean squares over draws, (draws, strengths) each; the true weights are normal with variance 1 / columns."""

    training: np.ndarray
    test: np.ndarray
    norm: np.ndarray


@lru_cache(maxsize=16)
def errors(noise: float, seed: int, extra: float | None = None) -> Errors:
    """Errors and norms of ridge regression at STRENGTHS, or at one strength `extra`."""
    rng = np.random.default_rng([seed, 7])
    x = rng.normal(size=(DRAWS, ROWS, COLUMNS))
    truth = rng.normal(size=(DRAWS, COLUMNS)) / np.sqrt(COLUMNS)
    y = np.einsum("dnc,dc->dn", x, truth) + noise * rng.normal(size=(DRAWS, ROWS))
    u, s, v = np.linalg.svd(x, full_matrices=False)
    strengths = STRENGTHS if extra is None else np.array([extra])
    shrunk = s[:, None] / (s[:, None] ** 2 + ROWS * strengths[:, None])
    parts = np.einsum("dnk,dn->dk", u, y)
    weights = np.einsum("dsk,dkc->dsc", shrunk * parts[:, None], v)
    met = np.einsum("dnk,dsk->dsn", u, s[:, None] * shrunk * parts[:, None])
    return Errors(((met - y[:, None]) ** 2).mean(axis=2), ((weights - truth[:, None]) ** 2).sum(axis=2) + noise**2,
                  np.linalg.norm(weights, axis=2))  # fmt: skip
