"""Whether better local optima are nearer to the best one: the big valley."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.parameters import LandscapeError
from landscape.terrain.walks import domain


class FitnessDistance(NamedTuple):
    """What `fitness_distance` found of r points."""

    values: np.ndarray  # (r,) losses
    to_best: np.ndarray  # (r,) the distance to the best one
    to_others: np.ndarray  # (r,) the mean distance to the others
    best: int  # which one is the best
    correlation: float  # of loss and distance to the best, over the others
    mean_correlation: float  # of loss and mean distance to the others, over all


def fitness_distance(surface, points, values=None) -> FitnessDistance:
    """Distances of `points` (r, d), such as local optima, and how they correlate with the loss.

    The correlation coefficient is the fitness–distance correlation of Jones and Forrest (1995) for a loss: near 1, the
    better the nearer. It is taken over the points that are not the best one itself, since its distance, 0, says
    nothing. Distances are the domain's: bonds not shared for tours, bits that differ for strings. With the mean
    distance to the others it is the test of Boese (1995) for a big valley.
    """
    place, points = domain(surface), np.asarray(points, np.float64)
    if points.ndim != 2 or points.shape[1] != surface.dim or len(points) < 3:
        raise LandscapeError(
            f"Points of shape {points.shape} show no relation of loss and distance; give 3 or more of {surface.dim} "
            "coordinates each."
        )
    values = losses(surface, points) if values is None else np.asarray(values, np.float64)
    apart = distances(place, points)
    best = int(np.argmin(values))
    others = apart[best] > 0
    to_others = apart.sum(axis=1) / (len(points) - 1)
    return FitnessDistance(values, apart[best], to_others, best, correlation(apart[best][others], values[others]),
                           correlation(to_others, values))  # fmt: skip


def losses(surface, points) -> np.ndarray:
    """The losses (r,) of points (r, d)."""
    return np.asarray(_losses(surface, jnp.asarray(points, jnp.result_type(float))))


@jax.jit
def _losses(surface, points):
    return lax.map(surface.at(0.0, points.dtype).loss, points, batch_size=1024)


def distances(place, points) -> np.ndarray:
    """How far apart any two of the points (r, d) are: (r, r)."""
    return np.asarray(_distances(place, jnp.asarray(points, jnp.result_type(float))))


@partial(jax.jit, static_argnums=0)
def _distances(place, points):
    return lax.map(lambda a: jax.vmap(lambda b: place.distance(a, b))(points), points, batch_size=16)


def correlation(a, b) -> float:
    """Pearson's correlation coefficient of a (r,) and b (r,); NaN where one of them does not change."""
    a, b = (np.asarray(each, np.float64) - np.mean(each) if len(each) else np.zeros(1) for each in (a, b))
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / scale) if scale > 0 else float("nan")


def ranked(values) -> np.ndarray:
    """The ranks (r,) of values, ties share theirs: what a rank correlation is taken of."""
    values = np.asarray(values, np.float64)
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2.0)[which]
