"""Random walks over a problem, and over how many steps their values stay alike."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.checks import check_whole
from landscape.domain import draw_uniform
from landscape.domains import Discrete
from landscape.parameters import LandscapeError
from landscape.surface import Surface

MOST = 100_000_000  # losses of all walks together
BLOCK = 500  # steps whose random numbers are drawn together; the value is computed in full once for each


def random_walk(surface, steps: int, seed: int = 0, walks: int = 1) -> np.ndarray:
    """The losses (walks, steps + 1) along walks that take every move, from starts drawn evenly.

    Moves are drawn as the domain proposes them in its neighbourhood, without regard to the loss. Where the problem
    knows what a move changes, only that is computed; every 500 steps the whole loss is, so that rounding does not
    add up.
    """
    domain(surface)
    check_whole("steps", steps, 1, MOST)
    check_whole("walks", walks, 1, MOST // steps)
    dtype = jnp.result_type(float)
    return np.asarray(_walked(surface, random.key(seed), steps=steps, walks=walks, dtype=dtype))


def domain(surface) -> Discrete:
    """The domain of `surface`; LandscapeError where it is a box, or no bound problem."""
    if not isinstance(surface, Surface):
        raise LandscapeError("This takes a bound problem, such as ls.problems.tsp().")
    if not isinstance(surface.domain, Discrete):
        raise LandscapeError(
            f"{surface.label} has no neighbourhood to walk by: its domain is a box; take a problem such as tsp."
        )
    return surface.domain


@partial(jax.jit, static_argnames=("steps", "walks", "dtype"))
def _walked(surface, key, *, steps: int, walks: int, dtype):
    place, at = surface.domain, surface.at(0.0, dtype)
    change = at.changes.get(place.neighborhood)
    blocks, length = -(-steps // BLOCK), min(steps, BLOCK)

    def step(carry, uniform):
        x, value = carry
        move = place.propose(uniform, x)
        moved = place.apply(x, move)
        value = at.loss(moved) if change is None else value + change(x, move)
        return (moved, value), value

    def block(x, key):
        uniform = draw_uniform(key, (length, place.draws), dtype)
        (x, _), values = lax.scan(step, (x, at.loss(x)), uniform)
        return x, values

    def walk(start, key):
        _, values = lax.scan(block, start, random.split(key, blocks))
        return jnp.concatenate([at.loss(start)[None], values.ravel()[:steps]])

    first, rest = random.split(key)
    return jax.vmap(walk)(place.sample(first, walks, dtype), random.split(rest, walks))


def autocorrelation(values: Any, lags: Any, mean: float | None = None, variance: float | None = None) -> np.ndarray:
    """r (lags,): how alike the values (walks, steps + 1) or (steps + 1,) are that many steps apart.

    r(s) = mean of (f(t) − m)(f(t + s) − m), over all walks and times together, divided by the variance. m and the
    variance are those of all the values given, or `mean` and `variance` where they are known or taken of an even
    sample. Walks of different instances together give the correlation of the ensemble (Weinberger 1990), those of
    one instance that of its landscape.
    """
    rows = np.atleast_2d(np.asarray(values, np.float64))
    lags = np.atleast_1d(np.asarray(lags, int))
    if lags.min(initial=0) < 0 or lags.max(initial=0) >= rows.shape[1]:
        raise LandscapeError(f"A walk of {rows.shape[1] - 1} steps has lags from 0 to as many, not {lags.tolist()}.")
    apart = rows - (rows.mean() if mean is None else mean)
    spread = float((apart**2).mean()) if variance is None else variance
    if not spread > 0:
        raise LandscapeError("These values are all the same, so they have no correlation; take another problem.")
    count = rows.shape[1]
    return np.array([(apart[:, : count - lag] * apart[:, lag:]).mean() for lag in lags]) / spread


def correlation_length(values: Any, mean: float | None = None, variance: float | None = None) -> float:
    """−1 / ln r(1) of walks (walks, steps + 1): after so many steps the correlation has fallen to 1/e.

    Exact where r(s) = r(1)^s, as on symmetric tours (Stadler and Schnabl 1992, Physics Letters A 161, 337–344);
    0 where neighbours are not correlated.
    """
    return length_of(float(autocorrelation(values, [1], mean, variance)[0]))


def length_of(r1: float) -> float:
    """The correlation length of a walk whose neighbours correlate by `r1`."""
    if r1 <= 0:
        return 0.0
    return math.inf if r1 >= 1 else -1.0 / math.log(r1)


def tour_correlation(cities: int, neighborhood: str) -> float:
    """The exact r(1) of the lengths of symmetric tours, whatever the distances; NaN where it is not known.

    Under 2-opt and under swaps the landscape is elementary: the mean of all neighbours is drawn towards the mean of
    all tours by (n − 1) ÷ n (n − 3)/2, or by 4/n. Correlation lengths are about n/2 and n/4 (Stadler and Schnabl 1992).
    """
    if cities < 4:
        return math.nan
    pulls = {"two_opt": 2.0 * (cities - 1) / (cities * (cities - 3)), "swap": 4.0 / cities}
    return 1.0 - pulls[neighborhood] if neighborhood in pulls else math.nan
