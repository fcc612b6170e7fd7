"""BBOB functions 6 to 9: one basin, of low or moderate conditioning."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np

from landscape.bbob.blocks import (
    Function,
    oscillated,
    penalty,
    ramp,
    rosenbrock_terms,
    scaled,
    total,
    true,
    weighted,
)


def twisted(condition: float):
    """Data of functions of R Λ Q (x − x*)."""

    def data(draws) -> dict:
        return {"optimum": draws.optimum(), "matrix": draws.twisted(condition)}

    return data


def stepped(draws) -> dict:
    first = draws.scales(10.0)[:, None] * draws.second_rotation
    second = 10.0 ** ramp(draws.dim)[:, None] * draws.rotation
    return {"optimum": draws.optimum(), "matrix": first, "second": second}


def widening(dim: int) -> float:
    """How much Rosenbrock's valley is magnified."""
    return max(1.0, math.sqrt(dim) / 8.0)


def valley(draws) -> dict:
    return {"optimum": 0.75 * draws.optimum()}


def turned_valley(draws) -> dict:
    """The valley in the middle of the box, turned: its optimum follows from the rotation."""
    scale = widening(draws.dim)
    optimum = draws.second_rotation.T @ np.full(draws.dim, 0.5 / scale)
    return {"optimum": optimum, "matrix": scale * draws.second_rotation}


def attractive_sector(x, data):
    z = weighted(data["matrix"], x - data["optimum"])
    uphill = true(scaled(data["optimum"], z) > 0.0, x)
    return oscillated(total((1.0 + 9999.0 * uphill) * z * z), power=0.9)


def step_ellipsoid(x, data):
    z = weighted(data["matrix"], x - data["optimum"])
    far = true(jnp.abs(z) > 0.5, x)
    steps = far * jnp.floor(z + 0.5) + (1.0 - far) * (jnp.floor(10.0 * z + 0.5) / 10.0)
    height = total(weighted(data["second"], steps) ** 2)
    return 0.1 * jnp.maximum(1e-4 * jnp.abs(z[0]), height) + penalty(x)


def rosenbrock(x, data):
    return total(rosenbrock_terms(widening(x.size) * (x - data["optimum"]) + 1.0))


def rotated_rosenbrock(x, data):
    return total(rosenbrock_terms(weighted(data["matrix"], x) + 0.5))


VALLEY = r"\sum_i 100 (z_i^2 - z_{i+1})^2 + (z_i - 1)^2,\quad z = "
FUNCTIONS = {
    6: Function("attractive sector", twisted(10.0), attractive_sector, True,
                r"T_{osz}\Big(\sum_i (s_i z_i)^2\Big)^{0.9},\quad z = R \Lambda^{10} Q (x - x^*)"),
    7: Function("step ellipsoid", stepped, step_ellipsoid, False,
                r"0.1 \max\Big(\tfrac{|\hat z_1|}{10^4}, \sum_i 10^{2\frac{i-1}{d-1}} z_i^2\Big) + f_{pen}(x),"
                r"\quad z = R [\hat z],\quad \hat z = \Lambda^{10} Q (x - x^*)"),
    8: Function("rosenbrock", valley, rosenbrock, True, VALLEY + r"\max(1, \tfrac{\sqrt d}{8}) (x - x^*) + 1"),
    9: Function("rotated rosenbrock", turned_valley, rotated_rosenbrock, True,
                VALLEY + r"\max(1, \tfrac{\sqrt d}{8}) Q x + \tfrac12"),
}  # fmt: skip
