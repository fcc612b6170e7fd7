"""Problems that peers are compared on: shifted, so that no minimum lies in the middle, and turned in every plane.

Separable functions flatter moves along one coordinate, and a minimum at the origin flatters much else.  The same
numbers serve our surface and, as NumPy functions of a batch, the peers that need those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface

HALF_WIDTH, SHIFT = 5.12, 3.0  # of the domain, and how far from its middle the minimum lies at most
Dim = Annotated[int, Range(2, 100, legal=(2, 1000)), "number of coordinates"]
Seed = Annotated[int, Range(0, 9, legal=(0, 10_000)), "another shift and rotation"]


def prepare(*, dim: Dim = 10, seed: Seed = 0) -> dict[str, np.ndarray]:
    """The minimum (d,) and a rotation (d, d), evenly drawn among all (Stewart 1980)."""
    rng = np.random.default_rng([dim, seed])
    factor, triangle = np.linalg.qr(rng.normal(size=(dim, dim)))
    return {"shift": rng.uniform(-SHIFT, SHIFT, dim), "rotation": factor * np.sign(np.diag(triangle))}


def ripples(z, cos: Callable):
    """Rastrigin's function of z (…, d): a bowl with ten times as high ripples of period one."""
    return 10.0 * z.shape[-1] + (z * z - 10.0 * cos(2.0 * np.pi * z)).sum(-1)


def problem(factory):
    """Decorator: a factory that takes the data of `prepare` becomes a surface on Rastrigin's domain."""
    facts = {"start": lambda dim, **_: np.full(dim, 4.0), "source": "doi:10.1016/0167-8191(91)90029-C", "data": prepare}
    return surface(domain=lambda dim, **_: Box.cube(HALF_WIDTH, dim), **facts)(factory)


@problem
def shifted_rastrigin(data, *, dim: Dim = 10):
    """Rastrigin's function with its minimum elsewhere."""
    return lambda x: ripples(x - jnp.asarray(data["shift"], x.dtype), jnp.cos)


@problem
def rotated_rastrigin(data, *, dim: Dim = 10):
    """The same, turned about its minimum."""

    def loss(x):
        shift, rotation = (jnp.asarray(data[name], x.dtype) for name in ("shift", "rotation"))
        return ripples(rotation @ (x - shift), jnp.cos)

    return loss


def batched(made) -> Callable[[np.ndarray], np.ndarray]:
    """A surface of this module for peers in NumPy: points (n, d) -> values (n,)."""
    shift, rotation = made.data["shift"], made.data["rotation"]
    turned = made.name == "rotated_rastrigin"
    return lambda points: ripples((points - shift) @ rotation.T if turned else points - shift, np.cos)
