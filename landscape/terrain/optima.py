"""Telling local optima apart, and drawing places to start from."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.checks import check_whole
from landscape.domains import Discrete
from landscape.terrain.walks import domain

MOST = 10_000_000  # places that are drawn at once


class Optima(NamedTuple):
    """Distinct points, the best one first."""

    points: np.ndarray  # (k, d) in canonical form
    values: np.ndarray  # (k,) losses
    which: np.ndarray  # (r,) the number of each point that was given


def distinct(place: Discrete, points, values) -> Optima:
    """Each of points (r, d) with losses (r,) once."""
    points, at, which = np.unique(
        np.asarray(place.canonical(np.asarray(points))), axis=0, return_index=True, return_inverse=True
    )
    values = np.asarray(values, np.float64)[at]
    order = np.argsort(values, kind="stable")
    return Optima(points[order], values[order], np.argsort(order)[which.reshape(-1)])


def drawn(surface, count: int, seed: int = 0) -> np.ndarray:
    """Places to start from (count, d), drawn evenly."""
    place = domain(surface)
    check_whole("count", count, 1, MOST)
    return np.asarray(_sampled(place, jax.random.key(seed), count))


@partial(jax.jit, static_argnums=(0, 2))
def _sampled(place: Discrete, key, count: int):
    return place.sample(key, count, jnp.result_type(float))
